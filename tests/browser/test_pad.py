"""The drawing pad: digits drawn with the mouse, which the network reads and the pad keeps."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_lib import predict
from mnist_lib.pen import load_drawings, strokes_to_image

from .control_on_page import wait_until
from .pad_on_page import EVERY, PadOnPage

CELLS = [
    """
from mnist_lib import init_network
from mnist_lib.pen import load_drawings
from mnist_lib.widgets import DrawingPad

network = init_network()
""",
    "DrawingPad(network, examples=load_drawings())",
    "DrawingPad(network, 'my_digits.json')",
    "DrawingPad(network, 'my_digits.json')",
]
DRAWINGS = load_drawings()
# Some drawings show a habit, such as a slashed zero, which may well be misread.
ORDINARY = [drawing for drawing in DRAWINGS if "," not in drawing.about]
FOUR = next(drawing for drawing in ORDINARY if drawing.label == 4 and len(drawing.strokes) > 1)
CORNERS = np.array([(3, 3), (277, 3), (3, 277), (277, 277)])


@pytest.fixture
def pad(made, made_kernel):
    pad = PadOnPage(made, made_kernel, "draw a digit")
    pad.clear()
    return pad


@pytest.fixture
def keeping_pads(made, made_kernel):
    pads = [PadOnPage(made, made_kernel, "draw a digit", copy=copy) for copy in (1, 2)]
    for pad in pads:
        pad.clear()
    return pads


@pytest.mark.parametrize("writer", ["A", "B", "C", "D", "E"])
def test_what_a_hand_draws_is_read(network, pad, writer):
    misread = []
    # Each hand has drawn every digit twice; to draw them all would take a minute more.
    first = {d.label: d for d in ORDINARY[::-1] if d.about == f"writer {writer}"}
    assert sorted(first) == list(range(10))
    for label, drawing in first.items():
        pad.clear()
        pad.draw(drawing)
        pad.wait_for_strokes(len(drawing.strokes))
        x = strokes_to_image(pad.ask("control.values['strokes']")).ravel()
        guess = predict(network, x).argmax()
        expect(pad.status).to_have_text(
            re.compile(f"^(Not sure: )?read as {guess}, with probability ")
        )
        if guess != label:
            misread.append((label, guess))
    # The picture shows what the network sees.
    expect(pad.picture).to_have_attribute("alt", re.compile(f"reads {guess} with"))
    assert misread == []


def test_the_strokes_arrive_as_they_were_drawn(pad):
    pad.draw(FOUR)
    pad.wait_for_strokes(len(FOUR.strokes))
    arrived = pad.ask("control.values['strokes']")
    for stroke, drawn in zip(arrived, FOUR.strokes, strict=True):
        np.testing.assert_allclose(stroke[:-1], drawn[:-1:EVERY], atol=1)
        np.testing.assert_allclose(stroke[-1], drawn[-1], atol=1)


def test_the_ink_is_where_the_mouse_went(pad):
    drawn = np.vstack(FOUR.strokes)
    assert not any(pad.has_ink_at(drawn))
    pad.draw(FOUR)
    assert all(pad.has_ink_at(np.vstack([stroke[::EVERY] for stroke in FOUR.strokes])))
    assert not any(pad.has_ink_at(CORNERS))
    expect(pad.canvas).to_have_attribute(
        "aria-label", f"Drawing pad for mouse, finger or pen: {len(FOUR.strokes)} strokes"
    )


def test_a_click_makes_a_dot(pad):
    pad.canvas.click(position={"x": 142, "y": 142})
    pad.wait_for_strokes(1)
    assert all(pad.has_ink_at(np.array([(140, 140)])))


def test_the_right_button_does_not_draw(pad):
    pad.draw(FOUR, button="right")
    pad.page.keyboard.press("Escape")
    assert not any(pad.has_ink_at(np.vstack(FOUR.strokes)))
    expect(pad.root.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_last_stroke_is_taken_back(pad):
    first, *_, last = FOUR.strokes
    pad.draw(FOUR)
    pad.press("Undo")
    pad.wait_for_strokes(len(FOUR.strokes) - 1)
    assert all(pad.has_ink_at(first[:1]))
    assert not any(pad.has_ink_at(last[-1:]))
    np.testing.assert_allclose(pad.ask("control.values['strokes'][0][0]"), first[0], atol=1)


def test_an_example_is_put_on_the_pad(pad):
    examples = pad.root.get_by_label("example")
    assert examples.locator("option").count() == len(DRAWINGS)
    (drawing,) = (d for d in DRAWINGS if d.about == "writer A, barred 7")
    examples.select_option(f"7, {drawing.about}")
    expect(pad.status).to_have_text(re.compile("^(Not sure: )?read as 7, "))
    assert all(pad.has_ink_at(np.vstack(drawing.strokes)))


def test_drawings_of_two_pads_are_kept_in_one_file_and_dropped(keeping_pads, lab):
    def said_by(pad):
        return pad.root.locator(".mnist-column p:visible")

    file, (one, other) = lab.folder / "my_digits.json", keeping_pads
    one.press("Keep")
    expect(said_by(one)).to_have_text("Draw a digit first.")
    one.draw(FOUR)
    one.press("Keep")
    expect(said_by(one)).to_contain_text("Say first which digit it is")
    for pad, text in [(one, "1 drawing (4)"), (other, "2 drawings (4 4)")]:
        pad.clear()
        pad.draw(FOUR)
        labels = pad.root.get_by_label("it is a")
        labels.select_option("4")
        pad.press("Keep")
        expect(said_by(pad)).to_have_text(f"kept in my_digits.json: {text}")
        expect(labels).to_have_value("?")
        assert not any(pad.has_ink_at(np.vstack(FOUR.strokes)))
        pad.wait_for_strokes(0)
    kept = load_drawings(file)
    assert [drawing.label for drawing in kept] == [4, 4]
    assert [len(drawing.strokes) for drawing in kept] == [len(FOUR.strokes)] * 2
    one.press("Drop the last")
    # This pad said so before: it was the other one that kept the second.
    wait_until(lambda: len(load_drawings(file)) == 1, "one drawing left")
    expect(said_by(one)).to_have_text("kept in my_digits.json: 1 drawing (4)")


def test_text_is_at_least_12_points(made):
    assert made.small_texts() == []
