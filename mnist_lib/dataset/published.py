"""The four files of MNIST as they were published: where they lie, and whether they are intact."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mnist_lib import browser, storage
from mnist_lib.checks import SIDE, check_type


class DataFile(NamedTuple):
    """A file as it was published, packed with gzip."""

    name: str  # with .gz
    shape: tuple[int, ...]  # of its numbers, all uint8
    size: int  # bytes, packed
    sha256: str  # packed

    @property
    def unpacked_name(self) -> str:
        """The name of the file without ``.gz``."""
        return self.name.removesuffix(".gz")


FILES = {
    "train_images": DataFile(
        "train-images-idx3-ubyte.gz",
        (60_000, SIDE, SIDE),
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train_labels": DataFile(
        "train-labels-idx1-ubyte.gz",
        (60_000,),
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "test_images": DataFile(
        "t10k-images-idx3-ubyte.gz",
        (10_000, SIDE, SIDE),
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "test_labels": DataFile(
        "t10k-labels-idx1-ubyte.gz",
        (10_000,),
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}


def find(file: DataFile) -> Path | None:
    """Find a packed file, unchecked; None if it is in none of the places.

    These are the folder that ``MNIST_DATA_DIR`` names (a FileNotFoundError if it does not exist),
    the project's ``data`` folder and the user's cache, in this order. In a browser tab the site
    has it, from which it is fetched into the cache; an OSError says if that fails.
    """
    check_type("file", file, DataFile, 'one of FILES, such as FILES["test_labels"],')
    paths = (folder / file.name for folder in _folders())
    # os.path.exists, unlike Path.exists, has no error for a folder that may not be searched.
    found = next((path for path in paths if os.path.exists(path)), None)  # noqa: PTH110
    if found is None and browser.IN_BROWSER:
        found = storage.cache_dir() / file.name
        storage.write_whole(found, browser.fetch(f"data/{file.name}"))
    return found


def check(file: DataFile, path: Path) -> bytes:
    """Read a packed file, compare it with the published one byte for byte, and return its bytes.

    A ValueError says what is wrong with the file, and what to do.
    """
    import hashlib  # as in unpacked.py

    problem, content = _find_problem(file, path), b""
    try:
        content = b"" if problem else path.read_bytes()
    except OSError as error:
        problem = f"can't be read ({error.strerror})"
    if problem is None and hashlib.sha256(content).hexdigest() != file.sha256:
        problem = (
            "has the right size but the wrong bytes (its SHA-256 differs): it was altered, or "
            "compressed again"
        )
    if problem is None:
        return content
    raise ValueError(
        f"{path} {problem}. Move it away: then the next load finds the published {file.name} "
        "elsewhere or downloads it. In a clone, `git restore data` brings back those in the data "
        "folder. Other IDX files can be read with read_idx."
    )


def _find_problem(file: DataFile, path: Path) -> str | None:
    """Return what is wrong with a file, as far as it can be seen without comparing its bytes."""
    if not path.is_file():
        return "is not a file"
    size = path.stat().st_size
    if size == 0:
        return "is empty"
    if size != file.size:
        what = "is cut short, or another file" if size < file.size else "is another file"
        return f"{what}: {size:,} bytes instead of {file.size:,}"
    return None


def _folders() -> list[Path]:
    folders = [Path(__file__).resolve().parents[2] / "data"]
    with suppress(FileNotFoundError):
        folders.append(storage.cache_dir())
    if named := os.environ.get("MNIST_DATA_DIR"):
        # os.path, unlike Path, has no error for an unknown user's ~ or a name that is too long.
        first = os.path.expanduser(named)  # noqa: PTH111
        if not os.path.isdir(first):  # noqa: PTH112
            raise FileNotFoundError(
                f"The environment variable MNIST_DATA_DIR names {first[:200]}, which is not a "
                "folder. Set it to the folder that holds the four MNIST files, or unset it."
            )
        folders.insert(0, Path(first))
    return folders
