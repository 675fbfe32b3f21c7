"""JAX, which compiles a whole epoch into one program."""

from functools import partial

import jax
import jax.numpy as jnp

from benchmarks.racing import Work
from benchmarks.task import BATCH, MOMENTUM, RATE
from mnist_lib import load_mnist
from mnist_lib.network import new_network

Network = dict[str, jax.Array]


def loss(network: Network, x: jax.Array, t: jax.Array) -> jax.Array:
    """Return the mean cross-entropy of a batch."""
    z1 = jax.nn.sigmoid(x @ network["W1"] + network["b1"])
    z2 = jax.nn.sigmoid(z1 @ network["W2"] + network["b2"])
    chances = jax.nn.log_softmax(z2 @ network["W3"] + network["b3"])
    return -jnp.take_along_axis(chances, t[:, jnp.newaxis], axis=1).mean()


@partial(jax.jit, donate_argnums=(0, 1))
def epoch(
    network: Network, velocity: Network, key: jax.Array, x: jax.Array, t: jax.Array
) -> tuple[Network, Network]:
    """Go through all images once, in a new order."""

    def step(state: tuple[Network, Network], rows: jax.Array) -> tuple:
        network, velocity = state
        slopes = jax.grad(loss)(network, x[rows], t[rows])
        velocity = jax.tree.map(lambda v, slope: MOMENTUM * v - RATE * slope, velocity, slopes)
        return (jax.tree.map(jnp.add, network, velocity), velocity), None

    order = jax.random.permutation(key, len(x)).reshape(-1, BATCH)
    state, _ = jax.lax.scan(step, (network, velocity), order)
    return state


def prepare_epoch() -> Work:
    """Return the work of one epoch, compiled, which goes on from the epoch before."""
    (x, t), _ = load_mnist()
    x, t = jnp.asarray(x), jnp.asarray(t, jnp.int32)
    network = jax.tree.map(jnp.asarray, new_network())
    state = (network, jax.tree.map(jnp.zeros_like, network))
    keys = iter(jax.random.split(jax.random.key(0), 1000))

    def work() -> None:
        nonlocal state
        state = jax.block_until_ready(epoch(*state, next(keys), x, t))

    work()
    return work
