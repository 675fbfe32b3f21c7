"""Reading digits with a trained network, beside the book's way, PyTorch and ONNX Runtime."""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from benchmarks.contenders import book, onnx_runtime, ours, products, pytorch
from benchmarks.racing import Row, Work, compare, race

TURNS = 11
SIZES = (100, 200, 250, 500, 1000, 2000, 5000, 10_000)
"""Batch sizes to try; each divides the 10,000 test images."""


def rows() -> Iterator[Row]:
    """Measure single images, batches of 100, and each contender's best batches."""
    singles = {
        "compiled": ours.prepare_singles,
        "the book's way": book.prepare_singles,
        "ONNX Runtime": onnx_runtime.prepare_singles,
        "`predict`": ours.prepare_plain_singles,
    }
    goals = {"the book's way": 0.55, "ONNX Runtime": 1.15, "`predict`": None}
    yield from compare("compiled, one image at a time", race(singles, TURNS), goals)
    hundreds = {
        "compiled": partial(ours.prepare_batches, 100),
        "the book's way": partial(book.prepare_batches, 100),
        "PyTorch": partial(pytorch.prepare_batches, 100),
        "`predict`": partial(ours.prepare_plain_batches, 100),
    }
    goals = {"the book's way": 0.75, "PyTorch": 0.6, "`predict`": None}
    yield from compare("compiled, batches of 100", race(hundreds, TURNS), goals)
    yield from best_batches()


def best_batches() -> Iterator[Row]:
    """Let each contender use the batch size that it is fastest with."""
    peers = {
        "compiled": ours.prepare_batches,
        "PyTorch": pytorch.prepare_batches,
        "ONNX Runtime": onnx_runtime.prepare_batches,
        "the matrix products alone": products.prepare_batches,
        "`predict`": ours.prepare_plain_batches,
    }
    sizes = {name: best_size(prepare) for name, prepare in peers.items()}
    names = {name: f"{name}, batches of {size}" for name, size in sizes.items()}
    contenders = {names[name]: partial(peers[name], sizes[name]) for name in peers}
    goals = {
        names["PyTorch"]: 0.7,
        names["ONNX Runtime"]: 1.3,
        names["the matrix products alone"]: 1.35,
        names["`predict`"]: None,
    }
    yield from compare(names["compiled"], race(contenders, TURNS), goals)


def best_size(prepare: Callable[[int], Work]) -> int:
    """Return the batch size that is the fastest."""
    times = race({size: partial(prepare, size) for size in SIZES}, turns=3)
    return min(times, key=lambda size: median(times[size]))
