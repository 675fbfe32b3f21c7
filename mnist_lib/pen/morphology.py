"""Operations on images: smoothing, resizing, morphological filters, connected components."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SPECK = 0.05
"""Components with less than this fraction of the largest one's ink are dirt."""


def resize(image: NDArray, scale: float) -> NDArray[np.float32]:
    """Scale an image of numbers 0..1, by bicubic interpolation."""
    rows, columns = (max(1, round(side * scale)) for side in image.shape)
    resized = Image.fromarray(image.astype(np.float32)).resize(
        (columns, rows), Image.Resampling.BICUBIC
    )
    return np.asarray(resized).clip(0, 1)


def mean_filter(image: NDArray[np.floating], reach: int) -> NDArray[np.floating]:
    """Return the mean of the square around each pixel, as far as it lies within the image.

    The square has a side of ``2 * reach + 1``; sums over it are differences of running sums.
    """
    for _ in range(2):
        sums = np.cumsum(np.pad(image, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
        index = np.arange(len(image))
        first, end = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(image))
        image = ((sums[end] - sums[first]) / (end - first)[:, np.newaxis]).T
    return image


def dilate(image: NDArray, size: int) -> NDArray:
    """Return the maximum of the square of an odd size around each pixel."""
    return _filter(image, size, np.maximum)


def erode(image: NDArray, size: int) -> NDArray:
    """Return the minimum of the square of an odd size around each pixel."""
    return _filter(image, size, np.minimum)


def closing(image: NDArray, size: int) -> NDArray:
    """Remove what is dark and narrower than an odd size (morphological closing)."""
    return erode(dilate(image, size), size)


def _filter(image: NDArray, size: int, extreme: Callable[..., NDArray]) -> NDArray:
    """Doubling the window at each step takes log2(size) steps."""
    image = np.pad(image, size // 2, mode="edge")
    for _ in range(2):
        window = 1
        while window < size:
            step = min(window, size - window)
            image = extreme(image[:-step], image[step:])
            window += step
        image = image.T
    return image


def label_components(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Label the connected components of a mask 1, 2, ..., and count them; corners connect, too.

    Each row is cut into runs of set pixels. Of two runs that touch, in neighboring rows, both get
    the lower label, again and again, until nothing changes (union-find).
    """
    # Two empty columns keep runs of different rows apart.
    width = mask.shape[1] + 2
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).ravel().astype(np.int8), prepend=0)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    # The runs of the next row that each run touches are neighbors in this order.
    first = np.searchsorted(ends, starts + width)
    touching = np.maximum(np.searchsorted(starts, ends + width, side="right") - first, 0)
    above = np.repeat(np.arange(len(starts)), touching)
    offset = np.arange(len(above)) - np.repeat(np.cumsum(touching) - touching, touching)
    below = np.repeat(first, touching) + offset
    root = np.arange(len(starts))
    while (root[above] != root[below]).any():
        one, other = root[above], root[below]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while (root[root] != root).any():
            root = root[root]
    roots, root = np.unique(root, return_inverse=True)
    labels = np.zeros(mask.shape, np.intp)
    labels[mask] = np.repeat(root + 1, ends - starts)
    return labels, len(roots)


def main_components(mask: NDArray[np.bool_], weights: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Keep the heaviest component of a mask, and those near it that are not specks."""
    labels, count = label_components(mask)
    weight = np.bincount(labels.ravel(), weights.ravel(), minlength=count + 1)
    weight[0] = 0
    rows, columns = np.nonzero(labels == weight.argmax())
    # A digit's other strokes are at most half of its size away.
    reach = max(np.ptp(rows), np.ptp(columns)) // 2 + 1
    surroundings = labels[
        max(0, rows.min() - reach) : rows.max() + reach + 1,
        max(0, columns.min() - reach) : columns.max() + reach + 1,
    ]
    is_near = np.zeros(count + 1, bool)
    is_near[surroundings] = True
    return (is_near & (weight >= SPECK * weight.max()) & (weight > 0))[labels]


def line_width(ink: NDArray[np.float32]) -> float:
    """Return how wide a line is: its area divided by half of its perimeter."""
    mask = ink > 0.5
    steps = sum(np.count_nonzero(np.diff(mask, axis=axis)) for axis in (0, 1))
    # Along the pixels' sides, a slanted edge is longer than it is, by 4 / pi on average.
    return 2 * np.count_nonzero(mask) / max(1.0, steps * np.pi / 4)
