"""Check that everything the course needs is in place, and say how to fix what is not."""

import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from mnist_lib.dataset import published
from mnist_lib.language import said
from mnist_lib.network import init_network

_REBUILD = "close JupyterLab, delete the folder .venv and run `make lab` again"
_IMPORT_NAMES = {"pillow": "PIL"}


class Finding(NamedTuple):
    """The result of one check; printed, it is a line, or two where something must be fixed."""

    name: str
    good: bool
    detail: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f"\n       {said(f'To fix it: {self.fix}')}." if self.fix and not self.good else ""
        return f"[{' OK ' if self.good else 'FAIL'}] {said(self.name)}: {said(self.detail)}{fix}"


def check_environment() -> bool:
    """Print a line for each thing the course needs: [ OK ], or [FAIL] and how to fix it.

    Returns
    -------
    bool
        Whether everything is in place.
    """
    findings = list(_check_everything())
    good = all(finding.good for finding in findings)
    todo = "Fix what is marked [FAIL], restart the kernel, and run this cell again."
    print(*findings, said("All is in place." if good else todo), sep="\n")  # noqa: T201 - its purpose
    return good


def check_python(version: tuple[int, ...], allowed: str) -> Finding:
    """Check a Python version, such as ``(3, 11, 7)``, against a specifier, such as ``>=3.11``."""
    name = ".".join(map(str, version))
    good = SpecifierSet(allowed).contains(name)
    fix = f"install a Python that is {allowed}, then {_REBUILD}"
    return Finding(
        "Python", good, name if good else f"version {name}, where {allowed} is needed", fix
    )


def check_package(requirement: str) -> Finding:
    """Check that a package, such as ``numpy>=2.0``, can be imported in an allowed version."""
    wanted = Requirement(requirement)
    fix = f'run `{sys.executable} -m pip install "{requirement}"`, or {_REBUILD}'
    try:
        import_module(_IMPORT_NAMES.get(wanted.name, wanted.name))
        version = metadata.version(wanted.name)
    except ModuleNotFoundError as error:
        return Finding(wanted.name, False, f"not installed ({error})", fix)
    except Exception as error:  # noqa: BLE001 - a broken package may raise anything
        return Finding(wanted.name, False, f"can't be imported: {error}", fix)
    good = wanted.specifier.contains(version, prereleases=True)
    return Finding(
        wanted.name,
        good,
        version if good else f"version {version}, where {requirement} is needed",
        fix,
    )


def check_file(file: published.DataFile) -> Finding:
    """Check that one of `published.FILES` is there, byte for byte as it was published."""
    try:
        path = published.find(file)
        if path is None:
            fix = "run `from mnist_lib import load_mnist; load_mnist()`, which downloads it"
            return Finding(file.name, False, "missing", fix)
        published.check(file, path)
    except (OSError, ValueError) as error:  # whose sentences say what to do
        return Finding(file.name, False, str(error))
    return Finding(file.name, True, "as published (SHA-256)")


def check_weights(path: str | Path | None = None) -> Finding:
    """Check that weights can be read; without a path, those that come with the library."""
    try:
        network = init_network(path)
    except (OSError, ValueError) as error:
        fix = "run `git restore mnist_lib/weights` in the project's folder"
        return Finding("weights", False, str(error).rstrip("."), fix)
    count = sum(parameters.size for parameters in network.values())
    return Finding("weights", True, f"{count:,} parameters")


def _check_everything() -> Iterator[Finding]:
    about = metadata.metadata("mnist_lib")
    yield check_python(sys.version_info[:3], about["Requires-Python"])
    for requirement in metadata.requires("mnist_lib") or []:
        marker = Requirement(requirement).marker
        if marker is None or marker.evaluate():
            yield check_package(requirement)
    for file in published.FILES.values():
        yield check_file(file)
    yield check_weights()
