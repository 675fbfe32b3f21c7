"""One JupyterLab and one browser for all tests, and each notebook opened and run once."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from mnist_lib import load_mnist
from tests.conftest import PROJECT, Split

from .lab import Kernel, Lab, running_lab
from .notebook_page import NotebookPage, open_notebook

NOTEBOOKS = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
# No request of the browser's own should reach the network, and many a container has neither a
# sandbox nor a graphics card.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
NO_BROWSER = (
    "There is no browser at {}. Install Chromium (playwright install chromium, or on Debian "
    "apt-get install chromium), or set CHROME to the path of a Chrome or Chromium."
)
# Only a failing test waits so long, however busy the machine is.
MILLISECONDS_TO_ACT = 30_000
expect.set_options(timeout=MILLISECONDS_TO_ACT)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put all tests of a notebook together, whatever file they are in, so that it opens once."""

    def notebook_of(item: pytest.Item) -> str:
        return item.callspec.params.get("notebook", "") if hasattr(item, "callspec") else ""

    items.sort(key=notebook_of)


def chrome(playwright: Playwright) -> str:
    """Return the browser's program: CHROME, or one on the PATH, or Playwright's own."""
    found = os.environ.get("CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    program = found or playwright.chromium.executable_path
    if not Path(program).exists():
        pytest.exit(NO_BROWSER.format(program), returncode=1)
    return program


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser with a new profile."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=chrome(playwright), args=FLAGS
        ) as browser,
    ):
        browser.set_default_timeout(MILLISECONDS_TO_ACT)
        browser.add_init_script(path=Path(__file__).parent / "in_page.js")
        yield browser


@pytest.fixture(scope="session")
def lab(browser: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session", params=NOTEBOOKS, ids=lambda name: Path(name).stem)
def notebook(
    request: pytest.FixtureRequest, browser: BrowserContext, lab: Lab
) -> Iterator[NotebookPage]:
    """A notebook of the course, run from top to bottom, saved, and still open."""
    with open_notebook(browser, lab, request.param) as notebook:
        notebook.run_all()
        notebook.save()
        yield notebook


@pytest.fixture(scope="session")
def kernel(notebook: NotebookPage, lab: Lab) -> Iterator[Kernel]:
    """The kernel of that notebook, to be asked what has arrived there."""
    with lab.kernel_of(notebook.name) as kernel:
        yield kernel


@pytest.fixture
def saved(notebook: NotebookPage, lab: Lab, browser: BrowserContext) -> Iterator[NotebookPage]:
    """What was saved of that notebook, as it opens another day: no kernel knows its controls."""
    name = f"saved_{notebook.name}"
    shutil.copy(notebook.path, lab.folder / name)
    with open_notebook(browser, lab, name) as saved:
        yield saved
    # A page behind another is redrawn only once a second.
    notebook.page.bring_to_front()


@pytest.fixture(scope="module")
def made(
    request: pytest.FixtureRequest, browser: BrowserContext, lab: Lab
) -> Iterator[NotebookPage]:
    """A notebook with the cells that a test module has in ``CELLS``, run and open."""
    name = f"{request.module.__name__.rpartition('.')[2]}.ipynb"
    lab.write(name, request.module.CELLS)
    with open_notebook(browser, lab, name) as notebook:
        notebook.run_all()
        yield notebook
        assert notebook.problems == []


@pytest.fixture(scope="module")
def made_kernel(made: NotebookPage, lab: Lab) -> Iterator[Kernel]:
    with lab.kernel_of(made.name) as kernel:
        yield kernel


@pytest.fixture(scope="session")
def raw_images() -> Split:
    """The training images as integers from 0 to 255, and their labels."""
    return load_mnist(normalize=False)[0]
