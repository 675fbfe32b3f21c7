"""What an image, a label and a network are, each checked here and nowhere else."""

import math
import sys
import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

__all__ = [
    "CLASSES",
    "PIXELS",
    "SIDE",
    "Network",
    "as_array",
    "check_batch",
    "check_count",
    "check_image",
    "check_images",
    "check_labels",
    "check_network",
    "check_numbers",
    "check_table",
    "check_type",
]

SIDE = 28
"""Pixels along each side of an image."""

PIXELS = SIDE * SIDE
CLASSES = 10

Network = dict[str, np.ndarray]
"""Parameters by their names: ``W1 b1 W2 b2 ...``, for any number of layers."""


_LARGEST = sys.float_info.max


def as_array(values: ArrayLike) -> np.ndarray:
    """Return an array, of objects where NumPy can't make one, so that no check lets it pass."""
    try:
        return np.asarray(values)
    except ValueError:  # rows of different lengths
        return np.array(None)


def kind_of(value: object) -> str:
    """Name the type of a value with its article: ``a list``, ``an int``."""
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiou" or name == "ndarray" else f"a {name}"


def check_type(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Check what kind of thing an argument is; a TypeError says what is `expected`."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {kind_of(value)}, where {expected} is expected.")


def check_count(name: str, value: int, least: int = 1, most: int | None = None) -> int:
    """Check a whole number of any integer type, such as a batch size, and return it as an int.

    Otherwise, or below `least` or above `most`, a ValueError calls it by its name.
    """
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (is_whole and value >= least and (most is None or value <= most)):
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} is {value!r:.50}, where a whole number {limits} is expected.")
    return int(value)


def check_numbers(
    name: str,
    values: ArrayLike,
    *shape: int | str,
    low: float = -_LARGEST,
    high: float = _LARGEST,
    nan: bool = False,
) -> np.ndarray:
    """Check finite numbers from `low` to `high`; otherwise a ValueError calls them by their name.

    `shape` holds the length of each axis, or a word where any length but 0 will do. Without it,
    one number is expected. `nan` lets a nan pass.
    """
    found = as_array(values)
    fits = found.ndim == len(shape) and all(
        length == wanted if isinstance(wanted, int) else length
        for length, wanted in zip(found.shape, shape, strict=True)
    )
    if not fits or found.dtype.kind not in "buif":
        wanted = f"at least one number, ({', '.join(map(str, shape))})," if shape else "one number"
        raise ValueError(
            f"{name} has the shape {found.shape} and the dtype {found.dtype.name:.50}, where "
            f"{wanted} is expected."
        )
    known = found[~np.isnan(found)] if nan else found
    least, most = (float(known.min()), float(known.max())) if known.size else (low, low)
    if not low <= least <= most <= high:
        held = f"goes from {least:g} to {most:g}" if shape else f"is {least:g}"
        wanted = "finite numbers"
        if low != -_LARGEST:
            wanted = f"finite numbers from {low:g} on"
            if high < _LARGEST:
                wanted = f"finite numbers from {low:g} to {high:g}"
        raise ValueError(f"{name} {held}, where {wanted} are expected.")
    return found


def check_table(name: str, table: Mapping, *shape: int | str, **limits: float) -> None:
    """Check numbers by their names, at least one, each as for `check_numbers`."""
    check_type(name, table, Mapping, "a dict of numbers by their names")
    if not table:
        raise ValueError(f"{name} is empty, where at least one is expected.")
    for key, values in table.items():
        check_numbers(f"{name}[{key!r:.50}]", values, *shape, **limits)


def check_batch(x: ArrayLike) -> np.ndarray:
    """Check that these are several images, at least one; what is in them is not looked at."""
    x = as_array(x)
    if x.ndim < 2 or x.size == 0:
        raise ValueError(
            f"The images have the shape {x.shape}, where at least one image in a batch is "
            "expected, such as x[:1]."
        )
    return x


def check_image(image: ArrayLike) -> np.ndarray:
    """Check one image.

    Parameters
    ----------
    image : array_like, shape (784,), (28, 28), (1, 28, 28) or (1, 784)
        Integers from 0 to 255, or floats or bools from 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (28, 28)
        The same numbers.

    Raises
    ------
    ValueError
        For another shape, or anything but real, finite numbers.
    """
    image = as_array(image)
    if image.shape not in {(PIXELS,), (SIDE, SIDE), (1, SIDE, SIDE), (1, PIXELS)}:
        raise ValueError(
            f"The image has the shape {image.shape}, where ({PIXELS},), ({SIDE}, {SIDE}) or "
            f"(1, {SIDE}, {SIDE}) is expected. Pick one image of a batch first: x[0]."
        )
    if image.dtype.kind not in "buif" or not np.isfinite(image).all():
        raise ValueError(
            f"The image's dtype is {image.dtype}, or it holds a nan or an inf. Every pixel must "
            "be an integer from 0 to 255 or a float from 0 to 1."
        )
    return image.reshape(SIDE, SIDE)


