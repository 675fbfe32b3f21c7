"""Say in one sentence where an answer differs from the right one."""

import numpy as np

from mnist_lib.checks import kind_of

INTEGERS, FLOATS = "biu", "f"
TOLERANCE = {"rtol": 1e-4, "atol": 1e-6}


def difference(given: object, wanted: object, what: str = "Its answer") -> str:
    """Return the first difference, in words; empty if there is none that matters.

    Lists count as arrays, and any integer or float type as any other of its kind. Nothing is
    broadcast: a 0 is not an array of zeros.
    """
    if isinstance(wanted, str):
        return _text_difference(given, wanted, what)
    if isinstance(wanted, dict):
        return _dict_difference(given, wanted, what)
    if isinstance(wanted, tuple):
        return _tuple_difference(given, wanted, what)
    return _array_difference(given, wanted, what)


def _text_difference(given: object, wanted: str, what: str) -> str:
    if not isinstance(given, str):
        return f"{what} is {kind_of(given)}, where a text is expected."
    found, right = given.splitlines(), wanted.splitlines()
    if len(found) != len(right):
        return f"{what} has {_lines(found)}, where {_lines(right)} are expected."
    for number, (line, right_line) in enumerate(zip(found, right, strict=True), start=1):
        if line != right_line:
            return f"Line {number} is {line[:60]!r}, where {right_line[:60]!r} is expected."
    return "" if given.rstrip("\n") == wanted.rstrip("\n") else f"{what} ends otherwise."


def _lines(lines: list[str]) -> str:
    return "1 line" if len(lines) == 1 else f"{len(lines)} lines"


def _dict_difference(given: object, wanted: dict, what: str) -> str:
    if not isinstance(given, dict):
        return f"{what} is {kind_of(given)}, where a dict is expected."
    if given.keys() != wanted.keys():
        return f"{what} has the names {list(given)}, where {list(wanted)} are expected."
    found = (difference(given[name], wanted[name], f"{name!r}") for name in wanted)
    return next(filter(None, found), "")


def _tuple_difference(given: object, wanted: tuple, what: str) -> str:
    if isinstance(given, np.ndarray) and given.shape[:1] == (len(wanted),):
        given = list(given)
    if not isinstance(given, tuple | list) or len(given) != len(wanted):
        found = len(given) if isinstance(given, tuple | list) else f"{kind_of(given)}"
        return f"{what} is {found}, where {len(wanted)} values are expected: return a, b"
    numbers = range(1, len(wanted) + 1)
    parts = (
        difference(g, w, f"Value {n}") for n, g, w in zip(numbers, given, wanted, strict=True)
    )
    return next(filter(None, parts), "")


def _array_difference(given: object, wanted: object, what: str) -> str:
    wanted = np.asarray(wanted)
    try:
        given = np.asarray(given)
    except ValueError:
        return f"{what} is a list whose rows are not equally long."
    if given.dtype.kind not in INTEGERS + FLOATS:
        return f"{what} holds {_kind(given)}, where {_kind(wanted)} are expected."
    if given.shape != wanted.shape:
        return f"{what} has the shape {given.shape}, where {wanted.shape} is expected."
    if (given.dtype.kind in FLOATS) != (wanted.dtype.kind in FLOATS):
        return f"{what} holds {_kind(given)}, where {_kind(wanted)} are expected."
    if given.dtype.kind in INTEGERS:  # a count that is nearly right is wrong
        differs = given != wanted
    else:
        differs = ~np.isclose(given, wanted, **TOLERANCE, equal_nan=True)
    if not differs.any():
        return ""
    at = tuple(map(int, np.argwhere(differs)[0]))
    place = f" at {list(at)}" if at else ""
    found, right = (_number(array[at]) for array in (given, wanted))
    return f"{what}{place} is {found}, where {right} is expected."


def _number(value: np.generic) -> str:
    return f"{value:.6g}" if value.dtype.kind in FLOATS else str(value)


def _kind(array: np.ndarray) -> str:
    if array.dtype.kind in FLOATS:
        return "decimal numbers"
    if array.dtype.kind in INTEGERS:
        return "whole numbers"
    return {"S": "bytes", "U": "text"}.get(array.dtype.kind, f"values of type {array.dtype}")
