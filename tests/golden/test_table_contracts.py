"""The tables read as an outsider reads them: plain text, plain csv, the published definitions, nothing of the package.

Names, signs and meanings of the columns are a promise to programs written by others.
"""

import csv
import math
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from tests.golden.conftest import TRUTH
from tracker.exports.folder import write_results
from tracker.records.course import TrackReport

Row = dict[str, str]

MIDLINE = ("skull", "mandible", "cervical_spine", "thoracic_spine", "lumbar_spine", "sacrum", "sternum")
PAIRED = ("clavicle", "scapula", "ribs", "humerus", "forearm", "hand", "hip_bone", "femur", "lower_leg", "foot")
WHOLE = [*MIDLINE, *(f"{bone}_{side}" for bone in PAIRED for side in ("left", "right"))]
FINE = [
    *(f"thoracic_spine_{part}" for part in ("upper", "middle", "lower")),
    *(f"femur_{part}_{side}" for side in ("left", "right") for part in ("proximal", "shaft", "distal")),
]
GONE = ("resolved", "merged")
NEAR_MM = 12.0


@pytest.fixture(scope="module")
def tables(report: TrackReport, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    folder = tmp_path_factory.mktemp("tables")
    write_results(report, folder)
    return {path.stem: _rows(path) for path in folder.glob("*.csv")}


def _rows(path: Path) -> list[Row]:
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    return list(csv.DictReader(raw.decode("utf-8").splitlines()))


def _number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("timepoints", ("study_uid",)),
        ("regions", ("study_uid", "region", "projection")),
        ("lesions", ("study_uid", "lesion_id", "projection")),
        ("lesion_measurements", ("study_uid", "lesion_id", "projection")),
        ("assessments", ("study_uid", "criterion")),
        ("trends", ("study_uid", "measure", "region", "projection")),
    ],
)
def test_one_row_per_key(tables: dict[str, list[Row]], name: str, key: tuple[str, ...]) -> None:
    found = Counter(tuple(row[column] for column in key) for row in tables[name])
    assert found
    assert max(found.values()) == 1
    order = [(row["patient_id"], row["study_date"]) for row in tables[name]]
    assert order == sorted(order)


def test_regions_are_the_closed_list_in_its_order(tables: dict[str, list[Row]]) -> None:
    first = tables["regions"][0]["study_uid"]
    here = [row for row in tables["regions"] if row["study_uid"] == first]
    named = list(dict.fromkeys((row["region"], row["level"]) for row in here))
    assert named == [*((name, "whole") for name in WHOLE), *((name, "fine") for name in FINE)]
    assert [row["projection"] for row in here[:3]] == ["ANTERIOR", "POSTERIOR", "COMBINED"]


def test_changes_are_what_their_definition_says(tables: dict[str, list[Row]]) -> None:
    visits = {row["study_uid"]: row for row in tables["timepoints"]}
    ratio = {(r["study_uid"], r["region"], r["projection"]): _number(r["uptake_ratio"]) for r in tables["regions"]}
    changed = 0
    for row in tables["regions"]:
        reference = visits[row["study_uid"]]["reference_uid"]
        place = (row["region"], row["projection"])
        change, low, high = (_number(row[name]) for name in ("change_pct", "change_low_pct", "change_high_pct"))
        now, then = ratio[(row["study_uid"], *place)], ratio[(reference, *place)]
        assert (change is None) == bool(row["reason_empty"])
        if change is None or now is None or not then or low is None or high is None:
            assert row["significant"] == "false"
            continue
        changed += 1
        assert reference != row["study_uid"]
        assert change == pytest.approx(100 * (now / then - 1), rel=1e-5, abs=1e-5)
        assert low <= change <= high
        assert row["significant"] == "false" or low > 0 or high < 0
    assert changed > 500


def test_combined_is_the_geometric_mean(tables: dict[str, list[Row]]) -> None:
    ratio = {(r["study_uid"], r["region"], r["projection"]): _number(r["uptake_ratio"]) for r in tables["regions"]}
    for (uid, region, projection), both in ratio.items():
        front, back = ratio[uid, region, "ANTERIOR"], ratio[uid, region, "POSTERIOR"]
        if projection == "COMBINED" and both is not None:
            assert both == pytest.approx(math.sqrt((front or 0) * (back or 0)), rel=1e-6)


def test_trends_repeat_what_the_other_tables_say(tables: dict[str, list[Row]]) -> None:
    regions = {(r["study_uid"], r["region"], r["projection"]): r for r in tables["regions"]}
    for row in tables["trends"]:
        assert row["unit"]
        if row["region"]:
            twin = regions[row["study_uid"], row["region"], row["projection"]]
            assert (row["value"], row["change_pct"]) == (twin["uptake_ratio"], twin["change_pct"])
            noise = {"true": "false", "false": "true"}[twin["significant"]] if row["change_pct"] else ""
            assert row["within_noise"] == noise
        elif row["measure"] in ("lesion_area", "scan_index"):
            assert row["change_pct"] or row["reason_empty"]


