"""Decides what is deleted of a broadcast, or changed, where readers have it: whose time is up, what is too old."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from database.bots import BotDatabase
from database.broadcast import Broadcast, BroadcastState, PassKind
from database.broadcast_chunk import Chunk, Result
from database.clock import Clock
from database.job_runs import JobReport
from services.deletions import DELETABLE
from services.posted import Posted
from services.refusals import Refusal

GATHERED: Final = timedelta(seconds=5)
"""How long what is to be deleted is gathered, so that it takes few calls."""

TOO_OLD: Final = "too_old"
DELETED: Final = "deleted"
KEPT: Final = "kept"
"""What may become of a message, as it is counted."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Messages of one chunk that are to be deleted now, by reader, and the readers whose messages are too old."""

    chunk: Chunk
    messages: Mapping[int, tuple[int, ...]]
    too_old: frozenset[int]
    next_at: datetime | None
    """When the next messages of the chunk are to be deleted."""

    @property
    def numbers(self) -> list[int]:
        """The ids of all messages that are to be deleted."""
        return [number for each in self.messages.values() for number in each]


class Edits:
    """How far the readers of one chunk got something new in the place of what they had."""

    def __init__(self, chunk: Chunk, number: int) -> None:
        """Go on with the pass of this number, or begin with it."""
        begun = chunk.passing == number
        self.number = number
        self.place = chunk.place if begun else 0
        self.again = list(chunk.again) if begun else []
        self.again_at: datetime | None = None
        self.edited, self.unedited = (chunk.counts.edited, chunk.counts.unedited) if begun else (0, 0)
        self._chunk = chunk
        self._turns = len(self.again) if self.place == len(chunk.readers) else 0

    def take(self, most: int) -> list[int]:
        """Return up to so many readers whose turn it is; none: all had theirs, those apart who have to wait."""
        readers = self._chunk.readers
        while self.place < len(readers):
            some = readers[self.place : self.place + most]
            self.place += len(some)
            if found := [each for each in some if (known := self._chunk.results.get(each)) and known.message_ids]:
                return found
        some, self.again = tuple(self.again[: min(most, self._turns)]), self.again[min(most, self._turns) :]
        self._turns -= len(some)
        return list(some)

    def note(self, answers: Mapping[int, Posted], now: datetime) -> None:
        """Take down what became of them."""
        for reader, posted in answers.items():
            if posted.refusal is Refusal.PASSING:
                self.again.append(reader)
                at = now + timedelta(seconds=posted.after)
                self.again_at = min(at, self.again_at or at)
            elif posted.arrived:
                self.edited += 1
            else:
                self.unedited += 1


