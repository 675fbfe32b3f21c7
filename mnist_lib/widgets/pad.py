"""A pad to draw digits on, which a network reads as they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import anywidget
import ipywidgets
import numpy as np
import traitlets

from mnist_lib.figures import draw_layers
from mnist_lib.network import Network, predict_layers
from mnist_lib.pen import SIDE, Drawing, load_drawings, save_drawings, strokes_to_image
from mnist_lib.widgets.control import HERE, Control, Shown, View, choice

__all__ = ["Canvas", "DrawingPad", "view_drawing"]

Strokes = list[list[list[float]]]


class Canvas(anywidget.AnyWidget, ipywidgets.ValueWidget):
    """A sheet for mouse, finger or pen, with a button that takes back and one that clears.

    Attributes
    ----------
    value : list
        The strokes, each a list of ``[x, y]``, from 0 to 280, x to the right and y down. It
        changes when the pen is lifted.
    """

    _esm = HERE / "pad.js"
    _css = HERE / "controls.css"
    value = traitlets.List().tag(sync=True, echo_update=False)

    def __repr__(self) -> str:
        return f"Canvas: {len(self.value)} strokes"

    def put(self, drawing: Drawing) -> None:
        """Draw what was drawn before."""
        self.value = [np.asarray(stroke).tolist() for stroke in drawing.strokes]


def view_drawing(network: Network, strokes: Strokes) -> Shown:
    """Show what a network makes of a drawing.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it.
    strokes : list
        As `Canvas` has them.

    Returns
    -------
    str, Picture
        Without strokes, what it makes of an empty image.
    """
    image = strokes_to_image(strokes) if strokes else np.zeros((SIDE, SIDE), np.float32)
    layers = predict_layers(network, image.ravel())
    y = layers["y"]
    second, first = np.argsort(y)[-2:]
    text = (
        f"read as {first}, with probability {y[first]:.3f}; next comes {second}, {y[second]:.3f}"
    )
    if not strokes:
        text = f"Draw a digit on the pad. (An empty one is {text}.)"
    return text, draw_layers(layers)


class DrawingPad(Control):
    """A pad to draw on, what the network sees and reads, and a set of drawings to keep.

    Parameters
    ----------
    network : dict of str to numpy.ndarray
        As `mnist_lib.network.init_network` gives it. Trained further in place, it reads the
        next drawing anew.
    path : str or Path, optional
        Where the kept drawings are saved, each time one is kept. What the file holds already
        is kept, too. Without it they are kept in memory alone.
    examples : sequence of Drawing
        Drawings to put on the pad without drawing them; the first is there at first.

    Attributes
    ----------
    drawings : list of Drawing
        What was kept.
    """

    def __init__(
        self,
        network: Network,
        path: str | Path | None = None,
        examples: Sequence[Drawing] = (),
    ) -> None:
        self.path = None if path is None else Path(path)
        self.drawings = load_drawings(self.path) if self.path and self.path.exists() else []
        self.canvas = Canvas()
        if examples:
            self.canvas.put(examples[0])
        super().__init__("draw a digit", partial(view_drawing, network), strokes=self.canvas)
        self.example = choice("example", _by_name(examples))
        self.example.observe(self._put_example, names="value")
        self.label = choice("it is a", {"?": None} | {str(digit): digit for digit in range(10)})
        self.keep = ipywidgets.Button(description="Keep")
        self.keep.on_click(self._keep)
        self.drop = ipywidgets.Button(description="Drop the last")
        self.drop.on_click(self._drop)
        self.kept = View()
        self._tell()
        buttons = ipywidgets.HBox([self.keep, self.drop])
        beside = [self.example] if examples else []
        column = ipywidgets.VBox([*beside, self.label, buttons, self.kept])
        row = ipywidgets.HBox([self.canvas, column])
        for box, name in ((column, "mnist-column"), (row, "mnist-row"), (buttons, "mnist-row")):
            box.add_class(name)
        self.children = [row, self.view]

    def _put_example(self, _change: object) -> None:
        self.canvas.put(self.example.value)

    def _keep(self, _button: object) -> None:
        if not self.canvas.value:
            self._tell("Draw a digit first.")
        elif self.label.value is None:
            self._tell('Say first which digit it is: choose it beside "it is a".')
        else:
            strokes = tuple(np.array(stroke) for stroke in self.canvas.value)
            if self._save([*self.drawings, Drawing(self.label.value, strokes)]):
                self.canvas.value = []
                self.label.index = 0

    def _drop(self, _button: object) -> None:
        if self.drawings:
            self._save(self.drawings[:-1])
        else:
            self._tell("There is none to drop.")

    def _save(self, drawings: list[Drawing]) -> bool:
        try:
            if self.path is not None:
                save_drawings(self.path, drawings)
        except OSError as error:
            self._tell(f"The drawings could not be saved: {error}.")
            return False
        self.drawings = drawings
        self._tell()
        return True

    def _tell(self, problem: str = "") -> None:
        count = len(self.drawings)
        where = f" in {self.path.name}" if self.path else ""
        labels = " ".join(str(drawing.label) for drawing in self.drawings)
        kept = f"kept{where}: {count} drawing{'' if count == 1 else 's'}"
        text = f"{kept} ({labels})" if count else kept
        self.kept.show(problem or text, None, failed=bool(problem))


def _by_name(drawings: Sequence[Drawing]) -> dict[str, Drawing]:
    """Give each drawing a name of its own: its label, what is said about it, and a number."""
    named: dict[str, Drawing] = {}
    for drawing in drawings:
        name = ", ".join(filter(None, (str(drawing.label), drawing.about)))
        number = 1 + sum(other.split(" #")[0] == name for other in named)
        named[name if number == 1 else f"{name} #{number}"] = drawing
    return named
