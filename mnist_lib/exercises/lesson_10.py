"""Exercises of lesson 10, layers that plug together."""

from dataclasses import dataclass

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(10)


def relu(a):  # what is above 0 stays, and all else becomes 0
    return np.maximum(a, 0)  # gap: return ...


relu_forward = Exercise(
    "relu_forward",
    relu,
    [
        (np.array([[-1.5, 2.0, -0.5], [3.0, -4.0, 0.25]]),),
        (rng.normal(size=(4, 5)),),
    ],
    [
        Mistake(np.abs, "What was negative has become positive. It should become 0."),
        Mistake(
            lambda a: np.where(a > 0, 1, 0),
            "That is a step: 1 or 0. What is above 0 should stay as it is.",
        ),
        Mistake(
            lambda a: a[a > 0],
            "What is negative is left out, and the shape is gone. It should stay in its place, "
            "as a 0.",
        ),
        Mistake(
            lambda a: np.max(a, 0),
            "np.max takes the 0 for an axis, and finds the largest of each column. A function "
            "with a longer name compares number by number.",
        ),
        Mistake(
            lambda a: np.minimum(a, 0),
            "What is below 0 stayed, and what is above has become 0. It is the other way around.",
        ),
    ],
    [
        "The larger one of a number and 0.",
        "np.maximum compares two arrays, or an array and a number, place by place.",
        "np.maximum(a, ...)",
    ],
)


def relu_back(slope, a):  # the slopes behind the ReLU, and what went into it: the slopes before it
    return slope * (a > 0)  # gap: return ...


relu_backward = Exercise(
    "relu_backward",
    relu_back,
    [
        (np.array([0.5, -1.0, 2.0, -3.0]), np.array([1.0, 2.0, -1.0, -2.0])),
        (rng.normal(size=(3, 5)), rng.normal(size=(3, 5))),
    ],
    [
        Mistake(
            lambda slope, a: slope,
            "Everything passes. Where the ReLU gave 0, a small change of a changes nothing: no "
            "slope comes through.",
        ),
        Mistake(
            lambda slope, a: slope * np.sign(a),
            "Where a was negative, the slope comes through with its sign reversed. It should "
            "not come through at all.",
        ),
        Mistake(
            lambda slope, a: np.maximum(slope, 0),
            "This stops negative slopes. Which ones pass was decided on the way forward, by a.",
        ),
        Mistake(
            lambda slope, a: slope * np.maximum(a, 0),
            "The slopes are multiplied by what came out of the ReLU. Where it let through, it "
            "changed nothing: its own slope is 1 there.",
        ),
    ],
    [
        "Where a was above 0, the ReLU changed nothing. Elsewhere its result is always 0.",
        "So a slope passes where a is above 0, and becomes 0 elsewhere. True counts as 1.",
        "slope * (...), with a comparison",
    ],
)


def affine_back(slope, x, W):  # back through x @ W + b: slopes (N, units), to those of x, W and b
    slope_x = slope @ W.T  # gap: slope_x = ...
    slope_W = x.T @ slope  # gap: slope_W = ...
    slope_b = slope.sum(axis=0)  # gap: slope_b = ...
    return slope_x, slope_W, slope_b


affine_backward = Exercise(
    "affine_backward",
    affine_back,
    [
        (rng.normal(size=(4, 4)), rng.random((4, 4)), rng.normal(size=(4, 4))),
        (rng.normal(size=(5, 3)), rng.random((5, 4)), rng.normal(size=(4, 3))),
    ],
    [
        Mistake(
            lambda slope, x, W: (slope @ W, x.T @ slope, slope.sum(axis=0)),
            "W is used as on the way forward. Backward it leads from its columns to its rows.",
        ),
        Mistake(
            lambda slope, x, W: (slope @ W.T, slope.T @ x, slope.sum(axis=0)),
            "The slopes of W lie on their side. They need the shape of W: inputs, units.",
        ),
        Mistake(
            lambda slope, x, W: (slope @ W.T, x.T @ slope, slope.mean(axis=0)),
            "The slopes of b are a mean over the images. Each image adds its part: sum them.",
        ),
        Mistake(
            lambda slope, x, W: (slope @ W.T, x.T @ slope, slope),
            "The slopes of b are those of each image. b serves all of them, so it gets their sum.",
        ),
        Mistake(
            lambda slope, x, W: (x.T @ slope, slope.sum(axis=0), slope @ W.T),
            "All three are there, in another order: first x, then W, then b.",
        ),
    ],
    [
        "Each slope has the shape of what it belongs to.",
        "Those of x come through W, which lies on its side; those of W through x on its side.",
        "slope @ W.T, then x.T @ ..., then slope.sum(axis=...)",
    ],
)


@dataclass(frozen=True, repr=False)
class _Affine:
    W: np.ndarray

    def backward(self, slope):
        return slope @ self.W.T


@dataclass(frozen=True, repr=False)
class _Relu:
    open: np.ndarray

    def backward(self, slope):
        return slope * self.open


def backward(layers, slope):  # layers in forward order; each layer has a method backward(slope)
    for layer in reversed(layers):  # gap: for layer in ...:
        slope = layer.backward(slope)  # gap: slope = ...
    return slope


def _forward_order(layers, slope):
    for layer in layers:
        slope = layer.backward(slope)
    return slope


def _each_from_the_end(layers, slope):
    return layers[0].backward(slope)


def _without_the_first(layers, slope):
    return backward(layers[1:], slope)


def _without_the_last(layers, slope):
    return backward(layers[:-1], slope)


def _square():
    return _Affine(rng.normal(size=(3, 3)))


def _open():
    return _Relu(np.array([[True, False, True], [False, True, True]]))


backward_through_all = Exercise(
    "backward_through_all",
    backward,
    [
        ([_square(), _open(), _square()], rng.normal(size=(2, 3))),
        ([_square(), _square(), _open(), _square(), _open()], rng.normal(size=(2, 3))),
    ],
    [
        Mistake(
            _forward_order,
            "The layers are in the order of the way forward. Backward, the last comes first.",
        ),
        Mistake(
            _each_from_the_end,
            "Each layer got the slopes from the very end, and the last call won. What one layer "
            "returns is for the layer before it.",
        ),
        Mistake(_without_the_first, "The first layer is left out. Where does the loop end?"),
        Mistake(_without_the_last, "The last layer is left out. Where does the loop begin?"),
    ],
    [
        "The slopes come from the end, and go through each layer to the first.",
        "reversed gives a list from its end. What a layer returns, the next one gets.",
        "for layer in reversed(layers): and in it slope = layer.backward(...)",
    ],
)
