"""Plain web routes beside the pages: images, outlines, tables as CSV, uploads, the theme's colours.

Every identifier is a token that the source resolves, never a path; what the source does not know is an error of the
tree, shown as JSON with its stable code.
"""

import gzip
import hashlib
import json
import re
from dataclasses import asdict
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import unquote

import pandas as pd
from flask import Flask, Response, jsonify, request

from dashboards.cohort_table import best_changes, cohort_csv, selected, selection_of
from dashboards.rasters import Raster, RasterKind, RasterRequest
from dashboards.security import UPLOAD_PATH
from dashboards.source import COURSE_TABLES, Source
from dashboards.theme import style_sheet
from tracker.errors import ArchiveError, InputError, TrackerError
from tracker.records.view import Projection

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""What a subject, visit or job token looks like."""


def checked(token: str) -> str:
    """Return ``token`` if it can be one.

    Parameters
    ----------
    token : str
        Text from an address.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    InputError
        If it cannot be a token.
    """
    if not TOKEN.fullmatch(token):
        raise InputError("This address is not complete.", remedy="Open the worklist.", code="BAD_TOKEN")
    return token


def failure(error: TrackerError) -> Response:
    """Return an error of the tree as JSON.

    Parameters
    ----------
    error : TrackerError
        What happened.

    Returns
    -------
    Response
        Status 404 for unknown things, 400 for bad input, 503 for the archive, 500 else.
    """
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, ArchiveError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif isinstance(error, InputError):
        unknown = error.code.startswith("UNKNOWN") or error.code == "NO_IMAGE"
        status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.BAD_REQUEST
    response = jsonify(code=error.code, message=error.message, remedy=error.remedy)
    response.status_code = status
    return response


def raster_response(raster: Raster) -> Response:
    """Return one image as a compressed body with its geometry in a header.

    Parameters
    ----------
    raster : Raster
        The image.

    Returns
    -------
    Response
        ``application/octet-stream``; the browser may keep it, but asks each time whether it is still valid.
    """
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(raster.body if accepts else gzip.decompress(raster.body), mimetype="application/octet-stream")
    if accepts:
        response.headers["Content-Encoding"] = "gzip"
    facts = {
        "dtype": raster.dtype,
        "rows": raster.rows,
        "cols": raster.cols,
        "spacing": raster.spacing_mm,
        "orientation": asdict(raster.orientation),
        "step": raster.step,
    }
    response.headers["X-Raster"] = json.dumps(facts)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(hashlib.sha256(raster.body).hexdigest()[:32])
    response.make_conditional(request)
    return response


def csv_response(text: str, name: str) -> Response:
    """Return a table as a download.

    Parameters
    ----------
    text : str
        CSV text.
    name : str
        File name without identifiers.

    Returns
    -------
    Response
        ``text/csv``.
    """
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def connect(server: Flask, source: Source) -> None:
    """Answer the plain routes of ``server`` from ``source``.

    Parameters
    ----------
    server : Flask
        The web server of the app.
    source : Source
        What may be asked.
    """
    server.register_error_handler(TrackerError, failure)

    @server.get("/theme.css")
    def theme() -> Response:
        return Response(style_sheet(), mimetype="text/css", headers={"Cache-Control": "max-age=60"})

    _connect_images(server, source)
    _connect_tables(server, source)

    @server.post(UPLOAD_PATH)
    def upload() -> Response:
        name = PurePosixPath(unquote(request.headers.get("X-Upload-Name", ""))).name
        if not name:
            raise InputError("The upload has no name.", code="NO_UPLOAD_NAME")
        batch = request.headers.get("X-Upload-Batch", "")
        kept = source.receive_upload(checked(batch) if batch else "", name, request.get_data())
        return jsonify(batch=kept)

    @server.post("/api/uploads/<batch>/start")
    def start(batch: str) -> Response:
        return jsonify(job=source.start_upload(checked(batch)))

    @server.post("/api/jobs/<job>/cancel")
    def cancel(job: str) -> Response:
        source.cancel(checked(job))
        return jsonify(job=job)


def _connect_images(server: Flask, source: Source) -> None:
    @server.get("/api/<subject>/<visit>/<projection>/<kind>")
    def raster(subject: str, visit: str, projection: str, kind: str) -> Response:
        if projection not in set(Projection) or kind not in set(RasterKind):
            raise InputError("There is no such image.", code="NO_IMAGE")
        wanted = RasterRequest(
            subject=checked(subject), visit=checked(visit), projection=Projection(projection), kind=RasterKind(kind)
        )
        return raster_response(source.raster(wanted))

    @server.get("/api/<subject>/<visit>/outlines")
    def outlines(subject: str, visit: str) -> Response:
        return jsonify([asdict(outline) for outline in source.outlines(checked(subject), checked(visit))])


def _connect_tables(server: Flask, source: Source) -> None:
    @server.get("/csv/<subject>/<table>.csv")
    def table(subject: str, table: str) -> Response:
        if table not in COURSE_TABLES:
            raise InputError("There is no such table.", code="UNKNOWN_TABLE")
        return csv_response(source.csv([checked(subject)], table), f"{table}.csv")

    @server.get("/csv/trends.csv")
    def trends() -> Response:
        tokens = list(dict.fromkeys(_selection(source)["token"]))
        return csv_response(source.csv(tokens, "trends"), "trends.csv")

    @server.get("/csv/cohort.csv")
    def cohort() -> Response:
        return csv_response(cohort_csv(_selection(source)), "cohort.csv")

    @server.get("/csv/best_changes.csv")
    def best() -> Response:
        return csv_response(cohort_csv(best_changes(_selection(source))), "best_changes.csv")


def _selection(source: Source) -> pd.DataFrame:
    """Return the rows of the cohort that the query of the present request keeps."""
    return selected(source.cohort(), selection_of(request.args))
