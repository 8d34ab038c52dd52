"""``create_app(source)``: the whole dashboard on one source; it keeps no state of its own.

A plain router instead of Dash's page registry, which is global to the process and would show one app's patients in
another. Every error of the tree is caught here, at the rim of a page, and shown as a sentence with its remedy.
"""

import re
from types import ModuleType

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html
from flask import request

from dashboards import routes, security
from dashboards.address import Address, parsed_query, requested_theme
from dashboards.components.shell import shell
from dashboards.components.states import failed
from dashboards.ids import Id
from dashboards.pages import cohort, compare, course, imports, visit, worklist
from dashboards.security import Access
from dashboards.source import Source
from dashboards.static_files import keep_compressed
from dashboards.words import use_language
from tracker.errors import InputError, TrackerError

PAGES: tuple[ModuleType, ...] = (worklist, course, compare, visit, cohort, imports)
"""Every page: ``PATH`` (a pattern whose groups are tokens), ``layout(source, address)``, ``connect(app, source)``."""

INDEX = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{%title%}</title>
{%favicon%}
<link rel="stylesheet" href="/theme.css">
<script src="/assets/early.js"></script>
{%css%}
</head>
<body>
{%app_entry%}
{%config%}
{%scripts%}
{%renderer%}
</body>
</html>"""
"""The document; ``early.js`` sets the theme before anything is painted."""

THREADS = 8
"""Requests answered at the same time: six scans of two views are fetched by one browser at once."""


def page_at(source: Source, path: str, address: Address) -> html.Div:
    """Return the page of an address, or one that says what is wrong.

    Parameters
    ----------
    source : Source
        What may be asked.
    path : str
        Path of the address.
    address : Address
        Query and theme; tokens are filled in from the path.

    Returns
    -------
    html.Div
        Never raises an error of the tree.
    """
    try:
        for page in PAGES:
            match = re.fullmatch(page.PATH, path.rstrip("/") or "/")
            if match:
                wanted = Address(tokens=match.groups(), query=address.query, theme=address.theme)
                return page.layout(source, wanted)
        raise InputError("There is no page at this address.", remedy="Open the worklist.", code="NO_PAGE")
    except TrackerError as error:
        return failed(error)


def create_app(source: Source, access: Access | None = None) -> Dash:
    """Return an app that shows ``source``.

    Parameters
    ----------
    source : Source
        What may be asked.
    access : Access, optional
        Which requests are answered; only this computer's own unless given.

    Returns
    -------
    Dash
        Ready to serve; ``app.server`` is the WSGI application.
    """
    app = Dash(
        "dashboards",
        title="Bone-scan tracker",
        update_title=None,
        compress=True,
        serve_locally=True,
        suppress_callback_exceptions=True,
        assets_ignore=r"early\.js|plotly-basic\.min\.js",
        index_string=INDEX,
    )
    app.layout = shell
    for page in PAGES:
        page.connect(app, source)

    def show(path: str | None, search: str | None) -> html.Div:
        return page_at(source, path or "/", Address(query=parsed_query(search), theme=requested_theme()))

    app.callback(Output(Id.PAGE, "children"), Input(Id.URL, "pathname"), Input(Id.URL, "search"))(show)
    recolour = ClientsideFunction(namespace="charts", function_name="recolour")
    app.clientside_callback(
        recolour,
        Output({"chart": ALL}, "figure"),
        Input(Id.THEME, "data"),
        State(Id.PALETTES, "data"),
        State({"chart": ALL}, "figure"),
        prevent_initial_call=True,
    )
    remember = ClientsideFunction(namespace="charts", function_name="remember")
    app.clientside_callback(remember, Output(Id.PALETTES, "modified_timestamp"), Input(Id.PALETTES, "data"))
    app.server.before_request(lambda: use_language(request.accept_languages.best or "en"))
    routes.connect(app.server, source)
    keep_compressed(app.server)
    security.guard(app.server, access or Access(), app.csp_hashes())
    return app


def serve(source: Source, host: str = "127.0.0.1", port: int = 8050, access: Access | None = None) -> None:
    """Serve the dashboard until interrupted.

    Parameters
    ----------
    source : Source
        What may be asked.
    host : str, optional
        Address to bind to; other than loopback only with ``access.user_header``.
    port : int, optional
        TCP port.
    access : Access, optional
        Which requests are answered.

    Raises
    ------
    InputError
        If the address is not loopback and nobody checks users.
    """
    from waitress import serve as waitress_serve

    chosen = access or Access()
    security.check_binding(host, chosen)
    waitress_serve(create_app(source, chosen).server, host=host, port=port, threads=THREADS, ident=None)
