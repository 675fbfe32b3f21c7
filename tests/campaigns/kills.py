"""Kill a process that loads data into an empty cache; the next one must find no harm done."""

import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.campaigns import Tally
from tests.campaigns.loading import amiss_in, finish, go, library, start
from tests.dataset.mirrors import serve

LONG, SHORT = 200, 1


def run(tries: int) -> list[Tally]:
    """Kill so many processes, each at a random moment of its loading."""
    rng = random.Random(1)
    tally = Tally("kills")
    with library() as copy, serve() as (mirror, _), tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"

        def begin():
            return start(copy, cache, f"{mirror}/good/")

        seconds = _measure(begin)
        for number in range(tries):
            shutil.rmtree(cache)
            process, delay = begin(), rng.uniform(0, seconds)
            go(process)
            time.sleep(delay)
            process.kill()
            process.communicate()
            go(process := begin())
            outcome, growth = finish(process)
            left = amiss_in(cache)
            outcome = f"in the cache: {', '.join(sorted(left))}" if left else outcome
            tally.add(f"{number}, after {delay:.3f} s", outcome, growth)
    return [tally]


def _measure(begin: Callable) -> float:
    process = begin()
    before = time.monotonic()
    go(process)
    finish(process)
    return time.monotonic() - before
