"""Plans of invented courses and the tables that follow from them."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dashboards.answers import Headline, NextScan
from tracker.records.assessment import Verdict
from tracker.records.view import Projection

START = date(2024, 1, 8)
Row = dict[str, object]


@dataclass(frozen=True)
class Spot:
    """One invented lesion in the anatomical frame."""

    lesion_id: str
    region: str
    row: float
    col: float
    radius: float
    contrast: float
    sides: str = "AP"

    def seen(self, projection: Projection) -> bool:
        return projection.value[0] in self.sides


LESIONS: tuple[Spot, ...] = (
    Spot("L001", "lumbar_spine", 190, 64, 4.5, 3.2),
    Spot("L002", "hip_bone_right", 226, 44, 5.0, 2.6),
    Spot("L003", "ribs_left", 142, 88, 3.0, 2.2, "P"),
    Spot("L004", "thoracic_spine_middle", 134, 64, 4.0, 2.8),
    Spot("L005", "femur_proximal_left", 258, 84, 4.0, 2.4),
    Spot("L006", "skull", 34, 60, 3.5, 2.0, "A"),
    Spot("L007", "ribs_right", 128, 40, 3.0, 2.4),
)

FLARE = (1.0, 1.75, 1.35, 0.8, 0.6, 0.42)
WORSE = (1.0, 1.25, 1.6, 1.9, 2.3)


@dataclass(frozen=True)
class Plan:
    """One invented patient."""

    token: str
    patient_id: str
    story: str
    days: tuple[int, ...]
    front_only: bool = False
    treated: bool = True
    refused: tuple[int, ...] = ()

    def visit(self, index: int) -> str:
        return f"v{index + 1:02d}"

    def uid(self, index: int) -> str:
        return f"1.2.826.0.1.{self.patient_id[-4:].lstrip('0')}.{index + 1}"

    def date(self, index: int) -> date:
        return START + timedelta(days=self.days[index])

    def factor(self, index: int) -> float:
        curve = {"flare": FLARE, "progression": WORSE, "stable": (1.0, 1.04, 0.98)}[self.story]
        return curve[min(index, len(curve) - 1)]

    def level(self, spot: Spot, index: int) -> float:
        late = spot.lesion_id in ("L006", "L007")
        if self.story == "flare":
            present = (1 <= index <= 2) if late else not (spot.lesion_id == "L003" and index >= 4)
        elif self.story == "progression":
            present = index >= (1 if spot.lesion_id == "L006" else 2) if late else True
        else:
            present = not late
        return spot.contrast * self.factor(index) if present else 0.0

    def ever(self, spot: Spot) -> bool:
        return any(self.level(spot, index) > 0 for index in range(len(self.days)))

    def fate(self, spot: Spot, index: int) -> str:
        now = self.level(spot, index) > 0
        before = index > 0 and self.level(spot, index - 1) > 0
        if index == 0 or (now and before):
            return "persistent"
        return "new" if now else "resolved"

    def burden(self, index: int) -> float:
        return round(2.1 * self.factor(index) * (1.0 if index else 1.0), 2)

    def window(self, index: int) -> str:
        day = self.days[index]
        if not self.treated:
            return ""
        return "pre" if day <= 0 else "early" if day <= 91 else "flare" if day <= 182 else "after"

    def status(self, index: int) -> tuple[str, str]:
        if self.story == "progression":
            return [("", ""), ("NON-PD", "NON-PD"), ("PDu", "PD"), ("PD", "PD"), ("PD", "PD")][index]
        if self.story == "flare" and index == 1:
            return ("PDu", "NON-PD")
        return ("NON-PD", "NON-PD") if self.days[index] > 0 else ("", "")

    def verdict(self, index: int) -> Verdict | None:
        if self.treated and self.days[index] <= 0:
            return None
        if index in self.refused:
            return Verdict.NOT_EVALUABLE
        provisional, final = self.status(index)
        if final == "PD" and provisional == "PD":
            return Verdict.PROGRESSED
        if provisional == "PDu":
            return Verdict.UNCONFIRMED
        return Verdict.IMPROVED if index and self.factor(index) < 0.8 else Verdict.STABLE


SENTENCES: dict[Verdict | None, str] = {
    None: "Before treatment: burden {burden} %, the reference of this course.",
    Verdict.IMPROVED: "Improved: burden {change:+.0f} % against baseline, beyond noise; no new lesions"
    " (PCWG3: NON-PD).",
    Verdict.STABLE: "Stable: burden within noise of baseline; no new lesions (PCWG3: NON-PD).",
    Verdict.PROGRESSED: "Progressed on {first}: two new lesions, confirmed 8 weeks later (PCWG3: PD).",
    Verdict.UNCONFIRMED: "Possible flare: 2 new lesions and burden {change:+.0f} % within 12 weeks of treatment start;"
    " the scan that settles it is due {from_} to {to} (PCWG3: PDu).",
    Verdict.NOT_EVALUABLE: "Not evaluable: this scan cannot be compared with the baseline.",
}


def headline(plan: Plan, index: int) -> Headline:
    """Return the headline of one visit."""
    verdict = plan.verdict(index)
    provisional, final = plan.status(index)
    open_ = verdict is Verdict.UNCONFIRMED
    due = plan.date(index) + timedelta(days=42)
    text = SENTENCES[verdict].format(
        burden=plan.burden(index),
        change=100 * (plan.factor(index) - 1),
        first=plan.date(min(2, index)),
        from_=due,
        to=due + timedelta(days=28),
    )
    return Headline(
        study_uid=plan.uid(index),
        verdict=verdict,
        sentence=text,
        criterion="PCWG3_2016" if provisional else "",
        provisional_status=provisional,
        final_status=final,
        evidence=(
            f"Scan index {plan.burden(index)} %, {plan.burden(0)} % at baseline.",
            "Lesions L001, L002, L004 and L005 seen at every visit.",
        ),
        citation="Scher HI et al., J Clin Oncol 2016;34:1402-1418 (PCWG3).",
        next_scan_from=due if open_ else None,
        next_scan_to=due + timedelta(days=28) if open_ else None,
        stability="Unchanged if any single lesion is left out.",
        held=None if verdict is None else 18,
        held_of=None if verdict is None else 20,
        changed_by=()
        if verdict is None
        else ("fainter foci count: unconfirmed", "total counts are the reference: stable"),
    )


def next_scan(plan: Plan) -> NextScan | None:
    """Return when the next scan of a plan is due: what settles the last visit, else the planned interval."""
    last = headline(plan, len(plan.days) - 1)
    if last.next_scan_from and last.next_scan_to:
        return NextScan(due_from=last.next_scan_from, due_to=last.next_scan_to, reason="It settles a possible flare.")
    if last.verdict is Verdict.PROGRESSED:
        return None
    due = plan.date(len(plan.days) - 1) + timedelta(days=77)
    return NextScan(due_from=due, due_to=due + timedelta(days=14), reason="Planned interval.")


def _key(plan: Plan, index: int) -> Row:
    return {"patient_id": plan.patient_id, "study_date": plan.date(index).isoformat(), "study_uid": plan.uid(index)}


def _change(plan: Plan, index: int, gain: float = 1.0) -> Row:
    reason = "reference visit" if index == 0 else "not comparable" if index in plan.refused else ""
    if reason:
        empty: Row = {"change_pct": None, "change_low_pct": None, "change_high_pct": None, "significant": False}
        return {**empty, "reason_empty": reason}
    change = 100 * (plan.factor(index) - 1) * gain
    low, high = round(change - 14, 1), round(change + 15, 1)
    return {
        "change_pct": round(change, 1),
        "change_low_pct": low,
        "change_high_pct": high,
        "significant": low > 0 or high < 0,
        "reason_empty": "",
    }


def _timepoint(plan: Plan, index: int) -> Row:
    present = [spot for spot in LESIONS if plan.level(spot, index) > 0]
    open_ = plan.verdict(index) is Verdict.UNCONFIRMED
    return {
        **_key(plan, index),
        "day_from_baseline": plan.days[index] - plan.days[0],
        "treatment_day": plan.days[index] if plan.treated else None,
        "treatment_window": plan.window(index),
        "flare_status": "possible" if open_ else "not_applicable",
        "flare_peak_day": None,
        "flare_return_day": None,
        "settle_from": (plan.date(index) + timedelta(days=42)).isoformat() if open_ else "",
        "settle_to": (plan.date(index) + timedelta(days=70)).isoformat() if open_ else "",
        "lesion_count": len(present),
        "new_lesion_count": sum(plan.fate(spot, index) == "new" for spot in LESIONS),
        "lesion_area_cm2": round(14.0 * plan.factor(index), 1),
        "scan_index_pct": plan.burden(index),
        "scan_index_low_pct": round(0.88 * plan.burden(index), 2),
        "scan_index_high_pct": round(1.13 * plan.burden(index), 2),
        "comparable": "no" if index in plan.refused else "caution" if index == 2 else "yes",
        "comparable_reasons": "UPTAKE_TIME" if index in plan.refused else "SCAN_SPEED" if index == 2 else "",
    }


def outline_fate(plan: Plan, spot: Spot, index: int) -> str:
    """Return the fate in the lesion table at this visit, or nothing where it has no row."""
    fate = plan.fate(spot, index)
    return "" if fate == "resolved" and (index == 0 or plan.fate(spot, index - 1) == "resolved") else fate


def _lesion_rows(plan: Plan, index: int) -> list[Row]:
    rows: list[Row] = []
    for spot in LESIONS:
        fate = plan.fate(spot, index)
        gone_before = fate == "resolved" and (index == 0 or plan.fate(spot, index - 1) == "resolved")
        if not plan.ever(spot) or gone_before or (index == 0 and plan.level(spot, 0) == 0):
            continue
        for side in spot.sides.replace("P", "" if plan.front_only else "P"):
            level = plan.level(spot, index)
            rows.append(
                {
                    **_key(plan, index),
                    "lesion_id": spot.lesion_id,
                    "region": spot.region,
                    "side": spot.region.rsplit("_", 1)[-1] if spot.region.endswith(("left", "right")) else "",
                    "projection": {"A": "ANTERIOR", "P": "POSTERIOR"}[side],
                    "row_px": spot.row,
                    "col_px": spot.col if side == "A" else 127 - spot.col,
                    "area_mm2": round(50 * spot.radius, 1),
                    "uptake_ratio": round(0.9 + level, 2),
                    "fate": fate,
                    "kind": "lesion",
                    "kind_reason": "",
                }
            )
    return rows


def _measurements(plan: Plan, index: int) -> list[Row]:
    rows: list[Row] = []
    for spot in LESIONS:
        for side in spot.sides if plan.ever(spot) else "":
            level = plan.level(spot, index)
            rows.append(
                {
                    **_key(plan, index),
                    "lesion_id": spot.lesion_id,
                    "projection": {"A": "ANTERIOR", "P": "POSTERIOR"}[side],
                    "row_px": spot.row,
                    "col_px": spot.col,
                    "area_mm2": round(50 * spot.radius, 1),
                    "uptake_ratio": round(0.9 + level, 2),
                    "uptake_low": round(0.8 + 0.9 * level, 2),
                    "uptake_high": round(1.0 + 1.1 * level, 2),
                    "upper_limit": None if level else 1.3,
                    "significance": round(4 * level, 1),
                    "detected": level > 0.3,
                    "reason_empty": "",
                }
            )
    return rows


REGIONS = (
    "skull",
    "cervical_spine",
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "sternum",
    "scapula_left",
    "scapula_right",
    "ribs_left",
    "ribs_right",
    "humerus_left",
    "humerus_right",
    "hip_bone_left",
    "hip_bone_right",
    "femur_left",
    "femur_right",
)
HOT = {"lumbar_spine": 1.0, "hip_bone_right": 0.7, "thoracic_spine": 0.8, "femur_left": 0.5, "ribs_left": 0.4}


def _region_rows(plan: Plan, index: int) -> list[Row]:
    rows: list[Row] = []
    for region in REGIONS:
        gain = HOT.get(region, 0.05)
        for side in ("ANTERIOR", "POSTERIOR", "COMBINED"):
            rows.append(
                {
                    **_key(plan, index),
                    "region": region,
                    "region_code": "12738006",
                    "level": "whole",
                    "projection": side,
                    "uptake_ratio": round(1 + gain * (plan.factor(index) - 0.2), 3),
                    **_change(plan, index, gain),
                }
            )
    return rows


def _trend_rows(plan: Plan, index: int) -> list[Row]:
    change = _change(plan, index)
    shared: Row = {
        "treatment_day": plan.days[index] if plan.treated else None,
        "treatment_window": plan.window(index),
        "region": "",
        "projection": "COMBINED",
        "change_pct": change["change_pct"],
        "change_low_pct": change["change_low_pct"],
        "change_high_pct": change["change_high_pct"],
        "within_noise": not change["significant"],
        "comparable": _timepoint(plan, index)["comparable"],
    }
    values = (("scan_index", plan.burden(index), "%"), ("lesion_area", 14.0 * plan.factor(index), "cm2"))
    return [{**_key(plan, index), "measure": m, "value": v, "unit": unit, **shared} for m, v, unit in values]


def _assessment(plan: Plan, index: int) -> list[Row]:
    provisional, final = plan.status(index)
    if not provisional:
        return []
    row: Row = {
        **_key(plan, index),
        "criterion": "PCWG3_2016",
        "provisional_status": provisional,
        "final_status": final,
        "progression_date": plan.date(2).isoformat() if final == "PD" else "",
        "reason": headline(plan, index).sentence,
    }
    return [row]


TREATMENT_COLUMNS = ("patient_id", "start_date", "end_date", "agent", "therapy_class")


def tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return every table of one patient."""
    count = range(len(plan.days))
    treatments = (
        (plan.patient_id, START.isoformat(), "", "enzalutamide", "hormonal"),
        (plan.patient_id, "2023-06-01", "", "denosumab", "bone_protecting"),
    )
    labs = [
        (plan.patient_id, plan.date(i).isoformat(), test, value * plan.factor(i), unit)
        for i in count
        for test, value, unit in (("PSA", 42.0, "ng/mL"), ("ALP", 180.0, "U/L"))
    ]
    return {
        "timepoints": pd.DataFrame([_timepoint(plan, i) for i in count]),
        "regions": pd.DataFrame([row for i in count for row in _region_rows(plan, i)]),
        "lesions": pd.DataFrame([row for i in count for row in _lesion_rows(plan, i)]),
        "lesion_measurements": pd.DataFrame([row for i in count for row in _measurements(plan, i)]),
        "assessments": pd.DataFrame(
            [row for i in count for row in _assessment(plan, i)],
            columns=[
                *("patient_id", "study_date", "study_uid", "criterion", "provisional_status", "final_status"),
                *("progression_date", "reason"),
            ],
        ),
        "trends": pd.DataFrame([row for i in count for row in _trend_rows(plan, i)]),
        "treatments": pd.DataFrame(treatments if plan.treated else [], columns=list(TREATMENT_COLUMNS)),
        "labs": pd.DataFrame(labs, columns=["patient_id", "date", "test", "value", "unit"]),
        "events": pd.DataFrame(
            [(plan.patient_id, "2024-03-20", "fracture", "ribs_right", "fall")],
            columns=["patient_id", "date", "kind", "region", "note"],
        ),
        "findings": pd.DataFrame(columns=["patient_id", "date", "lesion_id", "modality", "result"]),
    }


