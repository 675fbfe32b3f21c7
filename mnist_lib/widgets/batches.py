"""The control for the batch size, and the measurement behind it."""

import time
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from mnist_lib import checks
from mnist_lib.checks import Network
from mnist_lib.figures import draw_batch_times
from mnist_lib.network import predict
from mnist_lib.widgets.control import Control, Shown
from mnist_lib.widgets.slider import Slider


def measure_batches(
    network: Network, x: np.ndarray, sizes: Sequence[int], repeats: int = 3
) -> list[float]:
    """Measure how long a network takes for all images, in batches of each size.

    Parameters
    ----------
    network, x
        As for `mnist_lib.network.predict`; without any image there is a ValueError.
    sizes : sequence of int
        How many images go through the network at once.
    repeats : int
        How often to measure each size. The sizes take turns, so that a busy moment of the
        machine does not affect one of them alone.

    Returns
    -------
    list of float
        For each size, its shortest time, in seconds.
    """
    x = checks.check_batch(x)
    sizes = [
        checks.check_count("a size", size)
        for size in checks.check_numbers("sizes", sizes, "sizes")
    ]
    checks.check_count("repeats", repeats)
    times = [[_read_in_batches(network, x, size)[1] for size in sizes] for _ in range(repeats)]
    return [min(column) for column in zip(*times, strict=True)]


def _read_in_batches(network: Network, x: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """Return the digits that were read, ``(N,)``, and the seconds that it took."""
    start = time.perf_counter()
    answers = [predict(network, x[i : i + size]) for i in range(0, len(x), size)]
    seconds = time.perf_counter() - start
    return np.concatenate(answers).argmax(axis=1), seconds


def view_batch_size(
    network: Network, x: np.ndarray, t: np.ndarray, curve: Mapping[int, float], size: int
) -> Shown:
    """Read all images in batches of one size, and show what that changes and what it does not.

    Parameters
    ----------
    network, x
        As for `measure_batches`.
    t : numpy.ndarray, shape (N,)
        Labels.
    curve : mapping of int to float
        Seconds for all images at each batch size, as measured before.
    size : int
        The batch size, one of those in `curve`.
    """
    x = checks.check_batch(x)
    t = checks.check_labels(t, len(x)).argmax(axis=1)
    checks.check_count("size", size)
    checks.check_table("curve", curve, low=1e-9)
    digits, seconds = _read_in_batches(network, x, size)
    depth = checks.check_network(network)
    widths = [len(network["W1"]), *(network[f"b{layer}"].size for layer in range(1, depth + 1))]
    shapes = " → ".join(f"({size}, {width})" for width in widths)
    last = len(x) % size
    text = (
        f"accuracy {np.mean(digits == t):.4f}, "
        f"{len(x) / seconds:,.0f} images per second just now\n"
        f"shapes {shapes}, {-(-len(x) // size):,} batches, the last of {last or size:,}"
    )
    return text, draw_batch_times(list(curve), list(curve.values()), len(x), at=size, now=seconds)


def choose_batch_size(
    network: Network, x: np.ndarray, t: np.ndarray, curve: Mapping[int, float]
) -> Control:
    """Make a control for the batch size, from what `view_batch_size` takes.

    An empty `curve` is a ValueError.
    """
    checks.check_table("curve", curve, low=1e-9)
    sizes = list(curve)
    nearest_100 = min(range(len(sizes)), key=lambda i: abs(sizes[i] - 100), default=0)
    size = Slider("batch size", sizes, [f"{size:,}" for size in sizes], nearest_100)
    return Control(
        "choose the batch size", partial(view_batch_size, network, x, t, curve), size=size
    )
