"""Importing the library, and NumPy without it."""

from functools import partial
from importlib import import_module

from benchmarks.racing import Work


def importer(name: str) -> Work:
    """Return the work of importing a module in a process that has imported neither."""
    return partial(import_module, name)
