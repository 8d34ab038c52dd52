"""Files to studies: every file ends as a part of a study or as a refusal with a code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from tracker.dicom.examined import Directory, Examined
from tracker.dicom.examiner import Examiner
from tracker.dicom.identity import with_identity_notices
from tracker.dicom.nm_object import uid_of
from tracker.dicom.objects import ReadObject, drop_copies, photopeak_frames
from tracker.dicom.passes import Pass, passes_of
from tracker.dicom.sources import Found, files_of, read_regular
from tracker.dicom.studies import study_of
from tracker.errors import FileRejected
from tracker.records.study import ReadReport, RejectedFile, SourceFile, Study
from tracker.settings.dicom import ReadingSettings


def read_studies(paths: Iterable[str | Path], settings: ReadingSettings | None = None) -> ReadReport:
    """Return the studies in files, folders, zips and DICOMDIRs, and what was not used.

    Parameters
    ----------
    paths : iterable of str or Path
        Any number of inputs, in any order: the result does not depend on it.
    settings : ReadingSettings, optional
        Limits and tolerances.

    Returns
    -------
    ReadReport
        Studies of all patients, and one refusal for each file that is in none.
    """
    settings = settings or ReadingSettings()
    with Examiner(settings) as examiner:
        return read_with(examiner, paths, settings)


def read_with(examiner: Examiner, paths: Iterable[str | Path], settings: ReadingSettings) -> ReadReport:
    """Return the studies in files, folders, zips and DICOMDIRs, using a limited process that already runs.

    Parameters
    ----------
    examiner : Examiner
        The limited process; a batch of batches starts only one.
    paths : iterable of str or Path
        As in `read_studies`.
    settings : ReadingSettings
        Limits and tolerances.

    Returns
    -------
    ReadReport
        As from `read_studies`.
    """
    objects, rejected = _read_objects(paths, settings, examiner)
    objects, copies = drop_copies(objects)
    passes, ambiguous = passes_of(objects, settings)
    studies, unusable = _build(passes, settings)
    every = sorted([*rejected, *copies, *ambiguous, *unusable], key=lambda file: (file.path, file.code, file.reason))
    return ReadReport(studies=with_identity_notices(_numbered(studies)), rejected=tuple(every))


def _read_objects(
    paths: Iterable[str | Path], settings: ReadingSettings, examiner: Examiner
) -> tuple[list[ReadObject], list[RejectedFile]]:
    objects, rejected = [], []
    for found in files_of(paths, settings.limits):
        try:
            examined = _examined(found, examiner)
            if isinstance(examined, Directory):
                inner, refused = _follow(found, examined, settings, examiner)
                objects += inner
                rejected += refused
            else:
                objects.append(_object(found, examined, settings))
        except FileRejected as refusal:
            rejected.append(_refused(found.label, refusal))
    return objects, rejected


def _examined(found: Found, examiner: Examiner) -> Examined | Directory:
    if found.refusal is not None:
        raise found.refusal
    return examiner.examine(found.data)


def _object(found: Found, examined: Examined, settings: ReadingSettings) -> ReadObject:
    frames, left_out = photopeak_frames(examined.header, settings)
    digest = sha256(found.data).hexdigest()
    source = SourceFile(
        path=found.label,
        sha256=digest,
        sop_uid=examined.header.sop_uid or uid_of("unnamed", digest),
        transfer_syntax_uid=examined.header.transfer_syntax,
    )
    return ReadObject(
        source=source,
        header=examined.header,
        counts=examined.counts,
        frames=frames,
        notices=tuple(sorted({*examined.notices, *left_out})),
    )


def _follow(
    found: Found, directory: Directory, settings: ReadingSettings, examiner: Examiner
) -> tuple[list[ReadObject], list[RejectedFile]]:
    """Read what a DICOMDIR names if it was given by name; in a folder the files are found by themselves."""
    objects, rejected = [], []
    if found.folder is None:
        refusal = FileRejected("an index of other files, which are read by themselves", code="DICOMDIR")
        return [], [_refused(found.label, refusal), *_escapes(found, directory)]
    for part in _referenced(found, directory, found.folder, settings):
        try:
            examined = _examined(part, examiner)
            if isinstance(examined, Directory):
                raise FileRejected("an index inside an index", code="DICOMDIR")
            objects.append(_object(part, examined, settings))
        except FileRejected as refusal:
            rejected.append(_refused(part.label, refusal))
    return objects, [_refused(found.label, FileRejected("an index of other files", code="DICOMDIR")), *rejected]


def _referenced(found: Found, directory: Directory, root: Path, settings: ReadingSettings) -> Iterator[Found]:
    for parts in sorted(set(directory.references)):
        label = "/".join(parts)
        target = root.joinpath(*parts)
        if _leaves(parts) or not target.resolve().is_relative_to(root):
            refusal = FileRejected("the index names a file outside its folder", code="DICOMDIR_ESCAPE")
            yield Found(label=f"{found.label}#{label}", refusal=refusal)
            continue
        try:
            yield Found(label=label, data=read_regular(target, settings.limits.largest_file_bytes))
        except FileRejected as refusal:
            yield Found(label=label, refusal=refusal)


def _escapes(found: Found, directory: Directory) -> list[RejectedFile]:
    refusal = FileRejected("the index names a file outside its folder", code="DICOMDIR_ESCAPE")
    named = sorted({parts for parts in directory.references if _leaves(parts)})
    return [_refused(f"{found.label}#{'/'.join(parts)}", refusal) for parts in named]


def _leaves(parts: tuple[str, ...]) -> bool:
    return any(part in ("", "..") or PurePosixPath(part).is_absolute() or "\\" in part or ":" in part for part in parts)


def _build(passes: list[Pass], settings: ReadingSettings) -> tuple[list[Study], list[RejectedFile]]:
    studies, rejected = [], []
    for taken in passes:
        try:
            studies.append(study_of(taken, settings))
        except FileRejected as refusal:
            rejected += [_refused(item.source.path, refusal) for item in taken.objects]
    return studies, rejected


def _numbered(studies: list[Study]) -> tuple[Study, ...]:
    """Return studies in order; the second and later passes of one DICOM study get a number."""
    ordered = sorted(studies, key=_order)
    seen: dict[tuple[str, str], int] = defaultdict(int)
    numbered = []
    for study in ordered:
        key = (study.patient_id, study.study_uid)
        seen[key] += 1
        numbered.append(study if seen[key] == 1 else replace(study, study_uid=f"{study.study_uid}#{seen[key]}"))
    return tuple(sorted(numbered, key=_order))


def _order(study: Study) -> tuple[object, ...]:
    moment = study.acquired_at or datetime.combine(study.study_date, datetime.min.time())
    return (study.patient_id, moment, study.study_uid, min(file.sha256 for file in study.files))


def _refused(label: str, refusal: FileRejected) -> RejectedFile:
    sentence = refusal.message[:1].upper() + refusal.message[1:].rstrip(".") + "."
    return RejectedFile(path=label, code=refusal.code, reason=sentence)
