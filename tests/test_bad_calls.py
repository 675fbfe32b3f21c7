"""Every public function, called with arguments that it can't take: one table.

A bad argument brings the right answer or a sentence, never an error of NumPy's or Python's own and
never silent nonsense; and no argument is changed.
"""

import copy
import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from matplotlib.figure import Figure

from mnist_lib import figures, pen, widgets
from mnist_lib.compiled import compile_network
from mnist_lib.convolutions import SHIPPED as CONVOLUTIONS
from mnist_lib.convolutions import init_convolutions
from mnist_lib.dataset import FILES
from mnist_lib.detector import SHIPPED as DETECTOR
from mnist_lib.network import new_network, predict, predict_layers
from mnist_lib.parameters import SHIPPED
from mnist_lib.pen.drawings import SHIPPED as DRAWINGS
from mnist_lib.training import Distortion, Epoch

ROOMS = (
    *("checks", "network", "compiled", "convolutions", "detector", "parameters", "training"),
    *("dataset", "pen", "figures", "widgets", "course"),
)
MODULES = ["mnist_lib", *(f"mnist_lib.{room}" for room in ROOMS)]
DOCUMENTED = (TypeError, ValueError, OSError, FloatingPointError)

NEW = "a path that is new for each call"
SAME, ANY, SENTENCE = "the same answer", "an answer", "a sentence"

# Good arguments. The pixels are 0 or 1, so that any type of number can hold them.
N = 4
RNG = np.random.default_rng(0)
GRID = np.random.default_rng(1).random((2, 1, 28, 28))
SHAPE = np.pad(np.ones((12, 4), np.float32), ((8, 8), (12, 12)))
X = np.array([np.roll(SHAPE, (i, i), (0, 1)).ravel() for i in range(N)])
IMAGE = X[0]
T = np.arange(N, dtype=np.uint8)
NETWORK = new_network((5, 4))
Y = predict(NETWORK, X)
LAYERS = predict_layers(NETWORK, IMAGE)
FLOW = {"x": X, "W1": NETWORK["W1"], "z1": np.zeros((N, 5))}
WEIGHTS = NETWORK["W1"]
STROKES = [[[10.0, 10.0], [20.0, 40.0]], [[30.0, 10.0], [30.0, 50.0], [10.0, 50.0]]]
DRAWING = pen.Drawing(4, STROKES)
SHEET = 1 - np.kron(SHAPE, np.ones((4, 4), np.float32)) * 0.9
HISTORY = [Epoch(i, 3, 2.0 / i, 0.1, 1.0, 2.5 / i, 0.5) for i in (1, 2)]
CURVE = {10: 0.3, 100: 0.6, 1000: 0.9}
COUNTS = {"training": np.arange(10) + 5}
ROUTES = {"by hand": [("features", False), ("weights", True)]}

Values = dict[str, Any]
Cases = dict[str, Values]


def frozen(array: Any) -> np.ndarray:
    array = np.array(array)
    array.flags.writeable = False
    return array


def elsewhere(good: Any) -> Values:
    """The same numbers, in another place or order in memory."""
    good = np.asarray(good)
    return {
        "Fortran order": good.copy(order="F"),
        "not contiguous": np.repeat(good, 2, axis=-1)[..., ::2],
        "backwards": good[..., ::-1].copy()[..., ::-1],
        "read-only": frozen(good),
        "other byte order": good.astype(good.dtype.newbyteorder()),
        "a list": good.tolist(),
    }


def no_numbers(good: Any) -> Values:
    good = np.asarray(good)
    return {
        "None": None,
        "text": "digits",
        "a dict": {"x": 1},
        "ragged": [[1.0], [1.0, 2.0]],
        "of objects": good.astype(object),
        "of texts": good.astype(str),
        "complex": good.astype(complex),
        "dates": np.zeros(good.shape, "datetime64[s]"),
        "one more axis": np.asarray(good)[np.newaxis, ..., np.newaxis],
    }


def with_first(good: Any, value: float, dtype: Any = float) -> np.ndarray:
    array = np.array(good, dtype)
    array[(0,) * array.ndim] = value
    return array


def not_finite(good: Any) -> Values:
    return {str(value): with_first(good, value) for value in (np.nan, np.inf, -np.inf)}


def images(good: np.ndarray) -> Cases:
    whole = {kind: good.astype(kind) for kind in ("uint8", "int64", "bool", "float16")}
    wrong = {"a scalar": 0.5, "a column less": good[:, :-1], "turned": good.T}
    wrong |= {"no pixels": good[:, :0], "all -inf": np.full_like(good, -np.inf)}
    return {
        SAME: elsewhere(good) | whole | {"float64": good.astype(float)},
        SENTENCE: no_numbers(good) | not_finite(good) | wrong,
    }


