"""Controls: inputs above the text and the picture that a function makes of their values.

The function can be called without a control. ``view.js`` shows the text and the picture in the
page, and how far a long computation has come; ``kernel.js`` says when the kernel that computes
them is gone; ``control.css`` is how a control looks.
"""

import html
import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from mnist_lib import browser, threads
from mnist_lib.checks import check_type
from mnist_lib.figures import Picture
from mnist_lib.language import said, words

Shown = tuple[str, Picture | None]
"""What a view returns: a text, and a picture if there is one."""

Report = Callable[[float, Callable[[], Shown]], bool]

HERE = Path(__file__).parent
logger = logging.getLogger(__name__)
_OWN_ERRORS = (ValueError, TypeError, LookupError, OSError, ArithmeticError)


class View(anywidget.AnyWidget):
    """A text, a picture, and the progress of a long computation, as the page shows them.

    Attributes
    ----------
    text, alt : str
        The text above the picture, and the picture's text alternative.
    failed : bool
        Whether the text is an error message.
    png : bytes
        The picture; empty if there is none.
    width : int
        The picture's width in CSS pixels.
    done : float
        The fraction of the computation that is done, 0..1; -1 if none is running.
    stoppable : bool
        Whether a computation can be stopped.
    """

    _esm = HERE / "view.js"
    _css = HERE / "control.css"
    text = traitlets.Unicode().tag(sync=True)
    failed = traitlets.Bool(False).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    png = traitlets.Bytes().tag(sync=True)
    width = traitlets.Int(0).tag(sync=True)
    done = traitlets.Float(-1.0).tag(sync=True)
    stoppable = traitlets.Bool(True).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(words=words(HERE / "view.js"))

    def __repr__(self) -> str:
        return f"View: {self.text}"

    def show(self, text: str, picture: Picture | None = None, *, failed: bool = False) -> None:
        """Show a text, and a picture if there is one; or an error message."""
        # The page draws when the picture arrives, so its alternative and width go first.
        with self.hold_sync():
            self.text, self.failed = said(text), failed
            self.alt = picture.alt if picture else ""
            self.width = picture.width if picture else 0
            self.png = picture.png if picture else b""


class KernelWatch(anywidget.AnyWidget):
    """Say in the page that the kernel behind a control is gone: after a move it does not answer.

    Otherwise a slider would move beside the answer for another of its values. `patience` is how
    many milliseconds an answer may take.
    """

    _esm = HERE / "kernel.js"
    # In a browser tab nothing answers while Python computes.
    words = traitlets.Dict().tag(sync=True)
    patience = traitlets.Int(60_000 if browser.IN_BROWSER else 3_000).tag(sync=True)

    def __init__(self) -> None:
        super().__init__(words=words(HERE / "kernel.js"))
        self.on_msg(lambda *_: self.send("here"))


