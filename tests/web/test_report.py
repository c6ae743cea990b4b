"""What the web room shows of a bot's life: before it begins, standing by, running, broken."""

import asyncio
from dataclasses import dataclass, field

import pytest
from pymongo.errors import NetworkTimeout

from web.metrics import Metrics
from web.report import TOO_MANY, Report
from web.status import Checks, Facts


@dataclass
class Keeper:
    epoch: int = 0
    mine: bool = False

    def held(self) -> bool:
        return self.mine


@dataclass
class Running:
    username: str = "files_bot"
    logins: int = 0
    recoveries: int = 0
    alive: bool = True
    backlog: int = 0
    quiet_seconds: float = 1.5


@dataclass
class OneLife:
    state: str = "standby"
    reason: str = ""
    starts: int = 0
    logins: int = 0
    keeper: Keeper = field(default_factory=Keeper)
    bot: Running | None = None


async def there() -> None:
    """The database answers."""


async def reasons(report: Report) -> dict[str, str]:
    answers = await Checks(report.probes(), timeout=0.1, keep=0).answers()
    return {name: reason for name, reason in answers.items() if reason}


def running() -> OneLife:
    return OneLife("running", starts=1, logins=1, keeper=Keeper(7, mine=True), bot=Running())


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
    life.bot.backlog, life.keeper.mine = TOO_MANY, False
    assert set(await reasons(report)) == {"lease"}


async def test_starting_anew_and_reconnecting_are_counted_as_recoveries() -> None:
    life = running()
    life.starts = 3
    assert life.bot
    life.bot.recoveries = 2
    report = Report("1")
    report.tell(life, there)
    assert report.facts().bots[0].recoveries == 4


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
