"""The control that changes an image a little, along the slope of the loss and at random."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from mnist_lib.checks import Network
from mnist_lib.figures import draw_readings
from mnist_lib.network import predict
from mnist_lib.widgets.control import Control, Shown
from mnist_lib.widgets.slider import Slider


def view_wiggle(
    network: Network,
    x: np.ndarray,
    t: np.ndarray,
    slopes: np.ndarray,
    *,
    index: int,
    size: float,
) -> Shown:
    """Move every pixel of an image by the same amount, and show what a network reads then.

    Once each pixel moves as the sign of its slope says, and once up or down at random.

    Parameters
    ----------
    network, x, t
        A network, images ``(N, 784)`` from 0 to 1, and their labels ``(N,)``.
    slopes : numpy.ndarray
        ``(N, 784)``, the slope of each image's loss along each of its pixels.
    index : int
        Which image.
    size : float
        By how much each pixel moves. Where that leads below 0 or above 1, it stays there.
    """
    random = np.random.default_rng(index).choice([-1.0, 1.0], x.shape[1])
    directions = {"as it is": 0.0, "along the slope": np.sign(slopes[index]), "at random": random}
    images = {
        name: np.clip(x[index] + size * direction, 0, 1) for name, direction in directions.items()
    }
    y = predict(network, np.stack(list(images.values())))
    return f"image {index:,}, label {t[index]}; every pixel moved by {size:g}", draw_readings(
        images, y
    )


def choose_wiggle(
    network: Network,
    x: np.ndarray,
    t: np.ndarray,
    slopes: np.ndarray,
    sizes: Sequence[float],
) -> Control:
    """Make a control for the image and the size of the wiggle, from what `view_wiggle` takes.

    `sizes` are what there is to choose from, the middle one at first. Without any, or without any
    image, there is a ValueError.
    """
    texts = [f"{size:g}" for size in sizes]
    return Control(
        "wiggle an image",
        partial(view_wiggle, network, x, t, slopes),
        index=Slider("image", range(len(x))),
        size=Slider("size of the wiggle", sizes, texts, len(texts) // 2),
    )
