"""A notebook in a page of JupyterLab: opened, run, saved, looked at."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from .lab import Lab

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
CONTROLS = f"{NOTEBOOK} .mnist-control"
WIDTH, HEIGHT = 1300, 1000
MILLISECONDS_TO_OPEN = 60_000
MILLISECONDS_TO_RUN = 120_000


class NotebookPage:
    """A notebook that is open in a page of its own.

    Parameters
    ----------
    page : playwright.sync_api.Page
        An empty page.
    lab : Lab
        The JupyterLab that has the notebook.
    name : str
        The notebook's file name.

    Attributes
    ----------
    path : Path
        The notebook's file.
    problems : list of str
        What the browser complained about, and requests that failed or went to another host.
    """

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page, self.lab, self.name = page, lab, name
        self.path: Path = lab.folder / name
        self.problems: list[str] = []
        self._note_problems()
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        # A second page of the same workspace would be moved to another, by loading it again.
        page.goto(f"{lab.url}lab/workspaces/{uuid4()}/tree/{name}?reset")
        self.wait_until_open()

    def _note_problems(self) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.problems.append(f"console {message.type}: {message.text}")

        def on_request(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme not in {"data", "blob"} and url.netloc != urlsplit(self.lab.url).netloc:
                self.problems.append(f"request to another host: {request.url}")

        def on_response(response: Response) -> None:
            if response.status >= 400:
                self.problems.append(f"answer {response.status}: {response.url}")

        def on_failure(request: Request) -> None:
            self.problems.append(f"request failed: {request.url}, {request.failure}")

        self.page.on("console", on_console)
        self.page.on("request", on_request)
        self.page.on("response", on_response)
        self.page.on("requestfailed", on_failure)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("crash", lambda _: self.problems.append("The page crashed."))

    def stored(self) -> dict[str, Any]:
        """Return the notebook as its file holds it now."""
        return json.loads(self.path.read_text(encoding="utf-8"))

    def wait_until_open(self) -> None:
        """Wait until all cells are there, and a kernel is ready for them."""
        # Run All Cells would run only those that are there, and ask for a kernel if none is yet.
        self.page.wait_for_function(
            "([cells, count]) => document.querySelectorAll(cells).length === count",
            arg=[f"{NOTEBOOK} .jp-Cell", len(self.stored()["cells"])],
            timeout=MILLISECONDS_TO_OPEN,
        )
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until the kernel has nothing to do, and all outputs have been loaded."""
        self.page.get_by_role("button", name="| Idle").wait_for(timeout=MILLISECONDS_TO_RUN)
        self.page.wait_for_function("!course.isLoading()", timeout=MILLISECONDS_TO_RUN)

    def run_all(self) -> None:
        """Run all cells by the menu, until each has run or was left out because of an error."""
        self.page.evaluate("course.watchRuns()")
        self.choose("Run", "Run All Cells")
        self.page.wait_for_function("course.haveAllRun()", timeout=MILLISECONDS_TO_RUN)
        self.wait_until_idle()

    def save(self) -> None:
        """Save the notebook by the menu, and wait until the server has it."""

        def is_save(response: Response) -> bool:
            return (
                response.request.method == "PUT"
                and urlsplit(response.url).path == f"/api/contents/{self.name}"
            )

        with self.page.expect_response(is_save):
            self.choose("File", "Save Notebook")

    def choose(self, menu: str, item: str) -> None:
        """Choose an item of a menu by mouse."""
        self.page.locator(f".lm-MenuBar-itemLabel:text-is('{menu}')").click()
        self.page.locator(f".lm-Menu-itemLabel:text-is('{item}')").click()

    def cells(self) -> list[dict[str, Any]]:
        """Return what the page shows of each code cell: prompt, text, pictures, controls."""
        return self.page.evaluate("course.cells()")

    @contextmanager
    def whole(self, width: int = WIDTH) -> Iterator[None]:
        """Make the window as high as the notebook is long, so that all of it is rendered."""
        height, needed = 0, HEIGHT
        while height < needed:
            height = needed
            self.page.set_viewport_size({"width": width, "height": height})
            needed = self.page.evaluate("course.heightOfWindow()")
        yield
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def spills(self, width: int) -> list[str]:
        """Return what reaches over the edge of an output in a window of so many pixels."""
        with self.whole(width):
            return self.page.evaluate("course.spills()")

    def small_texts(self) -> list[str]:
        """Return the texts in controls that are smaller than 12 points."""
        return self.page.evaluate("course.smallTexts()")

    def screenshot(self, path: Path) -> None:
        """Take a picture of the whole notebook."""
        path.parent.mkdir(exist_ok=True)
        with self.whole():
            self.page.screenshot(path=path)


@contextmanager
def open_notebook(browser: BrowserContext, lab: Lab, name: str) -> Iterator[NotebookPage]:
    """Open a notebook in a page of its own; afterwards its kernel is left to the server."""
    with browser.new_page() as page:
        yield NotebookPage(page, lab, name)
