"""Sends broadcasts: as many messages under way as the pace allows, one chunk after the other, from where it was."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any, Final

from database.broadcast import Broadcast, Reason
from database.connection import is_unavailable
from scheduler.broadcast_hand import Hand, in_hand_of
from scheduler.broadcast_turn import Caster, take_turn
from scheduler.due import DueRunner
from scheduler.streak import Streak
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal

log = logging.getLogger(__name__)

TICK: Final = timedelta(seconds=1)
"""How often is written down what came of it, and asked whether it goes on."""


class BroadcastRunner:
    """Sends whatever broadcasts are running, those started first first.

    What came of whom is written down every 32 outcomes or second, so that a process that dies has at most those and
    what was under way sent for nothing: the next one sends that again, and Telegram gives the first messages back.
    """

    def __init__(self, bot: Caster, *, cursor_first: bool = False) -> None:
        """Take the bot. `cursor_first` is for the control of the proof: what is to be sent is written down as sent."""
        self._bot = bot
        self._service = bot.services.broadcasts
        self._work = bot.services.broadcasts.work
        self._cursor_first = cursor_first
        self._hands: list[Hand] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._fetching: asyncio.Task[None] | None = None
        self._running: dict[str, Broadcast] = {}
        self._moved = asyncio.Event()
        self._failure: BaseException | None = None
        self._streak = Streak()
        self._answered_at = bot.clock.now()
        self._blocked_until = bot.clock.now()
        self._looked_at = bot.clock.now() - TICK
        self._dry = self._stopping = False
        self._uncounted: set[str] = set()
        self._due = DueRunner("broadcasts", self.look, now=bot.clock.now, hint=self._service.came)

    def start(self) -> None:
        """Begin; what the last process left is gone on with."""
        self._due.start()

    def wake(self) -> None:
        """Look at once: a wait may be over before its time."""
        self._blocked_until = self._bot.clock.now()
        self._due.wake()

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; what is under way is the next start's."""
        self._stopping = True  # cancelling alone may be swallowed by what is awaited
        await self._due.stop(grace=grace, also=[*self._tasks, *([self._fetching] if self._fetching else [])])

    async def look(self) -> datetime | None:
        """Send what is to be sent now. Returns when there is more."""
        following = [await self._work.begin_due()]
        try:
            await self._send()
            following += [await self._work.next_due(each) for each in self._running.values()]
        finally:
            await self._leave()
        if self._running and self._blocked_until > self._bot.clock.now():
            return min([self._blocked_until, *(each for each in following[:1] if each)])
        return min((each for each in following if each), default=None)

    # One round: from the first message until nobody can be sent to now

    async def _send(self) -> None:
        self._failure = None
        await self._tick()
        while True:
            self._moved.clear()
            self._fill()
            if not self._tasks and not self._fetching:
                break
            try:
                async with asyncio.timeout(TICK.total_seconds()):
                    await self._moved.wait()
            except TimeoutError:
                pass
            await self._keep()
            if self._failure:
                raise self._failure
        await self._tick()

    def _fill(self) -> None:
        """Begin as much as there is room for."""
        if self._failure or self._stopping or self._bot.clock.now() < self._blocked_until:
            return
        room = self._bot.sending_width - len(self._tasks)
        for hand in self._hands:
            while room > 0 and hand.waiting:
                room -= 1
                self._begin(self._one(hand, hand.take()))
        waiting = sum(hand.waiting for hand in self._hands)
        if waiting < self._bot.sending_width and not self._fetching and not self._dry:
            self._fetching = asyncio.create_task(self._fetch())

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._failure = self._failure or error
        self._moved.set()

    async def _fetch(self) -> None:
        """Take the next chunk in hand, ahead of its time."""
        try:
            for each in list(self._running.values()):
                broadcast, chunk = await self._work.next_chunk(each, in_hand_of(each.code, self._hands))
                if each.code not in self._running:  # it was stopped meanwhile
                    continue
                self._running[each.code] = broadcast
                if chunk is not None:
                    await self._bot.meet_readers([*chunk.readers[chunk.cursor :], *chunk.later])
                    self._hands.append(Hand(self._work, broadcast, chunk, self._bot.clock.now()))
                    self._work.in_hand.add(each.code)
                    return
            self._dry = True
        except TryLater as error:
            self._wait(error.after)
        except Exception as error:  # noqa: BLE001 - raised by who waits for it
            self._failure = self._failure or error
        finally:
            self._fetching = None
            self._moved.set()

    async def _keep(self) -> None:
        """Write down what came of it, and once a second look what is to be gone on with."""
        now = self._bot.clock.now()
        for hand in list(self._hands):
            if hand.is_full or hand.is_over or now - hand.flushed_at >= TICK:
                await self._flush(hand)
        if now - self._looked_at >= TICK or self._service.came.is_set():
            self._service.came.clear()
            await self._tick()

    async def _flush(self, hand: Hand) -> None:
        await self._bot.services.users.mark(blocked=hand.blocked, gone=hand.gone, unseen=hand.flushed_at)
        hand.blocked.clear()
        hand.gone.clear()
        over = hand.is_over
        if not await hand.flush(self._bot.clock.now()):
            raise TryLater(1.0, "another process goes on with the broadcast")
        self._uncounted.add(hand.broadcast.code)
        if over and hand in self._hands:
            self._hands.remove(hand)
            await self._let_go_of(hand.broadcast.code)

    async def _tick(self) -> None:
        """Let go of what is stopped, take up what was started, end what is over, and count."""
        self._looked_at, self._dry = self._bot.clock.now(), False
        found = {each.code: each for each in await self._work.running(self._bot.lease.epoch)}
        stopped, self._running = self._running.keys() - found.keys(), found
        for hand in self._hands:
            hand.broadcast = found.get(hand.broadcast.code, hand.broadcast)
            if hand.broadcast.code not in found:
                hand.let_go()
        await self._count()
        for code in stopped:  # perhaps over its last readers
            if not in_hand_of(code, self._hands):
                await self._work.finish(code)
        for each in list(found.values()):
            if each.is_cut and not in_hand_of(each.code, self._hands) and await self._work.finish(each.code):
                self._service.recalled.set()
                del found[each.code]

    async def _count(self) -> None:
        """Write down in the broadcasts themselves what was written down of their readers."""
        for code in list(self._uncounted):
            await self._work.count(code)
            self._uncounted.discard(code)

    async def _leave(self) -> None:
        """Let go of what is in hand, whatever ended the round; what came of it is written down where that can be."""
        tasks = [*self._tasks, *([self._fetching] if self._fetching else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        hands, self._hands = self._hands, []
        for hand in hands:
            hand.let_go()
        if hands and not self._failure:
            try:
                for hand in hands:
                    await self._flush(hand)
                    await self._let_go_of(hand.broadcast.code)
                await self._count()
            except Exception as error:
                if not is_unavailable(error) and not isinstance(error, TryLater):
                    raise
                log.warning("What came of a broadcast is found out again: %s", error)
        self._work.in_hand.clear()
        self._service.recalled.set()

    async def _let_go_of(self, code: str) -> None:
        if not in_hand_of(code, self._hands):
            self._work.in_hand.discard(code)
            self._service.recalled.set()
            if code not in self._running:  # it was stopped over its last readers
                await self._work.finish(code)

    def _wait(self, seconds: float) -> None:
        """Begin nothing for so many seconds."""
        self._blocked_until = max(self._blocked_until, self._bot.clock.now() + timedelta(seconds=seconds))

    # One reader

    async def _one(self, hand: Hand, reader: int) -> None:
        """Send one reader their message; what has to wait, or fails, keeps nobody else."""
        began = self._bot.clock.now()
        if self._cursor_first:
            hand.note(reader, Posted(), began)
            await hand.flush(began)
        try:
            posted, unpinned = await take_turn(self._bot, hand, reader)
        except NotThrough as error:
            if self._answered_at <= began and not await self._bot.answers():  # nobody else gets through either
                hand.put_back(reader)
                self._wait(error.after)
                return
            posted, unpinned = Posted(refusal=Refusal.UNKNOWN, reason="UNANSWERED"), None
        except TryLater as error:
            hand.put_back(reader)
            self._wait(error.after)
            return
        except Exception as error:  # one of the judges of a runner's failure: per reader
            if is_unavailable(error):
                raise
            log.exception("A message of a broadcast could not be sent")
            posted, unpinned = Posted(refusal=Refusal.UNKNOWN, reason=type(error).__name__), None
        else:
            self._answered_at = self._bot.clock.now()
        if self._streak.note(posted) or posted.refusal is Refusal.CONTENT:
            self._streak.begin_anew()
            hand.put_back(reader)
            await self._refused(hand, posted.reason)
        elif not self._cursor_first:
            hand.note(reader, posted, self._bot.clock.now(), unpinned=unpinned)

    async def _refused(self, hand: Hand, detail: str) -> None:
        """Stop a broadcast whose message nobody can be sent."""
        if hand.broadcast.code in self._running:
            log.warning("The broadcast %s is paused, Telegram refuses its message: %s", hand.broadcast.code, detail)
            del self._running[hand.broadcast.code]
            hand.let_go()
            await self._work.stop(hand.broadcast, Reason.CONTENT, detail)
