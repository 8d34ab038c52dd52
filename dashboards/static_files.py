"""Scripts and styles, compressed once and kept by browsers: names of theirs change when their content does."""

import brotli
from flask import Flask, Response, request

STATIC_PATHS = ("/_dash-component-suites/", "/assets/")
"""Where files lie that are the same for everybody."""

QUALITY = 7
"""Brotli effort, 0 to 11: a tenth smaller than gzip's best in a third of a second for the largest script, paid once."""

SMALLEST = 1000
"""Bytes below which compressing gains nothing."""


def keep_compressed(server: Flask) -> None:
    """Compress each static file once per server and let browsers keep those whose address names their version.

    Parameters
    ----------
    server : Flask
        The web server of the app.
    """
    kept: dict[tuple[str, str], bytes] = {}

    def shrink(response: Response) -> Response:
        if not request.path.startswith(STATIC_PATHS) or response.status_code != 200:
            return response
        versioned = request.args.get("m") or request.args.get("v") or ".v" in request.path or "fonts/" in request.path
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        kind = response.mimetype or ""
        text = kind.startswith("text/") or "javascript" in kind
        if not text or "br" not in request.headers.get("Accept-Encoding", ""):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        key = (request.path, response.headers.get("ETag", str(len(body))))
        if key not in kept:
            kept[key] = brotli.compress(body, quality=QUALITY)
        response.set_data(kept[key])
        response.headers["Content-Encoding"] = "br"
        response.headers["Vary"] = "Accept-Encoding"
        return response

    server.after_request(shrink)
