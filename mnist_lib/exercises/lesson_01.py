"""Exercises of lesson 01, loading."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(1)


def _in_bytes(*numbers):
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def count(header):  # how many images a file holds, from the 16 bytes that it begins with
    return int.from_bytes(header[4:8], "big")  # gap: return ...


count_in_a_header = Exercise(
    "count_in_a_header",
    count,
    [
        (_in_bytes(2051, 60_000, 28, 28),),
        (_in_bytes(2051, 10_000, 28, 28),),
        (_in_bytes(2051, 16_909_060, 28, 28),),
    ],
    [
        Mistake(
            lambda header: int.from_bytes(header[4:8], "little"),
            "The right four bytes, read from the wrong end. In this file the first of the four "
            "weighs most.",
        ),
        Mistake(
            lambda header: int.from_bytes(header[:4], "big"),
            "2051 is the mark that says what kind of file this is. The count comes next.",
        ),
        Mistake(
            lambda header: int.from_bytes(header[8:12], "big"),
            "28 is how many rows an image has. The count stands before it.",
        ),
        Mistake(
            lambda header: int.from_bytes(header[4:7], "big"),
            "These are three bytes. A slice stops before its end, and the number is four long.",
        ),
    ],
    [
        "The header holds four numbers of four bytes each. The count is the second of them.",
        "int.from_bytes takes some bytes and which end comes first: 'big' or 'little'.",
        "int.from_bytes(header[4:8], ...), with the order in which the largest byte comes first",
    ],
)


def as_text(image):  # "#" for each pixel with ink, "." for each without, and one line per row
    lines = []
    for row in image:
        line = "".join("#" if pixel > 0 else "." for pixel in row)  # gap: line = ...
        lines.append(line)
    return "\n".join(lines)  # gap: return ...


def _on_one_line(image):
    return "".join("#" if pixel > 0 else "." for row in image for pixel in row)


def _exchanged(image):
    return "\n".join("".join("." if pixel > 0 else "#" for pixel in row) for row in image)


def _columns_as_lines(image):
    return as_text(image.T)


def _full_ink_only(image):
    return "\n".join("".join("#" if pixel == 255 else "." for pixel in row) for row in image)


def _dark_ink_only(image):
    return "\n".join("".join("#" if pixel > 127 else "." for pixel in row) for row in image)


image_as_text = Exercise(
    "image_as_text",
    as_text,
    [
        (np.array([[0, 255, 0], [9, 255, 0], [0, 200, 1]], np.uint8),),
        ((rng.integers(0, 256, (28, 28)) * (rng.random((28, 28)) < 0.4)).astype(np.uint8),),
        (np.array([[0, 0, 0, 130], [3, 0, 0, 255]], np.uint8),),
    ],
    [
        Mistake(_on_one_line, "All rows follow each other on one line. Each wants its own."),
        Mistake(_exchanged, "Ink and paper are exchanged: 0 is a pixel without ink."),
        Mistake(_columns_as_lines, "Each line is a column of the image. It should be a row."),
        Mistake(
            _full_ink_only,
            "Only the pixels of 255 became #. At the edge of a stroke the ink is fainter, and "
            "counts as well.",
        ),
        Mistake(
            _dark_ink_only,
            "Faint ink is missing. Every pixel that is not 0 has ink.",
        ),
    ],
    [
        "A loop over an image gives its rows, and a loop over a row gives its pixels.",
        "join makes one text of many: of a row's characters, and of the lines, with \\n between.",
        '"".join("#" if pixel > 0 else "." for pixel in row), then "\\n".join(lines)',
    ],
)


def label(data, n):  # the label of image n, from the bytes of a file of labels
    return data[8 + n]  # gap: return ...


_LABELS = _in_bytes(2049, 30) + bytes((7 * n + n // 10 + 5) % 10 for n in range(30))

label_in_the_bytes = Exercise(
    "label_in_the_bytes",
    label,
    [(_LABELS, 0), (_LABELS, 3), (_LABELS, 12), (_LABELS, 21)],
    [
        Mistake(
            lambda data, n: data[n],
            "This counts from the beginning of the file, where the header stands.",
        ),
        Mistake(
            lambda data, n: data[16 + n],
            "16 is the header of the file of images. That of the labels is shorter: it has no "
            "rows and columns.",
        ),
        Mistake(
            lambda data, n: data[7 + n],
            "One too early. Image 0 is the first, and its label comes right behind the header.",
        ),
        Mistake(
            lambda data, n: data[9 + n],
            "One too late. Bytes are counted from 0, so the first behind a header of 8 is byte 8.",
        ),
    ],
    [
        "The header of a file of labels is two numbers long, of four bytes each.",
        "One byte of a bytes object, picked with square brackets, is a number already.",
        "data[... + n], with the length of the header",
    ],
)


def scale(image):  # bytes from 0 to 255, to float32 from 0 to 1
    return image.astype(np.float32) / 255  # gap: return ...


pixels_from_0_to_1 = Exercise(
    "pixels_from_0_to_1",
    scale,
    [
        (np.array([[0, 51, 255], [102, 1, 254]], np.uint8),),
        (rng.integers(0, 200, (28, 28)).astype(np.uint8),),
    ],
    [
        Mistake(
            lambda image: image // 255,
            "Whole numbers only: all but the brightest pixels have become 0, and the image is "
            "black.",
        ),
        Mistake(
            lambda image: image.astype(np.float32) // 255,
            "The floats are there, but // throws away what stands behind the point.",
        ),
        Mistake(
            lambda image: image.astype(np.float32) / 256,
            "The brightest pixel should become 1. A byte has 256 values, and the largest is one "
            "less.",
        ),
        Mistake(
            lambda image: image / image.max(),
            "Each image is divided by its own largest pixel, so a pale one comes out as bright "
            "as the others. Divide by the largest that a byte can be.",
        ),
        Mistake(
            lambda image: image.astype(np.float32),
            "The type is right, and the values still go up to 255.",
        ),
    ],
    [
        "255 should become 1, and 0 should stay 0.",
        "astype gives the same numbers in another type. One / does the rest.",
        "image.astype(np.float32) / ...",
    ],
)


def one_hot(t):  # N digits, to (N, 10) floats: a 1 in the digit's column, 0 in the others
    return np.eye(10)[t]  # gap: return ...


def _every_column(t):
    rows = np.zeros((len(t), 10))
    rows[:, t] = 1
    return rows


one_hot_rows = Exercise(
    "one_hot_rows",
    one_hot,
    [
        (np.array([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]),),
        (np.array([7, 2, 1]),),
        (np.array([0, 6, 6, 8]),),
    ],
    [
        Mistake(
            lambda t: np.eye(10)[:, t],
            "Each digit has become a column. It should be a row.",
        ),
        Mistake(
            lambda t: np.eye(10)[:, ::-1][t],
            "The ten places run backward. The 1 of a zero belongs in the first column.",
        ),
        Mistake(
            lambda t: np.eye(10)[t - 1],
            "Each 1 is one column too far to the left, and that of a zero is in the last. The "
            "digits begin at 0, and so do the columns.",
        ),
        Mistake(
            _every_column,
            "Each row has a 1 for every digit of the batch. Only its own belongs in it.",
        ),
    ],
    [
        "There are only ten different rows: one for each digit.",
        "np.eye(10) holds these ten, one below the other. Pick a row for each label.",
        "np.eye(10)[...], with the labels in the brackets",
    ],
)
