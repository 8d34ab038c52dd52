"""Result tables -> the three CDISC SDTM domains of tumours: TU who, TR how much, RS what it means.

Lesions of kind *lesion* only. ``--LNKID`` names a lesion (``B01``, ``NB01`` for a new one), ``--SPID`` keeps the
tracker's own name, ``--LNKGRP`` ties the rows of a visit together. Both statuses of a visit are filed: what was known
on the day, and what it became, which alone has the flag *accepted*. The evaluator stays empty: a program is none.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tracker.archive.tables import csv_text, write_whole
from tracker.exports.sdtm_terms import (
    METHOD,
    RESPONSE_CATEGORIES,
    RESULT_TESTS,
    RS_COLUMNS,
    TR_COLUMNS,
    TU_COLUMNS,
    TUMOUR_TESTS,
    location_of,
    study_day,
)

Row = dict[str, Any]

DOMAINS: dict[str, tuple[str, ...]] = {"TU": TU_COLUMNS, "TR": TR_COLUMNS, "RS": RS_COLUMNS}
"""Columns by domain."""

GONE = ("resolved", "merged")
"""Fates of a lesion that is not there."""

SOURCE_NAME = "BONE-SCAN TRACKER"
"""Who identified, measured and judged."""


def sdtm_rows(tables: Mapping[str, pd.DataFrame], study_id: str) -> dict[str, list[Row]]:
    """Return the rows of each domain.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Result tables: timepoints, lesions, assessments.
    study_id : str
        STUDYID of every row.

    Returns
    -------
    dict of str to list of dict
        Domain to rows, numbered per subject, in file order.
    """
    visits = {row["study_uid"]: _visit(row) for row in _plain(tables["timepoints"])}
    lesions = [row for row in _plain(tables["lesions"]) if row["kind"] == "lesion" and row["study_uid"] in visits]
    names = _link_names(lesions, visits)
    found = {
        "TU": [*_identified(lesions, visits, names)],
        "TR": [*_counted(_plain(tables["timepoints"]), _plain(tables["assessments"])), *_measured(lesions, names)],
        "RS": [*_judged(_plain(tables["assessments"]))],
    }
    return {domain: _filed(domain, rows, visits, study_id) for domain, rows in found.items()}


def write_sdtm(tables: Mapping[str, pd.DataFrame], study_id: str, out: Path) -> tuple[Path, ...]:
    """Write ``tu.csv``, ``tr.csv`` and ``rs.csv``.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Result tables.
    study_id : str
        STUDYID of every row.
    out : Path
        Existing folder.

    Returns
    -------
    tuple of Path
        The files written.
    """
    written = []
    for domain, rows in sdtm_rows(tables, study_id).items():
        path = out / f"{domain.lower()}.csv"
        write_whole(path, csv_text(DOMAINS[domain], rows).encode("utf-8"))
        written.append(path)
    return tuple(written)


def _plain(table: pd.DataFrame) -> list[Row]:
    """Return rows as plain values, None where a cell is empty."""
    shaped = table.astype(object)
    return [
        {str(key): value for key, value in row.items()} for row in shaped.where(shaped.notna(), None).to_dict("records")
    ]


def _visit(row: Row) -> Row:
    """Return what every row of one visit carries."""
    day = row["treatment_day"]
    return {
        "VISITNUM": row["visit_number"],
        "VISIT": f"VISIT {row['visit_number']}",
        "EPOCH": "" if day is None else "TREATMENT" if day > 0 else "SCREENING",
        "DTC": row["study_date"],
        "DY": study_day(day),
        "LOBXFL": "Y" if row["day_from_baseline"] == 0 else "",
        "patient_id": row["patient_id"],
    }


def _first_rows(lesions: list[Row]) -> dict[tuple[str, str], Row]:
    """Return the first row of every lesion."""
    found: dict[tuple[str, str], Row] = {}
    for row in lesions:
        found.setdefault((row["patient_id"], row["lesion_id"]), row)
    return found


def _link_names(lesions: list[Row], visits: Mapping[str, Row]) -> dict[tuple[str, str], str]:
    """Return the link name of every lesion: known ones ``B``, new ones ``NB``, numbered by first sighting."""
    numbers: dict[tuple[str, str], int] = {}
    names = {}
    ordered = sorted(_first_rows(lesions).items(), key=lambda one: (visits[one[1]["study_uid"]]["VISITNUM"], one[0]))
    for (patient_id, lesion_id), row in ordered:
        prefix = "NB" if row["fate"] == "new" else "B"
        numbers[patient_id, prefix] = numbers.get((patient_id, prefix), 0) + 1
        names[patient_id, lesion_id] = f"{prefix}{numbers[patient_id, prefix]:02d}"
    return names


def _identified(lesions: list[Row], visits: Mapping[str, Row], names: Mapping[tuple[str, str], str]) -> Iterator[Row]:
    """Yield one row per lesion where it was first seen, and one where it merged or came from a split."""
    for key, row in _first_rows(lesions).items():
        said = "NEW BONE LESION" if row["fate"] == "new" else "BONE LESION"
        tests = [("TUMIDENT", said)] + ([("TUSPLIT", "Y")] if row["fate"] == "split" else [])
        for test, result in tests:
            yield _tumour(row, names[key], test, result)
    merged = {(row["patient_id"], row["lesion_id"]): row for row in lesions if row["fate"] == "merged"}
    for key, row in merged.items():
        yield _tumour(row, names[key], "TUMERGE", "Y")


def _tumour(row: Row, name: str, test: str, result: str) -> Row:
    """Return one row of TU."""
    return {
        "study_uid": row["study_uid"],
        "TUSPID": row["lesion_id"],
        "TULNKID": name,
        "TUTESTCD": test,
        "TUTEST": TUMOUR_TESTS[test],
        "TUORRES": result,
        "TUSTRESC": result,
        "TULOC": location_of(row["region"] or ""),
        "TULAT": (row["side"] or "").upper(),
        "TUMETHOD": METHOD,
    }


def _counted(timepoints: list[Row], assessments: list[Row]) -> Iterator[Row]:
    """Yield numbers of whole visits; new lesions as PCWG3 counts them, against its own reference scan."""
    new = {row["study_uid"]: row["new_focus_count"] for row in assessments if row["criterion"] == "PCWG3_2016"}
    for visit in timepoints:
        count = new.get(visit["study_uid"])
        results = (
            ("BNLNUM", visit["lesion_count"], ""),
            ("NBNLNUM", count, ""),
            ("NBNL2IND", None if count is None else "Y" if count >= 2 else "N", ""),
            ("LESAREA", visit["lesion_area_cm2"], "cm2"),
            ("SCANIDX", visit["scan_index_pct"], "%"),
        )
        for test, value, unit in results:
            if value is not None or visit["study_uid"] in new and test == "BNLNUM":
                yield _result(visit["study_uid"], test, value, unit)


def _measured(lesions: list[Row], names: Mapping[tuple[str, str], str]) -> Iterator[Row]:
    """Yield the state of every lesion at every visit that tells of it, and its uptake where it is seen best."""
    by_visit: dict[tuple[str, str, str], list[Row]] = {}
    for row in lesions:
        by_visit.setdefault((row["patient_id"], row["study_uid"], row["lesion_id"]), []).append(row)
    for (patient_id, uid, lesion_id), rows in by_visit.items():
        link = {"TRLNKID": names[patient_id, lesion_id], "TRSPID": lesion_id}
        gone = rows[0]["fate"] in GONE
        yield {**_result(uid, "TUMSTATE", "ABSENT" if gone else "PRESENT", ""), **link}
        if not gone:
            best = max(rows, key=lambda row: row["significance"])
            yield {**_result(uid, "UPTRATIO", best["uptake_ratio"], "RATIO"), **link}


def _result(study_uid: str, test: str, value: object, unit: str) -> Row:
    """Return one row of TR."""
    number = value if isinstance(value, int | float) else None
    written = f"{number:.6g}" if number is not None else value or ""
    missing = {"TRSTAT": "NOT DONE", "TRREASND": "COULD NOT BE COUNTED"} if value is None else {}
    return {
        "study_uid": study_uid,
        "TRTESTCD": test,
        "TRTEST": RESULT_TESTS[test],
        "TRORRES": written,
        "TRORRESU": unit if value is not None else "",
        "TRSTRESC": written,
        "TRSTRESN": written if number is not None else "",
        "TRSTRESU": unit if value is not None else "",
        "TRMETHOD": METHOD,
        **missing,
    }


def _judged(assessments: list[Row]) -> Iterator[Row]:
    """Yield what was known on the day and what it became, of every criterion that has a category."""
    for row in assessments:
        category = RESPONSE_CATEGORIES.get(row["criterion"])
        if category is None:
            continue
        for when, accepted in (("provisional", ""), ("final", "Y")):
            status = row[f"{when}_status"]
            yield {
                "study_uid": row["study_uid"],
                "RSGRPID": row["criterion"],
                "RSSPID": when.upper(),
                "RSTESTCD": "BONERESP",
                "RSTEST": "Bone Response",
                "RSCAT": category,
                "RSORRES": status,
                "RSSTRESC": status,
                "RSACPTFL": accepted,
            }


def _filed(domain: str, rows: list[Row], visits: Mapping[str, Row], study_id: str) -> list[Row]:
    """Return rows with what every domain carries, ordered by subject and visit, numbered per subject."""
    ordered = sorted(
        rows, key=lambda row: (visits[row["study_uid"]]["patient_id"], visits[row["study_uid"]]["VISITNUM"])
    )
    numbers: dict[str, int] = {}
    filed = []
    for row in ordered:
        visit = visits[row["study_uid"]]
        patient_id = visit["patient_id"]
        numbers[patient_id] = numbers.get(patient_id, 0) + 1
        common = {
            "STUDYID": study_id,
            "DOMAIN": domain,
            "USUBJID": f"{study_id}-{patient_id}",
            f"{domain}SEQ": numbers[patient_id],
            f"{domain}NAM": SOURCE_NAME,
            f"{domain}LNKGRP": f"V{visit['VISITNUM']}",
            **{name: visit[name] for name in ("VISITNUM", "VISIT", "EPOCH")},
            **{f"{domain}{name}": visit[name] for name in ("DTC", "DY", "LOBXFL")},
        }
        filed.append({name: {**common, **row}.get(name) for name in DOMAINS[domain]})
    return filed
