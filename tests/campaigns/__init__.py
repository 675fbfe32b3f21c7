"""Campaigns: thousands of random faults and damaged inputs, each of them tried for real.

``make campaign``, or ``make campaign ARGS="inputs kills"`` for some of them. A try ends with the
right result, or with a documented error that is a sentence; anything else is a failure, even a
warning.
"""

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

RIGHT, DOCUMENTED = "right", "documented error"
MOST_GROWTH = 512 << 20
"""Bytes by which a try may make its process grow."""

LONGEST_MESSAGE = 1_000
# The classes that this library raises; one derived from them comes from elsewhere, by mistake.
ERRORS = {ValueError, OSError, FileNotFoundError, TimeoutError}


@dataclass
class Tally:
    """What became of the tries of one campaign."""

    campaign: str
    right: int = 0
    documented: int = 0
    growth: int = 0
    failures: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0

    def add(self, name: str, outcome: str, growth: int = 0) -> None:
        """Count one try; its name says how to try it again."""
        if outcome == RIGHT and growth <= MOST_GROWTH:
            self.right += 1
        elif outcome == DOCUMENTED and growth <= MOST_GROWTH:
            self.documented += 1
        else:
            self.failures.append(f"{name}: {outcome}, grew by {growth >> 20} MiB")
        self.growth = max(self.growth, growth)
        self.seconds = time.monotonic() - self.started

    def row(self) -> str:
        """Return a row of the table."""
        tried = self.right + self.documented + len(self.failures)
        cells = [self.campaign, *(f"{n:,}" for n in (tried, self.right, self.documented))]
        cells += [f"{len(self.failures):,}", f"{self.seconds:.0f}", f"{self.growth >> 20} MiB"]
        return f"| {' | '.join(cells)} |"


HEADER = """\
| campaign | tried | right | documented error | failed | seconds | largest growth |
|---|---|---|---|---|---|---|"""


def judge(attempt: Callable[[], object]) -> str:
    """Try something that raises an AssertionError where its result is wrong."""
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        outcome = judge_errors(attempt)
    return warned(shown[0]) if shown else outcome


def judge_errors(attempt: Callable[[], object]) -> str:
    """Judge in one of several threads, which share their warnings."""
    try:
        attempt()
    except Exception as error:  # noqa: BLE001 - any other is a failure
        return _judge_error(error)
    return RIGHT


def warned(warning: warnings.WarningMessage) -> str:
    """Say which warning was shown."""
    return f"warned: {warning.message!r:.200}"


def _judge_error(error: Exception) -> str:
    text = str(error)
    if type(error) not in ERRORS:
        return f"{type(error).__name__}: {text[:300]}"
    if isinstance(error.__cause__, MemoryError):
        return f"asked for far too much memory: {text[:300]}"
    if not text.endswith(".") or len(text) > LONGEST_MESSAGE:
        return f"not a sentence, {len(text)} characters: {text[:100]!r} ... {text[-100:]!r}"
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"a message that can't be printed: {text[:300]!r}"
    return DOCUMENTED


def peak_memory() -> int:
    """Return the most bytes of memory that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike getrusage, it does not begin with what the parent process held.
        return int(status.read_bytes().split(b"VmHWM:")[1].split()[0]) << 10
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10
