"""Read a picture, from a file or an array, as greys."""

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import ExifTags, Image, ImageOps

from mnist_lib.checks import as_array
from mnist_lib.pen.files import check_sides, load_picture, open_picture, orientation
from mnist_lib.pen.ink import find_ink, fit_ink
from mnist_lib.storage import open_file

LARGEST = 2_000
"""Pixels, the longer side of what is kept of a larger picture."""

STRIP = 2**20
"""Pixels that are converted together, so that a large picture is never copied whole."""

Picture = ArrayLike | Image.Image | str | Path | bytes | BinaryIO


def prepare_image(picture: Picture) -> NDArray[np.float32]:
    """Prepare a picture of one digit as MNIST's digits were.

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
    ValueError, FileNotFoundError
        As for `read_picture`, or if no digit can be found in it.
    """
    return fit_ink(find_ink(read_picture(picture)))


def read_picture(picture: Picture) -> NDArray[np.float32]:
    """Read a picture as greys, reduced where it is large.

    Parameters
    ----------
    picture : array_like, PIL.Image.Image, str, Path, bytes or binary file
        An array ``(rows, columns)``, or with 3 or 4 colors as its last axis: integers from 0 to
        255, floats from 0 to 1, or bool. Or a PNG, JPEG, WebP, GIF, BMP, TIFF or PPM file, as its
        path, its bytes or an open file; the EXIF orientation is applied. What is transparent
        becomes white, or black behind something white.

    Returns
    -------
    numpy.ndarray
        ``(rows, columns)`` float32, 0 (black) to 1 (white), at most 2,000 pixels either way.

    Raises
    ------
    ValueError, FileNotFoundError
        If there is no such file, it is not a picture, has pixels that are not numbers, no pixel or
        more than 65,535 along a side, or is a file of more than 100 MB or one that could take more
        than 300 MB of memory to decode.
    """
    if isinstance(picture, str | Path):
        with open_file(picture, "Pass the path of a picture.") as file:
            return read_picture(file)
    if isinstance(picture, bytes | bytearray | memoryview):
        picture = io.BytesIO(picture)
    if hasattr(picture, "read"):
        picture = open_picture(picture, LARGEST)
    if isinstance(picture, Image.Image):
        return _read_image(picture)
    return _read_array(as_array(picture))


def _read_image(picture: Image.Image) -> NDArray[np.float32]:
    load_picture(picture)

    def crop(first: int, end: int) -> Image.Image:
        return picture.crop((0, first, picture.width, end))

    scale = None
    if picture.mode.startswith(("I", "F")):
        scale = _full_scale(crop(row, row + 1) for row in range(picture.height))
    small = _shrink(
        picture.height, picture.width, lambda first, end: _to_8_bits(crop(first, end), scale)
    )
    small.getexif()[ExifTags.Base.Orientation] = orientation(picture)
    return _flatten(ImageOps.exif_transpose(small))


def _full_scale(rows: Iterable[Image.Image]) -> int:
    """Return what white is in a picture of 16 or 32 bits: 1, or all bits set that are in use."""
    highest = np.max([np.asarray(row, np.float32).max() for row in rows])
    if not np.isfinite(highest):
        raise ValueError("The picture has pixels that are nan or inf. Save it as PNG.")
    return 1 if highest <= 1 else max(255, 2 ** int(highest).bit_length() - 1)


def _to_8_bits(strip: Image.Image, scale: int | None) -> Image.Image:
    if scale is not None:
        return Image.fromarray(_to_bytes(np.asarray(strip, np.float32) / np.float64(scale)))
    if strip.mode == "LAB":
        return strip.getchannel("L")
    if strip.mode == "La":
        strip = strip.convert("LA")
    return strip.convert("RGBA" if strip.has_transparency_data else "L")


def _read_array(array: NDArray) -> NDArray[np.float32]:
    if array.ndim not in {2, 3} or (array.ndim == 3 and array.shape[2] not in {3, 4}):
        raise ValueError(
            f"The array has the shape {str(array.shape)[:100]}, where (rows, columns), "
            "(rows, columns, 3) or (rows, columns, 4) is expected."
        )
    if array.dtype.kind not in "buif":
        raise ValueError(
            f"The array's dtype is {str(array.dtype)[:100]}; greys must be integers from 0 to "
            "255, floats from 0 to 1, or bool."
        )
    rows, columns = array.shape[:2]
    check_sides(columns, rows)
    return _flatten(_shrink(rows, columns, lambda first, end: _strip_to_image(array[first:end])))


def _strip_to_image(strip: NDArray) -> Image.Image:
    white = 255 if strip.dtype.kind in "ui" else 1
    greys = strip.astype(np.float32) / white
    if not (np.isfinite(greys).all() and greys.min() >= -0.01 and greys.max() <= 1.01):
        raise ValueError(
            f"The greys must be numbers from 0 to {white}, but some are not. Scale them, and "
            "replace every nan or inf."
        )
    if greys.ndim == 3 and greys.shape[2] == 3:
        # How bright red, green and blue look (ITU-R BT.601), as in Pillow.
        greys = greys @ np.float32([0.299, 0.587, 0.114])
    return Image.fromarray(_to_bytes(greys))


def _to_bytes(greys: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.uint8(np.round(255 * greys.clip(0, 1)))


def _shrink(rows: int, columns: int, take: Callable[[int, int], Image.Image]) -> Image.Image:
    """Join strips of 8-bit rows, each reduced by the factor that makes the picture small."""
    factor = -(-max(rows, columns) // LARGEST)
    step = factor * max(1, STRIP // (factor * columns))
    strips = [
        np.asarray(take(first, min(first + step, rows)).reduce(factor))
        for first in range(0, rows, step)
    ]
    return Image.fromarray(np.concatenate(strips))


def _flatten(picture: Image.Image) -> NDArray[np.float32]:
    """Return greys 0..1, with a sheet behind what is transparent.

    It is white, as most screens are, but black where all that can be seen is light and of one
    grey, as chalk is.
    """
    greys = np.asarray(picture.convert("L"), np.float32) / 255
    if picture.mode == "RGBA":
        opacity = np.asarray(picture.getchannel("A"), np.float32) / 255
        seen = greys[opacity > 0.5]
        is_chalk = seen.size and seen.min() > 0.5 and np.ptp(seen) < 0.2
        greys = greys * opacity + (1 - opacity) * (0.0 if is_chalk else 1.0)
    return greys
