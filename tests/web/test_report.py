"""What the web room shows of a bot's life: before it begins, standing by, running, broken."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import NetworkTimeout

from client.breaker import FAILURES, Breaker
from client.mishaps import Mishaps, Passing
from database.job_runs import EndedRun, JobReport, JobRun, RunState
from services.jobs import JobPlan, JobState
from services.schedules import Daily
from tests.database.mongo import NOW
from web.metrics import Metrics
from web.report import TOO_MANY, Report
from web.status import Checks, Facts, JobFacts, RecoveryFacts


@dataclass
class Keeper:
    epoch: int = 0
    mine: bool = False

    def held(self) -> bool:
        return self.mine


def no_services() -> Any:
    return SimpleNamespace(jobs=SimpleNamespace(plans={}, known=()), overview=None)


def good_calls() -> Any:
    return SimpleNamespace(mishaps=Mishaps(), breaker=Breaker())


@dataclass
class Running:
    username: str = "files_bot"
    logins: int = 0
    alive: bool = True
    backlog: int = 0
    slowed: int = 0
    quiet_seconds: float = 1.5
    services: Any = field(default_factory=no_services)
    calls: Any = field(default_factory=good_calls)


@dataclass
class Reason:
    what: str
    kind: str = "connection"


@dataclass
class Broken:
    trouble: Reason
    began: float


@dataclass
class OneLife:
    state: str = "standby"
    trouble: Broken | None = None
    logins: int = 0
    keeper: Keeper = field(default_factory=Keeper)
    bot: Running | None = None


async def there() -> None:
    """The database answers."""


async def reasons(report: Report) -> dict[str, str]:
    answers = await Checks(report.probes(), timeout=0.1, keep=0).answers()
    return {name: reason for name, reason in answers.items() if reason}


def running() -> OneLife:
    return OneLife("running", logins=1, keeper=Keeper(7, mine=True), bot=Running())


async def test_before_the_database_is_there_nothing_is_ready() -> None:
    report = Report("1.2.3")
    assert set(await reasons(report)) == {"database", "lease", "telegram"}
    facts = report.facts()
    assert isinstance(facts, Facts)
    assert facts.version == "1.2.3"
    assert facts.bots[0].username is None


async def test_a_standby_is_not_ready_and_says_why() -> None:
    report = Report("1")
    report.tell(OneLife(), there)
    assert set(await reasons(report)) == {"lease", "telegram"}
    assert report.facts().bots[0].state == "standby"


async def test_a_running_bot_is_ready() -> None:
    report = Report("1")
    report.tell(running(), there)
    assert await reasons(report) == {}
    (bot,) = report.facts().bots
    assert (bot.username, bot.state, bot.lease_epoch, bot.logins, bot.recoveries) == ("files_bot", "running", 7, 1, 0)


async def test_each_failure_is_its_own_reason(caplog: pytest.LogCaptureFixture) -> None:
    life = running()
    report = Report("1")

    async def away() -> None:
        raise ConnectionError("mongodb://user:canary@host")

    async def silent() -> None:
        await asyncio.sleep(60)

    async def gone() -> None:
        raise NetworkTimeout("mongodb://user:canary@host: timed out")

    report.tell(life, away)
    assert await reasons(report) == {"database": "the check failed"}
    assert "The check of database failed" in caplog.text
    caplog.clear()
    report.tell(life, silent)
    assert await reasons(report) == {"database": "no answer within 0.1 s"}
    report.tell(life, gone)
    assert await reasons(report) == {"database": "no answer from the database; updates wait until it is back"}
    assert caplog.text == ""  # a database that is away is no bug
    report.tell(life, there)
    assert life.bot
    life.bot.alive = False
    assert set(await reasons(report)) == {"telegram"}
    life.bot.alive, life.bot.backlog = True, TOO_MANY + 1
    assert set(await reasons(report)) == {"backlog"}
    life.bot.slowed = 1
    assert not await reasons(report), "those who are too fast wait, and nobody waits for them"
    life.bot.backlog, life.keeper.mine = TOO_MANY, False
    assert set(await reasons(report)) == {"lease"}


async def test_what_keeps_it_from_serving_is_said_with_its_age() -> None:
    life, report = running(), Report("1")
    report.tell(life, there)
    life.trouble = Broken(Reason("Telegram cannot be reached"), time.monotonic() - 75)
    assert await reasons(report) == {"telegram": "Telegram cannot be reached; for 75 s now"}
    (bot,) = report.facts().bots
    assert (bot.reason, round(bot.trouble_seconds)) == ("Telegram cannot be reached", 75)
    life.trouble = Broken(Reason("the database is away", "database"), time.monotonic())
    assert await reasons(report) == {}, "which a check of its own asks"
    life.bot = None
    assert await reasons(report) == {"telegram": "the database is away; for 0 s now"}


async def test_jobs_are_shown_with_how_they_went() -> None:
    life, report = running(), Report("1")
    before = report.jobs()
    assert before is None
    report.tell(life, there)
    assert life.bot
    assert report.jobs() == life.bot.services.jobs
    plan = JobPlan("sweep", Daily((0,)))
    last = EndedRun(RunState.FAILED, NOW, NOW + timedelta(seconds=2.5), JobReport(failed=1), "canary")
    run = JobRun("id", "sweep", NOW + timedelta(hours=12), 1, last=last, well_at=NOW - timedelta(hours=12))
    life.bot.services.jobs.known = (
        JobState(plan, run),
        JobState(plan, replace(run, paused=True)),
        JobState(plan, replace(run, paused=True, order="x")),
        JobState(plan, replace(run, paused=True, state=RunState.RUNNING)),
        JobState(plan, JobRun("id", "sweep", NOW, 1)),
    )
    jobs = report.facts().bots[0].jobs
    assert jobs[0] == JobFacts(
        "sweep",
        "waiting",
        "2026-03-02T00:00:00.000+00:00",
        "2026-03-01T12:00:00.000+00:00",
        "failed",
        2.5,
        "2026-03-01T00:00:00.000+00:00",
        {"deleted": 0, "sent": 0, "failed": 1, "skipped": 0},
        "canary",
    )
    assert [(each.state, each.next_run is None) for each in jobs] == [
        ("waiting", False), ("paused", True), ("waiting", False), ("running", False), ("waiting", False),
    ]  # fmt: skip
    assert (jobs[4].last_run, jobs[4].last_success, jobs[4].did) == (None, None, {})


async def test_recoveries_are_shown_with_their_times() -> None:
    report, metrics = Report("1"), Metrics("1")
    report.watched_by(metrics)
    report.tell(running(), there)
    for seconds in (2.04, 31.0, 4.0):
        metrics.recovery("connection", seconds)
    metrics.recovery("session", 12.0)
    (bot,) = report.facts().bots
    assert bot.recoveries == 4
    assert bot.recovered == {"connection": RecoveryFacts(3, 4.0, 31.0), "session": RecoveryFacts(1, 12.0, 12.0)}


def test_a_server_that_fails_is_shown_with_what_went_wrong() -> None:
    life, metrics, report = running(), Metrics("1"), Report("1")
    report.watched_by(metrics)
    report.tell(life, there)
    assert life.bot
    (well,) = report.facts().bots
    assert well.breaker
    assert (well.breaker.state, well.breaker.openings, well.mishaps) == ("closed", 0, {})
    for number in range(FAILURES):
        life.bot.calls.mishaps.count(Passing.SERVER)
        life.bot.calls.breaker.failed(number)
    (bot,) = report.facts().bots
    assert bot.breaker
    assert (bot.breaker.state, bot.breaker.openings, bot.mishaps) == ("open", 1, {"server": FAILURES})
    assert 50 < bot.breaker.next_try_seconds <= 60
    assert b"draftkeep_breaker_open 1.0" in metrics.text()
    life.bot.calls.mishaps.reset()
    assert report.facts().bots[0].mishaps == {}


def test_the_gauges_read_the_life_as_it_is_now() -> None:
    life, metrics, report = running(), Metrics("1"), Report("1")
    report.watched_by(metrics)
    assert b"draftkeep_lease_held 0.0" in metrics.text()
    report.tell(life, there)
    assert life.bot
    life.bot.backlog = 12
    text = metrics.text()
    assert b"draftkeep_lease_held 1.0" in text
    assert b"draftkeep_lease_epoch 7.0" in text
    assert b"draftkeep_inbox_backlog 12.0" in text
    assert b"draftkeep_trouble_seconds 0.0" in text
    life.trouble = Broken(Reason("gone"), time.monotonic() - 60)
    assert b"draftkeep_trouble_seconds 6" in metrics.text()
