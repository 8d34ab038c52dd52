"""Charts and tables in headless Chromium: choices are marked everywhere, and everything can be taken along."""

import csv
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from dashboards.theme import DARK, LIGHT
from tests.dashboards.browser import Visit
from tests.dashboards.fakes import FakeSource
from tests.dashboards.test_browser import painted, state

pytestmark = pytest.mark.browser

CHARTS = "#course-rest .timeline .main-svg"


def with_charts(visit: Visit, path: str, **options: object) -> Page:
    """Open a course and wait for its charts and tables."""
    page = painted(visit, path, **options)
    page.wait_for_selector(CHARTS)
    page.wait_for_selector("#region-grid .ag-row")
    return page


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """Press a button that saves something and return the file."""
    with page.expect_download() as download:
        button.click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def png_size(path: Path) -> tuple[int, int]:
    """Return width and height of a PNG file."""
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return struct.unpack(">II", head[16:24])


def test_every_chart_is_saved_as_png_and_as_csv(visit: Visit, tmp_path: Path) -> None:
    page = with_charts(visit, "/s/s-flare")
    cards = page.locator("#course-rest .card:has(.js-plotly-plot)")
    assert cards.count() == 3
    for card in cards.all():
        picture = saved(page, card.locator("button.save"), tmp_path)
        assert min(png_size(picture)) > 400
        table = saved(page, card.locator("a.save"), tmp_path)
        assert table.read_text().startswith("patient_id,study_date,study_uid")
        assert "SIM" not in picture.name + table.name


def test_images_are_saved_as_they_are_on_screen(visit: Visit, tmp_path: Path) -> None:
    page = painted(visit, "/s/s-stable")
    file = saved(page, page.locator('[data-action="save-images"]'), tmp_path)
    panels = page.evaluate("() => window.tracker.viewer.visible().map(p => [p.canvas.width, p.canvas.height])")
    width, height = png_size(file)
    assert width > sum(wide for wide, _ in panels)
    assert height > max(high for _, high in panels)


def test_regions_of_another_visit_are_shown_and_the_address_restores_them(visit: Visit) -> None:
    page = with_charts(visit, "/s/s-flare")
    page.locator("select.region-visit").select_option("v02")
    words = page.locator(".regions .says")
    words.filter(has_text="2024-03-04").wait_for()
    page.wait_for_function("() => location.search.includes('rv=v02')")
    again = with_charts(visit, page.url.replace(visit.base, ""))
    assert "2024-03-04" in (again.locator(".body .says").text_content() or "")
    assert again.locator("select.region-visit").input_value() == "v02"


def test_bone_under_a_click_is_marked_in_table_and_figure(visit: Visit) -> None:
    page = with_charts(visit, "/s/s-flare")
    box = page.locator(".panel[data-view]").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.wait_for_function("() => window.tracker.viewer.panels[0].rasters.labels")
    spot = page.evaluate(
        """() => { const v = window.tracker.viewer, p = v.panels[0], box = p.canvas.getBoundingClientRect();
          const k = box.width / p.canvas.width;
          for (let y = 10; y < p.canvas.height; y += 6) for (let x = 4; x < p.canvas.width; x += 3) {
            const found = v.probe(p, x, y);
            if (found && found.region === 'skull' && !found.lesion) return [box.x + x * k, box.y + y * k]; } }"""
    )
    page.mouse.click(*spot)
    page.wait_for_function("() => window.tracker.viewer.state.region === 'skull'")
    page.wait_for_function(
        "() => window.dash_ag_grid.getApi('region-grid').getSelectedNodes().map(n => n.id).join() === 'skull'"
    )
    faded = page.evaluate(
        """() => document.querySelector('.body .js-plotly-plot').data.map(t => [t.meta.region, t.opacity])"""
    )
    assert {opacity for region, opacity in faded if region == "skull"} == {1}
    assert {opacity for region, opacity in faded if region != "skull"} == {0.25}


def test_lesion_named_in_the_evidence_is_marked(visit: Visit) -> None:
    page = with_charts(visit, "/s/s-flare")
    page.locator(".evidence").get_by_role("button", name="L002").click()
    page.wait_for_function("() => window.tracker.viewer.state.selected === 'L002'")
    page.wait_for_function(
        "() => window.dash_ag_grid.getApi('lesion-grid').getSelectedNodes().map(n => n.id).join() === 'L002'"
    )


def test_visit_in_the_timeline_is_shown_when_pressed(visit: Visit) -> None:
    page = with_charts(visit, "/s/s-flare?scans=v01,v06")
    assert state(page)["shown"] == ["v01", "v06"]
    page.evaluate("() => document.querySelector('.timeline').scrollIntoView({block: 'center', behavior: 'instant'})")
    place = page.evaluate(
        """() => { const plot = document.querySelector('.timeline .js-plotly-plot');
          const at = plot.data.findIndex(t => t.meta && t.meta.visit && t.error_y && t.error_y.array);
          const index = plot.data[at].customdata.indexOf('v03');
          const points = [...plot.querySelectorAll('.scatterlayer .trace')]
            .filter(t => t.querySelectorAll('.points path').length === plot.data[at].x.length);
          const box = points[0].querySelectorAll('.points path')[index].getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2]; }"""
    )
    page.mouse.move(*place)
    page.wait_for_selector(".timeline .hovertext")
    page.mouse.click(*place)
    page.wait_for_function("() => window.tracker.viewer.shownTokens().includes('v03')")
    assert page.locator('.visit--picked[data-visit="v03"]').count() == 1


