"""Let contenders take turns, each in a process of its own, and compare their times.

Two libraries in one process would share it badly: each keeps its own threads, which go on
spinning for some milliseconds after their work. Here each library has a process to itself; one
works while the others sleep. They take turns, so a processor that slows down slows all of them,
and what is compared is always two neighbouring turns.

Threads that work on one small product wait for each other by spinning. Any other program that
takes a core for a moment then costs them ten times that moment, so a turn during which others
were at work is repeated.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context
from statistics import median
from time import perf_counter, sleep
from typing import ClassVar

import psutil

from benchmarks.machine import keep_to_cores

THREADS = 2
PAUSE = 0.1
"""Seconds between two turns: by then the threads of the first have stopped spinning."""

QUIET = 0.05
"""The share of one core that other programs may take during a turn."""

TICKS = 0.02
"""Seconds by which the system's count of them may be wrong: it counts in hundredths."""

PATIENCE = 30
"""How often a disturbed turn is repeated before it counts as it is."""

LONG_ENOUGH = 0.2
"""Seconds that a turn repeats its work for, if the work is shorter."""

Work = Callable[[], object]
Prepare = Callable[[], Work]
Turn = tuple[float, bool]
Times = dict[str, list[float]]

_SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, against what, and how it went.

    Attributes
    ----------
    what, against : str
        The two that were compared.
    ratio : float
        The first's time over the second's; or how far their results are apart.
    goal : float or None
        The largest ratio that is good enough; None where there is none.
    seconds : tuple of float
        Both times; empty where results were compared.
    also : bool
        What else has to hold for the goal to be reached.
    """

    HEAD: ClassVar[str] = (
        "| what | against | ratio | goal | reached | times |\n|---|---|---|---|---|---|"
    )

    what: str
    against: str
    ratio: float
    goal: float | None
    seconds: tuple[float, ...] = ()
    also: bool = True

    def __str__(self) -> str:
        reached = "yes" if self.goal and self.ratio <= self.goal and self.also else "no"
        goal, reached = (f"{self.goal:g}", reached) if self.goal else ("", "")
        times = " : ".join(f"{1000 * seconds:.4g} ms" for seconds in self.seconds)
        return (
            f"| {self.what} | {self.against} | {self.ratio:.3g} | {goal} | {reached} | {times} |"
        )


def compare(
    what: str, times: Times, goals: Mapping[str, float | None], also: bool = True
) -> Iterator[Row]:
    """Compare the first contender of `times` with the others, turn by turn.

    Parameters
    ----------
    what : str
        What the first contender does.
    times : dict of str to list of float
        As `race` returns it.
    goals : dict of str to float or None
        For each of the others, the largest ratio that is good enough.
    also : bool
        What else has to hold for the goals to be reached.

    Yields
    ------
    Row
        The median of the ratios, and of both times.
    """
    ours = next(iter(times.values()))
    for name, goal in goals.items():
        ratio = median(mine / other for mine, other in zip(ours, times[name], strict=True))
        yield Row(what, name, ratio, goal, (median(ours), median(times[name])), also)


def race(contenders: Mapping[str, Prepare], turns: int, threads: int = THREADS) -> Times:
    """Measure contenders in turns, after one turn each to warm up.

    Parameters
    ----------
    contenders : dict of str to callable
        Each is called once, in its process, and returns the work to be timed.
    turns : int
        How many times each of them works.
    threads : int
        How many each of them may use.

    Returns
    -------
    dict of str to list of float
        Seconds of each turn; of its repetitions where a turn repeats its work, their median.
    """
    with ExitStack() as stack:
        racers = {
            name: stack.enter_context(_started(prepare, threads))
            for name, prepare in contenders.items()
        }
        for racer in racers.values():
            racer.long_turn()
        rounds = [
            {name: _undisturbed(racer.long_turn) for name, racer in racers.items()}
            for _ in range(turns)
        ]
    return _by_name(rounds)


def race_afresh(contenders: Mapping[str, Prepare], turns: int) -> Times:
    """Measure contenders in turns, each turn in a new process that does its work once.

    The first round is not counted: it fills the system's cache of files.
    """
    rounds = []
    for _ in range(turns + 1):
        rounds.append({})
        for name, prepare in contenders.items():
            rounds[-1][name] = _undisturbed(partial(_turn_afresh, prepare))
    return _by_name(rounds[1:])


def apart(work: Callable[[], float]) -> float:
    """Return what `work` returns in a process of its own."""
    with _SPAWN.Pool(1) as pool:
        return pool.apply(work)


def threads() -> int:
    """Return how many threads this process may use, for libraries that must be told."""
    return int(os.environ["OMP_NUM_THREADS"])


class _Racer:
    """A contender in a process of its own, which sleeps between its turns."""

    def __init__(self, prepare: Prepare) -> None:
        self._pipe, far_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_take_turns, args=(far_end, prepare), daemon=True)
        self._process.start()
        self._usage = psutil.Process(self._process.pid)
        # With the only copy at its far end, the pipe tells when the process died.
        far_end.close()
        self._pipe.recv()

    def turn(self, at_least: float = 0) -> Turn:
        """Work once, or for so many seconds.

        Returns
        -------
        float
            Seconds of one work.
        bool
            Whether nobody else was at work.
        """
        sleep(PAUSE)
        start, others = perf_counter(), self._others()
        self._pipe.send(at_least)
        seconds = self._pipe.recv()
        allowed = TICKS + QUIET * (perf_counter() - start)
        return seconds, self._others() - others <= allowed

    def _others(self) -> float:
        """Return the seconds for which other processes have worked since the system started."""
        system, own = psutil.cpu_times(), self._usage.cpu_times()
        return sum(system) - system.idle - getattr(system, "iowait", 0) - own.user - own.system

    def long_turn(self) -> Turn:
        """Work long enough to be timed well."""
        return self.turn(LONG_ENOUGH)

    def stop(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join()


@contextmanager
def _started(prepare: Prepare, count: int) -> Iterator[_Racer]:
    # A library reads how many threads it may use when it is imported, in the new process.
    for setting in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[setting] = str(count)
    racer = _Racer(prepare)
    try:
        yield racer
    finally:
        racer.stop()


def _turn_afresh(prepare: Prepare) -> Turn:
    with _started(prepare, THREADS) as racer:
        return racer.turn()


def _undisturbed(turn: Callable[[], Turn]) -> float:
    for _ in range(PATIENCE):
        seconds, quiet = turn()
        if quiet:
            break
    return seconds


def _take_turns(pipe: connection.Connection, prepare: Prepare) -> None:
    # JAX takes as many threads as there are cores for it, and can't be told otherwise.
    keep_to_cores(threads())
    work = prepare()
    pipe.send("ready")
    while True:
        try:
            at_least = pipe.recv()
        except EOFError:
            return
        times = [_seconds(work)]
        while sum(times) < at_least:
            times.append(_seconds(work))
        pipe.send(median(times))


def _seconds(work: Work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _by_name(rounds: list[dict[str, float]]) -> Times:
    return {name: [times[name] for times in rounds] for name in rounds[0]}
