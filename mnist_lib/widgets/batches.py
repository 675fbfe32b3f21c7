"""The control for the batch size, and the measurement that stands behind it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from mnist_lib.figures import draw_batch_times
from mnist_lib.network import Network, predict
from mnist_lib.widgets.control import Control, Shown, Slider

__all__ = ["choose_batch_size", "measure_batches", "view_batch_size"]


def measure_batches(
    network: Network, x: np.ndarray, sizes: Sequence[int], repeats: int = 3
) -> list[float]:
    """Measure how long a network takes for all images, in batches of each size.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it.
    x : numpy.ndarray
        ``(N, 784)``, 0..1.
    sizes : sequence of int
        How many images go through the network at once.
    repeats : int
        How often to measure each size. The sizes take turns, so that a moment in which the
        machine is busy does not fall on one of them alone.

    Returns
    -------
    list of float
        For each size, the shortest of its times, in seconds.
    """
    times = [[_read_in_batches(network, x, size)[1] for size in sizes] for _ in range(repeats)]
    return [min(column) for column in zip(*times, strict=True)]


def _read_in_batches(network: Network, x: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """Return the digits that were read, ``(N,)``, and the seconds that it took."""
    start = time.perf_counter()
    answers = [predict(network, x[i : i + size]) for i in range(0, len(x), size)]
    seconds = time.perf_counter() - start
    return np.concatenate(answers).argmax(axis=1), seconds


def view_batch_size(
    network: Network,
    x: np.ndarray,
    t: np.ndarray,
    curve: Mapping[int, float],
    size: int,
) -> Shown:
    """Read all images in batches of one size, and show what it changes and what it does not.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it.
    x, t : numpy.ndarray
        Images ``(N, 784)``, 0..1, and their labels ``(N,)``.
    curve : mapping of int to float
        Seconds for all images at each batch size, as measured before.
    size : int
        The batch size, one of those in `curve`.

    Returns
    -------
    str, Picture
    """
    digits, seconds = _read_in_batches(network, x, size)
    shapes = " → ".join(f"({size}, {len(network[w])})" for w in ("W1", "W2", "W3"))
    last = len(x) % size
    text = (
        f"accuracy {np.mean(digits == t):.4f}, "
        f"{len(x) / seconds:,.0f} images per second just now\n"
        f"shapes {shapes} → ({size}, {network['W3'].shape[1]}), "
        f"{-(-len(x) // size):,} batches, the last of {last or size:,}"
    )
    return text, draw_batch_times(list(curve), list(curve.values()), len(x), at=size)


def choose_batch_size(
    network: Network, x: np.ndarray, t: np.ndarray, curve: Mapping[int, float]
) -> Control:
    """Make a control for the batch size.

    Parameters
    ----------
    network, x, t, curve
        As for `view_batch_size`.

    Returns
    -------
    Control
    """
    sizes = list(curve)
    hundred = min(range(len(sizes)), key=lambda i: abs(sizes[i] - 100))
    size = Slider("batch size", sizes, [f"{size:,}" for size in sizes], hundred)
    return Control(
        "choose the batch size", partial(view_batch_size, network, x, t, curve), size=size
    )
