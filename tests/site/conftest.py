"""The built site on loopback, and one browser that reaches nothing else."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import FLAGS, MILLISECONDS_TO_ACT, chrome
from tests.conftest import PROJECT

from .server import Site, serve
from .tab import Tab

SITE = PROJECT / "site"
expect.set_options(timeout=MILLISECONDS_TO_ACT)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if not (SITE / "lab" / "lab" / "index.html").exists():
        pytest.exit("There is no site yet: `make site` builds it.", returncode=1)
    with serve(SITE) as site:
        yield site


@pytest.fixture(scope="session")
def visitor() -> Iterator[Browser]:
    """A browser; each of its contexts is a visitor who was never here before."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chrome(playwright), args=FLAGS)


@pytest.fixture
def open_lesson(visitor: Browser, site: Site) -> Iterator[Callable[[str], Tab]]:
    """Open a lesson as a new visitor; the visitor leaves when the test ends."""
    with visitor.new_context(viewport={"width": 1300, "height": 1000}) as context:
        site.sent.clear()
        yield lambda lesson: Tab(context.new_page(), site, lesson)
