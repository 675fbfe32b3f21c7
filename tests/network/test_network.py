"""The network: its functions against their definitions, its answers on real images."""

import json
import warnings
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from mnist_lib import accuracy, load_mnist, predict, sigmoid, softmax
from mnist_lib.network import predict_layers
from mnist_lib.parameters import SHIPPED

finite = st.floats(-(2.0**100), 2.0**100, width=32)


@given(a=st.floats(-700, 700))
def test_sigmoid_is_what_its_formula_says(a: float):
    exact = 1 / (1 + Decimal(-a).exp())
    assert abs(Decimal(float(sigmoid(a))) - exact) < Decimal("1e-15")


@given(a=npst.arrays(np.float32, npst.array_shapes(max_dims=3), elements=finite))
def test_sigmoid_never_overflows_and_keeps_shape_and_type(a: np.ndarray):
    z = sigmoid(a)
    assert (z.shape, z.dtype) == (a.shape, np.float32)
    assert ((z >= 0) & (z <= 1)).all()
    np.testing.assert_allclose(z + sigmoid(-a), 1, atol=1e-6)


def test_sigmoid_into_an_array_is_the_same():
    a = np.linspace(-9, 9, 50, dtype=np.float32)
    expected = sigmoid(a)
    assert sigmoid(a, out=a) is a
    np.testing.assert_array_equal(a, expected)


def test_sigmoid_of_integers_and_of_a_number():
    np.testing.assert_allclose(sigmoid([0, 1]), [0.5, 0.7310585786])
    assert sigmoid(0) == 0.5


scores = npst.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=finite
)


@given(a=scores)
def test_each_row_of_a_softmax_sums_to_one(a: np.ndarray):
    y = softmax(a)
    assert (y.shape, y.dtype) == (a.shape, np.float32)
    assert (y >= 0).all()
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)


@given(a=scores)
def test_a_row_alone_is_what_it_is_in_a_batch(a: np.ndarray):
    np.testing.assert_allclose(softmax(a), [softmax(row) for row in a], rtol=1e-5)


def test_softmax_is_what_its_formula_says():
    a = np.array([1.0, 2.0, 4.0])
    np.testing.assert_allclose(softmax(a), np.exp(a) / np.exp(a).sum())
    np.testing.assert_allclose(softmax([1010, 1000, 990]), [0.99995, 4.5e-5, 2.1e-9], rtol=0.02)


def test_the_shipped_network_reads_what_its_story_says(network, mnist):
    _, (x, t) = mnist
    story = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
    measured = accuracy(network, x, t)
    assert measured >= 0.988
    # An image that lies on the border of two digits may fall to the other side elsewhere.
    assert abs(measured - story["scores"]["test_accuracy"]) <= 0.0003


@pytest.mark.parametrize("size", [1, 7, 100, 3000, 10_000, 99_999])
def test_the_batch_size_changes_no_answer(network, mnist, size: int):
    _, (x, t) = mnist
    assert accuracy(network, x, t, batch_size=size) == accuracy(network, x, t)


def test_one_image_and_a_batch(network, mnist):
    _, (x, _) = mnist
    one, batch = predict(network, x[0]), predict(network, x[:3])
    assert (one.shape, batch.shape) == ((10,), (3, 10))
    assert batch.dtype == np.float32
    assert batch.argmax(axis=1).tolist() == [7, 2, 1]
    np.testing.assert_allclose(batch[0], one, atol=1e-6)
    np.testing.assert_allclose(batch.sum(axis=1), 1, atol=1e-6)
    assert predict(network, x[:0]).shape == (0, 10)


def test_predict_changes_neither_the_image_nor_the_network(network, mnist):
    _, (x, _) = mnist
    image = x[0].copy()
    before = {name: array.copy() for name, array in network.items()}
    predict(network, image)
    np.testing.assert_array_equal(image, x[0])
    for name, array in network.items():
        np.testing.assert_array_equal(array, before[name])


def test_labels_may_be_one_hot(network, mnist):
    _, (x, t) = mnist
    assert accuracy(network, x[:500], np.eye(10)[t[:500]]) == accuracy(network, x[:500], t[:500])


@pytest.mark.parametrize("count", [1, 100])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_images_that_were_never_scaled_are_noticed(network, count: int, dtype: type):
    _, (raw, _) = load_mnist(normalize=False)
    with pytest.warns(UserWarning, match=r"reach 25\d.*Divide by 255.*normalize=True") as caught:
        predict(network, raw[:count].astype(dtype))
    assert caught[0].filename == __file__


def test_every_scaled_image_passes_without_a_warning(network, mnist):
    (x, _), _ = mnist
    with warnings.catch_warnings(action="error"):
        predict(network, x)
        predict(network, np.ones(784))
        predict(network, np.ones(784, dtype=np.uint8))


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28), (10, 1, 28, 28), (783,), (784, 3), ()])
def test_images_of_another_shape_are_refused(network, shape: tuple[int, ...]):
    with pytest.raises(ValueError, match=r"\(784,\) or \(N, 784\) is expected.*reshape"):
        predict(network, np.zeros(shape, np.float32))


def test_a_nan_is_refused(network):
    x = np.zeros((3, 784), np.float32)
    x[1, 5] = np.nan
    with pytest.raises(ValueError, match="nan"):
        predict(network, x)


@pytest.mark.parametrize(
    ("images", "labels", "size", "words"),
    [
        (0, 0, 100, "at least one image"),
        (5, 4, 100, "one label for each"),
        (5, (5, 1), 100, "one label for each"),
        (5, 5, 0, "Pass 1 or more"),
    ],
)
def test_accuracy_of_what_can_not_be_measured(network, images, labels, size, words):
    x, t = np.zeros((images, 784), np.float32), np.zeros(labels, np.uint8)
    with pytest.raises(ValueError, match=words):
        accuracy(network, x, t, batch_size=size)


def test_the_layers_between_are_those_that_lead_to_the_answer(network, mnist):
    _, (x, _) = mnist
    for images in (x[0], x[:7]):
        layers = predict_layers(network, images)
        assert list(layers) == ["x", "z1", "z2", "y"]
        assert [array.shape[-1] for array in layers.values()] == [784, 50, 100, 10]
        np.testing.assert_array_equal(layers["y"], predict(network, images))
        z2 = sigmoid(layers["z1"] @ network["W2"] + network["b2"])
        np.testing.assert_allclose(layers["z2"], z2, atol=1e-6)
    with pytest.raises(ValueError, match="x has the shape"):
        predict_layers(network, x[:7, :700])
