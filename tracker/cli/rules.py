"""``tracker rules``: every response rule with its citation, for physicians to check."""

import typer
from rich.console import Console

from tracker.response import rules_text
from tracker.settings.response import ResponseSettings


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("rules", epilog="Example: tracker rules > rules.md")(rules)


def rules() -> None:
    """Print every response rule with its citation."""
    Console(soft_wrap=True, highlight=False, markup=False).print(rules_text(ResponseSettings()))
