"""A pad to draw digits on, which a network reads as they are drawn.

``pad.js`` is the pad in the page, ``pad.css`` is how it looks.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import anywidget
import ipywidgets
import numpy as np
import traitlets

from mnist_lib.checks import PIXELS, Network
from mnist_lib.detector import SURE, digit_probability, init_detector
from mnist_lib.figures import draw_layers
from mnist_lib.language import said, words
from mnist_lib.network import predict_layers
from mnist_lib.pen import Drawing, strokes_to_image
from mnist_lib.pen.drawings import check_drawings
from mnist_lib.widgets.collection import Collection
from mnist_lib.widgets.control import Control, Shown, View
from mnist_lib.widgets.slider import choice, digit_choice

Strokes = list[list[list[float]]]

HERE = Path(__file__).parent


class Canvas(anywidget.AnyWidget, ipywidgets.ValueWidget):
    """A canvas for mouse, finger or pen, with an undo and a clear button.

    Its `value` is a list of strokes, each a list of ``[x, y]`` from 0 to 280, x to the right and y
    down. It changes when the pen is lifted.
    """

    _esm = HERE / "pad.js"
    _css = HERE / "pad.css"
    value = traitlets.List().tag(sync=True, echo_update=False)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(words=words(HERE / "pad.js"))

    def __repr__(self) -> str:
        return f"Canvas: {len(self.value)} strokes"

    def put(self, drawing: Drawing) -> None:
        """Show a drawing in place of what is there."""
        self.value = [np.asarray(stroke).tolist() for stroke in drawing.strokes]


def view_drawing(network: Network, strokes: Strokes, detector: Network | None = None) -> Shown:
    """Show how a network reads the strokes of a `Canvas`; without any, it reads an empty image.

    An answer below `mnist_lib.detector.SURE` is shown as unsure. With a detector, as
    `mnist_lib.detector.init_detector` gives it, what is rather no digit is called that.
    """
    x = strokes_to_image(strokes).ravel() if strokes else np.zeros(PIXELS, np.float32)
    layers = predict_layers(network, x)
    y = layers["y"]
    second, first = np.argsort(y)[-2:]
    text = (
        f"read as {first}, with probability {y[first]:.3f}; next comes {second}, {y[second]:.3f}"
    )
    is_digit = 1 if detector is None else digit_probability(detector, x)
    if not strokes:
        text = f"Draw a digit on the pad. (An empty one is {text}.)"
    elif is_digit < 0.5:
        text = f"Probably not a digit: {is_digit:.3f} that it is one.\nAs a digit it is {text}."
    elif y[first] < SURE:
        text = f"Not sure: {text}"
    return text, draw_layers(layers)


class DrawingPad(Control):
    """A pad to draw on, what the network sees and reads, and a collection of drawings.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        If it is trained further in place, the next drawing is read with the new parameters.
    path : str or Path, optional
        The file to which kept drawings are added; a ValueError if it holds something else. If its
        folder cannot be written, the reader's own data folder is used, and the pad says so.
        Without it they are kept in memory only.
    examples : sequence of Drawing
        Drawings to choose from a list; the first is on the pad at first.
    """

    def __init__(
        self,
        network: Network,
        path: str | Path | None = None,
        examples: Sequence[Drawing] = (),
    ) -> None:
        self._collection = Collection(path)
        self.canvas = Canvas()
        examples = check_drawings(examples)
        if examples:
            self.canvas.put(examples[0])
        show = partial(view_drawing, network, detector=init_detector())
        super().__init__("draw a digit", show, strokes=self.canvas)
        self.example = choice("example", _by_name(examples))
        self.example.observe(lambda _: self.canvas.put(self.example.value), names="value")
        self.label = digit_choice("it is a", "?")
        self.keep = ipywidgets.Button(description=said("Keep"))
        self.keep.on_click(lambda _: self._keep())
        self.drop = ipywidgets.Button(description=said("Drop the last"))
        self.drop.on_click(lambda _: self._save(self._collection.drop_last))
        self.kept = View()
        self._show_kept()
        self.children = [self._lay_out(), self.watch, self.view]

    @property
    def drawings(self) -> list[Drawing]:
        """What was kept, read again from the file."""
        return self._collection.drawings

    def _lay_out(self) -> ipywidgets.HBox:
        buttons = ipywidgets.HBox([self.keep, self.drop]).add_class("mnist-row")
        examples = [self.example] if self.example.options else []
        column = ipywidgets.VBox([*examples, self.label, buttons, self.kept])
        return ipywidgets.HBox([self.canvas, column.add_class("mnist-column")]).add_class(
            "mnist-row"
        )

    def _keep(self) -> None:
        if not self.canvas.value:
            self.kept.show("Draw a digit first.", failed=True)
        elif self.label.value == "?":
            self.kept.show('Say first which digit it is: choose it beside "it is a".', failed=True)
        else:
            strokes = tuple(np.array(stroke) for stroke in self.canvas.value)
            drawing = Drawing(self.label.value, strokes)
            if self._save(partial(self._collection.add, drawing)):
                self.canvas.value = []
                self.label.value = "?"

    def _save(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except OSError as error:
            reason = str(error).rstrip(".")
            self.kept.show(f"The drawings could not be saved: {reason}.", failed=True)
            return False
        except ValueError as error:
            self.kept.show(str(error), failed=True)
            return False
        self._show_kept()
        return True

    def _show_kept(self) -> None:
        drawings, place = self.drawings, self._collection.place
        labels = " ".join(str(drawing.label) for drawing in drawings)
        count = "1 drawing" if len(drawings) == 1 else f"{len(drawings)} drawings"
        where = f"kept in {place}" if place else "kept"
        self.kept.show(f"{where}: {count} ({labels})" if drawings else f"{where}: {count}")


def _by_name(drawings: Sequence[Drawing]) -> dict[str, Drawing]:
    """Give each drawing a name of its own: its label, what is said about it, and a number."""
    named: dict[str, Drawing] = {}
    for drawing in drawings:
        name = ", ".join(filter(None, (str(drawing.label), drawing.about)))
        number = 1 + sum(other.split(" #")[0] == name for other in named)
        named[name if number == 1 else f"{name} #{number}"] = drawing
    return named
