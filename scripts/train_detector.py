"""Train the network that tells digits from everything else, from images alone that it makes.

Run it with `make detector`. The digits are MNIST's training images. What is not a digit is made
here: characters of Matplotlib's fonts, several digits side by side, digits glued together,
scribbles, lines and outlines. Some of it looks just like a digit, such as an O; what a first
network takes for one is left out before the second is trained, which becomes
`mnist_lib/weights/digit_or_not.npz`.
"""

import json
import platform
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import matplotlib as mpl
import numpy as np
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont

from mnist_lib import load_mnist, predict
from mnist_lib.checks import PIXELS, SIDE
from mnist_lib.detector import SHIPPED, digit_probability
from mnist_lib.network import Network, new_network
from mnist_lib.pen import fit_ink, strokes_to_image
from mnist_lib.training import Distortion, train
from scripts.train_weights import with_habits

FONTS = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif", "DejaVuSansMono"),
    *("STIXGeneral", "STIXGeneralItalic", "cmr10", "cmmi10", "cmss10"),
)
FIRST_IDEOGRAPH = 0x2E80
EACH = 10_000
"""How many images are made of each other kind."""

HELD_BACK = 10_000
REFUSED = 0.01
"""The share of the digits held back that may be refused: it fixes the last bias."""

HABITS = 0.3
"""The share of zeros that get a slash, and of ones that get a flag."""

LOOKS_LIKE_ONE = 0.8
HIDDEN_SIZES = (120, 60)
SETTINGS = {"epochs": 90, "batch_size": 200, "learning_rate": 0.3}
DISTORTION = Distortion(scale=0.2, slant=0.2)

Strokes = list[np.ndarray]


def characters() -> Iterator[np.ndarray]:
    """Yield letters, signs and symbols of many scripts, prepared as MNIST's digits were."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for path in (folder / f"{name}.ttf" for name in FONTS):
        font = ImageFont.truetype(path, 64)
        for character in map(chr, FT2Font(path).get_charmap()):
            is_sign = unicodedata.category(character)[0] in "LSP" and character < chr(
                FIRST_IDEOGRAPH
            )
            if is_sign and unicodedata.numeric(character, None) is None:
                sheet = Image.new("L", (160, 160))
                ImageDraw.Draw(sheet).text((40, 40), character, fill=255, font=font)
                if sheet.getbbox():
                    yield fit_ink(np.asarray(sheet, np.float32) / 255)


def several(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put two or three digits side by side, or below each other."""
    parts = []
    for image in x[rng.integers(len(x), size=rng.choice([2, 2, 3]))].reshape(-1, SIDE, SIDE):
        columns = np.flatnonzero(image.max(axis=0) > 0.2)
        digit = image[:, columns[0] : columns[-1] + 1]
        parts += [np.roll(digit, rng.integers(-3, 4), axis=0), np.zeros((SIDE, rng.integers(6)))]
    row = np.hstack(parts).astype(np.float32)
    return fit_ink(row if rng.random() < 0.8 else row.T)


