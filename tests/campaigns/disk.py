"""A full disk: what can't be kept costs time, or brings a sentence, and leaves nothing broken."""

import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from mnist_lib.pen import Drawing, load_drawings
from mnist_lib.widgets.collection import Collection
from tests.campaigns import DOCUMENTED, RIGHT, Tally, judge
from tests.campaigns.loading import amiss_in, finish, go, library, start
from tests.dataset.mirrors import serve

LONG, SHORT = 40, 1
LARGEST = 80_000_000
"""Bytes; all files in the cache take 66 million."""


@contextmanager
def small_files(size: int) -> Iterator[Path]:
    """Yield a folder; no file may become larger than this."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """Yield a folder on a disk of this size; needs root and Linux."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def run(tries: int) -> list[Tally]:
    """Load, and keep drawings, within so many limits at random."""
    rng = random.Random(2)
    loads, drawings = Tally("disk: loads"), Tally("disk: drawings")
    kinds = [small_files, small_disk] if _may_mount() else [small_files]
    with library() as copy, serve() as (mirror, _):
        begin = partial(start, copy, mirror=f"{mirror}/good/")
        for number in range(tries):
            limited = kinds[number % len(kinds)]
            size = int(4096 * (LARGEST / 4096) ** rng.random())
            name = f"{limited.__name__}({size})"
            loads.add(name, *_load_within(limited, size, begin))
            size = rng.randrange(8_192, 50_000)
            outcome = judge(partial(_keep_within, limited, size))
            drawings.add(f"{limited.__name__}({size})", outcome)
    return [loads, drawings]


def _may_mount() -> bool:
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    try:
        with small_disk(4096):
            return True
    except subprocess.CalledProcessError:
        return False  # in a container


def _load_within(limited, size: int, begin) -> tuple[str, int]:
    """Load twice: into a cache that is too small, and again where it now has room."""
    with tempfile.TemporaryDirectory() as roomy:
        cache = Path(roomy) / "cache"
        with limited(size) as folder:
            go(process := begin(folder / "cache"))
            outcome, growth = finish(process)
            for path in _files(folder):
                cache.mkdir(exist_ok=True)
                (cache / path.name).write_bytes(path.read_bytes())
        go(process := begin(cache))
        again, _ = finish(process)
        if outcome in (RIGHT, DOCUMENTED) and again != RIGHT:
            outcome = f"and then, with more room: {again}"
        # The copies have other times, and receipts that name another folder.
        stale = {name for name in amiss_in(cache) if "receipt" not in name}
        return f"in the cache: {stale}" if stale else outcome, growth


def _files(folder: Path) -> list[Path]:
    cache = folder / "cache"
    return sorted(cache.iterdir()) if cache.exists() else []


def _keep_within(limited, size: int) -> None:
    """Keep drawings until there is no more room: those that were kept must be there."""
    kept = 0
    with limited(size) as folder:
        path = folder / "mine.json"
        try:
            for kept in range(100):  # noqa: B007
                Collection(path).add(Drawing(1, [[[n, n * n] for n in range(99)]], "x" * 400))
            raise AssertionError("there was no end of room")
        except OSError as error:
            assert len(load_drawings(path)) == kept, "a drawing was lost"
            left = set(os.listdir(folder)) - {path.name, f".{path.name}.lock"}
            assert not left, f"left behind: {left}"
            # As the pad shows it.
            raise OSError(f"The drawings could not be saved: {error}.") from error
