"""Decides who is in a broadcast's audience: judged reader by reader, when their turn to be cut into a chunk comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from database.broadcast import Audience as Audience  # noqa: PLC0414 - what callers name an audience by
from database.cause import hash64
from database.premium import Premiums
from database.readers import Reader
from database.users import Users
from services.access import Access

WINDOW: Final = 1_000
WIDEST: Final = 2_000
"""Readers that are looked at with one query: at first, and where few of them are in the audience.

Reading 2,000 takes about 10 ms, in which nobody is answered.
"""

KNOWN_FOR: Final = timedelta(minutes=1)
"""How long the number of an audience's readers is taken to be what it was."""

KNOWN: Final = 16
"""Audiences of which it is known: those that people look at just now."""

_PERCENT: Final = 100


class Clicks(Protocol):
    """Who knows which buttons were pressed (services.clicks)."""

    async def clicked_among(self, user_ids: Iterable[int], button: str) -> set[int]:
        """Return those of these people who have pressed a button."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some of a bot's readers, in the order of their ids: those of them who are in the audience, and where it ends.

    `is_last`: nobody comes after it.
    """

    readers: tuple[int, ...]
    end: int
    is_last: bool


class AudienceService:
    """One bot's audiences."""

    def __init__(
        self, users: Users, premiums: Premiums, clicks: Clicks, access: Access, spoken: Callable[[str | None], str]
    ) -> None:
        """Take who knows what of readers; `spoken` picks the language of those who chose none."""
        self._users = users
        self._premiums = premiums
        self._clicks = clicks
        self._access = access
        self._spoken = spoken
        self._known: dict[Audience, tuple[datetime, int]] = {}
        self._counting = asyncio.Lock()

    async def look(
        self, audience: Audience, code: str, started_at: datetime, now: datetime, after: int, size: int = WINDOW
    ) -> Window:
        """Look at the next `size` readers with greater ids than `after`, for the broadcast with this code."""
        people = await self._users.readers(after, size)
        joined = [each for each in people if self._fits(audience, each, started_at) and _drawn(audience, code, each)]
        kept = [each.user_id for each in joined]
        if audience.premium is not None and kept:
            premium = await self._premiums.among(kept, now)
            kept = [each for each in kept if (each in premium) is audience.premium]
        for button, wanted in ((audience.clicked, True), (audience.not_clicked, False)):
            if button is not None and kept:
                clicked = await self._clicks.clicked_among(kept, button)
                kept = [each for each in kept if (each in clicked) is wanted]
        return Window(tuple(kept), people[-1].user_id if people else after, len(people) < size)

    async def count(self, audience: Audience, now: datetime, code: str = "") -> int:
        """Count the readers of an audience, were a broadcast started now.

        That takes a second or so for 200,000 where somebody is left out by more than when they wrote: let nobody wait
        for it. A sample is estimated as long as the broadcast has no `code`.
        """
        if code == "" and audience.sample < _PERCENT:
            return round(await self.count(replace(audience, sample=_PERCENT), now) * audience.sample / _PERCENT)
        if audience == Audience():
            return await self._users.count_readers(now, self._access.banned_ids())
        found, after = 0, -1
        while True:
            window = await self.look(audience, code, now, now, after, WIDEST)
            found, after = found + len(window.readers), window.end
            if window.is_last:
                return found

    async def about(self, audience: Audience, now: datetime) -> int:
        """Return how many readers an audience had a minute ago at most; they are counted once for all who ask.

        That there is nobody is not kept: nothing can be started as long as that is said.
        """
        whole = replace(audience, sample=_PERCENT)
        async with self._counting:
            at, found = self._known.pop(whole, (now, 0))
            if not found or now - at >= KNOWN_FOR:
                at, found = now, await self.count(whole, now)
            if found:
                self._known[whole] = at, found
            if len(self._known) > KNOWN:
                del self._known[next(iter(self._known))]
        return round(found * audience.sample / _PERCENT)

    async def has_anybody(self, audience: Audience, now: datetime, code: str) -> bool:
        """Whether the broadcast with this code had a reader, were it started now: the first that is found is enough."""
        after, size = -1, WINDOW
        while True:
            window = await self.look(audience, code, now, now, after, size)
            if window.readers or window.is_last:
                return bool(window.readers)
            after, size = window.end, WIDEST

    def _fits(self, audience: Audience, reader: Reader, started_at: datetime) -> bool:
        """Tell what can be told by the reader alone."""
        return (
            reader.is_there
            and reader.first_seen < started_at
            and not self._access.is_banned(reader.user_id)
            and (audience.new_since is None or reader.first_seen >= audience.new_since)
            and (audience.active_days is None or reader.last_seen >= started_at - timedelta(days=audience.active_days))
            and (audience.language is None or self._language(reader) == audience.language)
        )

    def _language(self, reader: Reader) -> str:
        return reader.language or self._spoken(reader.language_code)


def _drawn(audience: Audience, code: str, reader: Reader) -> bool:
    return audience.sample >= _PERCENT or hash64(code, reader.user_id) % _PERCENT < audience.sample
