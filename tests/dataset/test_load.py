"""`load_mnist`: what it gives, where it looks, and which files it refuses."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_lib import dataset, get_data, load_mnist, read_idx, storage
from mnist_lib.dataset import published
from tests.conftest import PROJECT

TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
LABELS = published.FILES["test_labels"]


@pytest.fixture
def data_dir(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the test set's files, named by MNIST_DATA_DIR, that a test may spoil."""
    folder = tmp_path / "my data"
    folder.mkdir()
    for file in published.FILES["test_images"], published.FILES["test_labels"]:
        shutil.copy(PROJECT / "data" / file.name, folder)
    monkeypatch.setenv("MNIST_DATA_DIR", str(folder))
    return folder


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


def test_the_files_are_what_read_idx_reads():
    (raw, labels), _ = load_mnist(normalize=False, flatten=False)
    images = read_idx(PROJECT / "data" / "train-images-idx3-ubyte.gz")
    assert raw.shape == (60_000, 1, 28, 28)
    np.testing.assert_array_equal(raw[:, 0], images)
    np.testing.assert_array_equal(
        labels, read_idx(PROJECT / "data" / "train-labels-idx1-ubyte.gz")
    )


def test_one_hot_labels():
    (_, t_train), (_, hot) = load_mnist(normalize=False, one_hot_label=True)
    _, (_, t_test) = load_mnist(normalize=False)
    assert hot.shape == (10_000, 10)
    assert hot.dtype == t_train.dtype == np.float32
    assert (hot.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(hot.argmax(axis=1), t_test)


def test_get_data_is_the_scaled_test_set():
    x, t = get_data()
    _, (x_test, t_test) = load_mnist()
    np.testing.assert_array_equal(x, x_test)
    np.testing.assert_array_equal(t, t_test)


def test_writing_to_an_array_changes_nobody_elses_data(data_dir: Path):
    _, (x, t) = load_mnist(normalize=False)
    x[:] = 7
    t[:] = 7
    _, (again, labels) = load_mnist(normalize=False)
    assert (again.min(), again.max()) == (0, 255)
    assert np.bincount(labels).tolist() == TEST_COUNTS


def test_mnist_data_dir_comes_first(data_dir: Path):
    assert published.find(LABELS) == data_dir / LABELS.name
    (data_dir / LABELS.name).unlink()
    assert published.find(LABELS) == PROJECT / "data" / LABELS.name


def test_a_data_dir_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path / "mistyped"))
    with pytest.raises(FileNotFoundError, match=r"MNIST_DATA_DIR.*mistyped.*unset it"):
        load_mnist()