def one_or_more_images(good: np.ndarray) -> Cases:
    return images(good) | {ANY: {"one": good[0], "none": good[:0]}}


def batch(good: np.ndarray) -> Cases:
    cases = images(good)
    return cases | {SENTENCE: cases[SENTENCE] | {"one": good[0], "none": good[:0]}}


def float_images(good: np.ndarray) -> Cases:
    cases = batch(good)
    whole = {kind: cases[SAME].pop(kind) for kind in ("uint8", "int64", "bool")}
    return cases | {SENTENCE: cases[SENTENCE] | whole}


def gallery(good: np.ndarray) -> Cases:
    """Integers go to 255 here, so that 1 is not the same."""
    cases = batch(good)
    return cases | {ANY: {kind: cases[SAME].pop(kind) for kind in ("uint8", "int64")}}


def image(good: np.ndarray) -> Cases:
    wrong = {"a scalar": 0.5, "a pixel less": good.ravel()[:-1], "empty": good[:0]}
    far = {"-1": with_first(good, -1), "255": with_first(good, 255)}
    return {
        SAME: elsewhere(good) | {"float64": good.astype(float), "bool": good.astype(bool)},
        ANY: {kind: good.astype(kind) for kind in ("uint8", "int64", "float16")},
        SENTENCE: no_numbers(good) | not_finite(good) | wrong | far,
    }


def raw_image(good: np.ndarray) -> Cases:
    """Of any range: what its numbers mean is not looked at."""
    cases = image(good)
    return cases | {ANY: cases[ANY] | {key: cases[SENTENCE].pop(key) for key in ("-1", "255")}}


def numbers(low: float = -np.inf, high: float = np.inf) -> Callable[[Any], Cases]:
    """Any numbers of this shape, within limits."""

    def kind(good: Any) -> Cases:
        good = np.asarray(good)
        wrong: Values = {"a scalar": 1.0, "empty": good[:0]}
        if low > -np.inf:
            wrong["too low"] = with_first(good, low - 1)
        if high < np.inf:
            wrong["too high"] = with_first(good, high + 1)
        same = elsewhere(good) | {"float64": good.astype(float)}
        return {SAME: same, SENTENCE: no_numbers(good) | not_finite(good) | wrong}

    return kind


def losses(good: list[float]) -> Cases:
    """Losses may end in inf or nan, where the steps were too large."""
    cases = numbers(0)(good)
    for name in ("nan", "inf"):
        cases[SENTENCE].pop(name)
    return cases


def any_numbers(good: np.ndarray) -> Cases:
    cases = numbers()(good)
    gaps = {name: cases[SENTENCE].pop(name) for name in ("nan", "inf", "-inf")}
    return cases | {ANY: gaps}


def sizes(good: list[int]) -> Cases:
    cases = numbers(1)(good)
    cases[SAME].pop("float64")
    return cases


def number(*bad: float) -> Callable[[Any], Cases]:
    """One number, but none of the bad ones."""

    def kind(good: float) -> Cases:
        same = {"NumPy's": np.float64(good)}
        wrong: Values = {str(value): value for value in (*bad, np.nan, np.inf)}
        no_number = {"None": None, "text": "0.5", "complex": 1j, "two": [good, good]}
        return {SAME: same, SENTENCE: wrong | no_number}

    return kind


def labels(good: np.ndarray) -> Cases:
    rows = np.eye(10)[good]
    both = rows.copy()
    both[0, :2] = 1
    wrong: Values = {
        "one less": good[1:],
        "empty": good[:0],
        "a scalar": 3,
        "10": with_first(good, 10, int),
        "-1": with_first(good, -1, int),
        "float": good.astype(float),
        "bool": good.astype(bool),
        "nan": with_first(rows, np.nan),
        "two ones": both,
        "no one": rows * 0,
    }
    return {
        SAME: elsewhere(good) | {"int64": good.astype(int), "one-hot": rows},
        SENTENCE: no_numbers(good) | wrong,
    }


def class_index(good: int) -> Cases:
    return {
        SAME: {"NumPy's": np.uint8(good)},
        SENTENCE: {str(bad): bad for bad in (10, -1, 1.5, "3", "a", [3, 4], 1j)},
    }


def count(good: int) -> Cases:
    bad = (0, -1, 1.5, "100", True, None, [1], np.nan, np.array([1, 2]))
    return {
        SAME: {"NumPy's": np.int64(good)},
        ANY: {"10**9": 10**9},
        SENTENCE: {str(value): value for value in bad},
    }


