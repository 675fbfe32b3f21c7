"""The network: its functions against their definitions, its answers on real images."""

import json
import subprocess
import sys
import warnings
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import mnist_lib
from mnist_lib import accuracy, init_network, load_mnist, predict, sigmoid, softmax
from mnist_lib.network import new_network, predict_layers
from mnist_lib.parameters import SHIPPED

finite = st.floats(-(2.0**100), 2.0**100, width=32)
DEPTHS = [(), (30,), (50, 100, 30), (5, 6, 7, 8)]


def follow_the_formula(network, x):
    """Read images by the formula, in float64 and without the library's functions."""
    depth = len(network) // 2
    z = np.asarray(x, np.float64)
    for i in range(1, depth + 1):
        a = z @ network[f"W{i}"].astype(np.float64) + network[f"b{i}"]
        z = 1 / (1 + np.exp(-a))
    e = np.exp(a)
    return e / e.sum(axis=-1, keepdims=True)


class TestSigmoid:
    @given(a=st.floats(-700, 700))
    def test_it_is_what_its_formula_says(self, a: float):
        exact = 1 / (1 + Decimal(-a).exp())
        assert abs(Decimal(float(sigmoid(a))) - exact) < Decimal("1e-15")

    @given(a=npst.arrays(np.float32, npst.array_shapes(max_dims=3), elements=finite))
    def test_it_never_overflows_and_keeps_shape_and_type(self, a: np.ndarray):
        z = sigmoid(a)
        assert (z.shape, z.dtype) == (a.shape, np.float32)
        assert ((z >= 0) & (z <= 1)).all()
        np.testing.assert_allclose(z + sigmoid(-a), 1, atol=1e-6)

    def test_integers_and_a_number_alone_will_do(self):
        np.testing.assert_allclose(sigmoid([0, 1]), [0.5, 0.7310585786])
        assert sigmoid(0) == 0.5


scores = npst.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=finite
)


class TestSoftmax:
    @given(a=scores)
    def test_each_row_sums_to_one(self, a: np.ndarray):
        y = softmax(a)
        assert (y.shape, y.dtype) == (a.shape, np.float32)
        assert (y >= 0).all()
        np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)

    @given(a=scores)
    def test_a_row_alone_is_what_it_is_in_a_batch(self, a: np.ndarray):
        np.testing.assert_allclose(softmax(a), [softmax(row) for row in a], rtol=1e-5)

    def test_it_is_what_its_formula_says(self):
        a = np.array([1.0, 2.0, 4.0])
        np.testing.assert_allclose(softmax(a), np.exp(a) / np.exp(a).sum())
        np.testing.assert_allclose(
            softmax([1010, 1000, 990]), [0.99995, 4.5e-5, 2.1e-9], rtol=0.02
        )

    @pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
    def test_integers_do_not_wrap_around(self, dtype):
        a = np.array([1, 0, 1], dtype) if dtype is bool else np.array([1, 2, 3], dtype)
        e = np.exp(a.astype(float))
        np.testing.assert_allclose(softmax(a), e / e.sum())


class TestNewNetwork:
    def test_the_shapes_are_those_of_the_course(self):
        shapes = {name: values.shape for name, values in new_network().items()}
        weights = {"W1": (784, 50), "W2": (50, 100), "W3": (100, 10)}
        assert shapes == weights | {"b1": (50,), "b2": (100,), "b3": (10,)}
        assert {values.dtype for values in new_network().values()} == {np.dtype(np.float32)}

    def test_the_seed_decides(self):
        for name, values in new_network(seed=3).items():
            np.testing.assert_array_equal(values, new_network(seed=3)[name])
        assert not np.array_equal(new_network(seed=3)["W1"], new_network(seed=4)["W1"])

    def test_no_unit_begins_saturated_or_like_all_others(self, mnist):
        """Weighted sums of ordinary images are neither tiny nor so large that sigmoids stick."""
        x = mnist[0][0][:1000]
        network = new_network()
        z = predict_layers(network, x)
        for name, layer in (("z1", 1), ("z2", 2)):
            below = x if layer == 1 else z["z1"]
            sums = below @ network[f"W{layer}"] + network[f"b{layer}"]
            assert abs(sums.mean()) < 0.5, name
            assert 0.15 < sums.std(axis=1).mean() < 2, name
            assert 0.3 < z[name].mean() < 0.7, name

    @pytest.mark.parametrize("sizes", [(50, 0), (50, -1), (1.5,), ("50",)])
    def test_a_layer_without_a_whole_number_of_units_is_refused(self, sizes):
        with pytest.raises(ValueError, match=r"the size of a layer is .*at least 1"):
            new_network(sizes)


