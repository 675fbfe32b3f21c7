"""Controls for notebooks: move something, and a picture of what follows is drawn anew.

Each control stands around one function, from settings to a text and a picture. The function
can be called without a control, and is what the tests test; the control adds the sliders.
"""

import html
import math
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets
import numpy as np

from mnist_lib.figures import (
    Picture,
    draw_batch_times,
    draw_greys,
    draw_learning_curve,
    draw_losses,
    draw_progress,
)
from mnist_lib.network import Network, accuracy, predict
from mnist_lib.training import Epoch

__all__ = [
    "Control",
    "TrainingView",
    "browse_images",
    "choose_batch_size",
    "choose_learning_rate",
    "choose_training_size",
    "measure_batches",
    "view_batch_size",
    "view_image",
    "view_learning_rate",
    "view_progress",
    "view_training_size",
]

View = tuple[str, Picture]


class Control(ipywidgets.VBox):
    """Inputs above the text and the picture that a function makes of their values.

    Where no kernel runs (a page that renders notebooks, print), what is stored of a control is
    the text and the picture of its first settings.

    Parameters
    ----------
    name : str
        What the control is for, in a few words.
    show : callable
        From the inputs' values, by their names, to a text and a `Picture`.
    **inputs : ipywidgets.Widget
        One for each argument of `show`.
    """

    def __init__(
        self, name: str, show: Callable[..., View], **inputs: ipywidgets.ValueWidget
    ) -> None:
        self.name = name
        self.show = show
        self.inputs = inputs
        self.output = ipywidgets.HTML()
        self.text, self.picture = "", None
        super().__init__([*inputs.values(), self.output])
        for widget in inputs.values():
            widget.observe(lambda _: self.redraw(), names="value")
        self.redraw()

    def redraw(self) -> None:
        """Show what follows from the inputs as they are now; an error shows as a sentence."""
        try:
            self.text, self.picture = self.show(
                **{name: widget.value for name, widget in self.inputs.items()}
            )
        except Exception as error:  # noqa: BLE001 - a control never fails in silence
            self.text, self.picture = f"This did not work: {error}", None
        self.output.value = self._to_html()

    def _to_html(self) -> str:
        role = "status" if self.picture else "alert"
        return (
            f'<p role="{role}" style="white-space: pre-wrap; font-size: 16px; line-height: 1.4">'
            f"{html.escape(self.text)}</p>{self.picture.to_html() if self.picture else ''}"
        )

    def __repr__(self) -> str:
        shown = f"\n{self.picture!r}" if self.picture else ""
        return f"Control: {self.name}\n{self.text}{shown}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self.picture._repr_mimebundle_() if self.picture else ({}, {})
        data |= super()._repr_mimebundle_(**kwargs)
        data |= {"text/plain": repr(self), "text/html": self._to_html()}
        return data, metadata


def _wide(widget: ipywidgets.DOMWidget) -> ipywidgets.DOMWidget:
    """Give a labelled slider room for its label, in a window of any width."""
    widget.layout.width = "min(600px, 95%)"
    widget.style.description_width = "10em"
    return widget


def view_image(x: np.ndarray, t: np.ndarray, index: int) -> View:
    """Show one image of a set: its pixels, its label and how often each grey occurs in it.

    Parameters
    ----------
    x, t : numpy.ndarray
        Images ``(N, 784)``, 0..255, and their labels ``(N,)``.
    index : int
        Which image.

    Returns
    -------
    str, Picture
    """
    ink = np.count_nonzero(x[index])
    text = f"image {index:,}, label {t[index]}: ink in {ink} of {x[index].size} pixels"
    return text, draw_greys(x[index], str(t[index]))


def browse_images(x: np.ndarray, t: np.ndarray) -> Control:
    """Make a control that goes through the images of a set.

    Parameters
    ----------
    x, t : numpy.ndarray
        Images ``(N, 784)``, 0..255, and their labels ``(N,)``.

    Returns
    -------
    Control
    """
    index = ipywidgets.IntSlider(0, 0, len(x) - 1, description="image")
    return Control("go through the images", partial(view_image, x, t), index=_wide(index))


def measure_batches(
    network: Network, x: np.ndarray, sizes: Sequence[int], repeats: int = 3
) -> list[float]:
    """Measure how long a network takes for all images, in batches of each size.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it.
    x : numpy.ndarray
        ``(N, 784)``, 0..1.
    sizes : sequence of int
        How many images go through the network at once.
    repeats : int
        How often to measure each size. The sizes take turns, so that a moment in which the
        machine is busy does not fall on one of them alone.

    Returns
    -------
    list of float
        For each size, the shortest of its times, in seconds.
    """
    times = [[_time_batches(network, x, size) for size in sizes] for _ in range(repeats)]
    return [min(column) for column in zip(*times, strict=True)]


def _time_batches(network: Network, x: np.ndarray, size: int) -> float:
    start = time.perf_counter()
    for i in range(0, len(x), size):
        predict(network, x[i : i + size])
    return time.perf_counter() - start