def count_to(good: int) -> Cases:
    cases = count(good)
    return {SAME: cases[SAME], SENTENCE: cases[SENTENCE] | {"10**9": 10**9}}


def count_without_end(good: int) -> Cases:
    """A billion of them would be right, and take too long."""
    cases = count(good)
    return {SAME: cases[SAME], SENTENCE: cases[SENTENCE]}


def from_0(kind: Callable[[int], Cases]) -> Callable[[int], Cases]:
    def from_0_on(good: int) -> Cases:
        cases = kind(good)
        return cases | {ANY: cases.get(ANY, {}) | {"0": cases[SENTENCE].pop("0")}}

    return from_0_on


def optional(kind: Callable[[int], Cases]) -> Callable[[int], Cases]:
    def or_none(good: int) -> Cases:
        cases = kind(good)
        return cases | {ANY: cases.get(ANY, {}) | {"None": cases[SENTENCE].pop("None")}}

    return or_none


def network(good: dict[str, np.ndarray]) -> Cases:
    def but(**changes: Any) -> dict[str, Any]:
        return {key: value for key, value in (good | changes).items() if value is not None}

    wrong = {
        "None": None,
        "a list": list(good.values()),
        "text": "W1",
        "nothing": {},
        "without b2": but(b2=None),
        "without W1": but(W1=None),
        "with W9": but(W9=good["W1"]),
        "with one more layer": but(W4=good["W1"], b4=good["b1"]),
        "turned": but(W1=good["W1"].T),
        "flat": but(W1=good["W1"].ravel()),
        "no units": but(W1=good["W1"][:, :0]),
        "a column": but(b1=good["b1"][:, np.newaxis]),
        "one bias": but(b1=good["b1"][:1]),
        "a number": but(b1=0.5),
        "lists": {key: value.tolist() for key, value in good.items()},
        "float64 among float32": but(W2=good["W2"].astype(float)),
    }
    kinds = ("int64", "uint8", "bool", "float16", "complex64", "object", "str")
    wrong |= {kind: {k: v.astype(kind) for k, v in good.items()} for kind in kinds}
    same = ("Fortran order", "not contiguous", "backwards", "read-only")
    return {
        SAME: {key: {k: elsewhere(v)[key] for k, v in good.items()} for key in same}
        | {
            "float64": {k: v.astype(float) for k, v in good.items()},
            "in another order": {k: good[k].copy() for k in reversed(good)},
        },
        SENTENCE: wrong,
    }


def finite_network(good: dict[str, np.ndarray]) -> Cases:
    bad = {str(v): good | {"W2": with_first(good["W2"], v, "f4")} for v in (np.nan, np.inf)}
    cases = network(good)
    return cases | {SENTENCE: cases[SENTENCE] | bad}


def network_to_train(good: dict[str, np.ndarray]) -> Cases:
    cases = finite_network(good)
    return cases | {SENTENCE: cases[SENTENCE] | {"read-only": cases[SAME].pop("read-only")}}


def path(good: Path) -> Cases:
    bad = {
        "a number": 1.5,
        "bytes": b"weights.npz",
        "a list": [good],
        "no file": "no such file",
        "a folder": good.parent,
        "nothing": "",
        "an impossible name": "\0",
        "a long name": "x" * 5000,
        "another file": Path(__file__),
    }
    return {SAME: {"text": str(good)}, SENTENCE: bad}


def needed_path(good: Path) -> Cases:
    cases = path(good)
    return cases | {SENTENCE: cases[SENTENCE] | {"None": None}}


def new_path(_good: str) -> Cases:
    folder = Path(__file__).parent
    bad = {"None": None, "a number": 1.5, "bytes": b"a", "a folder": folder, "nothing": ""}
    below = {"below a file": Path(__file__) / "a.json", "an impossible name": "\0"}
    return {SAME: {"text": "b.json"}, SENTENCE: bad | below | {"a long name": "x" * 5000}}


def picture(good: np.ndarray) -> Cases:
    whole = np.uint8(np.round(good * 255))
    wrong = no_numbers(good) | not_finite(good) | {"a scalar": 0.5, "empty": good[:0]}
    far = {"255": good * 255, "-1": -good}
    files = {"no file": "no such file", "bytes": b"picture", "a folder": Path(__file__).parent}
    return {
        SAME: elsewhere(good) | {"float64": good.astype(float)},
        ANY: {"uint8": whole, "an Image": PIL.Image.fromarray(whole), "bool": good > 0.5},
        SENTENCE: wrong | far | files,
    }


