"""Overall time-point response: soft tissue by RECIST 1.1 and bone by PCWG3 together."""

from collections.abc import Iterable, Sequence

from tracker.records.assessment import BoneStatus, OverallResponse, Rule
from tracker.records.context import SoftTissue, SoftTissueResponse
from tracker.records.reading import VisitReading
from tracker.references.criteria import PCWG3_STATUS
from tracker.settings.response import ResponseSettings

_QUIET = (BoneStatus.NON_PD, BoneStatus.PDU, BoneStatus.NED, BoneStatus.NE)
_UNLESS_TARGET = "PR or NON-CR/NON-PD"

_TABLE: tuple[tuple[tuple[SoftTissue, ...], tuple[BoneStatus, ...], str], ...] = (
    ((SoftTissue.PD,), tuple(BoneStatus), "PD"),
    (tuple(SoftTissue), (BoneStatus.PD,), "PD"),
    ((SoftTissue.NE,), _QUIET, "NE"),
    ((SoftTissue.NED,), (BoneStatus.NON_PD,), "NON-CR/NON-PD"),
    ((SoftTissue.NED,), (BoneStatus.PDU,), "PDu"),
    ((SoftTissue.NED,), (BoneStatus.NED, BoneStatus.NE), "NE"),
    ((SoftTissue.SD,), _QUIET, "SD"),
    ((SoftTissue.NON_CR_NON_PD,), _QUIET, "NON-CR/NON-PD"),
    ((SoftTissue.PR,), _QUIET, "PR"),
    ((SoftTissue.CR,), (BoneStatus.NON_PD, BoneStatus.PDU, BoneStatus.NE), _UNLESS_TARGET),
    ((SoftTissue.CR,), (BoneStatus.NED,), "CR"),
)


def _in_words(soft: tuple[SoftTissue, ...], bone: tuple[BoneStatus, ...]) -> str:
    """Return the two columns of a row in words."""
    soft_words = "any" if len(soft) == len(SoftTissue) else ", ".join(soft)
    bone_words = "any" if len(bone) == len(BoneStatus) else ", ".join(bone)
    return f"soft tissue {soft_words}; bone {bone_words}"


RULES: tuple[Rule, ...] = tuple(
    Rule(
        rule_id=f"OVERALL-{number:02d}",
        criterion="OVERALL",
        when=_in_words(soft, bone),
        then="PR with soft-tissue targets at screening, else NON-CR/NON-PD" if overall is _UNLESS_TARGET else overall,
        citation_key=PCWG3_STATUS.key,
    )
    for number, (soft, bone, overall) in enumerate(_TABLE, start=1)
)
"""The rows of the table, in the order in which they are tried."""


def overall_status(soft: SoftTissue, bone: BoneStatus, targets: Iterable[bool]) -> tuple[str, str]:
    """Return the overall response and the row that gives it.

    Parameters
    ----------
    soft : SoftTissue
        RECIST 1.1 response.
    bone : BoneStatus
        PCWG3 bone status.
    targets : iterable of bool
        Whether there were soft-tissue targets at screening; empty if not stated.

    Returns
    -------
    tuple of str
        Overall response, rule id.
    """
    rows = zip(_TABLE, RULES, strict=True)
    overall, rule = next((row[2], rule) for row, rule in rows if soft in row[0] and bone in row[1])
    if overall is _UNLESS_TARGET:
        overall = "PR" if any(targets) else "NON-CR/NON-PD"
    return overall, rule.rule_id


def overall_response(
    visit: VisitReading,
    bone: BoneStatus,
    responses: Sequence[SoftTissueResponse],
    settings: ResponseSettings,
) -> OverallResponse | None:
    """Return soft tissue and bone together at one visit, or None where soft tissue was not read near it.

    Parameters
    ----------
    visit : VisitReading
        The visit.
    bone : BoneStatus
        Its final PCWG3 status.
    responses : sequence of SoftTissueResponse
        All of that patient.
    settings : ResponseSettings
        How near is near.

    Returns
    -------
    OverallResponse or None
        With the reading nearest in time, the later of two equally near.
    """

    def distance(response: SoftTissueResponse) -> int:
        return abs((response.date - visit.study_date).days)

    near = [response for response in responses if distance(response) <= settings.soft_tissue_match_days]
    if not near:
        return None
    nearest = min(near, key=lambda response: (distance(response), -response.date.toordinal()))
    overall, rule_id = overall_status(nearest.soft_tissue, bone, _targets(responses))
    return OverallResponse(
        study_date=visit.study_date,
        study_uid=visit.study_uid,
        soft_tissue=nearest.soft_tissue,
        soft_tissue_date=nearest.date,
        bone=bone,
        overall=overall,
        rule_id=rule_id,
    )


def _targets(responses: Sequence[SoftTissueResponse]) -> tuple[bool, ...]:
    """Return what is stated of targets at screening; PR and SD exist only with targets."""
    stated = [response.target_at_screening for response in responses if response.target_at_screening is not None]
    if stated:
        return tuple(stated)
    return tuple(response.soft_tissue in (SoftTissue.PR, SoftTissue.SD) for response in responses)