def test_point_of_the_cohort_opens_its_course(visit: Visit) -> None:
    page = visit.open("/cohort")
    page.wait_for_selector(".waterfall .main-svg .bars .point path")
    box = page.locator(".waterfall .main-svg .bars .point path").last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.wait_for_selector(".waterfall .hovertext")
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("heading", name="Course SIM-000").wait_for()
    assert visit.complaints == []


def test_hidden_identifiers_are_hidden_in_charts_too(visit: Visit) -> None:
    page = visit.open("/cohort")
    page.wait_for_selector(".swimmer .ytick text")
    texts = "() => [...document.querySelectorAll('.swimmer .ytick text')].map(t => t.textContent)"
    hovers = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(p => p.data)
      .flatMap(t => t.hovertext || [])"""
    assert any("SIM-" in text for text in page.evaluate(texts))
    page.keyboard.press("h")
    page.wait_for_function(f"() => !({texts})().some(t => t.includes('SIM-'))")
    assert not any("SIM-" in text for text in page.evaluate(hovers))
    page.reload()
    page.wait_for_function(f"() => ({texts})().length && !({texts})().some(t => t.includes('SIM-'))")
    page.keyboard.press("h")
    page.wait_for_function(f"() => ({texts})().some(t => t.includes('SIM-'))")


def test_paper_is_white_and_holds_every_row(visit: Visit) -> None:
    page = with_charts(visit, "/s/s-flare", theme="dark")
    paper = "() => document.querySelector('.timeline .js-plotly-plot').layout.paper_bgcolor"
    assert page.evaluate(paper) == DARK.surface
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(paper) == LIGHT.surface
    rows = page.evaluate(
        "() => [...document.querySelectorAll('.lesions .print-table tbody tr')].map(r => r.cells[0].textContent)"
    )
    assert set(rows) == set(FakeSource().course("s-flare").tables["lesions"]["lesion_id"])
    assert "Printed 20" in (page.locator(".print-line").text_content() or "")
    page.emulate_media(media="print")
    assert page.locator(".toolbar").is_hidden()
    assert page.locator(".print-line").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(paper) == DARK.surface
    assert page.locator(".print-table").count() == 0


def test_worklist_filters_counts_and_is_saved_as_shown(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("/")
    page.wait_for_selector("#worklist-grid .ag-row")
    page.get_by_role("button", name="Progressed").click()
    page.get_by_role("button", name="Unconfirmed").click()
    page.get_by_text("2 of 8 patients").wait_for()
    with page.expect_download() as download:
        page.keyboard.press("e")
    target = tmp_path / "worklist.csv"
    download.value.save_as(target)
    with target.open(encoding="utf-8-sig") as stream:
        kept = [row[0] for row in csv.reader(stream)][1:]
    assert kept == ["SIM-0002", "SIM-0006"]
    again = visit.open(page.url.replace(visit.base, ""))
    again.get_by_text("2 of 8 patients").wait_for()
    assert again.get_by_role("button", name="Progressed").get_attribute("aria-pressed") == "true"
    again.keyboard.press("/")
    again.keyboard.type("SIM-0006")
    again.get_by_text("1 of 8 patients").wait_for()


def test_upload_of_two_files_is_one_job_with_a_report(visit: Visit, tmp_path: Path) -> None:
    files = []
    for name in ("a.dcm", "treatments.csv"):
        (tmp_path / name).write_bytes(b"0" * 5000)
        files.append(tmp_path / name)
    page = visit.open("/import")
    page.locator("#upload input[type=file]").first.set_input_files(files)
    page.locator("#upload a").click()
    page.get_by_role("heading", name="Report of every file").wait_for()
    assert page.url.endswith("/import?job=j-2")
    assert visit.complaints == []


@pytest.mark.parametrize("path", ["/", "/s/s-flare/visit/v03", "/s/s-flare/compare", "/cohort", "/import", "/s/nobody"])
def test_no_page_complains(visit: Visit, path: str) -> None:
    page = visit.open(path)
    page.wait_for_timeout(600)
    assert visit.complaints == []
    assert visit.foreign == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_board_fits_one_screen(visit: Visit, width: int, height: int) -> None:
    page = painted(visit, "/s/s-worse", width=width, height=height)
    page.wait_for_selector("#board-place .js-plotly-plot", state="attached")
    page.keyboard.press("b")
    page.wait_for_selector("#board-place .main-svg")
    page.wait_for_timeout(500)
    bottoms = page.evaluate(
        "() => [...document.querySelectorAll('.panel canvas, #board-place .main-svg')]"
        ".filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().bottom)"
    )
    assert max(bottoms) <= height + 1
