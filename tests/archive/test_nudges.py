"""A visit moved by hand stays moved: the table is read, kept by visit, and used when the patient is tracked again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tracker.archive.context_store import keep_context, kept_context
from tracker.archive.context_tables import read_context
from tracker.archive.store import Archive, open_archive, writing
from tracker.errors import TableError
from tracker.records.context import Context, LabValue, Nudge, TherapyClass, Treatment

HEADER = "patient_id,study_uid,down_mm,left_mm,turn_deg\n"


def _keep(archive: Archive, context: Context) -> Context:
    with writing(archive) as connection:
        keep_context(connection, context)
    return kept_context(archive)


def _nudge(study_uid: str, down_mm: float) -> Nudge:
    return Nudge(patient_id="P", study_uid=study_uid, down_mm=down_mm, left_mm=0.0)


def test_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "nudges.csv").write_text(HEADER + "P,1.2,4,-2.5,\nP,1.3,0,0,1.5\n", encoding="utf-8")
    context = read_context(tmp_path)
    assert context.of("P").moved_by_hand == {"1.2": (4.0, -2.5, 0.0), "1.3": (0.0, 0.0, 1.5)}
    assert context.of("Q").moved_by_hand == {}


@pytest.mark.parametrize("cells", ["far,0,0", ",0,0", "9000,0,0", "0,0,-9000"])
def test_impossible_moves_are_refused(tmp_path: Path, cells: str) -> None:
    (tmp_path / "nudges.csv").write_text(f"{HEADER}P,1.2,{cells}\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"nudges\.csv row"):
        read_context(tmp_path)


def test_a_later_move_replaces_that_visit_s_alone_and_zero_takes_it_back(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive")
    _keep(archive, Context(nudges=(_nudge("1.2", 4.0), _nudge("1.3", 5.0))))
    assert _keep(archive, Context(nudges=(_nudge("1.3", 6.0),))).moved_by_hand == {
        "1.2": (4.0, 0.0, 0.0),
        "1.3": (6.0, 0.0, 0.0),
    }
    assert _keep(archive, Context(nudges=(_nudge("1.2", 0.0),))).moved_by_hand == {"1.3": (6.0, 0.0, 0.0)}


def test_a_move_erases_nothing_else(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive")
    told: dict[str, Any] = {
        "treatments": (
            Treatment(
                patient_id="P",
                start_date=date(2024, 1, 8),
                end_date=None,
                agent="abiraterone",
                therapy_class=TherapyClass.ANDROGEN_PATHWAY,
                therapy_text="ARPI",
            ),
        ),
        "labs": (LabValue(patient_id="P", date=date(2024, 1, 2), test="PSA", value=1.0, unit="ng/mL"),),
    }
    _keep(archive, Context(**told))
    kept = _keep(archive, Context(nudges=(_nudge("1.2", 4.0),)))
    assert kept.treatments == told["treatments"]
    assert kept.labs == told["labs"]
    assert kept.moved_by_hand == {"1.2": (4.0, 0.0, 0.0)}
