"""Exercises of lesson 09, your own digits."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(9)


def crop(image):  # the smallest part of an image that holds all of its ink
    rows = np.flatnonzero(image.any(axis=1))  # gap: rows = ...
    columns = np.flatnonzero(image.any(axis=0))  # gap: columns = ...
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]  # gap: return ...


def _without_the_last(image):
    rows, columns = _rows_and_columns(image)
    return image[rows[0] : rows[-1], columns[0] : columns[-1]]


def _without_blank_lines(image):
    return image[np.ix_(*_rows_and_columns(image))]


def _exchanged(image):
    columns, rows = _rows_and_columns(image)
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _rows_only(image):
    rows, _ = _rows_and_columns(image)
    return image[rows[0] : rows[-1] + 1]


def _rows_and_columns(image):
    return np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))


def _with_ink(shape, *places):
    image = np.zeros(shape)
    for row, column in places:
        image[row, column] = rng.uniform(0.1, 1)
    return image


crop_to_the_ink = Exercise(
    "crop_to_the_ink",
    crop,
    [
        (_with_ink((7, 9), (1, 5), (2, 6), (3, 3), (4, 6)),),
        (_with_ink((6, 6), (0, 1), (0, 4), (2, 2), (4, 2)),),
        (_with_ink((28, 28), *rng.integers((4, 7), (24, 20), (30, 2))),),
    ],
    [
        Mistake(
            _without_the_last,
            "The last row and the last column with ink are lost: a slice stops before its end.",
        ),
        Mistake(
            _without_blank_lines,
            "Blank lines within the digit are gone, too, and it has shrunk. Only what lies around "
            "it should go.",
        ),
        Mistake(
            _exchanged,
            "Rows and columns are exchanged. any(axis=1) looks along each row, and tells which "
            "rows have ink.",
        ),
        Mistake(_rows_only, "The rows are cropped, and the columns are not."),
    ],
    [
        "Which rows have ink, and which columns? The first and the last of each count.",
        "image.any(axis=1) is True for each row with ink, and np.flatnonzero tells where.",
        "image[rows[0] : rows[-1] + 1, ...], and the same for the columns",
    ],
)


def fit_scale(points, box):  # (N, 2) points: by what to multiply them, so that they fill a box
    sides = np.ptp(points, axis=0)  # gap: sides = ...
    return box / sides.max()  # gap: return ...


scale_into_a_box = Exercise(
    "scale_into_a_box",
    fit_scale,
    [
        (np.array([[30.0, 40.0], [50.0, 90.0], [42.0, 60.0]]), 20.0),
        (rng.uniform((100, 20), (240, 80), (12, 2)), 17.8),
    ],
    [
        Mistake(
            lambda points, box: box / np.ptp(points, axis=0),
            "Two scales, one for each side: the digit would be stretched. One serves both.",
        ),
        Mistake(
            lambda points, box: box / np.ptp(points, axis=0).min(),
            "The shorter side fills the box, and the longer one sticks out of it.",
        ),
        Mistake(
            lambda points, box: np.ptp(points, axis=0).max() / box,
            "Upside down: that is by what to divide. A digit larger than the box has to shrink.",
        ),
        Mistake(
            lambda points, box: box / np.ptp(points),
            "x and y are mixed. Each has a smallest and a largest value of its own: look at the "
            "axis.",
        ),
        Mistake(
            lambda points, box: box / points.max(),
            "That is how far the digit is from the corner of the pad, and not how large it is. "
            "Measure from its smallest value to its largest.",
        ),
    ],
    [
        "How wide is the digit, and how high? The longer side decides.",
        "np.ptp is the largest value minus the smallest. Along axis 0: one for x, one for y.",
        "sides = np.ptp(points, axis=0), then box / ...",
    ],
)


def center(image):  # brightnesses, to (x, y): where the image would balance on a fingertip
    row, column = np.mgrid[: image.shape[0], : image.shape[1]]
    x = np.sum(image * column) / image.sum()  # gap: x = ...
    y = np.sum(image * row) / image.sum()  # gap: y = ...
    return x, y


def _row_first(image):
    return center(image)[::-1]


def _without_the_brightness(image):
    rows, columns = np.nonzero(image)
    return columns.mean(), rows.mean()


def _divided_by_all_pixels(image):
    row, column = np.mgrid[: image.shape[0], : image.shape[1]]
    return np.mean(image * column), np.mean(image * row)


def _middle_of_the_ink(image):
    rows, columns = np.nonzero(image)
    return (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2


center_of_the_ink = Exercise(
    "center_of_the_ink",
    center,
    [
        (np.array([[0.0, 0.5, 0.0, 0.0], [0.0, 1.0, 1.0, 0.25], [0.0, 0.25, 0.0, 0.0]]),),
        (_with_ink((28, 28), *rng.integers((3, 9), (14, 26), (40, 2))),),
    ],
    [
        Mistake(
            _row_first,
            "Row and column are exchanged: x runs to the right, so it is a mean of columns.",
        ),
        Mistake(
            _without_the_brightness,
            "Every pixel with ink weighs the same. A bright one should weigh more than a faint "
            "one.",
        ),
        Mistake(
            _divided_by_all_pixels,
            "Divided by the number of pixels. A weighted mean is divided by the sum of its "
            "weights, which are the brightnesses.",
        ),
        Mistake(
            _middle_of_the_ink,
            "That is the middle between the outermost pixels. In the center of mass all pixels "
            "have a say.",
        ),
    ],
    [
        "A mean of places, in which each pixel weighs as much as it is bright.",
        "For x, add up brightness times column, and divide by all the brightness there is.",
        "x = np.sum(image * column) / ..., and the same with row for y",
    ],
)
