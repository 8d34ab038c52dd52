"""Commands that are planned and not part of this version: each is refused in one sentence that says what serves now."""

import typer

from tracker.errors import InputError

CODE = "NOT_BUILT"
"""Code of every refusal here."""


def register(app: typer.Typer) -> None:
    """Add the commands, not shown in the list of commands.

    Parameters
    ----------
    app : Typer
        The application.
    """
    open_ended = {"allow_extra_args": True, "ignore_unknown_options": True}
    for name, command in (("listen", listen), ("fetch", fetch)):
        app.command(name, hidden=True, context_settings=open_ended, epilog="Example: tracker import scans/")(command)


def listen() -> None:
    """Receive DICOM from scanners; not part of this version."""
    raise InputError(
        "the DICOM receiver is not part of this version",
        code=CODE,
        remedy="Let the station export to a folder and run: tracker import FOLDER --archive DIR",
    )


def fetch() -> None:
    """Query and retrieve by DICOMweb; not part of this version."""
    raise InputError(
        "DICOMweb query and retrieve is not part of this version",
        code=CODE,
        remedy="Export the studies to a folder and run: tracker import FOLDER --archive DIR",
    )
