"""No page has an accessibility violation that axe can find, in either theme."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.dashboards.browser import Visit

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/s/s-flare",
    "/s/s-flare?mode=board",
    "/s/s-refused?mode=board",
    "/s/s-forty?rv=v03&sel=L001",
    "/s/s-refused?cmp=subtract,v01,v03",
    "/s/s-flare/compare",
    "/s/s-flare/visit/v03",
    "/cohort",
    "/import?job=j-1",
    "/s/nobody",
)
READY = """() => (!window.tracker.viewer || window.tracker.viewer.told) &&
  (!document.querySelector('#course-rest') || document.querySelector('#course-rest .main-svg')) &&
  [...document.querySelectorAll('.grid')].every(g => g.querySelector('.ag-header-cell'))"""


def complaints(page: Page) -> list[object]:
    """Return what axe finds on a page as it is now."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"][:140] for node in rule["nodes"][:3]]) for rule in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_help(visit: Visit, theme: str) -> None:
    page = visit.open("/", theme=theme, trusted=True)
    page.wait_for_function(READY)
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    assert complaints(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit: Visit, path: str, theme: str) -> None:
    page = visit.open(path, theme=theme, trusted=True)
    page.wait_for_function(READY)
    assert complaints(page) == []
