"""Processes in which damaged inputs are read, so that one that crashes or hangs is an outcome."""

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaigns import DOCUMENTED, MOST_GROWTH, judge, peak_memory

if TYPE_CHECKING:
    from tests.campaigns.inputs import Target

ADDRESSES = 4 << 30
"""Bytes: what asks for more gets a MemoryError."""

Case = tuple[str, int]
Targets = dict[str, Callable[[Path], "Target"]]


def read_all(
    cases: list[Case], targets: Targets, limits: tuple[float, float] = (5, 60)
) -> Iterator[tuple[Case, str, int, float]]:
    """Yield each target and seed, the outcome, bytes by which its reader has grown, seconds.

    What takes longer than the limits, in seconds of the processor and of the clock, is ended.
    """
    done, memory = 0, Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.exists() else None) as folder:
        while done < len(cases):
            process, pipe = _start(Path(folder), cases[done:], targets, limits)
            goes_on = True
            while goes_on and done < len(cases):
                try:
                    outcome, growth, seconds = pipe.recv()
                    goes_on = growth <= MOST_GROWTH
                except EOFError:
                    process.join()
                    outcome, growth, seconds = _ending(process.exitcode), 0, limits[0]
                    goes_on = False
                yield cases[done], outcome, growth, seconds
                done += 1
            process.terminate()
            process.join()


def _start(folder: Path, *rest) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, folder, *rest))
    process.start()
    # Else nobody would see that the process has ended.
    theirs.close()
    return process, ours


def _ending(code: int) -> str:
    if code >= 0:
        raise RuntimeError(f"A process failed with exit code {code}. Replay an input to see why.")
    return f"its process ended: {signal.Signals(-code).name}"


def _work(
    pipe: Connection,
    folder: Path,
    cases: list[Case],
    targets: Targets,
    limits: tuple[float, float],
) -> None:
    import resource

    from tests.campaigns.inputs import make_input

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whoever started this process sees to it that it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # libtiff writes about damage to where nobody can catch it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    made = {}
    for name, seed in cases:
        if name not in made:
            made[name] = targets[name](folder)
            before = peak_memory()
        start = time.monotonic()
        content = make_input(name, made[name], seed)
        # Both of them end the process.
        signal.setitimer(signal.ITIMER_PROF, limits[0])
        signal.setitimer(signal.ITIMER_REAL, limits[1])
        outcome = judge(partial(made[name].read, content))
        if outcome == DOCUMENTED and seed < len(made[name].seeds):
            outcome = "a whole file was refused"
        pipe.send((outcome, peak_memory() - before, time.monotonic() - start))
