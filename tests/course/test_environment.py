"""The environment check: what it says when all is well, and when something is not."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

from mnist_lib.course import check_environment
from mnist_lib.course.environment import (
    check_file,
    check_package,
    check_python,
    check_weights,
)
from mnist_lib.dataset import published
from tests.conftest import PROJECT

LABELS = published.FILES["test_labels"]
SHIPPED = PROJECT / "mnist_lib" / "weights" / "mnist_50_100.npz"


@pytest.fixture
def altered_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test labels with one bit changed, in the folder where they are looked for first."""
    content = bytearray((PROJECT / "data" / LABELS.name).read_bytes())
    content[99] ^= 1
    path = tmp_path / LABELS.name
    path.write_bytes(content)
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    return path


def test_every_requirement_file_and_the_weights_are_checked(capsys):
    assert check_environment()
    *lines, verdict = capsys.readouterr().out.splitlines()
    assert all(line.startswith("[ OK ] ") for line in lines)
    assert verdict == "All is in place."
    checked = [line.removeprefix("[ OK ] ").split(":")[0] for line in lines]
    required = [text.split(">")[0] for text in metadata.requires("mnist_lib") or []]
    files = [file.name for file in published.FILES.values()]
    assert checked == ["Python", *required, *files, "weights"]


def test_one_failure_is_enough(altered_labels: Path, capsys):
    assert not check_environment()
    out = capsys.readouterr().out
    assert out.count("[FAIL]") == 2, "the failure, and the sentence that says what to do"
    assert f"[FAIL] {LABELS.name}: " in out
    assert out.endswith("restart the kernel, and run this cell again.\n")


def test_a_python_is_compared_with_what_is_allowed():
    assert str(check_python((3, 11, 0), ">=3.11")) == "[ OK ] Python: 3.11.0"
    too_old = str(check_python((3, 9, 18), ">=3.11"))
    assert too_old.startswith("[FAIL] Python: version 3.9.18, where >=3.11 is needed\n")
    assert "To fix it: install a Python that is >=3.11, then " in too_old
    assert "make lab" in too_old


def test_a_package_that_is_missing():
    finding = str(check_package("no_such_package>=1"))
    assert finding.startswith("[FAIL] no_such_package: not installed (")
    assert f'run `{sys.executable} -m pip install "no_such_package>=1"`' in finding


def test_a_package_that_is_too_old():
    installed = metadata.version("numpy")
    assert str(check_package("numpy>=2")) == f"[ OK ] numpy: {installed}"
    assert str(check_package("numpy>=99")).startswith(
        f"[FAIL] numpy: version {installed}, where numpy>=99 is needed"
    )


def test_a_package_with_a_module_of_another_name():
    assert check_package("pillow").detail == metadata.version("pillow")


def test_a_package_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "broken_package.py").write_text("raise OSError('a library is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    finding = str(check_package("broken_package"))
    assert "[FAIL] broken_package: can't be imported: a library is missing" in finding


def test_a_file_that_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(published, "find", lambda _: None)
    finding = str(check_file(LABELS))
    assert finding.startswith(f"[FAIL] {LABELS.name}: missing\n")
    assert "load_mnist()" in finding


def test_a_file_that_was_altered(altered_labels: Path):
    finding = str(check_file(LABELS))
    assert finding.startswith(f"[FAIL] {LABELS.name}: {altered_labels}")
    assert "SHA-256" in finding


def test_a_data_dir_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path / "nowhere"))
    finding = check_file(LABELS)
    assert not finding.good
    assert "MNIST_DATA_DIR" in finding.detail


def test_weights_are_counted():
    assert str(check_weights()) == "[ OK ] weights: 45,360 parameters"


@pytest.mark.parametrize("content", [None, SHIPPED.read_bytes()[:-50]], ids=["missing", "cut"])
def test_damaged_weights_are_restored_and_nothing_else(tmp_path: Path, content: bytes | None):
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    finding = str(check_weights(path))
    assert finding.startswith("[FAIL] weights: ")
    # A learner's own changes stand in the rest of mnist_lib.
    assert "`git restore mnist_lib/weights`" in finding
    assert "git restore mnist_lib`" not in finding
