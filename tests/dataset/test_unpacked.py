"""Unpacked copies: used while nothing changed, never believed, and never needed."""

import gzip
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_lib import get_data, load_mnist, storage
from mnist_lib.dataset import FILES
from tests.conftest import PROJECT

LABELS = FILES["test_labels"]
COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
posix = pytest.mark.skipif(os.name != "posix", reason="not possible on this system")


@pytest.fixture
def data_dir(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the test set's files, named by MNIST_DATA_DIR, that a test may damage."""
    return copy_test_set(tmp_path / "my data", monkeypatch)


def copy_test_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder.mkdir()
    for file in FILES["test_images"], LABELS:
        shutil.copy(PROJECT / "data" / file.name, folder)
    monkeypatch.setenv("MNIST_DATA_DIR", str(folder))
    return folder


def count_labels() -> list[int]:
    return np.bincount(get_data()[1]).tolist()


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of each file that was unpacked."""
    sizes = []
    decompress = gzip.decompress

    def note(content: bytes) -> bytes:
        sizes.append(len(content))
        return decompress(content)

    monkeypatch.setattr(gzip, "decompress", note)
    return sizes


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def exchange(path: Path) -> None:
    path.write_bytes(b"<html>Service Unavailable</html>" * 1_000_000)


damages = pytest.mark.parametrize("damage", [cut, empty, alter, exchange])


def test_the_second_load_unpacks_nothing(data_dir: Path, unpacked: list[int]):
    first, _ = get_data()
    assert unpacked == [FILES["test_images"].size, LABELS.size]
    second, _ = get_data()
    assert len(unpacked) == 2
    np.testing.assert_array_equal(first, second)


def test_two_clones_share_one_copy(
    data_dir: Path, cache: Path, unpacked: list[int], monkeypatch: pytest.MonkeyPatch
):
    get_data()
    before = (cache / LABELS.unpacked_name).stat()
    monkeypatch.delenv("MNIST_DATA_DIR")
    get_data()
    assert len(unpacked) == 4
    get_data()
    monkeypatch.setenv("MNIST_DATA_DIR", str(data_dir))
    get_data()
    assert len(unpacked) == 4
    assert (cache / LABELS.unpacked_name).stat() == before


@pytest.mark.parametrize("loads_before", [0, 1, 2])
def test_writing_to_an_array_changes_nobody_elses_data(data_dir: Path, loads_before: int):
    for _ in range(loads_before):
        get_data()
    _, (x, t) = load_mnist(normalize=False)
    _, (others, _) = load_mnist(normalize=False)
    x[:] = 7
    t[:] = 7
    _, (again, labels) = load_mnist(normalize=False)
    assert (others.min(), others.max()) == (again.min(), again.max()) == (0, 255)
    assert np.bincount(labels).tolist() == COUNTS


@damages
@pytest.mark.parametrize("name", ["test_images", "test_labels"])
def test_a_packed_file_that_was_damaged_later_is_refused_by_name(
    data_dir: Path, damage: Callable[[Path], None], name: str
):
    get_data()
    path = data_dir / FILES[name].name
    damage(path)
    with pytest.raises(ValueError, match=path.name):
        get_data()


@posix
def test_an_alteration_that_hides_its_time_is_found(data_dir: Path):
    get_data()
    path = data_dir / LABELS.name
    before = path.stat()
    alter(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ValueError, match="SHA-256"):
        get_data()


@damages
def test_a_copy_that_was_damaged_is_made_again(
    data_dir: Path, cache: Path, damage: Callable[[Path], None]
):
    get_data()
    copy = cache / LABELS.unpacked_name
    before = copy.read_bytes()
    damage(copy)
    assert count_labels() == COUNTS
    assert copy.read_bytes() == before


def receipts(cache: Path) -> list[Path]:
    return list(cache.glob(f"{LABELS.unpacked_name}-*"))


@pytest.mark.parametrize(
    "content",
    [b"", b"[1, 2", b"[" * 100_000, b"\xff\xfe\x00", b"0" * (1 << 26)],
    ids=["empty", "cut", "deep", "binary", "large"],
)
def test_a_receipt_that_is_nonsense_is_made_again(
    data_dir: Path, cache: Path, unpacked: list[int], content: bytes
):
    get_data()
    (receipt,) = receipts(cache)
    good = receipt.read_bytes()
    receipt.write_bytes(content)
    assert count_labels() == COUNTS
    assert unpacked[2:] == [LABELS.size]
    assert receipt.read_bytes() == good


def test_a_receipt_of_another_file_does_not_count(
    data_dir: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    get_data()
    other = copy_test_set(tmp_path / "other", monkeypatch)
    alter(other / LABELS.name)
    with pytest.raises(ValueError, match="SHA-256"):
        get_data()


@posix
def test_a_copy_with_a_receipt_that_fits_but_no_numbers_is_made_again(data_dir: Path, cache: Path):
    """A forged receipt: it notes the times and sizes of a copy that is no such file."""
    get_data()
    (receipt,) = receipts(cache)
    copy = cache / LABELS.unpacked_name
    copy.write_bytes(b"forged")
    states = [
        (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        for stat in ((data_dir / LABELS.name).stat(), copy.stat())
    ]
    receipt.write_text(f"packed {states[0]}\ncopy {states[1]}\n")
    assert count_labels() == COUNTS


@posix
@pytest.mark.parametrize("kind", ["copy", "receipt"])
def test_a_pipe_in_the_cache_does_not_block(data_dir: Path, cache: Path, kind: str):
    get_data()
    path = cache / LABELS.unpacked_name if kind == "copy" else receipts(cache)[0]
    path.unlink()
    os.mkfifo(path)
    assert count_labels() == COUNTS
    assert path.is_file()


def test_a_copy_that_was_written_wrongly_is_not_used(
    data_dir: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
):
    """A disk that lies, or another program that writes at the wrong moment."""
    write = storage.write_whole

    def write_zeros(path: Path, content: bytes) -> None:
        write(path, bytes(len(content)) if path.name == LABELS.unpacked_name else content)

    monkeypatch.setattr(storage, "write_whole", write_zeros)
    assert count_labels() == COUNTS
    assert receipts(cache) == []
    assert count_labels() == COUNTS


def test_the_bytes_that_are_used_are_those_that_were_checked(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    """A file that is exchanged after it was read is found out by the next load."""
    decompress = gzip.decompress

    def exchange_first(content: bytes) -> bytes:
        if len(content) == LABELS.size:
            exchange(data_dir / LABELS.name)
        return decompress(content)

    with monkeypatch.context() as patch:
        patch.setattr(gzip, "decompress", exchange_first)
        assert count_labels() == COUNTS
    with pytest.raises(ValueError, match="Move it away"):
        get_data()


def test_without_a_cache_the_data_is_loaded_and_can_be_changed(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "in the way").write_text("a file where the folder should be")
    monkeypatch.setattr(storage, "cache_dir", lambda: tmp_path / "in the way" / "cache")
    _, (x, t) = load_mnist(normalize=False)
    assert np.bincount(t).tolist() == COUNTS
    x[:] = 7
    t[:] = 7


@pytest.mark.skipif(sys.platform != "linux", reason="names of folders are text there")
def test_a_folder_whose_name_is_not_utf_8(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unpacked: list[int]
):
    copy_test_set(tmp_path / os.fsdecode(b"\xc7\xd1\xb1\xdb"), monkeypatch)
    assert count_labels() == COUNTS
    assert count_labels() == COUNTS
    assert len(unpacked) == 2


def test_nothing_but_whole_files_is_left_in_the_cache(data_dir: Path, cache: Path):
    load_mnist()
    names = {path.name.partition("-ubyte-")[0] for path in cache.iterdir()}
    unpacked = {file.unpacked_name for file in FILES.values()}
    receipts = {name.removesuffix("-ubyte") for name in unpacked}
    assert names == unpacked | receipts
