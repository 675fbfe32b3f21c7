"""`load_mnist` and `get_data`: what they return."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from mnist_lib import get_data, load_mnist, read_idx, storage, threads
from tests.conftest import PROJECT

TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_the_facts_of_mnist():
    (x_train, t_train), (x_test, t_test) = load_mnist()
    assert (x_train.shape, x_test.shape) == ((60_000, 784), (10_000, 784))
    assert x_train.dtype == x_test.dtype == np.float32
    assert (x_train.min(), x_train.max()) == (0, 1)
    assert round(x_train.mean(dtype=float), 4) == 0.1307
    assert t_train.dtype == t_test.dtype == np.uint8
    assert np.bincount(t_train).tolist() == TRAIN_COUNTS
    assert np.bincount(t_test).tolist() == TEST_COUNTS
    assert t_train[0] == 5
    assert t_test[:5].tolist() == [7, 2, 1, 0, 4]


def test_scaling_is_division_by_255():
    (scaled, _), _ = load_mnist()
    (raw, _), _ = load_mnist(normalize=False)
    assert raw.dtype == np.uint8
    np.testing.assert_array_equal(scaled, raw.astype(np.float32) / np.float32(255))


def test_scaling_needs_no_thread_in_a_browser(monkeypatch: pytest.MonkeyPatch):
    (expected, _), _ = load_mnist()

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads, "CAN_START", False)
    monkeypatch.setattr(threading.Thread, "start", start)
    (scaled, _), _ = load_mnist()
    np.testing.assert_array_equal(scaled, expected)


def test_the_arrays_are_what_read_idx_reads():
    (raw, labels), (raw_test, labels_test) = load_mnist(normalize=False, flatten=False)
    assert raw.shape == (60_000, 1, 28, 28)
    assert raw_test.shape == (10_000, 1, 28, 28)
    for array, name in [
        (raw[:, 0], "train-images-idx3-ubyte.gz"),
        (labels, "train-labels-idx1-ubyte.gz"),
        (raw_test[:, 0], "t10k-images-idx3-ubyte.gz"),
        (labels_test, "t10k-labels-idx1-ubyte.gz"),
    ]:
        np.testing.assert_array_equal(array, read_idx(PROJECT / "data" / name))


def test_scaled_images_can_keep_their_rows_and_columns():
    (x, _), _ = load_mnist(flatten=False)
    (flat, _), _ = load_mnist()
    assert x.shape == (60_000, 1, 28, 28)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x[123, 0, 14], flat[123, 14 * 28 : 15 * 28])


def test_one_hot_labels():
    (_, t_train), (_, hot) = load_mnist(normalize=False, one_hot_label=True)
    _, (_, t_test) = load_mnist(normalize=False)
    assert hot.shape == (10_000, 10)
    assert t_train.shape == (60_000, 10)
    assert hot.dtype == t_train.dtype == np.float32
    assert (hot.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(hot.argmax(axis=1), t_test)


def test_get_data_is_the_scaled_test_set():
    x, t = get_data()
    _, (x_test, t_test) = load_mnist()
    np.testing.assert_array_equal(x, x_test)
    np.testing.assert_array_equal(t, t_test)


def test_a_data_dir_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path / "mistyped"))
    with pytest.raises(FileNotFoundError, match=r"MNIST_DATA_DIR.*mistyped.*unset it"):
        load_mnist()


def test_it_works_from_any_folder(tmp_path: Path):
    code = "from mnist_lib import load_mnist; print(load_mnist()[0][0].shape)"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stdout == "(60000, 784)\n", result.stderr


def test_without_a_home_folder_the_data_is_loaded_all_the_same():
    code = (
        "import platformdirs\n"
        "def homeless(*_, **__): raise RuntimeError('no home')\n"
        "platformdirs.user_cache_path = homeless\n"
        "from mnist_lib import load_mnist; print(load_mnist()[1][0].shape)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "(10000, 784)\n", result.stderr


def test_loading_imports_nothing_slow():
    """Copies of the files are there already: nothing is downloaded or written."""
    code = (
        "import sys, pathlib, mnist_lib\n"
        f"mnist_lib.storage.cache_dir = lambda: pathlib.Path({str(storage.cache_dir())!r})\n"
        "mnist_lib.load_mnist()\n"
        "slow = {'matplotlib', 'PIL', 'ipywidgets', 'IPython', 'requests', 'tqdm', 'filelock'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    load_mnist()
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr
