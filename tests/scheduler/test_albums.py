"""Each album is answered by itself: what waits or fails keeps no other one, and nothing is closed while catching up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from scheduler.albums import answer_albums
from scheduler.telling import CATCHING_UP
from services.errors import TryLater

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NEXT = NOW + timedelta(seconds=7)


class Albums:
    """What is complete, and what became of it."""

    def __init__(self, *ready: Any) -> None:
        self.ready = list(ready)
        self.done: list[int] = []
        self.put_off: list[tuple[int, float]] = []
        self.asked = 0

    async def complete_due(self) -> list[Any]:
        self.asked += 1
        return self.ready

    async def finished(self, ready: Any) -> None:
        self.done.append(ready.by)

    async def postponed(self, ready: Any, seconds: float) -> None:
        self.put_off.append((ready.by, seconds))

    async def next_due(self) -> datetime:
        return NEXT


class Teller:
    """A bot that may be unable to tell some people."""

    def __init__(self, albums: Albums, *, caught_up: bool = True, **trouble: Exception | bool) -> None:
        self.services: Any = SimpleNamespace(albums=albums)
        self.clock: Any = SimpleNamespace(now=lambda: NOW)
        self.caught_up = caught_up
        self.trouble = trouble
        self.told_to: list[int] = []

    async def told(self, user_id: int, key: str, **_: Any) -> bool:
        trouble = self.trouble.get(f"of_{user_id}", True)
        if isinstance(trouble, Exception):
            raise trouble
        self.told_to.append(user_id)
        return trouble


def album(by: int, failure: Exception | None = None) -> Any:
    return SimpleNamespace(by=by, cause=f"album:{by}", failure=failure)


def card(_: Any) -> Any:
    return SimpleNamespace(key="stored-album", args={}, keyboard=[])


async def test_each_sender_is_told_and_their_album_is_put_away() -> None:
    albums = Albums(album(1), album(2))
    bot = Teller(albums)
    assert await answer_albums(bot, card) == NEXT
    assert bot.told_to == albums.done == [1, 2]


async def test_while_catching_up_nothing_is_closed() -> None:
    albums = Albums(album(1))
    bot = Teller(albums, caught_up=False)
    assert await answer_albums(bot, card) == NOW + CATCHING_UP
    assert albums.asked == 0


async def test_an_answer_that_must_wait_keeps_nobody_elses() -> None:
    albums = Albums(album(1), album(2))
    await answer_albums(Teller(albums, of_1=TryLater(3600, "told to")), card)
    assert albums.put_off == [(1, 3600)]
    assert albums.done == [2]


async def test_who_is_gone_gets_no_answer_and_blocks_nobody() -> None:
    albums = Albums(album(1), album(2))
    await answer_albums(Teller(albums, of_1=False), card)
    assert albums.done == [1, 2]


async def test_what_failed_is_kept_and_the_others_are_answered() -> None:
    albums = Albums(album(1, failure=ValueError("broken")), album(2), album(3))
    bot = Teller(albums, of_2=ValueError("unforeseen"))
    await answer_albums(bot, card)
    assert bot.told_to == albums.done == [3]


async def test_a_database_that_is_away_is_the_runners_to_judge() -> None:
    albums = Albums(album(1))
    with pytest.raises(AutoReconnect):
        await answer_albums(Teller(albums, of_1=AutoReconnect("gone")), card)
    assert albums.done == []
