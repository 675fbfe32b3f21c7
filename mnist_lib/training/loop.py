"""The training loop: mini-batch gradient descent with momentum, in NumPy alone."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from numbers import Real
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_lib.checks import check_count, check_numbers, check_type
from mnist_lib.network import Network, predict
from mnist_lib.threads import work_ahead
from mnist_lib.training.backpropagation import backpropagate, check_examples, mean_loss
from mnist_lib.training.schedules import cosine

Distort = Callable[[NDArray[np.floating], np.random.Generator], NDArray[np.floating]]

BLOCK = 2_000
"""Images prepared in one call: enough to spread its cost over."""


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to.

    Attributes
    ----------
    number, epochs : int
        Which epoch, 1 for the first, and how many were asked for.
    loss : float
        Mean cross-entropy over the epoch's images, each measured before its own update.
    learning_rate : float
        The rate of the epoch's last step.
    seconds : float
        Time spent on training alone, without the validation.
    validation_loss, validation_accuracy : float
        Measured after the epoch on the validation set; NaN where there is none.
    """

    number: int
    epochs: int
    loss: float
    learning_rate: float
    seconds: float
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan


def train(
    network: Network,
    x: ArrayLike,
    t: ArrayLike,
    *,
    epochs: int = 5,
    batch_size: int = 100,
    learning_rate: float = 0.5,
    momentum: float = 0.9,
    schedule: Callable[[float], float] = cosine,
    seed: int = 0,
    validation: int = 0,
    distort: Distort | None = None,
    on_epoch: Callable[[Epoch], object] | None = None,
) -> list[Epoch]:
    """Train a network in place by mini-batch gradient descent with momentum.

    Parameters
    ----------
    network : dict of str to ndarray
        As `mnist_lib.network.new_network` makes it. Updated in place.
    x : array_like, shape (N, inputs)
        Images, floats from 0 to 1. float32 is used as it is, anything else is copied once.
    t : array_like, shape (N,) or (N, outputs)
        Labels: integers, one-hot rows, or rows of probabilities.
    epochs : int
        How many times to go through the images, each time in a new order.
    batch_size : int
        Images in a step. The last batch of an epoch may be shorter; none is left out.
    learning_rate, momentum : float
        A step moves by ``momentum`` times the step before, minus ``learning_rate`` times
        the gradient.
    schedule : callable
        From progress (0 to 1) to what the learning rate is multiplied by: `cosine`,
        `constant`, or one of your own.
    seed : int
        Fixes the validation set, the orders and the distortions. The same seed gives the
        same weights, bit for bit, on the same machine and versions.
    validation : int
        How many images, drawn at random, to set aside: never trained on, scored after
        every epoch.
    distort : callable, optional
        ``distort(x, rng)`` returns the images to train on in place of some, new ones in each
        epoch: a `Distortion`, or a function of your own. It runs in a second thread, ahead of
        the steps.
    on_epoch : callable, optional
        Called with an `Epoch` after each epoch, when `network` is up to date. Training ends
        early if it returns True.

    Returns
    -------
    list of Epoch
        One for each epoch that was completed.

    Raises
    ------
    TypeError, ValueError
        If the network, images, labels or settings do not fit each other.
    FloatingPointError
        If the loss is no longer finite.

    Notes
    -----
    Interrupted (Ctrl-C, or the notebook's stop button), `network` holds the parameters as
    the last whole step left them; after an error, as the last whole epoch left them.
    """
    x, targets = check_examples(network, x, t, every_pixel=False)
    settings = {"epochs": epochs, "batch_size": batch_size}
    settings |= {"validation": validation, "seed": seed}
    _check_settings(network, len(x), settings, learning_rate, momentum)
    functions = {"schedule": schedule, "distort": distort, "on_epoch": on_epoch}
    for name, function in functions.items():
        if function is not None or name == "schedule":
            check_type(name, function, Callable, "a function")
    check_numbers("What schedule returns at first", schedule(0.0))
    rng = np.random.default_rng(seed)
    aside, kept = np.split(rng.permutation(len(x)), [validation])
    x_aside, t_aside = x[aside], targets[aside]
    # All the parameters in one array, and the matrices as views of it: an update is three calls
    # for any number of layers (5 % of an epoch), and an interruption falls between whole steps.
    parameters = np.concatenate([values.ravel() for values in network.values()])
    gradient, velocity = np.zeros_like(parameters), np.zeros_like(parameters)
    views, slopes = _views(parameters, network), _views(gradient, network)
    prepare = None if distort is None else partial(_distorted, distort, rng)
    step, steps = 0, epochs * -(-len(kept) // batch_size)
    history: list[Epoch] = []
    try:
        for number in range(1, epochs + 1):
            start, loss = perf_counter(), 0.0
            order = rng.permutation(kept)
            for images, labels in _batches(x, targets, order, batch_size, prepare):
                rate = learning_rate * schedule(step / steps)
                with np.errstate(over="ignore", invalid="ignore"):  # see _check_convergence
                    y = backpropagate(views, images, labels, slopes, rate / len(images))
                    velocity *= momentum
                    velocity -= gradient
                    parameters += velocity
                loss += mean_loss(y, labels) * len(images)
                step += 1
            seconds = perf_counter() - start
            _check_convergence(loss, parameters)
            scores = _score(views, x_aside, t_aside) if validation else ()
            _copy(views, network)
            history.append(Epoch(number, epochs, loss / len(kept), rate, seconds, *scores))
            wanted = None if on_epoch is None else on_epoch(history[-1])
            if isinstance(wanted, bool | np.bool) and wanted:  # not an accuracy, say
                break
    except KeyboardInterrupt:
        _copy(views, network)
        raise KeyboardInterrupt(
            "Training was stopped. The network keeps what it has learned until now, and would go "
            "on from there. To begin anew, first run the cell that makes the network."
        ) from None
    return history


def _batches(
    x: NDArray,
    targets: NDArray,
    order: NDArray,
    size: int,
    distort: Callable[[NDArray], NDArray] | None,
) -> Iterator[tuple[NDArray, NDArray]]:
    """Yield batches of images and their targets in the given order."""

    def blocks() -> Iterator[tuple[NDArray, NDArray]]:
        count = size * -(-BLOCK // size)
        for start in range(0, len(order), count):
            rows = order[start : start + count]
            images = x[rows]
            if distort is not None:
                images = distort(images)
            # Looked for here, since it takes long and here nobody waits for it.
            if not np.isfinite(images.sum()):
                made = "x holds" if distort is None else "x, or what distort made of it, holds"
                raise ValueError(f"{made} a nan or an inf. Every pixel must be a number.")
            yield images, targets[rows]

    for images, labels in work_ahead(blocks()):
        for start in range(0, len(images), size):
            yield images[start : start + size], labels[start : start + size]


def _distorted(distort: Distort, rng: np.random.Generator, x: NDArray) -> NDArray:
    """Distort images, and check what came of it."""
    images = distort(x, rng)
    if np.shape(images) != x.shape:
        raise ValueError(
            f"distort returned the shape {np.shape(images)} for images of the shape {x.shape}; "
            "it must return as many images as it is given, of the same size."
        )
    return np.ascontiguousarray(images, x.dtype)


def _score(network: Network, x: NDArray, targets: NDArray) -> tuple[float, float]:
    """Return the mean loss and the accuracy."""
    y = predict(network, x)
    right = y.argmax(axis=1) == targets.argmax(axis=1)
    return mean_loss(y, targets), float(right.mean())


def _views(flat: NDArray, network: Network) -> Network:
    """Cut a flat array into views with the names and shapes of the parameters."""
    ends = np.cumsum([values.size for values in network.values()])
    return {
        name: flat[end - values.size : end].reshape(values.shape)
        for (name, values), end in zip(network.items(), ends, strict=True)
    }


def _copy(views: Network, network: Network) -> None:
    for name, values in views.items():
        np.copyto(network[name], values)


def _check_convergence(loss: float, parameters: NDArray) -> None:
    if not (math.isfinite(loss) and np.isfinite(parameters).all()):
        raise FloatingPointError(
            "The loss is no longer a finite number: the steps were too long, and the parameters "
            "have grown without bound. The network is as it was after the epoch before. Start "
            "again from a new one with a smaller learning_rate, a tenth of this one at first."
        )


def _check_settings(
    network: Network, count: int, settings: dict[str, int], learning_rate: float, momentum: float
) -> None:
    for name, value in settings.items():
        check_count(name, value, least=0 if name in {"validation", "seed"} else 1)
    if settings["validation"] >= count:
        raise ValueError(
            f"validation is {settings['validation']}, and must leave some of the {count} images "
            "to train on."
        )
    if not (isinstance(learning_rate, Real) and 0 < learning_rate < math.inf):
        raise ValueError(f"learning_rate is {learning_rate!r}, and must be a number above 0.")
    if not (isinstance(momentum, Real) and 0 <= momentum < 1):
        raise ValueError(f"momentum is {momentum!r}, and must be from 0 to below 1.")
    for name, values in network.items():
        if not values.flags.writeable:
            raise ValueError(f"{name} is read-only; train a network of copies (values.copy()).")
