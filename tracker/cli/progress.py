"""What the terminal shows: a bar while work goes on, and one line per patient at the end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tracker.errors import InputError
from tracker.records.course import Course, TrackReport
from tracker.records.study import RejectedFile
from tracker.references.disclaimer import RESEARCH_USE

Advance = Callable[[str, int, int], None]
"""Called with (what, done, total)."""

MOST_NAMED = 5
"""Files not used that are named in the terminal; all of them stand in ``rejected.csv``."""

MOST_NOTICES = 10
"""Notes about input tables printed at most; all of them stand in ``provenance.json``."""


@contextmanager
def bar(console: Console, title: str) -> Iterator[Advance]:
    """Show a progress bar while the block runs.

    Parameters
    ----------
    console : Console
        Where to.
    title : str
        What is going on.

    Yields
    ------
    Advance
        Call it with (what, done, total).
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total)


def say_verdicts(console: Console, report: TrackReport) -> None:
    """Print one line per patient, what was not used, and the research-use sentence.

    Parameters
    ----------
    console : Console
        Where to.
    report : TrackReport
        What came out.

    Raises
    ------
    InputError
        If there is no patient at all.
    """
    if report.courses:
        console.print(_verdicts(report))
    for notice in report.notices[:MOST_NOTICES]:
        console.print(f"Note: {notice}", highlight=False, markup=False)
    if len(report.notices) > MOST_NOTICES:
        console.print(f"… and {len(report.notices) - MOST_NOTICES} more notes", highlight=False)
    if report.rejected:
        console.print(_not_used(report.rejected), highlight=False, markup=False)
    console.print(RESEARCH_USE, style="dim", highlight=False)
    if not report.courses:
        raise InputError(
            f"no usable bone scan was found; {len(report.rejected)} file(s) were looked at and not used",
            code="NOTHING_USABLE",
            remedy="The reasons stand above." if report.rejected else "Check the path.",
        )


def _not_used(rejected: Sequence[RejectedFile]) -> str:
    """Return how many files were not used, and the first of them with their codes."""
    named = "; ".join(f"{one.path}: {one.code}" for one in rejected[:MOST_NAMED])
    rest = f"; and {len(rejected) - MOST_NAMED} more" if len(rejected) > MOST_NAMED else ""
    return f"{len(rejected)} file(s) not used ({named}{rest})"


def _verdicts(report: TrackReport) -> Table:
    """Return one line per patient."""
    examined = any(course.stability for course in report.courses)
    holds = ("holds in",) if examined else ()
    table = Table("patient", "visits", "verdict", *holds, "in words", box=None, pad_edge=False)
    for course in report.courses:
        headline = course.response.headline
        table.add_row(
            course.patient_id,
            str(len(course.timepoints)),
            headline.verdict.value if headline.verdict else "no verdict yet",
            *([_holds(course)] if examined else []),
            headline.sentence,
        )
    return table


def _holds(course: Course) -> str:
    """Return in how many settings the last verdict holds."""
    firm = course.stability.verdict(course.timepoints[-1].study_uid) if course.stability else None
    return f"{firm.held} of {firm.total} settings" if firm else "–"
