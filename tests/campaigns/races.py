"""Many processes at once: on an empty cache, and on one file of drawings."""

import multiprocessing
import multiprocessing.pool
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from mnist_lib.pen import Drawing, load_drawings
from mnist_lib.widgets.collection import Collection
from tests.campaigns import Tally, judge
from tests.campaigns.loading import amiss_in, finish, go, library, start
from tests.dataset.mirrors import serve

LONG, SHORT = 20, 1
DRAWINGS = 10


def run(tries: int) -> list[Tally]:
    """Let them race so many times, and a few of them if it is but once."""
    loaders, writers = (8, 4) if tries > 1 else (2, 2)
    return [_race_for_the_cache(tries, loaders), _race_for_a_file(tries, writers)]


def _race_for_the_cache(tries: int, loaders: int) -> Tally:
    tally = Tally(f"races: {loaders} that load")
    with library() as copy, serve() as (mirror, _):
        for number in range(tries):
            with tempfile.TemporaryDirectory() as folder:
                racers = [start(copy, Path(folder), f"{mirror}/good/") for _ in range(loaders)]
                for racer in racers:
                    go(racer)
                for racer in racers:
                    outcome, growth = finish(racer)
                    tally.add(f"race {number}", outcome, growth)
                left = amiss_in(Path(folder))
                if left:
                    tally.add(f"race {number}", f"in the cache: {', '.join(sorted(left))}")
    return tally


def _race_for_a_file(tries: int, writers: int) -> Tally:
    tally = Tally(f"races: {writers} that keep drawings")
    context = multiprocessing.get_context("spawn")
    with context.Pool(writers) as pool:
        for number in range(tries):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "mine.json"
                tally.add(f"race {number}", judge(partial(_keep_at_once, pool, path, writers)))
    return tally


def _keep_at_once(pool: multiprocessing.pool.Pool, path: Path, writers: int) -> None:
    pool.starmap(_keep, [(path, writer) for writer in range(writers)], chunksize=1)
    kept = Counter(drawing.about for drawing in load_drawings(path))
    assert kept == Counter(f"{w} {i}" for w in range(writers) for i in range(DRAWINGS)), kept


def _keep(path: Path, writer: int) -> None:
    for number in range(DRAWINGS):
        Collection(path).add(Drawing(writer, [[[0, 0], [9, 9]]], f"{writer} {number}"))
