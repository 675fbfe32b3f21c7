"""The page for teachers tells of every exercise, beside the lesson that has it."""

import re

from mnist_lib.exercises.overview import by_lesson
from tests.conftest import PROJECT

from .test_bank import EXERCISES


def test_each_exercise_stands_in_the_table_of_its_lesson():
    text = (PROJECT / "docs" / "teaching.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d\d) \| `(\w+)` \| [^|]+ \|$", text, re.MULTILINE)
    assert sorted(told) == sorted(
        (f"{lesson:02}", name) for lesson, names in by_lesson(EXERCISES).items() for name in names
    )
