"""Images, tables and headers, as a browser or an attacker would ask for them."""

import gzip
import json

import numpy as np
import pytest
from dash import Dash

from dashboards.app import create_app
from dashboards.security import Access, check_binding
from tests.dashboards.fakes import FakeSource
from tracker.errors import InputError

FRAME = "/api/s-flare/v01/ANTERIOR/counts"


def test_frame_carries_stored_counts_and_geometry(app: Dash) -> None:
    reply = app.server.test_client().get(FRAME, headers={"Accept-Encoding": "gzip"})
    facts = json.loads(reply.headers["X-Raster"])
    counts = np.frombuffer(gzip.decompress(reply.data), "<u2").reshape(facts["rows"], facts["cols"])
    assert counts.shape == (512, 128)
    assert counts.sum() > 100_000
    assert reply.headers["Cache-Control"] == "private, no-cache"


def test_frame_is_not_sent_twice(app: Dash) -> None:
    client = app.server.test_client()
    first = client.get(FRAME)
    again = client.get(FRAME, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_browser_without_gzip_gets_plain_bytes(app: Dash) -> None:
    reply = app.server.test_client().get(FRAME, headers={"Accept-Encoding": "identity"})
    assert len(reply.data) == 2 * 512 * 128


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/s-nobody/v01/ANTERIOR/counts", 404),
        ("/api/s-flare/v99/ANTERIOR/counts", 404),
        ("/api/s-flare/v01/LATERAL/counts", 404),
        ("/api/s-flare/v01/ANTERIOR/secrets", 404),
        ("/api/s-front/v01/POSTERIOR/counts", 404),
        ("/api/s.flare/v01/ANTERIOR/counts", 400),
        ("/csv/s-flare/passwords.csv", 404),
    ],
)
def test_unknown_things_are_refused_in_words(app: Dash, path: str, status: int) -> None:
    reply = app.server.test_client().get(path)
    assert reply.status_code == status


def test_table_download_is_the_table(app: Dash, source: FakeSource) -> None:
    reply = app.server.test_client().get("/csv/s-flare/timepoints.csv")
    assert reply.text == source.csv(["s-flare"], "timepoints")
    assert "SIM" not in reply.headers["Content-Disposition"]


def test_pages_are_not_stored_and_scripts_are_ours(app: Dash) -> None:
    headers = app.server.test_client().get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    scripts = headers["Content-Security-Policy"].split("script-src")[1]
    assert "unsafe" not in scripts


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:8050"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, 403),
        ({"Host": "127.0.0.1", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}, 200),
    ],
)
def test_only_this_computer_is_answered(app: Dash, headers: dict[str, str], status: int) -> None:
    assert app.server.test_client().get("/", headers=headers).status_code == status


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9", "null"])
def test_other_sites_cannot_press_buttons(app: Dash, origin: str) -> None:
    reply = app.server.test_client().post("/_dash-update-component", json={}, headers={"Origin": origin})
    assert reply.status_code == 403


def test_forms_are_refused(app: Dash) -> None:
    assert app.server.test_client().post("/_dash-update-component", data={"a": "b"}).status_code == 415


def test_network_binding_needs_sign_in() -> None:
    with pytest.raises(InputError, match="no sign-in"):
        check_binding("0.0.0.0", Access())
    check_binding("127.0.0.1", Access())
    check_binding("0.0.0.0", Access(user_header="X-Forwarded-User"))


def test_every_route_wants_a_user_where_one_is_configured() -> None:
    app = create_app(FakeSource(), Access(hosts=("scans.example",), user_header="X-User"))
    client = app.server.test_client()
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/assets/style.css", FRAME, "/csv/s-flare/lesions.csv"):
        host = {"Host": "scans.example"}
        for headers, status in ((host, 401), ({**host, "X-User": "reader"}, 200)):
            reply = client.get(path, headers=headers)
            assert reply.status_code == status
            reply.close()


TRAVERSALS = [
    up * depth + name
    for up in ("../", "..%2f", "%2e%2e/", "..%5c", "....//")
    for depth in range(1, 9)
    for name in ("etc/passwd", "pyproject.toml", "app.py", "archive.sqlite", "security.py")
]


def test_no_path_leaves_its_folder(app: Dash) -> None:
    client = app.server.test_client()
    assert len(TRAVERSALS) == 200
    for payload in TRAVERSALS:
        for prefix in ("/assets/", "/csv/s-flare/", "/api/s-flare/v01/ANTERIOR/", "/"):
            reply = client.get(prefix + payload)
            assert reply.status_code >= 400 or reply.data.startswith(b"<!DOCTYPE html>"), prefix + payload
            reply.close()
