"""Find the four MNIST files, check them, and keep unpacked copies of them.

Nothing is believed before its SHA-256 was compared with the published one. What was compared
is noted in a receipt beside the unpacked copy: the size, the times and the inode that the
packed file and the copy had then. While neither has changed, the copy is mapped into memory as
it is, which takes a fraction of a millisecond; as soon as one has changed, both are compared
again.
"""

import gzip
import hashlib
import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mnist_lib import storage
from mnist_lib.dataset.idx import IDXError, parse_header
from mnist_lib.storage import write_whole

__all__ = [
    "FILES",
    "DataFile",
    "DataFileError",
    "check",
    "find",
    "load",
]


class DataFile(NamedTuple):
    """One published file: its name, and what its bytes must be."""

    name: str
    size: int
    sha256: str
    sha256_unpacked: str

    @property
    def unpacked_name(self) -> str:
        """The name of the file without ``.gz``."""
        return self.name.removesuffix(".gz")


FILES = {
    "train_images": DataFile(
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": DataFile(
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": DataFile(
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": DataFile(
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


class DataFileError(ValueError):
    """A data file that is not the published one.

    Attributes
    ----------
    problem, mend : str
        What is wrong, and what to do about it; together they are the message.
    """

    def __init__(self, problem: str, mend: str) -> None:
        self.problem = problem
        self.mend = mend
        super().__init__(f"{problem}. {mend}.")


def find(file: DataFile) -> Path | None:
    """Find a packed file.

    The places are looked through in this order: the folder named by the environment variable
    ``MNIST_DATA_DIR``, the ``data`` folder of the project, the user's cache.

    Parameters
    ----------
    file : DataFile
        Which file.

    Returns
    -------
    Path or None
        Where the file lies, unchecked; None if it is in none of the places.

    Raises
    ------
    FileNotFoundError
        If ``MNIST_DATA_DIR`` names a folder that does not exist.
    """
    for folder in _folders():
        path = folder / file.name
        if path.exists():
            return path
    return None


def check(file: DataFile, path: Path) -> bytes:
    """Read a packed file and compare it with the published one, byte for byte.

    Parameters
    ----------
    file : DataFile
        What the file must be.
    path : Path
        Where it lies.

    Returns
    -------
    bytes
        The packed bytes that were compared.

    Raises
    ------
    DataFileError
        If a byte differs. The sentence names the file, what is wrong and what to do.
    """
    mend = (
        f"Move it away: then the next load finds the published {file.name} elsewhere or "
        "downloads it. In a clone, `git restore data` brings back those in the data folder. "
        "Other IDX files can be read with read_idx"
    )
    if not path.is_file():
        raise DataFileError(f"{path} is not a file", mend)
    size = path.stat().st_size
    if size == 0:
        raise DataFileError(f"{path} is empty", mend)
    if size != file.size:
        what = "is cut short, or another file" if size < file.size else "is another file"
        raise DataFileError(f"{path} {what}: {size:,} bytes in place of {file.size:,}", mend)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataFileError(
            f"{path} has the right size and the wrong bytes (its SHA-256 differs): it was "
            "altered, or packed anew",
            mend,
        )
    return content


def load(file: DataFile, path: Path) -> np.ndarray:
    """Load the numbers of a packed file, from its unpacked copy where there is one.

    Parameters
    ----------
    file : DataFile
        Which file.
    path : Path
        Where the packed file lies.

    Returns
    -------
    numpy.ndarray
        uint8, ``(N, 28, 28)`` or ``(N,)``. It may be changed: a change stays in this
        process and never reaches a file.

    Raises
    ------
    DataFileError
        If the packed file is not the published one.

    Notes
    -----
    The copy in the cache is mapped, not read: whoever writes into it while an array is in use
    changes the array. This library only ever replaces it as a whole, which does not.
    """
    try:
        copy = storage.cache_dir() / file.unpacked_name
        if _has_receipt(copy, path):
            return _map(copy)
    except (OSError, IDXError):
        copy = None
    # What is noted of the packed file is from before its bytes were compared: a change that
    # comes between makes the receipt useless, never wrong.
    state = _state(path)
    content = gzip.decompress(check(file, path))
    try:
        if copy:
            _keep(file, copy, content, path, state)
            return _map(copy)
    except (OSError, IDXError):
        # A full disk or a home that can't be written to costs time, not the data.
        pass
    return _from_bytes(content, path)


def _folders() -> list[Path]:
    folders = [Path(__file__).resolve().parents[2] / "data"]
    with suppress(FileNotFoundError):
        folders.append(storage.cache_dir())
    if named := os.environ.get("MNIST_DATA_DIR"):
        first = Path(os.path.expanduser(named))  # noqa: PTH111 - a stranger's ~ is no error
        if not first.is_dir():
            raise FileNotFoundError(
                f"The environment variable MNIST_DATA_DIR names {first}, which is not a folder. "
                "Set it to the folder that holds the four MNIST files, or unset it."
            )
        folders.insert(0, first)
    return folders


def _state(path: Path) -> list[int]:
    """Return what changes when a file is written to, without reading the file.

    A program may set the time of the last change back. Where there is one, the time of the
    last change of the file's entry (POSIX's ctime) tells nevertheless.
    """
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _receipt(copy: Path, packed: Path) -> Path:
    """Return where the receipt lies; two packed files, of two clones, have one each."""
    whose = hashlib.sha256(str(packed.absolute()).encode()).hexdigest()[:16]
    return copy.with_name(f"{copy.name}-{whose}.json")


def _has_receipt(copy: Path, packed: Path) -> bool:
    try:
        receipt = json.loads(_receipt(copy, packed).read_text(encoding="utf-8"))
        return receipt == {"packed": _state(packed), "copy": _state(copy)}
    except (OSError, ValueError):
        return False


def _keep(file: DataFile, copy: Path, content: bytes, packed: Path, state: list[int]) -> None:
    """Keep an unpacked copy, and note in what state both files were when they were compared."""
    if not _is_copy(file, copy):
        write_whole(copy, content)
    before = _state(copy)
    if _is_copy(file, copy):
        receipt = {"packed": state, "copy": before}
        write_whole(_receipt(copy, packed), json.dumps(receipt).encode())


def _is_copy(file: DataFile, copy: Path) -> bool:
    try:
        with copy.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256_unpacked
    except OSError:
        return False


def _map(copy: Path) -> np.ndarray:
    with copy.open("rb") as file:
        dtype, shape = parse_header(file, copy)
        # Copy on write: who changes the array changes nobody else's data.
        numbers = np.memmap(file, dtype, mode="c", offset=file.tell(), shape=shape)
    return numbers.view(np.ndarray)


def _from_bytes(content: bytes, path: Path) -> np.ndarray:
    file = io.BytesIO(content)
    dtype, shape = parse_header(file, path)
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape).copy()
