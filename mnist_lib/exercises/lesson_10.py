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


def leaky_back(error, a):  # a leaky ReLU, np.where(a > 0, a, 0.1 * a), on its way back
    return error * np.where(a > 0, 1, 0.1)  # gap: return ...


leaky_relu_backward = Exercise(
    "leaky_relu_backward",
    leaky_back,
    [
        (np.array([0.5, -1.0, 2.0, -3.0]), np.array([1.0, 2.0, -1.0, -2.0])),
        (rng.normal(size=(3, 5)), rng.normal(size=(3, 5))),
    ],
    [
        Mistake(
            lambda error, a: error,
            "Everything passes as it is. Where a was below 0, a small change of a changes the "
            "result by a tenth of it.",
        ),
        Mistake(
            lambda error, a: error * (a > 0),
            "That is the plain ReLU: nothing comes through where a was below 0. This one lets a "
            "tenth through.",
        ),
        Mistake(
            lambda error, a: np.where(error > 0, error, 0.1 * error),
            "This shrinks negative errors. Which ones shrink was decided on the way forward, by "
            "a.",
        ),
        Mistake(
            lambda error, a: error * np.where(a > 0, a, 0.1 * a),
            "The errors are multiplied by what came out of the layer. They should be multiplied "
            "by its slope: 1 on the right of 0, a tenth on the left.",
        ),
    ],
    [
        "Where a was above 0, the layer changed nothing. Elsewhere its result is a tenth of a.",
        "So its slope is 1 where a is above 0, and 0.1 elsewhere. The error is multiplied by it.",
        "error * np.where(a > 0, ..., ...)",
    ],
)


def affine_back(error, x, W):  # back through x @ W + b: from its error (N, units)
    error_x = error @ W.T  # gap: error_x = ...
    slope_W = x.T @ error  # gap: slope_W = ...
    slope_b = error.sum(axis=0)  # gap: slope_b = ...
    return error_x, slope_W, slope_b


affine_backward = Exercise(
    "affine_backward",
    affine_back,
    [
        (rng.normal(size=(4, 4)), rng.random((4, 4)), rng.normal(size=(4, 4))),
        (rng.normal(size=(5, 3)), rng.random((5, 4)), rng.normal(size=(4, 3))),
    ],
    [
        Mistake(
            lambda error, x, W: (error @ W, x.T @ error, error.sum(axis=0)),
            "W is used as on the way forward. Backward it leads from its columns to its rows.",
        ),
        Mistake(
            lambda error, x, W: (error @ W.T, error.T @ x, error.sum(axis=0)),
            "The slopes of W lie on their side. They need the shape of W: inputs, units.",
        ),
        Mistake(
            lambda error, x, W: (error @ W.T, x.T @ error, error.mean(axis=0)),
            "The slopes of b are a mean over the images. Each image adds its part: sum them.",
        ),
        Mistake(
            lambda error, x, W: (error @ W.T, x.T @ error, error),
            "The slopes of b are those of each image. b serves all of them, so it gets their sum.",
        ),
        Mistake(
            lambda error, x, W: (x.T @ error, error.sum(axis=0), error @ W.T),
            "All three are there, in another order: first x, then W, then b.",
        ),
    ],
    [
        "Each error and each slope has the shape of what it belongs to.",
        "Those of x come through W, which lies on its side; those of W through x on its side.",
        "error @ W.T, then x.T @ ..., then error.sum(axis=...)",
    ],
)


@dataclass(frozen=True, repr=False)
class _Affine:
    W: np.ndarray

    def backward(self, error):
        return error @ self.W.T


@dataclass(frozen=True, repr=False)
class _Relu:
    open: np.ndarray

    def backward(self, error):
        return error * self.open


def backward(layers, error):  # layers in forward order; each layer has a method backward(error)
    for layer in reversed(layers):  # gap: for layer in ...:
        error = layer.backward(error)  # gap: error = ...
    return error


def _forward_order(layers, error):
    for layer in layers:
        error = layer.backward(error)
    return error


def _each_from_the_end(layers, error):
    return layers[0].backward(error)


def _without_the_first(layers, error):
    return backward(layers[1:], error)


def _without_the_last(layers, error):
    return backward(layers[:-1], error)


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
            "Each layer got the error from the very end, and the last call won. What one layer "
            "returns is for the layer before it.",
        ),
        Mistake(_without_the_first, "The first layer is left out. Where does the loop end?"),
        Mistake(_without_the_last, "The last layer is left out. Where does the loop begin?"),
    ],
    [
        "The error comes from the end, and goes through each layer to the first.",
        "reversed gives a list from its end. What a layer returns, the next one gets.",
        "for layer in reversed(layers): and in it error = layer.backward(...)",
    ],
)
