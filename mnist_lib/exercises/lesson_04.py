"""Exercises of lesson 04, batched inference."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(4)


def softmax(a):  # (N, 10) scores, to (N, 10) probabilities: each row sums to 1
    e = np.exp(a - a.max(axis=-1, keepdims=True))  # gap: e = np.exp(a - ...)
    return e / e.sum(axis=-1, keepdims=True)  # gap: return e / ...


def _over_the_whole_batch(a):
    e = np.exp(a - a.max())
    return e / e.sum()


def _down_the_columns(a):
    e = np.exp(a - a.max(axis=0))
    return e / e.sum(axis=0)


def _without_keepdims(a):
    e = np.exp(a - a.max(axis=-1))
    return e / e.sum(axis=-1)


def _without_the_largest(a):
    e = np.exp(a)
    return e / e.sum(axis=-1, keepdims=True)


def _with_the_largest_of_all(a):
    e = np.exp(a - a.max())
    return e / e.sum(axis=-1, keepdims=True)


softmax_of_a_batch = Exercise(
    "softmax_of_a_batch",
    softmax,
    [
        (rng.normal(size=(3, 10)),),
        (rng.normal(size=(10, 10)),),
        (np.array([[1000.0, 990.0, 1010.0], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]),),
        (np.array([[1000.0, -1000.0, 0.0]]),),
    ],
    [
        Mistake(
            _over_the_whole_batch,
            "All numbers together sum to 1. Each row should: the sum runs along the last axis.",
        ),
        Mistake(_down_the_columns, "Each column sums to 1. Each row should: axis 1, not axis 0."),
        Mistake(
            _without_keepdims,
            "The sums of the rows are one row of numbers, and are divided through column by "
            "column. keepdims=True keeps them in a column of their own.",
        ),
        Mistake(
            _without_the_largest,
            "Right for small scores, nan for large ones. Take the largest score of each row away "
            "before exp.",
        ),
        Mistake(
            _with_the_largest_of_all,
            "Right while the rows are alike. A row far below the largest score of the batch "
            "becomes 0 / 0: take the largest of each row away.",
        ),
    ],
    [
        "Along which axis do the ten scores of one image lie?",
        "keepdims=True keeps the axis of a sum, or of a largest number, so that it fits each row.",
        "e / e.sum(axis=-1, keepdims=True), and the same for the largest score.",
    ],
)


def digits(y):  # (N, 10) probabilities, to (N,) digits
    return y.argmax(axis=1)  # gap: return y.argmax(...)


digits_of_a_batch = Exercise(
    "digits_of_a_batch",
    digits,
    [(rng.random((7, 10)),), (rng.random((10, 10)),)],
    [
        Mistake(
            lambda y: y.argmax(),
            "One number for the whole batch: without an axis, argmax looks at all of it at once.",
        ),
        Mistake(
            lambda y: y.argmax(axis=0),
            "One place for each of the ten columns. One for each image is wanted.",
        ),
        Mistake(
            lambda y: y.max(axis=1),
            "These are the largest probabilities. Where they stand is the digit: argmax.",
        ),
    ],
    [
        "Ten probabilities lie beside each other in each row.",
        "argmax takes an axis, as sum does.",
        "y.argmax(axis=1)",
    ],
)


def batches(count, size):  # where each batch begins and ends, as a list of pairs
    starts = range(0, count, size)
    return [(i, min(i + size, count)) for i in starts]  # gap: return ...


batches_with_the_last = Exercise(
    "batches_with_the_last",
    batches,
    [(10, 4), (8, 4), (3, 5)],
    [
        Mistake(
            lambda count, size: [(i * size, i * size + size) for i in range(count // size)],
            "The last, shorter batch is missing: // counts only the whole ones.",
        ),
        Mistake(
            lambda count, size: [(start, start + size) for start in range(0, count, size)],
            "The last batch ends behind the last image. min(..., count) cuts it off.",
        ),
        Mistake(
            lambda count, size: [
                (start, min(start + size, count) - 1) for start in range(0, count, size)
            ],
            "As in a slice, the end is the first place that is not taken: no - 1.",
        ),
    ],
    [
        "range(0, count, size) gives where they begin.",
        "Each ends size places later, but never behind count.",
        "[(start, min(start + size, count)) for start in range(0, count, size)]",
    ],
)


def score(predict, x, t, size):  # the accuracy of predict on images x, in batches
    right = 0
    for start in range(0, len(x), size):
        y = predict(x[start : start + size])
        right += np.sum(y.argmax(axis=1) == t[start : start + size])  # gap: right += ...
    return right / len(x)  # gap: return ...


def _mean_of_means(predict, x, t, size):
    means = [
        np.mean(predict(x[start : start + size]).argmax(axis=1) == t[start : start + size])
        for start in range(0, len(x), size)
    ]
    return np.mean(means)


def _whole_batches_only(predict, x, t, size):
    end = len(x) // size * size
    return np.sum(predict(x[:end]).argmax(axis=1) == t[:end]) / len(x)


def _counts(predict, x, t, size):
    return float(np.sum(predict(x).argmax(axis=1) == t))


score_in_batches = Exercise(
    "score_in_batches",
    score,
    [
        (np.abs, np.eye(3)[[0, 1, 2, 0, 1, 2]], np.array([0, 1, 2, 2, 2, 2]), 4),
        (np.abs, np.eye(3)[[2, 1, 0, 2, 1, 0, 0]], np.array([2, 2, 2, 2, 2, 2, 0]), 3),
    ],
    [
        Mistake(
            _mean_of_means,
            "The mean of the batches' accuracies counts each image of the short last batch more "
            "than the others. Count the right ones, and divide at the end.",
        ),
        Mistake(_whole_batches_only, "The last, shorter batch is left out."),
        Mistake(_counts, "That is how many are right. Divide by how many there are."),
    ],
    [
        "y.argmax(axis=1) are the digits that were read. Compare them with the batch's labels.",
        "The sum of a comparison counts where it is true.",
        "right += np.sum(y.argmax(axis=1) == t[start : start + size]), then right / len(x)",
    ],
)
