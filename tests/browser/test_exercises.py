"""A quiz is answered by keyboard and mouse, and an exercise checked, as a learner would."""

import re

import pytest
from playwright.sync_api import expect

from mnist_lib.exercises import quiz, softmax_of_a_batch

from .accessibility import find_violations
from .notebook_page import NOTEBOOK

CELLS = [
    "import numpy as np\n\nfrom mnist_lib.exercises import quiz, softmax_of_a_batch as q1",
    "quiz(4)",
    softmax_of_a_batch.stub,
    "q1.check(softmax)",
    """
def softmax(a):
    e = np.exp(a - a.max())
    return e / e.sum()


q1.check(softmax)
""",
    "q1.hint()",
    f"{softmax_of_a_batch.solution()}\n\n\nq1.check(softmax)",
]
QUESTIONS = quiz(4).questions


@pytest.fixture
def outputs(made):
    return made.page.locator(f"{NOTEBOOK} .jp-OutputArea-output")


@pytest.fixture
def question(made):
    """The first question, as nobody has answered it."""
    form = made.page.locator(f"{NOTEBOOK} .mnist-quiz form").first
    form.evaluate("form => { form.reset(); form.querySelector('p').replaceChildren(); }")
    form.scroll_into_view_if_needed()
    return form


def places(question):
    right = [choice["right"] for choice in question["choices"]].index(True)
    return right, next(place for place in range(3) if place != right)


def test_every_question_stands_there_with_its_choices(made):
    forms = made.page.locator(f"{NOTEBOOK} .mnist-quiz form")
    expect(forms).to_have_count(len(QUESTIONS))
    for form, question in zip(forms.all(), QUESTIONS, strict=True):
        expect(form.get_by_role("group")).to_have_count(1)
        expect(form.get_by_role("radio")).to_have_count(len(question["choices"]))
        expect(form.locator("legend")).to_contain_text(question["ask"].replace("`", ""))


def test_a_question_is_answered_by_mouse(question):
    right, wrong = places(QUESTIONS[0])
    said = question.locator("p[aria-live]")
    question.get_by_role("button", name="Check").click()
    expect(said).to_have_text("Choose an answer first.")
    for place, verdict in ((wrong, "Not this one. "), (right, "Right. ")):
        choice = QUESTIONS[0]["choices"][place]
        question.get_by_role("radio").nth(place).click()
        expect(said).to_be_empty()
        question.get_by_role("button", name="Check").click()
        expect(said).to_have_text(verdict + choice["because"].replace("`", ""))


def test_arrow_keys_choose_and_do_not_answer(question):
    radios = question.get_by_role("radio")
    radios.first.press("Space")
    radios.first.press("ArrowDown")
    expect(radios.nth(1)).to_be_checked()
    expect(radios.nth(1)).to_be_focused()
    expect(question.locator("p[aria-live]")).to_be_empty()
    radios.nth(1).press("Enter")
    expect(question.locator("p[aria-live]")).to_have_text(re.compile("^(Right|Not this one)"))


def test_the_other_questions_keep_their_choices(made, question):
    forms = made.page.locator(f"{NOTEBOOK} .mnist-quiz form")
    forms.nth(1).get_by_role("radio").first.click()
    question.get_by_role("radio").first.click()
    expect(forms.nth(1).get_by_role("radio").first).to_be_checked()


def test_an_exercise_goes_from_a_gap_by_a_mistake_to_the_solution(outputs):
    statuses = outputs.get_by_role("status")
    expect(statuses).to_have_count(4)
    for status, text in zip(
        statuses.all(),
        [
            "Not attempted. Replace each",
            "Not yet. All numbers together",
            "Hint 1 of 3. ",
            "Right.",
        ],
        strict=True,
    ):
        expect(status).to_have_text(re.compile(f"^{re.escape(text)}"))
    picture = outputs.get_by_role("img", name=re.compile("^Your array, 3 x 10"))
    expect(picture).to_be_visible()


def test_nothing_keeps_a_reader_from_them(made):
    with made.whole():
        violations = find_violations(made.page)
    assert not violations, "\n\n".join(violations)
