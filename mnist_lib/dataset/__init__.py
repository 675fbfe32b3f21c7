"""Load MNIST: 70,000 images of handwritten digits, and what each of them shows."""

import numpy as np

from mnist_lib import storage
from mnist_lib.checks import CLASSES, PIXELS, SIDE
from mnist_lib.dataset import unpacked
from mnist_lib.dataset.idx import read_idx
from mnist_lib.dataset.published import FILES, find
from mnist_lib.threads import share_out

__all__ = ["FILES", "find", "get_data", "load_mnist", "read_idx"]


def load_mnist(
    normalize: bool = True, flatten: bool = True, one_hot_label: bool = False
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Load MNIST's training set and test set.

    The four files are looked for in the folder that the environment variable
    ``MNIST_DATA_DIR`` names, then in the project's ``data`` folder, then in the user's cache.
    What is missing is downloaded into the cache.

    Parameters
    ----------
    normalize : bool
        True: pixels are float32 from 0.0 (background) to 1.0 (ink), the published value
        divided by 255 and nothing else. False: uint8 from 0 to 255, as published.
    flatten : bool
        True: each image is a row of 784 pixels. False: each is ``(1, 28, 28)``, one channel
        of 28 rows and 28 columns.
    one_hot_label : bool
        False: a label is the digit itself, uint8. True: ten float32 numbers, 1.0 at the
        digit's place and 0.0 elsewhere.

    Returns
    -------
    (x_train, t_train), (x_test, t_test) : tuple of tuple of numpy.ndarray
        ``x_train`` ``(60000, 784)`` or ``(60000, 1, 28, 28)``, ``t_train`` ``(60000,)`` or
        ``(60000, 10)``; ``x_test`` and ``t_test`` the same with 10000. All may be changed;
        a change never reaches a file.

    Raises
    ------
    ValueError, OSError
        If a file that was found is not the published one, ``MNIST_DATA_DIR`` names no folder, or
        no mirror gave what is missing.

    Notes
    -----
    Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
    """
    options = normalize, flatten, one_hot_label
    x_train, t_train, x_test, t_test = _load_files(
        "train_images", "train_labels", "test_images", "test_labels"
    )
    return _prepare(x_train, t_train, *options), _prepare(x_test, t_test, *options)


def get_data() -> tuple[np.ndarray, np.ndarray]:
    """Load the test set alone, ready for `mnist_lib.network.predict`.

    Readers of "Deep Learning from Scratch" know this name. It returns the **test** set. Errors are
    those of `load_mnist`.

    Returns
    -------
    x, t : numpy.ndarray
        ``(10000, 784)`` float32, 0..1, and ``(10000,)`` uint8, 0..9.
    """
    x, t = _load_files("test_images", "test_labels")
    return _prepare(x, t, normalize=True, flatten=True, one_hot_label=False)


def _load_files(*names: str) -> list[np.ndarray]:
    """Load files as they were published, after downloading those that are missing."""
    paths = {FILES[name]: find(FILES[name]) for name in names}
    missing = [file for file, path in paths.items() if path is None]
    if missing:
        from mnist_lib.dataset import download  # slow to import, and rarely needed

        paths |= download.fetch(missing, storage.cache_dir(), download.MIRRORS)
    return [unpacked.load(file, path) for file, path in paths.items()]


def _prepare(
    x: np.ndarray, t: np.ndarray, normalize: bool, flatten: bool, one_hot_label: bool
) -> tuple[np.ndarray, np.ndarray]:
    x = x.reshape((-1, PIXELS) if flatten else (-1, 1, SIDE, SIDE))
    return (
        _scale(x) if normalize else x,
        np.eye(CLASSES, dtype=np.float32)[t] if one_hot_label else t,
    )


def _scale(x: np.ndarray) -> np.ndarray:
    """Divide uint8 pixels by 255, into float32."""
    scaled = np.empty(x.shape, np.float32)

    def scale_part(start: int, end: int) -> None:
        np.divide(x[start:end], np.float32(255), out=scaled[start:end], dtype=np.float32)

    # Most of the time goes into memory that is touched for the first time: all cores touch it.
    share_out(scale_part, len(x))
    return scaled
