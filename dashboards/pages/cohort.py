"""Many courses at once, for a trial: best change, time on treatment, every course, and the table behind them."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pandas as pd
from dash import Dash, dcc, html

from dashboards.address import Address
from dashboards.cohort_table import QUERY_NAMES, best_changes, selected, selection_of
from dashboards.components.charts import card, chart
from dashboards.components.legends import verdict_legend
from dashboards.components.marks import verdict_words
from dashboards.components.states import empty
from dashboards.figures.cohort import spider, swimmer, waterfall
from dashboards.ids import Id
from dashboards.source import Source
from dashboards.theme import PALETTES, Theme
from dashboards.words import say
from tracker.records.assessment import Verdict

PATH = r"/cohort"
"""Address of this page."""


def toggled(query: Mapping[str, str], name: str, value: str) -> str:
    """Return the address with one value of one filter turned on or off.

    Parameters
    ----------
    query : mapping of str to str
        The present one.
    name : str
        Filter.
    value : str
        Value to turn on or off.

    Returns
    -------
    str
        Path and query.

    Examples
    --------
    >>> toggled({"cancer": "breast"}, "cancer", "prostate"), toggled({"cancer": "breast"}, "cancer", "breast")
    ('/cohort?cancer=breast%2Cprostate', '/cohort')
    """
    chosen = set(filter(None, query.get(name, "").split(","))) ^ {value}
    kept = {**{key: text for key, text in query.items() if key in QUERY_NAMES}, name: ",".join(sorted(chosen))}
    search = urlencode({key: text for key, text in kept.items() if text})
    return f"/cohort?{search}" if search else "/cohort"


def _filter(query: Mapping[str, str], name: str, label: str, options: Mapping[str, str]) -> html.Div:
    chosen = query.get(name, "").split(",")
    links = [
        dcc.Link(
            words,
            href=toggled(query, name, value),
            className="tool tool--on" if value in chosen else "tool",
        )
        for value, words in options.items()
    ]
    return html.Div(
        [html.Span(label, className="tool-label"), *links],
        className="tool-group",
        role="group",
        **{"aria-label": label},
    )


def _values(cohort: pd.DataFrame, column: str) -> dict[str, str]:
    return {value: value.replace("_", " ") for value in sorted({str(value) for value in cohort[column] if str(value)})}


def charts(cohort: pd.DataFrame, search: str, theme: Theme) -> list[html.Section]:
    """Return the charts of a selection and the way to its table.

    Parameters
    ----------
    cohort : DataFrame
        Rows of the selection, columns of `dashboards.source.COHORT_COLUMNS`.
    search : str
        The selection as it stands in the address, such as ``cancer=breast``.
    theme : Theme
        Light or dark.

    Returns
    -------
    list of html.Section
        Cards.
    """
    palette = PALETTES[theme]
    people = cohort["token"].nunique()
    link = html.A(say("trends.csv of this selection"), href=f"/csv/trends.csv?{search}", className="download")
    count = html.Section(
        [html.Span(say("{count} patients, {visits} visits", count=people, visits=len(cohort))), verdict_legend(), link],
        className="card cohort-count",
    )
    return [
        count,
        card(
            say("Best change"),
            say(
                "Lowest change of burden on treatment, one bar per patient, with its 95 % interval; pale: within noise."
                " {count} of {people} patients have a comparable scan on treatment.",
                count=len(best_changes(cohort)) if people else 0,
                people=people,
            ),
            chart(Id.COHORT_WATERFALL, waterfall(cohort, palette)),
            name="waterfall",
            table=f"/csv/best_changes.csv?{search}",
        ),
        card(
            say("Every course"),
            say("Change of burden against the reference over days on treatment; shape and colour: last verdict."),
            chart(Id.COHORT_SPIDER, spider(cohort, palette)),
            name="spider",
            table=f"/csv/cohort.csv?{search}",
        ),
        card(
            say("Time on treatment"),
            say("One lane per patient, one mark per visit in the shape of its verdict; a cross is a death."),
            chart(Id.COHORT_SWIMMER, swimmer(cohort, palette)),
            name="swimmer",
            table=f"/csv/cohort.csv?{search}",
        ),
    ]


def layout(source: Source, address: Address) -> html.Div:
    """Return the cohort page.

    Parameters
    ----------
    source : Source
        What may be asked.
    address : Address
        How it should look.

    Returns
    -------
    html.Div
        The page.
    """
    cohort = source.cohort()
    heading = html.Div(html.H1(say("Cohort")), className="page-heading")
    page = {"data-title": say("Cohort"), "className": "cohort"}
    if not len(cohort):
        return html.Div([heading, empty(say("No patients yet"), say("Import a folder of scans first."))], **page)
    filters = html.Div(
        [
            _filter(address.query, "therapy", say("Treatment"), _values(cohort, "therapy_class")),
            _filter(address.query, "cancer", say("Cancer"), _values(cohort, "cancer")),
            _filter(address.query, "verdict", say("Last verdict"), {one.value: verdict_words(one) for one in Verdict}),
        ],
        className="card filters",
    )
    kept = selected(cohort, selection_of(address.query))
    search = urlencode({name: address.query[name] for name in QUERY_NAMES if address.query.get(name)})
    body = html.Div(charts(kept, search, address.theme), className="cohort-charts")
    return html.Div([heading, filters, body], **page, **{"data-export": f"/csv/trends.csv?{search}"})


def connect(app: Dash, source: Source) -> None:
    """Wire the cohort page; its filters are links, so that an address restores a selection.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """
