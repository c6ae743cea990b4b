"""Decides what readers get of the owner's sequences: who begins them, who stops, and what became of each step."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from database.bots import BotDatabase
from database.cause import Cause, hash64
from database.clock import Clock
from database.sequences import Condition as Condition  # noqa: PLC0414 - a part of what `save` takes
from database.sequences import Plan as Plan  # noqa: PLC0414 - what `save` takes
from database.sequences import QuietHours as QuietHours  # noqa: PLC0414 - a part of what `save` takes
from database.sequences import Sequence as Sequence  # noqa: PLC0414 - what `all` returns
from database.sequences import Step as Step  # noqa: PLC0414 - a part of what `save` takes
from database.task import Status
from database.users import User
from services.audit import AuditLog
from services.errors import UserError
from services.former_messages import FormerMessages
from services.step_work import StepWork
from services.steps import FIRST, tasks_of
from services.users import UserService

STOPPED = "stopped"
"""Why the tasks of a reader are cancelled who said /stop."""

MOST = 40
"""Sequences at most: what one list shows."""

MANY = 100_000
"""Readers in a sequence up to whom they are counted while somebody waits for it: that takes a tenth of a second."""

NEW = timedelta(days=1)
"""For how long after they first wrote somebody is a newcomer: an update may have to wait."""


@dataclass(frozen=True, slots=True)
class StepFunnel:
    """What became of one step, as numbers of readers; tests are not among them.

    `due` is everybody whose sequence has had this step since they joined: those who got it, those who were `skipped`
    by its condition, those who `stopped` (or blocked the bot, or were banned) before it, those with whom it `failed`,
    and those who are `waiting` for it. `clicked` are those of the readers who pressed one of its buttons.
    """

    key: str
    due: int
    sent: int
    skipped: int
    clicked: int
    stopped: int
    failed: int
    waiting: int


class SequenceService:
    """One bot's sequences."""

    def __init__(
        self, database: BotDatabase, audit: AuditLog, users: UserService, work: StepWork, clock: Clock,
        former: FormerMessages, owner_id: int,
    ) -> None:  # fmt: skip
        """Take the collections, who knows the readers, and who hears when something may be due.

        `former` is what the environment says of an older bot, and `owner_id` whose sequence that becomes.
        """
        self._sequences = database.sequences
        self._tasks = database.tasks
        self._audit = audit
        self._users = users
        self._work = work
        self._clock = clock
        self._former = former
        self._owner = owner_id

    # The owner's

    async def bring_former(self) -> None:
        """Make a sequence of an older bot's messages, once in the life of a bot; one that is there stays as it is."""
        if self._former.are_any:
            plan = await asyncio.to_thread(lambda: self._former.plan)
            if await self._sequences.get(plan.name) is None:
                await self._keep(plan, self._owner, Cause("job:former-messages"))

    async def example(self) -> bytes:
        """Return a sequence to begin with as a file: with what is said of an older bot, if anything is."""
        return await asyncio.to_thread(self._former.file)

    async def all(self) -> list[Sequence]:
        """Return every sequence, the oldest first."""
        return await self._sequences.all()

    async def get(self, name: str) -> Sequence:
        """Return a sequence.

        Raises:
            UserError: `sequence-gone`.
        """
        found = await self._sequences.get(name)
        if found is None:
            raise UserError("sequence-gone", name=name)
        return found

    async def save(self, plan: Plan, by: int, cause: Cause) -> Sequence:
        """Keep a sequence, in place of the one with its name; once per cause.

        Readers who are in it already keep the times of their steps, and get them with what they say from now on.

        Raises:
            UserError: `sequences-too-many`.
        """
        known = {each.name for each in await self.all()}
        if plan.name not in known and len(known) >= MOST:
            raise UserError("sequences-too-many", most=MOST)
        return await self._keep(plan, by, cause)

    async def _keep(self, plan: Plan, by: int, cause: Cause) -> Sequence:
        saved = await self._sequences.put(plan, by, cause, self._clock.now())
        await self._audit.catch_up()
        return saved

    async def pause(self, name: str, by: int, cause: Cause) -> Sequence:
        """Hold a sequence: nobody gets its steps, nobody begins it. Once per cause.

        Raises:
            UserError: `sequence-gone`.
        """
        return await self._set_paused(name, by, cause, paused=True)

    async def resume(self, name: str, by: int, cause: Cause) -> Sequence:
        """Let a sequence go on: what fell due meanwhile goes out now. Once per cause.

        Raises:
            UserError: `sequence-gone`.
        """
        return await self._set_paused(name, by, cause, paused=False)

    async def _set_paused(self, name: str, by: int, cause: Cause, *, paused: bool) -> Sequence:
        await self.get(name)
        await self._sequences.pause(name, paused=paused, by=by, cause=cause, now=self._clock.now())
        await self._audit.catch_up()
        self._work.resumed = True
        self._work.came.set()
        return await self.get(name)

    async def delete(self, name: str, by: int, cause: Cause) -> None:
        """Forget a sequence, once per cause: who is in it gets no more of it, as they will see when a step is due."""
        await self._sequences.remove(name, by=by, cause=cause, now=self._clock.now())
        await self._audit.catch_up()

    async def readers_in(self, plan: Plan) -> int:
        """Count the readers who are in a sequence now, up to `MANY`, however many came before."""
        return await self._tasks.waiting(plan.name, [step.key for step in plan.steps], MANY)

    async def funnel(self, name: str) -> list[StepFunnel]:
        """Count what became of each step that a sequence has now, in their order.

        Raises:
            UserError: `sequence-gone`.
        """
        plan = (await self.get(name)).plan
        counts = [await self._tasks.counts(name, step.key) for step in plan.steps]
        return [
            StepFunnel(
                step.key,
                due=sum(count.by_status.values()),
                sent=count.by_status[Status.SENT],
                skipped=count.by_status[Status.SKIPPED],
                clicked=count.clicked,
                stopped=count.by_status[Status.CANCELLED],
                failed=count.by_status[Status.FAILED],
                waiting=count.by_status[Status.PENDING],
            )
            for step, count in zip(plan.steps, counts, strict=True)
        ]

    async def test(self, name: str, user_id: int, cause: Cause) -> None:
        """Send somebody a sequence fast, a minute in a second, and count it nowhere; once per cause.

        Raises:
            UserError: `sequence-gone`.
        """
        plan = (await self.get(name)).plan
        await self._tasks.add(tasks_of(plan, user_id, _run(cause), self._clock.now(), test=True))
        self._work.came.set()

    # The reader's

    async def joined(self, user: User) -> None:
        """Plan what a newcomer gets: every sequence that is not paused, all steps at once, once in their life.

        Who was there before there were sequences is no newcomer.
        """
        if user.begun_at is not None:
            return
        if self._clock.now() - user.first_seen < NEW:
            await self._begin(user.user_id, FIRST)
        await self._users.begun(user.user_id)

    async def stop(self, user_id: int) -> int:
        """Cancel everything that waits for a reader; returns how many steps that was."""
        await self._users.stop(user_id)
        return await self._tasks.cancel(user_id, STOPPED, self._clock.now())

    async def may_begin_again(self, user_id: int) -> bool:
        """Tell whether somebody who stopped is to be asked if they want to begin again."""
        user = await self._users.get(user_id)
        stopped = user is not None and user.stopped_at is not None
        return stopped and any(not each.paused for each in await self.all())

    async def begin_again(self, user_id: int, cause: Cause) -> bool:
        """Let somebody who stopped go through the sequences from their beginning, once per stop.

        Returns False where they had not stopped, or began again already.
        """
        user = await self._users.get(user_id)
        if user is not None and user.stopped_at is not None:
            # before it is noted: who dies in between leaves somebody who is asked again, and gets these same tasks
            await self._begin(user_id, _run(Cause(f"again:{user.stopped_at.isoformat()}")))
        return await self._users.go_on(user_id, cause)

    async def clicked(self, user_id: int, button: str) -> None:
        """Note that a reader pressed a button with a name: the steps that have it and that they got have a click."""
        plans = [each.plan for each in await self.all()]
        steps = [(plan.name, step.key) for plan in plans for step in plan.steps if button in step.clicks]
        await self._tasks.mark_clicked(user_id, steps)

    async def answer_to(self, button: str) -> str | None:
        """Return what a button with a name answers; None where no sequence says that. The newest one counts."""
        answers = (
            each.answer
            for sequence in reversed(await self.all())
            for step in sequence.plan.steps
            for row in step.buttons
            for each in row
            if each.click == button and each.answer
        )
        return next(answers, None)

    async def _begin(self, user_id: int, run: str) -> None:
        now = self._clock.now()
        runs = [tasks_of(each.plan, user_id, run, now) for each in await self.all() if not each.paused]
        await asyncio.gather(*(self._tasks.add(tasks) for tasks in runs))
        if runs:
            self._work.came.set()


def _run(cause: Cause) -> str:
    """Name a run after what began it, as short as a button's data."""
    return f"{hash64(cause) & 2**64 - 1:016x}"
