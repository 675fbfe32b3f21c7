"""Each exercise of the course: its solution is right, and each mistake gets its own sentence."""

import numpy as np
import pytest

import mnist_lib.exercises
from mnist_lib.exercises import Exercise
from mnist_lib.exercises.exercise import has_gap

EXERCISES = [
    exercise
    for exercise in map(mnist_lib.exercises.__dict__.get, mnist_lib.exercises.__all__)
    if isinstance(exercise, Exercise)
]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)


@pytest.fixture(autouse=True)
def nothing_is_noted(monkeypatch):
    monkeypatch.setenv("MNIST_LIB_PROGRESS", "")


def made(code: str, exercise: Exercise, folder):
    """Run code as a notebook's cell would, and return the function that it makes."""
    path = folder / "cell.py"
    path.write_text(code, encoding="utf-8")
    names = {"np": np}
    exec(compile(code, path, "exec"), names)
    return names[exercise.function]


@each
def test_it_is_found_by_its_name(exercise):
    assert getattr(mnist_lib.exercises, exercise.name) is exercise


@each
def test_the_solution_is_right(exercise, tmp_path):
    assert repr(exercise.check(exercise.right)) == "Right."
    assert "gap" not in exercise.solution()
    shown = made(exercise.solution(), exercise, tmp_path)
    assert repr(exercise.check(shown)) == "Right.", "what is shown is what is right"


@each
def test_what_the_learner_gets_is_not_attempted(exercise, tmp_path):
    stub = made(exercise.stub, exercise, tmp_path)
    assert has_gap(stub)
    assert exercise.check(stub).state == "Not attempted"
    assert exercise.function in exercise.check(stub).text


@pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=[f"{e.name}-{m.says[:30]}" for e, m in MISTAKES]
)
def test_each_mistake_gets_its_own_sentence(exercise, mistake):
    note = exercise.check(mistake.answer)
    assert (note.state, note.text) == ("Not yet", mistake.says)


@each
def test_the_sentences_are_sentences_and_the_hints_three(exercise):
    assert all(mistake.says.endswith((".", "?")) for mistake in exercise.mistakes)
    assert len({mistake.says for mistake in exercise.mistakes}) == len(exercise.mistakes) >= 2
    assert len(exercise.hints) == 3


@each
def test_what_is_never_right(exercise):
    count = len(exercise.cases[0])
    for value in (None, 0, float("nan"), "", [], ()):
        note = exercise.check(lambda *_, value=value: value)
        assert note.state == "Not yet", value
    assert "argument" in exercise.check(lambda: 0).text or count == 0
