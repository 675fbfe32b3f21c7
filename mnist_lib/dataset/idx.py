"""Read IDX, the format in which MNIST was published.

An IDX file is a header and then the numbers. The header is two zero bytes, one byte that
names the type of the numbers, one byte that counts the dimensions, and then the length of
each dimension as four bytes, the most significant first. The format is described on the page
on which Yann LeCun published MNIST.
"""

import gzip
import math
import reprlib
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mnist_lib.storage import open_file

_DTYPES = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 24


def read_idx(path: str | Path) -> np.ndarray:
    """Read an IDX file, packed with gzip or not: its first bytes tell, not its name.

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
    FileNotFoundError, ValueError
        If there is no such file, or it is empty, cut short, too long, damaged, or not IDX at all.
    """
    with open_file(path, "Pass the path of an IDX file.") as file:
        packed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        if not packed:
            return _read(file, Path(path))
        try:
            with gzip.open(file) as unpacked:
                return _read(unpacked, Path(path))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(
                f"{path} begins as a gzip file but can't be unpacked: {error}. It was cut short "
                "or altered on its way. Delete it and get it again."
            ) from error


def _read(file: BinaryIO, path: Path) -> np.ndarray:
    """Read an unpacked file from its beginning to its end."""
    dtype, shape = _read_header(file, path)
    expected = math.prod(shape) * dtype.itemsize
    # One byte more than expected is enough to know that a file is too long, however long it
    # is; and in chunks, a false header can't ask for all memory.
    body = bytearray()
    while chunk := file.read(min(_CHUNK, expected + 1 - len(body))):
        body += chunk
    if len(body) != expected:
        found = "more" if len(body) > expected else f"only {len(body):,}"
        raise ValueError(
            f"{path} does not hold what its header announces: {expected:,} bytes of numbers for "
            f"the shape {reprlib.repr(shape)}, but {found} are there. Get the file again."
        )
    numbers = np.frombuffer(body, dtype).reshape(shape)
    return numbers.astype(dtype.newbyteorder("="), copy=False)


def _read_header(file: BinaryIO, path: Path) -> tuple[np.dtype, tuple[int, ...]]:
    """Read the type and the shape, and leave the file at the first number."""
    magic = file.read(4)
    if not magic:
        raise ValueError(f"{path} is empty. An IDX file has at least 4 bytes. Get the file again.")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _DTYPES:
        raise ValueError(
            f"{path} is not an IDX file: it begins with the bytes {magic.hex(' ')}, where IDX "
            "has 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and the number of dimensions. "
            "Check that it is the file you meant."
        )
    dtype, dimensions = _DTYPES[magic[2]], magic[3]
    lengths = file.read(4 * dimensions)
    if len(lengths) < 4 * dimensions:
        raise ValueError(
            f"{path} ends within its header: {dimensions} dimensions are announced. "
            "It was cut short. Get the file again."
        )
    shape = struct.unpack(f">{dimensions}I", lengths)
    try:
        np.lib.stride_tricks.as_strided(np.zeros((), dtype), shape)
    except ValueError as error:
        raise ValueError(
            f"{path} announces a shape that no array can have ({error}). Get the file again."
        ) from error
    return dtype, shape
