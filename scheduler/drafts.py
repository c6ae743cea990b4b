"""Publishes drafts: each target on its own, once, with what comes of it written down at once; from where it was."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from database.connection import is_unavailable
from scheduler.draft_turn import Lost, Publisher, Turn
from scheduler.due import AFTER_FAILURE, DueRunner
from services.draft_work import Due
from services.drafts import Draft, DraftTarget
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal

log = logging.getLogger(__name__)

IN_HAND: Final = 300
"""Targets in hand at most: one chat's wait for each other, and those of chats that are slow must leave room."""

LONGEST_PAUSE: Final = timedelta(seconds=5)
"""For how long nothing is sent at most once everybody has to wait; then one is tried."""


class DraftRunner:
    """Publishes what is approved and due, and takes back what is to be.

    What is in hand is in the database, under the lease's epoch: what a crash leaves is due at the next start, and
    Telegram knows by its cause what went out already. To one chat drafts go one after the other.
    """

    def __init__(self, bot: Publisher) -> None:
        """Take the bot."""
        self._bot = bot
        self._work = bot.services.drafts.work
        self._epoch: int | None = None
        self._in_hand: dict[str, set[int]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()
        self._chats: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._blocked_until = bot.clock.now()
        self._arrived_at = bot.clock.now()
        self._due = DueRunner("drafts", self.look, now=bot.clock.now, hint=self._work.came)

    def start(self) -> None:
        """Begin; what the last process left is gone on with."""
        self._due.start()

    def wake(self) -> None:
        """Look at once: a wait may be over before its time."""
        self._blocked_until = self._bot.clock.now()
        self._due.wake()

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; what is in hand is the next start's."""
        await self._due.stop(grace=grace, also=tuple(self._tasks))

    async def look(self) -> datetime | None:
        """Begin with what is due, as far as there is room. Returns when there is more; None: it wakes itself."""
        epoch = self._bot.lease.epoch
        if epoch != self._epoch:
            await self._work.take_over(epoch)
            self._epoch = epoch
        if self._bot.clock.now() < self._blocked_until:
            return self._blocked_until
        room = IN_HAND - len(self._tasks)
        for due in await self._work.due(room) if room > 0 else []:
            if len(self._tasks) < IN_HAND:
                await self._begin(due, epoch)
        return await self._work.next_due() if len(self._tasks) < IN_HAND else None

    async def _begin(self, due: Due, epoch: int) -> None:
        code = due.draft.code
        targets = self._work.to_do(due.draft, self._in_hand[code])
        draft = await self._work.begin(due, epoch, targets, busy=bool(self._in_hand[code]))
        for target in targets if draft else []:
            assert draft is not None  # noqa: S101 - there is none without
            self._in_hand[code].add(target.chat)
            task = asyncio.create_task(self._carry_out(draft, target), name=f"draft {code} to {target.chat}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if not self._in_hand[code]:
            del self._in_hand[code]

    async def _carry_out(self, draft: Draft, target: DraftTarget) -> None:
        """See a target's turn through, however long the database is away; what is wrong with it keeps no other one."""
        lock = self._chats[target.chat]
        try:
            async with lock:
                await self._through(draft, target)
        finally:
            self._in_hand[draft.code].discard(target.chat)
            if not self._in_hand[draft.code]:
                del self._in_hand[draft.code]
            if not any(target.chat in chats for chats in self._in_hand.values()):
                del self._chats[target.chat]
            self._due.wake()

    async def _through(self, draft: Draft, target: DraftTarget) -> None:
        turn = Turn(self._bot, draft, target)
        while True:
            try:
                await self._try(turn)
            except Lost:
                log.info("%s is somebody else's by now", draft.send_cause)
                return
            except Exception as error:  # one of the judges of a runner's failure: per target
                if not is_unavailable(error):
                    log.exception("What became of %s cannot be written down", draft.send_cause)
                    return
                log.warning("%s waits for the database: %s", draft.send_cause, error)
                await asyncio.sleep(AFTER_FAILURE)
            else:
                return

    async def _try(self, turn: Turn) -> None:
        began = self._bot.clock.now()
        if began < self._blocked_until:
            await turn.put_back(TryLater(0, "everybody waits"))
            return
        try:
            await turn.take()
        except NotThrough as error:
            if self._arrived_at > began or await self._bot.answers():
                await turn.failed(Posted(refusal=Refusal.PASSING, reason="UNANSWERED"), unsure=True)
            else:
                await self._everybody_waits(turn, error)
        except TryLater as error:
            if self._arrived_at > began:  # others get theirs
                await turn.wait(Posted(refusal=Refusal.PASSING, reason=error.reason, after=error.after))
            else:
                await self._everybody_waits(turn, error)
        except Lost:
            raise
        except Exception as error:
            if is_unavailable(error):
                raise
            log.exception("%s could not be published", turn.draft.send_cause)
            await turn.failed(Posted(refusal=Refusal.UNKNOWN, reason=type(error).__name__), unsure=True)
        else:
            self._arrived_at = self._bot.clock.now()

    async def _everybody_waits(self, turn: Turn, error: TryLater) -> None:
        """Begin nothing until Telegram can be asked again, which a new connection may say before its time."""
        pause = min(timedelta(seconds=error.after), LONGEST_PAUSE)
        self._blocked_until = max(self._blocked_until, self._bot.clock.now() + pause)
        await turn.put_back(error)
