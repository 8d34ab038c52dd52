"""Many courses at once, for a trial: best change, time on treatment, every course, and the table behind them."""

from collections.abc import Sequence

import pandas as pd
from dash import Dash, Input, Output, dcc, html

from dashboards.address import Address, requested_theme
from dashboards.components.charts import card, chart
from dashboards.components.marks import verdict_words
from dashboards.components.states import empty
from dashboards.figures.cohort import Selection, selected, spider, swimmer, waterfall
from dashboards.ids import Id
from dashboards.source import Source
from dashboards.theme import PALETTES, Theme
from dashboards.words import say
from tracker.records.assessment import Verdict

PATH = r"/cohort"
"""Address of this page."""


def _choices(cohort: pd.DataFrame, column: str) -> list[dict[str, str]]:
    values = sorted({str(value) for value in cohort[column] if str(value)})
    return [{"value": value, "label": value.replace("_", " ")} for value in values]


def _filter(name: Id, label: str, options: list[dict[str, str]]) -> html.Div:
    return html.Div(
        [
            html.Label(label, htmlFor=name.value),
            dcc.Dropdown(id=name.value, options=options, multi=True, placeholder=say("all"), searchable=False),
        ],
        className="filter",
    )


def charts(cohort: pd.DataFrame, theme: Theme) -> list[html.Section]:
    """Return the charts of a selection and the way to its table.

    Parameters
    ----------
    cohort : DataFrame
        Rows of the selection, columns of `dashboards.source.COHORT_COLUMNS`.
    theme : Theme
        Light or dark.

    Returns
    -------
    list of html.Section
        Cards.
    """
    palette = PALETTES[theme]
    tokens = list(dict.fromkeys(cohort["token"]))
    link = html.A(
        say("trends.csv of this selection"), href=f"/csv/trends.csv?subjects={','.join(tokens)}", className="download"
    )
    count = html.Section(
        [html.Span(say("{count} patients, {visits} visits", count=len(tokens), visits=len(cohort))), link],
        className="card cohort-count",
    )
    return [
        count,
        card(
            say("Best change"),
            say(
                "Lowest change of burden on treatment, one bar per patient, with its 95 % interval; pale: within noise."
            ),
            chart(Id.COHORT_WATERFALL, waterfall(cohort, palette)),
            name="waterfall",
        ),
        card(
            say("Every course"),
            say("Change of burden against the reference over days on treatment; shape and colour: last verdict."),
            chart(Id.COHORT_SPIDER, spider(cohort, palette)),
            name="spider",
        ),
        card(
            say("Time on treatment"),
            say("One lane per patient, one mark per visit in the shape of its verdict; a cross is a death."),
            chart(Id.COHORT_SWIMMER, swimmer(cohort, palette)),
            name="swimmer",
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
    verdicts = [{"value": verdict.value, "label": verdict_words(verdict)} for verdict in Verdict]
    filters = html.Div(
        [
            _filter(Id.COHORT_THERAPY, say("Treatment"), _choices(cohort, "therapy_class")),
            _filter(Id.COHORT_CANCER, say("Cancer"), _choices(cohort, "cancer")),
            _filter(Id.COHORT_VERDICT, say("Last verdict"), verdicts),
        ],
        className="card filters",
    )
    return html.Div(
        [heading, filters, html.Div(charts(cohort, address.theme), id=Id.COHORT_CHARTS, className="cohort-charts")],
        **page,
    )


def connect(app: Dash, source: Source) -> None:
    """Wire the filters.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """

    def filtered(
        therapies: Sequence[str] | None, cancers: Sequence[str] | None, verdicts: Sequence[str] | None
    ) -> list[html.Section]:
        kept = Selection(therapies=tuple(therapies or ()), cancers=tuple(cancers or ()), verdicts=tuple(verdicts or ()))
        return charts(selected(source.cohort(), kept), requested_theme())

    app.callback(
        Output(Id.COHORT_CHARTS, "children"),
        Input(Id.COHORT_THERAPY, "value"),
        Input(Id.COHORT_CANCER, "value"),
        Input(Id.COHORT_VERDICT, "value"),
        prevent_initial_call=True,
    )(filtered)
