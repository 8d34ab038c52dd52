"""Do all studies under one Patient ID belong to one person? Contradictions are noted, nothing is merged or split.

A Patient ID alone proves nothing: files get filed under the wrong one. What contradicts is judged again for each
pair of visits by `tracker.comparability`, which stops the comparison.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from tracker.records.study import Notice, Study

CLUES = {"birth_date": "date of birth", "sex": "sex", "name_digest": "name", "id_issuer": "issuer of the Patient ID"}
"""Clues that are compared, and what they are called."""


def with_identity_notices(studies: Sequence[Study]) -> tuple[Study, ...]:
    """Return the studies, with a notice on each whose Patient ID covers contradicting clues.

    Parameters
    ----------
    studies : sequence of Study
        Of all patients, in order.

    Returns
    -------
    tuple of Study
        In the same order.
    """
    by_patient: dict[str, list[Study]] = defaultdict(list)
    people: dict[tuple[str, object], set[str]] = defaultdict(set)
    for study in studies:
        by_patient[study.patient_id].append(study)
        if study.clues.name_digest and study.clues.birth_date:
            people[study.clues.name_digest, study.clues.birth_date].add(study.patient_id)
    return tuple(
        replace(study, notices=(*study.notices, *_notices(study, by_patient[study.patient_id], people)))
        for study in studies
    )


def _notices(study: Study, same_id: list[Study], people: dict[tuple[str, object], set[str]]) -> tuple[Notice, ...]:
    found = []
    differing = [name for clue, name in CLUES.items() if len(_values(same_id, clue)) > 1]
    if differing:
        text = f"Studies under this Patient ID differ in {', '.join(differing)}: they may be of different people."
        found.append(Notice(code="IDENTITY_CONFLICT", text=text))
    if len(people.get((study.clues.name_digest, study.clues.birth_date), ())) > 1:
        text = "Another Patient ID has the same name and date of birth; the two are not joined."
        found.append(Notice(code="POSSIBLY_SAME_PERSON", text=text))
    return tuple(found)


def _values(studies: list[Study], clue: str) -> set[object]:
    return {value for study in studies if (value := getattr(study.clues, clue))}
