"""``tracker rules``: every response rule with its citation, for physicians to check."""

from pathlib import Path

import typer
from rich.console import Console

from tracker.archive.tables import write_whole
from tracker.response import rules_page, rules_text
from tracker.settings.whole import load_settings

PAGE_ENDINGS = (".html", ".htm")
"""File names that ask for a page instead of Markdown."""


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("rules", epilog="Example: tracker rules --out rules.html")(rules)


def rules(
    out: Path | None = typer.Option(None, dir_okay=False, help="File to write: .html is a page, others Markdown."),
    settings: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Settings, TOML."),
) -> None:
    """Print every response rule with its citation, with the numbers of the settings in force."""
    chosen = load_settings(settings).response
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if out is None:
        console.print(rules_text(chosen))
        return
    page = out.suffix.casefold() in PAGE_ENDINGS
    write_whole(out, (rules_page(chosen) if page else rules_text(chosen)).encode("utf-8"))
    console.print(f"{out} written.")
