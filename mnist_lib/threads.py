"""Threads: one for each matrix product unless the reader says otherwise, and one to work ahead.

BLAS, the library behind NumPy's products, splits each of them over all cores. Products as small
as those of this course gain a tenth at best; and when anything else wants a core, the threads
wait for each other, and a training takes 20 to 40 times as long. See `benchmarks/README.md`.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["CAN_START", "limit_blas_threads", "share_out", "work_ahead"]

CAN_START = sys.platform != "emscripten"
"""Whether threads can be started: in a browser they can not."""


T = TypeVar("T")
VARIABLE = "MNIST_LIB_BLAS_THREADS"
OTHERS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def limit_blas_threads() -> None:
    """Let NumPy compute each product on one core, from now on, in the whole process.

    The environment variable ``MNIST_LIB_BLAS_THREADS`` holds another number of threads, or
    ``all`` to leave BLAS alone. BLAS is left alone, too, where one of its own variables, such as
    ``OPENBLAS_NUM_THREADS``, says how many threads it may use.

    Raises
    ------
    ValueError
        If ``MNIST_LIB_BLAS_THREADS`` holds something else.
    """
    wanted = os.environ.get(VARIABLE, "all" if any(map(os.environ.get, OTHERS)) else "1")
    if wanted == "all":
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

    Parameters
    ----------
    items : iterator
        What to work out.

    Yields
    ------
    object
        The same items, in their order.
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


def share_out(work: Callable[[T], object], items: Iterable[T]) -> None:
    """Do the same work on many items, on all cores at once where threads can be started.

    Parameters
    ----------
    work : callable
        What to do with an item. NumPy lets other threads run while it computes.
    items : iterable
        Independent of each other.
    """
    if not CAN_START:
        for item in items:
            work(item)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # An exception is raised when its result is asked for.
        for _ in pool.map(work, items):
            pass
