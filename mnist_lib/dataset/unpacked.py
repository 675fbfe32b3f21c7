"""Load the data files quickly: keep unpacked copies of them, and map these into memory.

A copy is used only if its bytes were compared with what the checked file unpacks to. What was
compared is noted in a receipt beside the copy: the size and the times of the packed file and
of the copy. While neither has changed, the copy is mapped as it is, which takes a fraction of
a millisecond; once one has changed, everything is compared again.
"""

import gzip
import io
import math
import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from mnist_lib import browser, storage
from mnist_lib.dataset.published import DataFile, check


def load(file: DataFile, path: Path) -> np.ndarray:
    """Load the numbers of a packed file, from its unpacked copy where there is one.

    They are uint8, and may be changed: a change never reaches a file. A ValueError says that the
    packed file is not the published one. The copy is mapped, not read: whoever writes into it
    changes the array, and whoever cuts it short ends the process, so this library only ever
    replaces it as a whole.
    """
    if browser.IN_BROWSER:  # where files are memory: a copy would take as much of it again
        return _numbers(file, _unpack(file, check(file, path)))
    # Both states are noted before the bytes are compared: a change that comes in between makes
    # the receipt useless, never wrong.
    state = _state(path)
    with suppress(OSError, ValueError):
        copy = storage.cache_dir() / file.unpacked_name
        if _holds(_receipt(copy, path), _note(state, _state(copy))):
            # Copy on write: what is written to the array is not written to the file.
            return _numbers(file, np.memmap(copy, np.uint8, mode="c").view(np.ndarray))
    content = gzip.decompress(check(file, path))
    # A full disk, or a home that can't be written to, costs time and not the data.
    with suppress(OSError):
        _keep(content, storage.cache_dir() / file.unpacked_name, path, state)
    return _numbers(file, np.frombuffer(bytearray(content), np.uint8))


def _unpack(file: DataFile, content: bytes) -> np.ndarray:
    """Unpack a file part by part, into no more memory than its numbers take."""
    rows = np.empty((file.shape[0], math.prod(file.shape[1:])), np.uint8)
    with gzip.open(io.BytesIO(content)) as packed:
        packed.read(4 + 4 * len(file.shape))  # the header
        for start in range(0, len(rows), 1000):
            part = rows[start : start + 1000]
            part[:] = np.frombuffer(packed.read(part.size), np.uint8).reshape(part.shape)
    return rows


def _keep(content: bytes, copy: Path, packed: Path, state: tuple[int, ...]) -> None:
    """Keep an unpacked copy, and a receipt once the copy was read again and compared."""
    if not _holds(copy, content):
        storage.write_whole(copy, content)
    note = _note(state, _state(copy))
    if _holds(copy, content):
        storage.write_whole(_receipt(copy, packed), note)


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written to, without reading the file."""
    stat = path.stat()
    # Any program may set the modification time back; POSIX's change time it may not.
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _note(packed: tuple[int, ...], copy: tuple[int, ...]) -> bytes:
    """Return the text of a receipt."""
    return f"packed {packed}\ncopy {copy}\n".encode()


def _receipt(copy: Path, packed: Path) -> Path:
    """Return where the receipt lies; the packed files of two clones have one each."""
    import hashlib  # a tenth of what it takes to import this package

    owner = hashlib.sha256(os.fsencode(packed.absolute())).hexdigest()[:16]
    return copy.with_name(f"{copy.name}-{owner}.receipt")


def _holds(path: Path, content: bytes) -> bool:
    """Tell whether a file holds exactly these bytes; one of another size is not opened."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _numbers(file: DataFile, content: np.ndarray) -> np.ndarray:
    """Leave out the header of an unpacked file."""
    return content[-math.prod(file.shape) :].reshape(file.shape)
