"""How the bot is doing, read from its life: the facts of `/` and the checks of `/readyz`."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import cast

from database.connection import is_unavailable
from services.draft_desk import DraftDesk, Telegram
from services.drafts import DraftState
from services.jobs import JobState, RunState
from web.jobs import JobsLike, stamp
from web.lifelike import BreakerLike, LifeLike, OverviewLike
from web.metrics import Metrics
from web.overview import Overviews
from web.status import Ask, BotFacts, BreakerFacts, Facts, JobFacts, Probe, RecoveryFacts

log = logging.getLogger(__name__)

TOO_MANY = 4_000
"""Updates in hand above which the process should not be sent more work."""


class Report:
    """What the web room shows of one process. Nothing is known before `tell`."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._started = time.monotonic()
        self._life: LifeLike | None = None
        self._metrics: Metrics | None = None
        self._ping: Callable[[], Awaitable[None]] | None = None
        self._overviews = Overviews(self._overview)

    def tell(self, life: LifeLike, ping: Callable[[], Awaitable[None]]) -> None:
        """Say whose life it is, and how the database is asked whether it is there (it raises when not)."""
        self._life = life
        self._ping = ping

    async def look(self) -> None:
        """Let what is asked of the database be new, as far as that takes no time."""
        await self._overviews.look()

    def facts(self) -> Facts:
        """How this process is doing now."""
        return Facts(self._version, time.monotonic() - self._started, (self._bot(),))

    def probes(self) -> list[Probe]:
        """What must be well for the bot to serve."""
        return [
            Ask("database", self._database),
            Ask("lease", self._lease),
            Ask("telegram", self._telegram),
            Ask("backlog", self._backlog),
        ]

    def jobs(self) -> JobsLike | None:
        """The jobs of the bot that this process serves; None while it does not."""
        bot = self._life.bot if self._life else None
        return bot.services.jobs if bot else None

    def desk(self) -> tuple[DraftDesk, Telegram] | None:
        """Where drafts are ordered of the bot that this process serves, and the bot; None while it does not."""
        bot = self._life.bot if self._life else None
        return (bot.services.desk, cast("Telegram", bot)) if bot else None

    def watched_by(self, metrics: Metrics) -> None:
        """Let the metrics read the gauges from here; what they counted of recoveries is shown here."""
        self._metrics = metrics
        metrics.drafts.count = self._draft_counts
        metrics.watch(
            backlog=lambda: self._bot().backlog,
            lease_held=lambda: self._life is not None and self._life.keeper.held(),
            lease_epoch=lambda: self._bot().lease_epoch,
            trouble=lambda: self._bot().trouble_seconds,
            breaker_open=lambda: bool((breaker := self._bot().breaker) and breaker.state != "closed"),
        )

    def _overview(self) -> OverviewLike | None:
        bot = self._life.bot if self._life else None
        return bot.services.overview if bot else None

    def _draft_counts(self) -> Awaitable[Mapping[DraftState, int]] | None:
        bot = self._life.bot if self._life else None
        return bot.services.drafts.counts() if bot else None

    def _bot(self) -> BotFacts:
        life = self._life
        if life is None:
            return BotFacts(None, "starting", "waiting for the database")
        bot, incident = life.bot, life.trouble
        recovered = self._metrics.recovered if self._metrics else {}
        return BotFacts(
            username=bot.username if bot else None,
            state=life.state,
            reason=incident.trouble.what if incident else "",
            trouble_seconds=round(time.monotonic() - incident.began, 1) if incident else 0.0,
            backlog=bot.backlog if bot else 0,
            last_update_age=bot.quiet_seconds if bot else None,
            lease_epoch=life.keeper.epoch,
            logins=life.logins + (bot.logins if bot else 0),
            recoveries=sum(each.count for each in recovered.values()),
            recovered={
                kind: RecoveryFacts(each.count, round(each.last_seconds, 1), round(each.longest_seconds, 1))
                for kind, each in recovered.items()
            },
            mishaps=bot.calls.mishaps.counted() if bot else {},
            mishaps_seconds=round(bot.calls.mishaps.seconds) if bot else 0,
            breaker=breaker_facts(bot.calls.breaker) if bot and bot.calls.breaker else None,
            jobs=tuple(map(job_facts, bot.services.jobs.known)) if bot else (),
            overview=self._overviews.known,
        )

    async def _database(self) -> str | None:
        if self._ping is None:
            return "not connected yet"
        try:
            await self._ping()
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.debug("The database does not answer: %s", error)
            return "no answer from the database; updates wait until it is back"
        return None

    async def _lease(self) -> str | None:
        if self._life is None or not self._life.keeper.held():
            return "another process owns the bot, or nobody does"
        return None

    async def _telegram(self) -> str | None:
        bot, incident = (self._life.bot, self._life.trouble) if self._life else (None, None)
        if incident and not (bot and incident.trouble.kind == "database"):  # which is a check of its own
            return f"{incident.trouble.what}; for {time.monotonic() - incident.began:.0f} s now"
        if bot is None:
            return self._bot().reason or self._bot().state
        return None if bot.alive else "reconnecting"

    async def _backlog(self) -> str | None:
        bot = self._life.bot if self._life else None
        backlog = bot.backlog - bot.slowed if bot else 0  # who is too fast makes nobody unready
        return f"{backlog} updates wait" if backlog > TOO_MANY else None


def breaker_facts(breaker: BreakerLike) -> BreakerFacts:
    """What a stranger may know of it: all of it."""
    times = round(breaker.seconds_open, 1), round(breaker.seconds_left, 1)
    return BreakerFacts(str(breaker.state), breaker.openings, *times)


def job_facts(state: JobState) -> JobFacts:
    """How a job is doing; its error is not for strangers, and is taken out where one asks."""
    run, last = state.run, state.run.last
    paused = run.paused and run.order is None and run.state is RunState.WAITING
    return JobFacts(
        name=state.plan.name,
        state="paused" if paused else run.state,
        next_run=None if paused else stamp(run.due_at),
        last_run=stamp(last.began_at) if last else None,
        last_outcome=last.state if last else None,
        last_seconds=round((last.ended_at - last.began_at).total_seconds(), 3) if last else None,
        last_success=stamp(run.well_at),
        did=asdict(last.report) if last else {},
        last_error=last.error if last else None,
    )