def check_images(x: ArrayLike, pixels: int = PIXELS, *, batch: bool = False) -> np.ndarray:
    """Check images that a network is to read or to learn from; errors are as for `check_image`.

    Parameters
    ----------
    x : array_like, shape (pixels,) or (N, pixels)
        One image or a batch, pixels from 0 (background) to 1 (ink); others bring a UserWarning.
    pixels : int
        How many pixels an image has: the rows of the network's ``W1``.
    batch : bool
        Whether one image alone is refused.

    Returns
    -------
    numpy.ndarray
        The same shape: float32 or float64 as it came, anything else as float32.
    """
    x = as_array(x)
    if x.ndim not in ({2} if batch else {1, 2}) or x.shape[-1] != pixels:
        one = "" if batch else f"({pixels},) or "
        raise ValueError(
            f"x has the shape {x.shape}, where {one}(N, {pixels}) is expected. "
            f"Flatten images with x.reshape(-1, {pixels})."
        )
    if x.dtype.kind not in "buif":
        raise ValueError(
            f"x has the dtype {x.dtype}, where numbers from 0 to 1 are expected, such as float32."
        )
    if x.dtype not in (np.float32, np.float64):
        x = x.astype(np.float32)
    low, high = (x.min(), x.max()) if x.size else (0, 0)
    if not -np.inf < low <= high < np.inf:  # a nan anywhere makes both of them nan
        raise ValueError("x holds a nan or an inf. Every pixel must be a number from 0 to 1.")
    if low < 0 or high > 1:
        warnings.warn(
            f"The pixels go from {low:g} to {high:g}, and a network of this course reads pixels "
            "from 0 to 1. Divide by 255, or load the images with normalize=True.",
            stacklevel=3,
        )
    return x


def check_labels(
    t: ArrayLike, count: int | None, classes: int = CLASSES, dtype: DTypeLike = np.float32
) -> np.ndarray:
    """Check labels, and return them as rows of probabilities.

    Parameters
    ----------
    t : array_like, shape (count,) or (count, classes)
        Integers from 0 on, one-hot rows, or rows of probabilities.
    count, classes : int
        How many images they belong to (None: any number but 0), and how many classes there are.
    dtype : data type
        Of the rows that are returned.

    Returns
    -------
    numpy.ndarray, shape (count, classes)
        One row for each image: no number below 0, a sum of 1.

    Raises
    ------
    ValueError
        If they are anything else.
    """
    t = as_array(t)
    if count is None:
        count = max(1, len(t) if t.ndim else 1)
    if t.shape == (count,) and t.dtype.kind in "ui":
        if count and not 0 <= t.min() <= t.max() < classes:
            raise ValueError(
                f"Labels must be from 0 to {classes - 1}, but these go from {t.min()} to "
                f"{t.max()}."
            )
        return np.eye(classes, dtype=dtype)[t]
    if t.shape != (count, classes) or t.dtype.kind not in "buif":
        raise ValueError(
            f"t must hold {count} integers, one for each image, or rows of shape "
            f"({count}, {classes}); it has the shape {t.shape} and the dtype {t.dtype}."
        )
    if count and not (t.min() >= 0 and np.allclose(t.sum(axis=1), 1, atol=1e-3)):
        raise ValueError(
            "Each row of t must be one-hot or probabilities: no number below 0, a sum of 1."
        )
    return np.ascontiguousarray(t, dtype)


def check_network(network: Network) -> int:
    """Check that the layers of a network fit each other.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        ``W1 (inputs, n1)``, ``b1 (n1,)``, ``W2 (n1, n2)``, ``b2 (n2,)``, ...: all float32 or
        all float64, and finite.

    Returns
    -------
    int
        How many layers it has.

    Raises
    ------
    TypeError, ValueError
        If it is not a dict of such arrays, without a gap, in shapes that fit their neighbours.
    """
    if not isinstance(network, dict):
        raise TypeError(
            f"The network is {kind_of(network)}, where a dict with W1, b1, W2, b2, ... "
            "is expected. init_network() reads one."
        )
    depth = len(network) // 2
    names = [f"{kind}{i}" for i in range(1, depth + 1) for kind in "Wb"]
    if not names or network.keys() != set(names):
        found = ", ".join(repr(name)[:20] for name in list(network)[:10]) or "nothing"
        raise ValueError(
            "A network is a dict with W1, b1, W2, b2, ... without a gap, but this one holds "
            f"{found}. init_network() reads one."
        )
    rows, dtype = None, getattr(network["W1"], "dtype", None)
    for i in range(1, depth + 1):
        w, b = network[f"W{i}"], network[f"b{i}"]
        _check_arrays(i, w, b, dtype)
        if w.ndim != 2 or 0 in w.shape or w.shape[0] != (rows or w.shape[0]):
            raise ValueError(
                f"W{i} has the shape {w.shape}, where ({rows or 'inputs'}, units) is expected: "
                "as many rows as the layer before has units."
            )
        rows = w.shape[1]
        if b.shape != (rows,):
            raise ValueError(
                f"b{i} has the shape {b.shape}, where ({rows},) is expected: one number for each "
                f"column of W{i}."
            )
    for name, array in network.items():
        # The sum of squares tells in a third of the time; that of large numbers is no float32.
        if not math.isfinite(np.vdot(array, array)) and not np.isfinite(array).all():
            raise ValueError(
                f"{name} holds numbers that are not finite in {dtype} (nan or inf), where only "
                "finite ones are expected. Use the parameters from before training went wrong."
            )
    return depth


def _check_arrays(i: int, w: object, b: object, dtype: np.dtype | None) -> None:
    for name, array in ((f"W{i}", w), (f"b{i}", b)):
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} is {kind_of(array)}, where an array is expected.")
        if array.dtype not in (np.float32, np.float64):
            raise ValueError(
                f"{name} has the dtype {array.dtype}, where float32 or float64 is expected."
            )
        if array.dtype != dtype:
            raise ValueError(
                f"{name} has the dtype {array.dtype} and W1 has {dtype}; all parameters must be "
                "float32, or all float64."
            )
