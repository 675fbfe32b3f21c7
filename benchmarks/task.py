"""What all contenders share, so that only their speed differs."""

from collections.abc import Callable

import numpy as np

from benchmarks.racing import Work
from mnist_lib import get_data, init_network

Network = dict[str, np.ndarray]
Prepare = Callable[[Network], Callable[[np.ndarray], np.ndarray]]
"""From a network to a function that reads images with it."""

BATCH = 100
EPOCHS = 5
RATE = 0.5
MOMENTUM = 0.9
ENOUGH = 0.97
"""The fraction of the test images that a network trained from nothing must read right."""


def singles(prepare: Prepare) -> Work:
    """Return the work of reading all test images one at a time."""
    read, images = prepare(init_network()), list(get_data()[0])

    def work() -> None:
        for image in images:
            read(image)

    return work


def batches(prepare: Prepare, size: int) -> Work:
    """Return the work of naming all test images' digits, in batches."""
    read, (x, _) = prepare(init_network()), get_data()

    def work() -> None:
        for start in range(0, len(x), size):
            read(x[start : start + size]).argmax(axis=1)

    return work
