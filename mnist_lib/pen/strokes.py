"""Turn the points of a pen into an image, by geometry alone."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_lib.checks import SIDE, check_numbers, kind_of

BOX = 20.0
"""Pixels, the side of the square that a digit fills along its longer side, pen included."""

PEN = 2.2
"""Pixels, the width of a line: about that of MNIST's lines after scaling."""

CENTER = 14.0
"""Where MNIST's centers of mass lie, along both axes; 13.5 would be the middle of the square."""

LARGEST = 1e100
"""The largest coordinate, and the smallest one's inverse: their squares are still numbers."""

SEGMENTS_AT_ONCE = 64
"""Segments whose distances are computed together; neighbors touch few pixels."""

Strokes = Iterable[ArrayLike]


def strokes_to_image(strokes: Strokes, box: float = BOX, pen: float = PEN) -> NDArray[np.float32]:
    """Draw strokes and prepare them as MNIST's digits were.

    Parameters
    ----------
    strokes : sequence of array_like, each (n, 2)
        Points ``(x, y)``, y downwards, in any unit. A stroke of one point is a dot. Coordinates
        are 0 or from 1e-100 to 1e100 in size.
    box, pen : float
        Pixels: the digit's longer side, pen included, and the width of the line.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, from 0 (background) to 1 (ink).

    Raises
    ------
    ValueError
        If the strokes are not such, there is no point, or ``0 < pen < box`` does not hold.
    """
    return draw_strokes(center_strokes(fit_strokes(strokes, box, pen), pen), pen)


def fit_strokes(strokes: Strokes, box: float = BOX, pen: float = PEN) -> list[NDArray[np.float64]]:
    """Scale and move strokes into a box in the middle of the image; proportions are kept.

    Parameters and errors are as for `strokes_to_image`; the points fill the box less the pen.

    Returns
    -------
    list of numpy.ndarray
        The strokes in pixels of the image, without the empty ones.
    """
    check_numbers("box", box)
    check_numbers("pen", pen)
    if not 0 < pen < box:
        raise ValueError(
            f"The box is {box} pixels and the pen {pen}. The pen must be wider than 0 pixels, "
            "and the box larger than the pen."
        )
    arrays = check_strokes(strokes)
    points = np.concatenate(arrays)
    low, high = points.min(axis=0), points.max(axis=0)
    middle, size = (low + high) / 2, (high - low).max()
    scale = (box - pen) / size if size else 1.0
    return [(array - middle) * scale + (SIDE - 1) / 2 for array in arrays]


def center_strokes(strokes: Strokes, pen: float = PEN) -> list[NDArray[np.float64]]:
    """Move strokes so that the center of mass of their ink lies where MNIST's does.

    Parameters and errors are as for `draw_strokes`; no ink within the image is a ValueError, too.

    Returns
    -------
    list of numpy.ndarray
        The strokes, moved.
    """
    arrays = check_strokes(strokes)
    missing = CENTER - np.array(center_of_mass(draw_strokes(arrays, pen)))
    return [array + missing for array in arrays]


def draw_strokes(strokes: Strokes, pen: float = PEN) -> NDArray[np.float32]:
    """Draw strokes that are already in pixels, with a round pen and soft edges.

    Errors are as for `strokes_to_image`.

    Parameters
    ----------
    strokes : sequence of array_like, each (n, 2)
        Points in pixels of the image. What lies outside is not drawn.
    pen : float
        Pixels: the width of the line.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, 0..1: the fraction of each pixel that the pen covers, measured
        across the line.
    """
    check_numbers("pen", pen)
    if not pen > 0:
        raise ValueError(f"The pen is {pen} pixels wide. It must be wider than 0 pixels.")
    arrays = check_strokes(strokes)
    starts = np.concatenate([a[:-1] if len(a) > 1 else a for a in arrays])
    ends = np.concatenate([a[1:] if len(a) > 1 else a for a in arrays])
    nearest = np.full((SIDE, SIDE), np.inf)
    for i in range(0, len(starts), SEGMENTS_AT_ONCE):
        chunk = slice(i, i + SEGMENTS_AT_ONCE)
        _lower_distances(nearest, starts[chunk], ends[chunk], reach=pen / 2 + 0.5)
    distance = np.sqrt(nearest)
    # The line extends pen / 2 to both sides, the pixel 1 / 2; a pen may be thinner than a pixel.
    covered = np.minimum(distance + 0.5, pen / 2) - np.maximum(distance - 0.5, -pen / 2)
    return covered.clip(0, 1).astype(np.float32)


