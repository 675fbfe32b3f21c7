"""Which exercises were done: a small file of the reader's own, which never leaves the machine."""

import json
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from mnist_lib.storage import lock, write_whole

VARIABLE = "MNIST_LIB_PROGRESS"
"""The environment variable that names another file; empty: nothing is noted."""

SECONDS_TO_WAIT = 2


def path() -> Path | None:
    """Return where the file is; None if nothing is to be noted."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    return platformdirs.user_data_path("mnist_lib", appauthor=False) / "progress.json"


def done() -> set[str]:
    """Return the names of the exercises that were done; none if the file is gone or damaged."""
    file = path()
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        names = json.loads(file.read_text(encoding="utf-8"))["done"] if file else []
        return {name for name in names if isinstance(name, str)}
    return set()


def note_done(name: str) -> None:
    """Note that an exercise was done. Where that cannot be written, nothing is lost but this."""
    file = path()
    if file is None or name in done():
        return
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with lock(file.with_name(f".{file.name}.lock"), SECONDS_TO_WAIT):
            write_whole(file, json.dumps({"done": sorted({*done(), name})}, indent=1).encode())
