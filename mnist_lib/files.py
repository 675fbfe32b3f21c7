"""Find the four MNIST files, check them, and keep unpacked copies of them.

Nothing is believed before its SHA-256 was compared with the published one. What was compared
is noted in a receipt beside the unpacked copy: the size, the times and the inode that the
packed file and the copy had then. While neither has changed, the copy is mapped into memory as
it is, which takes a fraction of a millisecond; as soon as one has changed, both are compared
again.
"""

import gzip
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import platformdirs

from mnist_lib.idx import IDXError, parse_header, read_idx

__all__ = ["FILES", "DataFile", "DataFileError", "cache_dir", "check", "find", "load"]


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
    """A data file that is not the published one."""


def cache_dir() -> Path:
    """Return the folder of this user's cache in which downloads and unpacked copies lie."""
    return platformdirs.user_cache_path("mnist_lib", appauthor=False)


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


def check(file: DataFile, path: Path) -> None:
    """Compare a packed file with the published one, byte for byte.

    Parameters
    ----------
    file : DataFile
        What the file must be.
    path : Path
        Where it lies.

    Raises
    ------
    DataFileError
        If a byte differs. The sentence names the file, what is wrong and what to do.
    """
    if not path.is_file():
        raise DataFileError(f"{path} is not a file. Move it away: the file belongs there.")
    size = path.stat().st_size
    if size == 0:
        wrong = "is empty"
    elif size < file.size:
        wrong = f"is cut short or is another file: {size:,} bytes in place of {file.size:,}"
    elif size > file.size:
        wrong = f"is another file: {size:,} bytes in place of {file.size:,}"
    elif _sha256(path) != file.sha256:
        wrong = "has the right size and the wrong bytes (its SHA-256 differs): it was altered"
    else:
        return
    raise DataFileError(
        f"{path} {wrong}. It is not the published {file.name} and was not read. "
        "Delete it: the next load downloads it again, or `git restore data` brings it back "
        "in a clone. Other IDX files can be read with read_idx."
    )


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
    """
    copy = cache_dir() / file.unpacked_name
    if not _has_receipt(copy, path):
        # The packed file's state is noted before its bytes are compared: a change that comes
        # between the two makes the receipt useless, never wrong.
        state = _state(path)
        check(file, path)
        try:
            _make_copy(file, path, copy, state)
        except OSError:
            # A full disk or a home that can't be written to costs time, not the data.
            return read_idx(path)
    try:
        return _map(copy)
    except (OSError, IDXError):
        return read_idx(path)


def _folders() -> list[Path]:
    folders = [Path(__file__).resolve().parents[1] / "data", cache_dir()]
    if named := os.environ.get("MNIST_DATA_DIR"):
        first = Path(named).expanduser()
        if not first.is_dir():
            raise FileNotFoundError(
                f"The environment variable MNIST_DATA_DIR names {first}, which is not a folder. "
                "Set it to the folder that holds the four MNIST files, or unset it."
            )
        folders.insert(0, first)
    return folders


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> list[str | int]:
    """Return what changes when a file is written to, without reading the file."""
    stat = path.stat()
    return [str(path.absolute()), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _receipt(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.json")


def _has_receipt(copy: Path, packed: Path) -> bool:
    try:
        receipt = json.loads(_receipt(copy).read_text(encoding="utf-8"))
        return receipt == {"packed": _state(packed), "copy": _state(copy)}
    except (OSError, ValueError):
        return False


def _make_copy(file: DataFile, packed: Path, copy: Path, state: list[str | int]) -> None:
    if not copy.is_file() or _sha256(copy) != file.sha256_unpacked:
        write_whole(copy, gzip.decompress(packed.read_bytes()))
    receipt = {"packed": state, "copy": _state(copy)}
    write_whole(_receipt(copy), json.dumps(receipt).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing.
    content : bytes
        All that the file shall hold.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        part = Path(folder) / path.name
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def _map(copy: Path) -> np.ndarray:
    with copy.open("rb") as file:
        dtype, shape = parse_header(file, copy)
        # Copy on write: who changes the array changes nobody else's data.
        numbers = np.memmap(file, dtype, mode="c", offset=file.tell(), shape=shape)
    return numbers.view(np.ndarray)
