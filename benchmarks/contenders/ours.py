"""The library itself."""

from functools import partial
from itertools import count

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.racing import Work
from benchmarks.task import (
    BATCH,
    ENOUGH,
    EPOCHS,
    MOMENTUM,
    RATE,
    batches,
    singles,
)
from mnist_lib import accuracy, load_mnist, predict
from mnist_lib.compiled import compile_network
from mnist_lib.network import new_network
from mnist_lib.training import Distortion, Epoch, constant, train

# What the library does in a reader's kernel; here it leaves BLAS alone, since the race has said
# in BLAS's own variable how many threads each contender may use.
threadpool_limits(1, user_api="blas")


def loader(normalize: bool) -> Work:
    """Return the work of loading all arrays."""
    return partial(load_mnist, normalize=normalize)


def prepare_epoch() -> Work:
    """Return the work of one epoch, which goes on from the epoch before."""
    (x, t), _ = load_mnist()
    return partial(
        train,
        new_network(),
        x,
        t,
        epochs=1,
        batch_size=BATCH,
        learning_rate=RATE,
        momentum=MOMENTUM,
        schedule=constant,
    )


def prepare_way() -> Work:
    """Return the work of training a new network until it reads enough of the test set.

    Each time it starts from another network and sees the images in other orders.
    """
    (x, t), (x_test, t_test) = load_mnist()
    seeds = count()

    def train_until_enough() -> None:
        seed = next(seeds)
        network = new_network(seed=seed)

        def is_enough(_epoch: Epoch) -> bool:
            return accuracy(network, x_test, t_test) >= ENOUGH

        train(
            network,
            x,
            t,
            epochs=EPOCHS,
            batch_size=BATCH,
            learning_rate=RATE,
            momentum=MOMENTUM,
            seed=seed,
            on_epoch=is_enough,
        )

    return train_until_enough


def prepare_distortion() -> Work:
    """Return the work of distorting all training images."""
    (x, _), _ = load_mnist()
    return partial(Distortion(), x, np.random.default_rng(0))


def prepare_singles() -> Work:
    """Return the work of reading all test images, one at a time, with a compiled network."""
    return singles(compile_network)


def prepare_batches(size: int) -> Work:
    """Return the work of naming the digits of all test images, in batches, compiled."""
    return batches(compile_network, size)


def prepare_plain_singles() -> Work:
    """Return the same work, with `predict`."""
    return singles(lambda network: partial(predict, network))


def prepare_plain_batches(size: int) -> Work:
    """Return the same work in batches, with `predict`."""
    return batches(lambda network: partial(predict, network), size)
