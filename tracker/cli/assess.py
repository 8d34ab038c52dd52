"""``tracker assess``: the response rules alone, on lesions read by people."""

from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.assess_tables import assess_files
from tracker.exports.folder import ready_to_write
from tracker.references.disclaimer import RESEARCH_USE
from tracker.settings.whole import load_settings


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    example = "Example: tracker assess --lesions lesions.csv --treatments treatments.csv --out assessments.csv"
    app.command("assess", epilog=example)(assess)


def assess(
    lesions: Path = typer.Option(..., exists=True, dir_okay=False, help="patient_id, study_date, lesion_id."),
    treatments: Path = typer.Option(..., exists=True, dir_okay=False, help="treatments.csv"),
    out: Path = typer.Option(..., "--out", dir_okay=False, help="Table to write."),
    visits: Path | None = typer.Option(
        None, exists=True, dir_okay=False, help="patient_id, study_date, evaluable: all visits, or those without foci."
    ),
    context: Path | None = typer.Option(None, exists=True, file_okay=False, help="Folder of the optional tables."),
    settings: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Settings, TOML."),
) -> None:
    """Apply the response rules to lesion lists read by people; no images needed."""
    ready_to_write(out.parent)
    report = assess_files(lesions, visits, treatments, context, out, settings=load_settings(settings).response)
    said = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for notice in report.notices:
        said.print(f"{notice.code}: {notice.text}")
    Console(highlight=False, markup=False, soft_wrap=True).print(f"{out} written. {RESEARCH_USE}")
