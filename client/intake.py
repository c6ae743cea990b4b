"""What is taken in hand: each update passes the door, and waits in its line or, where that is full, set aside.

`client/fairness.py` has the rules, `client/lanes.py` the lines, `client/aside.py` what was set aside.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyrogram import utils

from client.address import CHANNEL, COMMON, Lane, lane_of
from client.aside import Aside, Read
from client.boxes import Unit
from client.fairness import GROUP_LINE, LINE, Door, Refusal
from client.lanes import Lanes

MAX_IN_HAND = 5_000
"""Updates in hand above which more are not taken: the server keeps them for the difference.

Those that wait because their authors are too fast are not counted here; they have a bound of their own.
"""


class Update(NamedTuple):
    """One update with the people and chats that it mentions."""

    update: Any
    users: dict[int, Any]
    chats: dict[int, Any]


@dataclass(slots=True)
class Work:
    """One update to handle, and the unit that is finished with it."""

    update: Update
    unit: Unit | None
    failures: int = 0
    due: float = 0.0
    """The moment (of the loop's clock) before which it is not worked on; 0: none."""
    tell: int = 0
    """Who is to be told that they are too fast, when this is first looked at; 0: nobody."""
    since: float = field(default_factory=time.monotonic)


class Telling:
    """Who hears of people that send more than is taken; `client.guard` implements it."""

    async def too_fast(self, person: int) -> None:
        """Tell a person that they are too fast. Never raises."""

    def left_out(self, kind: str) -> None:
        """Count an update of this kind that nobody will answer."""


Run = Callable[[Work], Awaitable[float | None]]
"""Handles one update: None when it is finished, else the seconds after which it is to be taken again."""


class Intake:
    """The updates of one bot that are in hand.

    Args:
        run: handles one update.
        workers: how many are handled at once.
        hold: makes a unit of one at the present place of the account's sequence.
        read: reads messages of private chats again.
        is_admin: whose updates are neither slowed nor left out.
        telling: who hears of those that send too much.
    """

    def __init__(
        self,
        run: Run,
        *,
        workers: int,
        hold: Callable[[], Unit],
        read: Read,
        is_admin: Callable[[int], bool],
        telling: Telling,
    ) -> None:
        self._run = run
        self._hold = hold
        self._telling = telling
        self.lanes: Lanes[Work] = Lanes(self._take_turn, workers=workers)
        self.door = Door(lambda: asyncio.get_running_loop().time(), is_admin)
        self.aside = Aside(read, self._short, self._put_back)

    def admit(self, update: Update) -> Work | None:
        """Put an update into its line; None where the door does not let it in.

        What is put there begins in a later turn of the loop. Call this before the update's sequence is moved.
        """
        body = update.update
        lane = lane_of(body)
        verdict = self.door.judge(body, lane, self.lanes.length(lane), aside=lane in self.aside)
        if verdict is Refusal.SET_ASIDE:
            self.aside.keep(lane, body, self._hold)
            return None
        if verdict is Refusal.LEFT_OUT:
            self._telling.left_out(type(body).__name__)
            return None
        work = Work(update, None, due=verdict.due, tell=verdict.tell)
        self.lanes.put(lane, work)
        return work

    def is_full(self, box_id: int) -> bool:
        """Whether more of this sequence is to stay with the server for now."""
        if self.lanes.backlog - self.door.slowed >= MAX_IN_HAND:
            return True
        lane = CHANNEL, utils.get_channel_id(box_id)
        return box_id != COMMON and self.door.fair and self.lanes.length(lane) >= GROUP_LINE

    async def room(self, box_id: int) -> None:
        """Wait until more of this sequence may be taken."""
        await self.lanes.until(lambda: not self.is_full(box_id))

    async def close(self, *, grace: float) -> int:
        """Stop working after `grace` seconds; returns how many updates are left to the next start."""
        await self.aside.close()
        return await self.lanes.close(grace=grace) + len(self.aside)

    async def _short(self, lane: Lane) -> None:
        """Wait until half of a line is free."""
        await self.lanes.until(lambda: self.lanes.length(lane) <= LINE // 2)

    def _put_back(self, lane: Lane, body: Any, users: list[Any], chats: list[Any], unit: Unit) -> None:
        update = Update(body, {user.id: user for user in users}, {chat.id: chat for chat in chats})
        self.lanes.put(lane, Work(update, unit))

    async def _take_turn(self, work: Work) -> float | None:
        """Work on an update when it is due."""
        if work.tell:
            person, work.tell = work.tell, 0
            await self._telling.too_fast(person)
        if (early := work.due - asyncio.get_running_loop().time()) > 0:
            return early
        delay = await self._run(work)
        if delay is None:
            self.door.finished(work.due)
        return delay
