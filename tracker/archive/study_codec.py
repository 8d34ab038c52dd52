"""Studies as bytes and back, so that an archive can measure a patient again when a further visit arrives.

One blob per study: a zip-free NumPy archive of the counts of each view, and a JSON text of everything else.
"""

import io
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np

from tracker.errors import ArchiveError
from tracker.records.study import Acquisition, Notice, PatientClues, SourceFile, Study
from tracker.records.view import Orientation, Projection, View


def encoded(study: Study) -> bytes:
    """Return a study as bytes; the same bytes for the same study.

    Parameters
    ----------
    study : Study
        Any.

    Returns
    -------
    bytes
        What `decoded` reads.
    """
    facts = asdict(study)
    for view in facts["views"]:
        del view["counts"]
    arrays = {view.projection.value: np.asarray(view.counts) for view in study.views}
    text = json.dumps(facts, default=_plain, sort_keys=True, ensure_ascii=False)
    stream = io.BytesIO()
    np.savez_compressed(stream, facts=np.frombuffer(text.encode("utf-8"), dtype=np.uint8), **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _plain(value: object) -> object:
    """Return dates as ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")


def decoded(content: bytes) -> Study:
    """Return the study that `encoded` made the bytes from.

    Parameters
    ----------
    content : bytes
        A stored study.

    Returns
    -------
    Study
        Equal in every field.

    Raises
    ------
    ArchiveError
        If the bytes are no stored study.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            facts = json.loads(arrays["facts"].tobytes().decode("utf-8"))
            counts = {view["projection"]: arrays[view["projection"]] for view in facts["views"]}
        return _study(facts, counts)
    except (ValueError, KeyError, TypeError, OSError) as failure:
        raise ArchiveError("a stored study cannot be read", code="ARCHIVE_STUDY") from failure


def _study(facts: dict[str, Any], counts: dict[str, Any]) -> Study:
    """Build the records."""
    acquired_at = facts.pop("acquired_at")
    study_date = facts.pop("study_date")
    return Study(
        views=tuple(_view(view, counts[view["projection"]]) for view in facts.pop("views")),
        acquisition=_acquisition(facts.pop("acquisition")),
        clues=_clues(facts.pop("clues")),
        notices=tuple(Notice(**notice) for notice in facts.pop("notices")),
        files=tuple(SourceFile(**file) for file in facts.pop("files")),
        study_date=date.fromisoformat(study_date),
        acquired_at=datetime.fromisoformat(acquired_at) if acquired_at else None,
        **facts,
    )


def _view(facts: dict[str, Any], counts: Any) -> View:
    """Build one view."""
    return View(
        projection=Projection(facts.pop("projection")),
        counts=counts,
        spacing_mm=_pair(facts.pop("spacing_mm")),
        orientation=Orientation(**facts.pop("orientation")),
        evidence=tuple(facts.pop("evidence")),
        **facts,
    )


def _pair(values: list[float]) -> tuple[float, float]:
    """Return a list of two as a tuple."""
    first, second = values
    return (first, second)


def _acquisition(facts: dict[str, Any]) -> Acquisition:
    """Build what the headers state."""
    window = facts.pop("energy_window_kev")
    corrections = tuple(facts.pop("corrections"))
    return Acquisition(energy_window_kev=_pair(window) if window else None, corrections=corrections, **facts)


def _clues(facts: dict[str, Any]) -> PatientClues:
    """Build the identity clues."""
    born = facts.pop("birth_date")
    return PatientClues(birth_date=date.fromisoformat(born) if born else None, **facts)
