"""``python course.py``: what it builds and runs, and what it says where it can't.

It is run as a learner runs it, in a folder of its own. The slow programs that it calls are played
by modules of the same name: they print what they were called with, or what a test wants.
"""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import course
from tests.conftest import PROJECT

PRINT_ARGUMENTS = "import json, sys; print(json.dumps(sys.argv[1:]))"
MAKE_VENV = """
import os, sys
if __name__ == "__main__":
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
    import venv
    assert "--clear" in sys.argv
    venv.create(sys.argv[-1], clear=True, symlinks=os.name != "nt")
"""
# On Windows in English, the text of files and of the terminal has no room for Korean.
OLD_WINDOWS = """
import builtins, io

def open(file, mode="r", buffering=-1, encoding=None, *more, **options):
    if encoding is None and "b" not in mode:
        encoding = "cp1252"
    return io.open(file, mode, buffering, encoding, *more, **options)

builtins.open = open
"""
PIP = """
import os, sys
print(os.getcwd(), sys.argv, flush=True)
sys.stdout.buffer.write(b"not UTF-8: \\xff\\n")
if "-r" in sys.argv:
    for number in range(45):
        print(f"Collecting package{number}==1.0")
print("Installing collected packages: package0, package1")
"""


WAIT = """
import pathlib, sys, time
try:
    pathlib.Path("waits").touch()
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(5)
"""


# A shell has the programs that it starts in the background ignore Ctrl-C.
ANSWER_CTRL_C = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import course
sys.exit(course.main(sys.argv[1:]))
"""


def pip_that_fails(words: str) -> str:
    return f"import sys; print('a line before'); sys.exit({words!r})"


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what course.py needs, in a folder with a Korean name, where nothing is built."""
    folder = tmp_path / "손글씨 course"
    folder.mkdir()
    for name in ("course.py", "requirements.lock"):
        shutil.copy(PROJECT / name, folder)
    modules = folder / "modules"
    modules.mkdir()
    for name, source in {
        "sitecustomize": OLD_WINDOWS,
        "venv": MAKE_VENV,
        "pip": PIP,
        "jupyterlab": PRINT_ARGUMENTS,
        "pytest": PRINT_ARGUMENTS,
    }.items():
        (modules / f"{name}.py").write_text(source)
    return folder


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*words: str, at: Path = folder) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(folder / "modules")}
        environment["PYTHONIOENCODING"] = "cp1252"
        return subprocess.run(
            [sys.executable, at / "course.py", *words],
            env=environment,
            cwd=at.parent,
            capture_output=True,
            text=True,
        )

    return run


def test_a_python_too_old_gets_one_sentence(folder: Path, run: Run):
    (folder / "modules" / "sitecustomize.py").write_text(
        "import sys; sys.version_info = (3, 10, 9)"
    )
    result = run("lab")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and this is Python 3.10." in result.stderr
    assert "make lab PYTHON=" in result.stderr


def test_the_oldest_python_is_the_same_everywhere():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = ".".join(map(str, course.OLDEST))
    assert project["project"]["requires-python"] == f">={oldest}"
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


def test_course_py_can_be_read_by_an_old_python():
    source = (PROJECT / "course.py").read_text(encoding="ascii")
    ast.parse(source, feature_version=(3, 4))


def test_a_python_without_venv_gets_one_sentence(folder: Path, run: Run):
    missing = "raise ImportError('No module named ensurepip')"
    (folder / "modules" / "ensurepip.py").write_text(missing)
    result = run("lab")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "can't make a virtual environment (No module named ensurepip)" in result.stderr
    assert "-venv`" in result.stderr


@pytest.mark.parametrize("words", [["labb"], []])
def test_a_command_that_does_not_exist_gets_the_list(run: Run, words: list[str]):
    result = run(*words)
    assert result.returncode == 1
    assert result.stderr == "Usage: python course.py environment | lab | test\n"


def test_the_environment_is_built_once_with_hashes_and_a_short_report(folder: Path, run: Run):
    result = run("environment")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "Building the environment in .venv, once: 110 MB to download, 480 MB on the disk.",
        "  20 packages",
        "  40 packages",
        "  45 packages are here and are now installed",
        "The environment is built; the log is in .venv/build.log.",
    ]
    log = (folder / ".venv" / "build.log").read_text(encoding="utf-8")
    assert "Collecting package44==1.0" in log
    assert log.startswith(f"{folder} [")
    assert re.search(r"'install', '--require-hashes', '-r', .*requirements\.lock", log)
    assert re.search(r"'--no-deps', '--no-build-isolation', '-e', '\.'", log)
    settings = folder / ".venv" / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    (notification,) = json.loads(settings.read_text()).values()
    assert notification == {"fetchNews": "false", "checkForUpdates": False}
    again = run("environment")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_changed_lock_has_the_environment_built_again(folder: Path, run: Run):
    run("environment")
    with (folder / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert "Building" in run("environment").stdout


def test_a_copy_of_the_folder_has_its_environment_built_again(folder: Path, run: Run):
    run("environment")
    copy = shutil.copytree(folder, folder.with_name("copy"), symlinks=True)
    assert "Building" in run("environment", at=copy).stdout


def test_an_environment_without_its_python_is_built_again(folder: Path, run: Run):
    run("environment")
    shutil.rmtree(Path(course.PYTHON.replace(course.HERE, str(folder))).parent)
    assert "Building" in run("environment").stdout


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("WARNING: Retrying after connection broken by 'X'", "Check the internet connection"),
        ("[Errno 13] Permission denied: '.venv/lib'", "may not be written to"),
    ],
)
def test_a_build_that_fails_for_a_known_reason_gets_one_sentence(
    folder: Path, run: Run, printed: str, sentence: str
):
    (folder / "modules" / "pip.py").write_text(pip_that_fails(printed))
    result = run("lab")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
    assert printed in (folder / ".venv" / "build.log").read_text()
    assert "--ip" not in result.stdout, "JupyterLab was started without its packages"


