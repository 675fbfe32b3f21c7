"""From the points of a pen to an image, by geometry alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BOX",
    "CENTER",
    "PEN",
    "SIDE",
    "StrokesError",
    "center_of_mass",
    "center_strokes",
    "draw_strokes",
    "fit_strokes",
    "strokes_to_image",
]

SIDE = 28
BOX = 20.0
"""Pixels, the side of the square that a digit fills along its longer side, pen included."""

PEN = 2.2
"""Pixels, the width of a line: about what MNIST's pens left after scaling."""

CENTER = 14.0
"""Where MNIST's centres of mass lie, along both axes; 13.5 would be the middle of the square."""

SMALLEST = 1e-300
"""Strokes no larger than this are a dot: nothing can be scaled by the inverse of nearly zero."""

SEGMENTS_AT_ONCE = 64
"""Segments whose distances are computed together. Being neighbours, they concern few pixels."""

Strokes = Sequence[ArrayLike]


class StrokesError(ValueError):
    """Strokes that cannot be drawn."""


def strokes_to_image(strokes: Strokes, box: float = BOX, pen: float = PEN) -> NDArray[np.float32]:
    """Draw strokes as MNIST would have them.

    Parameters
    ----------
    strokes : sequence of array_like, each (n, 2)
        Points ``(x, y)``, y downwards, in any unit. A stroke of one point is a dot.
    box : float
        Pixels: the digit's longer side, pen included.
    pen : float
        Pixels: the width of the line.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, from 0 (background) to 1 (ink).

    Raises
    ------
    StrokesError
        If there is no point, a coordinate is no finite number, or a stroke has another shape.
    """
    return draw_strokes(center_strokes(fit_strokes(strokes, box, pen), pen), pen)


def fit_strokes(strokes: Strokes, box: float = BOX, pen: float = PEN) -> list[NDArray[np.float64]]:
    """Scale and move strokes into a box in the middle of the image, with their proportions kept.

    Parameters
    ----------
    strokes : sequence of array_like, each (n, 2)
        Points in any unit.
    box, pen : float
        As for `strokes_to_image`: the points themselves get the box less the pen.

    Returns
    -------
    list of numpy.ndarray
        The strokes in pixels of the image, without those that hold no point.

    Raises
    ------
    StrokesError
        As for `strokes_to_image`.
    """
    arrays = _checked(strokes)
    points = np.concatenate(arrays)
    low, high = points.min(axis=0), points.max(axis=0)
    # Halves before the sum: two points may lie as far apart as numbers reach.
    middle, half = low / 2 + high / 2, (high / 2 - low / 2).max()
    scale = (box - pen) / 2 / half if half > SMALLEST else 1.0
    return [(array - middle) * scale + (SIDE - 1) / 2 for array in arrays]


def center_strokes(strokes: Strokes, pen: float = PEN) -> list[NDArray[np.float64]]:
    """Move strokes until the centre of mass of their ink lies where MNIST's does.

    Parameters
    ----------
    strokes : sequence of array_like, each (n, 2)
        Points in pixels of the image.
    pen : float
        Pixels: the width of the line.

    Returns
    -------
    list of numpy.ndarray
        The strokes, moved.

    Raises
    ------
    StrokesError
        As for `strokes_to_image`, or if all the ink lies outside of the image.
    """
    arrays = _checked(strokes)
    missing = CENTER - np.array(center_of_mass(draw_strokes(arrays, pen)))
    return [array + missing for array in arrays]


def draw_strokes(strokes: Strokes, pen: float = PEN) -> NDArray[np.float32]:
    """Draw strokes that are in pixels already, with a round pen and soft edges.

    Parameters
    ----------
    strokes : sequence of array_like, each (n, 2)
        Points in pixels of the image. What lies outside of it is not drawn.
    pen : float
        Pixels: the width of the line.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, each pixel the share of it that the pen covers, measured across
        the line: 0..1.

    Raises
    ------
    StrokesError
        As for `strokes_to_image`.
    """
    arrays = _checked(strokes)
    starts = np.concatenate([a[:-1] if len(a) > 1 else a for a in arrays])
    ends = np.concatenate([a[1:] if len(a) > 1 else a for a in arrays])
    nearest = np.full((SIDE, SIDE), np.inf)
    for i in range(0, len(starts), SEGMENTS_AT_ONCE):
        piece = slice(i, i + SEGMENTS_AT_ONCE)
        _approach(nearest, starts[piece], ends[piece], reach=pen / 2 + 0.5)
    distance = np.sqrt(nearest)
    # The line reaches pen / 2 to both sides, the pixel 1 / 2; a pen may be thinner than a pixel.
    covered = np.minimum(distance + 0.5, pen / 2) - np.maximum(distance - 0.5, -pen / 2)
    return covered.clip(0, 1).astype(np.float32)


def _approach(
    nearest: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    reach: float,
) -> None:
    """Lower the squared distances of pixels' centres from the nearest segment, as far as due.

    Only the pixels in the rectangle around the segments are looked at, with what the pen
    reaches beyond it.
    """
    low = np.minimum(starts, ends).min(axis=0) - reach
    high = np.maximum(starts, ends).max(axis=0) + reach
    left, top = np.ceil(low.clip(0, SIDE)).astype(int)
    right, bottom = np.floor(high.clip(-1, SIDE - 1)).astype(int) + 1
    if left >= right or top >= bottom:
        return
    # (1, columns, segments) along x and (rows, 1, segments) along y.
    way_x, way_y = (ends - starts).T
    x = np.arange(left, right)[:, np.newaxis] - starts[:, 0]
    y = np.arange(top, bottom)[:, np.newaxis, np.newaxis] - starts[:, 1]
    squared_length = way_x**2 + way_y**2
    share = (x * way_x + y * way_y) / np.where(squared_length > 0, squared_length, 1)
    share.clip(0, 1, out=share)
    squared = ((x - share * way_x) ** 2 + (y - share * way_y) ** 2).min(axis=-1)
    part = nearest[top:bottom, left:right]
    np.minimum(part, squared, out=part)


def center_of_mass(image: ArrayLike) -> tuple[float, float]:
    """Find the average place of the ink, each pixel counting as much as it is bright.

    Parameters
    ----------
    image : array_like, shape (rows, columns)
        No pixel below 0, 0 being the background.

    Returns
    -------
    x, y : float
        In pixels; the centre of the pixel at the upper left is (0, 0).

    Raises
    ------
    StrokesError
        If there is no ink.
    """
    image = np.asarray(image, np.float64)
    ink = image.sum()
    if not ink > 0:
        raise StrokesError("There is no ink in the image, so it has no centre of mass.")
    x = image.sum(axis=0) @ np.arange(image.shape[1]) / ink
    y = image.sum(axis=1) @ np.arange(image.shape[0]) / ink
    return float(x), float(y)


def _checked(strokes: Strokes) -> list[NDArray[np.float64]]:
    """Return the strokes that hold points as arrays, or say what is wrong."""
    arrays = [np.asarray(stroke, np.float64) for stroke in strokes]
    for number, array in enumerate(arrays, start=1):
        if array.size and (array.ndim != 2 or array.shape[1] != 2):
            raise StrokesError(
                f"Stroke {number} has the shape {array.shape}, where (n, 2) is expected: "
                "one row [x, y] for each point."
            )
        if not np.isfinite(array).all():
            raise StrokesError(
                f"Stroke {number} holds a nan or an inf. Every coordinate must be a number."
            )
    arrays = [array for array in arrays if array.size]
    if not arrays:
        raise StrokesError("There is no stroke with a point in it. Draw something first.")
    return arrays
