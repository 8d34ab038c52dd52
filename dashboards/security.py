"""Who may talk to the dashboard: this computer, or a reverse proxy that has checked who it is.

Binding to another address than loopback needs `Access.user_header`: the header in which a reverse proxy (OIDC, TLS)
names the signed-in user; a request without it is refused. Host and Origin are checked against the names that the
server answers to, which stops DNS rebinding and requests forged by other sites. Pages are never stored by browsers.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, Response, abort, request

from tracker.errors import InputError

LOOPBACK_NAMES: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
"""Host names of this computer."""

LARGEST_UPLOAD_BYTES = 256 * 2**20
"""Largest request body: one study with all its derived objects is under 50 MB (NM whole body, 1024 x 256 x 2)."""

UPLOAD_PATH = "/api/upload"
"""The only route that takes a body other than JSON; it needs a header of its own, which other sites cannot send."""

POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "style-src 'self' 'unsafe-inline'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; script-src 'self' {scripts}"
)
"""Content-Security-Policy. Inline style stays allowed because chart and grid libraries set it; inline script not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Which requests are answered.

    Parameters
    ----------
    hosts : tuple of str
        Names in the Host header that are answered, without port.
    user_header : str
        Header that must name a user; empty on loopback.
    """

    hosts: tuple[str, ...] = LOOPBACK_NAMES
    user_header: str = ""


def is_loopback(host: str) -> bool:
    """Return whether ``host`` can only be reached from this computer.

    Parameters
    ----------
    host : str
        Address or name to bind to.

    Returns
    -------
    bool
        True for 127.0.0.0/8, ::1 and localhost.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_binding(host: str, access: Access) -> None:
    """Refuse to open the dashboard to a network without somebody who checks users.

    Parameters
    ----------
    host : str
        Address to bind to.
    access : Access
        What is configured.

    Raises
    ------
    InputError
        If the address is not loopback and no user header is configured.
    """
    if not is_loopback(host) and not access.user_header:
        raise InputError(
            f"Binding to {host} would show patients to the network, and no sign-in is configured.",
            remedy="Serve on 127.0.0.1 behind a reverse proxy that signs users in, and name its user header.",
            code="OPEN_BINDING",
        )


def _host_name(host: str) -> str:
    """Return a Host header without its port."""
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def _foreign() -> bool:
    """Return whether another site made the browser send this request; following a link here is allowed."""
    if request.method not in ("GET", "HEAD"):
        origin = request.headers.get("Origin")
        return origin is not None and origin.split("//")[-1] != request.host
    site = request.headers.get("Sec-Fetch-Site", "none")
    follows_link = request.headers.get("Sec-Fetch-Dest") == "document"
    return site not in ("same-origin", "none") and not follows_link


def _refuse(access: Access) -> None:
    """Stop a request that must not be answered."""
    if _host_name(request.host) not in access.hosts:
        abort(403, "This host name is not configured.")
    if access.user_header and not request.headers.get(access.user_header):
        abort(401, "Sign in first.")
    if _foreign():
        abort(403, "Requests from other sites are refused.")
    if request.method == "POST" and not request.is_json and request.path != UPLOAD_PATH:
        abort(415, "Only JSON is accepted here.")


def guard(server: Flask, access: Access, script_hashes: Sequence[str]) -> None:
    """Check every request of ``server`` and put the security headers on every answer.

    Parameters
    ----------
    server : Flask
        The web server of the app.
    access : Access
        Which requests are answered.
    script_hashes : sequence of str
        Hashes of the inline scripts that the page itself needs.
    """
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD_BYTES
    policy = POLICY.format(scripts=" ".join(script_hashes))

    @server.before_request
    def check() -> None:
        _refuse(access)

    @server.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not request.path.startswith(("/_dash-component-suites/", "/assets/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
