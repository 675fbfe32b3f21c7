"""Exercises of lesson 02, visualizing."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(2)


def to_image(strip):  # 784 pixels in a row, to 28 rows of 28
    return strip.reshape(28, 28)  # gap: return ...


strip_to_image = Exercise(
    "strip_to_image",
    to_image,
    [(rng.integers(0, 256, 784).astype(np.uint8),), (np.arange(784) / 784,)],
    [
        Mistake(
            lambda strip: strip.reshape(28, 28, order="F"),
            "The pixels run down the columns, so the image lies on its side. They should run "
            "along the rows.",
        ),
        Mistake(
            lambda strip: strip.reshape(1, 28, 28),
            "A stack that holds one image. Only the rows and the columns are wanted.",
        ),
        Mistake(
            lambda strip: strip.reshape(1, 784),
            "Still one row of 784. It should be cut into rows of 28.",
        ),
    ],
    [
        "The first 28 numbers are the top row, the next 28 the row below.",
        "reshape cuts an array into rows, and keeps the order of its numbers.",
        "strip.reshape(...), with how many rows, and how many columns",
    ],
)


def shift(image, n):  # the image, n > 0 columns farther to the right; 0 where nothing came
    moved = np.zeros_like(image)
    moved[:, n:] = image[:, :-n]  # gap: ...
    return moved


def _to_the_left(image, n):
    moved = np.zeros_like(image)
    moved[:, :-n] = image[:, n:]
    return moved


def _down(image, n):
    moved = np.zeros_like(image)
    moved[n:] = image[:-n]
    return moved


def _not_moved(image, n):
    moved = np.zeros_like(image)
    moved[:, n:] = image[:, n:]
    return moved


shift_to_the_right = Exercise(
    "shift_to_the_right",
    shift,
    [
        (rng.integers(1, 256, (4, 4)).astype(np.uint8), 1),
        (rng.integers(1, 256, (28, 28)).astype(np.uint8), 5),
        (rng.random((3, 6)), 2),
    ],
    [
        Mistake(
            lambda image, n: np.roll(image, n, axis=1),
            "What leaves on the right comes back on the left. Zeros belong there.",
        ),
        Mistake(
            np.roll,
            "What leaves a row on the right enters the next one on the left. Without an axis, "
            "np.roll takes the image for one long strip.",
        ),
        Mistake(_to_the_left, "It went to the left. Column n should hold what was in column 0."),
        Mistake(_down, "It went down. The first index counts rows, and the second columns."),
        Mistake(
            _not_moved,
            "The left is blank, but the rest stays where it was. What lands in column n comes "
            "from another column.",
        ),
    ],
    [
        "All rows take part, and so the first index is a colon.",
        "Column n of the new image is column 0 of the old one. The last n columns have no place.",
        "moved[:, n:] = image[:, ...], without the last n columns",
    ],
)


def negative(image):  # bytes: black becomes white, and white black
    return 255 - image  # gap: return ...


negative_of_an_image = Exercise(
    "negative_of_an_image",
    negative,
    [
        (np.array([[0, 1, 2], [100, 200, 250]], np.uint8),),
        (rng.integers(0, 256, (28, 28)).astype(np.uint8),),
    ],
    [
        Mistake(
            lambda image: -image,
            "A byte has no minus, so it wraps around: 1 becomes 255, and 0 stays 0.",
        ),
        Mistake(
            lambda image: 1 - image,
            "Right for pixels from 0 to 1. These are bytes, which wrap around below 0: 2 becomes "
            "255.",
        ),
        Mistake(
            lambda image: image.max() - image,
            "Black becomes the largest pixel of this image, which is not white in each of them.",
        ),
        Mistake(
            lambda image: 1 - image / 255,
            "The picture is right, on a scale from 0 to 1. Bytes from 0 to 255 are wanted.",
        ),
    ],
    [
        "What becomes of 0, and what of 255?",
        "A pixel and its negative add up to the same number, whichever pixel it is.",
        "... - image, with the number that is white",
    ],
)


def mean_image(x, t, digit):  # (N, pixels) images and N labels, to the mean of one digit's images
    return x[t == digit].mean(axis=0)  # gap: return ...


_T = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])

mean_image_of_a_digit = Exercise(
    "mean_image_of_a_digit",
    mean_image,
    [(rng.random((12, 16)), _T, digit) for digit in (1, 5, 3)],
    [
        Mistake(
            lambda x, t, digit: x.mean(axis=0),
            "That is the mean of all images. Pick those with the label first.",
        ),
        Mistake(
            lambda x, t, digit: x[t == digit].mean(axis=1),
            "One number for each image: the mean of its pixels. One for each pixel is wanted.",
        ),
        Mistake(
            lambda x, t, digit: x[t == digit].mean(),
            "One number for everything. The mean should run over the images, and keep the pixels.",
        ),
        Mistake(
            lambda x, t, digit: x[t == digit].sum(axis=0),
            "That is the sum of the images. A mean is divided by how many they are.",
        ),
        Mistake(
            lambda x, t, digit: x[digit],
            "That is one image: the one at this place. Which images have this label?",
        ),
    ],
    [
        "t == digit is True for the images that are wanted.",
        "In square brackets, such a row of True and False picks rows. Then mean takes an axis.",
        "x[t == digit].mean(axis=...), along the axis that counts images",
    ],
)
