"""A drawing pad as its reader has it, and a mouse to draw on it."""

import time

import numpy as np
from playwright.sync_api import expect

from mnist_lib.pen import Drawing

from .control_on_page import SECONDS_TO_ARRIVE, ControlOnPage

SIDE = 280
# A mouse moves once a frame, so that all points together would take a minute.
EVERY = 3


class PadOnPage(ControlOnPage):
    """A drawing pad of a notebook that has been run; parameters as for `ControlOnPage`."""

    def draw(self, drawing: Drawing) -> None:
        """Draw the strokes with the mouse, and wait until the kernel has them."""
        canvas = self.root.locator("canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        scale = box["width"] / SIDE
        for stroke in drawing.strokes:
            few = np.vstack([stroke[:-1:EVERY], stroke[-1:]])
            places = few * scale + (box["x"], box["y"])
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place)
            self.page.mouse.up()
        self.wait_for_strokes(len(drawing.strokes))

    def clear(self) -> None:
        """Press the button that clears the pad, if there is anything on it."""
        button = self.root.get_by_role("button", name="Clear")
        if button.is_enabled():
            button.click()
        self.wait_for_strokes(0)

    def read(self) -> str:
        """Return what the page says of the drawing, once that is what the network makes of it."""
        expect(self.status).to_have_text(self.ask("control.show(**control.values)[0]"))
        return self.status.text_content()

    def wait_for_strokes(self, count: int) -> None:
        """Wait until the kernel has so many strokes."""
        deadline = time.monotonic() + SECONDS_TO_ARRIVE
        while (arrived := self.ask("len(control.values['strokes'])")) != count:
            assert time.monotonic() < deadline, f"{arrived} strokes have arrived of {count}"