def test_a_build_that_fails_for_another_reason_shows_the_end_of_its_log(folder: Path, run: Run):
    words = "THESE PACKAGES DO NOT MATCH THE HASHES"
    (folder / "modules" / "pip.py").write_text(pip_that_fails(words))
    result = run("environment")
    assert result.returncode == 1
    assert f"a line before\n{words}\n" in result.stderr
    assert ".venv/build.log" in result.stderr.splitlines()[-1]
    assert "Building" in run("environment").stdout, "a part of an environment was taken for one"


def test_a_folder_that_may_not_be_written_to_gets_one_sentence(folder: Path, run: Run):
    # What `python -m venv` prints there; the tests may run as root, who may write anywhere.
    refusal = "Error: [Errno 13] Permission denied: '/course/.venv'"
    source = f"import sys\nif __name__ == '__main__': sys.exit({refusal!r})"
    (folder / "modules" / "venv.py").write_text(source)
    result = run("lab")
    assert result.returncode == 1
    assert result.stderr == (
        "The folder of the course may not be written to. Copy it to a folder of your own.\n"
    )


def test_lab_opens_the_first_notebook_on_this_machine_only(run: Run, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    result = run("lab", "--port=9000", "--no-browser")
    assert result.returncode == 0, result.stderr
    options = json.loads(result.stdout.splitlines()[-1])
    assert {"--ip=127.0.0.1", "--port=9000", "--no-browser"} <= set(options)
    assert "--ServerApp.port_retries=50" in options
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in options
    hook = next(o for o in options if o.startswith("--ContentsManager.pre_save_hook="))
    assert hook.endswith("=mnist_lib.course.saving.clean_notebook")


@pytest.mark.parametrize("language", ["ko", "ko_KR.UTF-8"])
def test_lab_opens_the_korean_notebook_where_korean_is_spoken(run: Run, language, monkeypatch):
    monkeypatch.setenv("LANG", language)
    options = json.loads(run("lab").stdout.splitlines()[-1])
    assert "--LabApp.default_url=/lab/tree/ko/00_start_here.ipynb" in options


@pytest.mark.parametrize("port", ["70000", "0", "-1", "http", ""])
def test_a_port_that_cannot_be_gets_one_sentence(run: Run, port: str):
    result = run("lab", f"--port={port}")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{port} is not a port. Choose a number from ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("option", ["--ServerApp.ip=0.0.0.0", "--ip=0.0.0.0"])
def test_an_option_of_the_reader_stands_in_for_the_course_s_own(run: Run, option: str):
    options = json.loads(run("lab", option).stdout.splitlines()[-1])
    assert [o for o in options if "ip=" in o] == [option]


def test_test_runs_pytest_on_every_core_with_the_options(run: Run):
    options = json.loads(run("test", "-k", "words").stdout.splitlines()[-1])
    assert options == ["-n", "auto", "-k", "words"]


def test_the_exit_code_is_that_of_the_program(folder: Path, run: Run):
    (folder / "modules" / "pytest.py").write_text("import sys; sys.exit(3)")
    assert run("test").returncode == 3


@pytest.mark.skipif(os.name == "nt", reason="a test can't press Ctrl-C on Windows")
@pytest.mark.parametrize(
    ("module", "word", "code"), [("pytest", "test", 5), ("pip", "environment", 1)]
)
def test_ctrl_c_stops_a_build_and_is_left_to_a_program(
    folder: Path, module: str, word: str, code: int
):
    (folder / "modules" / f"{module}.py").write_text(WAIT)
    process = subprocess.Popen(
        [sys.executable, "-c", ANSWER_CTRL_C, word],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "modules")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (folder / "waits").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == code
    assert said.startswith("Stopped. The same command") == (module == "pip")


def targets() -> list[str]:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE)


def test_every_target_says_what_it_is_for():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^([a-z-]+):.* ## \w", makefile, re.MULTILINE) == targets()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1)
    assert sorted(phony.split()) == sorted(targets())


@pytest.mark.skipif(shutil.which("make") is None, reason="Windows has no make, and needs none")
def test_make_alone_lists_the_targets():
    listed = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make ([a-z-]+) ", listed.stdout, re.MULTILINE) == targets()
