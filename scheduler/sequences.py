"""Sends the steps of sequences at their time: many readers at once, each reader's in order, each once."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from database.cause import Cause
from database.clock import Clock
from database.codes import random_id
from database.connection import is_unavailable
from database.outgoing import Outgoing
from database.sequences import Sequence
from database.task import Task
from scheduler.due import AFTER_FAILURE, DueRunner
from scheduler.streak import Streak
from services.due_steps import Act, Verdict
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal
from services.registry import Services
from services.required import Chats
from services.step_work import Claim, StepWork

log = logging.getLogger(__name__)

AHEAD: Final = 3
"""Times as many steps as are to be under way that wait beside them, so that nobody waits for the database."""

MOST_AHEAD: Final = 150
"""How many those are at most: they wait for a moment only, as what they say is read when they are taken."""

UNWRITTEN: Final = 1000
"""Steps at most that were sent and whose end is still being written down."""

LONGEST_PAUSE: Final = 5.0
"""Seconds for which nothing is taken at most once everybody has to wait; then one is tried."""

LATER: Final = 600.0
"""Seconds before a step is tried again that is not at fault."""


class Poster(Chats, Protocol):
    """The bot, as far as it is needed here."""

    services: Services
    clock: Clock
    lease: Any

    @property
    def sending_width(self) -> int:
        """How many sends to keep under way."""

    async def answers(self) -> bool:
        """Whether Telegram answers at all."""

    async def post_step(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        """Send a step, once per cause; says what became of it.

        Raises:
            TryLater: it has to wait.
        """


class SequenceRunner:
    """Takes steps that are due while there is room for more sends.

    What is in hand is in the database, under this runner's name: what a crash leaves is taken by the next start, and
    Telegram knows what went out already by its cause.
    """

    def __init__(self, bot: Poster) -> None:
        """Take the bot."""
        self._bot = bot
        self._work: StepWork = bot.services.step_work
        self._claim = Claim(bot.lease.epoch, random_id())
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._pause_until = 0.0
        self._is_full = False
        self._is_ready = False
        self._arrived_at = 0.0
        self._streak = Streak()
        self._told: set[tuple[str, str, int]] = set()
        self._due = DueRunner("sequences", self.look, now=bot.clock.now, hint=self._work.came)

    def start(self) -> None:
        """Begin; what was due before is sent at once."""
        self._due.start()

    def wake(self) -> None:
        """Look at once: a wait may be over before its time."""
        self._pause_until = 0.0
        self._due.wake()

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; what is in hand is the next start's."""
        await self._due.stop(grace=grace, also=tuple(self._tasks))

    async def look(self) -> datetime | None:
        """Begin with what is due, as far as there is room. Returns when the next step is due; None: it wakes itself."""
        now = self._bot.clock.now()
        if (pause := self._pause_until - time.monotonic()) > 0:
            return now + timedelta(seconds=pause)
        if not self._is_ready:
            await self._bot.services.sequences.bring_former()
            self._is_ready = True
        await self._work.let_go()
        due = await self._work.next_due(self._claim)
        if due is None or due > now:
            return due
        room = self._room()
        self._is_full = room <= 0
        if self._is_full:
            return None
        taken, sequences = await self._work.take(self._claim, room)
        for task in taken:
            self._begin(task, sequences.get(task.sequence))
        self._is_full = len(taken) == room
        return None if self._is_full else await self._work.next_due(self._claim)

    def _room(self) -> int:
        """How many more steps may be taken in hand."""
        width = self._bot.sending_width
        return min(width + min(AHEAD * width, MOST_AHEAD) - len(self._sending), UNWRITTEN - len(self._tasks))

    def _begin(self, task: Task, sequence: Sequence | None) -> None:
        work = asyncio.create_task(self._carry_out(task, sequence), name=str(task.cause))
        self._tasks.add(work)
        self._sending.add(work)
        work.add_done_callback(self._over)

    def _over(self, work: asyncio.Task[None]) -> None:
        self._tasks.discard(work)
        self._through(work)

    def _through(self, work: asyncio.Task[None] | None) -> None:
        """Let others be sent in the place of one that is through; look for more once there is room for some."""
        if work:
            self._sending.discard(work)
        if self._is_full and self._room() >= min(self._bot.sending_width, MOST_AHEAD // 2):
            self._due.wake()

    async def _carry_out(self, task: Task, sequence: Sequence | None) -> None:
        """See one step through, however long the database is away; what is wrong with it keeps no other one."""
        began = time.monotonic()
        while True:
            try:
                await self._try(task, sequence, began)
            except Exception as error:  # one of the judges of a runner's failure: per step
                if not is_unavailable(error):
                    log.exception("What became of %s cannot be written down", task.cause)
                    return
                log.warning("%s waits for the database: %s", task.cause, error)
                await asyncio.sleep(AFTER_FAILURE)
            else:
                return

    async def _try(self, task: Task, sequence: Sequence | None, began: float) -> None:
        try:
            verdict = await self._work.judge(task, sequence, self._bot)
        except TryLater as error:  # it is this reader's: nobody else waits for it
            await self._work.put_off(task, self._claim, error.after)
            return
        try:
            if verdict.out is None:
                await self._do(task, sequence, verdict)
                return
            posted = await self._bot.post_step(task.chat_id, verdict.out, cause=task.cause, step="step")
            self._through(asyncio.current_task())
            await self._note(task, sequence, posted)
        except NotThrough as error:
            await self._not_through(task, error, began)
        except TryLater as error:
            if self._arrived_at <= began:  # else it is not everybody who has to wait
                self._pause_until = time.monotonic() + min(error.after, LONGEST_PAUSE)
            await self._work.put_off(task, self._claim, error.after)
        except Exception as error:
            if is_unavailable(error):
                raise
            log.exception("%s failed", task.cause)
            await self._work.failed(task, self._claim, type(error).__name__)

    async def _do(self, task: Task, sequence: Sequence | None, verdict: Verdict) -> None:
        """Do what is to be done with a step that is not sent."""
        match verdict.act:
            case Act.SKIP:
                await self._work.skipped(task, self._claim, verdict.reason)
            case Act.WAIT if verdict.until:
                await self._work.plan_anew(task, self._claim, verdict.until)
            case Act.HOLD:
                await self._work.hold(task, self._claim)
            case Act.CANCEL:
                await self._work.cancel(task, verdict.reason)
            case _:
                await self._fail_for_good(task, sequence, verdict.reason)

    async def _note(self, task: Task, sequence: Sequence | None, posted: Posted) -> None:
        """Write down what became of a step that was sent."""
        if posted.refusal is None:
            self._arrived_at = time.monotonic()
            self._streak.note(posted)
            await self._work.sent(task, self._claim, posted.message_ids)
        elif posted.refusal.is_gone:
            await self._work.lost(task.chat_id, posted.refusal)
        elif posted.refusal is Refusal.CONTENT:
            await self._fail_for_good(task, sequence, posted.reason)
        elif posted.refusal is Refusal.PASSING and posted.after:
            await self._work.put_off(task, self._claim, posted.after)
        elif posted.refusal is Refusal.UNKNOWN:
            await self._unknown(task, sequence, posted)
        else:
            log.warning("%s is refused: %s", task.cause, posted.reason)
            await self._work.failed(task, self._claim, posted.reason, for_good=posted.refusal.is_for_good)

    async def _unknown(self, task: Task, sequence: Sequence | None, posted: Posted) -> None:
        """Try a step again that is refused for an unknown reason; where all are, they wait, and the owner is told."""
        log.warning("%s is refused: %s", task.cause, posted.reason)
        if self._streak.note(posted):
            await self._work.put_off(task, self._claim, LATER)
            await self._tell_owner(task, sequence, posted.reason)
        else:
            await self._work.failed(task, self._claim, posted.reason, may_pass=True)

    async def _not_through(self, task: Task, error: TryLater, began: float) -> None:
        """Let a step wait that failed in ways that pass; where Telegram answers others, it may be at fault itself."""
        if self._arrived_at > began or await self._bot.answers():
            await self._work.failed(task, self._claim, error.reason, may_pass=True)
        else:
            await self._work.put_off(task, self._claim, error.after)

    async def _fail_for_good(self, task: Task, sequence: Sequence | None, reason: str) -> None:
        """End a step that nobody can be sent as it is, and tell the owner so."""
        await self._work.failed(task, self._claim, reason, for_good=True)
        await self._tell_owner(task, sequence, reason)

    async def _tell_owner(self, task: Task, sequence: Sequence | None, reason: str) -> None:
        """Tell the owner that a step cannot be sent, once for each of its revisions and for each process."""
        revision = sequence.revision if sequence else 0
        told = (task.sequence, task.step, revision)
        if told in self._told:
            return
        self._told.add(told)
        log.warning("Step %s of %s cannot be sent to anybody: %s", task.step, task.sequence, reason)
        cause = Cause(f"sequence:{task.sequence}:{task.step}:{revision}")
        try:
            await self._bot.owner_told(
                "sequence-step-broken", cause=cause, name=task.sequence, which=task.step, reason=reason
            )
        except TryLater:
            self._told.discard(told)
