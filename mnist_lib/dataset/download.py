"""Download MNIST's files from the mirrors that still serve them."""

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_lib.dataset.published import DataFile

__all__ = ["MIRRORS", "DownloadError", "download"]

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://github.com/WegraLee/deep-learning-from-scratch/raw/master/dataset/",
)
_SECONDS_TO_CONNECT = 5
_SECONDS_WITHOUT_A_BYTE = 15
_SECONDS_A_FILE = 600


class DownloadError(OSError):
    """No mirror gave the file."""


def download(
    file: "DataFile",
    folder: Path,
    mirrors: tuple[str, ...] = MIRRORS,
    seconds: float = _SECONDS_A_FILE,
) -> Path:
    """Download one file from the first mirror that gives it whole.

    The file appears in the folder only once its SHA-256 was found right, in one step: whoever
    looks sees all of it or nothing, whatever is interrupted and whoever else downloads it.

    Parameters
    ----------
    file : DataFile
        Which file.
    folder : Path
        Where to put it; made where it is missing.
    mirrors : tuple of str
        The addresses to try, in this order, each ending in ``/``.
    seconds : float
        The longest that one mirror may take for the file, in seconds.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DownloadError
        If no mirror gave the file. The sentence says what each one did, and what to do.
    """
    failures = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(
            f"{file.name} is missing, and {folder}, where it would be downloaded to, can't be "
            f"made ({error}). Set MNIST_DATA_DIR to the folder that holds the file."
        ) from error
    # A folder of its own for each download: two that run at once never write to one file.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as scratch:
        for mirror in mirrors:
            try:
                part = _fetch(file, mirror, Path(scratch), seconds)
            except (OSError, ValueError) as error:
                failures.append(f"  {mirror}: {_in_words(error)}")
                continue
            return part.replace(folder / file.name)
    raise DownloadError(
        f"{file.name} is missing and could not be downloaded:\n" + "\n".join(failures) + "\n"
        "Check the connection and try again. Or bring the file from another machine and put it "
        f"into {folder}, or set MNIST_DATA_DIR to the folder where it lies."
    )


def _fetch(file: "DataFile", mirror: str, scratch: Path, seconds: float) -> Path:
    # Imported here because both take longer than loading all of MNIST, and are rarely needed.
    import pooch
    from tqdm import tqdm

    class Bar(tqdm):
        """A progress bar that also stops a download that trickles for ever."""

        deadline = time.monotonic() + seconds

        def update(self, n: float | None = 1) -> bool | None:
            if time.monotonic() > self.deadline:
                raise TimeoutError(f"not done after {seconds:g} seconds")
            return super().update(n)

        def __bool__(self) -> bool:
            # Else pooch drops the bar, and the deadline, where a server tells no length.
            return True

    bar = Bar(desc=file.name, total=file.size, unit="B", unit_scale=True)
    with _quiet(pooch.get_logger()), bar:
        path = pooch.retrieve(
            mirror + file.name,
            known_hash=f"sha256:{file.sha256}",
            fname=file.name,
            path=scratch,
            downloader=pooch.HTTPDownloader(
                progressbar=bar, timeout=(_SECONDS_TO_CONNECT, _SECONDS_WITHOUT_A_BYTE)
            ),
        )
    with open(path, "rb+") as whole:  # noqa: PTH123 - pooch returns a str
        os.fsync(whole.fileno())
    return Path(path)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from naming its temporary files to the reader."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _in_words(error: Exception) -> str:
    import requests

    if isinstance(error, requests.HTTPError):
        return f"it answered {error.response.status_code} {error.response.reason}"
    # The order matters: a time-out while connecting is a failed connection, too.
    sentences = {
        requests.exceptions.SSLError: "its certificate could not be verified (a proxy, perhaps)",
        requests.Timeout: "it did not answer in time",
        requests.exceptions.ChunkedEncodingError: "it broke off before the end",
        requests.ConnectionError: "it could not be reached",
        requests.exceptions.InvalidURL: "its address, or that of a proxy, is none",
        ValueError: "it sent something else than the file (the SHA-256 differs)",
    }
    return next(
        (words for kind, words in sentences.items() if isinstance(error, kind)), str(error)
    )
