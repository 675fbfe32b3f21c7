"""What every control is made of: inputs, a view of what follows from them, and their bond.

A control stands around one function, from settings to a text and a picture. The function can
be called without a control; the control adds what is moved.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from mnist_lib.figures import Picture

__all__ = ["Control", "LongControl", "Slider", "View", "choice"]

Shown = tuple[str, Picture | None]
Report = Callable[[float, Callable[[], Shown]], bool]
HERE = Path(__file__).parent


class Slider(anywidget.AnyWidget, ipywidgets.ValueWidget):
    """Choose one of several values: a slider with a label that screen readers speak.

    Parameters
    ----------
    label : str
        What is chosen.
    options : sequence
        The values, in their order.
    texts : sequence of str
        How each value is shown. Without them, the position is shown, from 0 on, and can be
        typed.
    position : int
        Which value is chosen to begin with.
    live : bool
        Whether to follow while the slider is dragged; else the value changes where it is let go.

    Attributes
    ----------
    value : object
        The value that is chosen.
    """

    _esm = HERE / "slider.js"
    _css = HERE / "controls.css"
    label = traitlets.Unicode().tag(sync=True)
    texts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    count = traitlets.Int(1).tag(sync=True)
    # Without echo_update, an answer to the last move would undo the one that is on its way.
    position = traitlets.Int(0).tag(sync=True, echo_update=False)
    live = traitlets.Bool(True).tag(sync=True)
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
        self._options = options
        super().__init__(
            label=label,
            texts=list(texts),
            count=len(options),
            position=position,
            live=live,
            value=options[position],
        )

    def __repr__(self) -> str:
        return f"Slider: {self.label} {self.value}"

    def offer(self, options: Sequence[Any]) -> None:
        """Replace the values to choose from, and choose the first."""
        self._options = options
        with self.hold_sync():
            self.count = len(options)
            self.position = 0
        self.value = options[0]

    @traitlets.validate("position")
    def _keep_on_the_slider(self, proposal: dict[str, Any]) -> int:
        return min(max(proposal["value"], 0), len(self._options) - 1)

    @traitlets.observe("position")
    def _follow_position(self, change: dict[str, Any]) -> None:
        self.value = self._options[change["new"]]

    @traitlets.observe("value")
    def _follow_value(self, change: dict[str, Any]) -> None:
        self.position = self._options.index(change["new"])


def choice(label: str, options: dict[str, Any]) -> ipywidgets.Dropdown:
    """Return a list to choose from, by the names of the values."""
    return ipywidgets.Dropdown(
        options=list(options.items()), index=0 if options else None, description=label
    )


class View(anywidget.AnyWidget):
    """A text and a picture, as a page shows them; and how far a long work has come.

    Attributes
    ----------
    text, alt : str
        The text above the picture, and the picture's text alternative.
    failed : bool
        Whether the text tells of an error.
    png : bytes
        The picture; empty where there is none.
    width : int
        The picture's width in a page's pixels.
    done : float
        The share of the work that is done, 0..1; -1 while there is none.
    """

    _esm = HERE / "view.js"
    _css = HERE / "controls.css"
    text = traitlets.Unicode().tag(sync=True)
    failed = traitlets.Bool(False).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    png = traitlets.Bytes().tag(sync=True)
    width = traitlets.Int(0).tag(sync=True)
    done = traitlets.Float(-1.0).tag(sync=True)

    def __repr__(self) -> str:
        return f"View: {self.text}"

    def show(self, text: str, picture: Picture | None, *, failed: bool = False) -> None:
        """Show a text, and a picture if there is one; or the sentence of an error."""
        # The picture goes last: by then its text alternative is there.
        with self.hold_sync():
            self.text, self.failed = text, failed
            self.alt = picture.alt if picture else ""
            self.width = picture.width if picture else 0
            self.png = picture.png if picture else b""


class Control(ipywidgets.VBox):
    """Inputs above the text and the picture that a function makes of their values.

    Where no kernel runs (a page that renders notebooks, print), what is stored of a control is
    the text and the picture of its first settings.

    Parameters
    ----------
    name : str
        What the control is for, in a few words.
    show : callable
        From the inputs' values, by their names, to a text and a `Picture`.
    **inputs : ipywidgets.ValueWidget
        One for each argument of `show`.

    Attributes
    ----------
    text : str
        What is shown now.
    picture : Picture or None
        What is shown now; None where there is none, as after an error.
    failed : bool
        Whether the text is the sentence of an error.
    """

    def __init__(self, name: str, show: Callable[..., Shown], **inputs: Any) -> None:  # noqa: ANN401
        self.name = name
        self.show = show
        self.inputs = inputs
        self.view = View()
        self.text, self.picture, self.failed = "", None, False
        super().__init__([*inputs.values(), self.view])
        self.add_class("mnist-control")
        self._drawn: dict[str, Any] | None = None
        self.draw()
        for widget in inputs.values():
            widget.observe(self._follow, names="value")

    @property
    def values(self) -> dict[str, Any]:
        """The inputs' values as they are now, by their names."""
        return {name: widget.value for name, widget in self.inputs.items()}

    def draw(self) -> None:
        """Show what follows from the inputs as they are now; an error shows as a sentence."""
        self._drawn = self.values
        shown, failed = _attempt(partial(self.show, **self._drawn))
        self._put(*shown, failed=failed)

    def _follow(self, _change: object) -> None:
        # One input may move another, which is then already drawn.
        if self.values != self._drawn:
            self.draw()

    def _put(self, text: str, picture: Picture | None, *, failed: bool = False) -> None:
        self.text, self.picture, self.failed = text, picture, failed
        self.view.show(text, picture, failed=failed)

    def _to_html(self) -> str:
        role = "alert" if self.failed else "status"
        return (
            f'<p role="{role}" style="white-space: pre-wrap; font-size: 16px; line-height: 1.4">'
            f"{html.escape(self.text)}</p>{self.picture.to_html() if self.picture else ''}"
        )

    def __repr__(self) -> str:
        shown = f"\n{self.picture!r}" if self.picture else ""
        return f"Control: {self.name}\n{self.text}{shown}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self.picture._repr_mimebundle_() if self.picture else ({}, {})
        data |= super()._repr_mimebundle_(**kwargs)
        data |= {"text/plain": repr(self), "text/html": self._to_html()}
        return data, metadata


