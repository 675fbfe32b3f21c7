"""Training learns, reports what happened, and nothing wrong passes silently."""

import math

import numpy as np
import pytest

from mnist_lib import accuracy, predict
from mnist_lib.network import new_network
from mnist_lib.training import Distortion, Epoch, constant, cosine, cross_entropy, gradient, train


def copy(network):
    return {name: values.copy() for name, values in network.items()}


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


class TestLearning:
    def test_one_epoch_reads_most_of_the_test_images(self, mnist):
        (x_train, t_train), (x_test, t_test) = mnist
        network = new_network()
        train(network, x_train, t_train, epochs=1)
        assert accuracy(network, x_test, t_test) > 0.93

    @pytest.mark.parametrize("hidden_sizes", [(), (7,), (50, 100, 30)])
    def test_a_network_of_any_depth_learns_and_can_be_asked(self, x, t, hidden_sizes):
        network = new_network(hidden_sizes)
        before = accuracy(network, x[2000:3000], t[2000:3000])
        train(network, x[:2000], t[:2000], epochs=4, learning_rate=0.3)
        assert accuracy(network, x[2000:3000], t[2000:3000]) > before + 0.3

    def test_fifty_images_are_learned_by_heart(self, x, t):
        network = new_network()
        train(network, x[:50], t[:50], epochs=60, batch_size=10, schedule=constant)
        assert accuracy(network, x[:50], t[:50]) == 1

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
        """With one image in the second batch, the second step is that image's gradient."""
        network, expected = new_network((5, 6)), new_network((5, 6))
        seen = []
        train(
            network,
            x[:51],
            t[:51],
            epochs=1,
            batch_size=50,
            momentum=0,
            learning_rate=0.5,
            schedule=constant,
            distort=lambda images, _rng: seen.append(images.copy()) or images,
        )
        (images,) = seen
        label = {image.tobytes(): digit for image, digit in zip(x[:51], t[:51], strict=True)}
        labels = np.array([label[image.tobytes()] for image in images])
        for rows in (slice(50), slice(50, 51)):
            slopes = gradient(expected, images[rows], labels[rows])
            for name in expected:
                expected[name] -= 0.5 * slopes[name]
        for name, values in network.items():
            np.testing.assert_allclose(values, expected[name], atol=1e-5, err_msg=name)

    @pytest.mark.parametrize("batch_size", [1, 7, 10, 64, 1000])
    def test_integers_and_one_hot_train_the_same_network(self, x, t, batch_size):
        networks = []
        for labels in (t[:300], np.eye(10, dtype=np.float32)[t[:300]]):
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


class TestReport:
    def test_the_loss_is_the_mean_over_all_images_the_short_batch_included(self, x, t):
        """Without learning, the epoch's loss is the loss of the network as it is."""
        network = new_network()
        expected = cross_entropy(predict(network, x[:230]), t[:230])
        (epoch,) = train(network, x[:230], t[:230], epochs=1, learning_rate=1e-12)
        assert epoch.loss == pytest.approx(expected, rel=1e-5)

    def test_the_learning_rate_follows_half_a_cosine(self, x, t):
        history = train(new_network((5, 6)), x[:300], t[:300], epochs=3, learning_rate=0.6)
        # The last of each epoch's three steps, of nine in all.
        wanted = [0.3 * (1 + math.cos(math.pi * step / 9)) for step in (2, 5, 8)]
        assert [epoch.learning_rate for epoch in history] == pytest.approx(wanted)
        assert [cosine(0), cosine(0.5), cosine(1)] == pytest.approx([1, 0.5, 0])
        assert constant(0.7) == 1

    def test_numbers_and_seconds(self, x, t):
        history = train(new_network((5, 6)), x[:300], t[:300], epochs=3)
        assert [(epoch.number, epoch.epochs) for epoch in history] == [(1, 3), (2, 3), (3, 3)]
        assert all(epoch.seconds > 0 for epoch in history)
        assert all(math.isnan(epoch.validation_accuracy) for epoch in history)

    def test_the_validation_set_is_random_scored_and_never_trained_on(self, x, t):
        seen = []

        def watch(images, _rng):
            seen.append(images.copy())
            return images

        network = new_network((20, 30))
        history = train(network, x[:1000], t[:1000], epochs=2, validation=300, distort=watch)
        trained_on = {image.tobytes() for image in np.concatenate(seen)}
        aside = [i for i in range(1000) if x[i].tobytes() not in trained_on]
        assert len(aside) == 300
        assert 400 < np.mean(aside) < 600
        score = accuracy(network, x[aside], t[aside])
        assert history[-1].validation_accuracy == pytest.approx(score)
        loss = cross_entropy(predict(network, x[aside]), t[aside])
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

    @pytest.mark.parametrize("kind", [bool, np.bool])
    def test_an_epoch_can_be_watched_and_be_the_last(self, x, t, kind):
        network = new_network((5, 6))
        watched = []

        def watch(epoch):
            watched.append((epoch, copy(network)))
            return kind(epoch.number == 2)

        history = train(network, x[:500], t[:500], epochs=5, on_epoch=watch)
        assert [epoch.number for epoch in history] == [1, 2]
        assert all(isinstance(epoch, Epoch) for epoch in history)
        assert not np.array_equal(watched[0][1]["W1"], watched[1][1]["W1"])
        assert_same(watched[1][1], network)

    def test_a_callback_that_returns_an_accuracy_stops_nothing(self, x, t):
        history = train(new_network((5, 6)), x[:100], t[:100], epochs=3, on_epoch=lambda _: 0.97)
        assert len(history) == 3