class BroadcastRecalls:
    """What one bot does to messages of broadcasts that readers have."""

    def __init__(self, database: BotDatabase, clock: Clock) -> None:
        """Take the collections and the time."""
        self._broadcasts = database.broadcasts
        self._chunks = database.broadcast_chunks
        self._clock = clock
        self.turn = asyncio.Lock()
        """Held while messages are deleted: who wakes at a due time and who looks every hour take turns."""
        self._report = JobReport()

    # What is deleted at its time

    async def due(self, epoch: int) -> Recall | None:
        """Return what is to be deleted now of some broadcast whose time is up; None: nothing is."""
        now = self._clock.now()
        chunk = await self._chunks.to_delete(epoch, now)
        if chunk is None:
            return None
        broadcast = await self._broadcasts.get(chunk.broadcast)
        stays = broadcast.options.delete_after if broadcast else None
        return self._recall(chunk, now, stays)

    async def next_due(self) -> datetime | None:
        """Return when messages are to be deleted next."""
        return await self._chunks.next_deletion()

    def report(self) -> JobReport:
        """Return what became of messages whose time was up since this was asked last, by whomever they were deleted."""
        report, self._report = self._report, JobReport()
        return report

    def left(self, messages: int) -> None:
        """Note that so many were due and have to wait."""
        self._report += JobReport(skipped=messages)

    # What is done everywhere

    async def passes(self) -> list[Broadcast]:
        """Return the broadcasts of which something is to be done to what readers have; not while they are sent."""
        return [each for each in await self._broadcasts.in_pass() if each.state is not BroadcastState.RUNNING]

    async def next_chunk(self, broadcast: Broadcast, epoch: int) -> Chunk | None:
        """Return the next chunk of a broadcast in which its pass can go on now; None: there is none now."""
        assert broadcast.last_pass  # noqa: S101 - it is in one
        return await self._chunks.to_pass(broadcast.code, broadcast.last_pass.number, epoch, self._clock.now())

    def everything(self, chunk: Chunk) -> Recall:
        """Return all that a chunk's readers have: it is to be deleted now."""
        return self._recall(chunk, self._clock.now(), 0, everything=True)

    @staticmethod
    def deletes(broadcast: Broadcast) -> bool:
        """Tell whether what is done to a broadcast's messages is deleting them."""
        return broadcast.last_pass is not None and broadcast.last_pass.kind is PassKind.DELETE

    @staticmethod
    def edits_of(broadcast: Broadcast, chunk: Chunk) -> Edits:
        """Return how far a chunk is edited."""
        assert broadcast.last_pass  # noqa: S101 - it is in one
        return Edits(chunk, broadcast.last_pass.number)

    async def edited(self, broadcast: Broadcast, chunk: Chunk, edits: Edits) -> bool:
        """Write down how far a chunk is edited. False: it is not ours any more."""
        counts = {"edited": edits.edited, "unedited": edits.unedited}
        if not await self._chunks.edited(chunk, edits.number, edits.place, edits.again, counts, edits.again_at):
            return False
        await self._broadcasts.counted(broadcast.code, await self._chunks.sums(broadcast.code))
        return True

    async def chunk_over(self, broadcast: Broadcast, chunk: Chunk) -> None:
        """Write down that a pass is over in a chunk."""
        assert broadcast.last_pass  # noqa: S101 - it is in one
        await self._chunks.pass_over(chunk, broadcast.last_pass.number)

    async def end_pass(self, broadcast: Broadcast) -> bool:
        """End a pass that is over everywhere; False while it is not, or while more readers may still get theirs."""
        assert broadcast.last_pass  # noqa: S101 - it is in one
        number, over = broadcast.last_pass.number, broadcast.state in {BroadcastState.DONE, BroadcastState.CANCELLED}
        if not over or await self._chunks.in_pass(broadcast.code, number):
            return False
        await self._broadcasts.counted(broadcast.code, await self._chunks.sums(broadcast.code))
        await self._broadcasts.end_pass(broadcast.code, number)
        return True

    async def as_it_is(self, broadcast: Broadcast) -> Broadcast | None:
        """Return a broadcast as long as its pass is the one that is known; None once another was asked for."""
        known = await self._broadcasts.get(broadcast.code)
        if known is None or known.last_pass is None or broadcast.last_pass is None:
            return None
        return known if known.last_pass.number == broadcast.last_pass.number else None

    # What became of it

    async def taken_back(
        self, recall: Recall, refused: Mapping[int, str], undone: AbstractSet[int], *, due: bool
    ) -> bool:
        """Write down what became of messages: `refused` stay for good, `undone` were not tried. False: it is not ours.

        `due` counts them for the report of what is deleted at its time.
        """
        chunk, gone = recall.chunk, dict[int, Result]()
        counts = {name: getattr(chunk.counts, name) for name in (DELETED, TOO_OLD, KEPT)}
        deleted = failed = 0
        for reader in recall.too_old:
            gone[reader] = Result(chunk.results[reader].after)
            counts[TOO_OLD] += 1
            failed += len(chunk.results[reader].message_ids)
        for reader, numbers in recall.messages.items():
            if undone.isdisjoint(numbers):
                stay = sum(number in refused for number in numbers)
                gone[reader] = Result(chunk.results[reader].after)
                counts[KEPT if stay else DELETED] += 1
                deleted, failed = deleted + len(numbers) - stay, failed + stay
        if due:
            self._report += JobReport(deleted=deleted, failed=failed)
        next_at = chunk.delete_at if undone else recall.next_at
        held = await self._chunks.taken_back(chunk, gone, counts, next_at)
        if gone:
            await self._broadcasts.counted(chunk.broadcast, await self._chunks.sums(chunk.broadcast))
        return held

    def _recall(self, chunk: Chunk, now: datetime, stays: int | None, *, everything: bool = False) -> Recall:
        messages: dict[int, tuple[int, ...]] = {}
        too_old: set[int] = set()
        coming: list[datetime] = []
        for reader, result in chunk.results.items():
            if not result.message_ids or stays is None:
                continue
            if not everything and (at := chunk.time_of(result.after, stays)) > now:
                coming.append(at)
            elif now - chunk.time_of(result.after) > DELETABLE:
                too_old.add(reader)
            else:
                messages[reader] = result.message_ids
        next_at = max(min(coming), now + GATHERED) if coming else None
        return Recall(chunk, messages, frozenset(too_old), next_at)