def strokes(good: list[Any]) -> Cases:
    wrong = {
        "None": None,
        "a number": 5,
        "text": "digits",
        "nothing": [],
        "empty strokes": [[], []],
        "points": good[0],
        "of three": [[[1.0, 2.0, 3.0]]],
        "ragged": [[[1.0, 2.0], [1.0]]],
        "texts": [[["1", "2"]]],
        "objects": [np.array(good[0], object)],
        "complex": [[[1j, 2.0]]],
        "bool": [[[True, False]]],
        "nan": [[[np.nan, 2.0]]],
        "inf": [[[np.inf, 2.0]]],
        "far away": [[[1e200, 2.0], [1.0, 1.0]]],
    }
    same = ("Fortran order", "not contiguous", "backwards", "read-only")
    return {
        SAME: {key: [elsewhere(stroke)[key] for stroke in good] for key in same}
        | {"ints": [np.array(s, int) for s in good], "a tuple": tuple(good)},
        SENTENCE: wrong,
    }


def strokes_or_none(good: list[Any]) -> Cases:
    cases = strokes(good)
    return cases | {ANY: {key: cases[SENTENCE].pop(key) for key in ("None", "nothing")}}


def drawings(good: list[pen.Drawing]) -> Cases:
    bad = {"None": None, "one": good[0], "numbers": [1, 2], "a number": 5, "text": "digits"}
    return {SAME: {"a tuple": tuple(good), "an iterator": iter(good)}, SENTENCE: bad}


def examples(good: list[pen.Drawing]) -> Cases:
    cases = drawings(good)
    return {SENTENCE: cases[SENTENCE], ANY: {"none": []}}


def choice(*bad: Any) -> Callable[[Any], Cases]:
    """One of a few, of which these are none."""
    return lambda _good: {SENTENCE: {f"{str(value)[:20]}": value for value in bad}}


def schedule(good: Any) -> Cases:
    bad = {"of None": lambda _: None, "of nan": lambda _: np.nan, "of two": lambda _: [1, 2]}
    return {SENTENCE: function(good)[SENTENCE] | bad}


def function(_good: Any) -> Cases:
    return {SENTENCE: {"None": None, "text": "cosine", "a number": 0.5}}


def optional_function(_good: Any) -> Cases:
    return {ANY: {"None": None}, SENTENCE: {"text": "cosine", "a number": 0.5}}


def history(good: list[Epoch]) -> Cases:
    bad = {"None": None, "one": good[0], "numbers": [1, 2], "nothing": [], "text": "epochs"}
    return {SAME: {"a tuple": tuple(good)}, SENTENCE: bad}


def history_or_none(good: list[Epoch]) -> Cases:
    cases = history(good)
    return cases | {ANY: {"nothing": cases[SENTENCE].pop("nothing")}}


def table(low: float, high: float = np.inf) -> Callable[[Any], Cases]:
    """A dict of curves or of numbers."""

    def kind(good: dict[Any, Any]) -> Cases:
        key, value = next(iter(good.items()))
        bad = {"None": None, "a list": list(good.values()), "text": "curves", "nothing": {}}
        wrong: Values = {"None": None, "text": "a", "complex": np.asarray(value) * 1j}
        wrong |= {"too low": np.full_like(value, low - 1), "two axes": np.ones((2, 2))}
        wrong |= {"empty": [], "inf": np.asarray(value) * np.inf, "texts": ["a", "b"]}
        if high < np.inf:
            wrong["too high"] = np.full_like(value, high + 1)
        in_it = {f"with {name}": good | {key: v} for name, v in wrong.items()}
        return {SENTENCE: bad | in_it}

    return kind


def layers(good: dict[str, np.ndarray]) -> Cases:
    bad = {"None": None, "nothing": {}, "a list": list(good.values()), "x": {"x": IMAGE}}
    wrong = {f"{k} of {n}": (k, v) for k in good for n, v in no_numbers(good[k]).items()}
    wrong |= {f"{k} of {n}": (k, v) for k in good for n, v in not_finite(good[k]).items()}
    wrong |= {"z1 of 2": ("z1", good["z1"] + 2), "y of 9": ("y", good["y"][:9])}
    wrong |= {"a batch": ("z1", np.zeros((2, 5))), "no units": ("z1", np.zeros(0))}
    return {
        SAME: {"read-only": {key: frozen(value) for key, value in good.items()}},
        SENTENCE: bad | {name: good | {key: value} for name, (key, value) in wrong.items()},
    }