def view_batch_size(
    network: Network,
    x: np.ndarray,
    t: np.ndarray,
    curve: Mapping[int, float],
    size: int,
) -> View:
    """Read all images in batches of one size, and show what it changes and what it does not.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it.
    x, t : numpy.ndarray
        Images ``(N, 784)``, 0..1, and their labels ``(N,)``.
    curve : mapping of int to float
        Seconds for all images at each batch size, as measured before.
    size : int
        The batch size, one of those in `curve`.

    Returns
    -------
    str, Picture
    """
    seconds = _time_batches(network, x, size)
    shapes = " → ".join(f"({size}, {len(network[w])})" for w in ("W1", "W2", "W3"))
    last = len(x) % size
    text = (
        f"accuracy {accuracy(network, x, t, size):.4f}, "
        f"{len(x) / seconds:,.0f} images per second just now\n"
        f"shapes {shapes} → ({size}, {network['W3'].shape[1]}), "
        f"{-(-len(x) // size):,} batches, the last of {last or size:,}"
    )
    return text, draw_batch_times(list(curve), list(curve.values()), len(x), at=size)


def choose_batch_size(
    network: Network, x: np.ndarray, t: np.ndarray, curve: Mapping[int, float]
) -> Control:
    """Make a control for the batch size.

    Parameters
    ----------
    network, x, t, curve
        As for `view_batch_size`.

    Returns
    -------
    Control
    """
    size = ipywidgets.SelectionSlider(
        options=[(f"{size:,}", size) for size in curve],
        value=min(curve, key=lambda size: abs(size - 100)),
        description="batch size",
        continuous_update=False,
    )
    show = partial(view_batch_size, network, x, t, curve)
    return Control("choose the batch size", show, size=_wide(size))


def view_training_size(
    learn: Callable[[int], float], curve: Mapping[int, float], count: int
) -> View:
    """Learn from some images, and show the accuracy among those measured before.

    Parameters
    ----------
    learn : callable
        From a number of training images to the accuracy on the test set.
    curve : mapping of int to float
        Accuracy at each number of training images, as measured before.
    count : int
        How many images to learn from, one of those in `curve`.

    Returns
    -------
    str, Picture
    """
    start = time.perf_counter()
    reached = learn(count)
    seconds = time.perf_counter() - start
    text = (
        f"learned from {count:,} images in {seconds:.1f} s: accuracy {reached:.3f}, "
        f"{round((1 - reached) * 10_000):,} mistakes in 10,000"
    )
    return text, draw_learning_curve(list(curve), {"network": list(curve.values())}, at=count)


def choose_training_size(learn: Callable[[int], float], curve: Mapping[int, float]) -> Control:
    """Make a control for the number of training images.

    Parameters
    ----------
    learn, curve
        As for `view_training_size`.

    Returns
    -------
    Control
    """
    # Learning takes a while: a slider that is dragged past a value shall not start it.
    count = ipywidgets.SelectionSlider(
        options=[(f"{count:,}", count) for count in curve],
        description="training images",
        continuous_update=False,
    )
    show = partial(view_training_size, learn, curve)
    return Control("choose the number of training images", show, count=_wide(count))


def view_progress(network: Network, history: Sequence[Epoch]) -> View:
    """Show how far a network has come in its training.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.training.train` leaves it after an epoch.
    history : sequence of Epoch
        The epochs so far, with the scores on images held back.

    Returns
    -------
    str, Picture
    """
    losses = [epoch.loss for epoch in history]
    accuracies = [epoch.validation_accuracy for epoch in history]
    text = "not trained yet"
    if history:
        last = history[-1]
        text = (
            f"epoch {last.number}, {sum(epoch.seconds for epoch in history):.1f} s of training: "
            f"loss {last.loss:.3f}"
        )
        if not math.isnan(last.validation_accuracy):
            text += f", accuracy on images held back {last.validation_accuracy:.3f}"
    return text, draw_progress(losses, accuracies, network["W1"])


class TrainingView(Control):
    """Watch a network learn: show it, then give it to `train` as ``on_epoch``.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        The network that is about to be trained, in place.
    """

    def __init__(self, network: Network) -> None:
        self.history: list[Epoch] = []
        super().__init__("watch the training", lambda: view_progress(network, self.history))

    def __call__(self, epoch: Epoch) -> None:
        """Add an epoch and draw anew."""
        self.history.append(epoch)
        self.redraw()


def view_learning_rate(learn: Callable[[float], Sequence[Epoch]], rate: float) -> View:
    """Train with a learning rate, and show how the loss falls, or does not.

    Parameters
    ----------
    learn : callable
        From a learning rate to the epochs of a training.
    rate : float
        The learning rate.

    Returns
    -------
    str, Picture
    """
    history = learn(rate)
    text = (
        f"learning rate {rate:g}: after {len(history)} epochs the loss is {history[-1].loss:.3f}, "
        f"the accuracy on the images held back {history[-1].validation_accuracy:.3f}"
    )
    losses = {
        "training images": [epoch.loss for epoch in history],
        "images held back": [epoch.validation_loss for epoch in history],
    }
    return text, draw_losses(losses)


def choose_learning_rate(
    learn: Callable[[float], Sequence[Epoch]], rates: Sequence[float]
) -> Control:
    """Make a control for the learning rate.

    Parameters
    ----------
    learn
        As for `view_learning_rate`.
    rates : sequence of float
        What there is to choose from; the first is chosen to begin with.

    Returns
    -------
    Control
    """
    rate = ipywidgets.SelectionSlider(
        options=[(f"{rate:g}", rate) for rate in rates],
        description="learning rate",
        continuous_update=False,
    )
    show = partial(view_learning_rate, learn)
    return Control("choose the learning rate", show, rate=_wide(rate))
