"""A small set of digits of one's own: what the pen drew, which digit it is, and whose.

They are kept in a JSON file that a person can read and mend, one drawing a line. What a file
holds is checked before it is believed, and a file is only ever replaced as a whole.
"""

import json
import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_lib.pen.strokes import strokes_to_image
from mnist_lib.storage import write_whole

__all__ = ["SHIPPED", "Drawing", "DrawingError", "load_drawings", "save_drawings", "to_arrays"]

SHIPPED = Path(__file__).parent / "drawings.json"
FORMAT = "mnist_lib drawings, version 1: strokes are lists of [x, y], y downwards, in any unit"
_LARGEST = 10_000_000
_DIGITS_KEPT = 4


class DrawingError(ValueError):
    """A drawing, or a file of drawings, that is not what it should be."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """One drawn digit.

    Parameters
    ----------
    label : int
        Which digit it is, 0..9.
    strokes : iterable of array_like, each (n, 2)
        Points ``(x, y)`` from one pen-down to the next pen-up, x to the right and y down, in
        any unit. At least one point in all.
    about : str
        What else there is to say: who drew it, how.

    Attributes
    ----------
    strokes : tuple of numpy.ndarray, each (n, 2)
        float64 copies that can't be written to, without strokes that hold no point.

    Raises
    ------
    DrawingError
        If one of the three is something else.
    """

    label: int
    strokes: tuple[NDArray[np.float64], ...]
    about: str = ""

    def __post_init__(self) -> None:
        # A frozen dataclass lets nobody set its fields, not even itself.
        object.__setattr__(self, "label", _check_label(self.label))
        object.__setattr__(self, "strokes", _check_strokes(self.strokes))
        if not isinstance(self.about, str):
            raise DrawingError(
                f"The note about it is a {type(self.about).__name__}, where a text is expected."
            )


def save_drawings(path: str | Path, drawings: Iterable[Drawing]) -> None:
    """Write drawings to a JSON file, one a line.

    Coordinates are rounded to about a thousandth of the drawing's size, far less than the eye
    or the network can tell.

    Parameters
    ----------
    path : str or Path
        Its folder is made where it is missing. A file that is there already is replaced only
        when the new one is complete.
    drawings : iterable of Drawing
        In the order that they shall have.

    Raises
    ------
    DrawingError
        If something among them is no `Drawing`, or the file would be too large to be read
        again.
    OSError
        If the file can't be written.
    """
    lines = []
    for number, drawing in enumerate(drawings, start=1):
        if not isinstance(drawing, Drawing):
            raise DrawingError(
                f"Number {number} is a {type(drawing).__name__}, where a Drawing is expected: "
                "Drawing(label, strokes). Nothing was written."
            )
        lines.append(_to_line(drawing))
    # The same layout whatever the drawings are, so that a changed drawing is a changed line.
    body = ",\n".join(lines)
    content = f'{{"format": {json.dumps(FORMAT)}, "drawings": [\n{body}\n]}}\n'.encode()
    if len(content) > _LARGEST:
        raise DrawingError(
            f"The drawings take {len(content):,} bytes, and at most {_LARGEST:,} are read again. "
            "Save them in several files. Nothing was written."
        )
    write_whole(Path(path), content)


def load_drawings(path: str | Path | None = None) -> list[Drawing]:
    """Read drawings from a JSON file.

    Parameters
    ----------
    path : str or Path, optional
        A file in the form in which `save_drawings` writes it. Without a path: the drawings
        that come with this package.

    Returns
    -------
    list of Drawing
        In the order of the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    DrawingError
        If the file holds anything else. The sentence names the file, and the drawing at fault.
    """
    path = Path(SHIPPED if path is None else path)
    if not path.exists():
        raise FileNotFoundError(
            f"There is no file {path}. save_drawings writes one; without a path, load_drawings "
            "reads the drawings that come with the course."
        )
    with path.open("rb") as file:
        # However much more there is, no more than this comes into memory.
        content = file.read(_LARGEST + 1)
    try:
        return [_read(number, found) for number, found in enumerate(_parse(content), start=1)]
    except DrawingError as error:
        raise DrawingError(f"{path} was not read: {error}") from error


def to_arrays(drawings: Iterable[Drawing]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Prepare drawings as MNIST was, for the network.

    Parameters
    ----------
    drawings : iterable of Drawing
        Any number of them.

    Returns
    -------
    x : numpy.ndarray
        ``(N, 784)`` float32, 0..1, as `mnist_lib.dataset.load_mnist` gives images.
    t : numpy.ndarray
        ``(N,)`` uint8, the labels.
    """
    drawings = list(drawings)
    x = np.empty((len(drawings), 784), np.float32)
    for row, drawing in zip(x, drawings, strict=True):
        row[:] = strokes_to_image(drawing.strokes).ravel()
    return x, np.array([drawing.label for drawing in drawings], np.uint8)


def _check_label(label: Any) -> int:  # noqa: ANN401
    try:
        digit = operator.index(label)
    except TypeError:
        digit = -1
    if not 0 <= digit <= 9 or isinstance(label, bool | np.bool):
        raise DrawingError(f"The label is {str(label)[:20]!r}, where a digit from 0 to 9 is due.")
    return digit


def _check_strokes(strokes: Any) -> tuple[NDArray[np.float64], ...]:  # noqa: ANN401
    if isinstance(strokes, str | dict) or not isinstance(strokes, Iterable):
        raise DrawingError(
            f"The strokes are a {type(strokes).__name__}, where a list of strokes is expected."
        )
    arrays = [_check_stroke(number, stroke) for number, stroke in enumerate(strokes, start=1)]
    arrays = [array for array in arrays if len(array)]
    if not arrays:
        raise DrawingError("There is no stroke with a point in it. Draw something first.")
    return tuple(arrays)


def _check_stroke(number: int, stroke: ArrayLike) -> NDArray[np.float64]:
    try:
        found = np.array(stroke)
    except ValueError:
        found = np.array("ragged")
    if found.size == 0:
        return np.empty((0, 2))
    # NumPy would turn texts into numbers without a word.
    if found.dtype.kind not in "iuf" or found.ndim != 2 or found.shape[1] != 2:
        raise DrawingError(
            f"Stroke {number} is no list of points: each point is two numbers, [x, y]."
        )
    points = found.astype(np.float64)
    if not np.isfinite(points).all():
        raise DrawingError(
            f"Stroke {number} holds a nan or an inf. Every coordinate must be a number."
        )
    points.flags.writeable = False
    return points


def _to_line(drawing: Drawing) -> str:
    decimals = _decimals(drawing)
    strokes = [
        [[_short(number, decimals) for number in point] for point in stroke.tolist()]
        for stroke in drawing.strokes
    ]
    entry = {"label": drawing.label, "about": drawing.about, "strokes": strokes}
    return json.dumps(entry, ensure_ascii=False)


def _decimals(drawing: Drawing) -> int:
    """Return how many decimals tell apart what is a thousandth of the drawing away."""
    points = np.concatenate(drawing.strokes)
    # Halves, since two points may lie as far apart as numbers reach.
    half = float((points.max(axis=0) / 2 - points.min(axis=0) / 2).max())
    return _DIGITS_KEPT - math.ceil(math.log10(half) + math.log10(2)) if half else _DIGITS_KEPT


def _short(number: float, decimals: int) -> float:
    # Where numbers end, rounding could leave their range.
    rounded = round(number, decimals) if abs(decimals) < 100 else number
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _parse(content: bytes) -> list[Any]:
    """Return the list of drawings, none of which is checked yet."""
    if len(content) > _LARGEST:
        raise DrawingError(
            f"it has more than {_LARGEST:,} bytes, and a set of drawings has far fewer."
        )
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        # Lists nested by the thousand are no reason to print them.
        problem = "too deeply nested" if isinstance(error, RecursionError) else error
        raise DrawingError(
            f"it is no whole JSON file ({problem}). Mend it, or save the drawings again with "
            "save_drawings."
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("drawings"), list):
        raise DrawingError(
            'it holds no list of drawings. {"format": …, "drawings": […]} is expected, as '
            "save_drawings writes it."
        )
    if found.get("format") != FORMAT:
        raise DrawingError(
            f'its "format" is {str(found.get("format"))[:100]!r}, where {FORMAT!r} is expected.'
        )
    return found["drawings"]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _read(number: int, found: Any) -> Drawing:  # noqa: ANN401
    if not isinstance(found, dict) or not {"label", "strokes"} <= found.keys():
        raise DrawingError(
            f'drawing {number} is not {{"label": …, "strokes": […]}}, with or without "about".'
        )
    label = found["label"]
    try:
        return Drawing(label, found["strokes"], found.get("about", ""))
    except DrawingError as error:
        named = f" (a {label})" if label in range(10) else ""
        raise DrawingError(f"drawing {number}{named}: {error}") from error
