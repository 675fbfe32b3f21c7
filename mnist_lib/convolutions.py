"""A network of two convolutions that was trained on all images: the end of the course."""

from pathlib import Path

import numpy as np

from mnist_lib.layers import Affine, Convolution, Flatten, Layers, MaxPool, ReLU

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


def init_convolutions(path: str | Path | None = None) -> Layers:
    """Read the trained network (`scripts/train_convolutions.py` trained it).

    Parameters
    ----------
    path : str or Path, optional
        A file that `write_convolutions` wrote. Without a path: the one of this package.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or its arrays don't fit.
    """
    network = new_convolutions()
    file_path = SHIPPED if path is None else path
    with np.load(file_path, allow_pickle=False) as file:
        for number, layer in enumerate(network.layers):
            for name, array in zip(("W", "b"), layer.parameters, strict=False):
                stored = file.get(f"{name}{number}")
                if stored is None or stored.shape != array.shape:
                    raise ValueError(f"{file_path} is not a network of two convolutions.")
                array[...] = stored
    return network


def write_convolutions(network: Layers, path: str | Path) -> None:
    """Write the network's parameters to an ``.npz`` file."""
    arrays = {
        f"{name}{number}": array
        for number, layer in enumerate(network.layers)
        for name, array in zip(("W", "b"), layer.parameters, strict=False)
    }
    np.savez(path, allow_pickle=False, **arrays)
