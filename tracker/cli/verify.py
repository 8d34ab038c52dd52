"""``tracker verify``: whether the archive is what it was."""

from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.existing import existing_archive
from tracker.archive.verify import faults_of
from tracker.errors import ArchiveError


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("verify", epilog="Example: tracker verify --archive archive/")(verify)


def verify(
    archive: Path = typer.Option(..., "--archive", exists=True, file_okay=False, help="Archive folder."),
) -> None:
    """Check that every stored byte and every row of the log is as it was written."""
    faults = faults_of(existing_archive(archive))
    console = Console(highlight=False)
    for fault in faults:
        console.print(fault, markup=False)
    if faults:
        raise ArchiveError(f"{len(faults)} fault(s) found", code="ARCHIVE_FAULTS")
    console.print("The archive is intact.")
