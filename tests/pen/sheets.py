"""Sheets with a digit on them, as people draw, scan and photograph them."""

import io

import numpy as np
from PIL import Image, ImageDraw

SEVEN = [np.array([[10, 10], [110, 12]]), np.array([[108, 14], [50, 190]])]


def as_file(picture: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    picture.save(file, kind, **options)
    return file.getvalue()


def sheet_with(image: np.ndarray) -> np.ndarray:
    """Return a 28 x 28 image, enlarged, off the middle of a sheet; 0 is paper and 1 ink."""
    large = np.asarray(Image.fromarray(image.reshape(28, 28)).resize((280, 280)))
    return np.pad(large.clip(0, 1), ((20, 160), (90, 30)))


def drawn(strokes, side: int, size: int, pen: int) -> np.ndarray:
    """Return a sheet of `side` pixels with a digit of `size` pixels in its middle."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    scale = size / np.ptp(points, axis=0).max()
    sheet = Image.new("L", (side, side), 235)
    for stroke in strokes:
        line = [tuple(point) for point in (stroke - low) * scale + (side - size) / 2]
        ImageDraw.Draw(sheet).line(line, fill=40, width=pen, joint="curve")
        for x, y in line:
            ImageDraw.Draw(sheet).circle((x, y), pen / 2, fill=40)
    return np.asarray(sheet)


def in_bad_light(greys: np.ndarray, rng: np.random.Generator, noise: float = 0.03) -> bytes:
    """Return a photo of a sheet, in light that falls off and with a soft shadow across it."""
    rows, columns = (np.linspace(0, 1, side) for side in greys.shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (columns - 0.5) + np.sin(angle) * (rows[:, np.newaxis] - 0.5)
    shadow = 1 - 0.35 / (1 + np.exp((along - rng.uniform(-0.3, 0.3)) / 0.03))
    photo = greys * (0.75 + 0.3 * along) * shadow + rng.normal(0, noise, greys.shape)
    return as_file(np.uint8(255 * photo.clip(0, 1)), "JPEG", quality=75)
