"""A control as its reader has it: in the page, with what its kernel makes of the same moves."""

import time
from typing import Any

from playwright.sync_api import expect

from .lab import Kernel
from .notebook_page import CONTROLS, NotebookPage

SECONDS_TO_ARRIVE = 20
MILLISECONDS_TO_DRAW = 20_000
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
    root, slider, status, picture, progress : playwright.sync_api.Locator
        The control's elements in the page.
    """

    def __init__(
        self, notebook: NotebookPage, kernel: Kernel, name: str, label: str = "", copy: int = 0
    ) -> None:
        self.page = notebook.page
        self._kernel = kernel
        self._label = label
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
        """Return from the kernel what an expression says of this ``control``."""
        return self._kernel.ask(f"(lambda control: {expression})({self._in_kernel})")

    def drag(self, share: float, steps: int) -> None:
        """Take the slider's thumb where it is, and drag it to a share of the whole way."""
        box = self.slider.bounding_box()

        def x_at(share: float) -> float:
            return box["x"] + THUMB / 2 + share * (box["width"] - THUMB)

        y = box["y"] + box["height"] / 2
        self.page.mouse.move(x_at(self.position / self.last), y)
        self.page.mouse.down()
        self.page.mouse.move(x_at(share), y, steps=steps)
        self.page.mouse.up()

    def wait_for_result(self) -> None:
        """Wait until the page shows what the control's function makes of its inputs.

        The picture must be the very bytes that the function gives when it is asked anew.
        """
        if self._label:
            self._wait_for_move()
        digest = self.ask(
            "__import__('hashlib').sha256(control.show(**control.values)[1].png).hexdigest()"
        )
        self.page.wait_for_function(
            "([control, digest]) => course.shows(control, digest)",
            arg=[self.root.element_handle(), digest],
            timeout=MILLISECONDS_TO_DRAW,
        )
        expect(self.progress).to_be_hidden(timeout=MILLISECONDS_TO_DRAW)
        expect(self.status).to_have_text(self.ask("control.text"))
        expect(self.picture).to_have_attribute("alt", self.ask("control.picture.alt"))

    def _wait_for_move(self) -> None:
        """Wait until the kernel has heard where the slider is."""
        positions = (
            "[widget.position for widget in control.inputs.values()"
            f" if getattr(widget, 'label', '') == {self._label!r}]"
        )
        deadline = time.monotonic() + SECONDS_TO_ARRIVE
        while (heard := self.ask(positions)) != [self.position]:
            assert time.monotonic() < deadline, f"{self._label}: {self.position}, heard {heard}"
