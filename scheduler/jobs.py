"""What is done by the clock: one short function per job, and the table that says when each of them is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Protocol

from scheduler.broadcast_recalls import Recaller, delete_due_broadcasts
from scheduler.deletions import Lender, delete_some
from scheduler.premium import remind_premium_readers
from scheduler.replies import Answering, answer_waiting
from scheduler.telling import Serving
from services.errors import TryLater
from services.jobs import CYCLE, JobPlan, JobReport
from services.registry import Services
from services.schedules import Daily, Every

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)


class Kept(Protocol):
    """The bot, as far as its upkeep needs it."""

    services: Services

    async def check_channels(self) -> int:
        """Look after the channels of the settings; returns how many cannot be used, of which the owner was told."""

    async def check_room(self) -> bool:
        """Look after the disk; returns whether it is nearly full, of which the owner was told."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is declared, and the function that does it for a bot.

    It may be done twice for one due time, after a crash. What it raises counts as a failure, `TryLater` as a wait.
    """

    plan: JobPlan
    run: Callable[[Any], Awaitable[JobReport]]


async def delete_due_messages(bot: Lender) -> JobReport:
    """Delete what readers should no longer have. Reports all that was deleted since the last run."""
    with suppress(TryLater):  # whoever wakes at the due times goes on when the wait is over
        await delete_some(bot)
    return bot.services.deletions.report()


async def delete_due_broadcast_messages(bot: Recaller) -> JobReport:
    """Delete the messages of broadcasts whose time is up. Reports all that was deleted since the last run."""
    with suppress(TryLater):  # whoever wakes at the due times goes on when the wait is over
        await delete_due_broadcasts(bot)
    return bot.services.broadcasts.recalls.report()


async def keep_up(bot: Kept) -> JobReport:
    """Forget old numbers; tell the owner, once a day each, that a channel of the settings or the disk will not do."""
    deleted = await bot.services.tallies.forget_old()
    return JobReport(deleted=deleted, sent=await bot.check_channels() + await bot.check_room())


async def delete_spent_tokens(bot: Serving) -> JobReport:
    """Delete tokens that expired, were verified or bypassed. Nobody has to be verified again for that."""
    return JobReport(deleted=await bot.services.gate.clean_tokens())


async def forget_token_counts(bot: Serving) -> JobReport:
    """Delete how many tokens readers were given on earlier days."""
    return JobReport(deleted=await bot.services.gate.forget_counts())


async def make_drafts(bot: Answering) -> JobReport:
    """Try again at once what waits to be published; let the AI answer what people wrote since the last cycle."""
    await bot.services.drafts.work.retry_waiting()
    return await answer_waiting(bot)


JOBS: Final = (
    Job(JobPlan(CYCLE, Every(20 * MINUTE), timedelta(minutes=10), setting="draft_cycle"), make_drafts),
    Job(JobPlan("message_deleter", Every(MINUTE), cleanup=True), delete_due_messages),
    Job(JobPlan("broadcast_deleter", Every(HOUR), cleanup=True), delete_due_broadcast_messages),
    Job(JobPlan("upkeep", Every(HOUR), cleanup=True), keep_up),
    Job(JobPlan("token_cleanup", Daily((0, 12)), cleanup=True), delete_spent_tokens),
    Job(JobPlan("token_count_reset", Daily((0,)), cleanup=True), forget_token_counts),
    Job(JobPlan("premium_reminders", Every(HOUR)), remind_premium_readers),
)
"""The timetable. A job's line here is all that it takes, beside the text `job-<name>` in each language."""


def jobs_by(minute: float) -> tuple[Job, ...]:
    """Return the timetable with minutes of so many seconds: fewer than 60 only for the proofs."""

    def paced(plan: JobPlan) -> JobPlan:
        schedule = plan.schedule
        if not isinstance(schedule, Every):
            return plan
        return replace(plan, schedule=Every(schedule.period * minute / 60), minute=plan.minute * minute / 60)

    return tuple(replace(job, plan=paced(job.plan)) for job in JOBS)
