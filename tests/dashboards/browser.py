"""A real browser against a real server on this computer."""

import shutil
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import urlsplit

from dash import Dash
from playwright.sync_api import Browser, BrowserContext, Page
from waitress.server import create_server

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


TIMEOUT_MS = 60_000
"""Patience with a busy computer; nothing waits so long when all is well."""


def chromium() -> str | None:
    """Return the path of a Chromium, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Served:
    """An app behind waitress on a free port, as `dashboards.app.serve` runs it."""

    def __init__(self, app: Dash) -> None:
        self.server = create_server(app.server, host="127.0.0.1", port=0, threads=8, ident=None)
        self.base = f"http://127.0.0.1:{self.server.effective_port}"
        self.thread = Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.close()
        self.thread.join(timeout=5)


@dataclass
class Visit:
    """One person's browser window, remembering what went wrong and who was asked."""

    browser: Browser
    base: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, path: str, *, width: int = 1920, height: int = 1080, theme: str = "light", trusted: bool = False
    ) -> Page:
        """Open a page; ``trusted`` lets a test put its own script into it."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            bypass_csp=trusted,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.goto(self.base + path)
        page.wait_for_selector("#page > [data-title]")
        return page

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.base:
            self.foreign.append(url)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
