"""Loss, gradients and the training loop of a sigmoid network, in NumPy alone.

What makes it fast, on arrays as small as these:

* Everything is float32: half the memory to move, twice the numbers in each instruction.
* Every array of a step is allocated once and written with ``out=``.
* Images stay where they are; each batch gathers its own rows with `numpy.take`.
* All the parameters lie in one flat array, of which the matrices are views, so an update
  is three calls whatever the number of layers. It also makes a step all or nothing:
  an interruption falls before or after the one call that moves the parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from mnist_lib.network import Network, sigmoid
from mnist_lib.training.distortion import Distortion

__all__ = [
    "Distortion",
    "Epoch",
    "constant",
    "cosine",
    "cross_entropy",
    "gradient",
    "new_network",
    "numerical_gradient",
    "train",
]

Distort = Callable[[NDArray[np.floating], np.random.Generator], NDArray[np.floating]]
Relabel = Callable[[NDArray[np.floating], NDArray[np.floating]], NDArray[np.floating]]

BLOCK = 2_000
"""Images distorted or relabelled in one call: enough to spread its cost over."""

_NO_PIXELS = "x holds a nan or an inf. Every pixel must be a number from 0 to 1."


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to.

    Attributes
    ----------
    number, epochs : int
        Which epoch, 1 for the first, and how many were asked for.
    loss : float
        Mean cross-entropy over the epoch's batches, each measured before its own update.
    learning_rate : float
        The rate of the epoch's last step.
    seconds : float
        Time spent on training alone, without the validation.
    validation_loss, validation_accuracy : float
        Measured after the epoch on the images held back; NaN where none were.
    """

    number: int
    epochs: int
    loss: float
    learning_rate: float
    seconds: float
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan


