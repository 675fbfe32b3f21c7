"""Training the course's network, beside PyTorch, scikit-learn and JAX."""

from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.contenders import jax_scan, ours, pytorch, scikit_learn
from benchmarks.racing import Row, apart, compare, race
from mnist_lib import init_network, load_mnist
from mnist_lib.training import gradient

TURNS = 7
TURNS_OF_WAYS = 5


def rows() -> Iterator[Row]:
    """Measure an epoch, the way to 97 %, the distortions; and check the gradient."""
    yield from check_gradient()
    epochs = {
        "ours": ours.prepare_epoch,
        "PyTorch": pytorch.prepare_epoch,
        "scikit-learn": scikit_learn.prepare_epoch,
        "JAX": jax_scan.prepare_epoch,
    }
    goals = {"PyTorch": 0.5, "scikit-learn": 0.55, "JAX": 0.8}
    times = race(epochs, TURNS)
    yield from compare("one epoch, batches of 100", times, goals)
    alone = race(epochs, TURNS, threads=1)
    no_goals = dict.fromkeys(goals)
    yield from compare("the same, one thread each", alone, no_goals)
    times = race({"ours": ours.prepare_way, "PyTorch": pytorch.prepare_way}, TURNS_OF_WAYS)
    quick = median(times["ours"]) < 3
    yield from compare("from nothing to 97 % of the test set", times, {"PyTorch": 0.5}, also=quick)
    times = race({"distorting": ours.prepare_distortion, "the epoch": ours.prepare_epoch}, TURNS)
    yield from compare("distorting 60,000 images once", times, {"the epoch": 3})


def check_gradient() -> Iterator[Row]:
    """Compare our gradient with autograd's."""
    yield Row("`gradient` in float64", "PyTorch's autograd", apart(gradient_error), 1e-9)


def gradient_error() -> float:
    """Return how far the two are apart on 1,000 images, relative to the steepest slope."""
    (x, t), _ = load_mnist()
    network = {name: values.astype(float) for name, values in init_network().items()}
    x, t = x[:1000].astype(float), t[:1000]
    mine, theirs = gradient(network, x, t), pytorch.gradient(network, x, t)
    for name in network:
        np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-6, atol=1e-12)
    return max(
        np.abs(mine[name] - theirs[name]).max() / np.abs(theirs[name]).max() for name in network
    )
