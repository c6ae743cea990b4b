"""The page as a part of the control server: every route it has, and how it starts and ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from sandbox.network import ServerInfo
from sandbox.page import chats, events, site, start
from sandbox.page.events import EVENTS, Events
from sandbox.page.roster import ROSTER, Roster
from sandbox.page.start import START, Start

ROUTES: Final = (site.routes, start.routes, events.routes, chats.routes)
"""The route tables of the page; a new file's goes here."""
KEPT_IN: Final = "page.json"
"""The file of the state folder that the people are kept in."""


class Page:
    """The page's life inside a control server's application."""

    def __init__(self, app: web.Application, folder: Path, is_taken: Callable[[str], bool]) -> None:
        """Add the page's routes; `folder` is the state's, `is_taken` tells whether somebody has a phone number."""
        self._events = app[EVENTS] = Events()
        self.roster = app[ROSTER] = Roster(folder / KEPT_IN, self._events, is_taken)
        self.start_with = app[START] = Start()
        for routes in ROUTES:
            app.add_routes(routes)

    def start(self, info: ServerInfo) -> None:
        """Telegram is served from now on: let the people come."""
        self.roster.start(info)

    async def stop(self) -> None:
        """End the streams, and let everybody leave."""
        self._events.end()
        await self.roster.stop()
