"""The loss is what it should be, and the gradient is the true one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lib import predict
from mnist_lib.network import new_network
from mnist_lib.training import cross_entropy, gradient, numerical_gradient


def one_hot(t):
    return np.eye(10, dtype=np.float32)[t]


class TestCrossEntropy:
    def test_it_is_the_mean_surprise(self):
        y = np.array([[0.5, 0.5], [0.25, 0.75]])
        assert cross_entropy(y, [0, 1]) == pytest.approx(-(np.log(0.5) + np.log(0.75)) / 2)

    @pytest.mark.parametrize("t", [1, np.uint8(1), [0, 1], [0.0, 1.0]])
    def test_one_image_alone_will_do_with_any_kind_of_label(self, t):
        assert cross_entropy([0.1, 0.9], t) == pytest.approx(-np.log(0.9))

    def test_ten_equal_guesses_cost_the_logarithm_of_ten(self, x, t):
        assert cross_entropy(np.full((50, 10), 0.1), t[:50]) == pytest.approx(np.log(10))
        y = predict(new_network(), x[:1000])
        assert cross_entropy(y, t[:1000]) == pytest.approx(np.log(10), abs=0.5)

    def test_certain_and_wrong_is_finite(self):
        assert 80 < cross_entropy(np.array([[1, 0]], np.float32), [1]) < 100

    def test_labels_may_be_probabilities(self):
        y = np.array([[0.2, 0.8]])
        assert cross_entropy(y, [[0.5, 0.5]]) == pytest.approx(-np.log([0.2, 0.8]).mean())

    @pytest.mark.parametrize(
        ("y", "sentence"),
        [
            (np.array([[0, 1]]), "dtype int64, where probabilities as floats"),
            (np.zeros((2, 3, 4)), r"\(2, 3, 4\)"),
            (np.zeros((0, 2)), r"\(0, 2\)"),
            (np.array([[-0.1, 1.1]]), "apply softmax first"),
            (np.array([[3.0, 1.0]]), "apply softmax first"),
            (np.array([[np.nan, 1.0]]), "apply softmax first"),
        ],
    )
    def test_what_is_not_a_probability_is_refused(self, y, sentence):
        with pytest.raises(ValueError, match=sentence):
            cross_entropy(y, [1])


class TestNumericalGradient:
    def test_it_finds_the_slope_of_a_parabola(self):
        point = np.array([3.0, -4.0])
        slopes = numerical_gradient(lambda v: float(v[0] ** 2 + v[1] ** 2), point)
        np.testing.assert_allclose(slopes, [6, -8], atol=1e-8)
        np.testing.assert_array_equal(point, [3, -4])

    def test_it_looks_to_both_sides(self):
        """The forward difference of a cubic is wrong by three times h."""
        slopes = numerical_gradient(lambda v: float(v[0] ** 3), np.array([1.0]))
        assert slopes[0] == pytest.approx(3, abs=1e-7)

    def test_the_point_is_put_back_when_the_function_fails(self):
        def fail(_):
            raise ZeroDivisionError

        point = np.array([3.0])
        with pytest.raises(ZeroDivisionError):
            numerical_gradient(fail, point)
        assert point[0] == 3

    @pytest.mark.parametrize("wrong", [np.array([3, 4]), [3.0, 4.0]])
    def test_what_cannot_be_moved_a_little_is_refused(self, wrong):
        with pytest.raises(TypeError, match="array of floats"):
            numerical_gradient(sum, wrong)


class TestGradient:
    @pytest.mark.parametrize("labels", ["integers", "one-hot", "soft"])
    @pytest.mark.parametrize("hidden_sizes", [(), (6,), (4, 5), (4, 5, 6)])
    def test_it_is_the_numerical_one(self, x, t, labels, hidden_sizes):
        rows = slice(0, 7)
        images = x[rows].astype(np.float64)
        soft = np.random.default_rng(0).dirichlet(np.ones(10), 7)
        targets = {"integers": t[rows], "one-hot": one_hot(t[rows]), "soft": soft}[labels]
        network = new_network(hidden_sizes, dtype=np.float64)
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
        hot = gradient(network, x[:count], one_hot(t[:count]))
        for name, slopes in gradient(network, x[:count], t[:count]).items():
            np.testing.assert_array_equal(slopes, hot[name], err_msg=name)

    def test_ten_images_are_not_taken_for_ten_classes(self, x, t):
        network = new_network(dtype=np.float64)
        together = gradient(network, x[:10], t[:10])
        apart = [gradient(network, x[i : i + 1], t[i : i + 1]) for i in range(10)]
        for name, slopes in together.items():
            mean = np.mean([single[name] for single in apart], axis=0)
            np.testing.assert_allclose(slopes, mean, atol=1e-12, err_msg=name)

    def test_the_order_in_memory_makes_no_difference(self, x, t):
        network = new_network((5,))
        columns = {name: np.asfortranarray(values) for name, values in network.items()}
        for name, slope in gradient(columns, x[:9], t[:9]).items():
            np.testing.assert_allclose(slope, gradient(network, x[:9], t[:9])[name], atol=1e-7)

    def test_the_network_is_not_changed(self, x, t):
        network = new_network()
        before = {name: values.copy() for name, values in network.items()}
        gradient(network, x[:5], t[:5])
        for name, values in network.items():
            np.testing.assert_array_equal(values, before[name])

    @pytest.mark.parametrize(
        ("images", "sentence"),
        [
            (np.zeros((20, 28, 28), np.float32), r"\(N, 784\)"),
            (np.zeros(784, np.float32), r"\(N, 784\)"),
            (np.zeros((0, 784), np.float32), "at least one image"),
            (np.zeros((20, 784), np.uint8), "Divide raw pixels by 255"),
            (np.full((20, 784), np.nan), "nan or an inf"),
        ],
    )
    def test_images_that_can_not_be_learned_from_are_refused(self, t, images, sentence):
        with pytest.raises(ValueError, match=sentence):
            gradient(new_network(), images, t[: len(images)])

    def test_labels_and_networks_that_do_not_fit_are_refused(self, x, t):
        with pytest.raises(ValueError, match="from 0 to 9"):
            gradient(new_network(), x[:20], np.full(20, 10))
        with pytest.raises(ValueError, match="20 integers"):
            gradient(new_network(), x[:20], t[:5])
        with pytest.raises(ValueError, match="without a gap"):
            gradient(new_network() | {"W4": np.zeros((10, 10), np.float32)}, x[:20], t[:20])
