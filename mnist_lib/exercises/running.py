"""Run a learner's function on copies, for a limited time, and note whatever it does."""

import contextlib
import inspect
import io
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from mnist_lib.checks import kind_of

SECONDS = 5.0


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a value, or a sentence about what went wrong and its kind."""

    value: object = None
    problem: str = ""
    kind: str = ""


class _TooLongError(BaseException):
    """Not an Exception: a learner's own ``except Exception`` must not catch it."""


def run(answer: Callable[..., Any], case: tuple[Any, ...], seconds: float = SECONDS) -> Outcome:
    """Call a function with copies of the arguments of a case."""
    problem = _wrong_arguments(answer, case)
    if problem:
        return Outcome(problem=problem, kind="arguments")
    mine = [copied(argument) for argument in case]
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), _limited(seconds), np.errstate(all="ignore"):
            value = answer(*mine)
    except _TooLongError:
        problem = (
            f"It was still running after {seconds:g} seconds and was stopped. Is there a loop "
            "that never ends?"
        )
        return Outcome(problem=problem, kind="too long")
    except Exception as error:  # noqa: BLE001 - a learner's code may raise anything
        name, text = type(error).__name__, str(error)[:200]
        return Outcome(problem=f"With {described(case)} it raises {name}: {text}", kind=name)
    finally:
        # What a learner prints to find a mistake is shown.
        print(printed.getvalue(), end="")  # noqa: T201
    if not all(_equal(before, after) for before, after in zip(case, mine, strict=True)):
        return Outcome(problem=_CHANGED, kind="changed")
    if value is None:
        return Outcome(problem=_PRINTED if printed.getvalue() else _NOTHING, kind="none")
    return Outcome(value)


_CHANGED = "It changes what it is given. Make a new array: a = a - 1, and not a -= 1."
_PRINTED = "It prints its answer and gives back None. Write return in place of print."
_NOTHING = "It gives back None. Is there a return, with the answer behind it?"


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise an error at the next line of Python when the time is over.

    A trace needs neither a signal nor a thread, which a browser's tab has not.
    """
    end = time.monotonic() + seconds
    before = sys.gettrace()

    def look(_frame: FrameType, _event: str, _argument: object) -> Callable[..., Any]:
        if time.monotonic() > end:
            raise _TooLongError
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)


def _wrong_arguments(answer: Callable[..., Any], case: tuple[Any, ...]) -> str:
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*case)
    except TypeError:
        wanted = "1 argument" if len(case) == 1 else f"{len(case)} arguments"
        return f"It takes {signature}, and it is called with {wanted}: {described(case)}."
    return ""


def copied(argument: object) -> Any:  # noqa: ANN401
    """Return a copy of an array, or of a dict or a list with all that it holds."""
    if isinstance(argument, np.ndarray):
        return argument.copy()
    if isinstance(argument, dict):
        return {name: copied(value) for name, value in argument.items()}
    if isinstance(argument, list):
        return [copied(value) for value in argument]
    return argument


def _equal(before: object, after: object) -> bool:
    if isinstance(before, np.ndarray):
        same = before.shape == after.shape and before.dtype == after.dtype
        return same and before.tobytes() == after.tobytes()
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_equal(before[k], after[k]) for k in before)
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_equal, before, after))
    return before is after


def described(case: tuple[Any, ...]) -> str:
    """Say what a function was called with, in a few words."""
    return ", ".join(map(_described, case)) or "nothing"


def _described(argument: object) -> str:
    if isinstance(argument, np.ndarray):
        return f"an array of shape {argument.shape}"
    if isinstance(argument, dict):
        return f"a dict of {', '.join(argument)}"
    if isinstance(argument, bytes):
        return f"{len(argument)} bytes"
    if callable(argument) and hasattr(argument, "__name__"):
        return argument.__name__
    text = repr(argument)
    return text if len(text) <= 60 else f"{kind_of(argument)}"
