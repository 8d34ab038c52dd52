"""The console command ``tracker``; the first of the two places where errors are caught."""

import sys
import traceback

import typer
from rich.console import Console

from tracker.cli import assess, demo, export, imports, rules, serve, simulate, track, verify
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
for command in (demo, track, imports, serve, assess, rules, export, simulate, verify):
    command.register(app)

EXIT_REFUSED = 1
"""Exit status of a refusal."""


@app.callback()
def options(
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
) -> None:
    """Options of every command."""
    del debug  # read from the arguments in `main`, before any command can fail


def main() -> None:
    """Run the command line; exit with one plain sentence where the tracker refuses."""
    debug = "--debug" in sys.argv
    try:
        app()
    except TrackerError as refusal:
        if debug:
            traceback.print_exc()
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(f"{refusal.code}: {refusal.message}", markup=False)
        if refusal.remedy:
            console.print(refusal.remedy, markup=False)
        sys.exit(EXIT_REFUSED)
