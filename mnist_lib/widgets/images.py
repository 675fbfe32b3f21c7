"""Controls that go through images: as they are, as they were read, as a network sees them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ipywidgets import Checkbox

from mnist_lib.figures import draw_greys, draw_layers, draw_probabilities
from mnist_lib.network import Network, predict_layers
from mnist_lib.widgets.control import Control, Shown, Slider, choice

__all__ = [
    "browse_answers",
    "browse_images",
    "follow_image",
    "view_answer",
    "view_image",
    "view_layers",
]


def view_image(x: np.ndarray, t: np.ndarray, index: int) -> Shown:
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
    return text, draw_greys(x[index], f"label {t[index]}")


def view_answer(x: np.ndarray, t: np.ndarray, y: np.ndarray, index: int) -> Shown:
    """Show one image and what a network made of it.

    Parameters
    ----------
    x, t : numpy.ndarray
        Images ``(N, 784)`` and their labels ``(N,)``.
    y : numpy.ndarray
        The network's answers, ``(N, 10)`` probabilities.
    index : int
        Which image.

    Returns
    -------
    str, Picture
    """
    guess = y[index].argmax()
    verdict = "right" if guess == t[index] else "a mistake"
    text = f"image {index:,}, label {t[index]}: read as {guess}, {verdict}"
    return text, draw_probabilities(x[index], y[index], t[index])


def view_layers(network: Network, x: np.ndarray, t: np.ndarray, index: int) -> Shown:
    """Follow one image through the layers of a network.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it.
    x, t : numpy.ndarray
        Images ``(N, 784)``, 0..1, and their labels ``(N,)``.
    index : int
        Which image.

    Returns
    -------
    str, Picture
    """
    layers = predict_layers(network, x[index])
    shapes = " → ".join(f"{name} {array.shape}" for name, array in layers.items())
    y = layers["y"]
    text = (
        f"image {index:,}, label {t[index]}: read as {y.argmax()}, "
        f"with probability {y.max():.3f}\n{shapes}"
    )
    return text, draw_layers(layers, t[index])


def browse_images(x: np.ndarray, t: np.ndarray) -> Control:
    """Make a control that goes through the images of a set, by index or by label.

    Parameters
    ----------
    x, t : numpy.ndarray
        Images ``(N, 784)``, 0..255, and their labels ``(N,)``.

    Returns
    -------
    Control
    """
    return _browser("go through the images", partial(view_image, x, t), t)


def browse_answers(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Control:
    """Make a control that goes through a network's answers, or its mistakes only.

    Parameters
    ----------
    x, t : numpy.ndarray
        Images ``(N, 784)`` and their labels ``(N,)``.
    y : numpy.ndarray
        The network's answers, ``(N, 10)`` probabilities.

    Returns
    -------
    Control
    """
    return _browser("go through the answers", partial(view_answer, x, t, y), t, y.argmax(axis=1))


def follow_image(network: Network, x: np.ndarray, t: np.ndarray) -> Control:
    """Make a control that follows any image of a set through the layers of a network.

    Parameters
    ----------
    network, x, t
        As for `view_layers`.

    Returns
    -------
    Control
    """
    return _browser("follow an image", partial(view_layers, network, x, t), t)


def _browser(
    name: str,
    show_index: Callable[[int], Shown],
    t: np.ndarray,
    guesses: np.ndarray | None = None,
) -> Control:
    """Make a control that shows one image of those that the reader wants to see."""
    image = Slider("image", range(len(t)))
    label = choice("label", {"any": None} | {str(digit): digit for digit in range(10)})
    inputs: dict[str, Any] = {"label": label, "image": image}
    if guesses is not None:
        mistakes = Checkbox(description="only the mistakes", indent=False)
        inputs = {"label": label, "mistakes": mistakes, "image": image}

    def offer(_change: object) -> None:
        wanted = np.ones(len(t), bool) if label.value is None else t == label.value
        if guesses is not None and mistakes.value:
            wanted &= guesses != t
        image.offer([int(index) for index in np.flatnonzero(wanted)] or [None])

    def show(image: int | None, **_filters: object) -> Shown:
        if image is None:
            raise LookupError("There is no such image. Choose another label, or all images.")
        return show_index(image)

    # Before the control itself looks: it shall find an image that was asked for.
    for widget in inputs.values():
        if widget is not image:
            widget.observe(offer, names="value")
    return Control(name, show, **inputs)
