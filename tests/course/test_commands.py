"""The two commands: what they say where they can't run, and that the files they use agree."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import course
from mnist_lib.dataset import published
from tests.conftest import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    Requirement(text)
    for text in PYPROJECT["project"]["dependencies"]
    + PYPROJECT["dependency-groups"]["test"]
    + PYPROJECT["dependency-groups"]["build"]
]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = [
    Requirement(line.removesuffix(" \\"))
    for line in LOCK.splitlines()
    if re.match(r"[A-Za-z0-9]", line)
]
PLATFORMS = [
    {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.0",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "os_name": "nt" if system == "win32" else "posix",
    }
    for minor in (11, 12, 13, 14)
    for system in ("linux", "darwin", "win32")
]


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_the_lock_holds_each_requirement_once_on_every_platform(wanted: Requirement):
    name = canonicalize_name(wanted.name)
    for platform in PLATFORMS:
        environment = default_environment() | platform
        versions = [
            str(next(iter(locked.specifier)).version)
            for locked in LOCKED
            if canonicalize_name(locked.name) == name
            and (locked.marker is None or locked.marker.evaluate(environment))
        ]
        assert len(versions) == 1, (platform, versions)
        assert wanted.specifier.contains(versions[0])


def test_the_lock_pins_hashes_and_names_no_registry():
    assert all(len(locked.specifier) == 1 for locked in LOCKED)
    assert LOCK.count("--hash=sha256:") > len(LOCKED)
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
    assert "--index-url" not in LOCK


def test_what_is_installed_here_is_what_is_locked():
    if not (Path(sys.prefix) / "built-from.txt").exists():
        return  # conda's environment, and those that try the oldest packages, are meant to differ
    for locked in LOCKED:
        if locked.marker is None or locked.marker.evaluate():
            assert locked.specifier.contains(metadata.version(locked.name)), locked


def test_environment_yml_agrees_with_pyproject():
    conda = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    *packages, with_pip = conda["dependencies"]
    assert packages == [f"python{PYPROJECT['project']['requires-python']}", "pip"]
    *requirements, project = with_pip["pip"]
    assert project == "-e ."
    without_build = WANTED[: -len(PYPROJECT["dependency-groups"]["build"])]
    assert sorted(requirements) == sorted(map(str, without_build))


def test_the_oldest_python_is_the_same_everywhere():
    oldest = ".".join(map(str, course.OLDEST))
    assert PYPROJECT["project"]["requires-python"] == f">={oldest}"
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


def test_a_python_too_old_gets_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert course.main(["lab"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "needs Python 3.11 or newer, and this is Python 3.9." in said
    assert "make lab PYTHON=" in said


def test_a_python_without_venv_gets_one_sentence(tmp_path: Path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError('No module named ensurepip')")
    result = subprocess.run(
        [sys.executable, PROJECT / "course.py", "lab"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "can't make a virtual environment" in result.stderr
    assert "-venv" in result.stderr


def test_a_command_that_does_not_exist(capsys):
    assert course.main(["labb"]) == 1
    assert "lab" in capsys.readouterr().err


def test_course_py_can_be_read_by_an_old_python():
    """By its grammar, as far as this Python can tell: no newer syntax has slipped in."""
    import ast

    ast.parse((PROJECT / "course.py").read_text(encoding="utf-8"), feature_version=(3, 4))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run."""
    runs: list[list[str]] = []
    monkeypatch.setattr(course, "run", lambda words: runs.append(words) or 0)
    return runs


def test_a_taken_port_gets_one_sentence_and_the_next_port(started, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert course.lab([f"--port={port}"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Port {port} is taken")
    assert said.count("\n") == 1
    (words,) = started
    chosen = next(int(word[7:]) for word in words if word.startswith("--port="))
    assert chosen > port
    assert f"port {chosen}" in said


def test_lab_opens_the_first_notebook(started, capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(course, "is_free", bool)
    course.lab(["--no-browser"])
    (words,) = started
    assert "--no-browser" in words
    assert any("00_start_here.ipynb" in word for word in words)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("port", ["--port=many", "--port=70000"])
def test_a_port_that_is_none_gets_one_sentence(started, capsys, port: str):
    assert course.lab([port]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert started == []


def test_make_alone_lists_the_targets():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE)
    assert {"help", "lab", "test"} <= set(targets)
    assert re.findall(r"^([a-z]+):.* ## \w", makefile, re.MULTILINE) == targets
    if shutil.which("make"):  # Windows has none, and needs none
        listed = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True)
        assert [name for name in targets if f"make {name} " not in listed.stdout] == []


def test_an_environment_that_was_moved_or_copied_is_built_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "STAMP", str(tmp_path / "built-from.txt"))
    monkeypatch.setattr(course, "PYTHON", sys.executable)
    assert not course.is_built()
    (tmp_path / "built-from.txt").write_text(course.fingerprint())
    assert course.is_built()
    monkeypatch.setattr(course, "HERE", str(tmp_path / "elsewhere"))
    assert not course.is_built()


def test_the_data_folder_tells_its_checksums_and_its_authors():
    text = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    for file in published.FILES.values():
        published.check(file, PROJECT / "data" / file.name)
        assert all(part in text for part in (file.name, file.sha256, file.sha256_unpacked))
    assert all(name in text for name in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0"))


@pytest.mark.parametrize("words", [["check"], ["format", "--check"]])
def test_the_style_is_kept(words: list[str]):
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *words], cwd=PROJECT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
