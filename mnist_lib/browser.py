"""What is different in a browser tab, where Pyodide runs Python in the page itself.

There is one thread, and the page's server in place of a disk. Whatever else the library does
there, it does as everywhere.
"""

import asyncio
import sys
from collections.abc import Callable

from mnist_lib.language import said

__all__ = ["IN_BROWSER", "can_wait", "fetch", "fewer", "let_messages_in", "start"]

IN_BROWSER = sys.platform == "emscripten"


def fetch(path: str) -> bytes:
    """Return a file of the site by its path there; an OSError says why it did not come."""
    from js import XMLHttpRequest, location

    # The script that runs this lies in the folder of its extension.
    address = f"{location.href.partition('/extensions/')[0]}/files/{path}"
    request = XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception as error:
        raise OSError(
            f"{path} could not be fetched. Is there a connection? Then try again."
        ) from error
    if request.status != 200:
        raise OSError(f"{address} could not be fetched: the server answered {request.status}.")
    return request.response.to_bytes()


def fewer(images: int) -> int:
    """Return with how many images a lesson computes: a fifth in a tab, where NumPy is slow.

    Parameters
    ----------
    images : int
        How many it computes with elsewhere.

    Returns
    -------
    int
        The same number; in a browser tab a fifth of it, and a sentence says so.
    """
    if not IN_BROWSER:
        return images
    print(  # noqa: T201 - the lesson says so to its reader
        said(
            f"In a browser tab: {images // 5:,} images in place of {images:,}. The numbers below "
            "are somewhat different from those in the text."
        )
    )
    return images // 5


def can_wait() -> bool:
    """Tell whether running code may wait for the page: some browsers don't have what it takes."""
    from pyodide.ffi import can_run_sync

    return can_run_sync()


def let_messages_in() -> None:
    """Let the page's messages be handled now, in the middle of running code."""
    if IN_BROWSER and can_wait():
        from pyodide.ffi import run_sync

        run_sync(asyncio.sleep(0.001))


def start(work: Callable[[], None]) -> Callable[[], None]:
    """Start work soon, or at once where it could not be waited for; return what waits for it."""
    if not can_wait():
        work()
        return lambda: None
    from pyodide.ffi import run_sync

    async def later() -> None:
        work()

    task = asyncio.ensure_future(later())
    return lambda: run_sync(task)
