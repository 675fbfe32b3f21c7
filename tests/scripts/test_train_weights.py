"""The script that trains the shipped weights: its parts, and that it repeats itself."""

import importlib.util
import sys

import numpy as np
import pytest

from mnist_lib.network import new_network
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "train_weights", PROJECT / "scripts" / "train_weights.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_whitening_can_be_put_into_the_first_layer(script, mnist):
    (x, _), _ = mnist
    whitening = script.Whitening(x[:2000], directions=64, damping=0.3)
    network = new_network((5, 6), inputs=64)
    for_pixels = whitening.for_pixels(network)
    np.testing.assert_allclose(
        x[:50] @ for_pixels["W1"] + for_pixels["b1"],
        whitening(x[:50]) @ network["W1"] + network["b1"],
        atol=1e-4,
    )


def test_only_some_zeros_and_ones_get_a_habit(script, mnist):
    (x, t), _ = mnist
    images, digits = x[:3000], t[:3000]
    changed = script.with_habits(images, digits, 0.5, np.random.default_rng(0))
    differs = (changed != images).any(axis=1)
    assert set(digits[differs]) == {0, 1}
    for digit in (0, 1):
        assert differs[digits == digit].mean() == pytest.approx(0.5, abs=0.1)
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_it_gives_the_same_weights_twice(script, mnist):
    (x, t), _ = mnist
    recipe = script.Recipe(rounds=2, directions=32)
    first, second = (script.train_by(recipe, x[:1000], t[:1000]) for _ in range(2))
    for name, values in new_network().items():
        assert first[name].shape == values.shape
        np.testing.assert_array_equal(first[name], second[name])