def test_the_treatment_clock(tables: dict[str, list[Row]]) -> None:
    for row in tables["timepoints"]:
        begun = date.fromisoformat(TRUTH[row["patient_id"]]["treatment_start"])
        day = (date.fromisoformat(row["study_date"]) - begun).days
        assert int(row["treatment_day"]) == day
        window = "pre" if day <= 0 else "early" if day <= 91 else "flare" if day <= 182 else "after"
        assert row["treatment_window"] == window


def test_fates_keep_their_books(tables: dict[str, list[Row]]) -> None:
    seen: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    visits: dict[str, list[str]] = defaultdict(list)
    parents = {(row["patient_id"], row["study_uid"]) for row in tables["lesions"] if row["fate"] == "split"}
    for row in tables["timepoints"]:
        visits[row["patient_id"]].append(row["study_uid"])
    for row in tables["lesions"]:
        seen[row["patient_id"], row["lesion_id"]][row["study_uid"]].append(row)
    for (patient, _), rows in seen.items():
        before: list[Row] = []
        for number, uid in enumerate(visits[patient]):
            now = rows.get(uid, [])
            alive = bool(before) and before[0]["fate"] not in GONE
            if alive and not now:
                assert (patient, uid) in parents
            _check_fate(now, before if alive else [], first=number == 0)
            before = now


def _check_fate(now: list[Row], before: list[Row], *, first: bool) -> None:
    """Check the rows of one lesion at one visit; ``before`` holds those of the visit before, if it was seen there."""
    (fate,) = {row["fate"] for row in now} or {""}
    assert not first or fate in ("", "persistent")
    assert fate not in GONE or before
    if fate == "resolved":
        assert {row["projection"] for row in now} == {row["projection"] for row in before}
    if fate == "merged":
        assert len(now) == 1


def test_counts_are_distinct_lesions(tables: dict[str, list[Row]]) -> None:
    for visit in tables["timepoints"]:
        here = [row for row in tables["lesions"] if row["study_uid"] == visit["study_uid"] and row["kind"] == "lesion"]
        assert int(visit["lesion_count"]) == len({row["lesion_id"] for row in here if row["fate"] not in GONE})
        assert int(visit["new_lesion_count"]) == len({row["lesion_id"] for row in here if row["fate"] == "new"})


def test_forced_measurements(tables: dict[str, list[Row]]) -> None:
    fates = {(r["study_uid"], r["lesion_id"], r["projection"]): r["fate"] for r in tables["lesions"]}
    for row in tables["lesion_measurements"]:
        fate = fates.get((row["study_uid"], row["lesion_id"], row["projection"]), "")
        assert (row["detected"] == "true") == (fate not in ("", *GONE))
        names = ("uptake_low", "uptake_ratio", "uptake_high", "upper_limit")
        low, ratio, high, limit = (_number(row[name]) for name in names)
        if ratio is None or low is None or high is None or limit is None:
            assert row["reason_empty"]
            continue
        assert low <= ratio <= high
        assert limit >= ratio * (1 - 1e-9)


def test_assessments_stand_on_treatment_only(tables: dict[str, list[Row]]) -> None:
    on_treatment = [row["study_uid"] for row in tables["timepoints"] if int(row["treatment_day"]) > 0]
    pcwg3 = [row for row in tables["assessments"] if row["criterion"].startswith("PCWG3")]
    assert sorted(row["study_uid"] for row in pcwg3) == sorted(on_treatment)
    assert {row["criterion"] for row in pcwg3} == {"PCWG3_2016"}
    for row in tables["assessments"]:
        assert row["study_uid"] in on_treatment
        assert (row["final_status"] == "PD") == bool(row["progression_date"])


def test_lesions_lie_where_they_were_planted_on_the_stored_pixels(tables: dict[str, list[Row]]) -> None:
    spacing = {row["study_uid"]: float(row["row_spacing_mm"]) for row in tables["timepoints"]}
    found = wrong_side = planted = 0
    for patient in {row["patient_id"] for row in tables["timepoints"]}:
        for visit in TRUTH[patient]["visits"]:
            rows = [r for r in tables["lesions"] if r["study_uid"] == visit["study_uid"] and r["fate"] not in GONE]
            for truth in visit["views"]:
                if truth["kind"] != "lesion" or not truth["visible"] or truth["significance"] < 8:
                    continue
                planted += 1
                reach = NEAR_MM + truth["diameter_mm"] / 2
                near = [
                    row
                    for row in rows
                    if row["projection"] == truth["projection"]
                    and spacing[row["study_uid"]]
                    * math.dist((float(row["row_px"]), float(row["col_px"])), (truth["row_px"], truth["col_px"]))
                    < reach
                ]
                found += bool(near)
                side = truth["region"].rsplit("_", 1)[-1]
                wrong_side += side in ("left", "right") and any(row["side"] not in ("", side) for row in near)
    assert planted > 50
    assert found >= 0.9 * planted
    assert wrong_side == 0
