"""A drawing pad as its reader has it, and a mouse to draw on it."""

import numpy as np
from playwright.sync_api import Locator

from mnist_lib.pen import Drawing

from .control_on_page import ControlOnPage, wait_until

SIDE = 280
# A mouse moves once a frame, so that all points together would take a minute.
EVERY = 3


class PadOnPage(ControlOnPage):
    """A drawing pad of a notebook that has been run; parameters as for `ControlOnPage`."""

    @property
    def canvas(self) -> Locator:
        return self.root.locator("canvas")

    def press(self, button: str) -> None:
        """Press one of the pad's buttons."""
        self.root.get_by_role("button", name=button).click()

    def draw(self, drawing: Drawing, button: str = "left") -> None:
        """Draw the strokes with the mouse."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        scale = box["width"] / SIDE
        for stroke in drawing.strokes:
            few = np.vstack([stroke[:-1:EVERY], stroke[-1:]])
            places = few * scale + (box["x"], box["y"])
            self.page.mouse.move(*places[0])
            self.page.mouse.down(button=button)
            for place in places[1:]:
                self.page.mouse.move(*place)
            self.page.mouse.up(button=button)

    def clear(self) -> None:
        """Press the button that clears the pad, if there is anything on it."""
        button = self.root.get_by_role("button", name="Clear")
        if button.is_enabled():
            button.click()
        self.wait_for_strokes(0)

    def has_ink_at(self, points: np.ndarray) -> list[bool]:
        """Return for each point of the pad, from 0 to 280, whether the page shows ink there."""
        return self.canvas.evaluate("course.inkAt", (points / SIDE).tolist())

    def wait_for_strokes(self, count: int) -> None:
        """Wait until the kernel has so many strokes."""
        wait_until(lambda: self.ask("len(control.values['strokes'])") == count, f"{count} strokes")