class TestDistort:
    def test_what_it_returns_is_what_is_learned_from(self, x, t):
        white, plain = new_network((5, 6)), new_network((5, 6))
        train(plain, np.ones_like(x[:300]), t[:300], epochs=1)
        train(white, x[:300], t[:300], epochs=1, distort=lambda images, _: np.ones_like(images))
        assert_same(white, plain)

    def test_a_function_of_ones_own_may_return_float64(self, x, t):
        def noise(images, rng):
            return images + rng.normal(0, 0.1, images.shape)

        (epoch,) = train(new_network((5, 6)), x[:300], t[:300], epochs=1, distort=noise)
        assert math.isfinite(epoch.loss)

    @pytest.mark.parametrize("wrong", [lambda images, _: images[1:], lambda *_: None])
    def test_another_number_of_images_is_refused(self, x, t, wrong):
        with pytest.raises(ValueError, match="must return as many images"):
            train(new_network((5, 6)), x[:300], t[:300], distort=wrong)

    def test_a_nan_that_distort_makes_is_named(self, x, t):
        with pytest.raises(ValueError, match="what distort made of it, holds a nan"):
            train(new_network((5,)), x[:300], t[:300], distort=lambda images, _: images * np.nan)


class TestWhatGoesWrong:
    def test_an_interruption_keeps_the_whole_steps(self, x, t):
        blocks = []

        def interrupt_the_third(images, _rng):
            if len(blocks) == 2:
                raise KeyboardInterrupt
            blocks.append(images.copy())
            return images

        network, expected = new_network((5, 6)), new_network((5, 6))
        settings = {"batch_size": 2000, "learning_rate": 0.5, "schedule": constant}
        with pytest.raises(KeyboardInterrupt, match="keeps what it has learned until now"):
            train(network, x[:6000], t[:6000], distort=interrupt_the_third, **settings)
        label = {image.tobytes(): digit for image, digit in zip(x[:6000], t[:6000], strict=True)}
        velocity = {name: np.zeros_like(values) for name, values in expected.items()}
        for images in blocks:
            slopes = gradient(expected, images, [label[image.tobytes()] for image in images])
            for name in expected:
                velocity[name] = 0.9 * velocity[name] - 0.5 * slopes[name]
                expected[name] += velocity[name]
        for name in expected:
            np.testing.assert_allclose(network[name], expected[name], atol=1e-5, err_msg=name)

    def test_steps_too_long_end_in_a_sentence_and_the_network_stays_finite(self, x, t):
        network = new_network()
        before = copy(network)
        with pytest.raises(FloatingPointError, match="smaller learning_rate"):
            train(network, x[:1000], t[:1000], learning_rate=1e38)
        assert_same(network, before)

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    @pytest.mark.parametrize("image", [0, 1999])
    def test_pixels_that_are_not_numbers_are_refused_and_nothing_is_lost(self, x, t, image, bad):
        spoiled = x[:2000].copy()
        spoiled[image, 400] = bad
        network = new_network()
        before = copy(network)
        with pytest.raises(ValueError, match="x holds a nan or an inf"):
            train(network, spoiled, t[:2000], epochs=1)
        assert_same(network, before)

    def test_unscaled_pixels_are_warned_of(self, x, t):
        with pytest.warns(UserWarning, match="Divide by 255"):
            train(new_network((5, 6)), 255 * x[:100], t[:100], epochs=1)

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"epochs": 0}, "epochs is 0"),
            ({"epochs": 1.5}, "epochs is 1.5"),
            ({"batch_size": 0}, "batch_size is 0"),
            ({"batch_size": "100"}, "batch_size is '100'"),
            ({"learning_rate": 0}, "learning_rate is 0, and must be a number above 0"),
            ({"learning_rate": math.nan}, "learning_rate is nan"),
            ({"learning_rate": "0.5"}, "learning_rate is '0.5'"),
            ({"momentum": 1}, "momentum is 1, and must be from 0 to below 1"),
            ({"momentum": -0.1}, "momentum is -0.1"),
            ({"momentum": None}, "momentum is None"),
            ({"validation": 20}, "must leave some of the 20"),
            ({"validation": 0.1}, "validation is 0.1"),
            ({"validation": -1}, "validation is -1"),
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

    def test_labels_and_networks_that_do_not_fit_are_refused(self, x, t):
        with pytest.raises(ValueError, match="20 integers"):
            train(new_network(), x[:20], t[:19])
        with pytest.raises(TypeError, match="where a dict with W1"):
            train(None, x[:20], t[:20])
