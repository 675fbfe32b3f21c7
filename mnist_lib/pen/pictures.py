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

COPY = 300
"""Pixels, the longer side of the copies that are worked on."""

MOST_PIXELS = 200_000_000
"""Pictures with more pixels are refused: their greys alone would fill a small memory."""

FAINTEST = 0.08
"""Ink must differ from the paper around it by this share of the paper's grey."""

LONGEST = 12
"""A digit's line is at most so many times as long as the digit is large; an 8 is some 3 times."""

SPECK = 0.05
"""Parts with less than this share of the largest part's ink are dirt, not pen."""

THINNEST, THICKEST = 1.8, 3.2
"""Pixels of the 28 x 28: the widths of nearly all of MNIST's pens. A line outside of this is
made as wide as the nearer of the two."""

FINE = 8
"""Into how many parts a pixel is cut, along each side, while the pen's width is mended."""


_TOO_LARGE = (
    f"The picture has more than {MOST_PIXELS:,} pixels. Make it smaller first; a side of 1,000 "
    "pixels is plenty."
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
        JPEG or what else Pillow reads. A camera's note on how it was held is obeyed, and what
        is transparent is white.

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
        picture = Path(picture).read_bytes()
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
            picture = PIL.Image.open(file)
            _check_size(*picture.size)
            # A JPEG can be unpacked at a fraction of its size at once.
            picture.draft("RGB", (LARGEST, LARGEST))
            picture.load()
        except PictureError:
            raise
        except PIL.Image.DecompressionBombError as error:
            raise PictureError(_TOO_LARGE) from error
        except (OSError, SyntaxError, ValueError) as error:
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
    return PIL.Image.fromarray(np.concatenate([_strip_to_greys(strip, top) for strip in strips]))


def _strip_to_greys(strip: NDArray, top: int) -> NDArray[np.uint8]:
    greys = strip.astype(np.float32) / top
    if not (np.isfinite(greys).all() and greys.min() >= -0.01 and greys.max() <= 1.01):
        raise PictureError(
            f"The greys must be numbers from 0 to {top}, but some are not. "
            "Scale them, and leave out what is nan or inf."
        )
    if greys.ndim == 3:
        colours, opaque = greys[..., :3], greys[..., 3:] if greys.shape[2] == 4 else 1
        # How bright the eye finds red, green and blue (ITU-R BT.601), as Pillow has it.
        greys = (colours * opaque + (1 - opaque)) @ np.float32([0.299, 0.587, 0.114])
    return np.uint8(np.round(255 * greys.clip(0, 1)))


def _to_greys(picture: Image) -> NDArray[np.float32]:
    from PIL import Image, ImageOps

    picture.load()
    if picture.mode in {"LA", "PA", "RGBA"} or "transparency" in picture.info:
        sheet = Image.new("RGBA", picture.size, "white")
        sheet.alpha_composite(picture.convert("RGBA"))
        picture = sheet
    if picture.mode.startswith(("I", "F")):
        greys = np.asarray(picture, np.float32)
        picture = Image.fromarray(np.uint8(255 * (greys - greys.min()) / max(np.ptp(greys), 1)))
    picture = ImageOps.exif_transpose(picture).convert("L")
    if max(picture.size) > LARGEST:
        picture.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    return np.asarray(picture, np.float32) / 255


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
        If nothing stands out from the sheet.
    """
    copy = _resized(greys, COPY / max(greys.shape))
    top, bottom, left, right = _frame(_contrast(copy), margin=0.2)
    (rows, columns), (copy_rows, copy_columns) = greys.shape, copy.shape
    cut = greys[
        int(top / copy_rows * rows) : int(np.ceil(bottom / copy_rows * rows)),
        int(left / copy_columns * columns) : int(np.ceil(right / copy_columns * columns)),
    ]
    ink = _ink(_contrast(_without_grain(_resized(cut, COPY / max(cut.shape)))))
    if np.sum(ink) > LONGEST * COPY * _pen_width(ink):
        raise PictureError(
            "What is drawn is too tangled for a digit: noise, or a page of writing. Cut out one "
            "digit, or take the photo in more light."
        )
    return ink


def _frame(contrast: NDArray[np.float32], margin: float) -> tuple[int, int, int, int]:
    """Return the first row and column of the ink and those after the last, with a margin."""
    found = _ink(contrast) > 0.5
    (top, bottom), (left, right) = (
        np.flatnonzero(found.any(axis=axis))[[0, -1]] for axis in (1, 0)
    )
    wide = 2 + int(margin * max(bottom - top, right - left))
    return max(0, top - wide), bottom + 1 + wide, max(0, left - wide), right + 1 + wide


def _ink(contrast: NDArray[np.float32]) -> NDArray[np.float32]:
    level = _level(contrast)
    if level < FAINTEST:
        raise PictureError(
            "Nothing stands out from the sheet. Draw with a darker pen, or take the photo from "
            "nearer and in more light."
        )
    # Steep around half of the ink's own darkness: the grain of the paper goes, edges stay soft.
    ink = ((contrast / level - 0.5) * 1.5 + 0.5).clip(0, 1)
    return (ink * _main_parts(ink > 0.5)).astype(np.float32)


def _is_dark_on_light(greys: NDArray[np.floating]) -> bool:
    """Tell ink from paper: there is less of it.

    Less of it, but far from the average: the mean of the third powers has its sign. A plane is
    taken away first, since light that falls off to one side is far from the average, too.
    """
    rows, columns = (np.linspace(-1, 1, side) for side in greys.shape)
    y, x = np.meshgrid(rows, columns, indexing="ij")
    plane = np.column_stack([x.ravel(), y.ravel(), np.ones(greys.size)])
    slope = np.linalg.lstsq(plane, greys.ravel(), rcond=None)[0]
    return bool(np.mean((greys.ravel() - plane @ slope) ** 3) <= 0)


def _contrast(greys: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return by which share each pixel differs from the paper around it, 0..1.

    The paper's grey is the brightest of its surroundings, wider than any pen is, smoothed: ink
    vanishes from it, and light that falls off towards one side stays.
    """
    if not _is_dark_on_light(greys):
        greys = 1 - greys
    reach = max(3, max(greys.shape) // 4) | 1
    paper = _smoothed(_extremes(_extremes(greys, reach, np.maximum), reach, np.minimum), reach)
    return ((paper - greys) / np.maximum(paper, 0.05)).clip(0, 1).astype(np.float32)


def _level(ink: NDArray[np.float32]) -> float:
    """Return how dark the ink is: the mean of what is above a threshold between two heaps.

    The threshold is Otsu's ("A threshold selection method from gray-level histograms", 1979),
    found by repeated means.
    """
    threshold = float(ink.max()) / 2
    for _ in range(20):
        dark, light = ink[ink > threshold], ink[ink <= threshold]
        if not dark.size:
            return 0.0
        threshold = (float(dark.mean()) + float(light.mean())) / 2
    return float(np.median(ink[ink > threshold], axis=None)) if (ink > threshold).any() else 0.0


def _main_parts(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the parts of a mask that are no specks, with a soft edge around them."""
    parts, count = _label_parts(mask)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    sizes[0] = 0
    kept = (sizes >= SPECK * sizes.max())[parts] & mask
    return _extremes(kept, 5, np.maximum)


def _label_parts(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Give numbers to the connected parts of a mask from 1 on, corners counting as connections.

    Every pixel takes the largest number around it, again and again, until nothing changes.
    """
    numbers = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        wide = np.pad(numbers, 1)
        for axis in (0, 1):
            wide = np.maximum(wide, np.maximum(np.roll(wide, 1, axis), np.roll(wide, -1, axis)))
        spread = np.where(mask, wide[1:-1, 1:-1], 0)
        # A part's number also jumps to wherever the pixel with that number has got by now.
        spread = np.where(mask, np.append(0, spread.ravel())[spread], 0)
        if np.array_equal(spread, numbers):
            _, parts = np.unique(np.append(0, numbers.ravel()), return_inverse=True)
            return parts[1:].reshape(mask.shape), int(parts.max())
        numbers = spread


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


def _without_grain(image: NDArray) -> NDArray[np.float32]:
    from PIL import Image, ImageFilter

    sheet = Image.fromarray(np.uint8(np.round(255 * image)))
    return np.asarray(sheet.filter(ImageFilter.MedianFilter(3)), np.float32) / 255


def _smoothed(image: NDArray, radius: float) -> NDArray[np.float32]:
    from PIL import Image, ImageFilter

    sheet = Image.fromarray(np.uint8(np.round(255 * image)))
    return np.asarray(sheet.filter(ImageFilter.BoxBlur(radius)), np.float32) / 255
