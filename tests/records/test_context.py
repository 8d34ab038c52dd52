"""Records beside the images refuse what cannot be and find their own rows."""

from datetime import date

import pytest

from tracker.records.assessment import Assessment, Criterion, Evidence
from tracker.records.context import Context, PatientFacts, TherapyClass, Treatment
from tracker.records.reading import FocusReading, Quantity, VisitReading

DAY = date(2024, 1, 8)


def line(patient: str, start: date, kind: TherapyClass) -> Treatment:
    return Treatment(patient_id=patient, start_date=start, agent=kind.value, therapy_class=kind)


def test_bone_protecting_agents_are_never_a_line() -> None:
    context = Context(
        treatments=(
            line("A", date(2024, 2, 1), TherapyClass.CHEMOTHERAPY),
            line("A", date(2024, 1, 1), TherapyClass.BONE_PROTECTING),
            line("A", date(2024, 1, 8), TherapyClass.OTHER),
            line("B", date(2023, 1, 8), TherapyClass.ENDOCRINE),
        )
    )
    starts = [treatment.start_date for treatment in context.of("A").lines]
    assert starts == [date(2024, 1, 8), date(2024, 2, 1)]


def test_facts_are_empty_where_none_are_stated() -> None:
    facts = PatientFacts(patient_id="A", cancer="prostate")
    assert Context(patients=(facts,)).of("A").facts is facts
    assert Context(patients=(facts,)).of("B").facts == PatientFacts(patient_id="")


def test_a_treatment_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Treatment(patient_id="A", start_date=DAY, end_date=date(2024, 1, 7))


def test_a_visit_lists_a_lesion_once_and_counts_only_malignant_seen_foci() -> None:
    foci = (
        FocusReading(lesion_id="b", judged_new=False),
        FocusReading(lesion_id="a"),
        FocusReading(lesion_id="c", malignant=False),
        FocusReading(lesion_id="d", seen=False, judged_new=False),
    )
    visit = VisitReading(study_date=DAY, foci=foci)
    assert visit.malignant_ids == {"a", "b"}
    assert visit.refuted_ids == {"b"}
    assert visit.focus("c") == foci[2]
    assert visit.focus("z") is None
    with pytest.raises(ValueError, match="lists a lesion twice"):
        VisitReading(study_date=DAY, foci=(foci[0], foci[0]))


def test_a_standard_deviation_is_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Quantity(value=1.0, sd=-0.1)


@pytest.mark.parametrize(("status", "dated"), [("PD", None), ("NON-PD", DAY)])
def test_a_date_of_progression_stands_exactly_on_pd(status: str, dated: date | None) -> None:
    evidence = Evidence(rule_id="R")
    with pytest.raises(ValueError, match="exactly on rows"):
        Assessment(
            criterion=Criterion.PCWG3_2016,
            study_date=DAY,
            study_uid="1",
            provisional_status="PDu",
            final_status=status,
            progression_date=dated,
            reason="r",
            provisional_reason="r",
            evidence=evidence,
            provisional_evidence=evidence,
            citation_key="PCWG3",
        )