def worklist_row(plan: Plan) -> Row:
    """Return one row of the worklist."""
    last = len(plan.days) - 1
    words = headline(plan, last)
    change = _change(plan, last)
    due = next_scan(plan)
    return {
        "token": plan.token,
        "patient_id": plan.patient_id,
        "cancer": "prostate",
        "visits": len(plan.days),
        "last_date": plan.date(last).isoformat(),
        "verdict": words.verdict.value if words.verdict else "",
        "sentence": words.sentence,
        "treatment_start": START.isoformat() if plan.treated else "",
        "agent": "enzalutamide" if plan.treated else "",
        "therapy_class": "hormonal" if plan.treated else "",
        "burden": [plan.burden(i) for i in range(last + 1)],
        "burden_change_pct": change["change_pct"],
        "within_noise": not change["significant"],
        "lesion_count": _timepoint(plan, last)["lesion_count"],
        "new_lesion_count": _timepoint(plan, last)["new_lesion_count"],
        "due_from": due.due_from.isoformat() if due else "",
        "due_to": due.due_to.isoformat() if due else "",
        "due_reason": due.reason if due else "",
        "warnings": len(plan.refused),
        "warning_text": "One visit cannot be compared." if plan.refused else "",
    }


def cohort_rows(plan: Plan) -> list[Row]:
    """Return the cohort rows of one patient."""
    rows = []
    for index in range(len(plan.days)):
        point, change = _timepoint(plan, index), _change(plan, index)
        rows.append(
            {
                "token": plan.token,
                "patient_id": plan.patient_id,
                "cancer": "prostate",
                "agent": "enzalutamide" if plan.treated else "",
                "therapy_class": "hormonal" if plan.treated else "",
                "visit": plan.visit(index),
                "study_date": plan.date(index).isoformat(),
                "treatment_day": point["treatment_day"],
                "treatment_window": point["treatment_window"],
                "scan_index_pct": point["scan_index_pct"],
                "change_pct": change["change_pct"],
                "change_low_pct": change["change_low_pct"],
                "change_high_pct": change["change_high_pct"],
                "within_noise": not change["significant"],
                "lesion_count": point["lesion_count"],
                "verdict": (words.value if (words := plan.verdict(index)) else ""),
                "final_status": plan.status(index)[1],
                "flare_status": point["flare_status"],
                "treatment_end": "",
                "death_date": "",
            }
        )
    return rows
