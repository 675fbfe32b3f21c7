"""Read IDX, the format in which MNIST was published.

An IDX file is a header and then the numbers. The header is two zero bytes, one byte that
names the type of the numbers, one byte that counts the dimensions, and then the length of
each dimension as four bytes, the most significant first. The format is described on the page
on which Yann LeCun published MNIST.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

__all__ = ["IDXError", "parse_header", "read_idx"]

_DTYPES = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
_GZIP_MAGIC = b"\x1f\x8b"


class IDXError(ValueError):
    """A file that is not a whole IDX file."""


def read_idx(path: str | Path) -> np.ndarray:
    """Read an IDX file, packed with gzip or not.

    Whether the file is packed is told from its first bytes, not from its name.

    Parameters
    ----------
    path : str or Path
        The file to read.

    Returns
    -------
    numpy.ndarray
        The numbers, in the shape that the header gives: ``(N, 28, 28)`` uint8 for MNIST's
        images, ``(N,)`` uint8 for its labels. Any IDX type is read: (u)int8, int16, int32,
        float32, float64, in the byte order of this machine. The array may be written to.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IDXError
        If the file is empty, cut short, too long, not packed as it claims, or not IDX at all.
        The sentence names the file, what is wrong and what to do.
    """
    path = Path(path)
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        if not packed:
            return _read(file, path)
        try:
            with gzip.open(file) as unpacked:
                return _read(unpacked, path)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise IDXError(
                f"{path} begins as a gzip file but can't be unpacked: {error}. It was cut short "
                "or altered on its way. Delete it and get it again."
            ) from error


def parse_header(file: BinaryIO, path: Path) -> tuple[np.dtype, tuple[int, ...]]:
    """Read the header of an IDX file and leave `file` at the first number.

    Parameters
    ----------
    file : binary file
        At its beginning.
    path : Path
        What to call the file in an error.

    Returns
    -------
    dtype : numpy.dtype
        The type of the numbers, in the byte order of the file.
    shape : tuple of int
        The length of each dimension.

    Raises
    ------
    IDXError
        If the header is missing, cut short, or not one of IDX.
    """
    magic = file.read(4)
    if not magic:
        raise IDXError(f"{path} is empty. An IDX file has at least 4 bytes. Get the file again.")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _DTYPES:
        raise IDXError(
            f"{path} is not an IDX file: it begins with the bytes {magic.hex(' ')}, where IDX "
            "has 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and the number of dimensions. "
            "Check that it is the file you meant."
        )
    lengths = file.read(4 * magic[3])
    if len(lengths) < 4 * magic[3]:
        raise IDXError(
            f"{path} ends within its header: {magic[3]} dimensions are announced. "
            "It was cut short. Get the file again."
        )
    return _DTYPES[magic[2]], struct.unpack(f">{magic[3]}I", lengths)


def _read(file: BinaryIO, path: Path) -> np.ndarray:
    dtype, shape = parse_header(file, path)
    expected = math.prod(shape) * dtype.itemsize
    # One byte more than expected is enough to know that a file is too long, however long it is.
    body = _read_at_most(file, expected + 1)
    if len(body) != expected:
        found = "more" if len(body) > expected else f"only {len(body):,}"
        raise IDXError(
            f"{path} does not hold what its header announces: {expected:,} bytes of numbers for "
            f"the shape {shape}, but {found} are there. Get the file again."
        )
    try:
        numbers = np.frombuffer(body, dtype).reshape(shape)
    except ValueError as error:
        raise IDXError(f"{path} announces a shape that no array can have: {error}.") from error
    return numbers.astype(dtype.newbyteorder("="), copy=dtype.byteorder == ">")


def _read_at_most(file: BinaryIO, limit: int, step: int = 1 << 24) -> bytearray:
    """Read up to `limit` bytes, by steps, so that a false header can't ask for all memory."""
    body = bytearray()
    while len(body) < limit and (piece := file.read(min(step, limit - len(body)))):
        body += piece
    return body
