"""Drawings come back from a file as they were saved, and bad files are refused."""

import json
import os
import sys
import tracemalloc

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from mnist_lib.pen import strokes_to_image
from mnist_lib.pen.drawings import (
    SHIPPED,
    Drawing,
    load_drawings,
    save_drawings,
    to_arrays,
)

FORMAT = "mnist_lib drawings, version 1: strokes are lists of [x, y], y downwards, in any unit"
SEVEN = Drawing(7, ([[10, 12.5], [30, 12]], [[20, 12], [15, 40]]), "writer A")
ONE = Drawing(1, ([[0, 0], [1, 9]],))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.json"


def write(path, drawings, form=FORMAT):
    path.write_text(json.dumps({"format": form, "drawings": drawings}), encoding="utf-8")
    return path


def assert_same(found, expected, within=0.0):
    assert [d.label for d in found] == [d.label for d in expected]
    assert [d.about for d in found] == [d.about for d in expected]
    for one, other in zip(found, expected, strict=True):
        assert len(one.strokes) == len(other.strokes)
        for a, b in zip(one.strokes, other.strokes, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=within)


def test_what_is_saved_comes_back_in_its_order(path):
    save_drawings(path, [SEVEN, ONE, SEVEN])
    assert_same(load_drawings(path), [SEVEN, ONE, SEVEN])


def test_the_file_is_as_documented_and_one_line_holds_one_drawing(path):
    save_drawings(path, [SEVEN, Drawing(4, SEVEN.strokes, "손글씨")])
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == {
        "format": FORMAT,
        "drawings": [
            {"label": label, "about": about, "strokes": [s.tolist() for s in SEVEN.strokes]}
            for label, about in ((7, "writer A"), (4, "손글씨"))
        ],
    }
    assert [line[:11] for line in text.splitlines()[1:-1]] == ['{"label": 7', '{"label": 4']
    assert "손글씨" in text
    assert "[[10, 12.5], [30, 12]]" in text


def test_a_file_written_by_hand_is_read(path):
    write(path, [{"label": 3, "strokes": [[[1, 2]], []], "more": "is passed over"}])
    (drawing,) = load_drawings(path)
    assert (drawing.label, drawing.about, len(drawing.strokes)) == (3, "", 1)
    np.testing.assert_array_equal(drawing.strokes[0], [[1.0, 2.0]])


def test_a_file_that_begins_with_a_byte_order_mark_is_read(path):
    save_drawings(path, [SEVEN])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert_same(load_drawings(path), [SEVEN])


def test_an_empty_set_can_be_saved(path):
    save_drawings(path, [])
    assert load_drawings(path) == []
    x, t = to_arrays([])
    assert (x.shape, x.dtype, t.shape, t.dtype) == ((0, 784), np.float32, (0,), np.uint8)


