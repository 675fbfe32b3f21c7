"""The Korean lessons, run in JupyterLab, and a pad, an exercise and a quiz in Korean."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mnist_lib.exercises import softmax_of_a_batch
from tests.conftest import PROJECT

from .accessibility import find_violations
from .notebook_page import NOTEBOOK, open_notebook
from .test_notebooks import SCREENSHOTS, VARIES, code_of, text_of

LESSONS = sorted(path.name for path in (PROJECT / "notebooks" / "ko").glob("*.ipynb"))
HANGUL = re.compile("[가-힣]")
CELLS = [
    """
import mnist_lib.korean
from mnist_lib import init_network
from mnist_lib.exercises import quiz, softmax_of_a_batch as q1
from mnist_lib.pen import load_drawings
from mnist_lib.widgets import DrawingPad
""",
    "DrawingPad(init_network(), examples=load_drawings())",
    "quiz(4)",
    f"{softmax_of_a_batch.stub}\n\n\nq1.check(softmax)",
    "q1.hint()",
]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda name: Path(name).stem)
def test_a_lesson_runs_and_shows_what_is_stored(browser, lab, lesson):
    stored = json.loads((PROJECT / "notebooks" / "ko" / lesson).read_text(encoding="utf-8"))
    with open_notebook(browser, lab, f"ko/{lesson}") as notebook:
        notebook.run_all()
        notebook.save()
        for expected, cell in zip(code_of(stored), code_of(notebook.stored()), strict=True):
            assert "error" not in {output["output_type"] for output in cell["outputs"]}
            if VARIES not in expected["metadata"].get("tags", []):
                assert text_of(cell) == text_of(expected), cell["source"]
        assert notebook.spills(700) == []
        notebook.screenshot(SCREENSHOTS / f"ko_{Path(lesson).stem}.png")
        assert notebook.problems == []


def test_the_pad_speaks_korean(made):
    pad = made.page.locator(f"{NOTEBOOK} .mnist-control").first
    expect(pad.locator("p[role=status]").last).to_have_text(HANGUL)
    buttons = pad.get_by_role("button").all_text_contents()
    assert len(buttons) == 4
    assert all(HANGUL.search(text) for text in buttons)
    box = pad.locator("canvas").bounding_box()
    pad.get_by_role("button").nth(1).click()
    empty = pad.locator("p[role=status]").last.text_content()
    made.page.mouse.move(box["x"] + 140, box["y"] + 40)
    made.page.mouse.down()
    made.page.mouse.move(box["x"] + 140, box["y"] + 240, steps=10)
    made.page.mouse.up()
    read = pad.locator("p[role=status]").last
    expect(read).not_to_have_text(empty)
    expect(read).to_have_text(re.compile("1.*[가-힣]|[가-힣].*1"))


def test_a_quiz_is_answered_in_korean(made):
    form = made.page.locator(f"{NOTEBOOK} .mnist-quiz form").first
    expect(form.locator("legend")).to_have_text(HANGUL)
    form.get_by_role("radio").first.check()
    form.get_by_role("button").click()
    expect(form.locator("[aria-live]")).to_have_text(HANGUL)


def test_an_exercise_answers_in_korean(made):
    notes = made.page.locator(f"{NOTEBOOK} .jp-OutputArea-output p[role=status]")
    for note in notes.all()[-2:]:
        expect(note).to_have_text(HANGUL)


def test_nothing_keeps_a_korean_reader_from_the_outputs(made):
    with made.whole():
        assert find_violations(made.page) == []
