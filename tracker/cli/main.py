"""The console command ``tracker``; the first of the two places where errors are caught.

Whatever goes wrong ends as one plain sentence with a stable code, what to do where it is known, and an exit status:
1 for a refusal, 2 for arguments that cannot be taken, 130 where the user interrupted. A traceback is shown only with
``--debug``, which may stand anywhere among the arguments.
"""

import sys
import traceback

import typer
from rich.console import Console

from tracker.cli import assess, demo, export, imports, not_built, rules, serve, simulate, track, verify
from tracker.errors import TrackerError
from tracker.references.disclaimer import RESEARCH_USE

app = typer.Typer(
    name="tracker",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=f"Serial whole-body bone scans: is the treatment working? {RESEARCH_USE}",
    epilog="Example: tracker demo",
)
for command in (demo, track, imports, serve, assess, rules, export, simulate, verify, not_built):
    command.register(app)

EXIT_REFUSED = 1
"""Exit status of a refusal."""

EXIT_USAGE = 2
"""Exit status of arguments that cannot be taken."""

EXIT_INTERRUPTED = 130
"""Exit status after Ctrl+C, as shells have it."""

DEBUG = "--debug"
"""The option that shows tracebacks; recognised wherever it stands."""

UsageError: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")
"""What typer raises for arguments it cannot take; where it is defined differs between versions of typer."""


@app.callback()
def options(
    debug: bool = typer.Option(False, DEBUG, help="Show the traceback of an error."),
) -> None:
    """Options of every command."""
    del debug  # read from the arguments in `main`, before any command can fail


def main() -> None:
    """Run the command line; exit with one plain sentence where the tracker refuses."""
    sys.exit(run([argument for argument in sys.argv[1:] if argument != DEBUG], debug=DEBUG in sys.argv))


def run(arguments: list[str], *, debug: bool) -> int:
    """Run one command and return its exit status.

    Parameters
    ----------
    arguments : list of str
        As typed, without ``--debug``.
    debug : bool
        Whether to print the traceback of an error.

    Returns
    -------
    int
        0 where the command did its work.
    """
    try:
        status = app(arguments, prog_name="tracker", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return EXIT_INTERRUPTED
    except Exception as failure:  # noqa: BLE001  (the rim: nobody who scans patients should have to read a traceback)
        if debug:
            traceback.print_exc()
        return _explained(failure)
    return status if isinstance(status, int) else 0


def _explained(failure: Exception) -> int:
    """Say what went wrong in one sentence, and return the exit status."""
    if type(failure).__name__ == "NoArgsIsHelpError":
        typer.echo(str(failure))
        return EXIT_USAGE
    code, sentence, remedy, status = _in_words(failure)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"{code}: {sentence}", markup=False)
    if remedy:
        console.print(remedy, markup=False)
    return status


def _in_words(failure: Exception) -> tuple[str, str, str, int]:
    """Return code, sentence, remedy and exit status of an error."""
    if isinstance(failure, TrackerError):
        return failure.code, failure.message, failure.remedy, EXIT_REFUSED
    if isinstance(failure, UsageError):
        said = getattr(failure, "format_message", failure.__str__)().replace("Value error, ", "")
        context = getattr(failure, "ctx", None)
        return "USAGE", said, f"See {context.command_path if context else 'tracker'} --help.", EXIT_USAGE
    if isinstance(failure, OSError):
        place = f" ({failure.filename})" if failure.filename else ""
        return "FILE_SYSTEM", f"{failure.strerror or failure}{place}.", "Check path, rights and space.", EXIT_REFUSED
    sentence = f"something unexpected happened ({type(failure).__name__}: {failure})."
    return "UNEXPECTED", sentence, f"Run the command again with {DEBUG} to see where, and report it.", EXIT_REFUSED
