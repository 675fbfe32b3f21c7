"""Tell whether everything is in place that the course needs, and if not, what mends it."""

import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from mnist_lib.dataset import published
from mnist_lib.parameters import SHIPPED, ParameterError, read_parameters

__all__ = [
    "Finding",
    "check_environment",
    "look_at_file",
    "look_at_package",
    "look_at_python",
    "look_at_weights",
]

_REBUILD = "close JupyterLab, delete the folder .venv and run `make lab` again"


class Finding(NamedTuple):
    """What one look at the environment found."""

    name: str
    good: bool
    detail: str
    mend: str = ""

    def __str__(self) -> str:
        if self.good:
            return f"[ OK ] {self.name}: {self.detail}"
        return f"[FAIL] {self.name}: {self.detail}\n       To mend it: {self.mend}."


def check_environment() -> bool:
    """Print a line for each thing the course needs: [ OK ], or [FAIL] and what mends it.

    Returns
    -------
    bool
        Whether all is well.
    """
    findings = list(_examine())
    good = all(finding.good for finding in findings)
    verdict = (
        "All is in place."
        if good
        else "Mend what is marked [FAIL], restart the kernel, and run this cell again."
    )
    print(*findings, verdict, sep="\n")  # noqa: T201 - printing is what it is for
    return good


_MODULES = {"pillow": "PIL"}
"""The modules of packages that are not called as their modules are."""


def look_at_python(version: tuple[int, ...], allowed: str) -> Finding:
    """Tell whether the course runs on a Python.

    Parameters
    ----------
    version : tuple of int
        For example ``(3, 11, 7)``.
    allowed : str
        A version specifier such as ``>=3.11,<3.15``.

    Returns
    -------
    Finding
    """
    name = ".".join(map(str, version))
    good = SpecifierSet(allowed).contains(name)
    mend = f"install a Python that is {allowed}, then {_REBUILD}"
    return Finding("Python", good, name if good else f"{name} is not {allowed}", mend)


def look_at_package(requirement: str) -> Finding:
    """Tell whether a package can be imported, in a version that the course runs on.

    Parameters
    ----------
    requirement : str
        The name of the package and the versions allowed: for example ``numpy>=2.0``.

    Returns
    -------
    Finding
    """
    wanted = Requirement(requirement)
    mend = f'run `{sys.executable} -m pip install "{requirement}"`, or {_REBUILD}'
    try:
        import_module(_MODULES.get(wanted.name, wanted.name))
        version = metadata.version(wanted.name)
    except ModuleNotFoundError as error:
        return Finding(wanted.name, False, f"not installed ({error})", mend)
    except Exception as error:  # noqa: BLE001 - whatever a broken package raises is the finding
        return Finding(wanted.name, False, f"can't be imported: {error}", mend)
    if not wanted.specifier.contains(version, prereleases=True):
        return Finding(wanted.name, False, f"{version} is not {wanted.specifier}", mend)
    return Finding(wanted.name, True, version)


def look_at_file(file: published.DataFile) -> Finding:
    """Tell whether a data file is there and is the published one, byte for byte.

    Parameters
    ----------
    file : DataFile
        One of `mnist_lib.dataset.published.FILES`.

    Returns
    -------
    Finding
    """
    try:
        path = published.find(file)
        if path is None:
            mend = "run `from mnist_lib import load_mnist; load_mnist()`, which downloads it"
            return Finding(file.name, False, "missing", mend)
        published.check(file, path)
    except published.DataFileError as error:
        return Finding(file.name, False, error.problem, error.fix)
    except OSError as error:
        mend = "check the folder's permissions, and the environment variable MNIST_DATA_DIR"
        return Finding(file.name, False, str(error).rstrip("."), mend)
    return Finding(file.name, True, "as published (SHA-256)")


def look_at_weights(path: Path = SHIPPED) -> Finding:
    """Tell whether the parameters that come with the package can be read.

    Parameters
    ----------
    path : Path
        The file that holds them.

    Returns
    -------
    Finding
    """
    try:
        network = read_parameters(path)
    except (OSError, ParameterError) as error:
        mend = f"run `git restore {path.parent.parent.name}` in the project's folder"
        return Finding("weights", False, str(error).rstrip("."), mend)
    count = sum(parameters.size for parameters in network.values())
    return Finding("weights", True, f"{count:,} parameters")


def _examine() -> Iterator[Finding]:
    about = metadata.metadata("mnist_lib")
    yield look_at_python(sys.version_info[:3], about["Requires-Python"])
    for requirement in metadata.requires("mnist_lib") or []:
        yield look_at_package(requirement)
    for file in published.FILES.values():
        yield look_at_file(file)
    yield look_at_weights()
