"""The verdict on one visit against its reference: every reason, worst first."""

from tracker.comparability.acquisition_checks import check_acquisition
from tracker.comparability.identity_checks import check_identity
from tracker.comparability.image_checks import check_images, check_views
from tracker.records.comparability import Comparability, Comparable, ImageFacts
from tracker.records.study import Study
from tracker.settings.comparability import ComparabilitySettings

ORDER = list(Comparable)
"""Verdicts, best first."""


def compare(
    study: Study,
    facts: ImageFacts,
    reference: Study,
    reference_facts: ImageFacts,
    settings: ComparabilitySettings | None = None,
) -> Comparability:
    """Return whether the numbers of a visit may be compared with those of its reference.

    Parameters
    ----------
    study : Study
        The visit.
    facts : ImageFacts
        What its pixels say.
    reference : Study
        The visit it is compared with; the same study is always comparable.
    reference_facts : ImageFacts
        What the reference's pixels say.
    settings : ComparabilitySettings, optional
        Limits.

    Returns
    -------
    Comparability
        The worst severity, all reasons, and what is not stated.
    """
    if study.study_uid == reference.study_uid and study.patient_id == reference.patient_id:
        return Comparability(verdict=Comparable.YES)
    settings = settings or ComparabilitySettings()
    acquired = check_acquisition(study.acquisition, reference.acquisition, settings)
    reasons = (
        *check_identity(study.clues, reference.clues, settings),
        *acquired.reasons,
        *check_views(study, reference, settings),
        *check_images(facts, reference_facts, settings),
    )
    ordered = tuple(sorted(reasons, key=lambda reason: (-ORDER.index(reason.severity), reason.code)))
    verdict = ordered[0].severity if ordered else Comparable.YES
    return Comparability(verdict=verdict, reasons=ordered, not_stated=acquired.not_stated)