class TestPredict:
    def test_one_image_and_a_batch(self, network, mnist):
        _, (x, _) = mnist
        one, batch = predict(network, x[0]), predict(network, x[:3])
        assert (one.shape, batch.shape) == ((10,), (3, 10))
        assert batch.dtype == np.float32
        assert batch.argmax(axis=1).tolist() == [7, 2, 1]
        np.testing.assert_allclose(batch[0], one, atol=1e-6)
        assert predict(network, x[:0]).shape == (0, 10)

    @pytest.mark.parametrize("hidden_sizes", DEPTHS)
    def test_it_is_the_formula_at_any_depth(self, mnist, hidden_sizes):
        _, (x, _) = mnist
        network = new_network(hidden_sizes, seed=1)
        np.testing.assert_allclose(
            predict(network, x[:100]), follow_the_formula(network, x[:100]), atol=1e-6
        )

    def test_neither_the_image_nor_the_network_is_changed(self, network, mnist):
        image = mnist[1][0][0].copy()
        before = {name: array.copy() for name, array in network.items()}
        predict(network, image)
        np.testing.assert_array_equal(image, mnist[1][0][0])
        for name, array in network.items():
            np.testing.assert_array_equal(array, before[name])

    def test_the_warning_about_pixels_points_at_the_readers_line(self, network):
        _, (raw, _) = load_mnist(normalize=False)
        with pytest.warns(UserWarning, match="Divide by 255") as caught:
            predict(network, raw[:1])
        assert caught[0].filename == __file__

    def test_bad_images_and_networks_are_refused(self, network):
        for read in (predict, predict_layers):
            with pytest.raises(ValueError, match="x has the shape"):
                read(network, np.zeros((3, 700)))
            with pytest.raises(TypeError, match="init_network"):
                read(None, np.zeros(784))
            with pytest.raises(ValueError, match="b1 has the shape"):
                read(network | {"b1": np.zeros(1, np.float32)}, np.zeros(784))

    @pytest.mark.parametrize("hidden_sizes", [(50, 100), *DEPTHS])
    def test_the_layers_between_are_those_that_lead_to_the_answer(self, mnist, hidden_sizes):
        _, (x, _) = mnist
        network = new_network(hidden_sizes)
        for images in (x[0], x[:7]):
            layers = predict_layers(network, images)
            names = [f"z{i + 1}" for i in range(len(hidden_sizes))]
            assert list(layers) == ["x", *names, "y"]
            np.testing.assert_array_equal(layers["x"], images)
            widths = [784, *hidden_sizes, 10]
            assert [array.shape[-1] for array in layers.values()] == widths
            np.testing.assert_array_equal(layers["y"], predict(network, images))
            for i, name in enumerate(names, start=1):
                below = list(layers.values())[i - 1]
                z = sigmoid(below @ network[f"W{i}"] + network[f"b{i}"])
                np.testing.assert_allclose(layers[name], z, atol=1e-6)


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "W3", "b3"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("ask", [predict, predict_layers])
def test_a_network_that_went_wrong_answers_nothing(name, value, ask):
    """Also where it is multiplied by 0 or a sigmoid hides it, and for one image as for many."""
    network = new_network()
    network[name].flat[0] = value
    for shape in (784,), (3, 784):
        with pytest.raises(ValueError, match=f"{name} holds numbers that are not finite"):
            ask(network, np.zeros(shape, np.float32))


