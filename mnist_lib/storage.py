"""Where the course keeps files of its own, and how it writes them."""

import os
import tempfile
from pathlib import Path

import platformdirs

__all__ = ["cache_dir", "write_whole"]


def cache_dir() -> Path:
    """Return the folder of this user's cache in which downloads and unpacked copies lie.

    Raises
    ------
    FileNotFoundError
        If this user has no home folder.
    """
    try:
        return platformdirs.user_cache_path("mnist_lib", appauthor=False)
    except RuntimeError as error:
        raise FileNotFoundError(
            f"There is no place for a cache ({error}). Set HOME to a folder of yours, or "
            "MNIST_DATA_DIR to the folder that holds the four MNIST files."
        ) from error


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
