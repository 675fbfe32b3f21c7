"""Each question of the course can be answered, and each choice has its reason."""

import pytest

from mnist_lib.exercises.questions import PREDICTIONS, QUIZZES, _read, prediction, quiz

LESSONS = sorted(int(path.stem[-2:]) for path in QUIZZES.glob("lesson_*.toml"))
NAMES = list(_read(PREDICTIONS)) if PREDICTIONS.exists() else []
ALL = [question for lesson in LESSONS for question in quiz(lesson).questions]
ALL += [question for name in NAMES for question in prediction(name).questions]


@pytest.mark.parametrize("question", ALL, ids=lambda question: question["ask"][:40])
class TestQuestion:
    def test_one_choice_is_right(self, question):
        assert [choice["right"] for choice in question["choices"]].count(True) == 1
        assert len(question["choices"]) >= 3

    def test_each_choice_has_a_reason_and_none_stands_twice(self, question):
        texts = [choice["text"] for choice in question["choices"]]
        assert len(set(texts)) == len(texts)
        assert question["ask"].endswith("?")
        for choice in question["choices"]:
            assert choice["because"].endswith((".", "?"))
            assert set(choice) == {"text", "right", "because"}

    def test_code_is_closed(self, question):
        for text in (question["ask"], *(c[k] for c in question["choices"] for k in c)):
            assert str(text).count("`") % 2 == 0


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_quiz_has_four_or_five_questions(lesson):
    assert 4 <= len(quiz(lesson).questions) <= 5