def flow(good: dict[str, np.ndarray]) -> Cases:
    bad = {"None": None, "a list": list(good.values()), "text": "x W1 z1"}
    wrong = {"lists": X.tolist(), "None": None, "a number": 5.0, "three axes": np.zeros((2, 2, 2))}
    wrong |= {"no pixels": X[:, :0], "a column less": X[:, 1:]}
    return {SENTENCE: bad | {f"with {name}": good | {"x": v} for name, v in wrong.items()}}


def routes(good: dict[str, Any]) -> Cases:
    bad = {"None": None, "a list": list(good.values()), "another": {"b": [("c", 1)]}}
    wrong = {"no parts": [], "texts": ["features"], "None": None, "numbers": [1, 2]}
    return {SENTENCE: bad | {name: {"by hand": value} for name, value in wrong.items()}}


class Row:
    """A function, good arguments by name, and of which kind each is."""

    def __init__(self, name: str, call: Callable[..., Any] | None = None, /, **arguments: Any):
        self.room, self.name = name.split(".")
        module = importlib.import_module(f"mnist_lib.{self.room}")
        self.function = getattr(module, self.name)
        self.call = call or self.function
        self.good = {key: value[0] for key, value in arguments.items()}
        self.kinds = {key: value[1] for key, value in arguments.items() if value[1:]}

    def good_arguments(self, folder: Path) -> Values:
        good = copy.deepcopy(self.good)
        return good | {"path": folder / "a.json"} if good.get("path") == NEW else good

    def cases(self, key: str) -> Iterator[tuple[str, str, Any]]:
        """Yield what should come of each value, what it is, and the value."""
        for outcome, values in self.kinds[key](copy.deepcopy(self.good[key])).items():
            for what, value in values.items():
                yield outcome, what, value


def save(path: Any, drawings: Any) -> bytes:
    """Return what was written."""
    pen.save_drawings(path, drawings)
    return Path(path).read_bytes()


def read_with(network: Any) -> np.ndarray:
    return compile_network(network)(X)


NET, FINITE = (NETWORK, network), (NETWORK, finite_network)
ONE, SET, TRUTH = (IMAGE, image), (X, gallery), (T, labels)
INDEX = (0, from_0(count_to))
PEN, WIDTH = (2.2, number(0, -1)), (20.0, number(0, -5, 1))
REACHED = (0.9, number(-1, 2))
LEARN = (lambda _count, _on_epoch: 0.9, function)
LEARN_STEPS = (lambda _size: [2.0, 1.0], function)
LEARN_RATE = (lambda _rate, _on_epoch: HISTORY, function)
TIMES = ({1: 2.0, 100: 0.5, 1000: 0.7}, table(1e-9))
SCORES = (CURVE, table(0, 1))
VIEW = lambda index: (f"{index}", None)  # noqa: E731

