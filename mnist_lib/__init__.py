"""The library behind the notebook course "Handwritten digits from scratch".

What the notebooks use most can be imported from here; the rest stands in its own room:

============  ==================================================================
`dataset`     `load_mnist`, `get_data`, `read_idx`; where the files come from
`network`     `sigmoid`, `softmax`, `init_network`, `predict`, `accuracy`
`compiled`    the same answers, faster
`layers`      layers that plug together
`detector`    what is a digit, and what is none
`parameters`  files of weights
`training`    the loss, the gradient, the training loop, distorted images
`pen`         strokes or any picture to an image prepared as MNIST was
`figures`     arrays to figures with a text alternative; `img_show`
`widgets`     controls around the figures and the network; a pad to draw on
`exercises`   exercises that check themselves; questions
`course`      the check of the environment; what is saved of a notebook
`checks`      what an image, a label and a network are
`storage`     where files are kept, and how they are written
`threads`     how many threads NumPy may use
============  ==================================================================
"""

from typing import TYPE_CHECKING, Any

from mnist_lib.dataset import get_data, load_mnist, read_idx
from mnist_lib.network import accuracy, init_network, predict, sigmoid, softmax
from mnist_lib.threads import limit_blas_threads

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

limit_blas_threads()


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # Drawing needs Matplotlib, which takes longer to import than MNIST takes to load.
    if name == "img_show":
        from mnist_lib.figures import img_show

        return img_show
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
