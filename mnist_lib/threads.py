"""Threads: one for each matrix product unless the reader says otherwise, and one to work ahead.

BLAS, the library behind NumPy's products, splits each of them over all cores. Products as small
as those of this course gain a tenth at best; and when anything else wants a core, the threads
wait for each other, and a training takes 20 to 40 times as long. See `benchmarks/README.md`.
"""

import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

from mnist_lib import browser

__all__ = ["CAN_START", "limit_blas_threads", "share_out", "start", "work_ahead"]

CAN_START = not browser.IN_BROWSER
"""Whether threads can be started: in a browser they can not."""


T = TypeVar("T")
VARIABLE = "MNIST_LIB_BLAS_THREADS"
OTHERS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def limit_blas_threads() -> None:
    """Let NumPy compute each product on one core, from now on, in the whole process.

    The environment variable ``MNIST_LIB_BLAS_THREADS`` holds another number of threads, or
    ``all`` to leave BLAS alone; anything else is a ValueError. BLAS is left alone, too, where one
    of its own variables, such as ``OPENBLAS_NUM_THREADS``, says how many threads it may use.
    """
    wanted = os.environ.get(VARIABLE, "all" if any(map(os.environ.get, OTHERS)) else "1")
    if wanted == "all" or not CAN_START:
        return
    if not (wanted.isascii() and wanted.isdigit() and int(wanted) > 0):
        raise ValueError(
            f"The environment variable {VARIABLE} is {wanted!r}, where a number of threads from "
            "1 on, or 'all', is expected. Correct it, or unset it."
        )
    from threadpoolctl import threadpool_limits

    threadpool_limits(int(wanted), user_api="blas")


def work_ahead(items: Iterator[T]) -> Iterator[T]:
    """Work out the next item in a second thread, while the caller is busy with the one before.

    Where no thread can be started, each item is worked out when it is asked for.
    """
    if not CAN_START:
        yield from items
        return
    from concurrent.futures import ThreadPoolExecutor

    end = object()
    with ThreadPoolExecutor(1) as pool:
        upcoming = pool.submit(next, items, end)
        while (item := upcoming.result()) is not end:
            upcoming = pool.submit(next, items, end)
            yield item


def share_out(work: Callable[[int, int], object], count: int) -> None:
    """Cut ``range(count)`` into one part for each core, and work on all parts at once.

    `work` takes the start and the end of a part. Where no thread can be started, or there is
    little to do, there are fewer parts.
    """
    parts = max(1, min(count, os.cpu_count() or 1 if CAN_START else 1))
    cuts = [count * i // parts for i in range(parts + 1)]
    (start, end), *others = pairwise(cuts)
    if not others:
        work(start, end)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(others)) as pool:
        futures = [pool.submit(work, *part) for part in others]
        work(start, end)
    for future in futures:
        future.result()  # raises what the work raised


def start(
    work: Callable[[], None], previous: Callable[[], None] | None = None
) -> Callable[[], None]:
    """Start work that nobody has to wait for, once `previous` has returned.

    Return a function that waits until the work is done, which may be the next one's `previous`.
    """

    def run() -> None:
        if previous is not None:
            previous()
        work()

    if not CAN_START:
        return browser.start(run)
    from threading import Thread

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread.join
