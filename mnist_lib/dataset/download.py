"""Download MNIST's files from the mirrors that still serve them."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from mnist_lib import storage
from mnist_lib.dataset.published import DataFile

if TYPE_CHECKING:
    import requests
    from tqdm import tqdm

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://github.com/WegraLee/deep-learning-from-scratch/raw/master/dataset/",
)
_CHUNK = 1 << 14


def fetch(
    files: Iterable[DataFile],
    folder: Path,
    mirrors: Sequence[str],
    seconds: float = 55,
    silence: float = 10,
) -> dict[DataFile, Path]:
    """Download files into a folder, each from the first mirror that gives it whole.

    A file appears in one step, once its SHA-256 was found right. All may take `seconds`, a mirror
    half of what is left of them, the last one all, and none may send nothing for longer than
    `silence` seconds. One that failed is not asked again. Addresses of mirrors end in ``/``. If a
    file came from none, or can't be written, an OSError says what each mirror did, and what to do.
    """
    # Imported here because they take longer than loading all of MNIST, and are rarely needed.
    import requests
    from tqdm import tqdm
    from urllib3.exceptions import HTTPError

    missing, paths, failures = list(files), {}, []
    end = time.monotonic() + seconds
    for number, mirror in enumerate(mirrors, start=1):
        left = end - time.monotonic()
        deadline = end if number == len(mirrors) else end - left / 2
        with requests.Session() as session:
            while missing:
                file = missing[0]
                get = partial(session.get, mirror + file.name, stream=True, timeout=silence)
                with tqdm(desc=file.name, total=file.size, unit="B", unit_scale=True) as bar:
                    try:
                        content = _wait(deadline, partial(_read, get, file, deadline, bar))
                    except (OSError, ValueError, HTTPError) as error:
                        failures.append(f"  {mirror}: {_in_words(error)}")
                        break
                paths[file] = _write(folder / file.name, content)
                del missing[0]
    if missing:
        names = ", ".join(file.name for file in missing)
        raise OSError(
            f"{names} could not be downloaded:\n" + "\n".join(failures) + "\n"
            "Check the connection and try again. Or copy the missing files from another machine "
            f"into {folder}, or set MNIST_DATA_DIR to the folder where they lie."
        )
    return paths


def _wait(deadline: float, work: Callable[[], bytes]) -> bytes:
    """Do the work in a thread of its own, and stop waiting for it at the deadline.

    No time limit of a socket holds for a server that sends a byte of its header now and then.
    """
    future: Future[bytes] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised again by future.result
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future.result(deadline - time.monotonic())


def _read(
    get: Callable[[], "requests.Response"], file: DataFile, deadline: float, bar: "tqdm"
) -> bytes:
    """Read one file into memory, at most one byte more than it has."""
    content = bytearray()
    with get() as response:
        response.raise_for_status()
        for chunk in response.iter_content(_CHUNK):
            content += chunk[: file.size + 1 - len(content)]
            bar.update(len(chunk))
            if time.monotonic() > deadline:
                raise TimeoutError
            if len(content) > file.size:
                break
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise OSError("it sent something other than the file (the SHA-256 differs)")
    return bytes(content)


def _write(path: Path, content: bytes) -> Path:
    try:
        storage.write_whole(path, content)
    except OSError as error:
        raise OSError(
            f"{path.name} was downloaded but can't be written to {path.parent} ({error}). Make "
            "the folder writable, or set MNIST_DATA_DIR to a folder that holds the file."
        ) from error
    return path


def _in_words(error: Exception) -> str:
    """Say what a mirror did."""
    import requests
    from urllib3.exceptions import ReadTimeoutError

    if isinstance(error, requests.HTTPError):
        return f"it answered {error.response.status_code} {error.response.reason}"
    if error.args and isinstance(error.args[0], ReadTimeoutError):
        return "it sent nothing for too long"
    # The order matters: a certificate that is refused is a failed connection, too.
    sentences = {
        TimeoutError: "it was not done in time",
        requests.exceptions.SSLError: "its certificate could not be verified (a proxy, perhaps)",
        requests.exceptions.ChunkedEncodingError: "it broke off before the end",
        requests.exceptions.ContentDecodingError: "it sent something other than the file",
        requests.ConnectionError: "it could not be reached",
        requests.TooManyRedirects: "it redirects without end",
        ValueError: "its address, a redirect, a header or the address of a proxy is not valid",
    }
    reasons = (words for kind, words in sentences.items() if isinstance(error, kind))
    return next(reasons, str(error))
