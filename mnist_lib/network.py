"""A network that reads digits: its functions, its parameters, its answers.

A network is a dict: ``W1`` and ``b1`` are the weights and biases of its first layer, ``W2`` and
``b2`` those of the second, and so on, for any number of layers. Each layer but the last bends
its weighted sums with `sigmoid`; the last turns them into probabilities with `softmax`.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from mnist_lib.checks import (
    CLASSES,
    PIXELS,
    Network,
    check_batch,
    check_count,
    check_images,
    check_labels,
    check_network,
    check_type,
)

__all__ = [
    "Network",
    "accuracy",
    "init_network",
    "new_network",
    "predict",
    "predict_layers",
    "sigmoid",
    "softmax",
]


def sigmoid(a: ArrayLike) -> np.ndarray:
    """Squeeze any number into 0..1: ``1 / (1 + exp(-a))``.

    Parameters
    ----------
    a : array_like
        Weighted sums, of any shape.

    Returns
    -------
    numpy.ndarray
        The same shape. float32 stays float32. Computed as ``(1 + tanh(a / 2)) / 2``, which is the
        same function and never overflows, however large `a` is.
    """
    try:
        return (1 + np.tanh(np.asarray(a) / 2)) / 2
    except (TypeError, ValueError) as error:
        raise TypeError("a must be a number, or an array of numbers.") from error


def softmax(a: ArrayLike) -> np.ndarray:
    """Turn scores into probabilities, row by row.

    Parameters
    ----------
    a : array_like
        ``(10,)`` for one image or ``(N, 10)`` for a batch, or any shape: its last axis is turned
        into probabilities.

    Returns
    -------
    numpy.ndarray
        The same shape. No number is negative, and each row sums to 1. float32 stays float32;
        integers become float64.
    """
    try:
        a = np.asarray(a)
        if a.dtype.kind != "f":
            # Integers would wrap around when the largest is subtracted.
            a = a.astype(np.float64, casting="same_kind")
        # It cancels in the fraction, and exp(0) is the largest that is left: no overflow.
        e = np.exp(a - a.max(axis=-1, keepdims=True))
    except (TypeError, ValueError) as error:
        raise ValueError("a must hold rows of real numbers, at least one in each.") from error
    return e / e.sum(axis=-1, keepdims=True)


def new_network(
    hidden_sizes: Sequence[int] = (50, 100),
    seed: int = 0,
    *,
    inputs: int = PIXELS,
    outputs: int = CLASSES,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Make a network that has learned nothing yet.

    Parameters
    ----------
    hidden_sizes : sequence of int
        Width of each hidden layer, at least 1; any number of layers, also none.
    seed : int
        The same seed gives the same network.
    inputs, outputs : int
        Pixels in an image, classes to tell apart.
    dtype : data type
        float32 to train, float64 to check gradients.

    Returns
    -------
    dict of str to numpy.ndarray
        ``W1 (inputs, hidden_sizes[0])``, ``b1 (hidden_sizes[0],)``, ``W2``, ``b2``, ...

    Notes
    -----
    Weights are normally distributed with standard deviation ``1 / sqrt(rows)``, so that weighted
    sums stay near 1 however many terms they have. Between hidden layers it is four times that,
    which makes up for the sigmoid's slope of at most 1/4 (Glorot and Bengio, "Understanding the
    difficulty of training deep feedforward neural networks", 2010). A sigmoid's output is about
    0.5, not 0; the biases cancel that.
    """
    check_type("hidden_sizes", hidden_sizes, Iterable, "a list of whole numbers")
    sizes = [inputs, *hidden_sizes, outputs]
    for size in sizes:
        check_count("the size of a layer", size)
    check_count("seed", seed, least=0)
    if dtype is None or dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ValueError(f"dtype is {dtype!r:.50}, where float32 or float64 is expected.")
    rng = np.random.default_rng(seed)
    network: Network = {}
    for layer, (rows, columns) in enumerate(pairwise(sizes), start=1):
        gain = 4 if 1 < layer <= len(hidden_sizes) else 1
        weights = rng.standard_normal((rows, columns)) * gain / math.sqrt(rows)
        mean_input = 0.0 if layer == 1 else 0.5
        network[f"W{layer}"] = weights.astype(dtype)
        network[f"b{layer}"] = (-mean_input * weights.sum(axis=0)).astype(dtype)
    return network