# fmt: off
TABLE = [
    Row("checks.check_count", name=("n",), value=(3, count)),
    Row("checks.check_image", image=(IMAGE, raw_image)),
    Row("checks.check_images", x=(X, one_or_more_images)),
    Row("checks.check_labels", t=TRUTH, count=(N,)),
    Row("checks.check_network", network=NET),

    Row("network.sigmoid", a=(Y, choice("a", None, [[1], [1, 2]], [None], ["1"], {"x": 1}))),
    Row("network.softmax", a=(Y, choice("a", None, [[1], [1, 2]], [None], ["1"], {"x": 1}, 1j,
                                       [], np.zeros((3, 0)), np.zeros(3, complex)))),
    Row("network.new_network", hidden_sizes=([5, 4], choice(None, 5, "abc", 1.5, [0], [-1], [1.5],
                                                            [True], ["5"], [[5]])),
        seed=(3, from_0(count)), inputs=(784, count_without_end), outputs=(10, count_without_end),
        dtype=(np.float32, choice(int, "abc", None, complex, object, np.uint8, 5, np.float16))),
    Row("network.init_network", path=(SHIPPED, path)),
    Row("convolutions.init_convolutions", lambda path: init_convolutions(path).predict(GRID),
        path=(CONVOLUTIONS, needed_path)),
    Row("network.predict", network=NET, x=(X, one_or_more_images)),
    Row("network.predict_layers", network=NET, x=(X, one_or_more_images)),
    Row("network.accuracy", network=FINITE, x=(X, batch), t=TRUTH, batch_size=(5, count)),
    Row("compiled.compile_network", read_with, network=NET),
    Row("detector.init_detector", path=(DETECTOR, path)),
    Row("detector.digit_probability", detector=NET, x=(X, one_or_more_images)),
    Row("parameters.read_parameters", path=(SHIPPED, needed_path),
        outputs=(10, choice(2, 0, "10"))),

    *(Row("training.Distortion", **{name: (1.0, number(-1, *more))})
      for name, more in {"shift": (), "turn": (), "scale": (), "slant": (), "bend": (),
                         "smoothness": (0.5, 15), "stroke": (2,)}.items()),
    Row("training.Distortion", lambda x, seed: Distortion()(x, np.random.default_rng(seed)),
        x=(X, images), seed=(0,)),
    Row("training.Distortion", lambda rng: Distortion()(X, rng),
        rng=(np.random.default_rng(0), choice(None, 0, "a", np.random.RandomState(0)))),
    Row("training.cross_entropy", y=(Y, numbers(0, 1)), t=TRUTH),
    Row("training.gradient", network=FINITE, x=(X, float_images), t=TRUTH),
    Row("training.numerical_gradient", f=(lambda x: float((x**2).sum()), function),
        x=(np.ones((2, 3)), choice(None, 1.0, [1.0, 2.0], "a", np.ones(3, int), np.ones(3, "c8"),
                                   np.ones(3, object), frozen(np.ones(3)))),
        h=(1e-4, number(0, -1))),
    Row("training.train", network=(NETWORK, network_to_train), x=(X, float_images), t=TRUTH,
        epochs=(2, count_without_end), batch_size=(5, count), learning_rate=(0.1, number(0, -1)),
        momentum=(0.9, number(-1, 1)), schedule=(lambda _: 1.0, schedule), seed=(0, from_0(count)),
        validation=(2, from_0(count_to)), distort=(lambda x, _: x, optional_function),
        on_epoch=(lambda _: None, optional_function)),

    Row("dataset.find", file=(FILES["test_labels"], choice(None, "test_labels", 5, Path("a")))),
    Row("dataset.read_idx", path=(Path(__file__).parents[1] / "data" / FILES["test_labels"].name,
                                  needed_path)),

    Row("pen.Drawing", label=(4, class_index), strokes=(STROKES, strokes),
        about=("me", choice(None, 5, "\ud800", b"me"))),
    Row("pen.load_drawings", path=(DRAWINGS, path)),
    Row("pen.save_drawings", save, path=(NEW, new_path), drawings=([DRAWING] * 2, drawings)),
    Row("pen.to_arrays", drawings=([DRAWING] * 2, drawings)),
    Row("pen.center_of_mass", image=(SHAPE, numbers(0))),
    Row("pen.draw_strokes", strokes=(STROKES, strokes), pen=PEN),
    Row("pen.center_strokes", strokes=(STROKES, strokes), pen=PEN),
    Row("pen.fit_strokes", strokes=(STROKES, strokes), box=WIDTH, pen=PEN),
    Row("pen.strokes_to_image", strokes=(STROKES, strokes), box=WIDTH, pen=PEN),
    Row("pen.find_ink", greys=(SHEET, numbers(0, 1))),
    Row("pen.fit_ink", ink=(1 - SHEET, numbers(0, 1)), box=(20.0, number(0, -5, 29))),
    Row("pen.read_picture", picture=(SHEET, picture)),
    Row("pen.prepare_image", picture=(SHEET, picture)),

    Row("figures.Picture", figure=(Figure(), choice(None, "a", 5, X)),
        alt=("a", choice(None, 5, "", " ", b"a"))),
    Row("figures.img_show", img=ONE),
    Row("figures.draw_gallery", images=SET, titles=(list(T), choice(5, None, ["a"])),
        columns=(5, count)),
    Row("figures.draw_numbers", img=ONE,
        rows=(slice(4, 8), choice(None, 5, "a", slice(5, 5), slice(40, 50), [1, 2])),
        columns=(slice(4, 8), choice(None, 5, "a", slice(5, 5), slice(40, 50), [1, 2]))),
    Row("figures.draw_greys", img=ONE),
    Row("figures.draw_counts", counts=(COUNTS, table(0))),
    Row("figures.draw_weights", weights=(WEIGHTS, numbers()), columns=(5, count)),
    Row("figures.draw_probabilities", img=ONE, y=(Y[0], numbers(0, 1)), t=(4, class_index)),
    Row("figures.draw_layers", layers=(LAYERS, layers), t=(4, class_index)),
    Row("figures.draw_comparison", given=(Y, any_numbers), wanted=(Y, any_numbers)),
    Row("figures.draw_confusion", t=TRUTH, p=TRUTH),
    Row("figures.draw_losses", losses=({"a": [2.0, 1.0], "b": [2.5, np.nan]}, table(0)),
        step=("epoch",), steps=(5, optional(count)), first=(0, from_0(count))),
    Row("figures.draw_progress", losses=([2.0, 1.0], numbers(0)),
        accuracies=([0.5, np.nan], choice(None, 0.5, "ab", [0.5], ["a", "b"], [2, 2], [-1, 0])),
        weights=(WEIGHTS, numbers())),
    Row("figures.draw_learning_curve", counts=([10, 100], sizes),
        curves=({"a": [0.3, 0.6]}, table(0, 1)), at=(10, choice(5, "a", 1.5, [10]))),
    Row("figures.draw_batch_times", sizes=([1, 100], sizes), seconds=([2.0, 0.5], numbers(0)),
        count=(N, count), at=(100, choice(5, "a", 1.5, [100]))),
    Row("figures.draw_flow", lambda arrays, **_: figures.draw_flow(arrays), arrays=(FLOW, flow)),
    Row("figures.draw_routes", routes=(ROUTES, routes), scores=({"by hand": 0.9}, table(0, 1))),

    Row("widgets.view_image", x=SET, t=TRUTH, index=INDEX),
    Row("widgets.view_answer", x=SET, t=TRUTH, y=(Y, numbers(0, 1)), index=INDEX),
    Row("widgets.view_layers", network=NET, x=(X, batch), t=TRUTH, index=INDEX),
    Row("widgets.browse_images", x=SET, t=TRUTH),
    Row("widgets.browse_answers", x=SET, t=TRUTH, y=(Y, numbers(0, 1))),
    Row("widgets.follow_image", network=NET, x=(X, batch), t=TRUTH),
    Row("widgets.measure_batches", lambda **given: len(widgets.measure_batches(**given)),
        network=NET, x=(X, batch), sizes=([1, 5], choice(None, 5, "ab", [0], [-1], [1.5], ["5"],
                                                         [True], [None], [])),
        repeats=(1, count_without_end)),
    Row("widgets.view_batch_size", lambda **given: widgets.view_batch_size(**given)[1],
        network=NET, x=(X, batch), t=TRUTH, curve=TIMES, size=(100, count_to)),
    Row("widgets.choose_batch_size", lambda **given: pictured(widgets.choose_batch_size(**given)),
        network=NET, x=(X, batch), t=TRUTH, curve=TIMES),
    Row("widgets.view_training_size", curve=SCORES, count=(10, count_to), reached=REACHED),
    Row("widgets.choose_training_size", learn=LEARN, curve=SCORES),
    Row("widgets.view_step_size", size=(0.1, number(-1)), losses=([2.0, 1.0], losses)),
    Row("widgets.choose_step_size", learn=LEARN_STEPS, sizes=([0.1, 0.2], numbers(0))),
    Row("widgets.view_learning_rate", rate=(0.1, number()), history=(HISTORY, history)),
    Row("widgets.choose_learning_rate", learn=LEARN_RATE, rates=([0.1, 0.2], numbers(0))),
    Row("widgets.view_progress", network=NET, history=(HISTORY, history_or_none)),
    Row("widgets.TrainingView", network=NET),
    Row("widgets.TrainingView", widgets.TrainingView(NETWORK),
        epoch=(HISTORY[0], choice(None, 5, HISTORY))),
    Row("widgets.view_drawing", network=NET, strokes=(STROKES, strokes_or_none),
        detector=(NETWORK, optional(network))),
    Row("widgets.DrawingPad", network=NET, path=(None, choice(1.5, b"a", [1], Path(__file__))),
        examples=([DRAWING], examples)),
    Row("widgets.Slider", label=("n", choice(None, 5)), options=([1, 2, 3], choice(None, 5, [])),
        texts=(["a", "b", "c"], choice(None, 5, [1, 2, 3], ["a"])),
        position=(1, from_0(count_to))),
    Row("widgets.Control", name=("a",), show=(lambda: ("a", None), function)),
    Row("widgets.LongControl", name=("a",), show=(lambda **_: ("a", None), function)),
]
# fmt: on

