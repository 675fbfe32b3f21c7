"""Where the course keeps files of its own, and how it writes them."""

import os
import stat
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from mnist_lib import browser
from mnist_lib.checks import check_type

__all__ = ["cache_dir", "display_name", "lock", "open_file", "write_whole"]

_LOCK = ".mnist_lib.lock"
_PART = ".mnist_lib.part"


def cache_dir() -> Path:
    """Return the folder in which downloads and unpacked copies lie.

    It is the one that the environment variable ``MNIST_LIB_CACHE`` names, which several users may
    share and need not be able to write to, or else in this user's cache. Without a home folder
    there is none: a FileNotFoundError.
    """
    if named := os.environ.get("MNIST_LIB_CACHE"):
        return Path(named)
    import platformdirs  # takes as long to import as the rest of this package

    try:
        return platformdirs.user_cache_path("mnist_lib", appauthor=False)
    except RuntimeError as error:
        raise FileNotFoundError(
            f"There is no place for a cache ({error}). Set HOME to a folder of yours, or "
            "MNIST_DATA_DIR to the folder that holds the four MNIST files."
        ) from error


def open_file(path: str | Path, hint: str) -> BinaryIO:
    """Open a regular file for reading (a fifo could make its reader wait forever).

    `hint` says what to pass; it ends the FileNotFoundError where there is no such file.
    """
    check_type("The path", path, (str, Path), "the path of a file, as text or a Path,")
    try:
        is_file = Path(path).is_file()
    except OSError:
        is_file = False  # such as a name that is too long
    if not is_file:
        raise FileNotFoundError(f"There is no file {display_name(path)}. {hint}")
    return Path(path).open("rb")


def display_name(path: str | Path) -> str:
    """Return a path for messages, in characters that can be shown; of a long one, the end."""
    text = str(path).encode(errors="backslashreplace").decode()
    return text if len(text) <= 200 else f"…{text[-200:]}"


def lock(path: Path, seconds: float) -> AbstractContextManager:
    """Let one process at a time go on, by a file; a TimeoutError after so many seconds."""
    if browser.IN_BROWSER:  # where there is no other process
        return nullcontext()
    # Imported here because it takes longer than loading MNIST, and is rarely needed.
    from filelock import FileLock

    return FileLock(path, timeout=seconds)


def write_whole(path: Path, content: bytes, seconds: float = 10) -> None:
    """Write a file so that nobody ever sees a part of it; its folder is made where it is missing.

    Processes that write into the same folder take turns, and wait for at most `seconds`. What a
    killed one left half written is removed by the next. An OSError leaves the old file unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_name(_LOCK)
    try:
        with lock(file, seconds):
            try:
                _replace(path, content)
            finally:
                # Those who wait for this file see that it is gone, and lock a new one. (Windows
                # lets nobody remove it now; there, the lock does so itself.)
                with suppress(OSError):
                    file.unlink()
    except TimeoutError as error:
        raise TimeoutError(
            f"{path} was not written: another process has been writing into its folder for "
            f"{seconds:g} seconds. Try again, or restart the other kernels."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside `path` and let it take its place, while the folder is locked."""
    part = path.with_name(_PART)
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A file that nobody else may read stays one.
        with suppress(FileNotFoundError):
            part.chmod(stat.S_IMODE(path.stat().st_mode))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
