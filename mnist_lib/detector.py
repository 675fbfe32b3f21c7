"""Tell what is a digit from what is none: a scribble, a letter, several digits at once.

A network with ten outputs has to answer with a digit, whatever it is shown, and is often certain
of it: its training has never shown it anything else. So a second network answers another
question. It was trained on MNIST's digits, and on images of what is none
(`scripts/train_detector.py`).
"""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from mnist_lib.checks import Network
from mnist_lib.network import predict
from mnist_lib.parameters import read_parameters

__all__ = ["SHIPPED", "SURE", "digit_probability", "init_detector"]

SHIPPED = Path(__file__).parent / "weights" / "digit_or_not.npz"

SURE = 0.9
"""An answer of this probability or more is called sure: 99 in a hundred of them are right, of
8,829 digits drawn with a pen; of the others 3 in 4 (``python -m benchmarks.pen``)."""


def init_detector(path: str | Path | None = None) -> Network:
    """Read the parameters of the network that tells digits from everything else.

    Parameters
    ----------
    path : str or Path, optional
        An ``.npz`` file of a network from 784 pixels to two outputs. Without a path: the
        parameters that come with this package.

    Returns
    -------
    dict of str to numpy.ndarray
        ``W1 (784, 120)``, ``b1 (120,)``, ``W2 (120, 60)``, ``b2 (60,)``, ``W3 (60, 2)``,
        ``b3 (2,)``, float32.

    Raises
    ------
    FileNotFoundError, ValueError
        As for `mnist_lib.network.init_network`.
    """
    return read_parameters(SHIPPED if path is None else path, outputs=2)


def digit_probability(detector: Network, x: ArrayLike) -> np.ndarray:
    """Return how probable it is that an image shows one digit; below 0.5 rather not.

    Parameters
    ----------
    detector : dict of str to numpy.ndarray
        As `init_detector` gives it.
    x : array_like
        ``(784,)`` or ``(N, 784)``, prepared as MNIST's images: see `mnist_lib.pen`.

    Returns
    -------
    numpy.ndarray
        ``()`` or ``(N,)``, 0..1.

    Raises
    ------
    TypeError, ValueError
        As for `mnist_lib.network.predict`.
    """
    return predict(detector, x)[..., 1]
