"""What no page of ours may ever do: report errors, break the policy, or reach beyond its origin."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

__all__ = ["Watch"]

_OWN = {"blob", "data"}  # addresses of what is in the page itself


class Watch:
    """Collects faults of every page of a context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.faults: list[str] = []
        self._origin = origin
        self._allowed: tuple[str, ...] = ()
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("request", self._asked)
        context.on("page", self._opened)

    def allow_broken_connections(self) -> None:
        """The test breaks connections itself, which the browser reports as errors of the page."""
        self._allowed += ("net::ERR_", "status of 503", "status of 401")

    def allow_refusals(self) -> None:
        """The test does what is refused, which the browser reports as well."""
        self._allowed += ("status of 403", "status of 413")

    def _opened(self, page: Page) -> None:
        page.on("crash", lambda _: self.faults.append("the page crashed"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in self._allowed):
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _asked(self, request: Request) -> None:
        scheme = urlsplit(request.url).scheme
        if scheme not in _OWN and not request.url.startswith(f"{self._origin}/"):
            self.faults.append(f"asked for {request.url}")