@given(
    st.lists(
        arrays.arrays(
            np.float64,
            st.tuples(st.integers(1, 5), st.just(2)),
            elements=st.just(0.0) | st.floats(1e-100, 1e100) | st.floats(-1e100, -1e-100),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_coordinates_in_any_unit_keep_a_thousandth_of_the_size(tmp_path_factory, strokes):
    path = tmp_path_factory.mktemp("drawings") / "any.json"
    drawing = Drawing(0, strokes)
    save_drawings(path, [drawing])
    points = np.concatenate(strokes)
    size = np.ptp(points, axis=0).max()
    rounding = size / 1000 + np.abs(points).max() * 1e-15 + 5e-5 * (size == 0)
    assert_same(load_drawings(path), [drawing], within=rounding)


def test_a_rounded_drawing_is_the_same_image(path):
    shipped = load_drawings()
    save_drawings(path, [Drawing(d.label, [s / 280 * np.pi for s in d.strokes]) for d in shipped])
    np.testing.assert_allclose(to_arrays(load_drawings(path))[0], to_arrays(shipped)[0], atol=0.03)
    assert path.stat().st_size < 1.5 * SHIPPED.stat().st_size


def test_folders_are_made(tmp_path):
    save_drawings(tmp_path / "a" / "b" / "mine.json", [ONE])
    assert_same(load_drawings(tmp_path / "a" / "b" / "mine.json"), [ONE])


def test_what_fails_leaves_the_old_file_whole(path):
    save_drawings(path, [SEVEN])
    before = path.read_bytes()

    def broken():
        yield ONE
        raise RuntimeError("the pen broke")

    with pytest.raises(RuntimeError, match="the pen broke"):
        save_drawings(path, broken())
    with pytest.raises(TypeError, match=r"Number 2 is a tuple, where a Drawing"):
        save_drawings(path, [ONE, (7, SEVEN.strokes)])
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_more_than_can_be_read_is_not_written(path):
    novel = Drawing(1, ONE.strokes, "a long note " * 1_000_000)
    with pytest.raises(ValueError, match="Save them in several files"):
        save_drawings(path, [novel])
    assert not path.exists()


def test_the_arrays_are_like_mnists(mnist):
    (x_train, t_train), _ = mnist
    x, t = to_arrays(iter([SEVEN, ONE]))
    assert (x.dtype, t.dtype) == (x_train.dtype, t_train.dtype)
    assert x.shape == (2, 784)
    np.testing.assert_array_equal(t, [7, 1])
    np.testing.assert_array_equal(x[0], strokes_to_image(SEVEN.strokes).ravel())
    np.testing.assert_array_equal(x[1], strokes_to_image(ONE.strokes).ravel())


def test_the_drawings_of_the_course_are_of_every_digit_and_say_who_drew_them():
    drawings = load_drawings()
    assert {drawing.label for drawing in drawings} == set(range(10))
    assert all(drawing.about for drawing in drawings)


def test_a_drawing_keeps_its_own_copy_that_nobody_can_change():
    stroke = np.array([[1, 2], [3, 4]])
    drawing = Drawing(np.uint8(7), [stroke, np.empty((0, 2)), []])
    stroke[0] = 99
    np.testing.assert_array_equal(drawing.strokes[0], [[1, 2], [3, 4]])
    assert len(drawing.strokes) == 1
    assert type(drawing.label) is int
    with pytest.raises(ValueError, match="read-only"):
        drawing.strokes[0][0] = 99
    with pytest.raises(AttributeError):
        drawing.label = 8


@pytest.mark.parametrize(
    ("label", "strokes", "about", "sentence"),
    [
        (10, [[[1, 2]]], "", "label is '10'.*from 0 to 9"),
        (-1, [[[1, 2]]], "", "label is '-1'"),
        ("7", [[[1, 2]]], "", "label is '7'"),
        (7.0, [[[1, 2]]], "", "label is '7.0'"),
        (True, [[[1, 2]]], "", "label is 'True'"),
        (None, [[[1, 2]]], "", "label is 'None'"),
        (7, [], "", "no stroke with a point"),
        (7, [[[1, 2]], [[1, 2, 3]]], "", "Stroke 2 is not a list of points"),
        (
            7,
            [[[1, 2]], [[1, float("inf")]]],
            "",
            "Stroke 2 has a coordinate that is a nan",
        ),
        (7, [[[1, 2]]], 5, "note about it is an int"),
        (7, [[[1, 2]]], "\ud800", "note about it is a str that cannot be saved"),
    ],
)
def test_what_is_not_a_drawing_is_refused(label, strokes, about, sentence):
    with pytest.raises(ValueError, match=sentence):
        Drawing(label, strokes, about)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"label": 10, "strokes": [[[1, 2]]]}, "drawing 2: The label is '10'"),
        ({"label": 7, "strokes": [[[1]]]}, "drawing 2: Stroke 1 is not a list"),
        ({"label": 7, "strokes": []}, "drawing 2: There is no stroke"),
        ({"label": 7, "strokes": [[[1, 2]]], "about": []}, "drawing 2: The note"),
        ({"label": 7, "strokes": None}, "drawing 2: The strokes are a NoneType"),
        ({"label": [], "strokes": [[[1, 2]]]}, "drawing 2: The label is"),
        ({"strokes": [[[1, 2]]]}, 'drawing 2 is not {"label"'),
        ({"label": 7}, 'drawing 2 is not {"label"'),
        ([7, [[[1, 2]]]], 'drawing 2 is not {"label"'),
        (None, 'drawing 2 is not {"label"'),
    ],
)
def test_a_file_with_a_bad_drawing_is_refused_by_its_name_and_number(path, entry, sentence):
    write(path, [{"label": 1, "strokes": [[[1, 2]]]}, entry])
    with pytest.raises(ValueError, match=sentence) as caught:
        load_drawings(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a complete JSON file"),
        (b"\x89PNG\r\n", "not a complete JSON file"),
        (b'{"format": "mnist_lib', "not a complete JSON file"),
        (b"[" * 100_000, "not a complete JSON file"),
        (b'{"a":' * 100_000, "not a complete JSON file"),
        (b'{"drawings": [NaN]}', "NaN is not a number"),
        (b"1" * 10_000, "not a complete JSON file"),
        (b"[]", 'it is not {"format": "mnist_lib drawings'),
        (b"7", 'it is not {"format": "mnist_lib drawings'),
        (b'{"drawings": 7}', 'it is not {"format": "mnist_lib drawings'),
        (b'{"drawings": []}', 'it is not {"format": "mnist_lib drawings'),
        (b'{"format": "version 2", "drawings": []}', 'it is not {"format": "mnist_lib drawings'),
    ],
)
def test_a_file_that_holds_something_else_is_refused_by_its_name(path, content, sentence):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=sentence) as caught:
        load_drawings(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_number_too_large_for_a_float_is_refused(path):
    text = json.dumps({"format": FORMAT, "drawings": [{"label": 1, "strokes": [[[0, 1]]]}]})
    path.write_text(text.replace("[0, 1]", "[0, 1e999]"), encoding="utf-8")
    with pytest.raises(ValueError, match="drawing 1: Stroke 1 has a coordinate that is a nan"):
        load_drawings(path)


def test_a_file_cut_short_anywhere_is_refused(path):
    save_drawings(path, [SEVEN, ONE])
    content = path.read_bytes()
    for length in range(len(content.rstrip())):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="not a complete JSON file"):
            load_drawings(path)


