"""``tracker export``: tables and files for others."""

from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.existing import existing_archive
from tracker.archive.schema import ASSESSMENTS, LESIONS, TIMEPOINTS, TRENDS
from tracker.archive.store import Archive, load_table
from tracker.archive.tables import write_csv
from tracker.cli.not_built import CODE as NOT_BUILT
from tracker.cli.progress import bar
from tracker.errors import InputError
from tracker.exports.folder import ready_to_write, write_report
from tracker.exports.sdtm import write_sdtm
from tracker.pipeline.again import courses_again
from tracker.references.disclaimer import RESEARCH_USE
from tracker.settings.whole import load_settings


class What(StrEnum):
    """What can be exported."""

    TRENDS = "trends"
    SDTM = "sdtm"
    SR = "sr"
    REPORT = "report"


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("export", epilog="Example: tracker export trends --archive archive/ --out exported/")(export)


def export(
    what: What = typer.Argument(
        ...,
        help="trends: one tidy table; sdtm: CDISC TU, TR, RS; report: a page per patient, made again from the scans.",
    ),
    archive: Path = typer.Option(..., "--archive", exists=True, file_okay=False, help="Archive folder."),
    out: Path = typer.Option(..., "--out", help="Folder to write to; made if missing."),
    study: str = typer.Option("STUDY", "--study", help="STUDYID of the rows of sdtm."),
    settings: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Settings of report, TOML."),
) -> None:
    """Write tables or reports of a whole archive."""
    if what is What.SR:
        raise InputError(
            "DICOM structured reports are not part of this version",
            code=NOT_BUILT,
            remedy="Use: tracker export report, or tracker export sdtm.",
        )
    opened = existing_archive(archive)
    ready_to_write(out)
    if what is What.TRENDS:
        written: tuple[Path, ...] = (write_csv(load_table(opened, TRENDS), TRENDS, out),)
    elif what is What.SDTM:
        tables = {schema.name: load_table(opened, schema) for schema in (TIMEPOINTS, LESIONS, ASSESSMENTS)}
        written = write_sdtm(tables, study, out)
    else:
        written = _reports(opened, out, settings)
    (out / "README.txt").write_text(RESEARCH_USE + "\n", encoding="utf-8")
    Console(highlight=False, soft_wrap=True).print("\n".join(f"{path} written" for path in written), markup=False)


def _reports(archive: Archive, out: Path, settings: Path | None) -> tuple[Path, ...]:
    """Write the page of every patient."""
    with bar(Console(stderr=True), "Reports") as advance:
        courses = courses_again(archive, load_settings(settings), advance=advance)
        return tuple(write_report(course, out) for course in courses)
