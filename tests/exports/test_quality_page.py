"""The page on which an alignment is judged: complete, self-contained, the same bytes every time."""

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from tracker.alignment import align_course
from tracker.exports.quality_page import quality_html
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection, View
from tracker.references.disclaimer import RESEARCH_USE
from tracker.settings.alignment import AlignmentSettings

SHAPE, MM = (200, 60), (9.0, 9.0)


def _study(number: int, shift: int) -> Study:
    rows, cols = np.indices(SHAPE)
    body = 8.0 * (np.hypot((rows - 100 - shift) / 80, (cols - 30) / 18) < 1)
    for row, col in ((40, 30), (60, 24), (60, 36), (95, 22), (95, 38), (140, 25), (140, 35)):
        body += 60 * np.exp(-((rows - row - shift) ** 2 + (cols - col) ** 2) / 8)
    counts = np.random.default_rng(number).poisson(body).astype(np.float64)
    views = (View(projection=Projection.ANTERIOR, counts=counts, spacing_mm=MM),)
    return Study(patient_id="P", study_uid=f"1.{number}", study_date=date(2024, 1, 1 + number), views=views)


@pytest.fixture(scope="module")
def course() -> SimpleNamespace:
    studies = (_study(0, 0), _study(1, 4))
    alignment = align_course(studies, AlignmentSettings())
    shape = alignment.images[0].counts.shape
    labels = np.zeros(shape, np.uint8)
    labels[30:150, 20:40] = 1
    bones = SkeletonView(
        projection=Projection.ANTERIOR,
        labels=labels,
        expected=np.ones(shape, np.float32),
        spread=np.ones(shape, np.float32),
        body=labels > 0,
        physiologic=np.zeros(shape, np.uint8),
    )
    return SimpleNamespace(
        patient_id="A <b> & C",
        alignment=alignment,
        skeleton=SkeletonMap(views=(bones,), spacing_mm=alignment.spacing_mm),
        scans=tuple(SimpleNamespace(study=study) for study in studies),
        provenance=SimpleNamespace(versions={"bone-scan-tracker": "9.9"}),
    )


def test_needs_nothing_else_and_says_what_it_is(course: SimpleNamespace) -> None:
    page = quality_html(course)
    assert RESEARCH_USE in page
    assert "A &lt;b&gt; &amp; C" in page
    assert not re.findall(r"(?:src|href)=[\"'](?!data:|#)", page)
    assert not re.findall(r"url\((?!data:)", page)
    assert page == quality_html(course)


def test_shows_every_visit_before_and_after(course: SimpleNamespace) -> None:
    page = quality_html(course)
    for number, day in enumerate(("2024-01-01", "2024-01-02")):
        assert f"<h2>{day}" in page
        for state in ("before", "after"):
            assert f".v{number}-anterior-{state} {{ background-image: url(data:image/png" in page
    assert page.count("<polyline") > 10
    before, after = re.findall(r"<td class=\"n\">(0\.\d\d), (0\.\d\d)</td>", page)[1]
    assert float(after) > float(before)


def test_shows_what_changed_since_the_first_accepted_visit(course: SimpleNamespace) -> None:
    page = quality_html(course)
    assert page.count("Minus 2024-01-01, after scaling") == 1
    assert "Minus 2024-01-02" not in page


def test_says_why_a_visit_was_refused(course: SimpleNamespace) -> None:
    first, second = course.alignment.visits
    refused = replace(second, accepted=False, reason="the images look unlike", confidence=0 * second.confidence)
    alignment = replace(course.alignment, visits=(first, refused))
    page = quality_html(SimpleNamespace(**{**vars(course), "alignment": alignment}))
    assert "refused: the images look unlike" in page
    assert ">0 %<" in page
