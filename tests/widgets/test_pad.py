"""The drawing pad: what is drawn is read, and what is kept stays kept."""

import re

import numpy as np
import pytest

from mnist_lib import predict
from mnist_lib.network import new_network
from mnist_lib.pen import load_drawings, strokes_to_image
from mnist_lib.widgets import DrawingPad, view_drawing
from tests.not_digits import drawn, scribbles

DRAWINGS = load_drawings()


def drawing_of(label):
    return next(drawing for drawing in DRAWINGS if drawing.label == label)


def side_by_side(digits):
    return [
        np.add(stroke, [180 * place, 0])
        for place, digit in enumerate(digits)
        for stroke in drawing_of(int(digit)).strokes
    ]


NOT_DIGITS = {
    "heart": drawn("heart"),
    "dot": drawn("dot"),
    "scribble": next(scribbles(1, np.random.default_rng(1))),
    "42": side_by_side("42"),
    "123": side_by_side("123"),
}


def keep(pad, label):
    """Draw a digit, say which it is, and press the button."""
    pad.canvas.put(drawing_of(label))
    pad.label.value = label
    pad.keep.click()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.json"


@pytest.fixture
def pad(network, path):
    return DrawingPad(network, path)


class TestReading:
    def test_a_drawing_is_read_and_shown_as_the_network_sees_it(self, network, pad, figures):
        assert pad.text.startswith("Draw a digit on the pad. (An empty one is read as ")
        four = next(d for d in DRAWINGS if d.label == 4 and len(d.strokes) == 2)
        strokes = [stroke.tolist() for stroke in four.strokes]
        pad.canvas.set_state({"value": strokes})
        x = strokes_to_image(strokes).ravel()
        y = predict(network, x)
        second, first = sorted(range(10), key=lambda digit: y[digit])[-2:]
        assert first == 4
        assert pad.view.text == (
            f"read as 4, with probability {y[4]:.3f}; next comes {second}, {y[second]:.3f}"
        )
        np.testing.assert_array_equal(figures[-1].axes[0].images[0].get_array().ravel(), x)
        assert f"reads 4 with probability {y[4]:.3f}" in pad.view.alt

    @pytest.mark.parametrize("hidden", [(), (30,), (50, 30, 20)])
    def test_a_network_of_any_depth_can_read_it(self, hidden):
        network, strokes = new_network(hidden), drawing_of(8).strokes
        text, _ = view_drawing(network, list(strokes))
        y = predict(network, strokes_to_image(strokes).ravel())
        assert text.startswith(f"Not sure: read as {y.argmax()}, with probability {y.max():.3f}; ")

    def test_a_doubtful_answer_is_called_that(self, network, pad):
        zero = next(d for d in DRAWINGS if d.about == "writer B, slashed 0")
        y = predict(network, strokes_to_image(zero.strokes).ravel())
        assert y[0] == y.max() < 0.9, "or the course has learned to read it; choose another"
        pad.canvas.put(zero)
        assert pad.text.startswith(f"Not sure: read as 0, with probability {y[0]:.3f}; next ")

    @pytest.mark.parametrize("what", ["heart", "dot", "scribble", "42", "123"])
    def test_what_is_not_a_digit_is_called_that(self, pad, what):
        pad.canvas.value = [stroke.tolist() for stroke in NOT_DIGITS[what]]
        refusal, answer = pad.text.splitlines()
        assert re.fullmatch(r"Probably not a digit: 0\.[0-4]\d\d that it is one\.", refusal)
        assert answer.startswith("As a digit it is read as ")
        assert answer.endswith(".")

    def test_examples_can_be_put_on_it(self, network):
        pad = DrawingPad(network, examples=DRAWINGS)
        assert pad.text.startswith(f"read as {DRAWINGS[0].label}")
        names = [name for name, _ in pad.example.options]
        assert len(set(names)) == len(DRAWINGS)
        assert all(
            name.startswith(f"{d.label}, {d.about}")
            for name, d in zip(names, DRAWINGS, strict=True)
        )
        pad.example.set_state({"index": 3})
        assert pad.canvas.value == [stroke.tolist() for stroke in DRAWINGS[3].strokes]
        assert pad.text.startswith(f"read as {DRAWINGS[3].label}")

    def test_without_examples_there_is_no_list_of_them(self, network, pad):
        def everything_in(box):
            children = getattr(box, "children", ())
            return [box, *(w for child in children for w in everything_in(child))]

        assert pad.example not in everything_in(pad)
        with_examples = DrawingPad(network, examples=DRAWINGS)
        assert with_examples.example in everything_in(with_examples)


