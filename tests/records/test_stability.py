"""How firm a verdict is, in one sentence; a count that does not add up is refused."""

import pytest

from tracker.records.stability import CourseStability, OtherAnswer, StatusStability, VerdictStability

OTHER = OtherAnswer(variant="lesions_find_contrast_0.1", text="fainter foci count", answer="unconfirmed")


def test_the_sentence_names_what_changes_the_verdict() -> None:
    firm = VerdictStability(study_uid="1", held=19, total=20, others=(OTHER,))
    assert firm.sentence == "Holds in 19 of 20 settings; changed where fainter foci count (unconfirmed)."
    assert VerdictStability(study_uid="1", held=20, total=20).sentence == "Holds in 20 of 20 settings."


def test_every_variant_is_accounted_for() -> None:
    with pytest.raises(ValueError, match="either holds or changes"):
        VerdictStability(study_uid="1", held=20, total=20, others=(OTHER,))


def test_lookups_say_none_for_what_was_not_examined() -> None:
    status = StatusStability(study_uid="1", criterion="PCWG3_2016", held=3, total=4)
    course = CourseStability(variants={}, verdicts=(), statuses=(status,))
    assert course.verdict("1") is None
    assert course.status("1", "PCWG3_2016") is status
    assert course.status("2", "PCWG3_2016") is None
