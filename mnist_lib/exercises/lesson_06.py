"""Exercises of lesson 06, learning from data."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(6)


def zone_means(image):  # (28, 28), to (7, 7): the mean of each block of 4 x 4 pixels
    blocks = image.reshape(7, 4, 7, 4)  # gap: blocks = image.reshape(...)
    return blocks.mean(axis=(1, 3))  # gap: return ...


means_of_zones = Exercise(
    "means_of_zones",
    zone_means,
    [(rng.random((28, 28)),), (np.arange(784.0).reshape(28, 28),)],
    [
        Mistake(
            lambda image: image[::4, ::4],
            "That is one pixel of each block. The other fifteen say something, too.",
        ),
        Mistake(
            lambda image: image.reshape(7, 4, 7, 4).sum(axis=(1, 3)),
            "These are the sums of the blocks, 16 times their means.",
        ),
        Mistake(
            lambda image: image.reshape(7, 4, 7, 4).mean(axis=(0, 2)),
            "4 x 4 numbers came out: the blocks are laid on top of each other. The axes within a "
            "block should go, and those that count blocks should stay.",
        ),
        Mistake(
            lambda image: image.reshape(7, 7, 4, 4).mean(axis=(2, 3)),
            "Sixteen pixels that follow each other in a row are no block. The two axes of the "
            "image are to be cut one by one.",
        ),
    ],
    [
        "28 rows are 7 times 4, and so are 28 columns.",
        "The four axes: block row, row in the block, block column, column in the block.",
        "image.reshape(7, 4, 7, 4).mean(axis=(..., ...)), where the axes are counted from 0",
    ],
)


def nearest(means, image):  # (10, pixels) mean images and one image, to the digit that is nearest
    distances = np.sum((means - image) ** 2, axis=1)  # gap: distances = ...
    return distances.argmin()  # gap: return ...


_MEANS = rng.random((10, 16))

nearest_mean = Exercise(
    "nearest_mean",
    nearest,
    [
        *((_MEANS, _MEANS[digit] + rng.normal(0, 0.1, 16)) for digit in (3, 8, 0, 5)),
        (_MEANS, _MEANS[9] + 1.2 * np.eye(16)[7]),
    ],
    [
        Mistake(
            lambda means, image: np.sum((means - image) ** 2, axis=1).argmax(),
            "That is the mean that is farthest away. The nearest has the smallest distance.",
        ),
        Mistake(
            lambda means, image: np.sum((means - image) ** 2, axis=0).argmin(),
            "The sum ran over the ten means, and left one number for each pixel. One for each "
            "mean is wanted.",
        ),
        Mistake(
            lambda means, image: np.sum(means - image, axis=1).argmin(),
            "What is too bright and what is too dark cancel each other, and the darkest mean "
            "wins. Make every difference positive before the sum.",
        ),
        Mistake(
            lambda means, image: np.sum((means - image) ** 2, axis=1).min(),
            "That is how near the nearest is. Which one it is, is asked for.",
        ),
    ],
    [
        "A distance for each of the ten means, and then the place of the smallest.",
        "means - image has a row for each mean. Square it, and sum along the pixels.",
        "np.sum((means - image) ** 2, axis=...), then its argmin()",
    ],
)


def vote(labels):  # the labels of the nearest neighbors, to the one that comes most often
    return np.bincount(labels).argmax()  # gap: return ...


vote_of_neighbors = Exercise(
    "vote_of_neighbors",
    vote,
    [
        (np.array([9, 4, 4]),),
        (np.array([2, 7, 7, 1, 7]),),
        (np.array([6, 0, 8, 0, 9, 0, 8]),),
    ],
    [
        Mistake(
            lambda labels: labels.mean(),
            "A mean of labels is no vote: between a 1 and a 7 it finds a 4.",
        ),
        Mistake(
            lambda labels: round(labels.mean()),
            "A rounded mean looks like a digit, and may be one that no neighbor has.",
        ),
        Mistake(
            lambda labels: labels[0],
            "Only the nearest neighbor was asked. All of them have a vote.",
        ),
        Mistake(
            lambda labels: np.bincount(labels).max(),
            "That is how many votes the winner has. Who is it?",
        ),
        Mistake(
            lambda labels: labels.max(),
            "That is the largest label. The most frequent one is wanted.",
        ),
    ],
    [
        "Count how often each digit comes, and see which count is the largest.",
        "np.bincount counts: at place 4 stands how many fours there are.",
        "np.bincount(labels), and then the place of its largest count",
    ],
)
