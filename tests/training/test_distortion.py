"""The distortions change what they promise to change, and nothing else."""

import numpy as np
import pytest

from mnist_lib.dataset import load_mnist
from mnist_lib.training import Distortion

NOTHING = {"shift": 0, "turn": 0, "scale": 0, "slant": 0, "bend": 0, "stroke": 0}


@pytest.fixture(scope="module")
def x():
    (x_train, _), _ = load_mnist()
    return x_train[:200]


def only(**numbers):
    return Distortion(**(NOTHING | numbers))


def centres(x):
    """Return the centre of mass of each image as (row, column)."""
    rows, columns = np.mgrid[:28, :28].reshape(2, -1)
    return np.stack([x @ rows, x @ columns], axis=1) / x.sum(axis=1, keepdims=True)


def test_a_distortion_of_nothing_leaves_the_images_as_they_are(x):
    np.testing.assert_allclose(only()(x, np.random.default_rng(0)), x, atol=0.002)


def test_every_image_is_distorted_and_the_given_ones_are_not_touched(x):
    before = x.copy()
    distorted = Distortion()(x, np.random.default_rng(0))
    assert distorted.shape == x.shape
    assert distorted.dtype == np.float32
    assert (np.abs(distorted - x).max(axis=1) > 0.1).all()
    assert distorted.min() >= 0
    assert distorted.max() <= 1
    np.testing.assert_array_equal(x, before)


def test_the_same_image_is_distorted_differently_each_time(x):
    same = np.repeat(x[:1], 50, axis=0)
    distorted = Distortion()(same, np.random.default_rng(0))
    assert len(np.unique(distorted, axis=0)) == 50


