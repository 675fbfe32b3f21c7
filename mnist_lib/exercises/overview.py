"""Which exercises there are in each lesson, and which of them were done."""

import re
from collections.abc import Iterable

from mnist_lib.course.progress import done
from mnist_lib.exercises.exercise import Exercise, Source
from mnist_lib.language import said


def by_lesson(exercises: Iterable[Exercise]) -> dict[int, list[str]]:
    """Return the names of the exercises of each lesson, by its number."""
    lessons: dict[int, list[str]] = {}
    for exercise in exercises:
        number = int(re.search(r"lesson_(\d+)", exercise.right.__module__)[1])
        lessons.setdefault(number, []).append(exercise.name)
    return dict(sorted(lessons.items()))


def overview(exercises: Iterable[Exercise]) -> Source:
    """Return a line for each lesson: a mark for each exercise, and how many were done."""
    known = done()
    lines = []
    for lesson, names in by_lesson(exercises).items():
        marks = ["x" if name in known else "." for name in names]
        lines.append(
            f"lesson {lesson:02}  {' '.join(marks):12} {marks.count('x')} of {len(names)}"
        )
    return Source(said("\n".join(lines)))
