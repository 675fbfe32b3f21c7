"""Controls that go through images: as they are, as they were read, as a network sees them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ipywidgets import Checkbox

from mnist_lib import checks
from mnist_lib.checks import CLASSES, Network
from mnist_lib.figures import draw_greys, draw_layers, draw_probabilities
from mnist_lib.network import predict_layers
from mnist_lib.widgets.control import Control, Shown
from mnist_lib.widgets.slider import Slider, digit_choice


def view_image(x: np.ndarray, t: np.ndarray, index: int) -> Shown:
    """Show one image of a set: its pixels, its label, and how often each grey occurs in it.

    Parameters
    ----------
    x, t : numpy.ndarray
        Images ``(N, 784)``, integers from 0 to 255 or floats from 0 to 1; labels ``(N,)``.
    index : int
        Which image.
    """
    x, t = _check_set(x, t, index)
    ink = np.count_nonzero(x[index])
    text = f"image {index:,}, label {t[index]}: ink in {ink} of {x[index].size} pixels"
    return text, draw_greys(x[index], f"label {t[index]}")


def view_answer(x: np.ndarray, t: np.ndarray, y: np.ndarray, index: int) -> Shown:
    """Show one image, as `view_image` does, and the network's answer to it.

    `y` holds the probabilities that the network gives the digits, ``(N, 10)``.
    """
    x, t = _check_set(x, t, index)
    y = checks.check_numbers("y", y, len(x), CLASSES, low=0, high=1.001)
    guess = y[index].argmax()
    verdict = "right" if guess == t[index] else "a mistake"
    text = f"image {index:,}, label {t[index]}: read as {guess}, {verdict}"
    return text, draw_probabilities(x[index], y[index], t[index])


def view_layers(network: Network, x: np.ndarray, t: np.ndarray, index: int) -> Shown:
    """Follow one image, as for `view_image` but 0..1, through the layers of a network."""
    x, t = _check_set(x, t, index)
    layers = predict_layers(network, x[index])
    shapes = " → ".join(f"{name} {array.shape}" for name, array in layers.items())
    y = layers["y"]
    text = (
        f"image {index:,}, label {t[index]}: read as {y.argmax()}, "
        f"with probability {y.max():.3f}\n{shapes}"
    )
    return text, draw_layers(layers, t=int(t[index]))


def browse_images(x: np.ndarray, t: np.ndarray) -> Control:
    """Make a control that goes through the images of a set, by index or by label.

    `x` and `t` are as for `view_image`; without any image there is a ValueError.
    """
    return _browser("go through the images", partial(view_image, x, t), x, t)


def browse_answers(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Control:
    """Make a control that goes through a network's answers, or through its mistakes only.

    A label and what it was read as choose one cell of the confusion matrix.

    `x`, `t` and `y` are as for `view_answer`; without any image there is a ValueError.
    """
    return _browser("go through the answers", partial(view_answer, x, t, y), x, t, y)


def follow_image(network: Network, x: np.ndarray, t: np.ndarray) -> Control:
    """Make a control that follows any image of a set through the layers of a network.

    `x` and `t` are as for `view_layers`; without any image there is a ValueError.
    """
    return _browser("follow an image", partial(view_layers, network, x, t), x, t)


def _check_set(x: np.ndarray, t: np.ndarray, index: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return images and their labels, ``(N,)``."""
    x = checks.check_batch(x)
    checks.check_count("index", index, least=0, most=len(x) - 1)
    return x, checks.check_labels(t, len(x)).argmax(axis=1)


def _browser(
    name: str,
    show_index: Callable[[int], Shown],
    x: np.ndarray,
    t: np.ndarray,
    y: np.ndarray | None = None,
) -> Control:
    """Make a control that shows one image of those that are filtered, by label and by answer."""
    _, t = _check_set(x, t)
    if y is not None:
        y = checks.check_numbers("y", y, len(t), CLASSES, low=0, high=1.001)
    image = Slider("image", range(len(t)))
    label = digit_choice("label", "any")
    filters: dict[str, Any] = {"label": label}
    guesses = None if y is None else y.argmax(axis=1)
    if guesses is not None:
        filters["read_as"] = digit_choice("read as", "any")
        filters["mistakes"] = Checkbox(description="only the mistakes", indent=False)

    def offer(_change: object) -> None:
        wanted = np.full(len(t), True) if label.value == "any" else t == label.value
        if guesses is not None:
            read_as = filters["read_as"].value
            wanted = wanted & ((guesses == read_as) | (read_as == "any"))
            wanted = wanted & ((guesses != t) | (not filters["mistakes"].value))
        image.offer([int(index) for index in np.flatnonzero(wanted)] or [None])

    def show(image: int | None, **_filters: object) -> Shown:
        if image is None:
            raise LookupError("There is no such image. Choose another label, or all images.")
        return show_index(image)

    # These observers come before the control's own, which should see the new slider.
    for widget in filters.values():
        widget.observe(offer, names="value")
    return Control(name, show, **filters, image=image)
