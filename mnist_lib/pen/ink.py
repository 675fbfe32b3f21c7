"""Find a digit on its sheet, whatever the light, and fit it into an image as MNIST's digits were.

A digit is looked for in a small copy of the picture, and then looked at closely where it was
found: a large photo takes hardly longer than a small one.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_lib.checks import SIDE, check_numbers
from mnist_lib.pen.morphology import (
    SPECK,
    closing,
    dilate,
    erode,
    line_width,
    main_components,
    mean_filter,
    resize,
)
from mnist_lib.pen.strokes import BOX, CENTER, center_of_mass

SEARCHED = 400
"""Pixels, the longer side of the copy in which a digit is looked for."""

CLOSE_UP = 300
"""Pixels, the longer side of the copy of the part in which it was found."""

MARGIN = 0.2
"""How much paper is kept around a digit, as a fraction of the digit's size."""

EDGE = CLOSE_UP // 12
"""Pixels at the sides of the close-up that hold no ink: half of the margin there."""

FAINTEST = 0.05
"""Ink must be darker than the paper around it by this fraction of the paper's grey."""

FAINTEST_CHANGE = 0.01**2
"""Squared differences below this are never ink, however even the paper is."""

LONGEST = 12
"""The length of a digit's line is at most so many times the digit's size; an 8's is about 3."""

THINNEST, THICKEST = 1.8, 3.2
"""Pixels: four fifths of MNIST's lines are as wide as this. Others are widened or narrowed."""

FINE = 8
"""Pixels of the fine image, in which lines are widened, for each pixel along a side."""

_NOTHING = (
    "Nothing stands out from the sheet. Draw with a darker pen, or take the photo from nearer and "
    "in more light."
)
_TANGLED = (
    "What is drawn is too tangled for a digit: noise, or a page of writing. Cut out one digit, or "
    "take the photo in more light."
)


