"""Loading MNIST, beside the pickle cache that the book uses."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.contenders import book, imports, ours
from benchmarks.racing import Row, compare, race_afresh
from mnist_lib import load_mnist

TURNS = 21


def rows() -> Iterator[Row]:
    """Measure what a reader waits for in each new process: the import, then the data."""
    modules = {name: partial(imports.importer, name) for name in ("mnist_lib", "numpy")}
    yield from compare("`import mnist_lib`", race_afresh(modules, TURNS), {"numpy": 1.3})
    # The first load of all unpacks the files; it is the second and later ones that count.
    arrays = load_mnist(normalize=False)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "mnist.pkl"
        book.write_cache(arrays, cache)
        contenders = {
            "scaled": partial(ours.loader, normalize=True),
            "the book's pickle cache": partial(book.loader, cache),
            "raw": partial(ours.loader, normalize=False),
        }
        times = race_afresh(contenders, TURNS)
    raw = {name: times[name] for name in ("raw", "the book's pickle cache")}
    yield from compare("`load_mnist()`", times, {"the book's pickle cache": 0.5})
    yield from compare("`load_mnist(normalize=False)`", raw, {"the book's pickle cache": 0.05})
