"""A network of three layers that reads digits: its functions, its parameters, its answers.

What makes `predict` fast: float32 throughout, each step in place, few calls. For one image a
call of NumPy costs more than the arithmetic that it does; for a batch the three matrix products
take most of the time, and the rest is kept in the processor's cache.
"""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from mnist_lib.parameters import SHIPPED, read_parameters

__all__ = ["accuracy", "init_network", "predict", "predict_layers", "sigmoid", "softmax"]

Network = dict[str, np.ndarray]

# NumPy takes longer to make an array of a Python number than to multiply fifty numbers by it.
_HALF = np.array(0.5, np.float32)
_ONE = np.array(1, np.float32)


def sigmoid(a: ArrayLike, out: np.ndarray | None = None) -> np.ndarray:
    """Squeeze any number into 0..1: ``1 / (1 + exp(-a))``.

    Parameters
    ----------
    a : array_like
        Weighted sums, of any shape.
    out : numpy.ndarray, optional
        Where to put the result, as in NumPy's own functions; `a` itself will do. Without it
        the result is a new array.

    Returns
    -------
    numpy.ndarray
        The same shape. float32 stays float32.

    Notes
    -----
    Computed as ``(1 + tanh(a / 2)) / 2``, which is the same function and never overflows,
    however large `a` is.
    """
    z = np.multiply(np.asarray(a), _HALF, out)
    z = np.tanh(z, out)
    z = np.add(z, _ONE, out)
    return np.multiply(z, _HALF, out)


def softmax(a: ArrayLike) -> np.ndarray:
    """Turn scores into probabilities, row by row.

    Parameters
    ----------
    a : array_like
        Scores, ``(10,)`` for one image or ``(N, 10)`` for a batch; in general any shape, of
        which the last axis is turned into probabilities.

    Returns
    -------
    numpy.ndarray
        The same shape. No number is negative, and each row sums to 1.

    Notes
    -----
    The largest score of each row is taken away first. It changes nothing in the result, since
    it cancels in the fraction, and keeps ``exp`` from overflowing.
    """
    # np.max and np.sum call these two, and take as long again to find out that they shall.
    y = np.exp(a - np.maximum.reduce(a, axis=-1, keepdims=True))
    y /= np.add.reduce(y, axis=-1, keepdims=True)
    return y


def init_network(path: str | Path | None = None) -> Network:
    """Read the parameters of a trained network.

    Parameters
    ----------
    path : str or Path, optional
        An ``.npz`` file with the six arrays, or the book's ``sample_weight.pkl``, which is read
        without running anything in it. Without a path: the parameters that come with this
        package, of a 784-50-100-10 network.

    Returns
    -------
    dict of str to numpy.ndarray
        ``W1 (784, 50)``, ``b1 (50,)``, ``W2 (50, 100)``, ``b2 (100,)``, ``W3 (100, 10)``,
        ``b3 (10,)``, float32. A file of one's own may have other widths than 50 and 100.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    mnist_lib.parameters.ParameterError
        If the file holds anything but the six arrays, in shapes that fit each other.
    """
    return read_parameters(SHIPPED if path is None else path)


def predict(network: Network, x: ArrayLike) -> np.ndarray:
    """Ask the network which digit each image shows.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `init_network` gives it.
    x : array_like
        One image ``(784,)`` or a batch ``(N, 784)``, pixels from 0 (background) to 1 (ink).

    Returns
    -------
    numpy.ndarray
        Ten probabilities for one image, ``(10,)``, or for each image of a batch, ``(N, 10)``,
        float32 where `x` is float32.

    Raises
    ------
    ValueError
        If `x` has another shape, or holds a nan.

    Warns
    -----
    UserWarning
        If the pixels can't have been scaled to 0..1.
    """
    return _pass(network, _as_images(x, len(network["W1"])))[-1]


def predict_layers(network: Network, x: ArrayLike) -> dict[str, np.ndarray]:
    """Keep what stands between the layers while the network reads an image.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `init_network` gives it.
    x : array_like
        One image ``(784,)`` or a batch ``(N, 784)``, pixels from 0 to 1.

    Returns
    -------
    dict of str to numpy.ndarray
        ``x (784,)``, the image; ``z1 (50,)`` and ``z2 (100,)``, the activations of the hidden
        layers; ``y (10,)``, the probabilities, as `predict` returns them. With ``N`` in front
        of each for a batch.

    Raises
    ------
    ValueError
        As for `predict`.
    """
    x = _as_images(x, len(network["W1"]))
    *hidden, y = _pass(network, x)
    return {"x": x} | {f"z{i}": z for i, z in enumerate(hidden, start=1)} | {"y": y}


def accuracy(network: Network, x: np.ndarray, t: np.ndarray, batch_size: int = 1000) -> float:
    """Measure which part of the images the network reads right.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `init_network` gives it.
    x : numpy.ndarray
        ``(N, 784)``, pixels from 0 to 1.
    t : numpy.ndarray
        The labels, ``(N,)`` integers or ``(N, 10)`` one-hot.
    batch_size : int
        How many images go through the network at once. It changes the time, not the answer.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If there is no image, not one label for each image, or no positive batch size.
    """
    digits = np.argmax(t, axis=1) if np.shape(t)[1:] == (10,) else np.asarray(t)
    if np.ndim(x) != 2 or len(x) == 0 or digits.shape != (len(x),):
        raise ValueError(
            f"The images have the shape {np.shape(x)} and the labels {np.shape(t)}. "
            "Pass at least one image, as (N, 784), and one label for each."
        )
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}. Pass 1 or more.")
    right = 0
    for start in range(0, len(x), batch_size):
        y = predict(network, x[start : start + batch_size])
        right += np.count_nonzero(y.argmax(axis=1) == digits[start : start + batch_size])
    return right / len(x)


def _pass(network: Network, x: np.ndarray) -> list[np.ndarray]:
    depth, layers = len(network) // 2, [x]
    for i in range(1, depth):
        layers.append(_layer(layers[-1], network[f"W{i}"], network[f"b{i}"]))
    # As (z @ W).T: with each digit's scores side by side in memory, softmax adds up and
    # compares long rows of numbers, which takes a tenth of the time of many short ones.
    a = np.dot(network[f"W{depth}"].T, layers[-1].T).T
    a += network[f"b{depth}"]
    return [*layers[1:], softmax(a)]


def _layer(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    # Each step overwrites the one before: a new array for each would leave the processor's
    # cache and come back, which costs more than the arithmetic. For small arrays, np.dot is
    # the same as @ and sooner at work.
    a = np.dot(x, w)
    a += b
    return sigmoid(a, out=a)


def _as_images(x: ArrayLike, pixels: int) -> np.ndarray:
    x = np.asarray(x)
    if x.ndim not in {1, 2} or x.shape[-1] != pixels:
        raise ValueError(
            f"x has the shape {x.shape}, where ({pixels},) or (N, {pixels}) is expected. "
            f"Flatten images with x.reshape(-1, {pixels})."
        )
    if x.dtype not in (np.float32, np.float64):
        x = x.astype(np.float32)
    # Pixels from 0 to 1 have squares of at most 1. One product tells, faster than a maximum.
    squares = np.vdot(x, x)
    if squares <= x.size:
        return x
    if np.isnan(squares):
        raise ValueError("x holds a nan. Every pixel must be a number from 0 to 1.")
    warnings.warn(
        f"The pixels reach {x.max():g}, and this network was trained on pixels from 0 to 1. "
        "Divide by 255, or load the images with normalize=True.",
        stacklevel=3,
    )
    return x
