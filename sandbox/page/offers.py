"""What the process that runs the sandbox offers on the page, such as killing its bot, and what it has to say there."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from sandbox.page.events import Events
from sandbox.page.missing import MissingError

KEPT: Final = 50
"""Lines of the process that a page which opens later still sees."""


class NoOffer(MissingError):  # noqa: N818 - what is missing
    """The process offers nothing of this name."""

    name = "NO_OFFER"

    def __init__(self, name: str) -> None:
        super().__init__(f"Nothing of the name {name!r} is offered here: load the page anew to see what is.")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the process does when it is asked to on the page."""

    name: str
    title: str
    text: str
    """What it does, and what to watch."""
    act: Callable[[], Awaitable[str]]
    """Does it, and returns what to say."""
    danger: bool = False


class Offers:
    """All of them, and what the process said. Made before the sandbox starts; one that is restarted takes it over."""

    def __init__(self) -> None:
        self._offers: dict[str, Offer] = {}
        self._told: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._events: Events | None = None

    def add(self, offer: Offer) -> None:
        """Offer something from now on; another one of its name goes."""
        self._offers[offer.name] = offer

    def publish_to(self, events: Events) -> None:
        """From now on the pages hear what is said."""
        self._events = events

    def tell(self, text: str, *, trouble: bool = False, away: str = "") -> None:
        """Say something to whoever looks at the page; `trouble` when something went wrong.

        `away` is why the bot is away just then: the page says so until a line comes without it.
        """
        line = {"at": int(time.time()), "text": text, "trouble": trouble, "away": away}
        self._told.append(line)
        if self._events is not None:
            self._events.publish(None, "told", line=line)

    def shown(self) -> list[dict[str, Any]]:
        """What is offered."""
        return [
            {"name": each.name, "title": each.title, "text": each.text, "danger": each.danger}
            for each in self._offers.values()
        ]

    def told(self) -> list[dict[str, Any]]:
        """What was said, oldest first, the last `KEPT` lines."""
        return list(self._told)

    async def take(self, name: str) -> str:
        """Let the process do what it offers; returns what it says.

        Raises:
            NoOffer: it offers nothing of this name.
        """
        offer = self._offers.get(name)
        if offer is None:
            raise NoOffer(name)
        return await offer.act()


OFFERS: Final = web.AppKey("offers", Offers)

routes = web.RouteTableDef()


@routes.post("/api/offers/{name}")
async def take(request: web.Request) -> web.Response:
    """`{"said": "…"}`: let the process do what it offers under this name."""
    return web.json_response({"said": await request.app[OFFERS].take(request.match_info["name"])})
