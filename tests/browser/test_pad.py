"""The drawing pad: digits drawn with the mouse, which the network reads and the pad keeps."""

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_lib.pen import load_drawings

from .conftest import SCREENSHOTS
from .pad_on_page import EVERY, PadOnPage

DRAWINGS = load_drawings()
# Habits like a slashed zero are there to be misread.
ORDINARY = [drawing for drawing in DRAWINGS if "," not in drawing.about]
FOUR = next(drawing for drawing in ORDINARY if drawing.label == 4 and len(drawing.strokes) > 1)

pytestmark = pytest.mark.parametrize("notebook", ["07_your_own_digits.ipynb"], indirect=True)


@pytest.fixture
def pad(notebook, kernel):
    pad = PadOnPage(notebook, kernel, "draw a digit")
    pad.clear()
    return pad


@pytest.fixture
def keeping_pad(notebook, kernel):
    pad = PadOnPage(notebook, kernel, "draw a digit", copy=1)
    pad.clear()
    return pad


@pytest.mark.parametrize("writer", ["A", "B", "C", "D", "E"])
def test_what_a_hand_draws_is_read(pad, writer):
    misread = []
    # Each hand has drawn every digit twice; to draw them all takes a minute more.
    first = {d.label: d for d in ORDINARY[::-1] if d.about == f"writer {writer}"}
    for label, drawing in first.items():
        pad.clear()
        pad.draw(drawing)
        if not (said := pad.read()).startswith(f"read as {label}"):
            misread.append((label, said))
    assert sorted(first) == list(range(10))
    pad.root.screenshot(path=SCREENSHOTS / f"pad_writer_{writer}.png")
    assert misread == []


def test_the_strokes_arrive_as_they_were_drawn(pad):
    pad.draw(FOUR)
    arrived = pad.ask("control.values['strokes']")
    for stroke, drawn in zip(arrived, FOUR.strokes, strict=True):
        np.testing.assert_allclose(stroke[:-1], drawn[:-1:EVERY], atol=1)
        np.testing.assert_allclose(stroke[-1], drawn[-1], atol=1)
    pad.wait_for_result()
    assert pad.ask("control.values['strokes']") == arrived


def test_the_last_stroke_is_taken_back(pad):
    pad.draw(FOUR)
    pad.root.get_by_role("button", name="Undo").click()
    pad.wait_for_strokes(len(FOUR.strokes) - 1)
    pad.wait_for_result()


def test_an_example_is_put_on_the_pad(pad):
    (drawing,) = (d for d in DRAWINGS if d.about == "writer A, barred 7")
    pad.root.get_by_label("example").select_option(f"7, {drawing.about}")
    pad.wait_for_strokes(len(drawing.strokes))
    pad.wait_for_result()
    expect(pad.status).to_contain_text("read as 7")


def test_every_example_can_be_chosen(pad):
    assert pad.root.get_by_label("example").locator("option").count() == len(DRAWINGS)


def test_a_drawing_is_kept_in_its_file_and_dropped(keeping_pad, lab):
    file = lab.folder / "my_digits.json"
    keep, drop = (
        keeping_pad.root.get_by_role("button", name=n) for n in ("Keep", "Drop the last")
    )
    keep.click()
    expect(keeping_pad.root.get_by_role("alert").first).to_have_text("Draw a digit first.")
    keeping_pad.draw(FOUR)
    keep.click()
    expect(keeping_pad.root.get_by_role("alert").first).to_contain_text("Say first which digit")
    keeping_pad.root.get_by_label("it is a").select_option("4")
    keep.click()
    keeping_pad.wait_for_strokes(0)
    kept = keeping_pad.root.get_by_text("kept in my_digits.json: 1 drawing (4)")
    expect(kept).to_be_visible()
    (drawing,) = load_drawings(file)
    assert drawing.label == 4
    assert len(drawing.strokes) == len(FOUR.strokes)
    drop.click()
    expect(keeping_pad.root.get_by_text("kept in my_digits.json: 0 drawings")).to_be_visible()
    assert load_drawings(file) == []


def test_the_browser_has_nothing_to_complain_about_after_drawing(notebook):
    assert notebook.problems == []
