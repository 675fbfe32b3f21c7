"""The environment check: what it says when all is well, and when something is not."""

import shutil
import sys
from pathlib import Path

import pytest

from mnist_lib.course import environment
from mnist_lib.dataset import published
from mnist_lib.parameters import SHIPPED
from tests.conftest import PROJECT

LABELS = published.FILES["test_labels"]


def test_here_all_is_well(capsys):
    assert environment.check_environment()
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("[ OK ] ") for line in lines[:-1])
    named = " ".join(lines)
    wanted = ["Python", "numpy", "jupyterlab", "ipywidgets", "nbval", "weights", LABELS.name]
    assert [name for name in wanted if name not in named] == []
    assert lines[-1] == "All is in place."


def test_one_failure_is_enough(capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(published, "_folders", list)
    assert not environment.check_environment()
    out = capsys.readouterr().out
    assert out.count("[FAIL] t") == 4
    assert "restart the kernel" in out


@pytest.mark.parametrize(("version", "good"), [((3, 10, 9), False), ((3, 11, 0), True)])
def test_python(version: tuple[int, ...], good: bool):
    finding = environment.look_at_python(version, ">=3.11")
    assert finding.good == good
    if not good:
        assert str(finding).startswith("[FAIL] Python: 3.10.9 is not >=3.11\n")
        assert "make lab" in str(finding)


def test_a_package_that_is_missing():
    finding = environment.look_at_package("no_such_package>=1")
    assert str(finding).startswith("[FAIL] no_such_package: not installed")
    assert f'{sys.executable} -m pip install "no_such_package>=1"' in str(finding)


def test_a_package_that_is_too_old():
    finding = environment.look_at_package("numpy>=99")
    assert not finding.good
    assert "is not >=99" in str(finding)


def test_a_package_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "broken_package.py").write_text("raise OSError('a library is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    finding = environment.look_at_package("broken_package")
    assert "[FAIL] broken_package: can't be imported: a library is missing" in str(finding)


def test_a_file_that_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(published, "_folders", list)
    finding = environment.look_at_file(LABELS)
    assert str(finding).startswith(f"[FAIL] {LABELS.name}: missing")
    assert "load_mnist()" in finding.mend


def test_a_file_that_was_altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    content = bytearray((PROJECT / "data" / LABELS.name).read_bytes())
    content[99] ^= 1
    (tmp_path / LABELS.name).write_bytes(content)
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    finding = environment.look_at_file(LABELS)
    assert not finding.good
    assert "SHA-256 differs" in finding.detail
    assert "Move it away" in finding.mend


def test_a_data_dir_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path / "nowhere"))
    finding = environment.look_at_file(LABELS)
    assert not finding.good
    assert "MNIST_DATA_DIR" in finding.detail


def test_weights_that_are_missing_or_broken(tmp_path: Path):
    path = tmp_path / "weights.npz"
    assert "[FAIL] weights" in str(environment.look_at_weights(path))
    shutil.copy(SHIPPED, path)
    assert environment.look_at_weights(path).detail == "45,360 parameters"
    path.write_bytes(path.read_bytes()[:-50])
    assert "git restore" in environment.look_at_weights(path).mend