# These have no row.
WITHOUT = {
    "load_mnist": "its arguments are flags, and any value of Python's is true or false",
    "get_data": "it takes nothing",
    "check_environment": "it takes nothing",
    "as_array": "it takes anything",
    "check_batch": "its callers have rows",
    "check_numbers": "its callers have rows",
    "check_table": "its callers have rows",
    "check_type": "what it is given to compare with is written by the library",
    "new_convolutions": "it takes nothing",
    "write_convolutions": "it is for the script that trains",
    "Epoch": "train makes them",
    "constant": "train passes the progress, at each step",
    "cosine": "train passes the progress, at each step",
    "Quiz": "the lessons hold its questions",
    "Canvas": "the page sets its value",
    "View": "controls make it",
    "draw_chain": "one lesson draws its own numbers with it",
    "draw_two_ways": "one lesson draws its own layers with it",
    "draw_readings": "view_wiggle draws with it",
    "view_wiggle": "one lesson calls it, with what it has computed",
    "choose_wiggle": "one lesson calls it, with what it has computed",
}


def pictured(control: widgets.Control) -> Any:
    """Leave out the text, which tells of times."""
    return control if control.failed else control.picture


def plain(result: Any) -> Any:
    """Return what of a result can be compared."""
    shown: Any = result
    match result:
        case figures.Picture():
            shown = result.alt
        case widgets.Control():
            shown = [result.text, plain(result.picture)]
        case widgets.Slider():
            shown = [result.label, result.value, result.texts]
        case pen.Drawing():
            shown = [result.label, result.about, *result.strokes]
        case Epoch():
            shown = list(dataclasses.astuple(dataclasses.replace(result, seconds=0)))
        case dict():
            shown = {key: plain(value) for key, value in result.items()}
        case list() | tuple():
            shown = [plain(value) for value in result]
    return shown


