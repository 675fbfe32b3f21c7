"""Picture files of every kind are opened, and those that are none or too large are refused."""

import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_lib.pen import prepare_image, read_picture, strokes_to_image
from tests.pen.sheets import SEVEN, as_file, sheet_with

GREYS = np.uint8(255 * (1 - sheet_with(strokes_to_image(SEVEN))))
COLORS = np.dstack([GREYS] * 3)

FILES = {
    "PNG": as_file(GREYS),
    "PNG of 16 bits": as_file(GREYS.astype(np.uint16) * 257),
    "PNG of 12 bits": as_file((GREYS.astype(np.uint16) << 4) | (GREYS >> 4)),
    "PNG with a palette": as_file(Image.fromarray(COLORS).quantize(16)),
    "PNG of 1 bit": as_file(Image.fromarray(GREYS).convert("1", dither=0)),
    "JPEG": as_file(COLORS, "JPEG", quality=95),
    "grey JPEG": as_file(GREYS, "JPEG", quality=95),
    "progressive JPEG": as_file(COLORS, "JPEG", quality=95, progressive=True),
    "CMYK JPEG": as_file(Image.fromarray(COLORS).convert("CMYK"), "JPEG", quality=95),
    "JPEG with a preview": as_file(
        COLORS, "MPO", save_all=True, append_images=[Image.new("RGB", (50, 50))]
    ),
    "WebP": as_file(COLORS, "WEBP", quality=95),
    "lossless WebP": as_file(COLORS, "WEBP", lossless=True),
    "GIF": as_file(GREYS, "GIF"),
    "animated GIF": as_file(GREYS, "GIF", save_all=True, append_images=[Image.new("L", (50, 50))]),
    "BMP": as_file(COLORS, "BMP"),
    "grey BMP": as_file(GREYS, "BMP"),
    "TIFF": as_file(COLORS, "TIFF"),
    "packed TIFF": as_file(GREYS, "TIFF", compression="tiff_lzw"),
    "fax": as_file(
        Image.fromarray(GREYS).convert("1", dither=0), "TIFF", compression="group4"
    ),
    "TIFF of floats": as_file(GREYS.astype(np.float32) / 255, "TIFF"),
    "TIFF of two pages": as_file(
        GREYS, "TIFF", save_all=True, append_images=[Image.new("L", (50, 50))]
    ),
    "CMYK TIFF": as_file(Image.fromarray(COLORS).convert("CMYK"), "TIFF"),
    "LAB TIFF": as_file(Image.merge("LAB", [Image.fromarray(c) for c in
        (GREYS, 0 * GREYS, 0 * GREYS)]), "TIFF"),
    "PPM": as_file(COLORS, "PPM"),
    "PGM": as_file(GREYS, "PPM"),
    "PGM in plain text": b"P2\n%d %d\n255\n" % GREYS.T.shape
    + b" ".join(b"%d" % grey for grey in GREYS.flat),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_any_kind_is_read(kind):
    greys = read_picture(FILES[kind])
    assert greys.shape == GREYS.shape
    # Lossy compression changes single pixels; 1 bit and palettes change all edges.
    assert np.abs(greys - GREYS / np.float32(255)).mean() < 0.02
    assert greys.min() < 0.1
    assert greys.max() > 0.9


BLACK_AND_WHITE = {
    "1": (0, 1),
    "L": (0, 255),
    "P": (0, 255),
    "LA": ((0, 255), (255, 255)),
    "La": ((0, 255), (255, 255)),
    "RGB": ((0, 0, 0), (255, 255, 255)),
    "RGBA": ((0, 0, 0, 255), (255, 255, 255, 0)),
    "RGBa": ((0, 0, 0, 255), (255, 255, 255, 255)),
    "CMYK": ((0, 0, 0, 255), (0, 0, 0, 0)),
    "YCbCr": ((0, 128, 128), (255, 128, 128)),
    "HSV": ((0, 0, 0), (0, 0, 255)),
    "LAB": ((0, 0, 0), (255, 0, 0)),
    "I": (0, 65_535),
    "I;16": (0, 4095),
    "F": (0.0, 1.0),
}


@pytest.mark.parametrize("mode", BLACK_AND_WHITE)
def test_an_image_of_any_mode_is_read(mode):
    black, white = BLACK_AND_WHITE[mode]
    image = Image.new(mode, (40, 60), black)
    if mode == "P":
        image.putpalette([value for value in range(256) for _ in range(3)])
    image.paste(white, (20, 0, 40, 60))
    greys = read_picture(image)
    np.testing.assert_allclose(greys[:, :20], 0, atol=0.01)
    np.testing.assert_allclose(greys[:, 20:], 1, atol=0.01)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_exif_orientation_is_applied(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    rotated = as_file(np.rot90(COLORS), kind, quality=95, exif=exif)
    np.testing.assert_allclose(prepare_image(rotated), prepare_image(GREYS), atol=0.1)


def with_exif(exif: bytes) -> bytes:
    return as_file(GREYS, "JPEG", quality=95, exif=b"Exif\0\0" + exif)


@pytest.mark.parametrize(
    "damaged",
    [
        with_exif(b"AB*\0\0\0\0\x08" + bytes(20)),
        with_exif(b"MM\0*\0\0\0\x08\xff\xff" + bytes(20)),
        with_exif(b"MM\0*"),
        as_file(GREYS, exif=b"MM\0*\0\0"),
        as_file(COLORS, "WEBP", lossless=True, exif=b"MM\0*\0\0\0\x08\xff\xff"),
    ],
    ids=["other magic number", "too many entries", "cut", "PNG", "WebP"],
)
def test_damaged_exif_changes_nothing(damaged):
    # Warnings are errors.
    np.testing.assert_allclose(read_picture(damaged), GREYS / 255, atol=0.2)


def test_a_file_that_cannot_go_back_is_read():
    class Stream(io.BytesIO):
        def seekable(self):
            return False

        seek = tell = None

    greys = read_picture(Stream(FILES["PNG"]))
    np.testing.assert_allclose(greys, GREYS / np.float32(255), atol=1e-6)


def test_a_file_is_read_from_its_beginning_wherever_it_stands():
    file = io.BytesIO(FILES["PNG"])
    file.seek(50)
    assert read_picture(file).shape == GREYS.shape


@pytest.mark.parametrize(
    "name",
    [
        "seven.png",
        "손글씨",
        pytest.param(
            os.fsdecode(b"\xc7\xd1.png"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="not a name there"),
        ),
    ],
)
def test_a_file_may_have_any_name(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(FILES["PNG"])
    for given in (path, str(path)):
        assert read_picture(given).shape == GREYS.shape


@pytest.mark.parametrize("name", ["none.png", ".", "fifo", "\udcff.png", "long" * 2000, "\0"])
def test_what_is_not_a_file_gets_a_sentence(name, tmp_path):
    if name == "fifo" and hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo")
    with pytest.raises(FileNotFoundError, match=r"There is no file .* Pass the path") as caught:
        prepare_image(tmp_path / name)
    assert len(str(caught.value)) < 500
    assert str(caught.value).encode()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.png"):
        prepare_image(str(tmp_path / "none.png"))


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_photo_of_an_iphone_gets_a_sentence_that_says_what_to_do(brand):
    photo = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(1000)
    with pytest.raises(ValueError, match=r"HEIC or AVIF photo.*Save it as JPEG"):
        read_picture(photo)


@pytest.mark.parametrize("content", [b"", b"no picture", b"P5\n9 9\n255\n", b"\x89PNG\r\n\x1a\n"])
def test_what_is_not_a_picture_gets_a_sentence(content):
    with pytest.raises(ValueError, match="not a picture, or only part of one"):
        read_picture(content)
    with pytest.raises(ValueError, match="not a picture, or only part of one"):
        read_picture(io.StringIO("no picture"))


def test_postscript_is_a_program_and_is_not_run():
    with pytest.raises(ValueError, match="The file is not a picture"):
        prepare_image(as_file(COLORS, "EPS"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_a_picture_cut_anywhere_gets_a_sentence(kind):
    whole = as_file(COLORS[::4, ::4], kind)
    for length in np.linspace(0, 0.9 * len(whole), 20).astype(int):
        with pytest.raises(ValueError, match="The file is not a picture"):
            read_picture(whole[:length])


def test_an_image_that_was_opened_from_half_a_file_gets_a_sentence():
    cut = as_file(np.random.default_rng(0).integers(0, 255, (99, 99), np.uint8))[:2000]
    with pytest.raises(ValueError, match="only part of one"):
        read_picture(Image.open(io.BytesIO(cut)))


def png(width: int, height: int, depth: int, color: int, extra: bytes = b"") -> bytes:
    """Return a black PNG, whatever its size, in little time."""
    channels = {0: 1, 2: 3, 6: 4}[color]
    packer = zlib.compressobj(1)
    row = bytes(1 + (width * channels * depth + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )  # fmt: skip


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def tiff_with_a_tile(side: int) -> bytes:
    """Return a TIFF of 100 x 100 pixels that stand in one tile, far larger than the picture."""
    pixels = zlib.compress(bytes(side))
    tags = {256: 100, 257: 100, 258: 8, 259: 8, 262: 1, 277: 1, 322: side, 323: side, 324: 134,
            325: len(pixels)}  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4) + pixels


@pytest.mark.parametrize(
    ("bomb", "limit"),
    [
        (png(14_000, 14_000, 1, 0), "178,956,970 pixels"),
        (png(12_300, 12_300, 16, 0), "302,580,000 bytes of memory.* limit is 300,000,000"),
        (png(8_700, 8_700, 8, 6), "302,760,000 bytes of memory"),
        (png(70_000, 1, 8, 0), "70,000 x 1 pixels, and each side must have from 1 to 65,535"),
        (png(9, 9, 8, 0, chunk(b"tEXt", b"a\0" + bytes(68_000_000))), "limit of 1 MiB each"),
        (png(9, 9, 8, 0, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**21)))), "1 MiB each"),
        (as_file(Image.new("L", (4400, 4400)), "WEBP"), "309,760,000 bytes of memory"),
        (as_file(Image.new("RGB", (5100, 5100)), "JPEG", progressive=True), "312,120,000 bytes"),
        (b"P6\n5100 5100\n255\n", "312,120,000 bytes of memory"),
        (tiff_with_a_tile(60_000), "10,800,000,000 bytes of memory"),
        (b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + bytes(3) + b"," + bytes(90), "pixels"),
        (bytes(100_000_001), "more than 100,000,000 bytes"),
    ],
    ids=["PNG", "16 bits", "RGBA", "wide", "text", "packed text", "WebP", "progressive", "PPM",
         "tile", "GIF", "file"],
)  # fmt: skip
def test_what_would_fill_the_memory_is_refused_by_the_name_of_its_limit(bomb, limit):
    with pytest.raises(ValueError, match=limit) as caught:
        read_picture(bomb)
    assert len(str(caught.value)) < 500


def test_a_file_of_two_gigabytes_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.png"
    text = struct.pack(">I", 2_000_000_000) + b"tEXt"
    with path.open("wb") as file:
        file.write(png(9, 9, 8, 0)[:33] + text)
        file.truncate(2_000_000_100)
    with pytest.raises(ValueError, match="more than 100,000,000 bytes"):
        read_picture(path)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
def test_a_large_file_needs_little_memory_besides_its_pixels(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(png(5_000, 5_000, 8, 6))
    script = """
import pathlib, sys
from mnist_lib.pen import read_picture
def peak(): return int(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
read_picture(sys.argv[1])
print(peak() - before)
"""
    command = [sys.executable, "-c", script, path]
    result = subprocess.run(command, capture_output=True, check=True, text=True)
    assert int(result.stdout) * 1024 < 2.3 * 4 * 5_000**2


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_too_little_memory_is_said_to_be_the_reason(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(png(12_000, 12_000, 8, 0))
    script = """
import pathlib, resource, sys
from mnist_lib.pen import read_picture
read_picture(bytes.fromhex(sys.argv[2]))
held = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 50_000_000,) * 2)
read_picture(sys.argv[1])
"""
    command = [sys.executable, "-c", script, path, png(9, 9, 8, 0).hex()]
    result = subprocess.run(command, capture_output=True, text=True)
    assert "ValueError: There is not enough memory left to read the picture." in result.stderr


def test_pillows_warnings_about_a_damaged_exif_block_are_not_shown(recwarn):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a description"
    whole = as_file(np.full((60, 60), 255, np.uint8), "JPEG", exif=exif)
    start = whole.index(b"Exif")
    damaged = bytearray(whole)
    damaged[start + 35] ^= 0xFF
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        Image.open(io.BytesIO(damaged)).getexif().get(0x0112)
    assert shown, "Pillow has nothing to say about this file; damage another byte"
    read_picture(bytes(damaged))
    assert not recwarn.list
