"""The three matrix products alone: what no network of this shape can do without."""

import numpy as np

from benchmarks.racing import Work
from mnist_lib import get_data, init_network


def prepare_batches(size: int) -> Work:
    """Return the work of multiplying all test images by the weights, in batches.

    `size` must divide the number of images: the outputs are allocated once.
    """
    network, (x, _) = init_network(), get_data()
    weights = [network[name] for name in ("W1", "W2", "W3")]
    outputs = [np.empty((size, w.shape[1]), np.float32) for w in weights]

    def work() -> None:
        for start in range(0, len(x), size):
            below = x[start : start + size]
            for w, out in zip(weights, outputs, strict=True):
                below = np.matmul(below, w, out=out)

    return work