def glued(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Join two digits: halves, or one on the other."""
    one, other = x[rng.integers(len(x), size=2)].reshape(2, SIDE, SIDE)
    cut = rng.integers(11, 17)
    choices = (
        np.vstack([one[:cut], other[cut:]]),
        np.hstack([one[:, :cut], other[:, cut:]]),
        np.maximum(one, other),
        np.maximum(one, np.rot90(other)),
        np.maximum(one, one[:, ::-1]),
    )
    return choices[rng.integers(len(choices))]


def scribble(rng: np.random.Generator) -> Strokes:
    """Scribble: wild curves, zigzags and spirals, one to three of them."""
    return [_scrawl(rng) + rng.normal(0, 0.5, 2) for _ in range(rng.integers(1, 4))]


def _scrawl(rng: np.random.Generator) -> np.ndarray:
    count = rng.integers(6, 20)
    match rng.integers(4):
        case 0:
            return _smooth(rng.normal(0, 1, (count, 2)))
        case 1:
            return _smooth(np.cumsum(rng.normal(0, 1, (2 * count, 2)), axis=0))
        case 2:
            along = np.linspace(0, rng.uniform(1, 4), count) + rng.normal(0, 0.1, count)
            across = np.arange(count) % 2 * rng.uniform(1, 2) + rng.normal(0, 0.2, count)
            return _smooth(np.stack([along, across], axis=1))
        case _:
            angle, radius = (
                np.linspace(0, rng.uniform(8, 30), 80),
                np.linspace(rng.random(), 1, 80),
            )
            x = radius * np.cos(angle) + 0.05 * angle * rng.normal()
            return np.stack([x, radius * np.sin(angle) * rng.uniform(0.5, 1)], axis=1)


def lines(rng: np.random.Generator) -> Strokes:
    """Draw two to five lines, curves, arcs and dots anywhere, or one dot or lying line."""
    if rng.random() < 0.1:
        return [np.outer(np.linspace(0, 1, rng.integers(1, 3)), (10, rng.normal(0, 2)))]
    strokes = []
    for _ in range(rng.integers(2, 6)):
        points = rng.uniform(0, 10, (rng.integers(1, 6), 2))
        if len(points) > 2 and rng.random() < 0.5:
            points = _smooth(points)
        if rng.random() < 0.3:
            angle = rng.uniform(0, 6) + np.linspace(0, rng.choice([2 * np.pi, 4, 2]), 30)
            points = points[0] + np.stack([np.cos(angle), np.sin(angle)], axis=1) * rng.uniform(
                1, 6, 2
            )
        strokes.append(points)
    return strokes


def outline(rng: np.random.Generator) -> Strokes:
    """Draw a closed line with corners or with dents: no 0."""
    if rng.random() < 0.5:
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
        radius = rng.uniform(0.5, 1, len(angle))
    else:
        angle, radius = np.linspace(0, 2 * np.pi, 60), 1
        for lobes in (1, 2, 3, 5):
            size = rng.uniform(0.1, 0.4) / np.sqrt(lobes)
            radius = radius + size * np.cos(lobes * angle + rng.uniform(0, 6))
    points = _around(angle, radius)
    return [np.vstack([points, points[:1]])]


def _around(angle: np.ndarray, radius: np.ndarray | float) -> np.ndarray:
    """Return points (n, 2) at these angles and distances around the origin."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _smooth(points: np.ndarray) -> np.ndarray:
    """Go through points in a curve (Catmull and Rom's)."""
    a, b, c, d = np.vstack([points[:1], points, points[-1:]])[
        np.arange(len(points) - 1) + np.arange(4)[:, np.newaxis]
    ]
    s = np.linspace(0, 1, 9)[:, np.newaxis, np.newaxis]
    curve = b + (c - a) * s / 2 + (2 * a - 5 * b + 4 * c - d) * s**2 / 2
    curve += (3 * b - a - 3 * c + d) * s**3 / 2
    return curve.transpose(1, 0, 2).reshape(-1, 2)


def what_is_no_digit(x: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return images (N, 784) of everything above, `count` of each kind but the characters."""
    images = list(characters())
    for draw in (several, glued):
        images += [draw(x, rng) for _ in range(count)]
    for draw in (scribble, lines, outline):
        images += [strokes_to_image(draw(rng)) for _ in range(count)]
    return np.array(images, np.float32).reshape(-1, PIXELS).clip(0, 1)


def train_detector(digits: np.ndarray, others: np.ndarray, **settings: float) -> Network:
    """Train a network with two outputs: 1 for digits, 0 for anything else."""
    detector = new_network(HIDDEN_SIZES, seed=1, outputs=2)
    labels = np.repeat([1, 0], [len(digits), len(others)])
    train(
        detector,
        np.vstack([digits, others]),
        np.eye(2, dtype=np.float32)[labels],
        distort=DISTORTION,
        **settings,
    )
    return detector


def set_threshold(detector: Network, digits: np.ndarray, refused: float) -> None:
    """Move the last bias so that a share of these digits gets a probability below 1/2."""
    y = predict(detector, digits).astype(np.float64)
    odds = np.log(y[:, 1]) - np.log(y[:, 0])
    detector["b3"][1] -= np.quantile(odds, refused)


def main() -> None:
    """Train, measure and write the weights and, beside them, how they came about."""
    start = perf_counter()
    (x, t), (x_test, _) = load_mnist()
    rng = np.random.default_rng(0)
    held_back, kept = np.split(rng.permutation(len(x)), [HELD_BACK])
    digits = with_habits(x[kept], t[kept], HABITS, rng)
    others = what_is_no_digit(x[kept], EACH, rng)
    first = train_detector(digits, others, **SETTINGS)
    looks_like_one = digit_probability(first, others) > LOOKS_LIKE_ONE
    detector = train_detector(digits, others[~looks_like_one], **SETTINGS)
    set_threshold(detector, x[held_back], REFUSED)
    story = {
        "images_that_are_no_digit": len(others),
        "left_out_because_they_look_like_one": int(looks_like_one.sum()),
        "training_images_held_back": HELD_BACK,
        "refused_of_the_test_images": float((digit_probability(detector, x_test) < 0.5).mean()),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
    }
    # Half precision is enough, and half as much to download.
    np.savez(SHIPPED, **{name: array.astype(np.float16) for name, array in detector.items()})
    text = json.dumps(story, indent=2) + "\n"
    SHIPPED.with_suffix(".json").write_text(text, encoding="utf-8")
    print(text + f"{perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    main()
