"""How quick the dashboard is: ``python -m benchmarks.viewer [--quick] [--archive DIR]``.

One simulated course of six scans and two views, headless Chromium with software rendering, server and browser on the
same computer: times are pessimistic for a real screen. ``--archive`` keeps the tracked course for the next run.
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from benchmarks import viewer_steps as steps
from benchmarks.viewer_server import SAMPLE, running, track_sample
from tracker.archive.overview import load_worklist
from tracker.archive.store import open_archive

SAMPLES = Path(__file__).resolve().parents[1] / "sample_studies"
"""Where the sample studies lie."""

OTHERS = 3
"""Further readers in the test of four people at once."""

OPENINGS = 3
"""Times a page is opened; the median counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    Parameters
    ----------
    name : str
        What is measured.
    value : float
        How much.
    unit : str
        Of value, must and aim.
    must, aim : float
        What is asked for; larger is worse, except where ``least`` is True.
    least : bool
        The figure must be at least so large.
    """

    name: str
    value: float
    unit: str
    must: float
    aim: float
    least: bool = False

    @property
    def verdict(self) -> str:
        """Whether the figure reaches the aim, what must be, or neither."""
        sign = -1 if self.least else 1
        if sign * self.value <= sign * self.aim:
            return "aim"
        return "must" if sign * self.value <= sign * self.must else "MISSED"


def opening(chrome: Browser, course: str, count: int) -> list[Figure]:
    """Return the times to the first view, and what one course page weighs.

    Parameters
    ----------
    chrome : Browser
        The browser.
    course : str
        Address of the course.
    count : int
        Times it is opened.

    Returns
    -------
    list of Figure
        Cold, warm, weight, foreign requests.
    """
    cold, warm = [], []
    for _ in range(count):
        context = steps.window(chrome)
        page, seconds = steps.open_course(context, course)
        cold.append(seconds)
        page.wait_for_selector("#course-rest .main-svg")
        warm.append(steps.reload_course(page))
        context.close()
    megabytes, foreign = steps.weight(chrome, course)
    return [
        Figure(name="first view, cold", value=statistics.median(cold), unit="s", must=2, aim=1),
        Figure(name="first view, warm", value=statistics.median(warm), unit="s", must=1, aim=0.5),
        Figure(name="page weight, compressed", value=megabytes, unit="MB", must=5, aim=3),
        Figure(name="requests leaving the host", value=foreign, unit="", must=0, aim=0),
    ]


def gestures(chrome: Browser, base: str, course: str) -> list[Figure]:
    """Return slider, zoom, board mode and worklist.

    Parameters
    ----------
    chrome : Browser
        The browser.
    base, course : str
        Addresses of the dashboard and of the course.

    Returns
    -------
    list of Figure
        Alone and with others reading.
    """
    context = steps.window(chrome)
    page, _ = steps.open_course(context, course)
    page.wait_for_selector("#course-rest .main-svg")
    slider, zoom = steps.drag_ms(page), steps.zoom_ms(page)
    smallest, contrast = steps.board(page)
    frames = "() => performance.getEntriesByType('resource').map(e => e.name).filter(n => /counts$/.test(n))"
    urls = page.evaluate(frames)
    alone = steps.reload_course(page)
    with steps.readers(urls, OTHERS):
        slider_shared = steps.drag_ms(page)
        shared = steps.reload_course(page)
    context.close()
    opened, filtered = steps.worklist(chrome, base)
    return [
        Figure(name="slider to paint, 6 scans x 2 views", value=slider, unit="ms", must=100, aim=33),
        Figure(name="linked zoom", value=zoom, unit="ms", must=16, aim=5),
        Figure(name="four people: slider to paint", value=slider_shared / slider, unit="x", must=1.5, aim=1.2),
        Figure(name="four people: page open", value=shared / alone, unit="x", must=1.5, aim=1.2),
        Figure(name="worklist of 2,000: open", value=opened, unit="s", must=2, aim=1),
        Figure(name="worklist of 2,000: filter", value=filtered, unit="ms", must=300, aim=100),
        Figure(name="board mode: smallest text", value=smallest, unit="px", must=32, aim=36, least=True),
        Figure(name="board mode: lowest contrast", value=contrast, unit=":1", must=4.5, aim=7, least=True),
    ]


def violations(chrome: Browser, base: str, course: str) -> Figure:
    """Return how many accessibility violations axe finds over all pages, light and dark.

    Parameters
    ----------
    chrome : Browser
        The browser.
    base, course : str
        Addresses of the dashboard and of the course.

    Returns
    -------
    Figure
        Number of rules broken, summed over pages and themes.
    """
    total = 0
    pages = (course, f"{course}?mode=board", f"{course}/compare", steps.visit_page(chrome, course))
    for theme in ("light", "dark"):
        for address in (base, *pages, f"{base}/cohort", f"{base}/import", f"{base}/s/nobody"):
            context = chrome.new_context(color_scheme="dark" if theme == "dark" else "light", bypass_csp=True)
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector("#page > [data-title]")
            page.wait_for_timeout(2500)
            total += len(Axe().run(page).response["violations"])
            context.close()
    return Figure(name="axe violations, all pages, both themes", value=total, unit="", must=0, aim=0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="open each page once, leave accessibility out")
    parser.add_argument("--archive", type=Path, help="keep the tracked course here")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.archive or Path(scratch) / "archive"
        print("tracking one simulated course of six scans ...", flush=True)
        track_sample(folder, SAMPLES)
        rows = load_worklist(open_archive(folder))
        token = next(row["token"] for row in rows if row["patient_id"] == SAMPLE)
        with running(folder) as base, steps.browser() as chrome:
            course = f"{base}/s/{token}"
            figures = opening(chrome, course, 1 if chosen.quick else OPENINGS) + gestures(chrome, base, course)
            if not chosen.quick:
                figures.append(violations(chrome, base, course))
    print(f"{'figure':42s}{'measured':>12s}{'must':>10s}{'aim':>10s}  reaches")
    for one in figures:
        bound = "≥" if one.least else "≤"
        asked = f"{bound:>3s}{one.must:7g}{bound:>3s}{one.aim:7g}"
        print(f"{one.name:42s}{one.value:9.2f} {one.unit:2s}{asked}  {one.verdict}")


if __name__ == "__main__":
    main()
