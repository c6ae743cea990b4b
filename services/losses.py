"""Decides what becomes of stored messages that are gone: another copy is found, or the owner is told, once."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.files import StoredFile
from database.links import Link
from database.losses import Batch, Loss

GATHER: Final = timedelta(seconds=2)
"""How long losses are gathered before they are told: what is deleted together comes in several updates."""

SHOWN: Final = 8
"""Files that are named; of the rest it is said how many there are."""

_READ: Final = 1000
_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class LostFile:
    """A file that is gone, and the newest link that leads to it: where in it (from 1), and how many links do.

    `link` is None where only a link of the former bot leads there that nobody has opened yet.
    """

    file: StoredFile | None
    link: Link | None
    place: int
    links: int


@dataclass(frozen=True, slots=True)
class LossReport:
    """What is to be told: `shown` of `count` files."""

    batch: Batch
    shown: list[LostFile]
    count: int

    @property
    def cause(self) -> Cause:
        """The cause of the report."""
        return Cause(f"losses:{self.batch.name}")


class LossService:
    """What one bot lost; its owner is told of each message once, together with what went at the same time."""

    def __init__(self, database: BotDatabase, clock: Clock) -> None:
        """Take the collections."""
        self._losses = database.losses
        self._contents = database.contents
        self._posts = database.posts
        self._files = database.files
        self._clock = clock
        self.came = asyncio.Event()
        """Set when something is found to be gone, for whoever tells of it."""

    async def mark_gone(self, storage_chat: int, message_ids: Iterable[int]) -> None:
        """Write down that messages of a storage channel were deleted, for the owner to be told of once.

        Their files are unknown from now on, until somebody sends them again; a link to a file that has another copy in
        that channel leads there. One whose processed copy is gone is handed out as it was stored.
        """
        message_ids = set(message_ids)
        await self._files.lose_processed(storage_chat, message_ids)
        behind = await self._behind(storage_chat, message_ids)
        if not behind:
            return
        await self._files.lose(storage_chat, behind)
        files = await self._files.get_many(set(behind.values()))
        for message_id, unique_id in list(behind.items()):
            file = files.get(unique_id)
            if file and file.storage_chat == storage_chat and not file.is_lost:
                await self.lead(storage_chat, message_id, file.message_id, unique_id)
                del behind[message_id]
        await self._losses.note(storage_chat, behind, self._clock.now())
        self.came.set()

    async def lead(self, storage_chat: int, lost: int, message_id: int, unique_id: str) -> None:
        """Let what leads to a lost copy of a file lead to another one of the same channel."""
        await self._contents.redirect(storage_chat, lost, message_id)
        await self._posts.replace(storage_chat, lost, message_id, unique_id)

    async def report(self) -> LossReport | None:
        """Return what is to be told now; `told` with it when that is done. None where nothing is.

        What was mended meanwhile is left out.
        """
        oldest = await self._losses.oldest()
        if oldest is not None and oldest + GATHER <= self._clock.now():
            await self._losses.gather()
        batch = await self._losses.batch(_READ)
        if batch is None:
            return None
        still = await self._still(batch.losses)
        shown = [await self._lost(loss) for loss in still[:SHOWN]]
        return LossReport(batch, shown, batch.count - len(batch.losses) + len(still))

    async def told(self, report: LossReport) -> None:
        """Write down that the owner knows."""
        await self._losses.told(report.batch)

    async def next_due(self) -> datetime | None:
        """Return when there is something to tell; None where nothing waits."""
        oldest = await self._losses.oldest()
        return None if oldest is None else oldest + GATHER

    async def _still(self, losses: list[Loss]) -> list[Loss]:
        """Leave out what nothing leads to any more."""
        by_chat: dict[int, set[int]] = {}
        for loss in losses:
            by_chat.setdefault(loss.chat, set()).add(loss.message_id)
        behind = {(chat, number) for chat, numbers in by_chat.items() for number in await self._behind(chat, numbers)}
        return [loss for loss in losses if (loss.chat, loss.message_id) in behind]

    async def _behind(self, storage_chat: int, message_ids: AbstractSet[int]) -> dict[int, str]:
        """Return those of a channel's messages that something leads to, each with the unique id of its file."""
        posts = await self._posts.files_at(storage_chat, message_ids)
        return posts | await self._contents.items_at(storage_chat, message_ids)

    async def _lost(self, loss: Loss) -> LostFile:
        file = await self._files.get(loss.unique_id)
        links = await self._contents.holding(loss.chat, loss.message_id)
        if not links:
            return LostFile(file, None, 1, 0)
        numbers = [item.message_id for item in links[0].items]
        return LostFile(file, links[0], numbers.index(loss.message_id) + 1, len(links))


def lost_places(link: Link, files: Mapping[str, StoredFile]) -> list[int]:
    """Return the places of a link (from 1) whose files are gone."""
    return [
        place
        for place, item in enumerate(link.items, 1)
        if (file := files.get(item.unique_id)) and item.message_id in file.lost_in(link.storage_chat)
    ]


def numbers(places: Sequence[int]) -> str:
    """Write places as a person reads them, the first ten of them; empty where there are none."""
    shown = ", ".join(str(place) for place in places[:_NAMED])
    return f"{shown}…" if len(places) > _NAMED else shown