def test_a_file_too_large_is_refused_without_being_read_whole(path):
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    tracemalloc.start()
    with pytest.raises(ValueError, match="more than 10,000,000 bytes"):
        load_drawings(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6


def test_a_missing_file_is_named_and_the_sentence_says_what_to_do(path):
    with pytest.raises(FileNotFoundError, match=r"There is no file .*mine\.json\. load_drawings"):
        load_drawings(path)


@pytest.mark.parametrize("name", [".", "fifo", "long" * 2000, "\0"])
def test_what_is_not_a_file_is_refused(name, tmp_path):
    if name == "fifo" and hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo")
    with pytest.raises(FileNotFoundError, match="There is no file") as caught:
        load_drawings(tmp_path / name)
    assert len(str(caught.value)) < 500


@pytest.mark.skipif(sys.platform != "linux", reason="not a name there")
def test_a_file_whose_name_is_not_unicode_is_read_and_named(tmp_path):
    path = tmp_path / os.fsdecode(b"\xc7\xd1.json")
    save_drawings(path, [SEVEN])
    assert_same(load_drawings(path), [SEVEN])
    path.write_text("[]")
    with pytest.raises(ValueError, match=r"c7.*\.json was not read") as caught:
        load_drawings(path)
    assert str(caught.value).isprintable()


def test_a_path_may_be_a_text(path):
    save_drawings(str(path), [ONE])
    assert_same(load_drawings(str(path)), [ONE])
