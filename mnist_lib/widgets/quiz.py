"""Questions with choices, each of which has its reason; answering them needs no kernel.

``quiz.js`` is a question in the page, ``quiz.css`` is how it looks.
"""

import html
import re
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from mnist_lib.language import said, words

HERE = Path(__file__).parent


class Quiz(anywidget.AnyWidget):
    """One question or more.

    Parameters
    ----------
    questions : list of dict
        Each has ``ask``, a text, and ``choices``, a list of dicts with ``text``, ``right``
        (whether it is the right one) and ``because``. What stands between backticks is code.
    """

    _esm = HERE / "quiz.js"
    _css = HERE / "quiz.css"
    questions = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, questions: list[dict[str, Any]]) -> None:
        super().__init__(questions=list(map(_said, questions)), words=words(HERE / "quiz.js"))

    def __repr__(self) -> str:
        return "\n".join(
            line
            for question in self.questions
            for line in [question["ask"], *(f"  ( ) {c['text']}" for c in question["choices"])]
        )

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/plain": repr(self), "text/html": self._to_html()}, metadata

    def _to_html(self) -> str:
        """Return the questions for pages that run nothing, each with its answer folded away."""
        return "".join(map(_question_to_html, self.questions))


def _said(question: dict[str, Any]) -> dict[str, Any]:
    choices = [
        choice | {"text": said(choice["text"]), "because": said(choice["because"])}
        for choice in question["choices"]
    ]
    return question | {"ask": said(question["ask"]), "choices": choices}


def _question_to_html(question: dict[str, Any]) -> str:
    choices, reasons = "", ""
    for choice in question["choices"]:
        text, because = _to_html(choice["text"]), _to_html(choice["because"])
        choices += f"<li>{text}</li>"
        reasons += f"<li>{text}: {said('right' if choice['right'] else 'no')}. {because}</li>"
    return (
        f"<p><strong>{_to_html(question['ask'])}</strong></p><ul>{choices}</ul>"
        f"<details><summary>{said('Answer')}</summary><ul>{reasons}</ul></details>"
    )


def _to_html(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text))