class TestKeeping:
    def test_a_drawing_is_kept_and_loaded_again(self, network, pad, path):
        keep(pad, 3)
        assert pad.kept.text == "kept in mine.json: 1 drawing (3)"
        (kept,) = load_drawings(path)
        assert kept.label == 3
        for one, other in zip(kept.strokes, drawing_of(3).strokes, strict=True):
            np.testing.assert_allclose(one, other, atol=0.06)
        assert DrawingPad(network, path).kept.text == pad.kept.text

    def test_then_the_pad_is_ready_for_the_next_one(self, pad):
        keep(pad, 3)
        assert pad.canvas.value == []
        assert (pad.label.value, pad.label.index) == ("?", 0)
        assert pad.text.startswith("Draw a digit on the pad.")

    def test_the_last_one_can_be_dropped(self, pad, path):
        for label in (3, 4):
            keep(pad, label)
        pad.drop.click()
        assert pad.kept.text == "kept in mine.json: 1 drawing (3)"
        pad.drop.click()
        assert load_drawings(path) == []
        pad.drop.click()
        assert (pad.kept.text, pad.kept.failed) == ("There is none to drop.", True)

    def test_nothing_is_kept_without_a_drawing_or_a_label(self, pad, path):
        pad.label.value = 3
        pad.keep.click()
        assert (pad.kept.text, pad.kept.failed) == ("Draw a digit first.", True)
        pad.label.value = "?"
        pad.canvas.put(drawing_of(3))
        pad.keep.click()
        assert "Say first which digit it is" in pad.kept.text
        assert not path.exists()
        pad.label.value = 3
        pad.keep.click()
        assert not pad.kept.failed

    def test_without_a_file_they_are_kept_in_memory(self, network):
        pad = DrawingPad(network)
        keep(pad, 3)
        keep(pad, 5)
        assert pad.kept.text == "kept: 2 drawings (3 5)"
        assert [drawing.label for drawing in pad.drawings] == [3, 5]
        pad.drop.click()
        assert pad.kept.text == "kept: 1 drawing (3)"


class TestTwoPadsOnOneFile:
    def test_neither_loses_what_the_other_keeps(self, network, path):
        one, other = DrawingPad(network, path), DrawingPad(network, path)
        for pad, label in [(one, 3), (one, 4), (other, 7), (one, 8)]:
            keep(pad, label)
        assert [drawing.label for drawing in load_drawings(path)] == [3, 4, 7, 8]
        assert one.kept.text == "kept in mine.json: 4 drawings (3 4 7 8)"
        assert [drawing.label for drawing in other.drawings] == [3, 4, 7, 8]

    def test_the_last_in_the_file_is_dropped_whoever_kept_it(self, network, path):
        one, other = DrawingPad(network, path), DrawingPad(network, path)
        keep(one, 3)
        keep(other, 7)
        one.drop.click()
        assert [drawing.label for drawing in load_drawings(path)] == [3]
        assert one.kept.text == "kept in mine.json: 1 drawing (3)"


class TestFilesThatCannotBeUsed:
    def test_a_file_that_broke_meanwhile_gets_a_sentence_and_the_drawing_stays(self, pad, path):
        path.write_text("not drawings")
        keep(pad, 3)
        assert pad.kept.failed
        assert "mine.json was not read" in pad.kept.text
        assert pad.canvas.value != []
        assert pad.label.value == 3
        assert path.read_text() == "not drawings"

    def test_if_nothing_can_be_written_a_sentence_says_so_and_the_drawing_stays(
        self, network, tmp_path
    ):
        folder = tmp_path / "folder"
        pad = DrawingPad(network, folder / "mine.json")
        folder.rmdir()
        folder.touch()
        keep(pad, 3)
        assert pad.kept.failed
        assert pad.kept.text.startswith("The drawings could not be saved: ")
        assert pad.canvas.value != []