def test_large_numbers_are_numbers_too():
    network = new_network(dtype=np.float32)
    network["b3"][7] = 1e30  # its square is no float32
    assert predict(network, np.zeros(784, np.float32)).argmax() == 7


class TestAccuracy:
    def test_a_network_that_went_wrong_is_not_measured(self, mnist):
        _, (x, t) = mnist
        network = new_network()
        network["b1"][0] = np.inf
        with pytest.raises(ValueError, match="b1 holds numbers that are not finite"):
            accuracy(network, x[:5], t[:5])

    def test_the_shipped_network_scores_what_is_written_beside_it(self, network, mnist):
        _, (x, t) = mnist
        story = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
        measured = accuracy(network, x, t)
        assert measured >= 0.988
        # An image that lies on the border of two digits may fall to the other side elsewhere.
        assert abs(measured - story["scores"]["test_accuracy"]) <= 0.0003

    @pytest.mark.parametrize("hidden_sizes", [(30,), (50, 100, 30)])
    def test_networks_of_other_depths_are_scored_by_their_own_answers(self, mnist, hidden_sizes):
        _, (x, t) = mnist
        network = new_network(hidden_sizes)
        expected = np.mean(follow_the_formula(network, x).argmax(axis=1) == t)
        assert accuracy(network, x, t) == pytest.approx(expected, abs=0.0003)

    @pytest.mark.parametrize("size", [1, 7, 100, 3000, 10**9])
    def test_the_batch_size_changes_no_answer(self, network, mnist, size: int):
        _, (x, t) = mnist
        p = predict(network, x[:3100]).argmax(axis=1)
        assert accuracy(network, x[:3100], t[:3100], batch_size=size) == np.mean(p == t[:3100])

    def test_labels_may_be_one_hot(self, network, mnist):
        _, (x, t) = mnist
        hot = np.eye(10)[t[:500]]
        assert accuracy(network, x[:500], hot) == accuracy(network, x[:500], t[:500])

    @pytest.mark.parametrize(
        ("images", "labels", "size", "words"),
        [
            ((0, 784), np.zeros(0, int), 100, "at least one image"),
            ((784,), np.zeros(784, int), 100, "at least one image"),
            ((5, 784), np.zeros(4, int), 100, "5 integers, one for each image"),
            ((5, 784), np.zeros((5, 1), int), 100, "5 integers, one for each image"),
            ((5, 784), np.full(5, 10), 100, "from 0 to 9, but these go from 10 to 10"),
            ((5, 784), np.full(5, "7"), 100, "5 integers"),
            ((5, 784), np.zeros(5, int), 0, "batch_size is 0"),
            ((5, 784), np.zeros(5, int), 1.5, "batch_size is 1.5"),
        ],
    )
    def test_what_can_not_be_measured_is_refused(self, network, images, labels, size, words):
        with pytest.raises(ValueError, match=words):
            accuracy(network, np.zeros(images, np.float32), labels, batch_size=size)


def test_init_network_reads_the_shipped_network(network):
    np.testing.assert_array_equal(init_network()["W1"], network["W1"])
    np.testing.assert_array_equal(init_network(str(SHIPPED))["b3"], network["b3"])


def test_the_names_of_the_book_are_found_in_the_package():
    wanted = {"accuracy", "get_data", "img_show", "init_network", "load_mnist", "predict"}
    assert wanted <= set(dir(mnist_lib))
    with warnings.catch_warnings(action="error"):
        assert callable(mnist_lib.img_show)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = mnist_lib.no_such_name


def test_importing_the_library_imports_nothing_slow():
    code = (
        "import sys, mnist_lib.compiled, mnist_lib.training\n"
        "slow = {'matplotlib', 'PIL', 'ipywidgets', 'IPython', 'requests', 'tqdm', 'zipfile'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr
