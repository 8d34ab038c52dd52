"""``tracker simulate``: serial studies of made-up patients, with their truth."""

from pathlib import Path

import typer
from rich.console import Console

from tracker.cli.progress import bar
from tracker.phantom import Scenario
from tracker.simulation import simulate as simulate_studies


def register(app: typer.Typer) -> None:
    """Add the command.

    Parameters
    ----------
    app : Typer
        The application.
    """
    app.command("simulate", epilog="Example: tracker simulate --out made/ --scenario flare_response --seed 7")(simulate)


def simulate(
    out: Path = typer.Option(..., "--out", help="Folder to write to; made if missing."),
    scenario: Scenario = typer.Option(..., "--scenario", help="What happens to the patients."),
    patients: int = typer.Option(1, "--patients", min=1, help="How many."),
    seed: int = typer.Option(1, "--seed", min=0, help="Same seed, same studies."),
) -> None:
    """Write serial DICOM studies of made-up patients with their truth."""
    with bar(Console(stderr=True), "Simulating") as advance:
        simulate_studies(out, scenario, patients, seed, advance=advance)
    Console().print(f"{patients} patient(s) written to {out}", highlight=False)
