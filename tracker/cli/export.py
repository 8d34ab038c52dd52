"""``tracker export``: tables and files for others."""

from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.schema import TRENDS
from tracker.archive.store import load_table, open_archive
from tracker.archive.tables import write_csv
from tracker.references.disclaimer import RESEARCH_USE


class What(StrEnum):
    """What can be exported."""

    TRENDS = "trends"


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("export", epilog="Example: tracker export trends --archive archive/ --out exported/")(export)


def export(
    what: What = typer.Argument(..., help="What to write."),
    archive: Path = typer.Option(..., "--archive", exists=True, file_okay=False, help="Archive folder."),
    out: Path = typer.Option(..., "--out", help="Folder to write to; made if missing."),
) -> None:
    """Write tables of a whole archive."""
    out.mkdir(parents=True, exist_ok=True)
    tables = {What.TRENDS: TRENDS}
    path = write_csv(load_table(open_archive(archive), tables[what]), tables[what], out)
    (out / "README.txt").write_text(RESEARCH_USE + "\n", encoding="utf-8")
    Console(highlight=False).print(f"{path} written")