def new_network(
    hidden_sizes: Sequence[int] = (50, 100),
    seed: int = 0,
    *,
    inputs: int = 784,
    outputs: int = 10,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Make a network that has learned nothing yet.

    Weights are drawn from a normal distribution of standard deviation ``1 / sqrt(rows)``,
    so that weighted sums stay near 1 however many terms they have. Between hidden layers it
    is four times that, which makes up for the sigmoid's slope of 1/4 at most (Glorot and
    Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    2010). A sigmoid's output is about 0.5, not 0: the biases start where they cancel that.

    Parameters
    ----------
    hidden_sizes : sequence of int
        Width of each hidden layer; any number of layers, also none.
    seed : int
        The same seed gives the same network.
    inputs, outputs : int
        Pixels in an image, classes to tell apart.
    dtype : data type
        float32 to train, float64 to check gradients.

    Returns
    -------
    dict of str to ndarray
        ``W1`` (inputs, hidden_sizes[0]), ``b1`` (hidden_sizes[0],), ``W2``, ``b2``, ...

    Raises
    ------
    ValueError
        If a layer is narrower than one unit.
    """
    sizes = [inputs, *hidden_sizes, outputs]
    if min(sizes) < 1:
        raise ValueError(f"Every layer needs at least one unit, but the sizes are {sizes}.")
    rng = np.random.default_rng(seed)
    network: Network = {}
    for layer, (rows, columns) in enumerate(pairwise(sizes), start=1):
        gain = 4 if 1 < layer <= len(hidden_sizes) else 1
        weights = rng.standard_normal((rows, columns)) * gain / math.sqrt(rows)
        mean_input = 0.0 if layer == 1 else 0.5
        network[f"W{layer}"] = weights.astype(dtype)
        network[f"b{layer}"] = (-mean_input * weights.sum(axis=0)).astype(dtype)
    return network


def cross_entropy(y: ArrayLike, t: ArrayLike) -> float:
    """Measure how surprised a network is by the true labels.

    Parameters
    ----------
    y : array_like, shape (N, classes) or (classes,)
        Probabilities, as `mnist_lib.network.predict` returns them.
    t : array_like, shape (N,) or (N, classes)
        Labels: integers, one-hot rows, or rows of probabilities.

    Returns
    -------
    float
        Mean over the images of ``-sum(t * log(y))``: 0 when every image's label has
        probability 1, about 2.303 = ln 10 for ten equal guesses.

    Raises
    ------
    ValueError
        If the labels do not fit `y`.

    Notes
    -----
    A probability of exactly 0 counts as the smallest positive number of its type, so the
    loss stays finite.
    """
    y = np.atleast_2d(np.asarray(y))
    if not np.issubdtype(y.dtype, np.floating):
        raise ValueError(f"y must hold probabilities as floats, but its dtype is {y.dtype}.")
    targets = _as_targets(np.atleast_1d(np.asarray(t)), *y.shape, y.dtype)
    return float(-np.vdot(targets, np.log(np.maximum(y, np.finfo(y.dtype).tiny))) / len(y))


def numerical_gradient(
    f: Callable[[NDArray[np.floating]], float], x: NDArray[np.floating], h: float = 1e-4
) -> NDArray[np.floating]:
    """Estimate a function's gradient by nudging one number at a time.

    The central difference ``(f(x + h) - f(x - h)) / 2h`` is wrong by about ``h ** 2``, the
    forward difference by about ``h``.

    Parameters
    ----------
    f : callable
        Takes `x` and returns one number. Each number of `x` costs two calls.
    x : ndarray of float, any shape
        Where to take the gradient. Nudged in place, so `f` may also reach it by another
        name (a network's ``W1``), and put back exactly, also when `f` fails.
    h : float
        The nudge.

    Returns
    -------
    ndarray
        The slope along each number of `x`; same shape and dtype.

    Raises
    ------
    TypeError
        If `x` is not an array of floats: a nudge of 0.0001 leaves an integer as it was.

    Notes
    -----
    Use float64: in float32, rounding drowns a difference as small as this one.
    """
    if not (isinstance(x, np.ndarray) and np.issubdtype(x.dtype, np.floating)):
        raise TypeError(
            "numerical_gradient needs a NumPy array of floats, because it nudges x in place; "
            "convert it with np.array(x, dtype=float) first."
        )
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        try:
            x[index] = value + h
            above = f(x)
            x[index] = value - h
            below = f(x)
        finally:
            x[index] = value
        slopes[index] = (above - below) / (2 * h)
    return slopes


def gradient(network: Network, x: ArrayLike, t: ArrayLike) -> Network:
    """Compute the gradient of the loss by backpropagation.

    Parameters
    ----------
    network : dict of str to ndarray
        ``W1``, ``b1``, ``W2``, ...; not changed. Its dtype is the dtype computed in.
    x : array_like, shape (N, inputs)
        Images, pixels from 0 to 1.
    t : array_like, shape (N,) or (N, outputs)
        Labels: integers, one-hot rows, or rows of probabilities. All three give the same
        gradient at every batch size.

    Returns
    -------
    dict of str to ndarray
        The slope of the mean cross-entropy along each parameter, under the same names.

    Raises
    ------
    ValueError
        If the network, the images or the labels do not fit each other.
    """
    step = _Step(network)
    x, targets = step.checked(x, t)
    if not _is_finite(x):
        raise ValueError(_NO_PIXELS)
    step.backpropagate(x, targets, scale=1 / len(x))
    return step.named(step.gradient)


def constant(_progress: float) -> float:
    """Keep the learning rate as it is; a schedule for `train`."""
    return 1.0


def cosine(progress: float) -> float:
    """Let the learning rate glide from full to nothing along half a cosine.

    Parameters
    ----------
    progress : float
        0 at the first step, nearly 1 at the last.

    Returns
    -------
    float
        What to multiply the learning rate by.

    Notes
    -----
    From Loshchilov and Hutter, "SGDR", 2017, without the restarts.
    """
    return (1 + math.cos(math.pi * progress)) / 2


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
    relabel: Relabel | None = None,
    on_epoch: Callable[[Epoch], object] | None = None,
    progress: bool = False,
) -> list[Epoch]:
    """Train a network in place by mini-batch gradient descent with momentum.

    Parameters
    ----------
    network : dict of str to ndarray
        ``W1``, ``b1``, ``W2``, ... as `new_network` makes them. Updated in place.
    x : array_like, shape (N, inputs)
        Images, pixels from 0 to 1. float32 is used as it is, anything else is copied once.
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
        Fixes the held-back images, the orders and the distortions. The same seed gives the
        same weights, bit for bit, on the same machine and versions.
    validation : int
        How many images, drawn at random, to hold back: never trained on, scored after
        every epoch.
    distort : callable, optional
        ``distort(x, rng)`` returns the images to train on in place of some, afresh in each
        epoch: a `mnist_lib.training.Distortion`, or a function of your own. The memory of
        `x` is used again for the next images: copy what you keep.
    relabel : callable, optional
        ``relabel(x, targets)`` returns the targets to train on in place of some rows of
        probabilities, `x` being the images after their distortion: softer labels, or what
        a larger network makes of these images.
    on_epoch : callable, optional
        Called with an `Epoch` after each epoch, when `network` is up to date. Training ends
        early if it returns something true.
    progress : bool
        Whether to show a progress bar; needs tqdm.

    Returns
    -------
    list of Epoch
        One for each epoch that was completed.

    Raises
    ------
    ValueError
        If the network, images, labels or settings do not fit each other.
    FloatingPointError
        If the loss is no longer finite. The parameters are then of no use.

    Notes
    -----
    Interrupted (Ctrl-C, or the notebook's stop button), `network` holds the parameters as
    the last whole step left them.
    """
    for name, values in network.items():
        if not values.flags.writeable:
            raise ValueError(f"{name} is read-only; train a network of copies (values.copy()).")
    step = _Step(network)
    x, targets = step.checked(x, t)
    _check_settings(
        len(x),
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        momentum=momentum,
        validation=validation,
    )
    rng = np.random.default_rng(seed)
    held_back, kept = np.split(rng.permutation(len(x)), [validation])
    batches_per_epoch = -(-len(kept) // batch_size)
    history: list[Epoch] = []
    untrained = step.parameters.copy()
    try:
        for number in _counted(epochs, progress=progress):
            start = perf_counter()
            loss = 0.0
            order = rng.permutation(kept)
            blocks = _blocks(x, targets, order, batch_size, rng, distort=distort, relabel=relabel)
            batches = _batches(blocks, batch_size)
            for done, (x_batch, t_batch) in enumerate(batches, (number - 1) * batches_per_epoch):
                rate = learning_rate * schedule(done / (epochs * batches_per_epoch))
                loss += step.descend(x_batch, t_batch, rate, momentum) * len(x_batch)
            _require_convergence(step.parameters.sum())
            seconds = perf_counter() - start
            step.write_to(network)
            scores = step.score(x, targets, held_back) if validation else ()
            history.append(Epoch(number, epochs, loss / len(kept), rate, seconds, *scores))
            if on_epoch is not None and on_epoch(history[-1]):
                break
    except FloatingPointError:
        # Asked only now, because to look through all the images takes as long as many steps.
        if _is_finite(x):
            raise
        np.copyto(step.parameters, untrained)
        raise ValueError(_NO_PIXELS) from None
    finally:
        step.write_to(network)
    return history


class _Step:
    """One step of training, with all the memory that it needs.

    Attributes
    ----------
    parameters, gradient, velocity : ndarray, shape (number of parameters,)
        Flat arrays. `layers` and `slopes` are the matrices and biases as views into the
        first two, one ``(W, b)`` a layer.
    """

    def __init__(self, network: Network) -> None:
        self.names = _layer_names(network)
        self.shapes = [network[name].shape for name in self.names]
        self.parameters = np.concatenate([network[name].ravel() for name in self.names])
        self.gradient = np.zeros_like(self.parameters)
        self.velocity = np.zeros_like(self.parameters)
        self.layers = self._pairs(self.parameters)
        self.slopes = self._pairs(self.gradient)
        self.dtype = self.parameters.dtype
        self._work: dict[int, tuple[list[NDArray], list[NDArray], NDArray]] = {}

    def named(self, flat: NDArray) -> Network:
        """Cut a flat array into views that carry the names and shapes of the parameters."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        pieces = zip(self.names, np.split(flat, ends[:-1]), self.shapes, strict=True)
        return {name: piece.reshape(shape) for name, piece, shape in pieces}

    def _pairs(self, flat: NDArray) -> list[tuple[NDArray, NDArray]]:
        views = list(self.named(flat).values())
        return list(zip(views[::2], views[1::2], strict=True))

    def write_to(self, network: Network) -> None:
        """Copy the parameters into the arrays of `network`."""
        for name, values in self.named(self.parameters).items():
            np.copyto(network[name], values)

    def checked(self, x: ArrayLike, t: ArrayLike) -> tuple[NDArray, NDArray]:
        """Return images and dense targets in the network's dtype, or say what is wrong."""
        x = np.asarray(x)
        inputs, outputs = self.shapes[0][0], self.shapes[-1][0]
        if x.ndim != 2 or x.shape[1] != inputs or len(x) == 0:
            raise ValueError(
                f"x must have the shape (N, {inputs}), one image a row, but has {x.shape}; "
                f"reshape it with x.reshape(-1, {inputs})."
            )
        if not np.issubdtype(x.dtype, np.floating):
            raise ValueError(
                f"x must hold floats from 0 to 1, but its dtype is {x.dtype}; "
                "divide the pixels by 255 first, or load them with normalize=True."
            )
        targets = _as_targets(np.asarray(t), len(x), outputs, self.dtype)
        return np.ascontiguousarray(x, self.dtype), targets

    def _arrays_for(self, count: int) -> tuple[list[NDArray], list[NDArray], NDArray]:
        """Return each layer's outputs and errors for `count` images, and a row of ones."""
        if count not in self._work:
            widths = [b.size for _, b in self.layers]
            outputs = [np.empty((count, width), self.dtype) for width in widths]
            errors = [np.empty_like(output) for output in outputs]
            self._work[count] = outputs, errors, np.ones(count, self.dtype)
        return self._work[count]

    def forward(self, x: NDArray) -> list[NDArray]:
        """Return every layer's output: sigmoids, and for the last the centred sums.

        The last layer's sums are shifted so that each row's largest is 0, which leaves its
        softmax as it was and keeps `exp` from overflowing.
        """
        outputs, _, _ = self._arrays_for(len(x))
        for (weights, bias), z in zip(self.layers, outputs, strict=True):
            np.dot(x, weights, out=z)
            np.add(z, bias, out=z)
            if z is not outputs[-1]:
                sigmoid(z, out=z)
            x = z
        outputs[-1] -= np.maximum.reduce(outputs[-1], axis=1, keepdims=True)
        return outputs

    def backpropagate(self, x: NDArray, targets: NDArray, scale: float) -> float:
        """Fill `gradient` with `scale` times the slopes of the summed loss; return its mean.

        Scaling the error of the outputs, N x 10 numbers, scales all the slopes with it.
        """
        outputs = self.forward(x)
        _, errors, ones = self._arrays_for(len(x))
        sums, error = outputs[-1], errors[-1]
        np.exp(sums, out=error)
        totals = np.add.reduce(error, axis=1, keepdims=True)
        loss = float(np.log(totals).sum() - np.vdot(targets, sums)) / len(x)
        error /= totals
        error -= targets
        error *= scale
        for layer in range(len(self.layers) - 1, 0, -1):
            z, below = outputs[layer - 1], errors[layer - 1]
            self._fill_slopes(layer, z, errors[layer], ones)
            np.dot(errors[layer], self.layers[layer][0].T, out=below)
            below *= z
            np.subtract(1, z, out=z)
            below *= z
        self._fill_slopes(0, x, errors[0], ones)
        return loss

    def _fill_slopes(self, layer: int, below: NDArray, error: NDArray, ones: NDArray) -> None:
        weights, bias = self.slopes[layer]
        np.dot(below.T, error, out=weights)
        np.dot(ones, error, out=bias)

    def descend(self, x: NDArray, targets: NDArray, rate: float, momentum: float) -> float:
        """Move the parameters by one step and return the loss from before it."""
        with np.errstate(over="ignore", invalid="ignore"):
            loss = self.backpropagate(x, targets, scale=rate / len(x))
            _require_convergence(loss)
            self.velocity *= momentum
            self.velocity -= self.gradient
            self.parameters += self.velocity
        return loss

    def score(self, x: NDArray, targets: NDArray, chosen: NDArray) -> tuple[float, float]:
        """Return the mean loss and the share of correct answers over the chosen images."""
        loss, correct = 0.0, 0
        for start in range(0, len(chosen), 1_000):
            rows = chosen[start : start + 1_000]
            sums = self.forward(x[rows])[-1]
            loss += float(np.log(np.exp(sums).sum(axis=1)).sum() - np.vdot(targets[rows], sums))
            correct += int((sums.argmax(axis=1) == targets[rows].argmax(axis=1)).sum())
        return loss / len(chosen), correct / len(chosen)


def _blocks(
    x: NDArray,
    targets: NDArray,
    order: NDArray,
    batch_size: int,
    rng: np.random.Generator,
    *,
    distort: Distort | None,
    relabel: Relabel | None,
) -> Iterator[tuple[NDArray, NDArray]]:
    """Yield whole batches of images and targets in the given order, in reused memory.

    Without anything to do to the images a block is one batch, which stays in the cache.
    """
    plain = distort is None and relabel is None
    size = batch_size if plain else batch_size * -(-BLOCK // batch_size)
    x_memory = np.empty((min(size, len(order)), x.shape[1]), x.dtype)
    t_memory = np.empty((len(x_memory), targets.shape[1]), x.dtype)
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        # mode="clip" spares NumPy a detour by a second buffer; no index is out of bounds.
        x_block = np.take(x, rows, axis=0, out=x_memory[: len(rows)], mode="clip")
        t_block = np.take(targets, rows, axis=0, out=t_memory[: len(rows)], mode="clip")
        if distort is not None:
            x_block = distort(x_block, rng)
        if relabel is not None:
            t_block = relabel(x_block, t_block)
        yield x_block, t_block


def _batches(
    blocks: Iterator[tuple[NDArray, NDArray]], size: int
) -> Iterator[tuple[NDArray, NDArray]]:
    for x, targets in blocks:
        for start in range(0, len(x), size):
            yield x[start : start + size], targets[start : start + size]


def _counted(epochs: int, *, progress: bool) -> Iterator[int]:
    numbers = range(1, epochs + 1)
    if not progress:
        yield from numbers
        return
    from tqdm.auto import tqdm

    with tqdm(numbers, desc="training", unit="epoch") as bar:
        yield from bar


def _layer_names(network: Network) -> list[str]:
    """Return the names of the parameters in the order of the layers, or say what is wrong."""
    layers = len(network) // 2
    names = [f"{kind}{layer}" for layer in range(1, layers + 1) for kind in "Wb"]
    if not names or set(names) != set(network):
        raise ValueError(
            "A network is a dict with W1, b1, W2, b2, ... without gaps, "
            f"but this one has {sorted(network)}."
        )
    rows = network["W1"].shape[0]
    for weights, bias in zip(names[::2], names[1::2], strict=True):
        columns = network[bias].size
        if network[weights].shape != (rows, columns) or network[bias].shape != (columns,):
            raise ValueError(
                f"{weights} must have the shape ({rows}, {columns}) to stand between its "
                f"input and {bias}, but has {network[weights].shape}."
            )
        rows = columns
    dtypes = {network[name].dtype for name in names}
    if len(dtypes) > 1 or not np.issubdtype(network["W1"].dtype, np.floating):
        raise ValueError(
            "All parameters must have the same floating dtype, but they have "
            f"{', '.join(sorted(map(str, dtypes)))}."
        )
    return names


def _as_targets(t: NDArray, count: int, classes: int, dtype: DTypeLike) -> NDArray:
    """Return labels of any of the three kinds as (count, classes) rows of probabilities."""
    if t.ndim == 1 and np.issubdtype(t.dtype, np.integer) and len(t) == count:
        if len(t) and (t.min() < 0 or t.max() >= classes):
            raise ValueError(
                f"Labels must be from 0 to {classes - 1}, "
                f"but these go from {t.min()} to {t.max()}."
            )
        return np.eye(classes, dtype=dtype)[t]
    if t.shape != (count, classes):
        raise ValueError(
            f"t must hold {count} integers, one for each image, or rows of shape "
            f"({count}, {classes}); it has the shape {t.shape} and the dtype {t.dtype}."
        )
    if not (t.min() >= 0 and np.allclose(t.sum(axis=1), 1, atol=1e-3)):
        raise ValueError(
            "Each row of t must be one-hot or probabilities: no number below 0, a sum of 1."
        )
    return np.ascontiguousarray(t, dtype)


def _is_finite(x: NDArray) -> bool:
    return bool(np.isfinite(np.sum(x)))


def _require_convergence(sign_of_life: float) -> None:
    if not math.isfinite(sign_of_life):
        raise FloatingPointError(
            "The loss is no longer a finite number: the steps were too long and the parameters "
            "have grown without bound. Start again from a new network with a smaller "
            "learning_rate, a tenth of this one for a start."
        )


def _check_settings(
    count: int,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    momentum: float,
    validation: int,
) -> None:
    if epochs < 1 or batch_size < 1:
        raise ValueError(
            f"epochs and batch_size must be at least 1, but are {epochs} and {batch_size}."
        )
    if not learning_rate > 0:
        raise ValueError(f"learning_rate must be above 0, but is {learning_rate}.")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum must be from 0 up to, but not with, 1, but is {momentum}.")
    if not 0 <= validation < count:
        raise ValueError(
            f"validation counts images and must leave some of the {count} to train on, "
            f"but is {validation}."
        )
