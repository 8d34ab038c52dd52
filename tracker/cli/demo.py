"""``tracker demo``: the main job on the shipped sample studies, then the dashboard."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.course_store import store_course
from tracker.archive.store import open_archive
from tracker.cli.progress import bar, say_verdicts
from tracker.cli.samples import sample_studies
from tracker.cli.serve import DEFAULT_HOST, DEFAULT_PORT, serve_archive
from tracker.jobs import available_cores
from tracker.pipeline import Request, track_report


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("demo", epilog="Example: tracker demo --port 8060")(demo)


def demo(
    port: int = typer.Option(DEFAULT_PORT, min=1, max=65535, help="Port of the dashboard."),
    no_serve: bool = typer.Option(False, "--no-serve", help="Print the verdicts and stop."),
) -> None:
    """Track the sample studies into a scratch archive, print the verdicts, serve the dashboard."""
    folder = sample_studies()
    with bar(Console(stderr=True), "Tracking the sample studies") as advance:
        request = Request(paths=(folder,), context=folder)
        report = track_report(request, workers=available_cores(), advance=advance)
    say_verdicts(Console(), report)
    if no_serve:
        return
    with tempfile.TemporaryDirectory(prefix="tracker-demo-") as scratch:
        archive = open_archive(Path(scratch))
        for course in report.courses:
            store_course(archive, course, at=datetime.now(UTC))
        serve_archive(archive, DEFAULT_HOST, port)
