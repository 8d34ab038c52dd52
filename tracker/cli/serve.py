"""``tracker serve``: the dashboard on an archive."""

import errno
from pathlib import Path

import typer
from rich.console import Console

from dashboards.app import serve as serve_source
from dashboards.archive_source import ArchiveSource
from tracker.archive.store import Archive, open_archive
from tracker.errors import InputError

DEFAULT_HOST = "127.0.0.1"
"""Only this computer."""

DEFAULT_PORT = 8060
"""Port of the dashboard unless another is asked for."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts that need no login."""


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("serve", epilog="Example: tracker serve --archive archive/")(serve)


def serve(
    archive: Path = typer.Option(..., "--archive", exists=True, file_okay=False, help="Archive folder."),
    host: str = typer.Option(DEFAULT_HOST, help="Address to listen on; only this computer unless changed."),
    port: int = typer.Option(DEFAULT_PORT, min=1, max=65535, help="Port."),
) -> None:
    """Serve the dashboard on an archive."""
    serve_archive(open_archive(archive), host, port)


def serve_archive(archive: Archive, host: str, port: int) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    archive : Archive
        What to show.
    host : str
        Address to listen on.
    port : int
        Port.

    Raises
    ------
    InputError
        If ``host`` can be reached from other computers (there is no login yet), or the port is in use.
    """
    if host not in LOOPBACK:
        raise InputError(
            f"{host} can be reached from other computers, and the dashboard has no login of its own",
            code="SERVE_HOST",
            remedy="Serve on 127.0.0.1 behind a reverse proxy that does TLS and login.",
        )
    Console(highlight=False).print(f"Dashboard: http://{host}:{port}/  (Ctrl+C ends)")
    try:
        serve_source(ArchiveSource(archive), host, port)
    except OSError as failure:
        if failure.errno != errno.EADDRINUSE:
            raise
        raise InputError(
            f"port {port} is in use by another program",
            code="PORT_IN_USE",
            remedy=f"Choose another one with: --port {port + 1}",
        ) from failure