def find_ink(greys: NDArray[np.floating]) -> NDArray[np.float32]:
    """Find what is drawn on a sheet, whatever the light.

    Parameters
    ----------
    greys : numpy.ndarray, shape (rows, columns)
        0 (black) to 1 (white).

    Returns
    -------
    numpy.ndarray
        The digit and its surroundings, cut out and scaled to about 300 pixels: float32, 0 where
        there is paper (or blackboard), 1 where there is ink (or chalk).

    Raises
    ------
    ValueError
        If nothing stands out from the sheet, or too much.
    """
    # What was scaled may lie a little outside.
    greys = check_numbers("greys", greys, "rows", "columns", low=-0.01, high=1.01)
    copy = resize(greys, SEARCHED / max(greys.shape))
    top, bottom, left, right = _bounding_box(copy)
    (rows, columns), (copy_rows, copy_columns) = greys.shape, copy.shape
    cut = greys[
        int(top / copy_rows * rows) : int(np.ceil(bottom / copy_rows * rows)),
        int(left / copy_columns * columns) : int(np.ceil(right / copy_columns * columns)),
    ]
    sheet = mean_filter(resize(cut, CLOSE_UP / max(cut.shape)), CLOSE_UP // 150)
    # Something dark at the outer end of the margin is a shadow, unless the picture ends there.
    inner = tuple(
        slice(EDGE if first > 0 else 0, -EDGE if last < side else None)
        for first, last, side in ((top, bottom, copy_rows), (left, right, copy_columns))
    )
    ink = _extract_ink(sheet if _is_dark_on_light(sheet) else 1 - sheet, inner)
    if np.sum(ink) > LONGEST * CLOSE_UP * line_width(ink):
        raise ValueError(_TANGLED)
    return ink


def _bounding_box(copy: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Return the first row, end row, first column and end column of what is drawn, with a margin.

    Paper changes little from a pixel to its surroundings, even where a shadow begins; ink changes
    much. So the digit is the heaviest group of changes.
    """
    smooth = mean_filter(copy, 1)
    changes = (smooth - mean_filter(smooth, SEARCHED // 50)) ** 2
    # The variance of the paper's grain: a fifth of a normal distribution's squares are below
    # 0.064 variances. Where ink is all over the picture, the differences between neighbors are a
    # better measure: half of their squares are below 0.4 variances, before smoothing by 9 pixels.
    grain = min(np.quantile(changes, 0.2) / 0.064, np.median(np.abs(copy - smooth)) ** 2 / 0.4 / 9)
    # None of 160,000 pixels of grain is seven standard deviations away.
    least = max(7**2 * grain, FAINTEST_CHANGE)
    candidates = changes[changes > least]
    if not candidates.size:
        raise ValueError(_NOTHING)
    typical = np.sum(candidates**2) / np.sum(candidates)
    strong = changes > max(least, SPECK * typical)
    # Gaps of a few pixels do not separate the parts of a digit.
    joined = dilate(strong, 2 * (SEARCHED // 100) + 1)
    found = main_components(joined, np.where(strong, changes, 0)) & strong
    (top, bottom), (left, right) = (
        np.flatnonzero(found.any(axis=axis))[[0, -1]] for axis in (1, 0)
    )
    margin = 2 + int(MARGIN * max(bottom - top, right - left))
    return max(0, top - margin), bottom + 1 + margin, max(0, left - margin), right + 1 + margin


def _is_dark_on_light(sheet: NDArray[np.floating]) -> bool:
    """Tell ink from paper by skewness: ink is what is rare and far from the rest.

    It is measured twice: relative to the plane through the greys near the edges, which works for
    strokes of any width, and relative to the surroundings, which works for thin ones in shadows.
    """
    from_edges = sheet - _plane_at_edges(sheet)
    from_surroundings = from_edges - mean_filter(from_edges, CLOSE_UP // 12)
    return _skewness(from_edges) + _skewness(from_surroundings) <= 0


def _skewness(deviations: NDArray[np.floating]) -> float:
    return float(np.mean(deviations**3) / (np.mean(deviations**2) ** 1.5 + 1e-12))


def _plane_at_edges(sheet: NDArray[np.floating]) -> NDArray[np.floating]:
    """Fit a plane to the greys near the sheet's edges, most of which is paper.

    Iteratively reweighted least squares with Cauchy's weights: what is far from the plane, as
    ink is, counts little.
    """
    rows, columns = (np.linspace(-1, 1, side) for side in sheet.shape)
    y, x = (axis.ravel() for axis in np.meshgrid(rows, columns, indexing="ij"))
    points = np.column_stack([x, y, np.ones(sheet.size)])
    edge = np.maximum(np.abs(x), np.abs(y)) > 0.8
    at_edge, greys = points[edge], sheet.ravel()[edge]
    plane = np.array([0, 0, np.median(greys)])
    for _ in range(10):
        distance = np.abs(greys - at_edge @ plane)
        weights = 1 / (1 + (distance / (np.median(distance) + 1e-3)) ** 2)
        weighted = at_edge * weights[:, np.newaxis]
        plane = np.linalg.lstsq(weighted.T @ at_edge, weighted.T @ greys, rcond=None)[0]
    return (points @ plane).reshape(sheet.shape)


def _extract_ink(sheet: NDArray[np.floating], inner: tuple[slice, ...]) -> NDArray[np.float32]:
    """Return how much ink is where, 0..1, in the inner part of a sheet of dark on light."""
    reach = CLOSE_UP // 5
    for _ in range(2):
        contrast = _contrast(sheet, reach)[inner]
        level = _ink_level(contrast)
        if level < FAINTEST:
            raise ValueError(_NOTHING)
        main = main_components(contrast > level / 2, contrast)
        # Now the line's width is known: a window not much wider follows the edges of shadows.
        reach = min(reach, max(2, int(1.5 * line_width(main))))
    if np.sum(main) < np.sum(contrast > level / 2) / 2:
        raise ValueError(_TANGLED)
    # Steep around half of the ink's darkness: this removes the grain and keeps edges soft.
    ink = ((contrast / level - 0.5) * 1.5 + 0.5).clip(0, 1)
    return (ink * dilate(main, 5)).astype(np.float32)


def _contrast(sheet: NDArray[np.floating], reach: int) -> NDArray[np.floating]:
    """Return by which fraction each pixel is darker than the paper around it.

    A morphological closing wider than the line removes the ink and leaves light and shadows.
    Since the brightest grains of the paper remain, most of the sheet then seems a little dark:
    the median corrects that.
    """
    paper = mean_filter(closing(sheet, 2 * reach + 1), max(1, reach // 3))
    contrast = (paper - sheet) / np.maximum(paper, 0.1)
    return contrast - np.median(contrast)


def _ink_level(contrast: NDArray[np.floating]) -> float:
    """Return how dark the ink is: the mean of contrasts, each weighted by itself.

    It is taken again over the pixels more than half as dark, until the paper has no influence.
    """
    level = 0.0
    for _ in range(6):
        ink = contrast[contrast > level / 2]
        if not ink.size:
            return 0.0
        level = float(np.sum(ink**2) / np.sum(ink))
    return level


def fit_ink(ink: NDArray[np.floating], box: float = BOX) -> NDArray[np.float32]:
    """Crop ink, fit it into a box with its proportions kept, and center it by its mass.

    A line far thinner or thicker than MNIST's is made as wide as their thinnest or thickest.

    Parameters
    ----------
    ink : numpy.ndarray, shape (rows, columns)
        0 (background) to 1 (ink), as `find_ink` returns it. Without any there is a ValueError.
    box : float
        Pixels: the digit's longer side.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, from 0 to 1.
    """
    ink = check_numbers("ink", ink, "rows", "columns", low=-0.01, high=1.01)
    check_numbers("box", box, low=1, high=SIDE)
    if not (ink > 0.5).any():
        raise ValueError("There is no ink in the picture. Draw something first.")
    crop = _crop(ink)
    fine = _crop(_adjust_line_width(resize(crop, box * FINE / max(crop.shape))))
    return _center(fine, max(fine.shape) / box)


def _crop(ink: NDArray[np.floating]) -> NDArray[np.floating]:
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _adjust_line_width(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Widen or narrow the line of a fine image to a width that MNIST's lines have."""
    sheet = np.pad(ink, 2 * FINE)
    width = line_width(sheet) / FINE
    missing = np.clip(width, THINNEST, THICKEST) - width
    size = round(abs(missing) * FINE / 2) * 2 + 1
    adjusted = dilate(sheet, size) if missing > 0 else erode(sheet, size)
    # A dot or a very thin line must not vanish.
    return adjusted if (adjusted > 0.5).any() else sheet


def _center(fine: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Return 28 x 28 pixels, each the mean of its part of a finer image, centered by mass."""
    x, y = center_of_mass(fine)
    side = SIDE * scale
    left, top = x + 0.5 - (CENTER + 0.5) * scale, y + 0.5 - (CENTER + 0.5) * scale
    margin = int(
        np.ceil(max(0, -left, -top, left + side - fine.shape[1], top + side - fine.shape[0]))
    )
    sheet = Image.fromarray(np.pad(fine, margin).astype(np.float32))
    place = (left + margin, top + margin, left + margin + side, top + margin + side)
    image = sheet.resize((SIDE, SIDE), Image.Resampling.BOX, box=place)
    return np.asarray(image, np.float32).clip(0, 1)
