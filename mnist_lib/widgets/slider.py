"""Inputs of a control: a slider over values of any kind, and a list to choose from.

``slider.js`` is the slider in the page, ``slider.css`` is how it looks.
"""

from collections.abc import Sequence, Sized
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from mnist_lib.checks import CLASSES, check_count, check_type
from mnist_lib.language import said, words

HERE = Path(__file__).parent


class Slider(anywidget.AnyWidget, ipywidgets.ValueWidget):
    """Choose one of several values: a slider whose label screen readers can speak.

    Its `value` is the chosen one; to set another than one of the options is a ValueError.

    Parameters
    ----------
    label : str
        What is chosen.
    options : sequence
        The values, in order, at least one.
    texts : sequence of str
        How each value is shown. Without them the page shows the position, from 0 on, in a field
        that the reader can type into.
    position : int
        Which value is chosen at first.
    live : bool
        Whether the value follows while the slider is dragged, or only when it is released.
    """

    _esm = HERE / "slider.js"
    _css = HERE / "slider.css"
    label = traitlets.Unicode().tag(sync=True)
    texts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    count = traitlets.Int(1).tag(sync=True)
    # With echo_update, the reply to one move would undo the next one, which is on its way.
    position = traitlets.Int(0).tag(sync=True, echo_update=False)
    live = traitlets.Bool(True).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    value = traitlets.Any()

    def __init__(
        self,
        label: str,
        options: Sequence[Any],
        texts: Sequence[str] = (),
        position: int = 0,
        *,
        live: bool = True,
    ) -> None:
        check_type("label", label, str, "a text")
        check_type("options", options, Sized, "a list")
        if not len(options):
            raise ValueError(f"There is no {label} to choose from. Pass at least one.")
        check_type("texts", texts, Sized, "a list of texts")
        if not (len(texts) in {0, len(options)} and all(isinstance(text, str) for text in texts)):
            raise ValueError("texts must hold a text for each of the options, or nothing.")
        check_count("position", position, least=0, most=len(options) - 1)
        self._options = _as_list(options)
        super().__init__(
            label=said(label),
            texts=[said(text) for text in texts],
            count=len(options),
            position=position,
            live=live,
            words=words(HERE / "slider.js"),
            value=self._options[position],
        )

    def __repr__(self) -> str:
        return f"Slider: {self.label} {self.value}"

    def offer(self, options: Sequence[Any]) -> None:
        """Replace the values to choose from, and choose the first."""
        self._options = _as_list(options)
        with self.hold_sync():
            self.count = len(options)
            self.position = 0
        self.value = self._options[0]

    @traitlets.validate("position")
    def _clip(self, proposal: dict[str, Any]) -> int:
        return min(max(proposal["value"], 0), len(self._options) - 1)

    @traitlets.observe("position")
    def _follow_position(self, change: dict[str, Any]) -> None:
        self.value = self._options[change["new"]]

    @traitlets.observe("value")
    def _follow_value(self, change: dict[str, Any]) -> None:
        self.position = self._options.index(change["new"])


def _as_list(options: Sequence[Any]) -> Sequence[Any]:
    """Return something that has `index`, as an array does not; a range of any length is one."""
    return options if isinstance(options, range) else list(options)


def choice(label: str, options: dict[str, Any]) -> ipywidgets.Dropdown:
    """Return a list to choose from, by the names of the values, none of which may be None."""
    return ipywidgets.Dropdown(
        options=[(said(name), value) for name, value in options.items()],
        index=0 if options else None,
        description=said(label),
    )


def digit_choice(label: str, neither: str) -> ipywidgets.Dropdown:
    """Return a list of the ten digits, as integers, below a text that stands for none of them."""
    # A value of None would be no choice at all to ipywidgets, and leave the list blank.
    return choice(label, {neither: neither} | {str(digit): digit for digit in range(CLASSES)})
