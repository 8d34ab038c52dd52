"""Pages in headless Chromium, driven like a person."""

import pytest
from playwright.sync_api import Page

from tests.dashboards.browser import Visit

pytestmark = pytest.mark.browser


def test_course_paints_every_panel_and_asks_nobody_else(visit: Visit) -> None:
    page: Page = visit.open("/s/s-flare")
    page.wait_for_function("() => window.tracker.viewer && window.tracker.viewer.panels.every(p => p.rasters.counts)")
    page.wait_for_timeout(300)
    dark = page.evaluate(
        """() => window.tracker.viewer.panels.map(p => {
          const px = p.context.getImageData(0, 0, p.canvas.width, p.canvas.height).data;
          let n = 0; for (let i = 0; i < px.length; i += 4) n += px[i] < 128; return n; })"""
    )
    assert len(dark) == 12
    assert min(dark) > 100
    assert visit.foreign == []
    assert visit.complaints == []


def test_worklist_opens_a_course_by_click(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="SIM-0002").click()
    page.get_by_role("heading", name="Course SIM-0002").wait_for()
    assert page.title() == "Course – Bone-scan tracker"
    assert visit.complaints == []
