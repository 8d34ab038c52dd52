"""What is timed in the browser, one function per figure."""

import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import sleep
from urllib.parse import urlsplit
from urllib.request import Request as WebRequest
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Headless, software rendering, no traffic of the browser's own."""

TOLD = "() => window.tracker && window.tracker.viewer && window.tracker.viewer.told"
"""Whether every image is on screen."""

REPEATS = 15
"""Times each gesture is timed; the median counts."""

THINKING_S = 1.0
"""Pause of a reader between two looks at the course: a very impatient one."""

DRAG = """async (n) => {
  const v = window.tracker.viewer, slider = document.querySelectorAll('#window input')[1], found = [];
  const frame = () => new Promise(requestAnimationFrame);
  for (let i = 0; i < n; i++) {
    const before = v.paints, start = performance.now();
    slider.value = String(150 + 20 * i);
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    while (v.paints === before) await frame();
    await frame();
    found.push(performance.now() - start);
  }
  return found; }"""
"""Set the slider; until all panels are painted and the frame after."""

ZOOM = """(n) => { const v = window.tracker.viewer, found = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    v.state.k = 1 + 0.1 * i; v.draw();
    found.push(performance.now() - start);
  }
  v.state.k = 1; v.draw(); return found; }"""
"""Redraw every panel at another zoom, outlines included."""

FILTER = """async (text) => {
  const input = document.querySelector('#worklist-search input'), api = window.dash_ag_grid.getApi('worklist-grid');
  const start = performance.now();
  const done = new Promise(r => api.addEventListener('modelUpdated', () => requestAnimationFrame(r), {once: true}));
  input.value = text; input.dispatchEvent(new Event('input', {bubbles: true}));
  await done;
  return [performance.now() - start, api.getDisplayedRowCount()]; }"""
"""Type into the search box; until the rows on screen have changed."""