class LongControl(Control):
    """A control whose function takes a while: it shows how far it is, and can be stopped.

    The first settings are worked out at once, as a cell waits for what it shows. After that the
    work goes on beside the kernel: other cells can run meanwhile, and a new move stops the old
    work, so that nobody waits for what is no longer asked for.

    Parameters
    ----------
    name, **inputs
        As for `Control`.
    show : callable
        As for `Control`, and with an argument ``report``: a function that is called now and
        then with the share that is done (0..1) and a function that gives what there is to show
        so far, and that tells whether to stop. What `show` returns after a stop is shown as well.
    """

    def __init__(self, name: str, show: Callable[..., Shown], **inputs: Any) -> None:  # noqa: ANN401
        self._stop = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._work: threading.Thread | None = None
        self._show_and_report = show
        super().__init__(name, partial(show, report=lambda *_: False), **inputs)
        self.view.on_msg(lambda *_: self._stop.set())

    def _follow(self, _change: object) -> None:
        if self.values == self._drawn:
            return
        self._drawn = self.values
        self._stop.set()
        self._stop = threading.Event()
        self._work = threading.Thread(target=self._run, args=(self._drawn, self._stop))
        self._work.daemon = True
        self._work.start()

    def wait(self) -> None:
        """Wait until the work that was begun last is shown."""
        if self._work is not None:
            self._work.join()

    def _run(self, values: dict[str, Any], stop: threading.Event) -> None:
        with self._one_at_a_time:
            # The reader may have moved on while this waited for its turn.
            if stop is not self._stop:
                return

            def report(done: float, show: Callable[[], Shown]) -> bool:
                if stop is self._stop:
                    self.view.done = done
                    self._put(*show())
                return stop.is_set()

            self.view.done = 0.0
            shown, failed = _attempt(partial(self._show_and_report, **values, report=report))
            self.view.done = -1.0
            if stop is self._stop:
                self._put(*shown, failed=failed)


def _attempt(show: Callable[[], Shown]) -> tuple[Shown, bool]:
    """Return what there is to show, and whether it is the sentence of an error."""
    try:
        return show(), False
    except Exception as error:  # noqa: BLE001 - a control never fails in silence
        return (f"This did not work: {error}", None), True
