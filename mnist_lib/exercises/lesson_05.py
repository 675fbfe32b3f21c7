"""Exercises of lesson 05, how good is it."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(5)


def confusion(t, p):  # N labels and N answers, to (10, 10) counts: row is label, column is answer
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (t, p), 1)  # gap: ...
    return counts


def _each_pair_once(t, p):
    counts = np.zeros((10, 10), dtype=int)
    counts[t, p] += 1
    return counts


def _whole_rows(t, p):
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, t, 1)
    return counts


def _right_ones_only(t, p):
    return np.diag(np.bincount(t[t == p], minlength=10))


confusion_matrix = Exercise(
    "confusion_matrix",
    confusion,
    [
        (np.array([4, 4, 9, 4, 7]), np.array([9, 9, 9, 4, 7])),
        (rng.integers(0, 10, 200), rng.integers(0, 10, 200)),
    ],
    [
        Mistake(
            lambda t, p: confusion(p, t),
            "Rows and columns are exchanged: a 4 that was read as a 9 belongs in row 4.",
        ),
        Mistake(
            _each_pair_once,
            "A pair that comes twice is counted once: within one statement, NumPy reads all old "
            "counts before it writes the new ones.",
        ),
        Mistake(
            _whole_rows,
            "Each image counts in all ten columns of its row. One of them is its answer.",
        ),
        Mistake(
            _right_ones_only,
            "Only the right answers are counted. The mistakes have their places beside the "
            "diagonal.",
        ),
    ],
    [
        "Each image adds 1 in one place: in the row of its label and the column of its answer.",
        "A loop over the pairs does it. So does np.add.at, which adds for each pair that comes.",
        "np.add.at(counts, (..., ...), 1), with the rows first",
    ],
)


_SMALL = np.array([[8, 1, 1], [2, 4, 0], [5, 0, 9]])
_LARGE = rng.integers(0, 5, (10, 10)) + np.diag(rng.integers(20, 60, 10))


def precision(counts, digit):  # of the images that were read as the digit: the share that are it
    return counts[digit, digit] / counts[:, digit].sum()  # gap: return ...


def recall(counts, digit):  # of the images that are the digit: the share that were read as it
    return counts[digit, digit] / counts[digit].sum()  # gap: return ...


precision_of_a_digit = Exercise(
    "precision_of_a_digit",
    precision,
    [(_SMALL, 0), (_SMALL, 1), (_LARGE, 7)],
    [
        Mistake(
            recall,
            "That is the recall: it divides by all images that are the digit. Divide by all that "
            "were read as it.",
        ),
        Mistake(
            lambda counts, digit: np.trace(counts) / counts.sum(),
            "That is the accuracy, of all digits together. One of them is asked for.",
        ),
        Mistake(
            lambda counts, digit: counts[digit, digit] / counts.sum(),
            "Divided by all images there are. Only those that were read as the digit count.",
        ),
        Mistake(
            lambda counts, digit: counts[digit, digit] / np.trace(counts),
            "Divided by all right answers, whichever digit they are. The images that were read as "
            "this digit count, right or wrong.",
        ),
    ],
    [
        "Of all the sevens that it claims to have seen, how many are sevens?",
        "What was read as the digit stands in its column, and what was right on the diagonal.",
        "counts[digit, digit] / counts[:, ...].sum()",
    ],
)

recall_of_a_digit = Exercise(
    "recall_of_a_digit",
    recall,
    [(_SMALL, 0), (_SMALL, 1), (_LARGE, 7)],
    [
        Mistake(
            precision,
            "That is the precision: it divides by all images that were read as the digit. Divide "
            "by all that are it.",
        ),
        Mistake(
            lambda counts, digit: np.trace(counts) / counts.sum(),
            "That is the accuracy, over the images of all digits. Stay with those of one.",
        ),
        Mistake(
            lambda counts, digit: counts[digit, digit] / counts.sum(),
            "Divided by all images there are. Only those of this digit count.",
        ),
        Mistake(
            lambda counts, digit: 1 - counts[digit, digit] / counts[digit].sum(),
            "That is the share that was missed. What was found is wanted.",
        ),
    ],
    [
        "Of all the sevens there are, how many did it find?",
        "The images of a digit stand in its row, and those that were found on the diagonal.",
        "counts[digit, digit] / counts[...].sum()",
    ],
)


def shares(counts):  # (10, 10) counts, to the shares of each row: each row sums to 1
    return counts / counts.sum(axis=1, keepdims=True)  # gap: return ...


rows_as_shares = Exercise(
    "rows_as_shares",
    shares,
    [(_SMALL,), (_LARGE,)],
    [
        Mistake(
            lambda counts: counts / counts.sum(axis=0),
            "Each column sums to 1, which says how far an answer can be trusted. Each row should.",
        ),
        Mistake(
            lambda counts: counts / counts.sum(axis=1),
            "The sums are those of the rows, but each divides a column: they lie in a row of "
            "their own. They should stand in a column.",
        ),
        Mistake(
            lambda counts: counts / counts.sum(),
            "All shares together sum to 1. Each row should, by itself.",
        ),
        Mistake(
            lambda counts: counts / counts.max(axis=1, keepdims=True),
            "The largest of each row is 1. The whole row should sum to it.",
        ),
    ],
    [
        "Divide each count by the sum of its row.",
        "The sums run along axis 1, and have to stay in a column to fit the rows.",
        "counts / counts.sum(axis=1, ...), with what keeps the column",
    ],
)
