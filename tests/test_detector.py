"""What is not a digit is called that, and digits are not."""

import numpy as np
import pytest

from mnist_lib import predict
from mnist_lib.detector import SURE, digit_probability, init_detector
from mnist_lib.pen import load_drawings, strokes_to_image, to_arrays

from .not_digits import letters, scribbles, several_digits, signs

DRAWINGS = load_drawings()


@pytest.fixture(scope="module")
def detector():
    return init_detector()


def refused(detector, images) -> float:
    """Return the share of images that are rather not a digit."""
    return float((digit_probability(detector, np.array(images).reshape(-1, 784)) < 0.5).mean())


@pytest.mark.parametrize(
    ("draw", "count"), [(letters, 10), (signs, 20), (scribbles, 200), (several_digits, 200)]
)
def test_of_what_is_not_a_digit_at_least_four_fifths_are_refused(detector, draw, count):
    drawn = list(draw(count, np.random.default_rng(0)))
    assert len(drawn) >= 200
    assert refused(detector, [strokes_to_image(strokes) for strokes in drawn]) >= 0.8


def test_of_digits_at_most_two_of_a_hundred_are_refused(detector, mnist):
    _, (x, _) = mnist
    assert refused(detector, x) <= 0.02
    ordinary, _ = to_arrays([drawing for drawing in DRAWINGS if "," not in drawing.about])
    assert refused(detector, ordinary) <= 0.02


def test_one_image_gets_the_same_answer_as_in_a_batch(detector, mnist):
    _, (x, _) = mnist
    together = digit_probability(detector, x[:20])
    assert together.shape == (20,)
    assert np.all((together >= 0) & (together <= 1))
    alone = [digit_probability(detector, image) for image in x[:20]]
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_an_answer_that_is_called_sure_is_right_99_times_in_a_hundred(network, mnist):
    _, (x, t) = mnist
    y = predict(network, x)
    right, sure = y.argmax(axis=1) == t, y.max(axis=1) >= SURE
    assert right[sure].mean() > 0.99
    assert 0.5 < right[~sure].mean() < 0.95, "the others are doubtful, not hopeless"
    assert 0.9 < sure.mean() < 0.99


@pytest.mark.parametrize("lowest", np.arange(0.5, 1, 0.1))
def test_probabilities_are_as_often_right_as_they_say(network, mnist, lowest):
    _, (x, t) = mnist
    y = predict(network, x)
    some = (y.max(axis=1) >= lowest) & (y.max(axis=1) < lowest + 0.1)
    said, found = y[some].max(axis=1).mean(), (y[some].argmax(axis=1) == t[some]).mean()
    chance = 3 * np.sqrt(said * (1 - said) / some.sum())
    assert abs(said - found) < max(chance, 0.01)
