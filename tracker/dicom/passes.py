"""Objects to passes: which views were taken together. Never a guess among several candidates.

==========================================================  ==================================================
objects                                                     become
==========================================================  ==================================================
one object with two frames                                  one pass
two objects, one study, same matrix, spacing and duration,  one pass
started within five minutes, not the same side
the only two views of a study, opposite sides, up to an     one pass, notice ``TWO_PASSES``
hour apart (a camera with one head)
two objects of two studies that fit in all of this          one pass, notice ``STUDIES_JOINED``
several candidates                                          refused, ``AMBIGUOUS_PAIR``; the label of the other
                                                            side or an equal start time decides if only one
                                                            candidate has it
a derived copy beside its original                          the original; ``DERIVED_IMAGE`` for the copy
one object with one frame, no candidate                     a pass with one view
==========================================================  ==================================================
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tracker.dicom.objects import ReadObject
from tracker.dicom.view_labels import claims
from tracker.records.study import RejectedFile
from tracker.records.view import Projection
from tracker.settings.dicom import ReadingSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pass:
    """Views that were taken together.

    Parameters
    ----------
    objects : tuple of ReadObject
        One object, or one per view.
    notices : tuple of str
        Codes.
    """

    objects: tuple[ReadObject, ...]
    notices: tuple[str, ...] = ()


def passes_of(objects: Sequence[ReadObject], settings: ReadingSettings) -> tuple[list[Pass], list[RejectedFile]]:
    """Return which objects were taken together.

    Parameters
    ----------
    objects : sequence of ReadObject
        No copies among them.
    settings : ReadingSettings
        Windows and tolerances.

    Returns
    -------
    passes : list of Pass
        Every object that is not refused is in exactly one.
    rejected : list of RejectedFile
        Objects that could belong to several passes.
    """
    objects, rejected = _drop_derived(objects)
    passes = [Pass(objects=(item,)) for item in objects if len(item.frames) == 2]
    singles = [item for item in objects if len(item.frames) == 1]
    paired, singles, refused = _pair_in_studies(singles, settings)
    passes += paired
    rejected += refused
    for joined, code in ((_two_passes, "TWO_PASSES"), (_across_studies, "STUDIES_JOINED")):
        pairs = joined(singles, settings)
        passes += [Pass(objects=pair, notices=(code,)) for pair in pairs]
        singles = [item for item in singles if not any(item in pair for pair in pairs)]
    return passes + [Pass(objects=(item,)) for item in singles], rejected


def side_hint(item: ReadObject) -> Projection | None:
    """Return the side that a header names for an object of one frame, strongest source first.

    Parameters
    ----------
    item : ReadObject
        One frame.

    Returns
    -------
    Projection or None
        None where it names none.
    """
    named = [claim.sides[0] for claim in claims(item.header, item.frames) if claim.sides[0]]
    return named[0] if named else None


Pair = tuple[ReadObject, ReadObject]


def _drop_derived(objects: Sequence[ReadObject]) -> tuple[list[ReadObject], list[RejectedFile]]:
    originals = {_moment_key(item) for item in objects if "DERIVED" not in item.header.image_type}
    kept, rejected = [], []
    for item in objects:
        if "DERIVED" in item.header.image_type and item.moment and _moment_key(item) in originals:
            reason = "A derived copy; the original of the same moment is used."
            rejected.append(RejectedFile(path=item.source.path, code="DERIVED_IMAGE", reason=reason))
        else:
            kept.append(item)
    return kept, rejected


def _moment_key(item: ReadObject) -> tuple[object, ...]:
    side = side_hint(item) if len(item.frames) == 1 else None
    return (item.patient_id, item.study_uid, item.moment, len(item.frames), side)


def _geometry(item: ReadObject) -> tuple[object, ...]:
    return (item.patient_id, item.counts.shape[1:])


def _same_spacing(item: ReadObject, other: ReadObject, settings: ReadingSettings) -> bool:
    """Return whether two spacings are one: written with other digits, or stated on one view only."""
    first, second = item.header.spacing_mm, other.header.spacing_mm
    if len(first) != 2 or len(second) != 2 or min(*first, *second) <= 0:
        return True
    return all(abs(a / b - 1) <= settings.spacing_tolerance for a, b in zip(first, second, strict=True))


def _pair_in_studies(
    singles: list[ReadObject], settings: ReadingSettings
) -> tuple[list[Pass], list[ReadObject], list[RejectedFile]]:
    groups: dict[tuple[object, ...], list[ReadObject]] = defaultdict(list)
    for item in singles:
        groups[(*_geometry(item), item.study_uid)].append(item)
    passes, alone, rejected = [], [], []
    for group in groups.values():
        pairs, rest, ambiguous = _pair_group(group, settings)
        passes += [Pass(objects=pair) for pair in pairs]
        alone += rest
        reason = "Several views of one study could belong together."
        rejected += [RejectedFile(path=item.source.path, code="AMBIGUOUS_PAIR", reason=reason) for item in ambiguous]
    return passes, alone, rejected


def _pair_group(
    group: list[ReadObject], settings: ReadingSettings
) -> tuple[list[Pair], list[ReadObject], list[ReadObject]]:
    pairs: list[Pair] = []
    alone: list[ReadObject] = []
    ambiguous: list[ReadObject] = []
    partners = {id(item): _partners(item, group, settings) for item in group}
    for item in group:
        fitting = partners[id(item)]
        if not fitting:
            (ambiguous if _has_twin(item, group, settings) else alone).append(item)
        elif len(fitting) > 1 or len(partners[id(fitting[0])]) > 1:
            ambiguous.append(item)
        elif item.source.sop_uid < fitting[0].source.sop_uid:
            pairs.append((item, fitting[0]))
    return pairs, alone, ambiguous


def _partners(item: ReadObject, group: list[ReadObject], settings: ReadingSettings) -> list[ReadObject]:
    window = timedelta(minutes=settings.pair_window_min)
    fitting = [
        other
        for other in group
        if other is not item and _together(item, other, window, len(group)) and _fit(item, other, settings)
    ]
    for clearer in (
        [other for other in fitting if _opposite(item, other)],
        [other for other in fitting if other.moment is not None and other.moment == item.moment],
    ):
        if len(clearer) == 1:
            return clearer
    return fitting


def _has_twin(item: ReadObject, group: list[ReadObject], settings: ReadingSettings) -> bool:
    """Return whether another object shows the same side at the same time: two answers to one question."""
    window = timedelta(minutes=settings.pair_window_min)
    return any(
        other is not item and _together(item, other, window, len(group)) and _same_spacing(item, other, settings)
        for other in group
    )


def _together(item: ReadObject, other: ReadObject, window: timedelta, group_size: int) -> bool:
    if item.moment is None or other.moment is None:
        return group_size == 2
    return abs(item.moment - other.moment) <= window


def _fit(item: ReadObject, other: ReadObject, settings: ReadingSettings) -> bool:
    sides = (side_hint(item), side_hint(other))
    if sides[0] is not None and sides[0] is sides[1] or not _same_spacing(item, other, settings):
        return False
    first, second = item.header.duration_ms or 0, other.header.duration_ms or 0
    return not (first and second) or abs(first / second - 1) <= settings.duration_tolerance


def _opposite(item: ReadObject, other: ReadObject) -> bool:
    return {side_hint(item), side_hint(other)} == set(Projection)


def _two_passes(singles: list[ReadObject], settings: ReadingSettings) -> list[Pair]:
    groups: dict[tuple[object, ...], list[ReadObject]] = defaultdict(list)
    for item in singles:
        groups[(item.patient_id, item.study_uid)].append(item)
    window = timedelta(minutes=settings.two_pass_window_min)
    return [
        (first, second)
        for first, second in (group for group in groups.values() if len(group) == 2)
        if _geometry(first) == _geometry(second)
        and _same_spacing(first, second, settings)
        and _opposite(first, second)
        and first.moment
        and second.moment
        and abs(first.moment - second.moment) <= window
    ]


def _across_studies(singles: list[ReadObject], settings: ReadingSettings) -> list[Pair]:
    groups: dict[tuple[object, ...], list[ReadObject]] = defaultdict(list)
    for item in singles:
        groups[_geometry(item)].append(item)
    found: list[Pair] = []
    for group in groups.values():
        dated = [item for item in group if item.moment is not None]
        pairs, _, _ = _pair_group(dated, settings)
        found += [pair for pair in pairs if _opposite(*pair)]
    return found
