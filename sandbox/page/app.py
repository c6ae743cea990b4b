"""The page as a part of the control server: every route it has, and how it starts and ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web
from pyrogram.errors import RPCError

from sandbox.ending import end
from sandbox.network import ServerInfo
from sandbox.page import (
    acts,
    belonging,
    chats,
    downloads,
    events,
    files,
    inline,
    ledger_events,
    links,
    offers,
    site,
    start,
    tries,
    weather,
)
from sandbox.page.events import EVENTS, Events
from sandbox.page.offers import OFFERS, Offers
from sandbox.page.roster import ROSTER, Roster
from sandbox.page.seat import Seat
from sandbox.page.tries import SUGGESTIONS, Newcomer, Suggestions

log = logging.getLogger(__name__)
ROUTES: Final = (
    site.routes,
    start.routes,
    events.routes,
    chats.routes,
    tries.routes,
    offers.routes,
    ledger_events.routes,
    weather.routes,
    acts.routes,
    belonging.routes,
    downloads.routes,
    files.routes,
    inline.routes,
    links.routes,
)
"""The route tables of the page; a new file's goes here."""
KEPT_IN: Final = "page.json"
"""The file of the state folder that the people are kept in."""


class Page:
    """The page's life inside a control server's application."""

    def __init__(
        self,
        app: web.Application,
        folder: Path,
        is_taken: Callable[[str], bool],
        suggestions: Suggestions,
        offers: Offers,
    ) -> None:
        """Add the page's routes; `folder` is the state's, `is_taken` tells whether somebody has a phone number."""
        self._suggestions = app[SUGGESTIONS] = suggestions
        app[OFFERS] = offers
        self._coming: asyncio.Task[None] | None = None
        self._events = app[EVENTS] = Events()
        self.roster = app[ROSTER] = Roster(folder / KEPT_IN, self._events, is_taken)
        offers.publish_to(self._events)
        for routes in ROUTES:
            app.add_routes(routes)

    def start(self, info: ServerInfo) -> None:
        """Telegram is served from now on: let the people come."""
        self.roster.start(info)
        self._coming = asyncio.get_running_loop().create_task(self._let_in())

    async def stop(self) -> None:
        """End the streams, and let everybody leave."""
        self._events.end()
        await end([self._coming])
        await self.roster.stop()

    async def seat(self, newcomer: Newcomer) -> Seat:
        """One of the people that the page begins with, open and ready.

        Raises:
            RPCError: Telegram refuses the number or the name.
            TimeoutError: it does not answer.
        """
        return await self.roster.include(
            newcomer.phone,
            newcomer.first_name,
            newcomer.last_name,
            newcomer.language_code,
            note=newcomer.note,
            knows=newcomer.knows,
        )

    async def _let_in(self) -> None:
        """Have those who are suggested, all at once and in their order; nobody waits for it."""
        people = self._suggestions.people
        for newcomer, came in zip(people, await asyncio.gather(*map(self._come, people)), strict=True):
            if not came:
                log.warning("%s (%s) could not come to the page", newcomer.first_name, newcomer.phone)

    async def _come(self, newcomer: Newcomer) -> bool:
        try:
            await self.seat(newcomer)
        except (RPCError, OSError):
            return False
        return True
