"""Damaged inputs for everything that reads a file: a right result, or an error in a sentence.

An input is made from the name of its target and a number, its seed. The first ones are whole
files, which must be read.
"""

import gzip
import io
import itertools
import json
import math
import os
import pickle
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw

from mnist_lib import init_network, read_idx, storage
from mnist_lib.checks import check_network
from mnist_lib.dataset import FILES, unpacked
from mnist_lib.pen import load_drawings, prepare_image, read_picture, save_drawings, to_arrays
from tests.campaigns import Tally
from tests.campaigns.mutations import WORDS, mutate
from tests.campaigns.workers import read_all

LONG, SHORT = 200_000, 150
AT_ONCE = 10_000
"""Inputs for one process."""

PROJECT = Path(__file__).parents[2]
Damage = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Target:
    """What reads an input, and from what its inputs are made."""

    seeds: list[bytes]  # whole files, which are read
    read: Callable[[bytes], None]  # an AssertionError where the result is wrong
    # Damage what is packed in a file, where checksums would give away any other damage.
    inside: Callable[[random.Random, bytes, Damage], bytes] | None = None
    words: tuple[bytes, ...] = ()  # what may be put into a file, besides numbers


def make_input(name: str, target: Target, seed: int) -> bytes:
    """Make the input that belongs to a seed."""
    if seed < len(target.seeds):
        return target.seeds[seed]
    rng = random.Random(f"{name} {seed}")
    content, other = rng.choice(target.seeds), rng.choice(target.seeds)
    words = [*target.words] if target.words and rng.random() < 0.5 else WORDS
    if target.inside and rng.random() < 0.5:
        return target.inside(rng, content, lambda part: mutate(rng, part, other, words))
    return mutate(rng, content, other, words)


def idx(folder: Path, *, packed: bool) -> Target:
    """Read IDX files."""
    rng = np.random.default_rng(0)
    sizes = {0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4, 0x0D: 4, 0x0E: 8}
    shapes = (), (0,), (7,), (3, 4), (2, 28, 28), (2, 1, 3, 2)
    plain = [
        bytes([0, 0, code, len(shape)])
        + struct.pack(f">{len(shape)}I", *shape)
        + rng.bytes(math.prod(shape) * size)
        for (code, size), shape in itertools.product(sizes.items(), shapes)
    ]

    def read(content: bytes) -> None:
        (folder / "idx").write_bytes(content)
        array = read_idx(folder / "idx")
        body = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        header = struct.pack(f">{array.ndim}I", *array.shape)
        numbers = array.astype(array.dtype.newbyteorder(">")).tobytes()
        assert body == bytes([0, 0, body[2], array.ndim]) + header + numbers
        assert array.dtype.isnative
        assert array.flags.writeable

    return Target(
        [pack(c) for c in plain] if packed else plain, read, damage_gz if packed else None
    )


def pack(content: bytes) -> bytes:
    """Pack with gzip, always to the same bytes."""
    return gzip.compress(content, 1, mtime=0)


def damage_gz(_: random.Random, content: bytes, damage: Damage) -> bytes:
    """Damage what a gzip file holds."""
    return pack(damage(gzip.decompress(content)))


def network(dtype: str, order: str = "C") -> dict[str, np.ndarray]:
    """Make a network of two layers."""
    shapes = {"W1": (784, 2), "b1": (2,), "W2": (2, 10), "b2": (10,)}
    rng = np.random.default_rng(0)
    return {name: np.array(rng.random(s), dtype, order=order) for name, s in shapes.items()}


def npz(folder: Path) -> Target:
    """Read parameters that NumPy has saved."""
    seeds = []
    for dtype, save in itertools.product(("f4", "f8", ">f2"), (np.savez, np.savez_compressed)):
        save(file := io.BytesIO(), **network(dtype, "F"))
        seeds.append(file.getvalue())
    words = b"-1", b"9" * 5000, b"True", b"(784,)", b"'|O'", b"<c8", b"f2", b"(" * 300, b"W3", b","
    return Target(seeds, partial(_read_network, folder / "npz"), damage_zip, words)


