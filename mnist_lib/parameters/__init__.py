"""Files of a network's parameters: NumPy's own ``.npz``, and the pickle of the book's readers."""

import io
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mnist_lib.checks import CLASSES, PIXELS, Network, check_network
from mnist_lib.parameters.pickled import read_pickle
from mnist_lib.storage import display_name, open_file

__all__ = ["SHIPPED", "read_parameters"]

T = TypeVar("T")

SHIPPED = Path(__file__).parents[1] / "weights" / "mnist_50_100.npz"
LARGEST = 100_000_000
"""Bytes: no file, and no unpacked array, may have more. The shipped file has 182,878."""


def read_parameters(path: str | Path = SHIPPED, outputs: int = CLASSES) -> Network:
    """Read the parameters of a network that reads images, with the errors of `init_network`.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file, or a pickle in the form of the book's ``sample_weight.pkl``. Its first
        bytes say which of the two it is. Nothing in it is ever executed.
    outputs : int
        How many columns its last layer must have.

    Returns
    -------
    dict of str to numpy.ndarray
        ``W1 (784, n1)``, ``b1 (n1,)``, ``W2 (n1, n2)``, ... to the last layer's columns:
        float32, C-contiguous, in the order of the layers.
    """
    return read_arrays(path, lambda found: _check_reader(found, outputs))


def read_arrays(path: str | Path, accept: Callable[[dict[str, Any]], T]) -> T:
    """Read the arrays of a file, as for `read_parameters`, and return what `accept` makes of them.

    What `accept` raises, a TypeError or a ValueError, is the end of a sentence about the file.
    """
    with open_file(path, "Pass the path of an .npz file.") as file:
        content = file.read(LARGEST + 1)
    try:
        if len(content) > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} bytes, far more than a network needs.")
        with warnings.catch_warnings():
            # Python warns of damaged text in a file. What is wrong with it is said below.
            warnings.simplefilter("ignore")
            found = _read_npz(content) if content.startswith(b"PK") else read_pickle(content)
        return accept(found)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{display_name(path)} was not read: {error}") from error


def _read_npz(content: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        # Checked before anything is unpacked: a small archive can hold gigabytes.
        if unpacked <= LARGEST:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                return dict(archive)
    except Exception as error:
        raise ValueError(
            f"it is not a complete .npz file of plain arrays ({str(error)[:200]}). Save it again "
            "with np.savez(path, **network)."
        ) from error
    raise ValueError(
        f"its arrays have more than {LARGEST:,} bytes, far more than a network needs."
    )


def _check_reader(found: dict[str, Any], outputs: int) -> Network:
    """Return the arrays in float32, if they are a network from 784 pixels to so many outputs."""
    if "train_img" in found:
        raise ValueError("it looks like the book's mnist.pkl: the images, not the parameters.")
    for name, array in found.items():
        if np.asarray(array).dtype.kind != "f":
            raise ValueError(
                f"{str(name)[:20]!r} is of type {np.asarray(array).dtype}, where floating-point "
                "numbers are expected."
            )
    with np.errstate(over="ignore", invalid="ignore"):
        arrays = {name: np.array(array, np.float32, order="C") for name, array in found.items()}
    depth = check_network(arrays)
    ends = len(arrays["W1"]), len(arrays[f"b{depth}"])
    if ends != (PIXELS, outputs):
        raise ValueError(
            f"its network goes from {ends[0]} inputs to {ends[1]} outputs, where {PIXELS} pixels "
            f"and {outputs} outputs are expected."
        )
    return {f"{kind}{i}": arrays[f"{kind}{i}"] for i in range(1, depth + 1) for kind in "Wb"}