def test_the_same_seed_gives_the_same_images(x):
    first, second = (Distortion()(x, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, Distortion()(x, np.random.default_rng(8)))


def test_a_shift_moves_the_ink_by_up_to_that_many_pixels(x):
    moved = centres(only(shift=2)(x, np.random.default_rng(0))) - centres(x)
    assert np.abs(moved).max() < 2.05
    assert np.abs(moved).mean() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("numbers", [{"turn": 20}, {"scale": 0.2}, {"slant": 0.3}])
def test_turning_scaling_and_slanting_leave_the_middle_in_its_place(x, numbers):
    moved = centres(only(**numbers)(x, np.random.default_rng(0))) - centres(x)
    assert np.abs(moved).max() < 1


def test_a_turn_takes_a_bar_to_where_trigonometry_says():
    bar = np.zeros((28, 28), np.float32)
    bar[13:15, 4:24] = 1
    turned = only(turn=30)(np.repeat(bar.reshape(1, -1), 300, axis=0), np.random.default_rng(0))
    rows, columns = np.mgrid[:28, :28].reshape(2, -1) - 13.5
    angles = np.degrees(np.arctan2(turned @ (rows * columns), turned @ (columns * columns)))
    assert np.abs(angles).max() == pytest.approx(30, abs=1)
    assert np.abs(angles).mean() == pytest.approx(15, abs=1.5)


def test_a_slant_moves_the_top_of_an_upright_bar_and_not_its_height():
    bar = np.zeros((28, 28), np.float32)
    bar[4:24, 13:15] = 1
    slanted = only(slant=0.3)(np.repeat(bar.reshape(1, -1), 300, axis=0), np.random.default_rng(0))
    images = slanted.reshape(-1, 28, 28)
    top = (images[:, 4] @ np.arange(28)) / images[:, 4].sum(axis=1)
    assert np.abs(top - 13.5).max() == pytest.approx(0.3 * 9.5, abs=0.1)
    np.testing.assert_allclose(images.sum(axis=2)[:, 4:24], 2, atol=0.05)


def test_scaling_changes_the_ink_by_the_area(x):
    ink = only(scale=0.2)(x, np.random.default_rng(0)).sum(axis=1) / x.sum(axis=1)
    assert 1 / 1.2**2 - 0.05 < ink.min() < 0.85
    assert 1.15 < ink.max() < 1.2**2 + 0.05


def test_strokes_grow_and_shrink_without_moving(x):
    distorted = only(stroke=0.5)(x, np.random.default_rng(0))
    ink = distorted.sum(axis=1) / x.sum(axis=1)
    assert ink.min() < 0.85
    assert ink.max() > 1.15
    assert np.abs(centres(distorted) - centres(x)).mean() < 0.1


def test_bending_moves_neighbours_together(x):
    bent = only(bend=1.5)(x, np.random.default_rng(0))
    assert (np.abs(bent - x).max(axis=1) > 0.3).all()
    ink = bent.sum(axis=1) / x.sum(axis=1)
    assert ink.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("count", [0, 1, 39, 40, 41])
def test_any_number_of_images_will_do(x, count):
    assert Distortion()(x[:count], np.random.default_rng(0)).shape == (count, 784)


def test_images_in_float64_are_taken_and_come_back_in_float32(x):
    from_float64 = Distortion()(x.astype(np.float64), np.random.default_rng(0))
    np.testing.assert_array_equal(from_float64, Distortion()(x, np.random.default_rng(0)))


@pytest.mark.parametrize("wrong", [np.zeros((3, 28, 28)), np.zeros(784), np.zeros((3, 783))])
def test_anything_but_rows_of_784_pixels_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\(N, 784\) is expected"):
        Distortion()(wrong, np.random.default_rng(0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_order_in_memory_does_not_matter(x, dtype):
    expected = Distortion()(x, np.random.default_rng(0))
    for images in (np.asfortranarray(x, dtype), x.astype(dtype).T.copy().T, x.astype(dtype)):
        np.testing.assert_array_equal(Distortion()(images, np.random.default_rng(0)), expected)


def displacements(**numbers):
    """Return how far along x and along y each pixel of 400 images looks, (2, 400, 28, 28).

    The greys of a ramp tell from which column, or row, each pixel was fetched.
    """
    steps = np.arange(28, dtype=np.float32)
    ramps = np.stack([np.tile(steps, (28, 1)), np.tile(steps, (28, 1)).T])
    fetched = [
        27 * only(**numbers)(np.repeat(ramp.reshape(1, -1) / 27, 400, axis=0), rng)
        for ramp, rng in zip(ramps, (np.random.default_rng(0) for _ in range(2)), strict=True)
    ]
    return np.reshape(fetched, (2, 400, 28, 28)) - ramps[:, np.newaxis]


@pytest.mark.parametrize("bend", [0.5, 1.0])
def test_bending_moves_pixels_by_its_standard_deviation_along_each_axis(bend):
    # Near the border, places outside of the image are cut off.
    inner = displacements(bend=bend)[:, :, 5:-5, 5:-5]
    np.testing.assert_allclose(inner.std(axis=(1, 2, 3)), bend, rtol=0.1)
    assert abs(np.corrcoef(inner[0].ravel(), inner[1].ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("smoothness", [2.0, 4.0, 8.0])
def test_smooth_bends_move_pixels_together_that_lie_within_the_bumps(smoothness):
    inner = displacements(bend=0.5, smoothness=smoothness)[0, :, 5:-5, 5:-5]
    one, other = inner[:, :, :-4].ravel(), inner[:, :, 4:].ravel()
    # Two bumps of width s, r pixels apart, overlap by exp(-r^2 / 4 s^2).
    expected = np.exp(-(4**2) / (4 * smoothness**2))
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(expected, abs=0.1)


def test_width_and_height_are_scaled_independently():
    along_x, along_y = displacements(scale=0.2)[:, :, 5:-5, 5:-5]
    stretch_x = along_x[:, 8, -1] - along_x[:, 8, 0]
    stretch_y = along_y[:, -1, 8] - along_y[:, 0, 8]
    assert abs(np.corrcoef(stretch_x, stretch_y)[0, 1]) < 0.2
    # From 1 / 1.2 to 1.2 times, over 17 pixels.
    for stretch in (stretch_x, stretch_y):
        assert stretch.min() == pytest.approx(17 / 1.2 - 17, abs=0.1)
        assert stretch.max() == pytest.approx(17 * 1.2 - 17, abs=0.1)


def test_shifts_along_both_axes_are_independent():
    along_x, along_y = displacements(shift=2)[:, :, 14, 14]
    assert abs(np.corrcoef(along_x, along_y)[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"turn": -1}, "turn is -1, where finite numbers from 0 on"),
        ({"shift": np.nan}, "shift is nan, where finite numbers"),
        ({"stroke": 1.5}, "stroke at most 1"),
        ({"smoothness": 0}, "smoothness must be from 1 to 14"),
        ({"smoothness": 30}, "smoothness must be from 1 to 14"),
    ],
)
def test_impossible_numbers_are_refused(numbers, sentence):
    with pytest.raises(ValueError, match=sentence):
        Distortion(**numbers)