def init_network(path: str | Path | None = None) -> Network:
    """Read the parameters of a trained network.

    Parameters
    ----------
    path : str or Path, optional
        An ``.npz`` file, or the book's ``sample_weight.pkl``, which is read without executing
        anything in it. Without a path: the parameters that come with this package, of a
        784-50-100-10 network.

    Returns
    -------
    dict of str to numpy.ndarray
        ``W1 (784, 50)``, ``b1 (50,)``, ``W2 (50, 100)``, ``b2 (100,)``, ``W3 (100, 10)``,
        ``b3 (10,)``, float32. Another file may have other layers between 784 and 10.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or it holds anything but such arrays, in shapes that fit.
    """
    from mnist_lib.parameters import SHIPPED, read_parameters

    return read_parameters(SHIPPED if path is None else path)


def predict(network: Network, x: ArrayLike) -> np.ndarray:
    """Ask the network which digit each image shows.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `init_network` or `new_network` gives it.
    x : array_like
        One image ``(784,)`` or a batch ``(N, 784)``, pixels from 0 (background) to 1 (ink);
        others bring a UserWarning.

    Returns
    -------
    numpy.ndarray
        Ten probabilities for one image, ``(10,)``, or for each image of a batch, ``(N, 10)``,
        float32 where `x` and the network are float32.

    Raises
    ------
    TypeError, ValueError
        If the network or `x` has another form, or one of them holds a nan or an inf.
    """
    depth = check_network(network)
    z = check_images(x, len(network["W1"]))
    for i in range(1, depth):
        z = sigmoid(z @ network[f"W{i}"] + network[f"b{i}"])
    return softmax(z @ network[f"W{depth}"] + network[f"b{depth}"])


def predict_layers(network: Network, x: ArrayLike) -> dict[str, np.ndarray]:
    """Keep what stands between the layers while the network reads an image.

    `network`, `x` and the errors are as for `predict`.

    Returns
    -------
    dict of str to numpy.ndarray
        ``x (784,)``, the image; ``z1 (50,)``, ``z2 (100,)``, ..., the activations of the hidden
        layers; ``y (10,)``, the probabilities, as `predict` returns them. With ``N`` in front
        of each for a batch.
    """
    depth = check_network(network)
    layers = {"x": check_images(x, len(network["W1"]))}
    z = layers["x"]
    for i in range(1, depth):
        z = layers[f"z{i}"] = sigmoid(z @ network[f"W{i}"] + network[f"b{i}"])
    layers["y"] = softmax(z @ network[f"W{depth}"] + network[f"b{depth}"])
    return layers


def accuracy(network: Network, x: np.ndarray, t: ArrayLike, batch_size: int = 1000) -> float:
    """Return the fraction of the images that the network reads right, 0..1.

    Parameters
    ----------
    network, x
        As for `predict`, a batch of at least one image.
    t : array_like
        The labels, ``(N,)`` integers or ``(N, 10)`` one-hot.
    batch_size : int
        How many images go through the network at once. It changes the time, not the answer.

    Raises
    ------
    TypeError, ValueError
        As for `predict`, or if there is not one label for each image, or no positive batch size.
    """
    x = check_batch(x)
    check_count("batch_size", batch_size)
    depth = check_network(network)
    digits = check_labels(t, len(x), len(network[f"b{depth}"])).argmax(axis=1)
    right = 0
    for start in range(0, len(x), batch_size):
        y = predict(network, x[start : start + batch_size])
        right += np.count_nonzero(y.argmax(axis=1) == digits[start : start + batch_size])
    return right / len(x)
