"""Rows of lesion and visit lists -> the readings of each patient."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.archive.table_rows import TableRow
from tracker.records.comparability import Comparable
from tracker.records.lesion import Fate, Kind
from tracker.records.reading import FocusReading, Quantity, VisitReading

VisitKey = tuple[str, date, str]
"""Patient, date, study uid or empty."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatientReadings:
    """All visits of one patient.

    Parameters
    ----------
    patient_id : str
        The patient.
    readings : tuple of VisitReading
        Earliest first.
    rows : mapping of tuple of date and str to TableRow
        A row that each visit comes from, by `VisitReading.order`; the earliest visit first.
    """

    patient_id: str
    readings: tuple[VisitReading, ...]
    rows: Mapping[tuple[date, str], TableRow]


def patient_readings(lesions: Sequence[TableRow], visits: Sequence[TableRow]) -> tuple[PatientReadings, ...]:
    """Return the readings of every patient of the lists.

    Parameters
    ----------
    lesions : sequence of TableRow
        One row per focus present.
    visits : sequence of TableRow
        One row per visit; may be empty.

    Returns
    -------
    tuple of PatientReadings
        Ordered by patient.

    Raises
    ------
    TableError
        If a row is impossible; names row and column.
    """
    foci_rows: dict[VisitKey, list[TableRow]] = {}
    visit_rows: dict[VisitKey, TableRow] = {}
    for row in visits:
        key = _key(row)
        if key in visit_rows:
            raise row.refused("study_date", f"needed each visit once; row {visit_rows[key].number} is the same visit")
        visit_rows[key] = row
    _check_listed(lesions, visit_rows)
    named = _named_studies([*visit_rows, *map(_key, lesions)])
    for row in lesions:
        foci_rows.setdefault(_full(_key(row), named), []).append(row)
    described = {_full(key, named): row for key, row in visit_rows.items()}
    readings: dict[str, dict[VisitKey, VisitReading]] = {}
    for key in sorted({*foci_rows, *described}):
        visit = _reading(key, foci_rows.get(key, []), described.get(key))
        readings.setdefault(key[0], {})[key] = visit
    return tuple(
        PatientReadings(
            patient_id=patient_id,
            readings=_judged_at_first_sight(own.values()),
            rows={visit.order: described.get(key) or foci_rows[key][0] for key, visit in own.items()},
        )
        for patient_id, own in readings.items()
    )


def _key(row: TableRow) -> VisitKey:
    """Return which visit a row belongs to."""
    return (row.needed("patient_id"), row.day("study_date"), row.text("study_uid"))


def _check_listed(lesions: Sequence[TableRow], visits: Mapping[VisitKey, TableRow]) -> None:
    """Refuse a focus on a day that the visit list lacks; a list of visits without any focus adds to the lesion list."""
    listed: dict[str, set[date]] = {}
    for patient_id, day, _ in visits:
        listed.setdefault(patient_id, set()).add(day)
    read: dict[str, dict[date, TableRow]] = {}
    for row in lesions:
        patient_id, day, _ = _key(row)
        read.setdefault(patient_id, {}).setdefault(day, row)
    for patient_id, days in read.items():
        own = listed.get(patient_id, set())
        unlisted = [row for day, row in days.items() if day not in own]
        if unlisted and own & days.keys():
            row = min(unlisted, key=lambda row: row.number)
            raise row.refused("study_date", "needed a day in the visit list, which names other visits with foci")


def _named_studies(keys: Iterable[VisitKey]) -> Mapping[tuple[str, date], str]:
    """Return the study of each patient and day on which exactly one is named."""
    named: dict[tuple[str, date], set[str]] = {}
    for patient_id, day, uid in keys:
        named.setdefault((patient_id, day), set()).update({uid} - {""})
    return {place: next(iter(uids)) for place, uids in named.items() if len(uids) == 1}


def _full(key: VisitKey, named: Mapping[tuple[str, date], str]) -> VisitKey:
    """Return a key with its study, where that is named elsewhere."""
    patient_id, day, uid = key
    return (patient_id, day, uid or named.get((patient_id, day), ""))


