"""An exercise: a function to complete, what is right, and the mistakes that people make."""

import ast
import html
import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mnist_lib.course.progress import note_done
from mnist_lib.exercises.comparing import difference
from mnist_lib.exercises.running import SECONDS, Outcome, run
from mnist_lib.figures import Picture, draw_comparison
from mnist_lib.language import said

GAP = re.compile(r"^( *).*  # gap: (.*)$", re.MULTILINE)
"""A line of a solution, and behind it what the learner gets in its place."""


@dataclass(frozen=True)
class Mistake:
    """An answer that learners really give, as code, and what to say to it."""

    answer: Callable[..., Any]
    says: str


@dataclass(frozen=True)
class Note:
    """A few words for the learner, with a picture where it helps.

    Attributes
    ----------
    state : str
        "Right", "Not yet", "Not attempted", or a hint's number.
    text : str
        What there is to say.
    picture : Picture or None
        The learner's array beside the right one.
    """

    state: str
    text: str = ""
    picture: Picture | None = None

    def __repr__(self) -> str:
        return f"{said(self.state)}. {said(self.text)}".rstrip()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self.picture._repr_mimebundle_() if self.picture else ({}, {})
        picture = self.picture.to_html() if self.picture else ""
        # A screen reader speaks what has a role as soon as it is there.
        text = f"<strong>{said(self.state)}.</strong> {html.escape(said(self.text))}"
        data["text/html"] = f'<p role="status">{text}</p>{picture}'
        data["text/plain"] = repr(self)
        return data, metadata


@dataclass
class Exercise:
    """A function that a learner completes, and everything that is known about it.

    Parameters
    ----------
    name : str
        As it is imported from `mnist_lib.exercises`.
    right : callable
        The solution. A line that ends in ``# gap: code`` becomes that code for the learner.
    cases : sequence of tuple
        Arguments, on copies of which an answer is compared with the solution. They tell the
        mistakes apart.
    mistakes : sequence of Mistake
        They are known by what comes out of them, however they are written.
    hints : sequence of str
        Each tells more than the one before.
    seconds : float
        After which an answer is stopped.
    """

    name: str
    right: Callable[..., Any]
    cases: Sequence[tuple[Any, ...]]
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    seconds: float = SECONDS
    _hints_given: int = field(default=0, init=False, repr=False)

    def check(self, answer: Callable[..., Any]) -> Note:
        """Say whether an answer is right, and if not, why."""
        if not callable(answer):
            call = f"check({self.function})"
            return Note("Not yet", f"Pass the function itself: {call}, not what it returns.")
        if has_gap(answer):
            name = f"{self.function}()"  # as a name alone it could be a word of a message
            return Note("Not attempted", f"Replace each ... in {name}, and run the cell again.")
        given = [run(answer, case, self.seconds) for case in self.cases]
        wanted = [self.right(*case) for case in self.cases]
        wrong = [n for n, w in enumerate(wanted) if _says(given[n], w)]
        if not wrong:
            note_done(self.name)
            return Note("Right")
        first = wrong[0]
        for mistake in self.mistakes:
            theirs = [run(mistake.answer, case, self.seconds) for case in self.cases]
            if all(map(_same, given, theirs)):
                return Note("Not yet", mistake.says, _picture(given[first], wanted[first]))
        text = _says(given[first], wanted[first])
        return Note("Not yet", text, _picture(given[first], wanted[first]))

    def hint(self) -> Note:
        """Tell a little; each time a little more."""
        if not self.hints:
            return Note("No hint", "Look at the cells above.")
        self._hints_given = min(self._hints_given + 1, len(self.hints))
        number = self._hints_given
        return Note(f"Hint {number} of {len(self.hints)}", self.hints[number - 1])

    def solution(self) -> "Source":
        """Show how it can be done."""
        return Source(re.sub(r"  # gap: .*", "", self.source))

    @property
    def stub(self) -> str:
        """The code that the learner begins with."""
        return GAP.sub(r"\1\2", self.source)

    @property
    def function(self) -> str:
        """The name of the function to complete."""
        return self.right.__name__

    @property
    def source(self) -> str:
        """The code of the solution, with its gaps marked."""
        return textwrap.dedent(inspect.getsource(self.right)).strip()


class Source(str):
    """Code that shows as code."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre><code>{html.escape(self)}</code></pre>"


def has_gap(answer: Callable[..., Any]) -> bool:
    """Tell whether a ``...`` is left in the code of a function, other than within an index."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except (OSError, TypeError, SyntaxError):
        return False
    indices = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    kept = {id(node) for index in indices for node in ast.walk(index)}
    return any(
        isinstance(node, ast.Constant) and node.value is ... and id(node) not in kept
        for node in ast.walk(tree)
    )


def _says(given: Outcome, wanted: object) -> str:
    return given.problem or difference(given.value, wanted)


def _same(given: Outcome, theirs: Outcome) -> bool:
    if given.kind or theirs.kind:
        return given.kind == theirs.kind
    return not difference(given.value, theirs.value)


def _picture(given: Outcome, wanted: object) -> Picture | None:
    """Draw both, if they are arrays that can be drawn."""
    found = given.value
    for array in (found, wanted):
        if not (isinstance(array, np.ndarray) and array.ndim in {1, 2} and array.size):
            return None
    return draw_comparison(found, wanted) if found.dtype.kind in "biuf" else None
