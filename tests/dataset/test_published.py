"""Where the published files are looked for, and which files are refused."""

import gzip
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from mnist_lib.dataset import FILES, find
from mnist_lib.dataset.published import check
from tests.conftest import PROJECT, UNPACKED_SHA256

LABELS = FILES["test_labels"]
DATA = PROJECT / "data"


@pytest.mark.parametrize("name", FILES)
def test_the_files_in_the_data_folder_are_the_published_ones(name: str):
    file = FILES[name]
    content = check(file, DATA / file.name)
    assert content == (DATA / file.name).read_bytes()
    unpacked = gzip.decompress(content)
    assert hashlib.sha256(unpacked).hexdigest() == UNPACKED_SHA256[name]
    assert len(unpacked) == 4 + 4 * len(file.shape) + np.prod(file.shape)


def test_the_order_of_the_places(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch):
    mine = tmp_path / "mine"
    for folder in mine, cache:
        folder.mkdir()
        shutil.copy(DATA / LABELS.name, folder)
    monkeypatch.setenv("MNIST_DATA_DIR", str(mine))
    assert find(LABELS) == mine / LABELS.name
    (mine / LABELS.name).unlink()
    assert find(LABELS) == DATA / LABELS.name
    other = LABELS._replace(name="of which the project has none")
    assert find(other) is None
    (cache / other.name).touch()
    assert find(other) == cache / other.name


def test_a_folder_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for variable in "HOME", "USERPROFILE":
        monkeypatch.setenv(variable, str(tmp_path))
    (tmp_path / "my data").mkdir()
    shutil.copy(DATA / LABELS.name, tmp_path / "my data")
    monkeypatch.setenv("MNIST_DATA_DIR", "~/my data")
    assert find(LABELS) == tmp_path / "my data" / LABELS.name


@pytest.mark.parametrize("named", ["mistyped", "~nobody-of-this-name/data", "long" * 2000])
def test_a_folder_that_does_not_exist_is_named(named: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MNIST_DATA_DIR", named)
    with pytest.raises(
        FileNotFoundError, match=rf"MNIST_DATA_DIR names {named[:100]}.*unset it"
    ) as error:
        find(LABELS)
    assert len(str(error.value)) < 500


def altered(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n", "43 bytes instead of 4,542"),
        ((DATA / LABELS.name).read_bytes()[:-1], "cut short.* 4,541 bytes instead of 4,542"),
        ((DATA / LABELS.name).read_bytes() + b"!", "4,543 bytes instead of 4,542"),
        (altered((DATA / LABELS.name).read_bytes()), "SHA-256 differs"),
    ],
    ids=["empty", "pointer", "cut", "longer", "altered"],
)
def test_another_file_is_refused_with_its_name_and_what_to_do(
    tmp_path: Path, content: bytes, words: str
):
    path = tmp_path / LABELS.name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as error:
        check(LABELS, path)
    assert str(error.value).startswith(f"{path} ")
    assert ". Move it away: then the next load" in str(error.value)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="is not a file"):
        check(LABELS, tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="permissions are another matter there")
def test_a_file_that_may_not_be_read_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(shutil.copy(DATA / LABELS.name, folder))
        path.chmod(0)
        with as_ordinary_user(), pytest.raises(ValueError, match="can't be read"):
            check(LABELS, path)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Root may read every file, so become somebody else for a moment."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)
