"""The way of "Deep Learning from Scratch": its formulas and its habits, written anew."""

import pickle
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.racing import Work
from benchmarks.task import Network, batches, singles

Split = tuple[np.ndarray, np.ndarray]


def write_cache(arrays: tuple[Split, Split], path: Path) -> None:
    """Keep the published bytes, unpacked, in one pickled dict of 55 MB."""
    (x_train, t_train), (x_test, t_test) = arrays
    names = ("train_img", "train_label", "test_img", "test_label")
    cache = dict(zip(names, map(np.array, (x_train, t_train, x_test, t_test)), strict=True))
    path.write_bytes(pickle.dumps(cache, protocol=pickle.HIGHEST_PROTOCOL))


def loader(path: Path) -> Work:
    """Return the work of loading from the cache."""
    return partial(load, path)


def load(path: Path) -> tuple[Split, Split]:
    """Unpickle the cache and scale its images."""
    with path.open("rb") as file:
        cache = pickle.load(file)  # noqa: S301 - written by write_cache above
    for name in ("train_img", "test_img"):
        cache[name] = cache[name].astype(np.float32)
        cache[name] /= 255.0
    return (
        (cache["train_img"], cache["train_label"]),
        (cache["test_img"], cache["test_label"]),
    )


def sigmoid(a: np.ndarray) -> np.ndarray:
    """Squeeze into 0..1, by the formula."""
    return 1 / (1 + np.exp(-a))


def softmax(a: np.ndarray) -> np.ndarray:
    """Turn the scores of one image, or of each row, into probabilities."""
    if a.ndim == 2:
        columns = a.T
        columns = columns - np.max(columns, axis=0)
        return (np.exp(columns) / np.sum(np.exp(columns), axis=0)).T
    a = a - np.max(a)
    return np.exp(a) / np.sum(np.exp(a))


def predict(network: Network, x: np.ndarray) -> np.ndarray:
    """Go through the three layers, each step a new array."""
    W1, W2, W3 = network["W1"], network["W2"], network["W3"]
    b1, b2, b3 = network["b1"], network["b2"], network["b3"]
    z1 = sigmoid(np.dot(x, W1) + b1)
    z2 = sigmoid(np.dot(z1, W2) + b2)
    return softmax(np.dot(z2, W3) + b3)


def prepare_singles() -> Work:
    """Return the work of reading all test images, one at a time."""
    return singles(lambda network: partial(predict, network))


def prepare_batches(size: int) -> Work:
    """Return the work of naming the digits of all test images, in batches."""
    return batches(lambda network: partial(predict, network), size)
