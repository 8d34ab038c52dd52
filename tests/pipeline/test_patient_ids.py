"""A patient id that tables and scans write differently is not joined in silence, and not lost in silence either."""

from datetime import date

from tracker.pipeline.request import Request
from tracker.pipeline.run import _other_spellings, track_read
from tracker.records.context import Context, TherapyClass, Treatment
from tracker.records.study import ReadReport
from tracker.settings.whole import Settings


def test_nothing_is_said_of_patients_without_scans() -> None:
    line = Treatment(patient_id="P1", start_date=date(2024, 1, 8), agent="x", therapy_class=TherapyClass.CHEMOTHERAPY)
    context = Context(treatments=(line,))
    report = track_read(ReadReport(studies=(), rejected=()), context, Settings(), request=Request(paths=()))
    assert report.notices == ()


def test_other_case_or_blanks_are_said() -> None:
    line = Treatment(patient_id="p 1", start_date=date(2024, 1, 8), agent="x", therapy_class=TherapyClass.CHEMOTHERAPY)
    found = _other_spellings(["P1", "P2"], Context(treatments=(line,)))
    assert found == ("The input tables name 'p 1', the scans 'P1': taken for two patients.",)
