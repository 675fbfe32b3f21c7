"""The page for teachers tells of every exercise, in the order of the lessons."""

import re
from pathlib import Path

import mnist_lib.exercises
from mnist_lib.exercises import Exercise
from mnist_lib.exercises.overview import by_lesson

PAGE = Path(__file__).resolve().parents[2] / "docs" / "teaching.md"


def test_each_exercise_stands_in_the_table_of_its_lesson():
    exercises = map(mnist_lib.exercises.__dict__.get, mnist_lib.exercises.__all__)
    lessons = by_lesson(e for e in exercises if isinstance(e, Exercise))
    text = PAGE.read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d\d) \| `(\w+)` \| [^|]+ \|$", text, re.MULTILINE)
    assert sorted(told) == sorted(
        (f"{lesson:02}", name) for lesson, names in lessons.items() for name in names
    )
