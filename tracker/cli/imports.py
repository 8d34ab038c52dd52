"""``tracker import``: files into an archive, every one accounted for."""

from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.store import open_archive
from tracker.cli.progress import bar, say_verdicts
from tracker.pipeline import Request, import_into
from tracker.settings.stability import VARIANTS


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("import", epilog="Example: tracker import scans/ --archive archive/")(import_files)


def import_files(
    paths: list[Path] = typer.Argument(..., exists=True, help="Files, folders, zips or DICOMDIRs."),
    archive: Path = typer.Option(..., "--archive", help="Archive folder; made if missing."),
    context: Path | None = typer.Option(None, exists=True, file_okay=False, help="Folder of the optional tables."),
    settings: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Settings, TOML."),
    stability: bool = typer.Option(
        False, "--stability", help="Judge again under 20 other plausible settings; about ten times slower."
    ),
    jobs: int = typer.Option(1, min=1, help="Processes."),
) -> None:
    """Add files to an archive and track the patients they belong to."""
    request = Request(
        paths=tuple(paths), context=context, settings_file=settings, variants=VARIANTS if stability else ()
    )
    with bar(Console(stderr=True), "Importing") as advance:
        report = import_into(open_archive(archive), request, at=datetime.now(UTC), workers=jobs, advance=advance)
    say_verdicts(Console(), report)
