"""The gradient is the true one, training learns, and nothing wrong passes silently."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lib.network import accuracy, init_network, predict
from mnist_lib.parameters import SHIPPED
from mnist_lib.training import (
    Distortion,
    Epoch,
    constant,
    cosine,
    cross_entropy,
    gradient,
    new_network,
    numerical_gradient,
    train,
)


@pytest.fixture(scope="module")
def x(mnist):
    return mnist[0][0]


@pytest.fixture(scope="module")
def t(mnist):
    return mnist[0][1]


@pytest.fixture(scope="module")
def script():
    path = Path(__file__).parents[2] / "scripts" / "train_weights.py"
    spec = importlib.util.spec_from_file_location("train_weights", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def one_hot(t):
    return np.eye(10, dtype=np.float32)[t]


def copy(network):
    return {name: values.copy() for name, values in network.items()}


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


class TestNewNetwork:
    def test_the_shapes_are_those_of_the_course(self):
        network = new_network()
        shapes = {name: values.shape for name, values in network.items()}
        weights = {"W1": (784, 50), "W2": (50, 100), "W3": (100, 10)}
        assert shapes == weights | {"b1": (50,), "b2": (100,), "b3": (10,)}
        assert {values.dtype for values in network.values()} == {np.dtype(np.float32)}

    @pytest.mark.parametrize("hidden_sizes", [(), (7,), (5, 6, 7)])
    def test_any_number_of_hidden_layers_can_be_trained(self, x, t, hidden_sizes):
        network = new_network(hidden_sizes)
        assert len(network) == 2 * len(hidden_sizes) + 2
        first, last = train(network, x[:2000], t[:2000], epochs=2, schedule=constant)
        assert last.loss < first.loss

    def test_the_seed_decides(self):
        assert_same(new_network(seed=3), new_network(seed=3))
        assert not np.array_equal(new_network(seed=3)["W1"], new_network(seed=4)["W1"])

    def test_an_untrained_network_guesses(self, x, t):
        y = predict(new_network(), x[:1000])
        assert cross_entropy(y, t[:1000]) == pytest.approx(np.log(10), abs=0.5)

    def test_a_layer_without_units_is_refused(self):
        with pytest.raises(ValueError, match="at least one unit"):
            new_network((50, 0))


class TestCrossEntropy:
    def test_it_is_the_mean_surprise(self):
        y = np.array([[0.5, 0.5], [0.25, 0.75]])
        assert cross_entropy(y, [0, 1]) == pytest.approx(-(np.log(0.5) + np.log(0.75)) / 2)

    def test_one_image_alone_will_do(self):
        assert cross_entropy([0.1, 0.9], 1) == pytest.approx(-np.log(0.9))

    def test_certain_and_wrong_is_finite(self):
        assert 80 < cross_entropy(np.array([[1, 0]], np.float32), [1]) < 100

    def test_labels_may_be_soft(self):
        y = np.array([[0.2, 0.8]])
        assert cross_entropy(y, [[0.5, 0.5]]) == pytest.approx(-np.log([0.2, 0.8]).mean())

    def test_scores_that_are_no_probabilities_of_type_float_are_refused(self):
        with pytest.raises(ValueError, match="probabilities as floats"):
            cross_entropy(np.array([[0, 1]]), [1])


class TestNumericalGradient:
    def test_it_finds_the_slope_of_a_parabola(self):
        point = np.array([3.0, -4.0])
        slopes = numerical_gradient(lambda v: float(v[0] ** 2 + v[1] ** 2), point)
        np.testing.assert_allclose(slopes, [6, -8], atol=1e-8)
        np.testing.assert_array_equal(point, [3, -4])

    def test_the_point_is_put_back_when_the_function_fails(self):
        def fail(_):
            raise ZeroDivisionError

        point = np.array([3.0])
        with pytest.raises(ZeroDivisionError):
            numerical_gradient(fail, point)
        assert point[0] == 3

    @pytest.mark.parametrize("wrong", [np.array([3, 4]), [3.0, 4.0]])
    def test_what_cannot_be_nudged_is_refused(self, wrong):
        with pytest.raises(TypeError, match="array of floats"):
            numerical_gradient(sum, wrong)


class TestGradient:
    @pytest.mark.parametrize("labels", ["integers", "one-hot", "soft"])
    def test_it_is_the_numerical_one(self, x, t, labels):
        rows = slice(0, 7)
        images = x[rows].astype(np.float64)
        soft = np.random.default_rng(0).dirichlet(np.ones(10), 7)
        targets = {"integers": t[rows], "one-hot": one_hot(t[rows]), "soft": soft}[labels]
        network = new_network((4, 5), dtype=np.float64)
        slopes = gradient(network, images, targets)

        def loss(_):
            return cross_entropy(predict(network, images), targets)

        for name, values in network.items():
            # The first row of W1 sees only dark pixels; 20 rows in the middle see ink.
            part = values[400:420] if name == "W1" else values
            ours = slopes[name][400:420] if name == "W1" else slopes[name]
            np.testing.assert_allclose(
                ours, numerical_gradient(loss, part), rtol=1e-5, atol=1e-9, err_msg=name
            )

    @settings(max_examples=25, deadline=None)
    @given(count=st.integers(1, 120))
    def test_integers_and_one_hot_give_the_same_at_every_batch_size(self, x, t, count):
        network = new_network()
        assert_same(
            gradient(network, x[:count], t[:count]),
            gradient(network, x[:count], one_hot(t[:count])),
        )

    def test_ten_images_are_not_taken_for_ten_classes(self, x, t):
        network = new_network(dtype=np.float64)
        together = gradient(network, x[:10], t[:10])
        apart = [gradient(network, x[i : i + 1], t[i : i + 1]) for i in range(10)]
        for name, slopes in together.items():
            mean = np.mean([single[name] for single in apart], axis=0)
            np.testing.assert_allclose(slopes, mean, atol=1e-12, err_msg=name)

    def test_the_network_is_not_changed(self, x, t):
        network = new_network()
        before = copy(network)
        gradient(network, x[:5], t[:5])
        assert_same(network, before)


class TestTrain:
    def test_one_epoch_reads_most_of_the_test_images(self, mnist):
        (x_train, t_train), (x_test, t_test) = mnist
        network = new_network()
        train(network, x_train, t_train, epochs=1)
        assert accuracy(network, x_test, t_test) > 0.93

    def test_a_step_is_momentum_times_the_last_minus_rate_times_gradient(self, x, t):
        network = new_network((5, 6))
        expected = copy(network)
        velocity = {name: np.zeros_like(values) for name, values in expected.items()}
        for _ in range(3):
            slopes = gradient(expected, x[:50], t[:50])
            for name in expected:
                velocity[name] = 0.9 * velocity[name] - 0.5 * slopes[name]
                expected[name] += velocity[name]
        train(
            network, x[:50], t[:50], epochs=3, batch_size=50, learning_rate=0.5, schedule=constant
        )
        for name, values in network.items():
            np.testing.assert_allclose(values, expected[name], atol=1e-5, err_msg=name)

    def test_the_short_last_batch_is_learned_from(self, x, t):
        seen = []

        def relabel(images, targets):
            seen.append(len(images))
            return targets

        network = new_network((5, 6))
        (epoch,) = train(network, x[:2345], t[:2345], epochs=1, relabel=relabel)
        assert sum(seen) == 2345
        assert epoch.learning_rate == pytest.approx(0.5 * cosine(23 / 24))

    @pytest.mark.parametrize("batch_size", [1, 7, 10, 64, 1000])
    def test_integers_and_one_hot_train_the_same_network(self, x, t, batch_size):
        networks = []
        for labels in (t[:300], one_hot(t[:300])):
            networks.append(new_network((5, 6)))
            train(networks[-1], x[:300], labels, epochs=1, batch_size=batch_size)
        assert_same(*networks)

    def test_the_same_seed_gives_the_same_weights_bit_for_bit(self, x, t):
        def trained(seed):
            network = new_network()
            settings = {"epochs": 2, "seed": seed, "validation": 500, "distort": Distortion()}
            train(network, x[:3000], t[:3000], **settings)
            return network

        assert_same(trained(5), trained(5))
        assert not np.array_equal(trained(5)["W1"], trained(6)["W1"])

    def test_held_back_images_are_scored_and_never_trained_on(self, x, t):
        seen = []

        def watch(images, _rng):
            seen.append(images.copy())
            return images

        network = new_network()
        history = train(network, x[:1000], t[:1000], epochs=2, validation=300, distort=watch)
        trained_on = {image.tobytes() for image in np.concatenate(seen)}
        held_back = [i for i in range(1000) if x[i].tobytes() not in trained_on]
        assert len(held_back) == 300
        score = accuracy(network, x[held_back], t[held_back])
        assert history[-1].validation_accuracy == pytest.approx(score)
        loss = cross_entropy(predict(network, x[held_back]), t[held_back])
        assert history[-1].validation_loss == pytest.approx(loss, rel=1e-4)

    def test_each_epoch_goes_through_all_images_in_another_order(self, x, t):
        seen = []

        def watch(images, _rng):
            seen.append(images.copy())
            return images

        train(new_network((5, 6)), x[:200], t[:200], epochs=2, distort=watch)
        first, second = seen
        assert not np.array_equal(first, second)
        for images in seen:
            np.testing.assert_array_equal(np.unique(images, axis=0), np.unique(x[:200], axis=0))

    def test_an_epoch_can_be_watched_and_be_the_last(self, x, t):
        network = new_network((5, 6))
        watched = []

        def watch(epoch):
            watched.append((epoch, copy(network)))
            return epoch.number == 2

        history = train(network, x[:500], t[:500], epochs=5, on_epoch=watch)
        assert [epoch.number for epoch in history] == [1, 2]
        assert all(isinstance(epoch, Epoch) for epoch in history)
        assert not np.array_equal(watched[0][1]["W1"], watched[1][1]["W1"])
        assert_same(watched[1][1], network)

    def test_an_interruption_keeps_the_whole_steps(self, x, t):
        steps = []

        def interrupt_the_third(images, targets):
            if len(steps) == 2:
                raise KeyboardInterrupt
            steps.append((images.copy(), targets.copy()))
            return targets

        network, expected = new_network((5, 6)), new_network((5, 6))
        settings = {"batch_size": 2000, "learning_rate": 0.5, "schedule": constant}
        with pytest.raises(KeyboardInterrupt):
            train(network, x[:6000], t[:6000], relabel=interrupt_the_third, **settings)
        first = gradient(expected, *steps[0])
        for name in expected:
            expected[name] -= 0.5 * first[name]
        second = gradient(expected, *steps[1])
        for name in expected:
            expected[name] -= 0.5 * (0.9 * first[name] + second[name])
            np.testing.assert_allclose(network[name], expected[name], atol=1e-5, err_msg=name)

    def test_steps_too_long_end_in_a_sentence(self, x, t):
        with pytest.raises(FloatingPointError, match="smaller learning_rate"):
            train(new_network(), x[:1000], t[:1000], learning_rate=1e38)

    @pytest.mark.parametrize("nothing", [np.nan, np.inf])
    @pytest.mark.parametrize("image", [0, 999])
    def test_pixels_that_are_no_numbers_are_refused_and_nothing_is_lost(
        self, x, t, image, nothing
    ):
        spoiled = x[:1000].copy()
        spoiled[image, 400] = nothing
        network = new_network()
        before = {name: values.copy() for name, values in network.items()}
        with pytest.raises(ValueError, match="x holds a nan or an inf"):
            train(network, spoiled, t[:1000], epochs=1)
        for name, values in before.items():
            np.testing.assert_array_equal(network[name], values)
        with pytest.raises(ValueError, match="x holds a nan or an inf"):
            gradient(network, spoiled, t[:1000])

    def test_a_progress_bar_shows_the_epochs(self, x, t, capsys):
        pytest.importorskip("tqdm")
        train(new_network((5, 6)), x[:200], t[:200], epochs=2, progress=True)
        assert "2/2" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"epochs": 0}, "epochs and batch_size must be at least 1"),
            ({"batch_size": 0}, "epochs and batch_size must be at least 1"),
            ({"learning_rate": 0}, "learning_rate must be above 0"),
            ({"momentum": 1}, "momentum must be"),
            ({"validation": 20}, "must leave some of the 20"),
        ],
    )
    def test_impossible_settings_are_refused(self, x, t, settings, sentence):
        with pytest.raises(ValueError, match=sentence):
            train(new_network(), x[:20], t[:20], **settings)

    def test_read_only_parameters_are_refused_before_any_work(self, x, t):
        network = new_network()
        network["W2"].flags.writeable = False
        with pytest.raises(ValueError, match="W2 is read-only"):
            train(network, x[:20], t[:20])


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("images", "sentence"),
        [
            (np.zeros((20, 28, 28), np.float32), r"shape \(N, 784\)"),
            (np.zeros(784, np.float32), r"shape \(N, 784\)"),
            (np.zeros((0, 784), np.float32), r"shape \(N, 784\)"),
            (np.zeros((20, 784), np.uint8), "divide the pixels by 255"),
        ],
    )
    def test_images(self, t, images, sentence):
        with pytest.raises(ValueError, match=sentence):
            gradient(new_network(), images, t[: len(images)])

    @pytest.mark.parametrize(
        ("labels", "sentence"),
        [
            (np.arange(5), "20 integers"),
            (np.full(20, 10), "from 0 to 9"),
            (np.full(20, -1), "from 0 to 9"),
            (np.zeros(20), "20 integers"),
            (np.zeros((20, 10)), "a sum of 1"),
            (np.full((20, 10), np.nan), "a sum of 1"),
            (np.ones((20, 1)), r"\(20, 10\)"),
        ],
    )
    def test_labels(self, x, labels, sentence):
        with pytest.raises(ValueError, match=sentence):
            gradient(new_network(), x[:20], labels)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"W4": np.zeros((10, 10), np.float32)}, "without gaps"),
            ({"W2": np.zeros((51, 100), np.float32)}, "W2 must have the shape"),
            ({"b1": np.zeros((1, 50), np.float32)}, "W1 must have the shape"),
            ({"b3": np.zeros(10)}, "same floating dtype"),
        ],
    )
    def test_networks(self, x, t, change, sentence):
        with pytest.raises(ValueError, match=sentence):
            gradient(new_network() | change, x[:20], t[:20])


class TestTheWeightsThatAreShipped:
    def test_they_score_what_is_written_beside_them(self, mnist):
        story = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
        score = accuracy(init_network(), *mnist[1])
        assert score == pytest.approx(story["scores"]["test_accuracy"], abs=0.0002)
        assert score > 0.98

    def test_whitening_can_be_put_into_the_first_layer(self, script, x):
        whitening = script.Whitening(x[:2000], directions=64, damping=0.3)
        network = new_network((5, 6), inputs=64)
        for_pixels = whitening.for_pixels(network)
        np.testing.assert_allclose(
            x[:50] @ for_pixels["W1"] + for_pixels["b1"],
            whitening(x[:50]) @ network["W1"] + network["b1"],
            atol=1e-4,
        )

    def test_only_some_zeros_and_ones_get_a_habit(self, script, x, t):
        images, digits = x[:3000], t[:3000]
        changed = script.with_habits(images, digits, 0.5, np.random.default_rng(0))
        differs = (changed != images).any(axis=1)
        assert set(digits[differs]) == {0, 1}
        for digit in (0, 1):
            assert differs[digits == digit].mean() == pytest.approx(0.5, abs=0.1)
        assert changed.min() >= 0
        assert changed.max() <= 1

    def test_the_script_gives_the_same_weights_twice(self, script, x, t):
        recipe = script.Recipe(rounds=2, directions=32)
        first, second = (script.train_by(recipe, x[:1000], t[:1000]) for _ in range(2))
        assert_same(first, second)
        assert {name: values.shape for name, values in first.items()} == {
            name: values.shape for name, values in new_network().items()
        }


def test_importing_the_module_brings_in_nothing_slow():
    slow = "{'matplotlib', 'ipywidgets', 'tqdm', 'scipy'}"
    code = f"import sys, mnist_lib.training; print(sorted({slow} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