def _lower_distances(
    nearest: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    reach: float,
) -> None:
    """Lower each pixel's squared distance from the nearest segment where one of these is nearer.

    Only pixels within reach of the rectangle around the segments are looked at.
    """
    low = np.minimum(starts, ends).min(axis=0) - reach
    high = np.maximum(starts, ends).max(axis=0) + reach
    left, top = np.ceil(low.clip(0, SIDE)).astype(int)
    right, bottom = np.floor(high.clip(-1, SIDE - 1)).astype(int) + 1
    if left >= right or top >= bottom:
        return
    # (1, columns, segments) along x and (rows, 1, segments) along y.
    step_x, step_y = (ends - starts).T
    x = np.arange(left, right)[:, np.newaxis] - starts[:, 0]
    y = np.arange(top, bottom)[:, np.newaxis, np.newaxis] - starts[:, 1]
    squared_length = step_x**2 + step_y**2
    along = (x * step_x + y * step_y) / np.where(squared_length > 0, squared_length, 1)
    along.clip(0, 1, out=along)
    squared = ((x - along * step_x) ** 2 + (y - along * step_y) ** 2).min(axis=-1)
    window = nearest[top:bottom, left:right]
    np.minimum(window, squared, out=window)


def center_of_mass(image: ArrayLike) -> tuple[float, float]:
    """Return the average position of the ink, each pixel weighted by its brightness.

    Parameters
    ----------
    image : array_like, shape (rows, columns)
        No pixel below 0; 0 is the background. Without any ink there is a ValueError.

    Returns
    -------
    x, y : float
        In pixels; the center of the pixel at the upper left is (0, 0).
    """
    image = check_numbers("image", image, "rows", "columns", low=0).astype(np.float64)
    ink = image.sum()
    if not ink > 0:
        raise ValueError("There is no ink in the image, so it has no center of mass.")
    x = image.sum(axis=0) @ np.arange(image.shape[1]) / ink
    y = image.sum(axis=1) @ np.arange(image.shape[0]) / ink
    return float(x), float(y)


def check_strokes(strokes: Strokes) -> list[NDArray[np.float64]]:
    """Check strokes as for `strokes_to_image`, and return float64 copies of those with points."""
    if not np.iterable(strokes):
        raise ValueError(
            f"The strokes are {kind_of(strokes)}, where a list of strokes is expected."
        )
    arrays = [_check_stroke(number, stroke) for number, stroke in enumerate(strokes, start=1)]
    arrays = [array for array in arrays if len(array)]
    if not arrays:
        raise ValueError("There is no stroke with a point in it. Draw something first.")
    return arrays


def _check_stroke(number: int, stroke: ArrayLike) -> NDArray[np.float64]:
    try:
        found = np.array(stroke)
    except (TypeError, ValueError):
        found = np.array("ragged")
    if found.size == 0:
        return np.empty((0, 2))
    # NumPy would silently turn texts into numbers.
    if found.dtype.kind not in "iuf" or found.ndim != 2 or found.shape[1] != 2:
        raise ValueError(
            f"Stroke {number} is not a list of points: each point must be two numbers, [x, y]."
        )
    points = found.astype(np.float64)
    sizes = np.abs(points[points != 0])
    if not np.all((sizes >= 1 / LARGEST) & (sizes <= LARGEST)):
        raise ValueError(
            f"Stroke {number} has a coordinate that is a nan, an inf, or out of range. Every "
            f"coordinate must be 0 or a number from {1 / LARGEST:g} to {LARGEST:g} in size."
        )
    return points
