"""``--out DIR``: the tables of all patients, one report per patient, and where it all came from."""

import hashlib
import json
import tempfile
from pathlib import Path

from tracker.archive.course_tables import joined_frames
from tracker.archive.rejected_table import rejected_frame
from tracker.archive.schema import COURSE_TABLES, REJECTED
from tracker.archive.tables import write_csv, write_whole
from tracker.errors import InputError
from tracker.exports.quality_page import quality_html
from tracker.exports.report import report_html
from tracker.records.course import Course, TrackReport

SAFE_CHARACTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
"""Characters of a patient id that a file name may carry as they are."""


def ready_to_write(out: Path) -> None:
    """Make a folder for results and try whether it can be written, before hours of work are lost.

    Parameters
    ----------
    out : Path
        Folder; made if missing.

    Raises
    ------
    InputError
        If the folder cannot be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as failure:
        raise _unwritable(out, failure) from failure


def _unwritable(out: Path, failure: OSError) -> InputError:
    """Return the refusal of a folder that cannot be written."""
    return InputError(
        f"results cannot be written to {out}: {failure.strerror}",
        code="OUT_UNWRITABLE",
        remedy="Choose a folder that you may write to, with room on its disk.",
    )


def write_results(report: TrackReport, out: Path) -> tuple[Path, ...]:
    """Write every table, report and the provenance; each file is either old or new, never half.

    Parameters
    ----------
    report : TrackReport
        What came out.
    out : Path
        Folder; made if missing.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        tables = joined_frames([course.to_frames() for course in report.courses])
        written = [write_csv(tables[schema.name], schema, out) for schema in COURSE_TABLES]
        written.append(write_csv(rejected_frame(report.rejected), REJECTED, out))
        written += [write_report(course, out) for course in report.courses]
        written += [
            _write_text(out / quality_name(course.patient_id), quality_html(course)) for course in report.courses
        ]
        written.append(_write_text(out / "provenance.json", _provenance(report)))
    except OSError as failure:
        raise _unwritable(out, failure) from failure
    return tuple(written)


def write_report(course: Course, out: Path) -> Path:
    """Write the report of one patient.

    Parameters
    ----------
    course : Course
        Whose.
    out : Path
        Existing folder.

    Returns
    -------
    Path
        The file written.
    """
    return _write_text(out / report_name(course.patient_id), report_html(course))


def report_name(patient_id: str) -> str:
    """Return the file name of a patient's report; ids that no file name can carry are replaced by a digest.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID.

    Returns
    -------
    str
        Ends in ``.html``.

    Examples
    --------
    >>> report_name("P001")
    'report_P001.html'
    """
    return f"report_{_in_a_file_name(patient_id)}.html"


def quality_name(patient_id: str) -> str:
    """Return the file name of a patient's page of alignment quality.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID.

    Returns
    -------
    str
        Ends in ``.html``.

    Examples
    --------
    >>> quality_name("P001")
    'quality_P001.html'
    """
    return f"quality_{_in_a_file_name(patient_id)}.html"


def _in_a_file_name(patient_id: str) -> str:
    """Return a patient id that any file name can carry."""
    if patient_id and set(patient_id) <= SAFE_CHARACTERS:
        return patient_id
    return hashlib.sha256(patient_id.encode()).hexdigest()[:16]


def _write_text(path: Path, text: str) -> Path:
    """Write UTF-8 text and return its path."""
    write_whole(path, text.encode("utf-8"))
    return path


def _variants(report: TrackReport) -> dict[str, object]:
    """Return the variants of the settings that stability was examined under; nothing where it was not."""
    examined = next((course.stability for course in report.courses if course.stability), None)
    return {"stability_variants": dict(examined.variants)} if examined else {}


def _provenance(report: TrackReport) -> str:
    """Return the provenance of the run as JSON."""
    content = {
        "versions": dict(report.provenance.versions),
        "settings_digest": report.provenance.settings_digest,
        "settings": dict(report.provenance.settings),
        "inputs": dict(sorted(report.provenance.inputs.items())),
        "reference": next((course.reference.value for course in report.courses), ""),
        "notices": list(report.notices),
        **_variants(report),
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
