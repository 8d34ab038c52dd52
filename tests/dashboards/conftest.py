"""One invented source and its app for every test of pages."""

import os
from collections.abc import Iterator

import pytest
from dash import Dash
from playwright.sync_api import Browser, sync_playwright

from dashboards.app import create_app
from tests.dashboards.browser import FLAGS, Served, Visit, chromium
from tests.dashboards.fakes import FakeSource


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def app(source: FakeSource) -> Dash:
    return create_app(source)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Return headless Chromium; without one, skip loudly, or fail where TRACKER_BROWSER_TESTS=required."""
    path = chromium()
    if path is None:
        words = "NO CHROMIUM FOUND: the pages were not driven in a browser"
        if os.environ.get("TRACKER_BROWSER_TESTS") == "required":
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """Return an app with every invented course, behind waitress."""
    place = Served(create_app(FakeSource()))
    yield place
    place.close()


@pytest.fixture
def visit(chrome: Browser, served: Served) -> Iterator[Visit]:
    """Return one person's browser window."""
    person = Visit(browser=chrome, base=served.base)
    yield person
    person.close()
