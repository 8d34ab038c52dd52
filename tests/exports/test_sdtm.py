"""The CDISC tables say what the result tables say, in the words of the controlled terminology."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from tracker.archive.schema import ASSESSMENTS, LESIONS, TIMEPOINTS, TableSchema
from tracker.archive.tables import conform
from tracker.exports.sdtm import sdtm_rows, write_sdtm
from tracker.exports.sdtm_terms import LOCATIONS, location_of
from tracker.records.regions import FINE_REGIONS

Row = dict[str, object]


def _table(schema: TableSchema, rows: list[Row]) -> pd.DataFrame:
    return conform(pd.DataFrame(rows).reindex(columns=list(schema.columns)), schema)


def _visit(number: int, day: int, count: int | None) -> Row:
    return {
        "patient_id": "P1",
        "study_date": f"2024-0{number}-04",
        "study_uid": f"1.{number}",
        "visit_number": number,
        "day_from_baseline": day + 4,
        "treatment_day": day,
        "lesion_count": count,
        "lesion_area_cm2": 12.5,
        "scan_index_pct": 1.25,
    }


def _lesion(number: int, lesion_id: str, fate: str, **more: object) -> Row:
    plain: Row = {
        "region": "ribs_left",
        "side": "left",
        "projection": "ANTERIOR",
        "kind": "lesion",
        "significance": 9.0,
    }
    place: Row = {"patient_id": "P1", "study_date": f"2024-0{number}-04", "study_uid": f"1.{number}"}
    return {**place, **plain, "visit_number": number, "lesion_id": lesion_id, "fate": fate, "uptake_ratio": 3.0, **more}


def _status(number: int, provisional: str, final: str, new: int, criterion: str = "PCWG3_2016") -> Row:
    place: Row = {"patient_id": "P1", "study_date": f"2024-0{number}-04", "study_uid": f"1.{number}"}
    said: Row = {"provisional_status": provisional, "final_status": final, "new_focus_count": new}
    return {**place, **said, "criterion": criterion}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    lesions = [
        _lesion(1, "L001", "persistent"),
        _lesion(1, "L002", "persistent", kind="benign"),
        _lesion(2, "L001", "persistent"),
        _lesion(2, "L001", "persistent", projection="POSTERIOR", significance=20.0, uptake_ratio=4.5),
        _lesion(2, "L003", "new", region="femur_proximal_right", side="right"),
        _lesion(2, "L004", "new", region="sacrum", side=""),
        _lesion(3, "L001", "merged"),
        _lesion(3, "L003", "resolved"),
        _lesion(3, "L004", "persistent"),
    ]
    statuses = [
        _status(2, "PDu", "PD", 2),
        _status(2, "more", "more", 2, "DESCRIPTIVE"),
        _status(3, "PD", "PD", 2),
    ]
    return {
        "timepoints": _table(TIMEPOINTS, [_visit(1, -4, 1), _visit(2, 56, 3), _visit(3, 112, None)]),
        "lesions": _table(LESIONS, lesions),
        "assessments": _table(ASSESSMENTS, statuses),
    }


def test_each_lesion_is_identified_once_and_new_ones_are_called_new(tables: dict[str, pd.DataFrame]) -> None:
    rows = sdtm_rows(tables, "S")["TU"]
    found = [
        (row["TUSPID"], row["TULNKID"], row["TUTESTCD"], row["TUORRES"], row["TULOC"], row["TULAT"]) for row in rows
    ]
    assert found == [
        ("L001", "B01", "TUMIDENT", "BONE LESION", "RIB", "LEFT"),
        ("L003", "NB01", "TUMIDENT", "NEW BONE LESION", "FEMUR", "RIGHT"),
        ("L004", "NB02", "TUMIDENT", "NEW BONE LESION", "SACRUM", ""),
        ("L001", "B01", "TUMERGE", "Y", "RIB", "LEFT"),
    ]
    assert [row["TUSEQ"] for row in rows] == [1, 2, 3, 4]
    assert {row["TUMETHOD"] for row in rows} == {"SCINTIGRAPHY"}


def test_counts_states_and_uptake(tables: dict[str, pd.DataFrame]) -> None:
    rows = sdtm_rows(tables, "S")["TR"]
    second = {row["TRTESTCD"]: row["TRSTRESC"] for row in rows if row["VISITNUM"] == 2 and not row["TRLNKID"]}
    assert second == {"BNLNUM": "3", "NBNLNUM": "2", "NBNL2IND": "Y", "LESAREA": "12.5", "SCANIDX": "1.25"}
    states = {row["TRLNKID"]: row["TRSTRESC"] for row in rows if row["TRTESTCD"] == "TUMSTATE" and row["VISITNUM"] == 3}
    assert states == {"B01": "ABSENT", "NB01": "ABSENT", "NB02": "PRESENT"}
    uptake = [row["TRSTRESN"] for row in rows if row["TRTESTCD"] == "UPTRATIO" and row["TRLNKID"] == "B01"]
    assert uptake == ["3", "4.5"]


def test_a_number_that_could_not_be_counted_says_so(tables: dict[str, pd.DataFrame]) -> None:
    third = [row for row in sdtm_rows(tables, "S")["TR"] if row["VISITNUM"] == 3 and row["TRTESTCD"] == "BNLNUM"]
    assert [(row["TRORRES"], row["TRSTAT"]) for row in third] == [("", "NOT DONE")]


def test_both_statuses_are_filed_and_only_the_final_one_is_accepted(tables: dict[str, pd.DataFrame]) -> None:
    rows = sdtm_rows(tables, "S")["RS"]
    assert [(row["RSSPID"], row["RSSTRESC"], row["RSACPTFL"]) for row in rows] == [
        ("PROVISIONAL", "PDu", ""),
        ("FINAL", "PD", "Y"),
        ("PROVISIONAL", "PD", ""),
        ("FINAL", "PD", "Y"),
    ]
    assert {(row["RSTESTCD"], row["RSCAT"]) for row in rows} == {("BONERESP", "PCWG SCHER PROSTATE CANCER 2016")}
    assert [row["RSLNKGRP"] for row in rows] == ["V2", "V2", "V3", "V3"]


def test_days_have_no_zero_and_the_baseline_is_flagged(tables: dict[str, pd.DataFrame]) -> None:
    rows = sdtm_rows(tables, "S")["TR"]
    assert {(row["VISITNUM"], row["TRDY"], row["EPOCH"], row["TRLOBXFL"]) for row in rows} == {
        (1, -4, "SCREENING", "Y"),
        (2, 57, "TREATMENT", ""),
        (3, 113, "TREATMENT", ""),
    }


def test_files_are_written_with_their_columns_in_order(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    written = write_sdtm(tables, "S", tmp_path)
    assert [path.name for path in written] == ["tu.csv", "tr.csv", "rs.csv"]
    for path in written:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        assert rows[0][:4] == ["STUDYID", "DOMAIN", "USUBJID", f"{path.stem.upper()}SEQ"]
        assert rows[1][:3] == ["S", path.stem.upper(), "S-P1"]


def test_every_region_has_a_place() -> None:
    assert {location_of(region.name) for region in FINE_REGIONS} == set(LOCATIONS.values())
