"""Decides how a broadcast is carried out: who is cut into its next chunk, what is written down, when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from database.bots import BotDatabase
from database.broadcast import Broadcast, BroadcastState, Reason
from database.broadcast_chunk import Chunk, Counts, Later, Result
from database.clock import Clock
from services.access import Access, Permission
from services.audience import WIDEST, WINDOW, AudienceService

LARGEST: Final = 1_000
ENOUGH: Final = 500
"""Readers of a chunk: so many at most, and so many as far as they are to be found."""

LOOKS: Final = 35
"""Windows that are looked through for one chunk (70,000 readers): where few are in the audience, it is smaller."""


class BroadcastWork:
    """One bot's broadcasts as those who carry them out see them.

    Everything that is written here holds only under the lease's epoch, which the callers name.
    """

    def __init__(self, database: BotDatabase, audience: AudienceService, access: Access, clock: Clock) -> None:
        """Take the collections, who knows the readers and who may write to them, and the time."""
        self._broadcasts = database.broadcasts
        self.chunks = database.broadcast_chunks
        self._audience = audience
        self._access = access
        self._clock = clock
        self.noted = asyncio.Event()
        """Set when one was started, or paused by itself: there is something to count, or to tell."""
        self.in_hand: set[str] = set()
        """The broadcasts whose messages are being sent at this moment: what came of some is not written down yet."""

    # Which

    async def begin_due(self) -> datetime | None:
        """Start those whose time has come; returns when the next one's does."""
        for each in await self._broadcasts.scheduled():
            now = self._clock.now()
            if each.start_at and each.start_at > now:
                return each.start_at
            await self._broadcasts.begin(each.code, now)
            self.noted.set()
        return None

    async def running(self, epoch: int) -> list[Broadcast]:
        """Return those that are to be sent under this epoch, the one started first at the front.

        One whose starter may not do that any more is paused instead.
        """
        await self._broadcasts.take_over(epoch)
        await self._access.refresh()
        found = []
        for each in await self._broadcasts.running():
            if not self._access.may(each.by, Permission.BROADCAST):
                await self.stop(each, Reason.RIGHT)
            elif each.epoch == epoch:
                found.append(each)
        return found

    async def stop(self, broadcast: Broadcast, reason: Reason, detail: str | None = None) -> None:
        """Pause a broadcast that cannot go on."""
        await self._broadcasts.stop(broadcast.code, reason, detail)
        self.noted.set()

    async def untold(self) -> list[Broadcast]:
        """Return those that were paused so, and whose people do not know it."""
        return await self._broadcasts.untold()

    async def told(self, broadcast: Broadcast) -> None:
        """Note that they know it."""
        await self._broadcasts.told(broadcast.code)

    async def uncounted(self) -> Broadcast | None:
        """Return one that is being sent without anybody knowing how many readers there are."""
        return next((each for each in await self._broadcasts.running() if each.expected is None), None)

    async def expect(self, broadcast: Broadcast) -> None:
        """Count how many readers a broadcast had when it started."""
        assert broadcast.started_at  # noqa: S101 - it was started
        expected = await self._audience.count(broadcast.audience, broadcast.started_at, broadcast.code)
        await self._broadcasts.expect(broadcast.code, expected)

    # Who

    async def next_chunk(self, broadcast: Broadcast, without: Collection[int]) -> tuple[Broadcast, Chunk | None]:
        """Take the next chunk in which somebody is to be sent to now, cut for that where none is left.

        `without` are those that are in hand. Returns the broadcast as it is then; None: there is nobody now.
        """
        while True:
            chunk = await self.chunks.claim(broadcast.code, broadcast.epoch, self._clock.now(), without)
            if chunk is not None or broadcast.is_cut:
                return broadcast, chunk
            cut = await self._cut(broadcast) or await self._as_it_is(broadcast)
            if cut is None:
                return broadcast, None
            broadcast = cut

    async def _cut(self, broadcast: Broadcast) -> Broadcast | None:
        """Cut the next readers into a chunk; None where the broadcast is not any more as it is said to be."""
        assert broadcast.started_at  # noqa: S101 - it was started
        now, readers, end, is_last, size = self._clock.now(), list[int](), broadcast.cut_to, False, WINDOW
        enough = ENOUGH if broadcast.chunks else 1  # the first message goes at once, however rare the readers are
        for _ in range(LOOKS):
            window = await self._audience.look(broadcast.audience, broadcast.code, broadcast.started_at, now, end, size)
            room = LARGEST - len(readers)
            readers += window.readers[:room]
            if len(window.readers) > room:
                end = readers[-1]
                break
            end, is_last, size = window.end, window.is_last, min(2 * size, WIDEST)
            if is_last or len(readers) >= enough:
                break
        if readers:
            chunk = await self.chunks.add(
                Chunk(
                    broadcast.code,
                    broadcast.chunks,
                    tuple(readers),
                    due_at=now,
                    begun_at=now,
                    end=end,
                    is_last=is_last,
                    counts=Counts(total=len(readers)),
                    epoch=broadcast.epoch,
                )
            )
            end, is_last = chunk.end, chunk.is_last  # another process may have cut it, and died
        if not await self._broadcasts.cut(broadcast, end, chunk=bool(readers), is_cut=is_last):
            return None
        return replace(broadcast, cut_to=end, chunks=broadcast.chunks + bool(readers), is_cut=is_last)

    async def _as_it_is(self, broadcast: Broadcast) -> Broadcast | None:
        """Return a broadcast that went on meanwhile; None where it is not ours to go on with."""
        known = await self._broadcasts.get(broadcast.code)
        ours = known and known.state is BroadcastState.RUNNING and known.epoch == broadcast.epoch
        return known if ours and known and known.cut_to != broadcast.cut_to else None

    # What became of them

    async def flush(
        self,
        broadcast: Broadcast,
        chunk: Chunk,
        cursor: int,
        results: Mapping[int, Result],
        later: Mapping[int, Later],
        counts: Mapping[str, int],
        due_at: datetime | None,
    ) -> bool:
        """Write down what became of readers; False: the chunk is another epoch's. See `BroadcastChunks.flush`."""
        stays = broadcast.options.delete_after
        sent = [each.after for each in results.values() if each.message_ids]
        return await self.chunks.flush(
            chunk,
            cursor=cursor,
            results=results,
            later=later,
            counts=counts,
            due_at=due_at,
            delete_at=chunk.time_of(min(sent), stays) if stays is not None and sent else None,
        )

    async def count(self, code: str) -> None:
        """Write down in a broadcast how far it is."""
        await self._broadcasts.counted(code, await self.chunks.sums(code))

    async def next_due(self, broadcast: Broadcast) -> datetime | None:
        """Return when somebody of a broadcast is to be sent to next; None where all have had their turn."""
        due = await self.chunks.next_due(broadcast.code)
        return self._clock.now() if due is None and not broadcast.is_cut else due

    async def finish(self, code: str) -> bool:
        """End a broadcast if all have had their turn, though it may have been paused over the last ones."""
        known = await self._broadcasts.get(code)
        if known is None or not known.is_cut or await self.chunks.next_due(code) is not None:
            return False
        await self.count(code)
        await self._broadcasts.finish(known, self._clock.now())
        return True

    def seconds_into(self, chunk: Chunk) -> int:
        """Seconds since a chunk was begun, whole ones: when what is sent now was sent."""
        return int((self._clock.now() - chunk.begun_at).total_seconds())
