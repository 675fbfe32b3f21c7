"""A network of two convolutions that was trained on all images: the end of the course."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mnist_lib.checks import check_numbers
from mnist_lib.layers import Affine, Convolution, Flatten, Layers, MaxPool, ReLU
from mnist_lib.parameters import read_arrays

__all__ = ["SHIPPED", "init_convolutions", "new_convolutions", "write_convolutions"]

SHIPPED = Path(__file__).parent / "weights" / "two_convolutions.npz"


def new_convolutions() -> Layers:
    """Make a network of two convolutions that has learned nothing yet.

    It takes images ``(N, 1, 28, 28)``. The first convolution has 8 filters, the second 16, which
    look at the 8 images of the first; each is followed by a ReLU and max pooling.
    """
    return Layers(
        *(Convolution(1, 8, 5, seed=1), ReLU(), MaxPool()),
        *(Convolution(8, 16, 5, seed=2), ReLU(), MaxPool()),
        *(Flatten(), Affine(256, 10, seed=3)),
    )


def init_convolutions(path: str | Path = SHIPPED) -> Layers:
    """Read the trained network (`scripts/train_convolutions.py` trained it).

    Parameters
    ----------
    path : str or Path
        A file that `write_convolutions` wrote. Nothing in it is ever executed.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or its arrays are no such network's.
    """
    return read_arrays(path, _fill)


def _fill(found: dict[str, Any]) -> Layers:
    network = new_convolutions()
    wanted = dict(_named(network))
    if found.keys() != wanted.keys():
        raise ValueError(
            f"it holds {', '.join(found) or 'nothing'}, where {', '.join(wanted)} are expected."
        )
    for name, array in wanted.items():
        array[...] = check_numbers(name, found[name], *array.shape)
    return network


def _named(network: Layers) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the arrays of a network with their names in a file."""
    for number, layer in enumerate(network.layers):
        for kind, array in zip("Wb", layer.parameters, strict=False):
            yield f"{kind}{number}", array


def write_convolutions(network: Layers, path: str | Path) -> None:
    """Write the network's parameters to an ``.npz`` file."""
    np.savez(path, allow_pickle=False, **dict(_named(network)))
