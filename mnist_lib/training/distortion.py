"""Random distortions of images: other ways in which the same digit might have been written.

A distorted image is the old one seen through a bent sheet of glass: each pixel looks up its
grey at a place of its own in the old image. The places of all 784 pixels together are a sum
of a few fixed patterns, each with a random weight: three patterns shift, turn, scale and
slant the whole image, and some fifty smooth bumps bend it here and there, much as in Simard,
Steinkraus and Platt, "Best Practices for Convolutional Neural Networks" (2003).

The patterns are the same for every image, so one matrix product finds the places of many images
at once: 2,000 images take 34 ms, where ten lines with SciPy, image by image, take 590.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from mnist_lib.checks import PIXELS, SIDE, check_images, check_numbers, check_type
from mnist_lib.threads import share_out

IMAGES_AT_ONCE = 160
"""Images distorted together: enough to spread the cost of a call, few enough for the cache."""

LAST_PLACE = np.float32(SIDE - 1.001)
"""Farthest place to look up: it still has a pixel to its right and one below."""


@dataclass(frozen=True)
class Distortion:
    """A way to distort images at random; call it with images and a random generator.

    Every number says how far to go at most, and 0 leaves that kind of distortion out. One that is
    negative or out of its range is a ValueError.

    Attributes
    ----------
    shift : float
        Pixels, along each axis.
    turn : float
        Degrees, to either side.
    scale : float
        0.2 makes the image up to 1.2 times larger or smaller, each axis for itself.
    slant : float
        Pixels sideways for each pixel up, to either side.
    bend : float
        Pixels: the standard deviation of the elastic displacement along each axis.
    smoothness : float
        Pixels, from 1 to 14: the width (sigma) of the bumps that bend. Small bumps tear strokes
        apart, large ones only shift them.
    stroke : float
        Pixels by which strokes grow thicker or thinner; from 0 to 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> Distortion(turn=20)(np.zeros((5, 784), np.float32), rng).shape
    (5, 784)
    """

    shift: float = 1.0
    turn: float = 10.0
    scale: float = 0.15
    slant: float = 0.15
    bend: float = 0.7
    smoothness: float = 4.0
    stroke: float = 0.4

    def __post_init__(self) -> None:
        for name, number in asdict(self).items():
            check_numbers(name, number, low=0)
        if not 1 <= self.smoothness <= SIDE / 2 or self.stroke > 1:
            raise ValueError(
                f"smoothness must be from 1 to {SIDE // 2} pixels and stroke at most 1 pixel, "
                f"but they are {self.smoothness} and {self.stroke}."
            )

    def __call__(self, x: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.float32]:
        """Distort every image differently; a ValueError if `x` does not hold images.

        Parameters
        ----------
        x : array_like, shape (N, 784)
            Images with a dark border, pixels from 0 to 1. Not changed.
        rng : numpy.random.Generator
            Where the randomness comes from: the same state gives the same images.

        Returns
        -------
        ndarray of float32, shape (N, 784)
            Pixels from 0 to 1.
        """
        x = check_images(x, batch=True)
        check_type("rng", rng, np.random.Generator, "a generator, as np.random.default_rng(0),")
        growth = rng.uniform(-self.stroke, self.stroke, len(x)).astype(np.float32)
        weights = self._weights(growth, rng)
        distorted = np.empty(x.shape, np.float32)

        def distort_pieces(start: int, end: int) -> None:
            for number in range(start, end):
                piece = slice(number * IMAGES_AT_ONCE, (number + 1) * IMAGES_AT_ONCE)
                images = x[piece].astype(np.float32, order="C")
                if self.stroke:
                    _grow_strokes(images, growth[piece])
                columns, rows = weights[:, piece] @ self._patterns
                _look_up(images, columns, rows, out=distorted[piece])

        share_out(distort_pieces, -(-len(x) // IMAGES_AT_ONCE))
        return distorted

    @cached_property
    def _patterns(self) -> NDArray[np.float32]:
        """Rows of 784: the x and the y of each pixel from the centre, 1, and the bumps."""
        steps = np.arange(SIDE) - (SIDE - 1) / 2
        y, x = (axis.ravel() for axis in np.meshgrid(steps, steps, indexing="ij"))
        patterns = [x, y, np.ones(PIXELS)]
        if self.bend:
            centres = np.linspace(steps[0], steps[-1], ceil(SIDE / self.smoothness))
            bumps = np.exp(-(((steps - centres[:, np.newaxis]) / self.smoothness) ** 2) / 2)
            surfaces = np.einsum("ay,bx->abyx", bumps, bumps).reshape(-1, PIXELS)
            # Independent weights of variance 1 then give a mean variance of 1 square pixel.
            patterns.extend(surfaces / np.sqrt(np.mean(np.sum(surfaces**2, axis=0))))
        return np.array(patterns, np.float32)

    def _weights(
        self, growth: NDArray[np.float32], rng: np.random.Generator
    ) -> NDArray[np.float32]:
        """Draw how much of each pattern goes into each image's columns and rows.

        Times the patterns they give the places: ``(2, N, patterns) @ (patterns, 784)``.
        """
        count = len(growth)
        shape = (2, count, len(self._patterns))
        weights = rng.standard_normal(shape, dtype=np.float32)
        weights *= self.bend
        angle = np.radians(rng.uniform(-self.turn, self.turn, count))
        slant = rng.uniform(-self.slant, self.slant, count)
        width, height = np.exp(np.log1p(self.scale) * rng.uniform(-1, 1, (2, count)))
        shift = rng.uniform(-self.shift, self.shift, (2, count))
        weights[0, :, 0] = np.cos(angle) / width
        weights[0, :, 1] = np.sin(angle) / width + slant
        weights[1, :, 0] = -np.sin(angle) / height
        weights[1, :, 1] = np.cos(angle) / height
        # Growing and shrinking take the ink to the left and upwards by half of their pixels.
        weights[:, :, 2] = (SIDE - 1) / 2 - np.abs(growth) / 2 + shift
        return weights


def _grow_strokes(images: NDArray[np.float32], growth: NDArray[np.float32]) -> None:
    """Thicken strokes in place by `growth` pixels, or thin them where it is negative.

    Taking the larger of each two neighbours thickens by one pixel, to the left and upwards;
    mixing it with the image thickens by less. Ink is thinned by thickening the background.
    """
    sign = np.copysign(np.float32(1), growth)[:, np.newaxis]
    images *= sign
    wider, grown = np.empty_like(images), np.empty_like(images)
    # All images as one long row, which is faster; where one ends, the next must not leak in.
    np.maximum(images.ravel()[:-1], images.ravel()[1:], out=wider.ravel()[:-1])
    wider[:, -1] = images[:, -1]
    np.maximum(wider.ravel()[:-SIDE], wider.ravel()[SIDE:], out=grown.ravel()[:-SIDE])
    grown[:, -SIDE:] = wider[:, -SIDE:]
    grown -= images
    grown *= np.abs(growth)[:, np.newaxis]
    images += grown
    images *= sign


def _look_up(
    images: NDArray[np.float32],
    columns: NDArray[np.float32],
    rows: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Write into `out` each image's grey at its places, mixed from the four pixels around."""
    for places in (columns, rows):
        np.clip(places, 0, LAST_PLACE, out=places)
    left, top = np.floor(columns), np.floor(rows)
    columns -= left
    rows -= top
    top *= SIDE
    top += left
    # Floats count exactly to 16 million, far beyond the last pixel of a piece.
    top += np.arange(0, images.size, PIXELS, dtype=np.float32)[:, np.newaxis]
    corner = top.astype(np.intp)
    pixels = images.ravel()
    above, below = (_mix(pixels[offset:], corner, columns) for offset in (0, SIDE))
    below -= above
    below *= rows
    np.add(above, below, out=out)


def _mix(
    pixels: NDArray[np.float32], corner: NDArray[np.intp], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Mix the pixel at each corner with the one to its right, which gets the given share."""
    left = np.take(pixels, corner, mode="clip")
    mixed = np.take(pixels[1:], corner, mode="clip")
    mixed -= left
    mixed *= share
    mixed += left
    return mixed
