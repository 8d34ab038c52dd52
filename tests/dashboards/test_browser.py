"""Pages in headless Chromium, driven like a person."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.dashboards.browser import Visit

pytestmark = pytest.mark.browser

PAINTED = "() => window.tracker.viewer && window.tracker.viewer.told"
DARK_PIXELS = """() => window.tracker.viewer.visible().map(p => {
  const px = p.context.getImageData(0, 0, p.canvas.width, p.canvas.height).data;
  let n = 0; for (let i = 0; i < px.length; i += 4) n += px[i] < 128; return n; })"""


def painted(visit: Visit, path: str, **options: object) -> Page:
    """Open a page and wait until every image is on screen."""
    page = visit.open(path, **options)  # type: ignore[arg-type]
    page.wait_for_function(PAINTED)
    return page


def state(page: Page) -> dict[str, object]:
    """Return what the viewer shows."""
    found = page.evaluate("() => ({...window.tracker.viewer.state, shown: window.tracker.viewer.shownTokens()})")
    return dict(found)


def test_course_paints_every_panel_and_asks_nobody_else(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    dark = page.evaluate(DARK_PIXELS)
    assert len(dark) == 12
    assert min(dark) > 100
    page.wait_for_selector("#lesion-grid .ag-row")
    page.wait_for_selector(".timeline .main-svg")
    assert visit.foreign == []
    assert visit.complaints == []


def test_posterior_is_shown_with_the_patients_left_at_the_left(visit: Visit) -> None:
    """L003 lies in a left rib and is seen from the back only: the left half of the posterior panel is hotter there."""
    page = painted(visit, "/s/s-flare?overlay=0")
    halves = page.evaluate(
        """() => { const p = window.tracker.viewer.panels.find(p => p.visit === 'v01' && p.side === 'POSTERIOR');
          const r = p.rasters.counts; const sum = [0, 0];
          for (let row = 136; row < 148; row++) for (let col = 0; col < r.cols; col++)
          {
            const off = Math.abs(col - 63.5);
            if (off > 18 && off < 32) sum[col < 64 ? 0 : 1] += r.data[row * r.cols + col];
          }
          return sum; }"""
    )
    assert halves[0] > 1.2 * halves[1]


def test_window_and_zoom_are_linked_and_the_address_restores_them(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    page.keyboard.press("]")
    page.keyboard.press("+")
    page.keyboard.press("i")
    page.keyboard.press("3")
    page.keyboard.press("g")
    page.locator('.visit[data-visit="v02"] [data-action="unlink"]').click()
    page.wait_for_function("() => location.search.includes('own=v02')")
    before, address = state(page), page.url.replace(visit.base, "")
    assert "SIM" not in address
    again = painted(visit, address)
    after = state(again)
    for name in ("low", "high", "gain", "inverse", "aligned", "outlines", "regions", "shown", "own"):
        assert after[name] == before[name], name
    assert after["k"] == pytest.approx(before["k"], abs=1e-3)
    assert "v03" not in list(after["shown"])  # type: ignore[call-overload]
    assert again.locator(".visit--unlinked").count() == 1


def test_dragging_and_wheel_move_every_panel(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    box = page.locator(".panel[data-view]").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => window.tracker.viewer.state.k > 1.2")
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 140, steps=4)
    page.mouse.up()
    assert float(str(state(page)["y"])) < 0
    page.keyboard.press("r")
    assert state(page)["k"] == 1


def test_hover_says_counts_place_and_lesion(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    page.wait_for_function("() => window.tracker.viewer.panels[0].items")
    place = page.evaluate(
        """() => { const v = window.tracker.viewer, p = v.panels[0], r = p.rasters.counts, at = v.place(p, r);
          const item = p.items.find(i => i.outline.lesion_id === 'L001'), b = item.native.box;
          const box = p.canvas.getBoundingClientRect(), k = box.width / p.canvas.width;
          const middle = [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2];
          return [box.x + k * (at.left + at.scale * middle[0]), box.y + k * (at.top + at.scale * middle[1])]; }"""
    )
    page.mouse.move(*place)
    page.wait_for_function("() => window.tracker.viewer.panels[0].rasters.labels")
    page.mouse.move(place[0] + 1, place[1])
    words = page.locator("#probe").text_content() or ""
    for part in ("2023-12-19", "anterior", "counts", "uptake ratio", "lumbar spine", "L001 persistent, lesion"):
        assert part in words
    page.mouse.click(*place)
    page.wait_for_function("() => window.tracker.viewer.state.selected === 'L001'")


def test_choice_in_a_table_is_marked_everywhere(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    page.wait_for_selector("#lesion-grid .ag-row")
    page.wait_for_selector(".history .main-svg")
    page.locator("#lesion-grid .ag-row", has_text="L002").click()
    page.wait_for_function("() => window.tracker.viewer.state.selected === 'L002'")
    page.wait_for_function("() => location.search.includes('sel=L002')")
    faded = page.evaluate(
        """() => Array.from(document.querySelector('.history .js-plotly-plot').data)
          .map(t => [t.meta.lesion, t.opacity])"""
    )
    assert dict(faded)["L002"] == 1
    assert {opacity for lesion, opacity in faded if lesion != "L002"} == {0.25}


@pytest.mark.parametrize("key", ["f", "w", "s"])
def test_comparison_lays_two_visits_over_each_other(visit: Visit, key: str) -> None:
    page = painted(visit, "/s/s-flare")
    page.keyboard.press(key)
    page.wait_for_function(
        """() => { const p = window.tracker.viewer.stage.panels[0];
          if (!p.canvas.width) return false;
          const px = p.context.getImageData(0, 0, p.canvas.width, p.canvas.height).data;
          let n = 0; for (let i = 0; i < px.length; i += 4) n += px[i + 1] < 200; return n > 200; }"""
    )
    assert state(page)["shown"] == ["v01", "v06"]
    page.keyboard.press("Escape")
    page.wait_for_function("() => !window.tracker.viewer.state.compare")
    assert len(list(state(page)["shown"])) == 6  # type: ignore[call-overload]


def test_refused_alignment_shows_a_sentence_instead_of_an_image(visit: Visit) -> None:
    page = painted(visit, "/s/s-refused?cmp=subtract,v01,v02")
    message = page.locator(".compare-message")
    message.wait_for()
    assert "is not aligned" in (message.text_content() or "")


def test_difference_is_zero_mean_unit_spread_without_change(visit: Visit) -> None:
    """Two Poisson images of the same mean, at two exposures: the map says standard deviations."""
    page = painted(visit, "/s/s-single")
    mean, spread = page.evaluate(
        """() => { let s = 7; const u = () => (s = (s * 16807) % 2147483647) / 2147483647;
          const poisson = m => {
            let k = 0, p = Math.exp(-m);
            for (let c = p, x = u(); x > c && k < 200;) { k++; p *= m / k; c += p; }
            return k; };
          const make = m => ({rows: 120, cols: 120, rowMm: 2, colMm: 2, step: 1,
            data: Uint16Array.from({length: 14400}, () => poisson(m))});
          const z = window.tracker.compare.difference(make(20), make(30), 1 / 20, 1 / 30, () => 0);
          const inner = Array.from(z).filter((v, i) => i % 120 > 3 && i % 120 < 116 && i > 480 && i < 13900);
          const mean = inner.reduce((a, b) => a + b) / inner.length;
          return [mean, Math.sqrt(inner.reduce((a, b) => a + (b - mean) ** 2, 0) / inner.length)]; }"""
    )
    assert abs(mean) < 0.1
    assert spread == pytest.approx(1.0, abs=0.08)


def test_keyboard_alone_opens_a_patient_compares_reads_and_exports(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("/")
    page.wait_for_selector("#worklist-grid .ag-row")
    page.keyboard.press("/")
    page.keyboard.type("SIM-0001")
    page.wait_for_function("() => window.dash_ag_grid.getApi('worklist-grid').getDisplayedRowCount() === 1")
    page.keyboard.press("Enter")
    page.wait_for_function(PAINTED)
    assert "Improved" in (page.locator(".verdict").text_content() or "")
    page.keyboard.press("s")
    page.wait_for_function(
        """() => { const p = window.tracker.viewer.stage.panels[0];
          const px = p.context.getImageData(0, 0, p.canvas.width || 1, p.canvas.height || 1).data;
          let n = 0; for (let i = 0; i < px.length; i += 4) n += px[i] - px[i + 2] > 60; return n > 20; }"""
    )
    assert page.locator("#pair-a").input_value() == "v01"
    assert page.locator("#pair-b").input_value() == "v06"
    with page.expect_download() as download:
        page.keyboard.press("e")
    target = tmp_path / "trends.csv"
    download.value.save_as(target)
    assert target.read_text().startswith("patient_id,study_date,study_uid")


def test_tab_alone_reaches_every_table_and_shows_where_it_is(visit: Visit) -> None:
    page = painted(visit, "/s/s-single")
    page.wait_for_selector("a.download")
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => { const e = document.activeElement;
              const name = e.closest('.ag-root-wrapper') ? 'table' : e.href || e.dataset.action || e.id || e.tagName;
              return [name, getComputedStyle(e).outlineStyle]; }"""
        )
        seen.add(name)
        assert outline != "none" or name in ("BODY", "page", "table"), name
        if str(name).endswith("findings.csv"):
            break
    assert any(str(name).endswith("findings.csv") for name in seen)
    assert {"outlines", "invert", "save-chart"} <= seen


