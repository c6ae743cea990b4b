"""What somebody sends beyond what fits in hand: it waits as message ids alone, and is read again in its turn.

The server cannot keep it for us: all private chats are one sequence, in which not taking one person's messages means
taking nobody's.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pyrogram import raw

from client.address import Lane
from client.boxes import Unit

BATCH = 100
"""Messages that are read again together."""

Read = Callable[[list[int]], Awaitable[tuple[list[Any], list[Any], list[Any]]]]
"""Reads messages of private chats by their ids, however long that takes; returns messages, users and chats."""


@dataclass(slots=True)
class Batch:
    """Some ids, edits negative, and the unit that holds the sequence at their place until all of them are finished."""

    unit: Unit
    numbers: array[int] = field(default_factory=lambda: array("q"))


class Aside:
    """The messages that were set aside, by their line.

    Args:
        read: how messages are read again.
        room: waits until there is room in a line.
        put: puts an update with its unit into a line.
    """

    def __init__(
        self,
        read: Read,
        room: Callable[[Lane], Awaitable[None]],
        put: Callable[[Lane, Any, list[Any], list[Any], Unit], None],
    ) -> None:
        self._read = read
        self._room = room
        self._put = put
        self._lines: dict[Lane, deque[Batch]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept = 0

    def __contains__(self, lane: Lane) -> bool:
        return lane in self._lines

    def __len__(self) -> int:
        return self._kept

    def keep(self, lane: Lane, body: Any, hold: Callable[[], Unit]) -> None:
        """Set a new or an edited message aside.

        `hold` makes a unit of one at the place before this message; it must be called before the message is received.
        """
        number = -body.message.id if isinstance(body, raw.types.UpdateEditMessage) else body.message.id
        line = self._lines.get(lane)
        if line is None:
            line = self._lines[lane] = deque()
            task = asyncio.create_task(self._bring_back(lane, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if line and len(line[-1].numbers) < BATCH:
            line[-1].unit.left += 1
        else:
            line.append(Batch(hold()))
        line[-1].numbers.append(number)
        self._kept += 1

    async def close(self) -> None:
        """Bring nothing back any more; it is the next start's."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)

    async def _bring_back(self, lane: Lane, line: deque[Batch]) -> None:
        while line:
            await self._room(lane)
            batch = line.popleft()
            messages, users, chats = await self._read(sorted({abs(number) for number in batch.numbers}))
            found = {message.id: message for message in messages if not isinstance(message, raw.types.MessageEmpty)}
            self._kept -= len(batch.numbers)
            for number in batch.numbers:
                message = found.get(abs(number))
                if message is None:
                    batch.unit.finish_one()  # deleted meanwhile
                    continue
                kind = raw.types.UpdateEditMessage if number < 0 else raw.types.UpdateNewMessage
                self._put(lane, kind(message=message, pts=0, pts_count=0), users, chats, batch.unit)
        del self._lines[lane]
