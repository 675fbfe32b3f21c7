"""Controls that train: how many images, how long a step, and a training to watch."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from mnist_lib import checks
from mnist_lib.checks import Network
from mnist_lib.figures import Picture, draw_learning_curve, draw_losses, draw_progress
from mnist_lib.training import Epoch
from mnist_lib.widgets.control import Control, LongControl, Report, Shown
from mnist_lib.widgets.slider import Slider

OnEpoch = Callable[[Epoch], object]


def view_training_size(curve: Mapping[int, float], count: int, reached: float) -> Shown:
    """Show an accuracy among those that were measured before.

    Parameters
    ----------
    curve : mapping of int to float
        Accuracy at each number of training images, as measured before, or nan.
    count : int
        The number of training images, one of those in `curve`.
    reached : float
        The accuracy that was reached with them, 0..1.
    """
    checks.check_table("curve", curve, low=0, high=1, nan=True)
    checks.check_count("count", count)
    checks.check_numbers("reached", reached, low=0, high=1)
    text = (
        f"learned from {count:,} images: accuracy {reached:.3f}, "
        f"{round((1 - reached) * 10_000):,} mistakes in 10,000"
    )
    if math.isnan(curve.get(count, 0)):
        curve = {**curve, count: reached}
    return text, _draw_curve(curve, count)


def _draw_curve(curve: Mapping[int, float], count: int) -> Picture:
    return draw_learning_curve(list(curve), {"network": list(curve.values())}, at=count)


def choose_training_size(
    learn: Callable[[int, OnEpoch], float], curve: Mapping[int, float]
) -> Control:
    """Make a control for the number of training images.

    Parameters
    ----------
    learn : callable
        ``learn(count, on_epoch)`` trains on that many images, passes `on_epoch` to
        `mnist_lib.training.train`, and returns the accuracy on images held back.
    curve : mapping of int to float
        As for `view_training_size`; an empty one is a ValueError. A number with a nan can be
        chosen like the others, and shows its point when it has been learned from.
    """
    checks.check_type("learn", learn, Callable, "a function")
    checks.check_table("curve", curve, low=0, high=1, nan=True)

    def show(count: int, report: Report) -> Shown:
        seen: list[Epoch] = []

        def on_epoch(epoch: Epoch) -> bool:
            seen.append(epoch)
            text = f"learning from {count:,} images: epoch {epoch.number} of {epoch.epochs}"
            return report(epoch.number / epoch.epochs, lambda: (text, picture))

        picture = _draw_curve(curve, count)
        text, picture = view_training_size(curve, count, learn(count, on_epoch))
        return _note_stop(text, seen), picture

    texts = [f"{count:,}" for count in curve]
    # Not live: dragging past a value should not start a training.
    count = Slider("training images", list(curve), texts, live=False)
    return LongControl("choose the number of training images", show, count=count)


def view_step_size(size: float, losses: Sequence[float]) -> Shown:
    """Show the loss before the first step of this size, and after each step.

    Steps that are too large may end in inf or nan; the curve ends before that.
    """
    checks.check_numbers("size", size, low=0)
    losses = checks.check_numbers("losses", losses, "losses", low=0, high=math.inf, nan=True)
    finite = list(itertools.takewhile(math.isfinite, losses))
    checks.check_numbers("the first loss", losses[0])
    count = len(losses) - 1
    text = (
        f"step size {size:g}: loss {losses[0]:.2f} at first, {losses[-1]:.2f} after {count} steps"
    )
    if len(finite) < len(losses):
        text = f"step size {size:g}: after {len(finite)} steps the loss is no number any more"
    return text, draw_losses({f"step size {size:g}": finite}, "step", first=0)


def choose_step_size(learn: Callable[[float], Sequence[float]], sizes: Sequence[float]) -> Control:
    """Make a control for how far each step goes, which draws the loss step by step.

    Parameters
    ----------
    learn : callable
        ``learn(size)`` takes a few quick steps, always from the same start, and returns the loss
        before the first and after each.
    sizes : sequence of float
        What there is to choose from, the middle one at first; without any there is a ValueError.
    """
    checks.check_type("learn", learn, Callable, "a function")
    checks.check_numbers("sizes", sizes, "sizes", low=0)
    texts = [f"{size:g}" for size in sizes]
    size = Slider("step size", sizes, texts, len(texts) // 2)
    return Control(
        "choose the step size", lambda size: view_step_size(size, learn(size)), size=size
    )


def view_learning_rate(rate: float, history: Sequence[Epoch]) -> Shown:
    """Show how the loss falls with a learning rate, or does not.

    `history` holds the epochs so far, at least one, with validation scores.
    """
    checks.check_numbers("rate", rate)
    _check_history(history)
    if not history:
        raise ValueError("history is empty, where at least one epoch is expected.")
    last = history[-1]
    text = (
        f"learning rate {rate:g}: after {last.number} epochs the loss is {last.loss:.3f}, "
        f"the accuracy on the images held back {last.validation_accuracy:.3f}"
    )
    losses = {
        "training images": [epoch.loss for epoch in history],
        "images held back": [epoch.validation_loss for epoch in history],
    }
    return text, draw_losses(losses, steps=last.epochs)


def choose_learning_rate(
    learn: Callable[[float, OnEpoch], Sequence[Epoch]], rates: Sequence[float]
) -> Control:
    """Make a control for the learning rate, which draws the loss as it falls.

    Parameters
    ----------
    learn : callable
        ``learn(rate, on_epoch)`` passes both to `mnist_lib.training.train`, and returns the
        epochs.
    rates : sequence of float
        What there is to choose from, the middle one at first; without any there is a ValueError.
    """
    checks.check_type("learn", learn, Callable, "a function")
    checks.check_numbers("rates", rates, "rates", low=0)

    def show(rate: float, report: Report) -> Shown:
        seen: list[Epoch] = []

        def on_epoch(epoch: Epoch) -> bool:
            seen.append(epoch)
            return report(epoch.number / epoch.epochs, lambda: view_learning_rate(rate, seen))

        text, picture = view_learning_rate(rate, learn(rate, on_epoch))
        return _note_stop(text, seen), picture

    texts = [f"{rate:g}" for rate in rates]
    rate = Slider("learning rate", rates, texts, len(texts) // 2, live=False)
    return LongControl("choose the learning rate", show, rate=rate)


def _check_history(history: Sequence[Epoch]) -> None:
    checks.check_type("history", history, Sequence, "a list of epochs")
    for epoch in history:
        checks.check_type("history", epoch, Epoch, "a list of epochs")


def _note_stop(text: str, seen: Sequence[Epoch]) -> str:
    """Say so below the text if the last epoch was not reached."""
    if seen and seen[-1].number < seen[-1].epochs:
        return f"{text}\nstopped after epoch {seen[-1].number} of {seen[-1].epochs}"
    return text


def view_progress(network: Network, history: Sequence[Epoch]) -> Shown:
    """Show how far the training of a network has come in the epochs so far."""
    checks.check_network(network)
    _check_history(history)
    losses = [epoch.loss for epoch in history]
    accuracies = [epoch.validation_accuracy for epoch in history]
    text = "not trained yet"
    if history:
        last = history[-1]
        seconds = sum(epoch.seconds for epoch in history)
        text = (
            f"epoch {last.number} of {last.epochs}, {seconds:.1f} s of training: "
            f"loss {last.loss:.3f}"
        )
        if not math.isnan(last.validation_accuracy):
            reached = f"accuracy on images held back {last.validation_accuracy:.3f}"
            text = f"{text}; {reached}"
    return text, draw_progress(losses, accuracies, network["W1"])


class TrainingView(Control):
    """Watch `network` learn in place: display this, then pass it to `train` as ``on_epoch``."""

    def __init__(self, network: Network) -> None:
        self.history: list[Epoch] = []
        super().__init__("watch the training", partial(view_progress, network, self.history))

    def __call__(self, epoch: Epoch) -> None:
        """Add an epoch and draw again."""
        checks.check_type("epoch", epoch, Epoch, "an Epoch")
        self.history.append(epoch)
        self.draw()