def assert_same(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        one, other = list(one.values()), [other[key] for key in one]
    if isinstance(one, list):
        assert len(one) == len(other)
        for mine, its in zip(one, other, strict=True):
            assert_same(mine, its)
    elif isinstance(one, np.ndarray | float):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-4, atol=1e-5)
    else:
        assert one == other


def is_unchanged(one: Any, other: Any) -> bool:
    match one:
        case dict():
            return [*one] == [*other] and is_unchanged([*one.values()], [*other.values()])
        case list() | tuple():
            return len(one) == len(other) and all(map(is_unchanged, one, other))
        case np.ndarray() if one.dtype != object:
            return one.dtype == other.dtype and one.tobytes() == other.tobytes()
        case np.ndarray():
            return is_unchanged(one.tolist(), other.tolist())
        case str() | int() | float() | complex() | bytes():
            return repr(one) == repr(other)
    return True  # nothing that a function of this library could change


def find_problem(row: Row, given: Values, outcome: str, right: Any) -> str:
    """Call, and return what is wrong with the outcome, if anything."""
    before = copy.deepcopy(given)
    try:
        answer = row.call(**given)
        shown = answer.text if isinstance(answer, widgets.Control) and answer.failed else None
    except DOCUMENTED as error:
        answer, shown = None, str(error)
    except Exception as error:  # noqa: BLE001 - all others are told of, too
        return f"{type(error).__name__}: {error}"
    if row.name != "train" and not is_unchanged(given, before):
        return "an argument was changed"
    if shown is not None:
        return "" if outcome is SENTENCE and is_sentence(shown) else f"refused: {shown}"
    if outcome is SAME:
        assert_same(plain(answer), right)
    return f"silently {answer!r:.300}" if outcome is SENTENCE else ""


def is_sentence(text: str) -> bool:
    """Tell whether this library has written it: it says what is expected, or what to do."""
    said = "expected|must|There is no|Pass |A network is|Get it|Correct it|Check |Say |copies"
    return text.endswith(".") and len(text) < 500 and re.search(said, text) is not None


@pytest.mark.filterwarnings("ignore:The pixels go from")
@pytest.mark.parametrize(
    ("row", "key"),
    [
        pytest.param(row, key, id=f"{row.room}.{row.name}-{key}")
        for row in TABLE
        for key in row.kinds
    ],
)
def test_a_bad_argument_brings_the_right_answer_or_a_sentence(row, key, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    right = plain(row.call(**row.good_arguments(tmp_path)))
    problems = {}
    for outcome, what, value in row.cases(key):
        given = row.good_arguments(tmp_path) | {key: value}
        try:
            problem = find_problem(row, given, outcome, right)
        except AssertionError as error:
            problem = f"another answer: {error}"
        if problem:
            problems[what] = problem
    assert not problems


def test_every_public_function_stands_in_the_table():
    public = set()
    for name in MODULES:
        module = importlib.import_module(name)
        found = {name: getattr(module, name) for name in module.__all__}
        public |= {
            name for name, it in found.items() if inspect.isclass(it) or inspect.isfunction(it)
        }
    assert public == {row.name for row in TABLE} | WITHOUT.keys()
