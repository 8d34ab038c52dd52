"""The command line: arguments in, pipeline, tables and screens out. No science here."""

from tracker.cli.main import main

__all__ = ["main"]