def _reading(key: VisitKey, foci: Sequence[TableRow], visit: TableRow | None) -> VisitReading:
    """Return one visit."""
    _, day, uid = key
    found = _foci(foci)
    if visit is None:
        return VisitReading(study_date=day, study_uid=uid, foci=found, lesion_area_cm2=_total_area(foci))
    evaluable = visit.truth("evaluable") is not False
    superscan = visit.truth("superscan") is True
    return VisitReading(
        study_date=day,
        study_uid=uid,
        evaluable=evaluable,
        not_evaluable_reason="" if evaluable else _reason(visit),
        countable=not superscan,
        not_countable_reason="superscan" if superscan else "",
        foci=found,
        lesion_area_cm2=_stated(visit, "lesion_area_cm2") or _total_area(foci),
        scan_index_pct=_stated(visit, "scan_index_pct"),
        comparable=visit.word("comparable", Comparable) or Comparable.YES,
        comparable_reason=visit.text("comparable_reasons"),
    )


def _reason(visit: TableRow) -> str:
    """Return why a visit is not evaluable, as far as stated."""
    return visit.text("not_evaluable_reason") or visit.text("reason") or "read as not evaluable"


def _foci(rows: Sequence[TableRow]) -> tuple[FocusReading, ...]:
    """Return the foci of one visit; rows of one focus on two views are one."""
    by_lesion: dict[str, list[TableRow]] = {}
    for row in rows:
        by_lesion.setdefault(row.needed("lesion_id"), []).append(row)
    return tuple(_focus(lesion_id, own) for lesion_id, own in sorted(by_lesion.items()))


def _focus(lesion_id: str, rows: Sequence[TableRow]) -> FocusReading:
    """Return one focus from the rows of its views."""
    projections = [row.text("projection").upper() for row in rows]
    if len(rows) > 1 and len(set(projections)) < len(rows):
        raise rows[-1].refused("lesion_id", f"needed each lesion once per visit; row {rows[0].number} has it already")
    fates = [row.word("fate", Fate) for row in rows]
    uptakes = [value for row in rows if (value := row.number_in("uptake_ratio")) is not None and value > 0]
    mean = math.exp(math.fsum(map(math.log, uptakes)) / len(uptakes)) if uptakes else None
    return FocusReading(
        lesion_id=lesion_id,
        region=rows[0].text("region"),
        malignant=any(_malignant(row) for row in rows),
        seen=any(fate is not Fate.RESOLVED for fate in fates),
        judged_new=_judged_new(fates),
        uptake_ratio=None if mean is None else Quantity(value=mean),
    )


def _judged_new(fates: Sequence[Fate | None]) -> bool | None:
    """Return False for a focus that is listed as there before, None where nothing is said of its fate, or *new*."""
    stated = {fate for fate in fates if fate not in (None, Fate.RESOLVED)}
    return False if stated and Fate.NEW not in stated else None


def _judged_at_first_sight(visits: Iterable[VisitReading]) -> tuple[VisitReading, ...]:
    """Return visits, earliest first, with the newness of each focus stated only where it is first seen as malignant."""
    known: set[str] = set()
    judged = []
    for visit in visits:
        foci = (replace(one, judged_new=None) if one.lesion_id in known else one for one in visit.foci)
        judged.append(replace(visit, foci=tuple(foci)))
        known |= visit.malignant_ids if visit.evaluable else frozenset()
    return tuple(judged)


def _malignant(row: TableRow) -> bool:
    """Return whether a focus is taken for a metastasis: as stated, else by its kind, else yes."""
    stated = row.truth("malignant")
    kind = row.word("kind", Kind)
    return stated if stated is not None else kind in (None, Kind.LESION)


def _stated(row: TableRow, column: str) -> Quantity | None:
    """Return a number without a stated error."""
    value = row.number_in(column)
    if value is None:
        return None
    if value < 0:
        raise row.refused(column, "needed a number that is not negative")
    return Quantity(value=value)


def _total_area(rows: Sequence[TableRow]) -> Quantity | None:
    """Return the summed area of the malignant foci present, or None unless every one of them states its area."""
    areas: dict[str, float] = {}
    for row in rows:
        if not _malignant(row) or row.word("fate", Fate) in (Fate.RESOLVED, Fate.MERGED):
            continue
        cm2 = _stated(row, "area_cm2")
        mm2 = _stated(row, "area_mm2")
        value = cm2.value if cm2 is not None else (mm2.value / 100 if mm2 is not None else math.nan)
        lesion_id = row.needed("lesion_id")
        areas[lesion_id] = max(areas.get(lesion_id, 0.0), value) if math.isfinite(value) else math.nan
    total = math.fsum(areas.values())
    return Quantity(value=total) if areas and math.isfinite(total) else None
