"""How many lesions each visit has, by fate: new, persistent, resolved."""

import pandas as pd
import plotly.graph_objects as go

from dashboards.answers import CourseAnswer
from dashboards.theme import Palette
from dashboards.words import say


def fate_counts(lesions: pd.DataFrame) -> pd.DataFrame:
    """Return how many lesions of each fate each visit has, counted once whatever the number of views.

    Parameters
    ----------
    lesions : DataFrame
        Columns of ``lesions.csv``.

    Returns
    -------
    DataFrame
        Index ``study_uid``; columns new, persistent, split, resolved, merged; zero where there are none.
    """
    kept = lesions[lesions["kind"] == "lesion"] if len(lesions) else lesions
    once = kept.drop_duplicates(["study_uid", "lesion_id"]) if len(kept) else kept
    counts = once.groupby(["study_uid", "fate"]).size().unstack(fill_value=0) if len(once) else pd.DataFrame()
    return counts.reindex(columns=["new", "persistent", "split", "resolved", "merged"], fill_value=0)


def add_lesions(figure: go.Figure, course: CourseAnswer, row: int, palette: Palette) -> None:
    """Draw the number of lesions per visit by fate; those gone point down.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    course : CourseAnswer
        The course.
    row : int
        Row of the chart.
    palette : Palette
        Colours.
    """
    counts = fate_counts(course.tables["lesions"]).reindex([v.study_uid for v in course.visits], fill_value=0)
    days = [visit.study_date for visit in course.visits]
    tokens = [visit.token for visit in course.visits]
    seen = counts["persistent"] + counts["split"]
    width = 86_400_000 * max(5, (days[-1] - days[0]).days / max(12, 3 * len(days)))
    bars = (
        (say("persistent"), seen, palette.persistent, ""),
        (say("new"), counts["new"], palette.new, "/"),
        (say("resolved"), -counts["resolved"], palette.resolved, "."),
    )
    for name, values, colour, pattern in bars:
        figure.add_bar(
            x=days,
            y=values.to_list(),
            name=name,
            width=width,
            marker={
                "color": colour,
                "pattern": {"shape": pattern, "bgcolor": colour, "fgcolor": palette.surface, "solidity": 0.25},
                "line": {"width": 0},
            },
            hovertemplate=f"%{{x|%Y-%m-%d}}<br>{name}: %{{customdata[1]}}<extra></extra>",
            customdata=[[token, abs(value)] for token, value in zip(tokens, values, strict=True)],
            meta={"visit": True},
            row=row,
            col=1,
        )
    figure.update_layout(barmode="relative")
    figure.update_yaxes(title_text=say("lesions"), tickformat="d", nticks=4, row=row, col=1)
