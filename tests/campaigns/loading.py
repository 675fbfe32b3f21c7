"""A program that loads MNIST, from a mirror into a cache, and prints what came of it.

It prints "ready", waits for a line of input, loads, and prints by how many bytes it has grown and
the outcome. It runs beside a copy of the library that has no data folder.
"""

import io
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns import judge, peak_memory

PROJECT = Path(__file__).parents[2]
CHECKSUMS = [0xF3639B56, 0xBA07E8EF, 0xE4CA5F57, 0xEE8604D9]
"""CRC-32 of the published numbers: the training images and labels, the test images and labels."""


@contextmanager
def library() -> Iterator[Path]:
    """Yield a folder with a copy of the library alone."""
    with TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / "mnist_lib", Path(folder) / "mnist_lib", ignore=ignored)
        yield Path(folder)


def start(copy: Path, cache: Path, mirror: str) -> subprocess.Popen[str]:
    """Start the program, and return when it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.campaigns.loading", cache, mirror],
        # The first folder is the one in which it runs.
        cwd=copy,
        env={"PYTHONPATH": str(PROJECT), "NO_PROXY": "localhost", "HOME": str(copy)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let it load."""
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> tuple[str, int]:
    """Wait for its end; return the outcome, and by how many bytes it has grown."""
    output = process.communicate(timeout=120)[0]
    growth, _, outcome = output.partition(" ")
    if not growth.isdigit():
        return f"exit code {process.returncode}: {output[-300:]}", 0
    return outcome.rstrip("\n"), int(growth)


def amiss_in(cache: Path) -> set[str]:
    """Return which files lie in a cache and should not, or are missing there."""
    packed = {path.name for path in (PROJECT / "data").glob("*.gz")}
    expected = {kind for name in packed for kind in (name, name[:-3], f"{name[:-3]}-*.receipt")}
    found = {
        re.sub(r"-[0-9a-f]{16}\.receipt", "-*.receipt", path.name) for path in cache.iterdir()
    }
    return found ^ expected


def _load() -> None:
    from mnist_lib import load_mnist

    arrays = [array for split in load_mnist(normalize=False) for array in split]
    assert [zlib.crc32(array) for array in arrays] == CHECKSUMS, "wrong numbers"


def _main() -> None:
    cache, mirror = sys.argv[1:]
    from mnist_lib import storage
    from mnist_lib.dataset import download

    storage.cache_dir = lambda: Path(cache)
    download.MIRRORS = (mirror,)
    print("ready", flush=True)
    sys.stdin.readline()
    before = peak_memory()
    with redirect_stderr(io.StringIO()):
        outcome = judge(_load)
    print(peak_memory() - before, outcome, flush=True)


if __name__ == "__main__":
    _main()
