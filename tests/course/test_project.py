"""What the files around the code promise: that they agree with each other, and the style."""

import re
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
from PIL import Image

from mnist_lib.dataset import published
from tests.conftest import PROJECT, UNPACKED_SHA256

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PYPROJECT["project"]["dependencies"]
TEST = PYPROJECT["dependency-groups"]["test"]
WANTED = [*RUNTIME, *TEST, *PYPROJECT["dependency-groups"]["build"]]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
LOCKED = [Requirement(entry.partition(" \\")[0]) for entry in ENTRIES]
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
BUILT = Path(sys.prefix) / "built-from.txt"
PAGES = [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").glob("*.md"))]
PICTURES = sorted((PROJECT / "docs" / "pictures").glob("*"))


@pytest.mark.parametrize("text", WANTED)
def test_the_lock_holds_each_requirement_once_on_every_platform(text: str):
    wanted = Requirement(text)
    for platform in PLATFORMS:
        environment = default_environment() | platform
        versions = [
            str(next(iter(locked.specifier)).version)
            for locked in LOCKED
            if canonicalize_name(locked.name) == canonicalize_name(wanted.name)
            and (locked.marker is None or locked.marker.evaluate(environment))
        ]
        assert len(versions) == 1, (platform, versions)
        assert wanted.specifier.contains(versions[0])


@pytest.mark.parametrize("name", sorted(path.name for path in PROJECT.glob("*.lock")))
def test_a_lock_pins_every_package_with_hashes_and_names_no_registry(name: str):
    lock = (PROJECT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert [entry for entry in entries if "==" not in entry.splitlines()[0]] == []
    assert "://" not in lock
    assert "--index-url" not in lock


@pytest.mark.skipif(not BUILT.exists(), reason="not the environment that course.py builds")
def test_what_is_installed_here_is_what_is_locked():
    for locked in LOCKED:
        if locked.marker is None or locked.marker.evaluate():
            assert locked.specifier.contains(metadata.version(locked.name)), locked


def test_conda_s_environment_is_the_same():
    conda = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    *packages, with_pip = conda["dependencies"]
    assert conda["channels"] == ["conda-forge"]
    # conda's package `matplotlib` brings Qt along, which is large.
    packages_of_pip = [text.partition(";")[0] for text in RUNTIME + TEST]
    wanted = [text.replace("matplotlib>", "matplotlib-base>") for text in packages_of_pip]
    python = f"python{PYPROJECT['project']['requires-python']}"
    assert sorted(packages) == sorted([python, "pip", *wanted])
    assert with_pip == {"pip": ["-e ."]}


def test_actions_are_pinned_by_commit_with_their_version():
    workflows = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
    uses = [
        line.partition("uses: ")[2]
        for path in workflows
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses: " in line
    ]
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_the_data_folder_names_its_checksums_and_its_authors():
    text = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    for name, file in published.FILES.items():
        published.check(file, PROJECT / "data" / file.name)
        assert all(part in text for part in (file.name, file.sha256, UNPACKED_SHA256[name]))
    assert all(name in text for name in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_of_the_project(page: Path):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_lists_every_notebook():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    notebooks = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
    assert re.findall(r"\(notebooks/([^)]+)\)", text) == notebooks


def test_the_readme_shows_every_picture_with_a_text_alternative():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"!\[([^\]]+)\]\(docs/pictures/([^)]+)\)", text))
    assert sorted(shown.values()) == [path.name for path in PICTURES]
    assert len(shown) >= 3
    assert all(len(alt) > 40 for alt in shown)


def test_the_pictures_are_small():
    assert sum(path.stat().st_size for path in PICTURES) < 300_000
    for path in PICTURES:
        with Image.open(path) as picture:
            assert picture.mode == "P"
            assert picture.width >= 600, "too coarse to be read"


def test_the_style_is_kept():
    for words in (["check"], ["format", "--check"]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *words], cwd=PROJECT, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr


def test_each_promise_of_security_names_tests_that_exist():
    text = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
    path, found = None, 0
    for named_path, name in re.findall(r"`(tests/[\w/]+\.py)?::(\w+)`", text):
        path = PROJECT / named_path if named_path else path
        assert f"def {name}(" in path.read_text(encoding="utf-8"), name
        found += 1
    assert found > 10
