"""``tracker track``: the main job."""

from pathlib import Path

import typer
from rich.console import Console

from tracker.cli.progress import bar, say_verdicts
from tracker.exports.folder import ready_to_write, write_results
from tracker.pipeline import Request, track_report
from tracker.records.reference import ReferenceName
from tracker.settings.stability import VARIANTS


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("track", epilog="Example: tracker track scans/ --context scans/ --out results/")(track)


def track(
    paths: list[Path] = typer.Argument(..., exists=True, help="Files, folders or zips of one or many patients."),
    out: Path = typer.Option(..., "--out", help="Folder for tables and reports; made if missing."),
    treatments: Path | None = typer.Option(None, exists=True, dir_okay=False, help="treatments.csv"),
    context: Path | None = typer.Option(None, exists=True, file_okay=False, help="Folder of the optional tables."),
    reference: ReferenceName = typer.Option(ReferenceName.BASELINE, help="What changes are measured against."),
    settings: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Settings, TOML."),
    stability: bool = typer.Option(
        False, "--stability", help="Judge again under 20 other plausible settings; about ten times slower."
    ),
    jobs: int = typer.Option(1, min=1, help="Processes."),
) -> None:
    """Read scans, align, measure, assess; write tables and one report per patient."""
    ready_to_write(out)
    console = Console(stderr=True)
    request = Request(
        paths=tuple(paths),
        treatments=treatments,
        context=context,
        reference=reference,
        settings_file=settings,
        variants=VARIANTS if stability else (),
    )
    with bar(console, "Tracking") as advance:
        report = track_report(request, workers=jobs, advance=advance)
    write_results(report, out)
    say_verdicts(Console(), report)
