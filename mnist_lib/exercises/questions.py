"""The questions of the course: a quiz at the end of each lesson, and predictions within it."""

import tomllib
from pathlib import Path
from typing import Any

from mnist_lib.widgets import Quiz

QUIZZES = Path(__file__).parent / "quizzes"
PREDICTIONS = QUIZZES / "predictions.toml"


def quiz(lesson: int) -> Quiz:
    """Ask the questions at the end of a lesson, by its number."""
    return Quiz(_read(QUIZZES / f"lesson_{lesson:02}.toml")["questions"])


def prediction(name: str) -> Quiz:
    """Ask what the next cell will show."""
    return Quiz([_read(PREDICTIONS)[name]])


def _read(path: Path) -> dict[str, Any]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    questions = content.get("questions", content.values())
    for question in questions:
        for choice in question["choices"]:
            choice.setdefault("right", False)
    return content
