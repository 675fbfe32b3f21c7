"""A compiled network gives the answers of the network that it was made of."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mnist_lib import predict
from mnist_lib.compiled import BLOCK, compile_network
from mnist_lib.network import new_network


@pytest.mark.parametrize("hidden_sizes", [(), (7,), (50, 100), (5, 6, 7, 8)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_answers_are_the_same_at_any_depth(mnist, hidden_sizes, dtype):
    x = mnist[1][0]
    network = new_network(hidden_sizes, seed=2, dtype=dtype)
    read = compile_network(network)
    for images in (x[0], x[:1], x[:100], x[: BLOCK + 1], x[:0]):
        y = read(images)
        assert y.dtype == np.float32
        np.testing.assert_allclose(y, predict(network, images), atol=1e-5)


def test_the_shipped_network_reads_all_test_images_the_same(network, mnist):
    x = mnist[1][0]
    read = compile_network(network)
    expected = predict(network, x)
    np.testing.assert_allclose(read(x), expected, atol=1e-5)
    np.testing.assert_array_equal(read(x).argmax(axis=1), expected.argmax(axis=1))
    np.testing.assert_allclose([read(image) for image in x[:200]], expected[:200], atol=1e-5)


def test_saturated_units_and_large_scores_do_not_overflow(mnist):
    x = mnist[1][0]
    network = {name: values * 1000 for name, values in new_network().items()}
    read = compile_network(network)
    for images in (x[0], x[:100], x[: 3 * BLOCK]):
        y = read(images)
        assert np.isfinite(y).all()
        np.testing.assert_allclose(y.sum(axis=-1), 1, atol=1e-5)


def test_each_call_gives_a_new_array(network, mnist):
    x = mnist[1][0]
    read = compile_network(network)
    for images in (x[0], x[:100]):
        first = read(images)
        kept = first.copy()
        read(images[::-1])
        np.testing.assert_array_equal(first, kept)


def test_many_threads_may_call_it_at_once(network, mnist):
    x = mnist[1][0]
    read = compile_network(network)
    pieces = [x[i] if i % 3 else x[i : i + 700] for i in range(300)]
    alone = [read(piece) for piece in pieces]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(read, pieces))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_network_that_is_changed_afterwards_changes_nothing(mnist):
    x = mnist[1][0][:5]
    network = new_network()
    read = compile_network(network)
    before = read(x)
    for values in network.values():
        values[...] = 0
    np.testing.assert_array_equal(read(x), before)


def test_layers_that_do_not_fit_are_refused(network):
    with pytest.raises(ValueError, match="b1 has the shape"):
        compile_network(network | {"b1": np.zeros(1, np.float32)})
