"""Train the weights that come with the library, from the training images alone.

Run it with `make weights`. Two networks are trained side by side by the same recipe, one on
each core. The first learns from 50,000 images and is scored on the other 10,000, its validation
set: the recipe was chosen by that score. The second learns from all 60,000; it becomes
`mnist_lib/weights/mnist_50_100.npz` and is scored on the test images, once, at the end.
"""

import argparse
import json
import math
import platform
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import numpy as np

from mnist_lib import accuracy, load_mnist
from mnist_lib.checks import SIDE
from mnist_lib.network import Network, new_network
from mnist_lib.parameters import SHIPPED
from mnist_lib.training import Distortion, constant, cosine, train

MIDDLE = (SIDE - 1) / 2


@dataclass(frozen=True)
class Recipe:
    """All that decides about the weights; `benchmarks/weights_tried.md` says how it was found.

    Attributes
    ----------
    rounds : int
        How many times all images are distorted afresh.
    epochs_a_round : int
        How often each distorted image is learned from: distorting takes longer than learning.
    habit : float
        The share of zeros that get a slash, and of ones that get a flag.
    directions, damping : int and float
        See `Whitening`.
    """

    seed: int = 1
    hidden_sizes: tuple[int, ...] = (50, 100)
    rounds: int = 450
    epochs_a_round: int = 2
    batch_size: int = 100
    learning_rate: float = 0.3
    momentum: float = 0.9
    distortion: Distortion = field(default_factory=lambda: Distortion(scale=0.2, slant=0.2))
    habit: float = 0.1
    directions: int = 256
    damping: float = 0.3


class Whitening:
    """The directions in which images differ most, brought to similar lengths.

    Neighbouring pixels are nearly equal, so gradient descent, which treats each pixel for
    itself, is slow to tell their differences (LeCun and others, "Efficient BackProp", 1998).
    Learning from the images' principal components removes that. The first layer being linear,
    the change of coordinates is put into its weights afterwards, and the network reads pixels.

    Parameters
    ----------
    x : ndarray of float, shape (N, 784)
        Typical images.
    directions : int
        How many principal components to keep, of 784.
    damping : float
        How far to go: with 0 all directions get the same length, noise included; far above
        1 they keep their own.
    """

    def __init__(self, x: np.ndarray, directions: int, damping: float) -> None:
        self.mean = x.mean(axis=0)
        variances, axes = np.linalg.eigh(np.cov((x - self.mean).T))
        scale = 1 / np.sqrt(variances + damping * variances[-1])
        self.matrix = (axes * scale)[:, -directions:].astype(np.float32)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Turn pixels (N, 784) into coordinates (N, directions)."""
        return (x - self.mean) @ self.matrix

    def for_pixels(self, network: Network) -> Network:
        """Return the network that gives for pixels what `network` gives for coordinates."""
        weights = self.matrix @ network["W1"]
        return network | {"W1": weights, "b1": network["b1"] - self.mean @ weights}


def with_habits(
    x: np.ndarray, t: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """Slash some zeros and flag some ones, as many people do and MNIST's writers do not.

    Parameters
    ----------
    x, t : ndarray, shapes (N, 784) and (N,)
        Images and their digits; not changed.
    share : float
        How many of the zeros and ones to change.
    rng : numpy.random.Generator
        Decides which ones, and how.

    Returns
    -------
    ndarray, shape (N, 784)
        The images, some of them changed.
    """
    x = x.copy()
    zeros, ones = (np.flatnonzero((t == digit) & (rng.random(len(t)) < share)) for digit in (0, 1))
    x[zeros] = _slashed(x[zeros], rng)
    x[ones] = _flagged(x[ones], rng)
    return x


def _slashed(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shrink zeros to make room, and strike them through from below left to above right."""
    count = len(x)
    up, right = rng.uniform(6, 10.5, count), rng.uniform(3, 10.5, count)
    row, column = MIDDLE + rng.uniform(-1, 1, (2, count))
    shrunk = _shrunk(x, rng.uniform(1.05, 1.8, count))
    return _with_line(shrunk, (row + up, column - right), (row - up, column + right), rng)