def damage_zip(rng: random.Random, content: bytes, damage: Damage) -> bytes:
    """Damage one member of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(members))
    members[name] = damage(members[name])
    with zipfile.ZipFile(file := io.BytesIO(), "w", rng.choice((0, 8, 12, 14))) as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name), member)
    return file.getvalue()


def pkl(folder: Path) -> Target:
    """Read parameters that were pickled."""
    made = itertools.product(("f4", "f8", ">f2"), "CF", (3, 4, 5))
    seeds = [pickle.dumps(network(dtype, order), protocol) for dtype, order, protocol in made]
    words = (
        *(bytes([code]) for code in b"()}]tRbsu02N\x85\x86\x87\x94\x93\x88\x89\x81\x92aeoQ.\x97"),
        *(b"h\0", b"h\1", b"q\0", b"g0\n", b"p-1\n", b"J\xff\xff\xff\xff", b"\x8a\5\0\0\0\0\x10"),
        *(b"cos\nsystem\n", b"cnumpy\ndtype\n", b"cnumpy\nload\n", b"I" + b"9" * 5000 + b"\n"),
        *(b"\x8e" + struct.pack("<Q", 1 << 40), b"B\xff\xff\xff\x7f", b"(" * 30_000),
        b")\x94" + b"0h\0h\0\x86\x94" * 50,
    )
    return Target(seeds, partial(_read_network, folder / "pkl"), words=words)


def _read_network(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    found = init_network(path)
    depth = check_network(found)
    assert (len(found["W1"]), len(found[f"b{depth}"])) == (784, 10)
    for array in found.values():
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert np.isfinite(array).all()


PICTURES = {
    "PNG": (("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), ({}, {"save_all": True})),
    "JPEG": (("L", "RGB", "CMYK"), ({}, {"progressive": True}, {"quality": 20})),
    "WEBP": (("RGB", "RGBA"), ({}, {"lossless": True}, {"save_all": True})),
    "GIF": (("1", "L", "P", "RGB"), ({}, {"save_all": True, "interlace": 0})),
    "BMP": (("1", "L", "P", "RGB", "RGBA"), ({},)),
    "TIFF": (
        ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "LAB", "I;16", "F"),
        ({}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}),
    ),
    "PPM": (("1", "L", "RGB", "I;16"), ({},)),
}


def picture(_: Path, *, kind: str) -> Target:
    """Read pictures of one format."""
    modes, options = PICTURES[kind]
    seeds = [_save(_draw(mode), kind, o) for mode, o in itertools.product(modes, options)]
    if kind == "TIFF":
        seeds += [_save(_draw("1"), kind, {"compression": "group4"})]
        seeds += [_save(_draw("RGB"), kind, {"compression": "jpeg"})]
    if kind == "PPM":
        greys = np.asarray(_draw("L"))
        seeds += [b"P2\n24 30\n255\n" + b" ".join(b"%d" % grey for grey in greys.flat)]
    words = b"65535", b"-1", b" 0 ", b"9" * 5000, b"\n#", b"P3", b"Pf", b"nan"
    return Target(
        seeds,
        _read_picture,
        damage_chunk if kind == "PNG" else None,
        words if kind == "PPM" else (),
    )


def _draw(mode: str) -> Image.Image:
    sheet = Image.new("L", (24, 30), 240)
    ImageDraw.Draw(sheet).line([(6, 6), (18, 6), (9, 24)], fill=20, width=2)
    if mode == "I;16":
        return Image.fromarray(np.asarray(sheet).astype(np.uint16) * 257)
    if mode == "LAB":
        return Image.merge("LAB", [sheet] * 3)
    return sheet.convert("RGB").convert(mode)


def _save(sheet: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    if "save_all" in options:
        options = options | {"append_images": [sheet.rotate(90)]}
    if kind in {"PNG", "JPEG", "WEBP"}:
        options = options | {"exif": exif}
    sheet.save(file := io.BytesIO(), kind, **options)
    return file.getvalue()


def _read_picture(content: bytes) -> None:
    greys = read_picture(content)
    assert greys.dtype == np.float32
    assert greys.ndim == 2
    assert 0 < max(greys.shape) <= 2000
    assert 0 <= greys.min() <= greys.max() <= 1
    # It takes a hundred times as long as everything else.
    if zlib.crc32(content) % 200 == 0:
        image = prepare_image(content)
        assert image.shape == (28, 28)
        assert 0 <= image.min() <= image.max() <= 1


def damage_chunk(rng: random.Random, content: bytes, damage: Damage) -> bytes:
    """Damage one chunk of a PNG file, or what is packed in it, and make its checksum right."""
    chunks, place = [], 8
    while place < len(content):
        (length,) = struct.unpack_from(">I", content, place)
        chunks.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + length]))
        place += 12 + length
    number = rng.randrange(len(chunks))
    name, body = chunks[number]
    if name == b"IDAT" and rng.random() < 0.5:
        body = zlib.compress(damage(zlib.decompress(body)), 1)
    else:
        body = damage(body)
    chunks[number] = name, body
    return content[:8] + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def drawings(folder: Path) -> Target:
    """Read drawings, save them, and read them again."""
    made = load_drawings()[:3]
    seeds = []
    for part in (made[:1], made, []):
        save_drawings(folder / "made.json", part)
        seeds.append((folder / "made.json").read_bytes())
    seeds += [seeds[0].decode().encode("utf-8-sig")]
    numbers = ("1e308", "-1e308", "1e-320", "-0.0", "1" * 400, "1" * 5000, "2e-100", "1.5e99")
    words = (
        *(number.encode() for number in numbers),
        *(b"NaN", b"null", b"true", b'"5"', b"[]", b"{}", b"[[]],", b"[1,2],", b"[[1,2]],", b","),
        *(b'"\\ud800"', b'"about": ["\\ud800"],', b"[" * 100_000, b'"label": 3,'),
    )
    return Target(seeds, partial(_read_drawings, folder), damage_value, words)


def damage_value(rng: random.Random, content: bytes, _: Damage) -> bytes:
    """Put an odd value into a JSON file."""
    found = json.loads(content.decode("utf-8-sig"))
    node, path = found, []
    while isinstance(node, dict | list) and node and (not path or rng.random() < 0.9):
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        path.append((node, key))
        node = node[key]
    if path:
        node, key = path[-1]
        node[key] = rng.choice(ODD if rng.random() < 0.5 else PLAIN)
    return json.dumps(found).encode()


ODD = [
    *(None, True, "", "7", "\ud800", [], {}, [[]], [[[]]], [[[1, 2, 3]]], [[[1, "2"]]], {"x": 1}),
    *(0, -1, 9, 10, 0.5, 1e308, -1e308, 5e-324, math.nan, math.inf, 10**400, [[[1e90, -1e90]]]),
    *([[[1e-90, 0], [0, 1e90]]], [[[True, False]]], [[[10**30, 2**64]]], [[1, 2]], [1, 2]),
]
PLAIN = 0, 1, 7, 0.125, -30, 4000, 10**12, [[[0, 0]]], [[[1, 2], [3.5, 4]], []], [5, 6], "a note"


def _read_drawings(folder: Path, content: bytes) -> None:
    (folder / "read.json").write_bytes(content)
    found = load_drawings(folder / "read.json")
    save_drawings(folder / "saved.json", found)
    again = load_drawings(folder / "saved.json")
    assert [(d.label, d.about) for d in again] == [(d.label, d.about) for d in found]
    for before, after in zip(found, again, strict=True):
        points, saved = np.concatenate(before.strokes), np.concatenate(after.strokes)
        size = np.ptp(points, axis=0).max()
        assert np.abs(points - saved).max() <= max(
            size / 1000, 1e-4 + 1e-12 * np.abs(points).max()
        )
    x, t = to_arrays(found[:3])
    assert x.shape == (len(t), 784)
    assert ((x >= 0) & (x <= 1)).all()


def data(folder: Path) -> Target:
    """Load a data file, its unpacked copy or its receipt damaged, as the first byte says."""
    file = FILES["test_labels"]
    whole = (PROJECT / "data" / file.name).read_bytes()
    plain = gzip.decompress(whole)
    storage.cache_dir = lambda: folder / "cache"
    packed, copy = folder / file.name, folder / "cache" / file.unpacked_name
    packed.write_bytes(whole)

    def read(content: bytes) -> None:
        expected = np.frombuffer(plain[8:], np.uint8)
        np.testing.assert_array_equal(unpacked.load(file, packed), expected)
        (receipt,) = copy.parent.glob("*.receipt")
        path = (packed, copy, receipt)[content[0] % 3 if content else 0]
        times = path.stat()
        path.write_bytes(content[1:])
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        try:
            np.testing.assert_array_equal(unpacked.load(file, packed), expected)
        finally:
            if path == packed:
                packed.write_bytes(whole)

    note = b"packed (4542, 1, 1)\ncopy (10008, 1, 1)\n"
    return Target([b"\0" + whole, b"\1" + plain, b"\2" + note], read)


TARGETS: dict[str, Callable[[Path], Target]] = {
    "idx": partial(idx, packed=False),
    "idx.gz": partial(idx, packed=True),
    "npz": npz,
    "pkl": pkl,
    **{kind.lower(): partial(picture, kind=kind) for kind in PICTURES},
    "drawings": drawings,
    "data": data,
}


def run(tries: int) -> list[Tally]:
    """Read so many inputs of each target."""
    cases = [(name, seed) for name in TARGETS for seed in range(tries)]
    chunks = [cases[i : i + AT_ONCE] for i in range(0, len(cases), AT_ONCE)]
    tallies = {name: Tally(f"inputs: {name}") for name in TARGETS}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for results in pool.map(lambda chunk: list(read_all(chunk, TARGETS)), chunks):
            for (name, seed), outcome, growth, seconds in results:
                total = tallies[name].seconds + seconds
                tallies[name].add(f"--replay {name} {seed}", outcome, growth)
                tallies[name].seconds = total
    return list(tallies.values())


def replay(name: str, seed: int) -> None:
    """Read one input again, write it to a file, and read it here, to see where it fails."""
    for _, outcome, growth, seconds in read_all([(name, seed)], TARGETS):
        print(f"{outcome}, grew by {growth >> 20} MiB in {seconds:.1f} s", flush=True)
    with TemporaryDirectory() as folder:
        target = TARGETS[name](Path(folder))
        content = make_input(name, target, seed)
        Path(f"{name}.{seed}").write_bytes(content)
        print(f"It has {len(content):,} bytes, and lies in the file {name}.{seed}.", flush=True)
        target.read(content)
