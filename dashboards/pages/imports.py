"""Bringing scans in: a folder on this computer or an upload, how far it is, and what became of every file."""

from pathlib import Path

from dash import Dash, Input, Output, State, dcc, html, no_update

from dashboards.address import Address
from dashboards.components.grids import column, grid, plain_rows
from dashboards.components.jobs import job_list
from dashboards.components.states import empty
from dashboards.ids import Id
from dashboards.routes import checked
from dashboards.source import Source
from dashboards.words import say
from tracker.errors import TrackerError

PATH = r"/import"
"""Address of this page."""

TICK_MS = 1000
"""How often the job table is read again, milliseconds."""


def _forms() -> html.Section:
    folder = dcc.Input(id=Id.IMPORT_FOLDER, type="text", placeholder="/data/scans", className="search import-path")
    upload = html.Div(
        id="upload",
        className="upload",
        **{
            "data-files": say("Choose files"),
            "data-folder": say("Choose a folder"),
            "data-drop": say("or drop files here: DICOM, zip, tables such as treatments.csv"),
            "data-sending": say("{{done}} of {{total}} files sent"),
            "data-started": say("All sent. Reading them has started: report of every file"),
            "data-failed": say("Not sent: {{reason}}"),
        },
    )
    return html.Section(
        [
            html.Div(
                [
                    html.H2(say("Folder on this computer")),
                    html.Label([html.Span(say("Folder"), className="hidden"), folder]),
                    html.Button(say("Import"), id=Id.IMPORT_START, className="button", n_clicks=0),
                    html.P(id=Id.IMPORT_MESSAGE, role="status", className="says"),
                ]
            ),
            html.Div([html.H2(say("Upload")), upload]),
        ],
        className="card imports",
    )


def _report(source: Source, job_id: str | None) -> html.Section:
    table = source.rejected() if job_id is None else source.import_report(checked(job_id))
    title = say("Files not used") if job_id is None else say("Report of every file")
    columns = [column(name, name.capitalize(), minWidth=90) for name in table.columns]
    columns[0]["minWidth"] = 260
    columns[-1].update({"minWidth": 320, "flex": 2})
    rows = plain_rows(table.assign(_row=[str(index) for index in range(len(table))]))
    body = (
        grid(Id.IMPORT_REPORT, rows, columns, key="_row", label=title)
        if len(rows)
        else empty(say("Nothing to report"), say("Every file given was used."))
    )
    return html.Section([html.H2(title), body], className="card import-report")


def layout(source: Source, address: Address) -> html.Div:
    """Return the import page.

    Parameters
    ----------
    source : Source
        What may be asked.
    address : Address
        Query ``job`` names the import whose report is shown.

    Returns
    -------
    html.Div
        The page.
    """
    return html.Div(
        [
            html.Div(html.H1(say("Import")), className="page-heading"),
            _forms(),
            html.Section(
                [html.H2(say("Jobs")), html.Div(job_list(source.jobs()), id=Id.IMPORT_JOBS)], className="card"
            ),
            dcc.Interval(id=Id.IMPORT_TICK, interval=TICK_MS),
            _report(source, address.query.get("job")),
        ],
        className="import-page",
        **{"data-title": say("Import")},
    )


def start_words(source: Source, folder: str | None) -> str:
    """Start importing a folder and say so, or say why not.

    Parameters
    ----------
    source : Source
        What may be asked.
    folder : str or None
        As typed.

    Returns
    -------
    str
        One sentence.
    """
    if not folder or not folder.strip():
        return say("Type the path of a folder first.")
    try:
        return say("Started as job {job}.", job=source.start_import(Path(folder.strip())))
    except TrackerError as error:
        return f"{error.message} {error.remedy} ({error.code})"


def jobs_now(source: Source) -> html.Div:
    """Return the job table, or why it cannot be read.

    Parameters
    ----------
    source : Source
        What may be asked.

    Returns
    -------
    html.Div
        The list.
    """
    try:
        return job_list(source.jobs())
    except TrackerError as error:
        return html.Div(html.P(f"{error.message} {error.remedy} ({error.code})", className="says"))


def connect(app: Dash, source: Source) -> None:
    """Wire the import page.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """

    def start(clicks: int, folder: str | None) -> object:
        return start_words(source, folder) if clicks else no_update

    app.callback(
        Output(Id.IMPORT_MESSAGE, "children"),
        Input(Id.IMPORT_START, "n_clicks"),
        State(Id.IMPORT_FOLDER, "value"),
        prevent_initial_call=True,
    )(start)
    app.callback(Output(Id.IMPORT_JOBS, "children"), Input(Id.IMPORT_TICK, "n_intervals"))(lambda _: jobs_now(source))
