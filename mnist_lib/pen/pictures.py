"""From a photo, a scan or any other picture of one digit to an image as MNIST has them.

A digit is looked for in a copy of some hundred pixels, and then looked at closely where it was
found: a large photo takes hardly longer than a small one.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_lib.pen.strokes import BOX, CENTER, SIDE, center_of_mass

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PictureError", "find_ink", "fit_ink", "prepare_image", "read_picture"]

LARGEST = 2_000
"""Pixels, the longer side of what is kept of a larger picture."""

WIDE = 400
"""Pixels, the longer side of the copy in which a digit is looked for."""

COPY = 300
"""Pixels, the longer side of the copy of the part in which it was found."""

EDGE = COPY // 12
"""Pixels of that copy, at sides from which the digit keeps away by twice as much."""

FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "PPM")
"""Pillow's names of the formats that are read: pictures only, no programs (as PostScript is)."""

MOST_PIXELS = 200_000_000
"""Pictures with more pixels are refused: their greys alone would fill a small memory."""

FAINTEST = 0.05
"""Ink must differ from the paper around it by this share of the paper's grey."""

FAINTEST_CHANGE = 0.01**2
"""Squares of differences below this are the paper's, however calm it is."""

LONGEST = 12
"""A digit's line is at most so many times as long as the digit is large; an 8 is some 3 times."""

SPECK = 0.05
"""Parts with less than this share of the largest part's ink are dirt, not pen."""

THINNEST, THICKEST = 1.8, 3.2
"""Pixels of the 28 x 28: the widths of four fifths of MNIST's pens. A line outside of this is
made as wide as the nearer of the two."""

FINE = 8
"""Into how many parts a pixel is cut, along each side, while the pen's width is mended."""


_TOO_LARGE = (
    f"The picture has more than {MOST_PIXELS:,} pixels. Make it smaller first; a side of 1,000 "
    "pixels is plenty."
)


_NOTHING = (
    "Nothing stands out from the sheet. Draw with a darker pen, or take the photo from nearer and "
    "in more light."
)
_TANGLED = (
    "What is drawn is too tangled for a digit: noise, or a page of writing. Cut out one digit, or "
    "take the photo in more light."
)


class PictureError(ValueError):
    """A picture in which no digit can be found, or a file that is no picture."""


def prepare_image(picture: ArrayLike | Image | str | Path | bytes | BinaryIO) -> NDArray:
    """Prepare a picture of one digit as MNIST would have.

    Parameters
    ----------
    picture : array_like, PIL.Image.Image, str, Path, bytes or binary file
        As for `read_picture`: dark on light or light on dark, in even or uneven light.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, from 0 (background) to 1 (ink).

    Raises
    ------
    PictureError
        If it is no picture, or nothing is drawn on it.
    """
    return fit_ink(find_ink(read_picture(picture)))


def read_picture(picture: ArrayLike | Image | str | Path | bytes | BinaryIO) -> NDArray:
    """Read a picture as greys, made smaller where it is large.

    Parameters
    ----------
    picture : array_like, PIL.Image.Image, str, Path, bytes or binary file
        An array ``(rows, columns)``, or with 3 or 4 colours as its last axis; integers from 0
        to 255, floats from 0 to 1, or bool. Or a file, by its path, its bytes or open: PNG,
        JPEG, WebP, GIF, BMP, TIFF or PPM. A camera's note on how it was held is obeyed, and what
        is transparent is white, or black behind something white.

    Returns
    -------
    numpy.ndarray
        ``(rows, columns)`` float32, 0 (black) to 1 (white), at most 2,000 pixels either way.

    Raises
    ------
    PictureError
        If it is no picture, has no pixel, more than 200 million, or one that is no number.
    FileNotFoundError
        If there is no such file.
    """
    import PIL.Image

    if isinstance(picture, str | Path):
        path = Path(picture)
        if not path.exists():
            raise FileNotFoundError(f"There is no picture {path}. Pass the path of one.")
        with path.open("rb") as file:
            return _to_greys(_open(file))
    if isinstance(picture, bytes):
        picture = io.BytesIO(picture)
    if hasattr(picture, "read"):
        picture = _open(picture)
    if not isinstance(picture, PIL.Image.Image):
        picture = _from_array(np.asarray(picture))
    return _to_greys(picture)


def _open(file: BinaryIO) -> Image:
    import PIL.Image

    with _large_pictures_allowed():
        try:
            picture = PIL.Image.open(file, formats=FORMATS)
            _check_size(*picture.size)
            # A JPEG can be unpacked at a fraction of its size at once.
            picture.draft("RGB", (LARGEST, LARGEST))
            picture.load()
        except PictureError:
            raise
        except PIL.Image.DecompressionBombError as error:
            raise PictureError(_TOO_LARGE) from error
        except Exception as error:
            # A file that was cut or altered fails wherever its bytes lead the reader.
            raise PictureError(
                "The file is no picture, or only a part of one. Pass a whole PNG or JPEG."
            ) from error
    return picture


@contextmanager
def _large_pictures_allowed() -> Iterator[None]:
    """Keep Pillow's own, smaller limit from warning; ours stands in its place."""
    with warnings.catch_warnings():
        import PIL.Image

        warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
        yield


def _check_size(*sides: int) -> None:
    if 0 in sides:
        raise PictureError(f"The picture has no pixel: its sides are {sides}.")
    if np.prod(sides, dtype=float) > MOST_PIXELS:
        raise PictureError(_TOO_LARGE)


def _from_array(array: NDArray) -> Image:
    import PIL.Image

    if array.ndim not in {2, 3} or (array.ndim == 3 and array.shape[2] not in {3, 4}):
        raise PictureError(
            f"The array has the shape {array.shape}, where (rows, columns), (rows, columns, 3) "
            "or (rows, columns, 4) is expected."
        )
    _check_size(*array.shape[:2])
    if array.dtype.kind not in "buif":
        raise PictureError(
            f"The array's dtype is {array.dtype}; greys must be integers from 0 to 255, floats "
            "from 0 to 1, or bool."
        )
    top = 255 if array.dtype.kind in "ui" else 1
    # Greys before anything else, strip by strip: a large picture is not copied whole as floats.
    strips = np.array_split(array, max(1, len(array) // 1000 + 1))
    return PIL.Image.fromarray(np.concatenate([_strip_to_bytes(strip, top) for strip in strips]))


def _strip_to_bytes(strip: NDArray, top: int) -> NDArray[np.uint8]:
    greys = strip.astype(np.float32) / top
    if not (np.isfinite(greys).all() and greys.min() >= -0.01 and greys.max() <= 1.01):
        raise PictureError(
            f"The greys must be numbers from 0 to {top}, but some are not. "
            "Scale them, and leave out what is nan or inf."
        )
    if greys.ndim == 3 and greys.shape[2] == 3:
        # How bright the eye finds red, green and blue (ITU-R BT.601), as Pillow has it.
        greys = greys @ np.float32([0.299, 0.587, 0.114])
    return np.uint8(np.round(255 * greys.clip(0, 1)))


def _to_greys(picture: Image) -> NDArray[np.float32]:
    from PIL import ImageOps

    try:
        picture.load()
    except OSError as error:
        raise PictureError("Only a part of the picture is there. Pass a whole one.") from error
    if picture.mode.startswith(("I", "F")):
        picture = _from_deep(np.asarray(picture, np.float32))
    is_transparent = picture.has_transparency_data
    picture = picture.convert("RGBA" if is_transparent else "L")
    if max(picture.size) > LARGEST:
        picture = picture.reduce(-(-max(picture.size) // LARGEST))
    picture = ImageOps.exif_transpose(picture)
    greys = np.asarray(picture.convert("L"), np.float32) / 255
    if is_transparent:
        opaque = np.asarray(picture.getchannel("A"), np.float32) / 255
        greys = greys * opaque + (1 - opaque) * _behind(greys, opaque)
    return greys


def _from_deep(numbers: NDArray[np.float32]) -> Image:
    """Return a picture of 8 bits for one of 16 or 32, which are greys from 0 to 1 or more."""
    import PIL.Image

    if not np.isfinite(numbers).all():
        raise PictureError("The picture holds pixels that are nan or inf. Save it as PNG.")
    top = next((top for top in (1, 255, 65_535) if numbers.max() <= top), numbers.max())
    return PIL.Image.fromarray(np.uint8(np.round(255 * (numbers / top).clip(0, 1))))


def _behind(greys: NDArray[np.float32], opaque: NDArray[np.float32]) -> float:
    """Return the grey of the sheet behind a transparent picture: white, as most screens are.

    Where all that can be seen is light and of one grey, as chalk is, it is black.
    """
    seen = greys[opaque > 0.5]
    return 0.0 if seen.size and seen.min() > 0.5 and np.ptp(seen) < 0.2 else 1.0


def find_ink(greys: NDArray[np.floating]) -> NDArray[np.float32]:
    """Find what is drawn on a sheet, whatever the light.

    Parameters
    ----------
    greys : numpy.ndarray, shape (rows, columns)
        0 (black) to 1 (white).

    Returns
    -------
    numpy.ndarray
        What surrounds the digit, cut out and made some 300 pixels large: float32, 0 where there
        is paper (or blackboard), 1 where there is ink (or chalk).

    Raises
    ------
    PictureError
        If nothing stands out from the sheet, or too much.
    """
    copy = _resized(greys, WIDE / max(greys.shape))
    top, bottom, left, right = _frame(copy, margin=0.2)
    (rows, columns), (copy_rows, copy_columns) = greys.shape, copy.shape
    cut = greys[
        int(top / copy_rows * rows) : int(np.ceil(bottom / copy_rows * rows)),
        int(left / copy_columns * columns) : int(np.ceil(right / copy_columns * columns)),
    ]
    sheet = _smoothed(_resized(cut, COPY / max(cut.shape)), COPY // 150)
    # The margin is paper, and what is dark at its end a shadow, but where the picture ends.
    inner = tuple(
        slice(EDGE if first > 0 else 0, -EDGE if last < side else None)
        for first, last, side in ((top, bottom, copy_rows), (left, right, copy_columns))
    )
    ink = _ink(sheet if _is_dark_on_light(sheet) else 1 - sheet, inner)
    if np.sum(ink) > LONGEST * COPY * _pen_width(ink):
        raise PictureError(_TANGLED)
    return ink


def _frame(copy: NDArray[np.float32], margin: float) -> tuple[int, int, int, int]:
    """Return the first row and column of what is drawn and those after the last, with a margin.

    Paper changes little from a pixel to those around it, even where a shadow begins; ink
    changes much. So what is drawn is where the changes are: the heaviest group of them, with
    those near it.
    """
    calm = _smoothed(copy, 1)
    changes = (calm - _smoothed(calm, WIDE // 50)) ** 2
    # The variance of mere grain: a fifth of a normal distribution's squares are below 0.064 of
    # it. Where ink is all over the picture, neighbours tell: half of their squared differences
    # are below 0.4 of a variance that smoothing has divided by 9.
    grain = min(np.quantile(changes, 0.2) / 0.064, np.median(np.abs(copy - calm)) ** 2 / 0.4 / 9)
    # Of 160,000 pixels of grain none is seven standard deviations away.
    least = max(7**2 * grain, FAINTEST_CHANGE)
    candidates = changes[changes > least]
    if not candidates.size:
        raise PictureError(_NOTHING)
    strong = np.sum(candidates**2) / np.sum(candidates)
    hot = changes > max(least, SPECK * strong)
    # A gap of some pixels does not part a digit.
    reach = WIDE // 100
    near = _extremes(hot, 2 * reach + 1, np.maximum)
    found = _main_parts(near, np.where(hot, changes, 0)) & hot
    (top, bottom), (left, right) = (
        np.flatnonzero(found.any(axis=axis))[[0, -1]] for axis in (1, 0)
    )
    wide = 2 + int(margin * max(bottom - top, right - left))
    return max(0, top - wide), bottom + 1 + wide, max(0, left - wide), right + 1 + wide


def _is_dark_on_light(sheet: NDArray[np.floating]) -> bool:
    """Tell ink from paper: there is less of it, and around it is paper.

    What is rare and far from the rest gives the third powers their sign. They are taken twice:
    of the differences from a plane through the greys near the edges, which serves strokes of
    any width, and from the surroundings, which serves thin ones where shadows fall.
    """
    from_edges = sheet - _plane_at_edges(sheet)
    from_around = from_edges - _smoothed(from_edges, COPY // 12)
    return _skewness(from_edges) + _skewness(from_around) <= 0


def _skewness(numbers: NDArray[np.floating]) -> float:
    return float(np.mean(numbers**3) / (np.mean(numbers**2) ** 1.5 + 1e-12))


def _plane_at_edges(sheet: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the plane through the greys near the sheet's edges, few of which may be ink.

    Greys far from the plane count less and less (iteratively reweighted least squares), at
    first those far from the median.
    """
    rows, columns = (np.linspace(-1, 1, side) for side in sheet.shape)
    y, x = (axis.ravel() for axis in np.meshgrid(rows, columns, indexing="ij"))
    places = np.column_stack([x, y, np.ones(sheet.size)])
    edge = np.maximum(np.abs(x), np.abs(y)) > 0.8
    at_edge, greys = places[edge], sheet.ravel()[edge]
    plane = np.array([0, 0, np.median(greys)])
    for _ in range(10):
        distance = np.abs(greys - at_edge @ plane)
        weights = 1 / (1 + (distance / (np.median(distance) + 1e-3)) ** 2)
        weighted = at_edge * weights[:, np.newaxis]
        plane = np.linalg.lstsq(weighted.T @ at_edge, weighted.T @ greys, rcond=None)[0]
    return (places @ plane).reshape(sheet.shape)


def _ink(sheet: NDArray[np.floating], inner: tuple[slice, ...]) -> NDArray[np.float32]:
    """Return how much ink is where, 0..1, in the inner part of a sheet of dark on light."""
    reach = COPY // 5
    for _ in range(2):
        contrast = _contrast(sheet, reach)[inner]
        level = _level(contrast)
        if level < FAINTEST:
            raise PictureError(_NOTHING)
        main = _main_parts(contrast > level / 2, contrast)
        # Now that the pen's width is known, surroundings a little wider than the pen follow
        # the edge of a shadow more closely.
        reach = min(reach, max(2, int(1.5 * _pen_width(main))))
    if np.sum(main) < np.sum(contrast > level / 2) / 2:
        raise PictureError(_TANGLED)
    # Steep around half of the ink's own darkness: the grain of the paper goes, edges stay soft.
    ink = ((contrast / level - 0.5) * 1.5 + 0.5).clip(0, 1)
    return (ink * _extremes(main, 5, np.maximum)).astype(np.float32)


def _contrast(sheet: NDArray[np.floating], reach: int) -> NDArray[np.floating]:
    """Return by which share each pixel is darker than the paper around it.

    The paper's grey is the brightest of its surroundings, wider than the pen, smoothed: ink
    vanishes from it, and light and shadows stay. The brightest of many grains are brighter
    than paper is, so that most of the sheet seems a little darker; that much is taken off.
    """
    size = 2 * reach + 1
    paper = _extremes(_extremes(sheet, size, np.maximum), size, np.minimum)
    paper = _smoothed(paper, max(1, reach // 3))
    contrast = (paper - sheet) / np.maximum(paper, 0.1)
    return contrast - np.median(contrast)


def _level(contrast: NDArray[np.floating]) -> float:
    """Return how dark the ink is: the average, in which dark pixels count more than pale ones.

    Then again, of those alone that are more than half as dark, until the paper plays no part.
    """
    level = 0.0
    for _ in range(6):
        ink = contrast[contrast > level / 2]
        if not ink.size:
            return 0.0
        level = float(np.sum(ink**2) / np.sum(ink))
    return level


def _main_parts(mask: NDArray[np.bool_], weights: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Keep the heaviest part of a mask, and those near it that are no specks."""
    parts, count = _label_parts(mask)
    weight = np.bincount(parts.ravel(), weights.ravel(), minlength=count + 1)
    weight[0] = 0
    rows, columns = np.nonzero(parts == weight.argmax())
    # Half of its size away at most, a digit's other strokes are.
    size = max(np.ptp(rows), np.ptp(columns)) // 2 + 1
    around = parts[
        max(0, rows.min() - size) : rows.max() + size + 1,
        max(0, columns.min() - size) : columns.max() + size + 1,
    ]
    is_near = np.zeros(count + 1, bool)
    is_near[around] = True
    return (is_near & (weight >= SPECK * weight.max()) & (weight > 0))[parts]


def _label_parts(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Give numbers to the connected parts of a mask from 1 on, corners counting as connections.

    Each row is cut into runs of neighbours. Runs that touch one in the next row get the lower
    of their two numbers, again and again, until nothing changes.
    """
    # Two empty columns, so that no run goes on into the next row nor touches one there.
    width = mask.shape[1] + 2
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).ravel().astype(np.int8), prepend=0)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    first = np.searchsorted(ends, starts + width)
    touching = np.maximum(np.searchsorted(starts, ends + width, side="right") - first, 0)
    above = np.repeat(np.arange(len(starts)), touching)
    before = np.repeat(np.cumsum(touching) - touching, touching)
    below = np.arange(len(above)) - before + np.repeat(first, touching)
    number = np.arange(len(starts))
    while (number[above] != number[below]).any():
        one, other = number[above], number[below]
        np.minimum.at(number, np.maximum(one, other), np.minimum(one, other))
        # Each run takes the number of the run whose number it had got.
        while (number[number] != number).any():
            number = number[number]
    names, number = np.unique(number, return_inverse=True)
    parts = np.zeros(mask.shape, np.intp)
    parts[mask] = np.repeat(number + 1, ends - starts)
    return parts, len(names)


def fit_ink(ink: NDArray[np.floating], box: float = BOX) -> NDArray[np.float32]:
    """Crop ink, fit it into a box with its proportions kept, and centre it by its mass.

    A line far thinner or thicker than MNIST's is made as wide as the thinnest or the thickest
    of theirs.

    Parameters
    ----------
    ink : numpy.ndarray, shape (rows, columns)
        0 (background) to 1 (ink), as `find_ink` gives it.
    box : float
        Pixels: the digit's longer side.

    Returns
    -------
    numpy.ndarray
        ``(28, 28)`` float32, from 0 to 1.

    Raises
    ------
    PictureError
        If there is no ink.
    """
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise PictureError("There is no ink in the picture. Draw something first.")
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    fine = _mend_pen(_resized(crop, box * FINE / max(crop.shape)))
    rows, columns = (np.flatnonzero((fine > 0.5).any(axis=axis)) for axis in (1, 0))
    fine = fine[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _centred(fine, max(fine.shape) / box)


def _mend_pen(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give ink with `FINE` parts to a pixel a pen as MNIST has them."""
    sheet = np.pad(ink, 2 * FINE)
    width = _pen_width(sheet) / FINE
    missing = np.clip(width, THINNEST, THICKEST) - width
    reach = round(abs(missing) * FINE / 2) * 2 + 1
    if reach == 1:
        return sheet
    grown = _extremes(sheet, reach, np.maximum if missing > 0 else np.minimum)
    # What was a dot or a hair's breadth shall not be thinned away.
    return grown if (grown > 0.5).any() else sheet


def _pen_width(ink: NDArray[np.float32]) -> float:
    """Return how wide a line is: its area, over half of the length of its edge."""
    mask = ink > 0.5
    steps = sum(np.count_nonzero(np.diff(mask, axis=axis)) for axis in (0, 1))
    # Steps along the pixels' sides make a slanted edge longer than it is, by 4 / pi on average.
    return 2 * np.count_nonzero(mask) / max(1.0, steps * np.pi / 4)


def _centred(fine: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Return 28 x 28 pixels, each the mean of its part of a finer image, centred by mass."""
    from PIL import Image

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


def _resized(image: NDArray, scale: float) -> NDArray[np.float32]:
    from PIL import Image

    rows, columns = (max(1, round(side * scale)) for side in image.shape)
    sheet = Image.fromarray(image.astype(np.float32))
    return np.asarray(sheet.resize((columns, rows), Image.Resampling.BICUBIC)).clip(0, 1)


def _extremes(image: NDArray, size: int, of: Callable[..., NDArray]) -> NDArray:
    """Return the largest (or smallest) number of each pixel's square of an odd size.

    A run twice as long is the larger of two runs: few steps reach far.
    """
    image = np.pad(image, size // 2, mode="edge")
    for _ in range(2):
        run = 1
        while run < size:
            step = min(run, size - run)
            image = of(image[:-step], image[step:])
            run += step
        image = image.T
    return image


def _smoothed(image: NDArray[np.floating], reach: int) -> NDArray[np.floating]:
    """Return the mean of each pixel's square, as far as it lies within the image."""
    for _ in range(2):
        sums = np.cumsum(np.pad(image, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
        places = np.arange(len(image))
        first, after = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(image))
        image = ((sums[after] - sums[first]) / (after - first)[:, np.newaxis]).T
    return image