def _flagged(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a line from the top of each one down to the left."""
    ink = x.reshape(-1, SIDE, SIDE) > 0.3
    rows = ink.any(axis=2)
    top, bottom = rows.argmax(axis=1), SIDE - 1 - rows[:, ::-1].argmax(axis=1)
    highest = ink[np.arange(len(x)), top]
    column = highest @ np.arange(SIDE) / highest.sum(axis=1)
    length = rng.uniform(0.25, 0.65, len(x)) * (bottom - top)
    angle = np.radians(rng.uniform(15, 55, len(x)))
    end = (top + length * np.cos(angle), column - length * np.sin(angle))
    return _with_line(x, (top + 0.5, column), end, rng)


def _shrunk(x: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Make each image smaller by its factor, mixing neighbouring pixels linearly."""
    steps = np.arange(SIDE)
    places = MIDDLE + (steps - MIDDLE) * factors[:, np.newaxis]
    mix = np.maximum(0, 1 - np.abs(places[:, :, np.newaxis] - steps)).astype(np.float32)
    return (mix @ x.reshape(-1, SIDE, SIDE) @ mix.transpose(0, 2, 1)).reshape(len(x), -1)


def _with_line(
    x: np.ndarray,
    start: tuple[np.ndarray, np.ndarray],
    end: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw a line of random width from start to end, each given as rows and columns."""
    pixels = np.indices((SIDE, SIDE)).reshape(2, 1, -1)
    start, end = (np.array(point)[:, :, np.newaxis] for point in (start, end))
    along = np.sum((pixels - start) * (end - start), axis=0) / np.sum((end - start) ** 2, axis=0)
    distance = np.hypot(*(pixels - start - np.clip(along, 0, 1) * (end - start)))
    width = rng.uniform(1.4, 2.8, (len(x), 1))
    return np.maximum(x, np.clip(width / 2 + 0.5 - distance, 0, 1).astype(np.float32))


def train_by(recipe: Recipe, x: np.ndarray, t: np.ndarray, *, show: bool = False) -> Network:
    """Train a network from nothing.

    While one round is learned from, a second thread prepares the next.

    Parameters
    ----------
    recipe : Recipe
        What to do.
    x, t : ndarray, shapes (N, 784) and (N,)
        The images to learn from, pixels from 0 to 1, and their digits.
    show : bool
        Whether to print a line every tenth of the way.

    Returns
    -------
    dict of str to ndarray
        ``W1 b1 W2 b2 W3 b3``, for pixels from 0 to 1.
    """
    first = np.random.default_rng([recipe.seed, 0])
    whitening = Whitening(recipe.distortion(x, first), recipe.directions, recipe.damping)
    network = new_network(recipe.hidden_sizes, recipe.seed, inputs=recipe.directions)

    def prepare(number: int) -> np.ndarray:
        rng = np.random.default_rng([recipe.seed, number])
        prepared = np.empty((len(x), recipe.directions), np.float32)
        # Block by block: arrays of all the images would not fit the cache.
        for rows in (slice(start, start + 2_000) for start in range(0, len(x), 2_000)):
            images = with_habits(x[rows], t[rows], recipe.habit, rng)
            prepared[rows] = whitening(recipe.distortion(images, rng))
        return prepared

    with ThreadPoolExecutor(1) as pool, warnings.catch_warnings():
        # Whitened coordinates are not pixels.
        warnings.filterwarnings("ignore", "The pixels go from")
        upcoming = pool.submit(prepare, 1)
        for number in range(1, recipe.rounds + 1):
            prepared = upcoming.result()
            upcoming = pool.submit(prepare, number + 1)
            history = train(
                network,
                prepared,
                t,
                epochs=recipe.epochs_a_round,
                batch_size=recipe.batch_size,
                learning_rate=recipe.learning_rate * cosine((number - 1) / recipe.rounds),
                momentum=recipe.momentum,
                schedule=constant,
                seed=number,
            )
            if show and number % math.ceil(recipe.rounds / 10) == 0:
                print(f"round {number} of {recipe.rounds}: loss {history[-1].loss:.4f}")
        upcoming.cancel()
    return whitening.for_pixels(network)


def train_and_validate(recipe: Recipe, count: int) -> float:
    """Train without some of the training images, and return the accuracy on those."""
    (x, t), _ = load_mnist()
    order = np.random.default_rng(0).permutation(len(x))
    aside, kept = order[:count], order[count:]
    return accuracy(train_by(recipe, x[kept], t[kept]), x[aside], t[aside])


def train_on_all(recipe: Recipe) -> Network:
    """Train on all the training images."""
    (x, t), _ = load_mnist()
    return train_by(recipe, x, t, show=True)


def main() -> None:
    """Train, score and write the weights and, beside them, how they came about."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=Recipe.rounds, help="fewer for a trial")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="the .npz file to write")
    arguments = parser.parse_args()
    recipe = Recipe(rounds=arguments.rounds)
    count = 10_000
    start = perf_counter()
    with get_context("spawn").Pool(2) as pool:
        validated = pool.apply_async(train_and_validate, (recipe, count))
        trained = pool.apply_async(train_on_all, (recipe,))
        validation, network = validated.get(), trained.get()
    _, (x_test, t_test) = load_mnist()
    scores = {
        "validation_accuracy": validation,
        "validation_is": f"the same recipe without {count:,} training images, scored on these",
        "test_accuracy": accuracy(network, x_test, t_test),
    }
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    story = {"recipe": asdict(recipe), "scores": scores, "versions": versions}
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez(arguments.output, **network)
    text = json.dumps(story, indent=2) + "\n"
    arguments.output.with_suffix(".json").write_text(text, encoding="utf-8")
    print(text + f"{perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    main()