class Control(ipywidgets.VBox):
    """Inputs above the text and the picture that a function makes of their values.

    Without a kernel (on a page that renders notebooks, in print), a control is the text and the
    picture of its first values. What is shown now are its `text` and its `picture`, which is None
    if there is none; `failed` tells whether the text is an error message.

    Parameters
    ----------
    name : str
        What the control is for, in a few words.
    show : callable
        Takes the inputs' values by their names, and returns a text and a `Picture` or None. An
        exception is shown as a sentence, and its traceback is logged.
    **inputs : ipywidgets.ValueWidget
        One for each argument of `show`.
    """

    def __init__(self, name: str, show: Callable[..., Shown], **inputs: Any) -> None:  # noqa: ANN401
        check_type("show", show, Callable, "a function")
        self.name = said(name)
        self.show = show
        self.inputs = inputs
        self.view, self.watch = View(), KernelWatch()
        self.text, self.picture, self.failed = "", None, False
        super().__init__([*inputs.values(), self.watch, self.view])
        self.add_class("mnist-control")
        self._drawn: dict[str, Any] | None = None
        self.draw()
        for widget in inputs.values():
            widget.observe(self._follow, names="value")

    @property
    def values(self) -> dict[str, Any]:
        """The inputs' current values, by their names."""
        return {name: widget.value for name, widget in self.inputs.items()}

    def draw(self) -> None:
        """Show what follows from the current values."""
        self._drawn = self.values
        shown, failed = _attempt(partial(self.show, **self._drawn))
        self._put(*shown, failed=failed)

    def _follow(self, _change: object) -> None:
        # If one input has moved another, both are drawn by now.
        if self.values != self._drawn:
            self.draw()

    def _put(self, text: str, picture: Picture | None, *, failed: bool = False) -> None:
        self.text, self.picture, self.failed = said(text), picture, failed
        self.view.show(text, picture, failed=failed)

    def _to_html(self) -> str:
        role = "alert" if self.failed else "status"
        return (
            f'<p role="{role}" style="white-space: pre-wrap; font-size: 16px; line-height: 1.4">'
            f"{html.escape(self.text)}</p>{self.picture.to_html() if self.picture else ''}"
            f'<p style="font-size: 16px"><em>{said("Run the cell above to use this control.")}'
            "</em></p>"
        )

    def __repr__(self) -> str:
        shown = f"\n{self.picture!r}" if self.picture else ""
        return f"{said('Control')}: {self.name}\n{self.text}{shown}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self.picture._repr_mimebundle_() if self.picture else ({}, {})
        data |= super()._repr_mimebundle_(**kwargs)
        data |= {"text/plain": repr(self), "text/html": self._to_html()}
        return data, metadata


class LongControl(Control):
    """A control whose function takes a while: it shows progress, and can be stopped.

    The first values are computed at once. After that the function runs beside the cells, and a
    new move of an input stops it. ``control.wait()`` waits until the result for the current
    values is shown.

    The function gets one more argument, ``report(done, show)``, to be called now and then: `done`
    is the fraction that is done, 0..1, and `show` returns the text and the picture so far. If
    `report` returns True, the function should stop and return what it has.
    """

    def __init__(self, name: str, show: Callable[..., Shown], **inputs: Any) -> None:  # noqa: ANN401
        check_type("show", show, Callable, "a function")
        self._stop = threading.Event()
        self._show_and_report = show
        super().__init__(name, partial(show, report=lambda *_: False), **inputs)
        self.wait: Callable[[], None] = lambda: None
        self.view.stoppable = not browser.IN_BROWSER or browser.can_wait()
        self.view.on_msg(lambda *_: self._stop.set())

    def _follow(self, _change: object) -> None:
        if self.values == self._drawn:
            return
        self._drawn = self.values
        self._stop.set()
        self._stop = threading.Event()
        self.wait = threads.start(partial(self._run, self._drawn, self._stop), self.wait)

    def _run(self, values: dict[str, Any], stop: threading.Event) -> None:
        # The reader may have moved on while this waited for its turn.
        if stop is not self._stop:
            return

        def report(done: float, show: Callable[[], Shown]) -> bool:
            if stop is self._stop:
                self.view.done = done
                self._put(*show())
            browser.let_messages_in()
            return stop.is_set()

        self.view.done = 0.0
        shown, failed = _attempt(partial(self._show_and_report, **values, report=report))
        self.view.done = -1.0
        if stop is self._stop:
            self._put(*shown, failed=failed)


def _attempt(show: Callable[[], Shown]) -> tuple[Shown, bool]:
    """Return what `show` returns and False, or an error message and True."""
    try:
        return show(), False
    except Exception as error:
        # The library's own errors are whole sentences; Python's and NumPy's are not.
        is_sentence = isinstance(error, _OWN_ERRORS) and str(error).endswith(".")
        level = logging.INFO if is_sentence else logging.ERROR
        logger.log(level, "A control failed.", exc_info=error)
        message = str(error) if is_sentence else f"{type(error).__name__}: {error}"
        return (f"This did not work: {message}", None), True
