"""What all contenders share, so that only their speed differs."""

from collections.abc import Callable

import numpy as np

from benchmarks.racing import Work
from mnist_lib import get_data, init_network

Network = dict[str, np.ndarray]
Predict = Callable[[Network, np.ndarray], np.ndarray]

BATCH = 100
EPOCHS = 5
RATE = 0.5
MOMENTUM = 0.9
ENOUGH = 0.97
"""The share of the test images that a network trained from nothing has to read right."""


def singles(predict: Predict) -> Work:
    """Return the work of reading all test images one at a time, by a function like `predict`."""
    network, images = init_network(), list(get_data()[0])

    def work() -> None:
        for image in images:
            predict(network, image)

    return work


def batches(predict: Predict, size: int) -> Work:
    """Return the work of naming all test images' digits, by a function like `predict`."""
    network, (x, _) = init_network(), get_data()

    def work() -> None:
        for start in range(0, len(x), size):
            predict(network, x[start : start + size]).argmax(axis=1)

    return work
