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


@pytest.mark.parametrize(
    "wrong", [np.zeros((3, 28, 28), np.float32), np.zeros(784), np.zeros((3, 784), np.uint8)]
)
def test_anything_but_rows_of_784_floats_is_refused(wrong):
    with pytest.raises(ValueError, match="x must hold floats in rows of 784"):
        Distortion()(wrong, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"turn": -1}, "cannot be negative"),
        ({"stroke": 1.5}, "stroke at most 1"),
        ({"smoothness": 0}, "smoothness must be at least 1"),
    ],
)
def test_impossible_numbers_are_refused(numbers, sentence):
    with pytest.raises(ValueError, match=sentence):
        Distortion(**numbers)
