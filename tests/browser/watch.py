"""What must not happen on the page while a test looks at it, and how a test gets to know that it did."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError, WebSocket

LISTENING = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI} ${event.sample}`);
});
"""
"""Runs before everything else in each document, and says on the console what the policy forbade without a word."""
_WITHIN = 60.0
RAN = "ran"
"""The function that hostile messages call: whoever can call it can do everything that the page can."""


class Watch:
    """Collects errors, violations of the policy, requests that leave the page's origin, and markup that ran."""

    def __init__(self, url: str) -> None:
        """`url` is one of the page's: what has its scheme, host and port is the page's own."""
        self.origin = origin_of(url)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        self._news = asyncio.Event()

    async def over(self, context: BrowserContext) -> None:
        """Look at every page of a browser context, from before it loads."""
        await context.expose_function(RAN, self._ran)
        await context.add_init_script(LISTENING)
        context.on("weberror", self._failed)
        context.on("console", self._said)
        context.on("request", self._asked)
        context.on("dialog", self._dialog)
        context.on("page", self._opened)

    @contextmanager
    def allowing(self, *patterns: str) -> Iterator[None]:
        """Let these complaints pass meanwhile: what a test provokes."""
        added = [re.compile(pattern) for pattern in patterns]
        self._allowed += added
        try:
            yield
        finally:
            self._allowed = [each for each in self._allowed if each not in added]

    def complain(self, text: str) -> None:
        """Write a complaint down, unless it is one that is allowed now."""
        if not any(pattern.search(text) for pattern in self._allowed):
            self.complaints.append(text)
            self._news.set()

    async def complaint(self, wanted: str) -> None:
        """Wait until there is a complaint with these words.

        Raises:
            AssertionError: There is none in time; with those that there are.
        """
        try:
            async with asyncio.timeout(_WITHIN):
                while not any(wanted in each for each in self.complaints):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"nothing was said of {wanted!r}, but: {self.complaints}") from None

    def end(self) -> list[str]:
        """Look no more, and complain of nothing. Returns what was complained of until now."""
        complaints, self.complaints = self.complaints, []
        self._allowed.append(re.compile(""))
        return complaints

    def _ran(self, what: object = None) -> None:
        self.complain(f"markup of a message ran: {what}")

    def _failed(self, error: WebError) -> None:
        self.complain(f"error on the page: {error.error}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place: Any = message.location
            self.complain(f"error on the console: {message.text} ({place['url']}:{place['lineNumber']})")

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if origin_of(request.url) != self.origin:
            self.complain(f"a request left the page: {request.url}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.complain(f"the browser's own dialog: {dialog.message}")
        await dialog.dismiss()

    def _opened(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        self.complain(f"a web socket was opened: {socket.url}")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; those of its maker, if it is a blob's."""
    parts = urlsplit(url.removeprefix("blob:"))
    return f"{parts.scheme}://{parts.netloc}"
