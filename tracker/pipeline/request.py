"""What a run is asked to do."""

from dataclasses import dataclass
from pathlib import Path

from tracker.records.reference import ReferenceName
from tracker.settings.stability import Variant

CONTEXT_NAMES = frozenset(
    f"{name}.csv" for name in ("treatments", "labs", "events", "patients", "responses", "findings", "nudges")
)
"""The optional input tables; in a folder that is given as both scans and context they are used, not rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One run.

    Parameters
    ----------
    paths : tuple of Path
        Files, folders, zips, DICOMDIRs of one or many patients.
    treatments : Path or None
        ``treatments.csv`` by itself; goes before the one in ``context``.
    context : Path or None
        Folder of the optional tables.
    reference : ReferenceName
        What changes are against.
    settings_file : Path or None
        Settings, TOML; defaults without.
    variants : tuple of Variant
        Other choices of settings under which every answer is looked at again.
    """

    paths: tuple[Path, ...]
    treatments: Path | None = None
    context: Path | None = None
    reference: ReferenceName = ReferenceName.BASELINE
    settings_file: Path | None = None
    variants: tuple[Variant, ...] = ()
