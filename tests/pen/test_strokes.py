"""Strokes become images as MNIST has them."""

import numpy as np
import pytest

from mnist_lib import accuracy
from mnist_lib.pen import (
    PEN,
    center_of_mass,
    center_strokes,
    draw_strokes,
    fit_strokes,
    load_drawings,
    strokes_to_image,
    to_arrays,
)
from tests.pen.sheets import SEVEN


def test_the_image_is_as_the_network_expects_it():
    image = strokes_to_image(SEVEN)
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    assert image.min() == 0
    assert 0.9 < image.max() <= 1


@pytest.mark.parametrize("pen", [0.5, 1.0, PEN, 5.0])
def test_a_line_is_as_wide_as_the_pen(pen):
    across = draw_strokes([[[13.3, -20], [13.3, 50]]], pen=pen).sum(axis=1)
    np.testing.assert_allclose(across, pen, rtol=1e-5)


def test_a_slanted_line_is_as_wide_as_a_horizontal_one():
    horizontal = draw_strokes([[[5, 14], [22, 14]]]).sum()
    slanted = draw_strokes([[[5, 6], [20, 14]]]).sum()
    assert slanted == pytest.approx(horizontal, rel=0.02)


def test_the_edge_of_a_line_is_soft():
    # It covers the pixels of columns 13 and 14 and a tenth of those on both sides.
    columns = draw_strokes([[[13.5, -20], [13.5, 50]]], pen=2.2)[14, 11:17]
    np.testing.assert_allclose(columns, [0, 0.1, 1, 1, 0.1, 0], atol=1e-6)


def test_the_ink_fills_a_box_of_20_pixels_with_its_proportions_kept():
    points = np.concatenate(fit_strokes(SEVEN))
    width, height = np.ptp(points, axis=0)
    assert height == pytest.approx(20 - PEN)
    assert width / height == pytest.approx(100 / 180)
    np.testing.assert_allclose((points.min(axis=0) + points.max(axis=0)) / 2, 13.5)


def test_the_center_of_mass_is_where_mnist_has_it(mnist):
    _, (x, _) = mnist
    theirs = np.mean([center_of_mass(image.reshape(28, 28)) for image in x], axis=0)
    for drawing in load_drawings():
        ours = center_of_mass(strokes_to_image(drawing.strokes))
        np.testing.assert_allclose(ours, theirs, atol=0.05)


def test_neither_unit_nor_place_nor_the_number_of_points_matters():
    image = strokes_to_image(SEVEN)
    for scale, shift in ((0.001, 0), (1e6, -3e8), (7, [20, -900]), (1e97, 0), (1e-100, 0)):
        moved = [stroke * scale + shift for stroke in SEVEN]
        np.testing.assert_allclose(strokes_to_image(moved), image, atol=1e-4)
    finer = [np.linspace(stroke[0], stroke[1], 500) for stroke in SEVEN]
    np.testing.assert_allclose(strokes_to_image(finer), image, atol=1e-4)


def test_the_order_and_direction_of_strokes_do_not_matter():
    reversed_strokes = [stroke[::-1] for stroke in SEVEN[::-1]]
    image = strokes_to_image(SEVEN)
    np.testing.assert_allclose(strokes_to_image(reversed_strokes), image, atol=1e-6)


def test_y_goes_down():
    rows = strokes_to_image(SEVEN).sum(axis=1)
    assert rows.argmax() < 10


@pytest.mark.parametrize("dot", [[[[5, 5]]], [[[5, 5]] * 9]])
def test_a_dot_is_a_dot_in_the_middle(dot):
    image = strokes_to_image(dot)
    assert image[14, 14] == 1
    assert image.sum() == pytest.approx(np.pi * (PEN / 2) ** 2, rel=0.15)


def test_empty_strokes_are_ignored():
    with_empty = [[], *SEVEN, np.empty((0, 2))]
    np.testing.assert_array_equal(strokes_to_image(with_empty), strokes_to_image(SEVEN))


@pytest.mark.parametrize(
    ("strokes", "sentence"),
    [
        ([], "no stroke with a point"),
        ([[], []], "no stroke with a point"),
        (5, "strokes are an int"),
        (None, "strokes are a NoneType"),
        ("M 1 2", "Stroke 1 is not a list of points"),
        ({"x": 1}, "Stroke 1 is not a list of points"),
        ([[[1, 2, 3]]], "Stroke 1 is not a list of points"),
        ([SEVEN[0], [1, 2]], "Stroke 2 is not a list of points"),
        ([[[1, 2], [3]]], "Stroke 1 is not a list of points"),
        ([[["1", "2"]]], "Stroke 1 is not a list of points"),
        ([[[1j, 2]]], "Stroke 1 is not a list of points"),
        ([[[None, 2]]], "Stroke 1 is not a list of points"),
        ([[[10**400, 2]]], "Stroke 1 is not a list of points"),
        ([[[1, np.nan]]], "Stroke 1 has a coordinate that is a nan"),
        ([SEVEN[0], [[np.inf, 0]]], "Stroke 2 has a coordinate that is a nan, an inf"),
        ([[[1e308, -1e308], [-1e308, 1e308]]], "or out of range"),
        ([[[1e-310, 0], [0, 1e-310]]], "or out of range"),
    ],
)
def test_what_are_not_strokes_gets_a_sentence(strokes, sentence):
    for function in (strokes_to_image, fit_strokes, center_strokes, draw_strokes):
        with pytest.raises(ValueError, match=sentence):
            function(strokes)


@pytest.mark.parametrize(
    ("box", "pen"),
    [(4, 6), (4, 4), (20, 0), (20, -1), (0, 1), (-5, -6), (20, np.nan), (np.nan, 2), (np.inf, 2)],
)
def test_a_box_that_does_not_hold_the_pen_is_refused(box, pen):
    for function in (strokes_to_image, fit_strokes):
        with pytest.raises(ValueError, match=r"the box larger than the pen|finite numbers"):
            function(SEVEN, box=box, pen=pen)


@pytest.mark.parametrize("pen", [0, -2, np.nan, np.inf])
def test_a_line_without_a_width_is_refused(pen):
    for function in (draw_strokes, center_strokes):
        with pytest.raises(ValueError, match=r"must be wider than 0|finite numbers"):
            function(fit_strokes(SEVEN), pen=pen)


def test_ink_outside_the_image_has_no_center_of_mass():
    with pytest.raises(ValueError, match="no ink"):
        center_strokes([[[100, 100], [120, 100]]])


def test_strokes_are_not_changed():
    strokes = [stroke.astype(float) for stroke in SEVEN]
    strokes_to_image(strokes)
    for now, before in zip(strokes, SEVEN, strict=True):
        np.testing.assert_array_equal(now, before)


def test_a_long_scribble_is_the_sum_of_its_lines():
    # More segments than are computed at once: each pixel takes its nearest.
    points = 14 + np.cumsum(np.random.default_rng(0).normal(0, 0.5, size=(300, 2)), axis=0)
    lines = [draw_strokes([points[i : i + 2]]) for i in range(299)]
    np.testing.assert_allclose(draw_strokes([points]), np.max(lines, axis=0), atol=1e-6)


def test_the_drawings_of_the_course_are_read(network):
    x, t = to_arrays(d for d in load_drawings() if "," not in d.about)
    assert accuracy(network, x, t) == 1
