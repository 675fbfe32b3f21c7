"""Exercises of lesson 11, a network that sees neighborhoods."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(11)


def convolve(image, w):  # (H, W) pixels and 3 x 3 weights, to (H - 2, W - 2) sums, without padding
    height, width = image.shape
    sums = np.zeros((height - 2, width - 2))
    for i in range(height - 2):
        for j in range(width - 2):
            sums[i, j] = np.sum(image[i : i + 3, j : j + 3] * w)  # gap: sums[i, j] = ...
    return sums


def _patches(image):
    return np.lib.stride_tricks.sliding_window_view(image, (3, 3))


convolution_of_an_image = Exercise(
    "convolution_of_an_image",
    convolve,
    [
        (rng.random((3, 3)), rng.normal(size=(3, 3))),
        (rng.random((5, 6)), rng.normal(size=(3, 3))),
        (rng.random((8, 8)), np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])),
    ],
    [
        Mistake(
            lambda image, w: convolve(image, w[::-1, ::-1]),
            "The weights are turned upside down, as mathematics does it. Here they lie on the "
            "image as they are.",
        ),
        Mistake(
            lambda image, w: convolve(np.pad(image, 1), w),
            "The image has a frame of zeros, and the result has the size of the image. "
            "Without it, a filter has two places fewer in each direction.",
        ),
        Mistake(
            lambda image, w: np.sum(_patches(image) @ w, axis=(2, 3)),
            "@ is a matrix product: it multiplies rows by columns. Here each pixel meets the one "
            "weight that lies on it.",
        ),
        Mistake(
            lambda image, w: np.sum(_patches(image), axis=(2, 3)) * w.sum(),
            "The pixels are summed up, and so are the weights, before they meet. Each pixel has a "
            "weight of its own.",
        ),
        Mistake(
            lambda image, w: np.mean(_patches(image) * w, axis=(2, 3)),
            "That is the mean of the nine products. Their sum is wanted.",
        ),
    ],
    [
        "Which nine pixels lie under a filter whose upper left corner is at row i, column j?",
        "image[i : i + 3, j : j + 3] are the nine. Multiply them by the weights, place by place.",
        "np.sum(image[i : i + 3, j : j + 3] * ...)",
    ],
)


def pool(image):  # (H, W), both even, to (H / 2, W / 2): the largest of each block of 2 x 2
    height, width = image.shape
    blocks = image.reshape(height // 2, 2, width // 2, 2)  # gap: blocks = image.reshape(...)
    return blocks.max(axis=(1, 3))  # gap: return ...


def _cut(image):
    height, width = image.shape
    return image.reshape(height // 2, 2, width // 2, 2)


def _cut_wrongly(image):
    height, width = image.shape
    return image.reshape(height // 2, width // 2, 2, 2)


largest_of_each_block = Exercise(
    "largest_of_each_block",
    pool,
    [(rng.normal(size=(4, 6)),), (rng.normal(size=(8, 8)),)],
    [
        Mistake(
            lambda image: _cut(image).mean(axis=(1, 3)),
            "These are the means of the blocks. The largest number of each is wanted.",
        ),
        Mistake(
            lambda image: np.lib.stride_tricks.sliding_window_view(image, (2, 2)).max(axis=(2, 3)),
            "The blocks overlap: each begins one pixel after the last. They should lie side by "
            "side.",
        ),
        Mistake(
            lambda image: _cut(image).max(axis=(0, 2)),
            "2 x 2 numbers are left: the maximum ran over the blocks. It should run within them.",
        ),
        Mistake(
            lambda image: image[::2, ::2],
            "That is the upper left number of each block. Any of the four may be the largest.",
        ),
        Mistake(
            lambda image: _cut_wrongly(image).max(axis=(2, 3)),
            "Four numbers that follow each other in a row are no block. The two axes of the image "
            "are to be cut one by one.",
        ),
    ],
    [
        "Lesson 06 cut an image into blocks of 4 x 4 in the same way.",
        "The four axes: block row, row in the block, block column, column in the block.",
        "image.reshape(height // 2, 2, width // 2, 2).max(axis=(..., ...))",
    ],
)


def parameters(filters, side, outputs):  # 3 x 3 filters on one side x side image, then dense
    convolution = filters * (3 * 3 + 1)  # gap: convolution = ...
    handed_on = filters * (side - 2) ** 2  # gap: handed_on = ...
    dense = (handed_on + 1) * outputs  # gap: dense = ...
    return convolution + dense


def _without_biases(filters, side, outputs):
    return filters * 9 + filters * (side - 2) ** 2 * outputs


def _one_bias_for_all_filters(filters, side, outputs):
    return filters * 9 + 1 + (filters * (side - 2) ** 2 + 1) * outputs


def _edges_kept(filters, side, outputs):
    return filters * 10 + (filters * side**2 + 1) * outputs


def _own_weights_at_each_place(filters, side, outputs):
    return filters * (side - 2) ** 2 * 10 + (filters * (side - 2) ** 2 + 1) * outputs


def _one_map(filters, side, outputs):
    return filters * 10 + ((side - 2) ** 2 + 1) * outputs


parameters_with_a_convolution = Exercise(
    "parameters_with_a_convolution",
    parameters,
    [(2, 5, 3), (8, 28, 10), (4, 12, 10)],
    [
        Mistake(
            _without_biases,
            "The weights are all there. Each filter has a bias as well, and so has each output.",
        ),
        Mistake(
            _one_bias_for_all_filters,
            "The filters share one bias. Each of them has its own.",
        ),
        Mistake(
            _edges_kept,
            "The dense layer sees too much: a filter of 3 x 3 has no place at the edge, so fewer "
            "numbers come out than went in.",
        ),
        Mistake(
            _own_weights_at_each_place,
            "Each place of the image has weights of its own. A filter takes the same ones "
            "wherever it lies.",
        ),
        Mistake(
            _one_map,
            "The dense layer sees the result of one filter. It gets those of all of them.",
        ),
    ],
    [
        "Count the two layers one by one, and forget no bias.",
        "A filter has nine weights and a bias. It hands on a number for each of its places.",
        "filters * (9 + 1), then filters * (side - 2) ** 2, then (handed_on + 1) * ...",
    ],
)
