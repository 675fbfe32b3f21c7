"""A lesson in a browser tab: opened in JupyterLite, its cells run one by one."""

from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Page, Request

from .server import Site

COURSE = f"digits-{metadata.version('mnist_lib')}"
MILLISECONDS_TO_OPEN = 120_000
LESSON = "window.jupyterapp.shell.currentWidget"
IS_READY = """() => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.content?.widgets?.length && panel.context?.isReady
    && panel.sessionContext?.session?.kernel?.status === "idle";
}"""
RUN = f"""async (number) => {{
  const {{ content }} = {LESSON};
  content.activeCellIndex = number;
  content.deselectAll();
  const start = performance.now();
  await window.jupyterapp.commands.execute("notebook:run-cell");
  return [(performance.now() - start) / 1000, content.model.cells.get(number).toJSON()];
}}"""


class Tab:
    """A lesson that is open in a page of its own.

    Attributes
    ----------
    page : playwright.sync_api.Page
        The page.
    problems : list of str
        Errors in the page, and requests to another host.
    """

    def __init__(self, page: Page, site: Site, lesson: str) -> None:
        self.page, self.site = page, site
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("crash", lambda _: self.problems.append("The page crashed."))
        page.on("request", self._note_other_hosts)
        self.address = f"{site.url}/lab/lab/index.html?path={COURSE}/notebooks/{lesson}"
        self.open()

    def _note_other_hosts(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.netloc != urlsplit(self.site.url).netloc:
            self.problems.append(f"request to another host: {request.url}")

    def open(self) -> None:
        """Go to the lesson, and wait until it is there, and Python ready for it."""
        self.page.goto(self.address)
        self.page.wait_for_function(IS_READY, timeout=MILLISECONDS_TO_OPEN)

    def cells(self) -> list[dict[str, Any]]:
        """Return all cells as they are now."""
        return self.page.evaluate(f"{LESSON}.content.widgets.map(cell => cell.model.toJSON())")

    def run(self, number: int) -> tuple[float, dict[str, Any]]:
        """Run a cell; return how many seconds it took, and the cell with its outputs."""
        seconds, cell = self.page.evaluate(RUN, number)
        return seconds, cell

    def run_cell_with(self, text: str) -> dict[str, Any]:
        """Run the only code cell that holds this text."""
        (number,) = (
            number
            for number, cell in enumerate(self.cells())
            if cell["cell_type"] == "code" and text in "".join(cell["source"])
        )
        return self.run(number)[1]

    def memory(self) -> float:
        """Return the megabytes that the largest page of the browser has to itself."""
        pages = [
            process
            for process in psutil.process_iter(["cmdline"])
            if "--type=renderer" in (process.info["cmdline"] or ())
        ]
        return max(page.memory_full_info().uss for page in pages) / 1e6
