"""What is in hand of one chunk of a broadcast: who is next, what became of whom, and what of it is written down."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from database.broadcast import Broadcast
from database.broadcast_chunk import Chunk, Later, Result
from services.broadcast_work import BroadcastWork
from services.posted import Posted
from services.refusals import Refusal

TRIES: Final = 3
"""Attempts after which a reader is given up whom nobody knows why they do not get it."""

PIN_TRIES: Final = 10
"""Attempts after which a message stays unpinned."""

BACK_OFF: Final = timedelta(seconds=10)
"""The pause after the first such attempt; each further one is three times as long."""

FLUSHED_AT: Final = 32
"""Outcomes that are written down together at most."""

_COUNTED: Final = {Refusal.BLOCKED: "blocked", Refusal.DEACTIVATED: "deactivated"}


class Hand:
    """One chunk while its readers are sent to. Nothing is lost with it but what the next process finds out again."""

    def __init__(self, work: BroadcastWork, broadcast: Broadcast, chunk: Chunk, now: datetime) -> None:
        self.broadcast = broadcast
        self.chunk = chunk
        self._work = work
        self._later = {reader: each for reader, each in chunk.later.items() if each.at > now}
        due = [reader for reader, each in chunk.later.items() if each.at <= now]
        self._tried = {reader: chunk.later[reader] for reader in due}
        self._settled = set(chunk.results) | set(self._later)
        rest = (reader for reader in chunk.readers[chunk.cursor :] if reader not in chunk.later)
        self._next = deque([*due, *(reader for reader in rest if reader not in chunk.results)])
        self._under_way: set[int] = set()
        self._results: dict[int, Result] = {}
        self._counts = {name: getattr(chunk.counts, name) for name in ("sent", "blocked", "deactivated", "failed")}
        self._changed = self._stopped = False
        self._turn = asyncio.Lock()
        self.flushed_at = now
        self.blocked: set[int] = set()
        self.gone: set[int] = set()

    # Whose turn it is

    @property
    def waiting(self) -> int:
        """How many can be sent to now."""
        return len(self._next)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is being sent to."""
        return not self._under_way

    def take(self) -> int:
        """Return the reader whose turn it is; `note`, `put_back` or `wait` them."""
        reader = self._next.popleft()
        self._under_way.add(reader)
        return reader

    def sent_before(self, reader: int) -> tuple[int, ...]:
        """The messages of a reader who has theirs, where only the pin is left; none for everybody else."""
        tried, known = self._tried.get(reader), self.chunk.results.get(reader)
        return known.message_ids if tried and tried.pin and known else ()

    def put_back(self, reader: int) -> None:
        """Let a reader have their turn again."""
        self._under_way.discard(reader)
        self._next.appendleft(reader)
        if self._stopped:
            self.let_go()

    def let_go(self) -> None:
        """Send to nobody else; who waited before waits again."""
        self._stopped = True
        for reader in self._next:
            if reader in self._tried:
                self._wait(reader, self._tried[reader])
        self._next.clear()

    # What became of them

    def note(self, reader: int, posted: Posted, now: datetime, *, unpinned: float | None = None) -> None:
        """Take down what became of a reader; `unpinned` are the seconds after which their message is to be pinned."""
        self._under_way.discard(reader)
        tries = self._tried[reader].tries if reader in self._tried else 0
        if posted.refusal is Refusal.PASSING:
            self._wait(reader, Later(now + timedelta(seconds=posted.after), tries))
        elif posted.refusal is Refusal.UNKNOWN and tries + 1 < TRIES:
            self._wait(reader, Later(now + BACK_OFF * 3**tries, tries + 1))
        else:
            if not self.sent_before(reader):
                self._settle(reader, posted)
            if unpinned is not None and tries + 1 < PIN_TRIES:
                self._wait(reader, Later(now + timedelta(seconds=unpinned), tries + 1, pin=True))
        self._changed = True

    def _settle(self, reader: int, posted: Posted) -> None:
        refusal = posted.refusal
        after = self._work.seconds_into(self.chunk)
        self._results[reader] = (
            Result(after, posted.message_ids) if refusal is None else Result(refusal=refusal, reason=posted.reason)
        )
        self._counts["sent" if refusal is None else _COUNTED.get(refusal, "failed")] += 1
        self._settled.add(reader)
        if refusal is Refusal.BLOCKED:
            self.blocked.add(reader)
        elif refusal is not None and refusal.is_gone:
            self.gone.add(reader)

    def _wait(self, reader: int, later: Later) -> None:
        self._later[reader] = later
        self._settled.add(reader)

    # What is written down

    @property
    def is_full(self) -> bool:
        """Whether as much came of it as is written down together."""
        return len(self._results) >= FLUSHED_AT

    @property
    def is_over(self) -> bool:
        """Whether nobody can be sent to any more now."""
        return not self._next and not self._under_way

    async def flush(self, now: datetime) -> bool:
        """Write down what came of it since the last time; False: it is another epoch's by now."""
        async with self._turn:  # what is written later must not be older
            return await self._flush(now)

    async def _flush(self, now: datetime) -> bool:
        self.flushed_at = now
        if not self._changed and not self.is_over:
            return True
        results, self._results, self._changed = self._results, {}, False
        waiting = [each.at for each in self._later.values()]
        again = {reader: self._tried[reader] for reader in (*self._under_way, *self._next) if reader in self._tried}
        settled = len(self._settled) == len(self.chunk.readers) and not again
        due_at = min(waiting, default=None) if settled else self.chunk.due_at
        later = sum(not each.pin for each in self._later.values())
        counts, cursor = {**self._counts, "later": later}, self._cursor()
        try:
            held = await self._work.flush(
                self.broadcast, self.chunk, cursor, results, again | self._later, counts, due_at
            )
        except BaseException:  # the next one writes these as well
            self._results, self._changed = results | self._results, True
            raise
        self.chunk = replace(self.chunk, results={**self.chunk.results, **results})
        return held

    def _cursor(self) -> int:
        place, readers = self.chunk.cursor, self.chunk.readers
        while place < len(readers) and readers[place] in self._settled:
            place += 1
        return place


def in_hand_of(code: str, hands: Iterable[Hand]) -> list[int]:
    """Return the numbers of a broadcast's chunks that are in hand."""
    return [hand.chunk.number for hand in hands if hand.broadcast.code == code]
