"""The loss, and which way each parameter must go to lower it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_lib import checks
from mnist_lib.network import Network, sigmoid, softmax

FIRST = 1_000
"""Images whose pixels `train` looks at before it begins."""


def cross_entropy(y: ArrayLike, t: ArrayLike) -> float:
    """Return how surprised a network is by the true labels.

    Parameters
    ----------
    y : array_like, shape (N, classes) or (classes,)
        Probabilities, as `mnist_lib.network.predict` returns them.
    t : array_like, shape (N,) or (N, classes); for one image also a number or (classes,)
        Labels: integers, one-hot rows, or rows of probabilities.

    Returns
    -------
    float
        Mean over the images of ``-sum(t * log(y))``: 0 when every image's label has
        probability 1, about 2.303 = ln 10 for ten equal guesses.

    Raises
    ------
    ValueError
        If `y` does not hold probabilities, or the labels do not fit it.
    """
    y, t = checks.as_array(y), checks.as_array(t)
    if y.dtype.kind != "f" or y.ndim not in {1, 2} or y.size == 0:
        raise ValueError(
            f"y has the shape {y.shape} and the dtype {y.dtype}, where probabilities as floats, "
            "(N, classes) or (classes,), are expected."
        )
    if not (y.min() >= 0 and y.max() <= 1.001):
        raise ValueError("y must hold probabilities from 0 to 1; apply softmax first.")
    if y.ndim == 1:
        y, t = y[np.newaxis], t[np.newaxis]
    return mean_loss(y, checks.check_labels(t, *y.shape, dtype=y.dtype))


def mean_loss(y: NDArray, targets: NDArray) -> float:
    """Return the mean cross-entropy of probabilities and targets, both (N, classes), unchecked."""
    return float(-np.vdot(targets, np.log(np.maximum(y, np.finfo(y.dtype).tiny))) / len(y))


def numerical_gradient(
    f: Callable[[NDArray[np.floating]], float], x: NDArray[np.floating], h: float = 1e-4
) -> NDArray[np.floating]:
    """Estimate a function's gradient by moving one number at a time.

    The central difference ``(f(x + h) - f(x - h)) / 2h`` is wrong by about ``h ** 2``, the
    forward difference by about ``h``. In float32, rounding drowns either: use float64.

    Parameters
    ----------
    f : callable
        Takes `x` and returns one number. Each number of `x` costs two calls.
    x : ndarray of float, any shape
        Where to take the gradient. Changed in place, so `f` may also reach it by another
        name (a network's ``W1``), and put back exactly, also when `f` fails.
    h : float
        How far each number is moved to either side.

    Returns
    -------
    ndarray
        The slope along each number of `x`; same shape and dtype.

    Raises
    ------
    TypeError
        If `x` is not an array of floats: 0.0001 more leaves an integer as it was.
    """
    checks.check_type("f", f, Callable, "a function of x")
    checks.check_numbers("h", h, low=np.finfo(float).tiny)
    if not (isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.flags.writeable):
        raise TypeError(
            "x must be a NumPy array of floats that can be written to, because it is changed in "
            "place; convert it with np.array(x, dtype=float) first."
        )
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        try:
            x[index] = value + h
            above = f(x)
            x[index] = value - h
            below = f(x)
        finally:
            x[index] = value
        slopes[index] = (above - below) / (2 * h)
    return slopes


def gradient(network: Network, x: ArrayLike, t: ArrayLike) -> Network:
    """Compute the gradient of the loss by backpropagation.

    Parameters
    ----------
    network : dict of str to ndarray
        ``W1``, ``b1``, ``W2``, ...; not changed. Its dtype is the dtype computed in.
    x : array_like, shape (N, inputs)
        Images, floats from 0 to 1.
    t : array_like, shape (N,) or (N, outputs)
        Labels, as for `cross_entropy`. All kinds give the same gradient at every batch size.

    Returns
    -------
    dict of str to ndarray
        The slope of the mean cross-entropy along each parameter, under the same names.

    Raises
    ------
    TypeError, ValueError
        If the network, the images or the labels do not fit each other.
    """
    x, targets = check_examples(network, x, t)
    slopes = {name: np.empty_like(values, order="C") for name, values in network.items()}
    backpropagate(network, x, targets, slopes, 1 / len(x))
    return slopes


def check_examples(
    network: Network, x: ArrayLike, t: ArrayLike, *, every_pixel: bool = True
) -> tuple[NDArray, NDArray]:
    """Check images and labels as for `gradient`; return both in the network's dtype, C-contiguous.

    The labels become rows of probabilities. Without `every_pixel`, only the pixels of the first
    images are looked at, which saves a fifth of an epoch.
    """
    depth = checks.check_network(network)
    inputs, dtype = len(network["W1"]), network["W1"].dtype
    x = checks.as_array(x)
    if x.size == 0 or x.ndim == 0 or x.dtype.kind != "f":
        raise ValueError(
            f"x has the shape {x.shape} and the dtype {x.dtype}, where at least one image of "
            "floats from 0 to 1 is expected. Divide raw pixels by 255."
        )
    checks.check_images(x if every_pixel else x[:FIRST], inputs, batch=True)
    x = np.ascontiguousarray(x, dtype)
    return x, checks.check_labels(t, len(x), len(network[f"b{depth}"]), dtype)


def backpropagate(
    network: Network, x: NDArray, targets: NDArray, slopes: Network, scale: float
) -> NDArray:
    """Write the gradient of the loss, summed over the images, times `scale` into `slopes`.

    Return the probabilities, (N, outputs). `x` and `targets` are as `check_examples` returns them;
    nothing is checked.
    """
    depth = len(network) // 2
    z = [x]
    for i in range(1, depth):
        z.append(sigmoid(z[-1] @ network[f"W{i}"] + network[f"b{i}"]))
    y = softmax(z[-1] @ network[f"W{depth}"] + network[f"b{depth}"])

    ones = np.ones(len(x), x.dtype)
    error = (y - targets) * x.dtype.type(scale)  # the slope along the last layer's weighted sums
    for i in range(depth, 0, -1):
        np.dot(z[i - 1].T, error, out=slopes[f"W{i}"])
        np.dot(ones, error, out=slopes[f"b{i}"])
        if i > 1:
            # The slope of a sigmoid is z * (1 - z).
            error = error @ network[f"W{i}"].T
            error *= z[i - 1]
            error *= 1 - z[i - 1]
    return y