def test_board_text_is_32_px_and_identifiers_are_hidden(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    page.wait_for_selector("#board-place .js-plotly-plot", state="attached")
    page.keyboard.press("b")
    page.wait_for_function("() => document.documentElement.dataset.mode === 'board'")
    page.wait_for_timeout(500)
    sizes = page.evaluate(
        """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
          while (walk.nextNode()) { const e = walk.currentNode.parentElement;
            const r = e.getBoundingClientRect();
            if (walk.currentNode.textContent.trim() && r.width > 1 && e.checkVisibility() &&
                !e.closest('script, style, title'))
              found.push([parseFloat(getComputedStyle(e).fontSize), walk.currentNode.textContent.trim()]); }
          return found; }"""
    )
    assert len(sizes) > 5
    assert [text for size, text in sizes if size < 32] == []
    assert not any("SIM-0001" in text for _, text in sizes)
    assert any("Not a medical device" in text for _, text in sizes)
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.documentElement.dataset.mode === ''")


def test_theme_changes_page_charts_and_stays(visit: Visit) -> None:
    page = painted(visit, "/s/s-flare")
    page.wait_for_selector(".timeline .main-svg")
    paper = "() => document.querySelector('.timeline .js-plotly-plot').layout.paper_bgcolor"
    assert page.evaluate(paper) == "#ffffff"
    page.keyboard.press("d")
    page.wait_for_function(f"() => ({paper})() === '#161a1f'")
    page.reload()
    page.wait_for_selector(".timeline .main-svg")
    assert page.evaluate(paper) == "#161a1f"


def test_worklist_opens_a_course_by_click(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="SIM-0002").click()
    page.get_by_role("heading", name="Course SIM-0002").wait_for()
    page.wait_for_function("() => document.title === 'Course – Bone-scan tracker'")
    page.go_back()
    page.get_by_role("heading", name="Worklist").wait_for()
    assert visit.complaints == []


def test_forty_visits_show_six_and_reach_all(visit: Visit) -> None:
    page = painted(visit, "/s/s-forty")
    assert len(list(state(page)["shown"])) == 6  # type: ignore[call-overload]
    page.get_by_role("button", name="Visit 20,").click()
    page.wait_for_function("() => window.tracker.viewer.shownTokens().includes('v20')")


def test_pairs_are_never_split(visit: Visit) -> None:
    for width in (1280, 1600, 1920, 2560):
        page = painted(visit, "/s/s-flare", width=width, height=900)
        tops = page.evaluate(
            "() => Array.from(document.querySelectorAll('.visit:not(.visit--compare) .panel'), p => p.offsetTop)"
        )
        assert len(set(tops)) == 1, width


def test_quality_page_paints_before_and_after(visit: Visit) -> None:
    page = visit.open("/s/s-flare/compare?v=v02")
    page.wait_for_selector(".quality[data-painted=yes]")
    colours = page.evaluate(
        """() => Array.from(document.querySelectorAll('.quality canvas'), c => {
          const px = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0; for (let i = 0; i < px.length; i += 4) n += px[i] < 180 || px[i + 2] < 180; return n; })"""
    )
    assert len(colours) == 6
    assert min(colours) > 300
    assert visit.complaints == []
