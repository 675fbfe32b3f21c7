"""Open the files that a user names, and pictures of any kind, within limits."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from PIL import ExifTags, Image

LONGEST_SIDE = 65_535
"""Pixels along a side, at most, as in JPEG."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
"""Pillow's names of the formats that are read. None is a program, as PostScript is."""

MOST_BYTES = 100_000_000
"""Larger files are refused: Pillow also keeps what a file holds beside its pixels."""

MOST_MEMORY = 300_000_000
"""Bytes. Pictures whose decoding could take more are refused."""

_SMALLER = "Make it smaller first; a side of 1,000 pixels is plenty."


def open_picture(file: BinaryIO, enough: int) -> Image.Image:
    """Open a picture without decoding its pixels yet, a larger JPEG at a fraction of its size.

    A ValueError says that it is not a picture, or has more than 100 MB.
    """
    with _errors_as_sentences():
        if not file.seekable():
            file = io.BytesIO(file.read(MOST_BYTES + 1))
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        is_heif = file.read(12)[4:8] == b"ftyp"
    if size > MOST_BYTES:
        raise ValueError(
            f"The file has more than {MOST_BYTES:,} bytes, the limit for a picture. {_SMALLER}"
        )
    if is_heif:
        raise ValueError(
            "The file is a HEIC or AVIF photo, as iPhones take them, which cannot be read here. "
            "Save it as JPEG first."
        )
    with _errors_as_sentences():
        picture = Image.open(file, formats=FORMATS)
    if "progressive" in picture.info:
        _check_memory(picture)  # Its decoder holds all pixels, even when it gives fewer.
    picture.draft("RGB", (enough, enough))
    return picture


def load_picture(picture: Image.Image) -> None:
    """Decode a picture's pixels; a ValueError if it is cut short, too large or without pixels."""
    check_sides(*picture.size)
    _check_memory(picture)
    with _errors_as_sentences():
        picture.load()


def orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation: 1, upright, where the EXIF block is damaged or missing."""
    with suppress(Exception), _errors_as_sentences():
        return picture.getexif().get(ExifTags.Base.Orientation, 1)
    return 1


def check_sides(width: int, height: int) -> None:
    """Refuse a picture without pixels, or with too many along a side."""
    if not 0 < min(width, height) <= max(width, height) <= LONGEST_SIDE:
        raise ValueError(
            f"The picture has {width:,} x {height:,} pixels, and each side must have from 1 to "
            f"{LONGEST_SIDE:,}. {_SMALLER}"
        )


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    """Turn whatever Pillow raises into one sentence, and silence its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise ValueError(
                f"The picture has more than {2 * Image.MAX_IMAGE_PIXELS:,} pixels, the limit. "
                f"{_SMALLER}"
            ) from error
        except MemoryError as error:
            raise ValueError(
                f"There is not enough memory left to read the picture. {_SMALLER}"
            ) from error
        except Exception as error:
            if "MAX_TEXT" in str(error):
                raise ValueError(
                    "The picture's texts or color profile exceed the limit of 1 MiB each or of "
                    "64 MiB in all. Save it without them."
                ) from error
            # A damaged file can fail anywhere in Pillow, with any error.
            raise ValueError(
                "The file is not a picture, or only part of one. Pass a whole PNG, JPEG, WebP, "
                "GIF, BMP, TIFF or PPM file."
            ) from error


def _check_memory(picture: Image.Image) -> None:
    """Refuse a picture whose pixels could take too much memory to decode."""
    with _errors_as_sentences():
        needed = _memory_needed(picture)
    if needed > MOST_MEMORY:
        raise ValueError(
            f"The picture could take {needed:,} bytes of memory to read, and the limit is "
            f"{MOST_MEMORY:,}. {_SMALLER}"
        )


def _memory_needed(picture: Image.Image) -> int:
    if picture.format is None:
        return 0  # It was never in a file.
    width, height = picture.size
    if picture.format == "TIFF":
        # Pixels can be stored in tiles larger than the picture.
        width = max(width, picture.tag_v2.get(ExifTags.Base.TileWidth, 0))
        height = max(height, picture.tag_v2.get(ExifTags.Base.TileLength, 0))
    per_pixel = {"1": 1, "L": 1, "P": 1, "I;16": 2}.get(picture.mode, 4)
    # How many copies of the pixels each format's decoder was measured to hold, at most.
    copies = {"PNG": 1, "GIF": 1, "JPEG": 1, "MPO": 1, "WEBP": 4}.get(picture.format, 3)
    if "progressive" in picture.info:
        copies = 3
    return width * height * per_pixel * copies
