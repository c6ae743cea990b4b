"""Our bot in this process, whole but for its connection: real inbox, guard, plugins, services and database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import plugins
from client.bot import Bot
from client.identity import Identity
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.links import LinkItem, NewLink
from database.secrets import Vault
from locales.texts import Texts
from plugins.cards import album_card
from scheduler.albums import answer_albums
from scheduler.due import DueRunner
from services.options import BotOptions
from services.registry import ServiceOptions, build_services
from tests.proof.nowhere import Nowhere
from tests.proof.odd import Cast
from web.metrics import Metrics

BOT_ID = 7_000_000_001
OWNER, ADMIN = 1_000_001, 1_000_002
STORAGE = 1_111_111_111
"""As the wire has it."""

FIRST_READER = 2_000_000


class Counts(Metrics):
    """The metrics as they are served, and how the updates ended, all together."""

    def __init__(self) -> None:
        super().__init__("proof")
        self.outcomes: Counter[str] = Counter()

    def update(self, kind: str, outcome: str, seconds: float) -> None:
        super().update(kind, outcome, seconds)
        self.outcomes[outcome] += 1

    def left_out(self, kind: str) -> None:
        super().left_out(kind)
        self.outcomes["left out"] += 1


class Adrift(Bot):
    """A bot whose session leads nowhere."""

    nowhere: Nowhere

    async def _connect(self) -> bool:
        await self.store.open()
        self.session: Any = self.nowhere
        self.is_connected = True
        return True


def a_cast(people: int) -> Cast:
    """The owner, an admin, so many readers, the storage channel and some others."""
    readers = range(FIRST_READER, FIRST_READER + people)
    return Cast(BOT_ID, OWNER, ADMIN, readers, STORAGE, range(3_000_000_000, 3_000_000_020))


async def make_links(database: Database, cast: Cast, count: int) -> None:
    """Make links that the cast knows: one file or two, some used up, expired or revoked."""
    links, now = database.bot(BOT_ID, _vault()).links, database.clock.now()
    for number in range(count):
        items = tuple(LinkItem(f"file{number}{part}", number * 2 + part + 1) for part in range(1 + number % 2))
        new = NewLink(
            kind=LinkKind.ALBUM if number % 2 else LinkKind.FILE,
            items=items,
            storage_chat=-1_000_000_000_000 - STORAGE,
            content=f"content {number}",
            use_limit=2 if number % 5 == 1 else None,
            expires_at=now - timedelta(days=1) if number % 5 == 2 else None,
        )
        link = await links.create(new, by=OWNER, cause=Cause(f"proof:{number}"), now=now)
        if number % 5 == 3:
            await links.revoke(link.code, by=OWNER, cause=Cause(f"proof:revoke {number}"), now=now)
        cast.codes.append(link.code)


def _vault() -> Vault:
    return Vault.from_secret("a secret of the proof", BOT_ID)


@asynccontextmanager
async def adrift(database: Database, nowhere: Nowhere, folder: Path, meter: Counts) -> AsyncIterator[Adrift]:
    """Start such a bot with what runs beside it; it is stopped afterwards."""
    room = database.bot(BOT_ID, _vault())
    texts = Texts.load()
    keeper: Any = SimpleNamespace(epoch=1, held=lambda: True)
    bot = Adrift(
        Identity(f"{BOT_ID}:proof", 1, "0" * 32),
        sessions=room.session,
        waits=room.waits,
        lease=keeper,
        clock=database.clock,
        texts=texts,
        version="proof",
        source=None,
        workdir=folder,
        meter=meter,
    )
    bot.nowhere = nowhere
    first = BotOptions(storage_chat=-1_000_000_000_000 - STORAGE)
    options = ServiceOptions(OWNER, frozenset({OWNER, ADMIN}), first, texts.pick)
    bot.services = build_services(room, database.clock, bot.sender, options)
    await bot.start(plugins)
    albums = DueRunner(
        "albums",
        lambda: answer_albums(bot, lambda ready: album_card(bot, ready)),
        now=bot.clock.now,
        hint=bot.services.albums.arrived,
    )
    catalogue = DueRunner("catalogue", bot.services.search.keep_up, now=bot.clock.now)
    for runner in (albums, catalogue):
        runner.start()
    try:
        yield bot
    finally:
        await asyncio.gather(albums.stop(grace=1), catalogue.stop(grace=1))
        await bot.stop(grace=2)