BOARD = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  const light = (c) => { const p = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
    .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]; };
  const behind = (e) => { for (let n = e; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor;
    if (!c.startsWith('rgba(0, 0, 0, 0')) return c; } return 'rgb(255, 255, 255)'; };
  while (walk.nextNode()) { const e = walk.currentNode.parentElement, box = e.getBoundingClientRect();
    const shown = walk.currentNode.textContent.trim() && box.width > 1 && box.right > 0 && e.checkVisibility();
    if (!shown || e.closest('script, style, title')) continue;
    const s = getComputedStyle(e), ink = light(e.closest('svg') ? s.fill : s.color), paper = light(behind(e));
    found.push([parseFloat(s.fontSize), (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)]); }
  return [Math.min(...found.map(f => f[0])), Math.min(...found.map(f => f[1]))]; }"""
"""Smallest text and lowest contrast on screen."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Run headless Chromium while the block runs.

    Yields
    ------
    Browser
        Ready to open pages.
    """
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=path, args=FLAGS)
        yield chrome
        chrome.close()


def window(chrome: Browser) -> BrowserContext:
    """Return a fresh window with an empty cache, 1920 x 1080.

    Parameters
    ----------
    chrome : Browser
        The browser.

    Returns
    -------
    BrowserContext
        The window.
    """
    context = chrome.new_context(viewport={"width": 1920, "height": 1080}, color_scheme="light")
    context.set_default_timeout(120_000)
    return context


def open_course(context: BrowserContext, address: str) -> tuple[Page, float]:
    """Open a course page and return it with the seconds until every image was on screen.

    Parameters
    ----------
    context : BrowserContext
        The window.
    address : str
        Of the course.

    Returns
    -------
    tuple of Page and float
        The page, and seconds since the navigation began.
    """
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(TOLD)
    return page, _painted_s(page)


def visit_page(chrome: Browser, course: str) -> str:
    """Return the address of the page of the first visit of a course.

    Parameters
    ----------
    chrome : Browser
        The browser.
    course : str
        Address of the course.

    Returns
    -------
    str
        As the course page links it.
    """
    context = window(chrome)
    page, _ = open_course(context, course)
    address = str(page.evaluate("() => document.querySelector('.visit-date a').href"))
    context.close()
    return address


def _painted_s(page: Page) -> float:
    return float(page.evaluate("() => performance.getEntriesByName('painted')[0].startTime")) / 1000


def reload_course(page: Page) -> float:
    """Return the seconds of a second visit, with a warm cache.

    Parameters
    ----------
    page : Page
        An open course page.

    Returns
    -------
    float
        Seconds since the navigation began.
    """
    page.reload()
    page.wait_for_function(TOLD)
    return _painted_s(page)


def weight(chrome: Browser, address: str) -> tuple[float, int]:
    """Return what a first visit transfers, charts and tables included, and how many requests left the host.

    Parameters
    ----------
    chrome : Browser
        The browser.
    address : str
        Of the course.

    Returns
    -------
    tuple of float and int
        Megabytes as sent; foreign requests.
    """
    context = window(chrome)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page, _ = open_course(context, address)
    page.wait_for_selector("#course-rest .main-svg")
    page.wait_for_selector("#lesion-grid .ag-row")
    page.wait_for_timeout(1500)
    sizes = page.evaluate("() => performance.getEntries().map(e => e.transferSize || 0)")
    host = urlsplit(address).netloc
    context.close()
    return sum(sizes) / 1e6, sum(1 for one in asked if one and one != host)


def drag_ms(page: Page) -> float:
    """Return the median time from slider to paint.

    Parameters
    ----------
    page : Page
        An open course page.

    Returns
    -------
    float
        Milliseconds.
    """
    page.evaluate(DRAG, 3)
    return float(statistics.median(page.evaluate(DRAG, REPEATS)))


def zoom_ms(page: Page) -> float:
    """Return the median time to redraw every panel at another zoom.

    Parameters
    ----------
    page : Page
        An open course page.

    Returns
    -------
    float
        Milliseconds.
    """
    page.evaluate(ZOOM, 3)
    return float(statistics.median(page.evaluate(ZOOM, REPEATS)))


def worklist(chrome: Browser, base: str) -> tuple[float, float]:
    """Return how long the long worklist takes to open, with scripts in the cache, and to filter.

    Parameters
    ----------
    chrome : Browser
        The browser.
    base : str
        Base address.

    Returns
    -------
    tuple of float
        Seconds; milliseconds.
    """
    context = window(chrome)
    first = context.new_page()
    first.goto(base)
    first.wait_for_selector("#worklist-grid .ag-row")
    page = context.new_page()
    page.goto(base)
    page.wait_for_selector("#worklist-grid .ag-row")
    opened = float(page.evaluate("() => performance.now()")) / 1000
    page.wait_for_selector("#worklist-search input")
    times = [page.evaluate(FILTER, text)[0] for text in ("-0007", "flare", "-01", "zzz", "")]
    context.close()
    return opened, float(statistics.median(times))


def board(page: Page) -> tuple[float, float]:
    """Return the smallest text and the lowest contrast of board mode.

    Parameters
    ----------
    page : Page
        An open course page with its charts.

    Returns
    -------
    tuple of float
        Pixels; ratio.
    """
    page.keyboard.press("b")
    page.wait_for_selector("#board-place .main-svg")
    page.wait_for_timeout(600)
    smallest, contrast = page.evaluate(BOARD)
    page.keyboard.press("Escape")
    return float(smallest), float(contrast)


@contextmanager
def readers(addresses: list[str], count: int) -> Iterator[None]:
    """Let others read the same course meanwhile: each asks for every image, waits, and begins again.

    Parameters
    ----------
    addresses : list of str
        What one reader asks for.
    count : int
        How many readers.

    Yields
    ------
    None
        While they read.
    """
    stop = Event()

    def read() -> None:
        while not stop.is_set():
            for address in addresses:
                with urlopen(WebRequest(address, headers={"Accept-Encoding": "gzip"}), timeout=60) as reply:
                    reply.read()
            sleep(THINKING_S)

    threads = [Thread(target=read, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
