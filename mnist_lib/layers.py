"""Layers that plug together: each goes forward, and backward with what it kept on the way.

A layer has `parameters`, and after going backward `slopes`, one for each of them: the slopes of
the loss. What comes back from `backward` are the slopes along the layer's input.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, DTypeLike

from mnist_lib.checks import check_labels
from mnist_lib.network import sigmoid, softmax

__all__ = ["Affine", "Convolution", "Flatten", "Layer", "Layers", "MaxPool", "ReLU", "Sigmoid"]


class Layer:
    """A layer without parameters, which gives back what it gets."""

    parameters: Sequence[np.ndarray] = ()
    slopes: Sequence[np.ndarray] = ()

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the layer's output for a batch, ``(N, ...)``."""
        return x

    def backward(self, error: np.ndarray) -> np.ndarray:
        """Return the slopes along the input of the last `forward`, given those of its output."""
        return error


class Affine(Layer):
    """Weighted sums: ``x @ W + b``.

    Parameters
    ----------
    inputs, units : int
        ``W`` is ``(inputs, units)``, with a spread that keeps the sums near 1; ``b`` is 0.
    seed : int
        The same seed gives the same weights.
    dtype : data type
        float32 to train, float64 to check slopes.
    """

    def __init__(
        self, inputs: int, units: int, seed: int = 0, dtype: DTypeLike = np.float32
    ) -> None:
        spread = math.sqrt(2 / inputs)
        weights = np.random.default_rng(seed).normal(0, spread, (inputs, units))
        self.parameters = [weights.astype(dtype), np.zeros(units, dtype)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        weights, biases = self.parameters
        return x @ weights + biases

    def backward(self, error: np.ndarray) -> np.ndarray:
        self.slopes = [self.x.T @ error, error.sum(axis=0)]
        return error @ self.parameters[0].T


class ReLU(Layer):
    """Cut off what is below 0."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.passes = x > 0
        return x * self.passes

    def backward(self, error: np.ndarray) -> np.ndarray:
        return error * self.passes


class Sigmoid(Layer):
    """Bend any number into 0..1."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.z = sigmoid(x)
        return self.z

    def backward(self, error: np.ndarray) -> np.ndarray:
        return error * self.z * (1 - self.z)


class Convolution(Layer):
    """Slide filters over images: ``(N, channels, H, W)`` to ``(N, filters, H - size + 1, ...)``.

    Parameters
    ----------
    channels, filters, size : int
        Each filter is ``(channels, size, size)``, and has a bias.
    seed, dtype
        As for `Affine`.
    """

    def __init__(
        self, channels: int, filters: int, size: int, seed: int = 0, dtype: DTypeLike = np.float32
    ) -> None:
        shape = filters, channels, size, size
        spread = math.sqrt(2 / (channels * size * size))
        weights = np.random.default_rng(seed).normal(0, spread, shape)
        self.parameters = [weights.astype(dtype), np.zeros(filters, dtype)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        weights, biases = self.parameters
        filters, channels, size, _ = weights.shape
        self.shape = x.shape
        windows = sliding_window_view(x, (size, size), axis=(2, 3)).transpose(0, 2, 3, 1, 4, 5)
        count, height, width = windows.shape[:3]
        # Each window as a row: then all sums are one matrix product, several times as fast.
        self.rows = windows.reshape(-1, channels * size * size)
        sums = self.rows @ weights.reshape(filters, -1).T + biases
        return sums.reshape(count, height, width, filters).transpose(0, 3, 1, 2)

    def backward(self, error: np.ndarray) -> np.ndarray:
        weights = self.parameters[0]
        filters, channels, size, _ = weights.shape
        count, _, height, width = error.shape
        error = error.transpose(0, 2, 3, 1).reshape(-1, filters)
        self.slopes = [(error.T @ self.rows).reshape(weights.shape), error.sum(axis=0)]
        # A pixel had a part in each window that held it, with the weight of its place there.
        shape = count, height, width, channels, size, size
        parts = (error @ weights.reshape(filters, -1)).reshape(shape)
        back = np.zeros(self.shape, error.dtype)
        for row in range(size):
            for column in range(size):
                place = slice(row, row + height), slice(column, column + width)
                back[:, :, *place] += parts[..., row, column].transpose(0, 3, 1, 2)
        return back


class MaxPool(Layer):
    """Keep the largest number of each block of 2 x 2, of images with an even height and width."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        count, channels, height, width = x.shape
        blocks = x.reshape(count, channels, height // 2, 2, width // 2, 2)
        largest = blocks.max(axis=(3, 5), keepdims=True)
        is_largest = (blocks == largest).astype(x.dtype)
        # Where several are the largest, they share the slope.
        self.shares = is_largest / is_largest.sum(axis=(3, 5), keepdims=True)
        return largest[:, :, :, 0, :, 0]

    def backward(self, error: np.ndarray) -> np.ndarray:
        count, channels, height, width = error.shape
        spread = self.shares * error[:, :, :, np.newaxis, :, np.newaxis]
        return spread.reshape(count, channels, 2 * height, 2 * width)


class Flatten(Layer):
    """Lay what belongs to an image into one row."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, error: np.ndarray) -> np.ndarray:
        return error.reshape(self.shape)


class Layers:
    """A network of any layers, one behind the other, with softmax and cross-entropy at its end."""

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return probabilities ``(N, classes)`` for a batch."""
        for layer in self.layers:
            x = layer.forward(x)
        return softmax(x)

    def learn(self, x: np.ndarray, t: ArrayLike) -> float:
        """Go forward and backward: leave its slopes in each layer, and return the mean loss."""
        y = self.predict(x)
        targets = check_labels(t, *y.shape, dtype=y.dtype)
        error = (y - targets) / len(y)
        for layer in reversed(self.layers):
            error = layer.backward(error)
        return float(-np.sum(targets * np.log(np.maximum(y, np.finfo(y.dtype).tiny))) / len(y))

    def step(self, rate: float) -> None:
        """Move each parameter against its slope, in place."""
        for layer in self.layers:
            for parameter, slopes in zip(layer.parameters, layer.slopes, strict=True):
                np.subtract(parameter, rate * slopes, out=parameter)

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(values.size for layer in self.layers for values in layer.parameters)
