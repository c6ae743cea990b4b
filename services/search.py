"""Decides what people find: listed links that are open now, and how the catalogue keeps in step with the database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from database.bots import BotDatabase
from database.clock import Clock
from database.files import StoredFile
from database.link import Link
from database.listings import Listing
from database.together import Together
from services.catalogue import Catalogue, Entry
from services.errors import TryLater, UserError
from services.words import words_of

LONGEST: Final = 256
"""Characters of a question that count: as many as Telegram lets an inline question have."""

LOOK_EVERY: Final = timedelta(seconds=5)
"""How often the catalogue is brought up to date while nobody asks; every question does so too."""

_AT_ONCE: Final = 500
"""Links that are taken up in one go: 20 ms in which nobody else is served."""

_BACK: Final = 5 << 32
"""How far the reading of changes goes back (seconds, above 32 bits): what was written at the same time shows later."""

_BEFORE: Final = timedelta(seconds=60)
"""How long before a first reading changes may have been made that it did not see."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as those who find it see it; `file` is its first, None where its record is gone."""

    link: Link
    file: StoredFile | None

    @property
    def count(self) -> int:
        """How many files are behind it."""
        return len(self.link.items)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what a question finds, the best first; `after` asks for what follows, None at the end.

    `name` is what the question is remembered as, None where it is not.
    """

    text: str
    links: list[FoundLink]
    first: int
    after: int | None
    name: str | None = None


class SearchService:
    """One bot's search."""

    def __init__(self, database: BotDatabase, clock: Clock) -> None:
        """Take the collections; nothing is read yet."""
        self._listings = database.listings
        self._links = database.links
        self._files = database.files
        self._queries = database.queries
        self._clock = clock
        self._catalogue = Catalogue()
        self._last: int | None = None  # the last change that was read; None until everything was
        self._reading: Together[None, None] = Together(self._read)

    async def keep_up(self) -> datetime:
        """Bring the catalogue up to date; returns when to do so again. The first time reads all that is listed."""
        await self._reading.one(None)
        return self._clock.now() + LOOK_EVERY

    async def ask(self, text: str, *, size: int) -> Found:
        """Return the first page of what a text finds, and remember the text where there are more pages to turn to.

        Raises:
            TryLater: the catalogue is not read yet.
        """
        page = await self._page(_tidy(text), 0, size, None)
        if page.after is None:
            return page
        return replace(page, name=await self._queries.remember(page.text, self._clock.now()))

    async def turn(self, name: str, first: int, *, size: int) -> Found:
        """Return another page of what a remembered text finds.

        Raises:
            UserError: `search-forgotten`.
            TryLater: the catalogue is not read yet.
        """
        text = await self._queries.recall(name)
        if text is None:
            raise UserError("search-forgotten")
        page = await self._page(text, first, size, name)
        return page if page.links or not first else await self._page(text, 0, size, name)

    async def glance(self, text: str, first: int, *, size: int) -> Found:
        """Return a part of what a text finds, from a place on, and remember nothing.

        Raises:
            TryLater: the catalogue is not read yet.
        """
        return await self._page(_tidy(text), first, size, None)

    async def _page(self, text: str, first: int, size: int, name: str | None) -> Found:
        if self._last is None:
            raise TryLater(0.5, "the catalogue is not read yet")
        await self._reading.one(None)
        links: list[Link] = []
        ranked = self._catalogue.find(text)[first:]
        while ranked and len(links) <= size:
            looked_at, ranked = ranked[: 2 * size], ranked[2 * size :]
            links += await self._open(looked_at)
        shown = links[:size]
        firsts = {link.code: link.items[0].unique_id for link in shown if link.items}
        files = await self._files.get_many(set(firsts.values()))
        found = [FoundLink(link, files.get(firsts.get(link.code, ""))) for link in shown]
        return Found(text, found, first, first + size if len(links) > size else None, name)

    async def _open(self, codes: Sequence[str]) -> list[Link]:
        """Return those of the links that can be opened now, as the database has them; the others leave the catalogue.

        Whatever closes a link for good or for a while changes it, and what opens it again is a change that is read.
        """
        found = await self._links.get_many(codes)
        now = self._clock.now()
        links = [
            link for link in found.values() if link.listed and link.revoked_at is None and not link.is_expired(now)
        ]
        used_up = await self._links.are_used_up(links)
        good = {link.code: link for link in links if link.code not in used_up}
        for code in codes:
            if code not in good:
                self._catalogue.remove(code)
        return [good[code] for code in codes if code in good]

    async def _read(self, askers: Sequence[None]) -> list[Exception | None]:
        """Take up what changed since the last reading, first of all everything that is listed."""
        if self._last is None:
            begin = int((self._clock.now() - _BEFORE).timestamp()) << 32
            await self._take_up(0, listed_only=True)
            self._last = begin
        self._last = await self._take_up(self._last - _BACK, listed_only=False)
        return [None] * len(askers)

    async def _take_up(self, after: int, *, listed_only: bool) -> int:
        """Take up every change after one; returns the last."""
        while True:
            listings = await self._listings.changed(after, _AT_ONCE, listed_only=listed_only)
            names = await self._names(listings)
            for each in listings:
                self._put(each, names)
            if listings:
                after = max(after, listings[-1].changed)
            if len(listings) < _AT_ONCE:
                return max(after, self._last or 0)
            await asyncio.sleep(0)  # whoever waits is served between two parts

    def _put(self, listing: Listing, names: dict[str, str]) -> None:
        if not listing.open:
            self._catalogue.remove(listing.code)
            return
        files = [names[each] for each in listing.unique_ids if each in names]
        title, others = (listing.title, files) if listing.title else (" ".join(files[:1]), files[1:])
        self._catalogue.put(Entry(listing.code, title, (*others, *listing.tags), listing.used))

    async def _names(self, listings: Sequence[Listing]) -> dict[str, str]:
        return await self._files.names({each for listing in listings if listing.open for each in listing.unique_ids})


def _tidy(text: str) -> str:
    """Return what counts of a question: on one line, without what no database takes; nothing if there is no word."""
    tidy = " ".join(text.encode("utf-8", "ignore").decode().split())[:LONGEST]
    return tidy if words_of(tidy) else ""
