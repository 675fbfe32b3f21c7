"""Layers go backward as the loss says, whatever is plugged together."""

import numpy as np
import pytest

from mnist_lib.layers import Affine, Convolution, Flatten, Layers, MaxPool, ReLU, Sigmoid
from mnist_lib.network import new_network, predict
from mnist_lib.training import cross_entropy, gradient, numerical_gradient

D = {"dtype": np.float64}
NETWORKS = {
    "one layer": Layers(Affine(784, 10, **D)),
    "sigmoids": Layers(Affine(784, 6, **D), Sigmoid(), Affine(6, 10, 1, **D)),
    "rectified": Layers(
        Affine(784, 6, **D), ReLU(), Affine(6, 5, 1, **D), ReLU(), Affine(5, 10, 2, **D)
    ),
    "one convolution": Layers(
        Convolution(1, 2, 5, **D), ReLU(), MaxPool(), Flatten(), Affine(288, 10, 1, **D)
    ),
    "two convolutions": Layers(
        Convolution(1, 2, 3, **D),
        Sigmoid(),
        Convolution(2, 3, 3, 1, **D),
        MaxPool(),
        Flatten(),
        Affine(432, 10, 2, **D),
    ),
}


@pytest.fixture
def images(mnist):
    (x, t), _ = mnist
    # A background of exactly 0 lies on the edge of a ReLU, and in blocks without a largest number.
    noise = np.random.default_rng(0).uniform(0, 0.1, (4, 784))
    return 0.9 * x[:4].astype(np.float64) + noise, t[:4]


def loss(network, x, t):
    return cross_entropy(network.predict(x), t)


@pytest.mark.parametrize("name", NETWORKS)
def test_slopes_are_those_that_moving_the_parameters_gives(images, name):
    x, t = images
    network = NETWORKS[name]
    if "convolution" in name:
        x = x.reshape(-1, 1, 28, 28)
    network.learn(x, t)
    for layer in network.layers:
        slopes = [values.copy() for values in layer.slopes]
        for values, slope in zip(layer.parameters, slopes, strict=True):
            some = tuple(slice(0, 3) for _ in values.shape)
            # So small a move seldom makes another number the largest of its block.
            found = numerical_gradient(lambda _: loss(network, x, t), values[some], h=1e-6)
            np.testing.assert_allclose(slope[some], found, atol=1e-6)


def test_the_way_back_reaches_the_pixels(images):
    x, t = images
    x = x.reshape(-1, 1, 28, 28)
    network = NETWORKS["two convolutions"]
    error = network.predict(x) - np.eye(10)[t]
    for layer in reversed(network.layers):
        error = layer.backward(error)
    part = x[:1, :, 10:13, 10:13]
    found = numerical_gradient(lambda _: len(x) * cross_entropy(network.predict(x), t), part)
    np.testing.assert_allclose(error[:1, :, 10:13, 10:13], found, atol=1e-6)


def test_the_same_network_has_the_same_answers_and_slopes_as_the_one_in_a_dict(images):
    x, t = images
    network = new_network((6,), **D)
    layers = Layers(Affine(784, 6, **D), Sigmoid(), Affine(6, 10, **D))
    for layer, number in ((layers.layers[0], 1), (layers.layers[2], 2)):
        layer.parameters = [network[f"W{number}"], network[f"b{number}"]]
    loss = layers.learn(x, t)
    np.testing.assert_allclose(layers.predict(x), predict(network, x))
    assert loss == pytest.approx(cross_entropy(predict(network, x), t))
    expected = gradient(network, x, t)
    for layer, number in ((layers.layers[0], 1), (layers.layers[2], 2)):
        for slopes, name in zip(layer.slopes, "Wb", strict=True):
            np.testing.assert_allclose(slopes, expected[f"{name}{number}"])


def test_a_filter_slides_over_every_place():
    layer = Convolution(2, 1, 3, **D)
    weights, biases = layer.parameters
    biases[:] = 0.5
    x = np.random.default_rng(0).random((2, 2, 6, 5))
    found = layer.forward(x)
    assert found.shape == (2, 1, 4, 3)
    for row in range(4):
        for column in range(3):
            window = x[1, :, row : row + 3, column : column + 3]
            assert found[1, 0, row, column] == pytest.approx(np.sum(window * weights[0]) + 0.5)


def test_steps_downhill_lower_the_loss_and_types_stay(mnist):
    (x, t), _ = mnist
    network = Layers(Convolution(1, 4, 5), ReLU(), MaxPool(), Flatten(), Affine(576, 10))
    assert network.size == 4 * 25 + 4 + 576 * 10 + 10
    x = x[:100].reshape(-1, 1, 28, 28)
    losses = []
    for _ in range(5):
        losses.append(network.learn(x, t[:100]))
        network.step(0.1)
    assert losses == sorted(losses, reverse=True)
    assert {values.dtype for layer in network.layers for values in layer.parameters} == {
        np.dtype(np.float32)
    }
