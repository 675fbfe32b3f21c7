"""Processes in which damaged inputs are read, so that one that crashes or hangs is an outcome."""

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from tests.campaigns import DOCUMENTED, MOST_GROWTH, judge, peak_memory

CPU_SECONDS, SECONDS = 5, 60
ADDRESSES = 4 << 30
"""Bytes: what asks for more gets a MemoryError."""

Case = tuple[str, int]


def read_all(cases: list[Case]) -> Iterator[tuple[Case, str, int, float]]:
    """Yield each target and seed, the outcome, bytes by which its reader has grown, seconds."""
    context = multiprocessing.get_context("spawn")
    done = 0
    while done < len(cases):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, cases[done:]))
        process.start()
        theirs.close()
        growth = 0
        while done < len(cases) and growth <= MOST_GROWTH:
            try:
                outcome, growth, seconds = ours.recv()
            except EOFError:
                process.join()
                outcome, growth, seconds = _ending(process.exitcode), MOST_GROWTH + 1, CPU_SECONDS
            yield cases[done], outcome, growth, seconds
            done += 1
        ours.close()
        process.terminate()
        process.join()


def _ending(code: int) -> str:
    return f"its process ended: {signal.Signals(-code).name if code < 0 else code}"


def _work(pipe: Connection, cases: list[Case]) -> None:
    import resource

    from tests.campaigns.inputs import TARGETS, make_input

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whoever started this process sees to it that it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # libtiff writes about damage to where nobody can catch it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.exists() else None) as name:
        targets = {}
        for target, seed in cases:
            if target not in targets:
                targets[target] = TARGETS[target](Path(name))
                before = peak_memory()
            start = time.monotonic()
            content = make_input(target, targets[target], seed)
            # Both of them end the process.
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            outcome = judge(partial(targets[target].read, content))
            if outcome == DOCUMENTED and seed < len(targets[target].seeds):
                outcome = "a whole file was refused"
            pipe.send((outcome, peak_memory() - before, time.monotonic() - start))
