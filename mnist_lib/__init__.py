"""The library behind the notebook course "Handwritten digits from scratch".

What the notebooks use most can be imported from here; the rest stands in its own module:

=================  =================================================================
`dataset`          `load_mnist`, `get_data`, `read_idx`
`network`          `sigmoid`, `softmax`, `init_network`, `predict`, `accuracy`
`training`         the loss, the gradient, the training loop
`distortion`       images shifted, turned and bent at random, to train on
`pen`              strokes or any picture to an image prepared as MNIST was
`drawings`         a small set of digits of one's own, in a file
`figures`          arrays to figures with a text alternative; `img_show`
`widgets`          controls around the figures and the network; a pad to draw on
`saving`           what is left out of a notebook when it is saved
`environment`      is everything in place that the course needs?
=================  =================================================================
"""

from typing import TYPE_CHECKING, Any

from mnist_lib.dataset import get_data, load_mnist, read_idx
from mnist_lib.network import accuracy, init_network, predict, sigmoid, softmax

if TYPE_CHECKING:
    from mnist_lib.figures import img_show

__all__ = [
    "accuracy",
    "get_data",
    "img_show",
    "init_network",
    "load_mnist",
    "predict",
    "read_idx",
    "sigmoid",
    "softmax",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # Drawing needs Matplotlib, which takes longer to import than MNIST takes to load.
    if name == "img_show":
        from mnist_lib.figures import img_show

        return img_show
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