def spoil_by_cutting(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def spoil_by_emptying(path: Path) -> None:
    path.write_bytes(b"")


def spoil_by_altering(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def spoil_by_exchanging(path: Path) -> None:
    path.write_bytes(b"<html>Service Unavailable</html>" * 1_000_000)


@pytest.mark.parametrize("loaded_before", [False, True], ids=["first load", "later load"])
@pytest.mark.parametrize("name", ["test_images", "test_labels"])
@pytest.mark.parametrize(
    "spoil", [spoil_by_cutting, spoil_by_emptying, spoil_by_altering, spoil_by_exchanging]
)
def test_a_spoiled_file_is_refused_by_name(data_dir: Path, spoil, name: str, loaded_before: bool):
    if loaded_before:
        get_data()
    path = data_dir / published.FILES[name].name
    spoil(path)
    with pytest.raises(published.DataFileError) as error:
        get_data()
    assert str(path) in str(error.value)
    assert "Move it away" in str(error.value)


def test_a_folder_in_place_of_a_file_is_refused(data_dir: Path):
    (data_dir / LABELS.name).unlink()
    (data_dir / LABELS.name).mkdir()
    with pytest.raises(published.DataFileError, match="is not a file"):
        get_data()


@pytest.mark.parametrize(
    "spoil", [spoil_by_cutting, spoil_by_emptying, spoil_by_altering, spoil_by_exchanging]
)
def test_a_spoiled_unpacked_copy_is_made_anew(data_dir: Path, cache: Path, spoil):
    get_data()
    copy = cache / LABELS.unpacked_name
    before = copy.read_bytes()
    spoil(copy)
    _, t_test = get_data()
    assert np.bincount(t_test).tolist() == TEST_COUNTS
    assert copy.read_bytes() == before


def test_a_receipt_that_is_nonsense_is_made_anew(data_dir: Path, cache: Path):
    get_data()
    (receipt,) = cache.glob(f"{LABELS.unpacked_name}-*.json")
    good = receipt.read_text()
    receipt.write_text("[1, 2")
    get_data()
    assert receipt.read_text() == good


def test_the_second_load_unpacks_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    first, _ = get_data()
    monkeypatch.setattr(published, "check", lambda *_: pytest.fail("read and compared again"))
    second, _ = get_data()
    np.testing.assert_array_equal(first, second)


def test_an_alteration_that_hides_its_time_is_found(data_dir: Path):
    get_data()
    path = data_dir / LABELS.name
    before = path.stat()
    spoil_by_altering(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    if os.name == "posix":  # elsewhere no time is kept that a program can't set back
        with pytest.raises(published.DataFileError, match="SHA-256"):
            get_data()


def test_two_clones_share_one_copy(data_dir: Path, cache: Path, monkeypatch: pytest.MonkeyPatch):
    get_data()
    copy = (cache / LABELS.unpacked_name).stat()
    monkeypatch.delenv("MNIST_DATA_DIR")
    get_data()
    monkeypatch.setattr(published, "check", lambda *_: pytest.fail("read and compared again"))
    get_data()
    monkeypatch.setenv("MNIST_DATA_DIR", str(data_dir))
    get_data()
    assert (cache / LABELS.unpacked_name).stat().st_ino == copy.st_ino


def test_a_file_exchanged_between_two_looks_is_never_believed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    """The bytes that are used are the bytes that were compared, not a second reading."""
    checked = published.check

    def exchange(file: published.DataFile, path: Path) -> bytes:
        content = checked(file, path)
        spoil_by_exchanging(path)
        return content

    monkeypatch.setattr(published, "check", exchange)
    _, t_test = get_data()
    assert np.bincount(t_test).tolist() == TEST_COUNTS
    monkeypatch.setattr(published, "check", checked)
    with pytest.raises(published.DataFileError):
        get_data()


def test_without_a_home_the_data_is_loaded_all_the_same():
    code = (
        "import platformdirs\n"
        "def homeless(*_, **__): raise RuntimeError('no home')\n"
        "platformdirs.user_cache_path = homeless\n"
        "from mnist_lib import load_mnist; print(load_mnist()[1][0].shape)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "(10000, 784)\n", result.stderr


def test_a_cache_that_can_not_be_written_costs_nothing_but_time(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "in the way").write_text("a file where the folder should be")
    monkeypatch.setattr(storage, "cache_dir", lambda: tmp_path / "in the way" / "cache")
    x_test, t_test = get_data()
    assert x_test.shape == (10_000, 784)
    assert np.bincount(t_test).tolist() == TEST_COUNTS


def test_nothing_but_whole_files_is_left_in_the_cache(data_dir: Path, cache: Path):
    load_mnist()
    names = {re.sub("-[0-9a-f]{16}.json", ".json", path.name) for path in cache.iterdir()}
    unpacked = {file.unpacked_name for file in published.FILES.values()}
    assert names == unpacked | {f"{name}.json" for name in unpacked}


def test_it_works_from_any_folder(tmp_path: Path):
    code = "from mnist_lib import load_mnist; print(load_mnist()[0][0].shape)"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stdout == "(60000, 784)\n", result.stderr


def test_importing_the_library_imports_nothing_slow():
    code = (
        "import sys, mnist_lib\n"
        "slow = {'matplotlib', 'ipywidgets', 'IPython', 'pooch', 'requests', 'tqdm'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr


def test_what_is_missing_is_downloaded_into_the_cache(
    cache: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = []

    def deliver(file: published.DataFile, folder: Path) -> Path:
        asked.append(file.name)
        folder.mkdir(exist_ok=True)
        return Path(shutil.copy(PROJECT / "data" / file.name, folder))

    monkeypatch.setattr(published, "_folders", lambda: [cache])
    monkeypatch.setattr(dataset, "download", deliver)
    load_mnist(normalize=False)
    assert sorted(asked) == sorted(file.name for file in published.FILES.values())
    load_mnist(normalize=False)
    assert len(asked) == 4
