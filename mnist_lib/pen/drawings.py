"""Keep drawn digits in a JSON file: what the pen drew, which digit it is, and who drew it.

A person can read and edit the file, which has one line for each drawing. Its content is checked
when it is read, and it is only ever replaced as a whole.
"""

import json
import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from mnist_lib.checks import CLASSES, PIXELS, check_type, kind_of
from mnist_lib.pen.strokes import check_strokes, strokes_to_image
from mnist_lib.storage import display_name, open_file, write_whole

SHIPPED = Path(__file__).parent / "drawings.json"
FORMAT = "mnist_lib drawings, version 1: strokes are lists of [x, y], y downwards, in any unit"
MOST_BYTES = 10_000_000
DIGITS_KEPT = 4


@dataclass(frozen=True, eq=False)
class Drawing:
    """One drawn digit; a ValueError if one of its parts is something else.

    Parameters
    ----------
    label : int
        Which digit it is, 0..9.
    strokes : iterable of array_like, each (n, 2)
        As for `strokes_to_image`. Kept as read-only float64 copies, without the empty strokes.
    about : str
        Anything else: who drew it, with what.
    """

    label: int
    strokes: tuple[NDArray[np.float64], ...]
    about: str = ""

    def __post_init__(self) -> None:
        strokes = tuple(check_strokes(self.strokes))
        for stroke in strokes:
            stroke.flags.writeable = False
        # Not even a frozen dataclass itself can set its fields by assignment.
        object.__setattr__(self, "strokes", strokes)
        object.__setattr__(self, "label", _check_label(self.label))
        try:
            self.about.encode()
        except (AttributeError, UnicodeEncodeError) as error:
            raise ValueError(
                f"The note about it is {kind_of(self.about)} that cannot be saved, where "
                "a text is expected."
            ) from error


def save_drawings(path: str | Path, drawings: Iterable[Drawing]) -> None:
    """Write drawings to a JSON file, one per line.

    Coordinates are rounded to about a thousandth of the drawing's size, less than the eye or
    the network notices.

    Parameters
    ----------
    path : str or Path
        Missing folders are created. An existing file is replaced only when the new one is
        complete.
    drawings : iterable of Drawing
        In the order that they should have.

    Raises
    ------
    TypeError, ValueError, OSError
        If one of them is not a `Drawing`, or the file would be too large to be read or cannot be
        written.
    """
    check_type("The path", path, (str, Path), "the path of a file, as text or a Path,")
    body = ",\n".join(map(_to_line, check_drawings(drawings)))
    content = f'{{"format": {json.dumps(FORMAT)}, "drawings": [\n{body}\n]}}\n'.encode()
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"The drawings take {len(content):,} bytes, and at most {MOST_BYTES:,} can be read. "
            "Save them in several files. Nothing was written."
        )
    try:
        write_whole(Path(path), content)
    except (OSError, ValueError) as error:
        raise OSError(
            f"{display_name(path)} was not written ({str(error)[:200]}). Pass the path of a file "
            "in a folder that you can write to."
        ) from error


def load_drawings(path: str | Path | None = None) -> list[Drawing]:
    """Read drawings from a JSON file.

    Parameters
    ----------
    path : str or Path, optional
        A file as `save_drawings` writes it. By default, the drawings that come with the course.

    Returns
    -------
    list of Drawing
        In the order of the file.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or it holds anything else.
    """
    path = SHIPPED if path is None else path
    with open_file(path, "load_drawings reads what save_drawings has written.") as file:
        content = file.read(MOST_BYTES + 1)
    try:
        return [_read(number, found) for number, found in enumerate(_parse(content), start=1)]
    except ValueError as error:
        raise ValueError(f"{display_name(path)} was not read: {error}") from error


def to_arrays(drawings: Iterable[Drawing]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Prepare any number of drawings as MNIST's digits were, for the network.

    Returns
    -------
    x, t : numpy.ndarray
        Images ``(N, 784)`` float32, 0..1, as `mnist_lib.dataset.load_mnist` gives them, and labels
        ``(N,)`` uint8.
    """
    drawings = check_drawings(drawings)
    x = np.empty((len(drawings), PIXELS), np.float32)
    for row, drawing in zip(x, drawings, strict=True):
        row[:] = strokes_to_image(drawing.strokes).ravel()
    return x, np.array([drawing.label for drawing in drawings], np.uint8)


def check_drawings(drawings: Iterable[Drawing]) -> list[Drawing]:
    """Return a list of them; a TypeError if one is anything else."""
    check_type("drawings", drawings, Iterable, "a list of Drawing")
    drawings = list(drawings)
    for number, drawing in enumerate(drawings, start=1):
        check_type(f"Number {number}", drawing, Drawing, "a Drawing(label, strokes)")
    return drawings


def _check_label(label: Any) -> int:  # noqa: ANN401
    try:
        digit = operator.index(label)
    except TypeError:
        digit = -1
    if not 0 <= digit < CLASSES or isinstance(label, bool | np.bool):
        raise ValueError(
            f"The label is {str(label)[:20]!r}, where an integer from 0 to 9 is expected."
        )
    return digit


def _to_line(drawing: Drawing) -> str:
    decimals = _decimals(drawing)
    strokes = [
        [[_rounded(number, decimals) for number in point] for point in stroke.tolist()]
        for stroke in drawing.strokes
    ]
    entry = {"label": drawing.label, "about": drawing.about, "strokes": strokes}
    return json.dumps(entry, ensure_ascii=False)


def _decimals(drawing: Drawing) -> int:
    """Return how many decimals distinguish what is a thousandth of the drawing's size apart."""
    points = np.concatenate(drawing.strokes)
    size = float(np.ptp(points, axis=0).max())
    return DIGITS_KEPT - math.ceil(math.log10(size)) if size else DIGITS_KEPT


def _rounded(number: float, decimals: int) -> float:
    rounded = round(number, decimals)
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _parse(content: bytes) -> list[Any]:
    """Return the list of drawings in a file, not yet checked."""
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"it has more than {MOST_BYTES:,} bytes, the limit for a file of drawings."
        )
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"it is not a complete JSON file ({str(error)[:100]}). Correct it, or save the "
            "drawings again with save_drawings."
        ) from error
    if (
        not isinstance(found, dict)
        or found.get("format") != FORMAT
        or not isinstance(found.get("drawings"), list)
    ):
        raise ValueError(f'it is not {{"format": "{FORMAT}", "drawings": […]}}.')
    return found["drawings"]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _read(number: int, found: Any) -> Drawing:  # noqa: ANN401
    if not isinstance(found, dict) or not {"label", "strokes"} <= found.keys():
        raise ValueError(
            f'drawing {number} is not {{"label": …, "strokes": […]}}, with or without "about".'
        )
    try:
        return Drawing(found["label"], found["strokes"], found.get("about", ""))
    except ValueError as error:
        raise ValueError(f"drawing {number}: {error}") from error
