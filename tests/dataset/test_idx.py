"""Reading IDX files: all their types, packed or not, whole or broken."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from mnist_lib.dataset.idx import read_idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def as_idx(array: np.ndarray) -> bytes:
    """Write an array as an IDX file would hold it."""
    code = CODES[array.dtype.str[1:]]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


arrays = st.sampled_from(sorted(CODES)).flatmap(
    lambda code: npst.arrays(np.dtype(code), npst.array_shapes(max_dims=4, max_side=6, min_side=0))
)


@given(array=arrays, packed=st.booleans())
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, packed: bool
):
    path = tmp_path_factory.mktemp("idx") / "file"
    content = as_idx(array)
    path.write_bytes(gzip.compress(content) if packed else content)
    read = read_idx(path)
    assert read.dtype == array.dtype
    assert read.dtype.isnative
    np.testing.assert_array_equal(read, array)
    read[...] = 0


@given(data=st.data(), packed=st.booleans())
def test_a_file_cut_short_is_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, packed: bool
):
    content = as_idx(np.arange(60, dtype=np.int16).reshape(3, 4, 5))
    content = gzip.compress(content) if packed else content
    path = tmp_path_factory.mktemp("idx") / "cut-short"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ValueError, match="cut-short"):
        read_idx(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"<html><body>404 Not Found</body></html>", "not an IDX file"),
        (b"\x00\x00\x07\x01\x00\x00\x00\x00", "not an IDX file"),
        (b"\x00\x00\x08\x03\x00\x00", "ends within its header"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x02\x01\x02\x03", "more are there"),
        (b"\x00\x00\x08\x03\xff\xff\xff\xff\x00\x00\x00\x02\x00\x00\x00\x01\x01", "only 1"),
        (b"\x00\x00\x08\x03" + 12 * b"\xff", "that no array can have"),
        (b"\x00\x00\x08\xff" + 255 * b"\x00\x00\x00\x01" + b"\x07", "that no array can have"),
        (b"\x00\x00\x08\x41" + 65 * b"\x00\x00\x00\x01" + b"\x07", "that no array can have"),
        (b"\x00\x00\x08\x04" + 4 * b"\x00" + 12 * b"\xff", "that no array can have"),
        (b"\x1f\x8bnot really", "can't be unpacked"),
        (gzip.compress(bytes(99))[:10] + 99 * b"\xff", "can't be unpacked"),
    ],
)
def test_what_is_no_idx_file_is_refused_in_words(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "some-file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"some-file.*{words}") as error:
        read_idx(path)
    assert len(str(error.value)) < len(str(path)) + 300


@pytest.mark.parametrize(
    ("content", "words"),
    [
        # 512 MB that unpack from half a megabyte, where 2 bytes are announced.
        (32 * gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x02" + bytes(1 << 24)), "more"),
        # 2 GB are announced, where 1 byte follows.
        (b"\x00\x00\x08\x01\x80\x00\x00\x00\x01", "only 1"),
    ],
    ids=["endless", "false header"],
)
def test_no_file_fills_the_memory(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "file"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=words):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 64e6
    finally:
        tracemalloc.stop()


def test_a_missing_file_is_missing(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nowhere")
