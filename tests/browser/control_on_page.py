"""A control as its reader has it in the page."""

import base64
import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from mnist_lib.checks import SIDE

from .lab import Kernel
from .notebook_page import CONTROLS, NotebookPage

SECONDS_TO_ARRIVE = 30
THUMB = 16
# Controls, in the order in which they were made, among all widgets of the kernel.
IN_KERNEL = (
    "[widget for widget in __import__('ipywidgets').widgets.widget._instances.values()"
    " if hasattr(widget, 'inputs') and hasattr(widget, 'show')]"
)


class ControlOnPage:
    """One control of a notebook that has been run.

    Parameters
    ----------
    notebook : NotebookPage
        The notebook.
    kernel : Kernel
        The notebook's kernel.
    name : str
        The control's name.
    label : str
        The label of its slider, if it has one.
    copy : int
        Which of the controls with this name, in the order of the cells, from 0 on.

    Attributes
    ----------
    root, slider, status, alert, picture, progress : playwright.sync_api.Locator
        The control's elements in the page.
    """

    def __init__(
        self, notebook: NotebookPage, kernel: Kernel, name: str, label: str = "", copy: int = 0
    ) -> None:
        self.page = notebook.page
        self._kernel = kernel
        names = kernel.ask(f"[control.name for control in {IN_KERNEL}]")
        place = [at for at, found in enumerate(names) if found == name][copy]
        self._in_kernel = f"{IN_KERNEL}[{place}]"
        self.root = self.page.locator(CONTROLS).nth(place)
        self.root.scroll_into_view_if_needed()
        self.slider = self.root.get_by_role("slider", name=label, exact=True)
        view = self.root.locator(".mnist-view").last
        self.picture = view.locator("img:visible")
        self.progress = view.locator("progress")
        self.status = view.locator("p[role=status]")
        self.alert = view.locator("p[role=alert]")

    @property
    def position(self) -> int:
        """Where the slider is, from 0 on."""
        return int(self.slider.input_value())

    @property
    def last(self) -> int:
        """The slider's last position."""
        return int(self.slider.get_attribute("max"))

    def written_beside(self) -> str:
        """Return what is written beside the slider."""
        number = self.root.get_by_role("spinbutton")
        if number.count():
            return number.input_value()
        return self.slider.locator("~ output").text_content()

    def ask(self, expression: str) -> Any:
        """Return from the kernel the value of an expression about this ``control``."""
        return self._kernel.ask(f"(lambda control: {expression})({self._in_kernel})")

    def take_thumb(self) -> None:
        """Press the mouse on the slider's thumb."""
        self.page.mouse.move(*self._place_of(self.position / self.last))
        self.page.mouse.down()

    def move_thumb(self, fraction: float, steps: int) -> None:
        """Move the pressed mouse to a fraction of the whole way."""
        self.page.mouse.move(*self._place_of(fraction), steps=steps)

    def drag(self, fraction: float, steps: int) -> None:
        """Drag the slider's thumb to a fraction of the whole way."""
        self.take_thumb()
        self.move_thumb(fraction, steps)
        self.page.mouse.up()

    def _place_of(self, fraction: float) -> tuple[float, float]:
        box = self.slider.bounding_box()
        x = box["x"] + THUMB / 2 + fraction * (box["width"] - THUMB)
        return x, box["y"] + box["height"] / 2

    def expect_text(self, text: Any) -> None:
        """Wait until this stands above the picture, a string or a pattern."""
        expect(self.status).to_have_text(text)

    def expect_picture(self, image: np.ndarray, *alts: str) -> None:
        """Wait until the picture shows an image of a digit, and its alternative names all these.

        Parameters
        ----------
        image : numpy.ndarray
            784 pixels, 0..255 or 0..1.
        *alts : str
            Parts of the text alternative.
        """
        image = image.ravel() / image.max()
        wait_until(lambda: np.abs(self.digit().ravel() - image).mean() < 0.03, "the picture")
        shown = self.picture.get_attribute("alt")
        assert all(alt in shown for alt in alts), shown

    def digit(self) -> np.ndarray:
        """Return the digit in the picture, ``(28, 28)`` from 0 to 1, from the pixels on the page.

        It is the leftmost thing in the picture, a black square with something bright in it.
        """
        png = base64.b64decode(self.root.evaluate("course.pngOf"))
        if not png:
            return np.full((SIDE, SIDE), np.inf)
        grey = np.asarray(Image.open(io.BytesIO(png)).convert("L")) / 255
        dark = grey < 0.25
        columns = _first_run(dark.mean(axis=0) > 0.3)
        rows = _first_run(dark[:, columns].mean(axis=1) > 0.3)
        square = Image.fromarray(np.uint8(grey[rows, columns] * 255))
        return np.asarray(square.resize((SIDE, SIDE), Image.Resampling.BOX)) / 255


def _first_run(holds: np.ndarray, gap: int = 60) -> slice:
    """Return from where to where something holds, with gaps of at most so many pixels."""
    at = np.flatnonzero(holds)
    ends = np.flatnonzero(np.diff(at) > gap)
    return slice(at[0], (at[ends[0]] if len(ends) else at[-1]) + 1)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds that Playwright cannot wait for."""
    deadline = time.monotonic() + SECONDS_TO_ARRIVE
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {SECONDS_TO_ARRIVE} seconds"
        time.sleep(0.02)
