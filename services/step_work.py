"""Decides what whoever sends steps is given to do, and what is written down of it."""

import asyncio
from collections.abc import Mapping
from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from typing import Final

from database.clock import Clock
from database.sequences import Sequence, Sequences
from database.task import Claim as Claim  # noqa: PLC0414 - whom a runner takes tasks for
from database.task import End, Status, Task
from database.tasks import Tasks
from database.together import Together
from services.due_steps import StepJudge, Verdict
from services.refusals import Refusal
from services.required import Chats
from services.users import UserService

ATTEMPTS: Final = 3
"""Attempts after which a step has failed."""

PAUSES: Final = (5.0, 20.0)
"""Seconds before the second attempt, and before the third."""

LONG_PAUSES: Final = (60.0, 600.0)
"""The same where nobody knows whether it is the step's fault, and it may pass."""

LET_GO_AT_ONCE: Final = 1000
"""Tasks of a resumed sequence that one write lets go."""


class StepWork:
    """The tasks of one bot that are due, for one runner."""

    def __init__(self, tasks: Tasks, sequences: Sequences, judge: StepJudge, users: UserService, clock: Clock) -> None:
        """Take the collections, and who judges what is due."""
        self._tasks = tasks
        self._sequences = sequences
        self._judge = judge
        self._users = users
        self._clock = clock
        self._ends: Together[tuple[Claim, End], None] = Together(self._write)
        self.came = asyncio.Event()
        """Set when something may be due."""
        self.resumed = True
        """Whether tasks may have been put aside whose sequence is not paused any more; at a start nobody knows."""

    async def let_go(self) -> None:
        """Let what was put aside be due again, where its sequence is not paused any more."""
        if self.resumed:
            self.resumed = False
            for sequence in await self._sequences.all():
                while not sequence.paused and await self._tasks.let_go(sequence.name, LET_GO_AT_ONCE):
                    pass

    async def next_due(self, claim: Claim) -> datetime | None:
        """Return when the next task is due that is not in hand; None when nothing waits."""
        return await self._tasks.next_due(claim)

    async def take(self, claim: Claim, limit: int) -> tuple[list[Task], Mapping[str, Sequence]]:
        """Take up to so many tasks that are due, with the sequences as they are at this moment, by name."""
        tasks = await self._tasks.claim(claim, self._clock.now(), limit)
        sequences = await self._sequences.all() if tasks else []
        return tasks, {sequence.name: sequence for sequence in sequences}

    async def judge(self, task: Task, sequence: Sequence | None, telegram: Chats) -> Verdict:
        """Decide what is to be done with a task.

        Raises:
            TryLater: that cannot be told now.
        """
        return await self._judge.judge(task, sequence, telegram)

    async def sent(self, task: Task, claim: Claim, message_ids: tuple[int, ...]) -> None:
        """Write down that a step arrived."""
        await self._ends.one((claim, End(task, Status.SENT, self._clock.now(), message_ids=message_ids)))

    async def skipped(self, task: Task, claim: Claim, reason: str) -> None:
        """Write down that a step is not for this reader."""
        await self._ends.one((claim, End(task, Status.SKIPPED, self._clock.now(), reason)))

    async def failed(
        self, task: Task, claim: Claim, reason: str, *, for_good: bool = False, may_pass: bool = False
    ) -> bool:
        """Count an attempt; returns whether it was the last one. What `may_pass` is given more time."""
        if not for_good and task.retries + 1 < ATTEMPTS:
            pauses = LONG_PAUSES if may_pass else PAUSES
            until = self._clock.now() + timedelta(seconds=pauses[task.retries])
            await self._tasks.postpone(task, until, claim, failed=True)
            return False
        await self._ends.one((claim, End(task, Status.FAILED, self._clock.now(), reason)))
        return True

    async def put_off(self, task: Task, claim: Claim, seconds: float) -> None:
        """Let a task wait; nobody else's waits with it."""
        await self._tasks.postpone(task, self._clock.now() + timedelta(seconds=seconds), claim)

    async def plan_anew(self, task: Task, claim: Claim, send_at: datetime) -> None:
        """Let a task be due at another time than was planned."""
        await self._tasks.plan_anew(task, send_at, claim)

    async def hold(self, task: Task, claim: Claim) -> None:
        """Put a task aside until its sequence goes on; it may do so since the task was taken."""
        await self._tasks.hold(task, claim)
        self.resumed = True

    async def cancel(self, task: Task, reason: str) -> None:
        """Cancel what is left of a reader's sequence."""
        await self._tasks.cancel(task.chat_id, reason, self._clock.now(), run=(task.sequence, task.run))

    async def lost(self, user_id: int, refusal: Refusal) -> None:
        """Write down that a reader cannot be reached: nothing that waits for them goes out.

        Should they come back, they are asked whether to begin again, as those are who stopped. What is cancelled is so
        in the end: whoever dies before that tries the same step again.
        """
        if await self._tasks.are_waiting(user_id):
            await self._users.stop(user_id)
        await self._users.mark_blocked(user_id)
        await self._tasks.cancel(user_id, refusal.value, self._clock.now())

    async def _write(self, ends: Row[tuple[Claim, End]]) -> list[None]:
        """Write ends down, as many as came together; they are all of one runner, but for a moment at a start."""
        for claim in {claim for claim, _ in ends}:
            await self._tasks.end([end for whose, end in ends if whose == claim], claim)
        if any(end.task.next for _, end in ends):
            self.came.set()  # what follows may be due before whoever sends would look again
        return [None] * len(ends)
