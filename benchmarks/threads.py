"""Training with the threads that the library chooses, while another program keeps a core busy."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.racing import Row

TURNS = 3
SETTINGS = ("MNIST_LIB_BLAS_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
# NumPy first, as in most notebooks: by then BLAS has already chosen its threads.
SIX_EPOCHS = """
import numpy as np
from time import perf_counter
from mnist_lib import load_mnist
from mnist_lib.network import new_network
from mnist_lib.training import train

(x, t), _ = load_mnist()
start = perf_counter()
train(new_network(), x, t, epochs=6)
print(perf_counter() - start)
"""


def rows() -> Iterator[Row]:
    """Measure six epochs in fresh kernels, with no variable set and with one thread or all."""
    what = "six epochs beside a busy core, no variable set"
    with busy_core():
        ours = [train_afresh() for _ in range(TURNS)]
        one = [train_afresh(OPENBLAS_NUM_THREADS="1") for _ in range(TURNS)]
        # It may take very long, and once is enough to show it.
        every = [train_afresh(MNIST_LIB_BLAS_THREADS="all")]
    for against, times, goal in (
        ("one BLAS thread", one, 1.3),
        ("BLAS left alone", every, None),
    ):
        seconds = median(ours), median(times)
        yield Row(what, against, seconds[0] / seconds[1], goal, seconds)


def train_afresh(**variables: str) -> float:
    """Return the seconds of six epochs in a new process."""
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    result = subprocess.run(  # noqa: S603 - what is run stands above
        [sys.executable, "-c", SIX_EPOCHS],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(result.stdout)


@contextmanager
def busy_core() -> Iterator[None]:
    """Keep one core busy."""
    process = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _spin() -> None:
    while True:
        pass
