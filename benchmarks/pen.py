"""Measure how well the network reads digits that were drawn with a pen.

``python -m benchmarks.pen FILE`` prepares every drawing of a file with
`mnist_lib.pen.strokes_to_image`, asks the network that comes with the package, and prints what
it read right as Markdown tables; ``--choices`` adds what becomes of it when the preparation is
another one. FILE is a ``.json`` as `mnist_lib.pen.save_drawings` writes it, or an ``.npz``
with five arrays:

=====================  ======================================================================
``points``             ``(P, 2)`` floats, x to the right and y **upwards**, in any unit
``stroke_lengths``     ``(S,)`` integers, how many points each stroke has
``strokes_per_digit``  ``(N,)`` integers, how many strokes each digit has
``labels``             ``(N,)`` integers from 0 to 9
``site``               ``(N,)`` texts, where each digit was written
=====================  ======================================================================

They are in the same order: the first digit has the first ``strokes_per_digit[0]`` strokes, which
have the first points.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mnist_lib import init_network, predict
from mnist_lib.detector import SURE, digit_probability, init_detector
from mnist_lib.pen import (
    center_of_mass,
    draw_strokes,
    fit_strokes,
    load_drawings,
    strokes_to_image,
)

Strokes = list[np.ndarray]
Prepare = Callable[[Strokes], np.ndarray]

CONFUSIONS = 10
"""How many of the commonest are printed."""


class Digits(NamedTuple):
    """Drawn digits: their strokes with y downwards, their labels, and where they come from."""

    strokes: list[Strokes]
    t: np.ndarray
    site: np.ndarray


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="Measure how well the network reads digits that were drawn with a pen."
    )
    parser.add_argument("file", type=Path, help="an .npz of strokes, or a .json of drawings")
    parser.add_argument(
        "--choices", action="store_true", help="measure other preparations, too (slow)"
    )
    arguments = parser.parse_args()
    digits = read(arguments.file)
    for line in report(digits):
        print(line)
    if arguments.choices:
        for line in report_choices(digits):
            print(line, flush=True)


def read(path: Path) -> Digits:
    """Read a file of either kind."""
    if path.suffix == ".json":
        drawings = load_drawings(path)
        return Digits(
            [list(drawing.strokes) for drawing in drawings],
            np.array([drawing.label for drawing in drawings]),
            np.array([drawing.about.partition(",")[0] for drawing in drawings]),
        )
    with np.load(path, allow_pickle=False) as found:
        points = found["points"] * np.array([1, -1])
        strokes = np.split(points, np.cumsum(found["stroke_lengths"])[:-1])
        ends = np.cumsum(found["strokes_per_digit"])
        starts = ends - found["strokes_per_digit"]
        digits = [strokes[start:end] for start, end in zip(starts, ends, strict=True)]
        return Digits(digits, found["labels"], found["site"])


def ask(digits: Digits, prepare: Prepare = strokes_to_image) -> np.ndarray:
    """Return the digit that the network reads in each drawing."""
    return predict(init_network(), images(digits, prepare)).argmax(axis=1)


def images(digits: Digits, prepare: Prepare = strokes_to_image) -> np.ndarray:
    """Return all drawings as images (N, 784)."""
    return np.array([prepare(strokes).ravel() for strokes in digits.strokes], np.float32)


def report(digits: Digits) -> Iterator[str]:
    """Yield the lines of the tables: all, by label, by site, doubts, the commonest confusions."""
    x = images(digits)
    y = predict(init_network(), x)
    read_as = y.argmax(axis=1)
    right, sure = read_as == digits.t, y.max(axis=1) >= SURE
    yield from ("| digits | how many | read right |", "|---|---|---|")
    yield _row("all", right)
    yield from (_row(f"the {label}", right[digits.t == label]) for label in np.unique(digits.t))
    yield from (_row(f"{site}", right[digits.site == site]) for site in np.unique(digits.site))
    yield from ("", "| what is said of them | of how many | share |", "|---|---|---|")
    yield _row("taken for no digit", digit_probability(init_detector(), x) < 0.5)
    yield _row("read with a probability that is called sure", sure)
    yield _row("of these, read right", right[sure])
    yield from ("", "| written | read as | how often |", "|---|---|---|")
    pairs = zip(digits.t[~right].tolist(), read_as[~right].tolist(), strict=True)
    for (written, answer), count in Counter(pairs).most_common(CONFUSIONS):
        yield f"| {written} | {answer} | {count} |"


def report_choices(digits: Digits) -> Iterator[str]:
    """Yield a table of what other preparations give."""
    yield from ("", "| preparation | how many | read right |", "|---|---|---|")
    for name, prepare in choices():
        yield _row(name, ask(digits, prepare) == digits.t)


def choices() -> Iterator[tuple[str, Prepare]]:
    """Yield preparations that differ from the library's in one thing each."""
    for pen in np.arange(1.8, 2.9, 0.2):
        yield f"pen {pen:.1f} pixels", partial(strokes_to_image, pen=pen)
    for box in range(18, 23):
        yield f"box {box} pixels", partial(strokes_to_image, box=box)
    yield "centred by the box alone", lambda strokes: draw_strokes(fit_strokes(strokes))
    yield "centre of mass at 13.5, the middle of the square", partial(_shifted, by=-0.5)
    yield "centre of mass moved by whole pixels", _by_whole_pixels


def _shifted(strokes: Strokes, by: float) -> np.ndarray:
    fitted = fit_strokes(strokes)
    missing = 14 + by - np.array(center_of_mass(draw_strokes(fitted)))
    return draw_strokes([stroke + missing for stroke in fitted])


def _by_whole_pixels(strokes: Strokes) -> np.ndarray:
    fitted = fit_strokes(strokes)
    missing = np.round(14 - np.array(center_of_mass(draw_strokes(fitted))))
    return draw_strokes([stroke + missing for stroke in fitted])


def _row(name: str, right: np.ndarray) -> str:
    return f"| {name} | {right.size:,} | {right.mean():.2%} |"


if __name__ == "__main__":
    main()
