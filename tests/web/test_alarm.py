"""The operator is told of what does not heal: once per incident, once when it is over, and once over restarts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from web.alarm import AGAIN, FORGET, LATELY, PATIENCE, WELL_FOR, Alarm, Memory, Sight
from web.alert import Notice


@dataclass(frozen=True)
class Reason:
    kind: str = "connection"
    what: str = "Telegram cannot be reached"
    advice: str = "Look at the network."


SERVING = Sight("@files_bot", serving=True)
STANDBY = Sight("7", serving=False)


def broken(lasted: float, reason: Reason | None = None) -> Sight:
    return Sight("7", serving=False, trouble=reason or Reason(), lasted=lasted)


@dataclass
class Told:
    """Somebody who takes notices, or does not."""

    takes: bool = True
    tries: int = 0
    notices: list[Notice] = field(default_factory=list)

    async def tell(self, notice: Notice) -> bool:
        self.tries += 1
        if self.takes:
            self.notices.append(notice)
        return self.takes

    @property
    def events(self) -> list[str]:
        return [notice.event for notice in self.notices]


class Day:
    """What happens, second after second."""

    def __init__(self, place: Path) -> None:
        self.told = Told()
        self.place = place
        self.now = 1000.0
        self.start_again()

    def start_again(self) -> None:
        self.alarm = Alarm(Memory(self.place / "data" / "alert-7.json"), self.told.tell)

    async def goes_on(self, seconds: float, sight: Sight | None = None) -> None:
        """So many seconds of this; of trouble, unless something is said."""
        for second in range(round(seconds)):
            await self.alarm.step(sight or broken(second), self.now)
            self.now += 1


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path)


async def test_what_heals_within_a_minute_is_told_to_nobody(day: Day) -> None:
    for _ in range(20):
        await day.goes_on(PATIENCE)
        await day.goes_on(LATELY - PATIENCE, SERVING)
    assert day.told.events == []


@pytest.mark.parametrize(("trouble", "service"), [(4, 2), (20, 10), (PATIENCE - 1, WELL_FOR + 10)])
async def test_what_breaks_again_and_again_is_told_once_and_its_end_when_it_stays(
    day: Day, trouble: float, service: float, caplog: pytest.LogCaptureFixture
) -> None:
    began = day.now
    while not day.told.events:
        await day.goes_on(trouble)
        await day.goes_on(service, SERVING)
        assert day.now - began < LATELY + trouble + service
    for _ in range(round(3600 / (trouble + service))):
        await day.goes_on(trouble)
        await day.goes_on(service, SERVING)
    (notice,) = day.told.notices
    assert (notice.event, notice.what) == ("trouble", "Telegram cannot be reached")
    assert caplog.text.count("of the last 180 s: Telegram cannot be reached. What to do") == 1
    await day.goes_on(LATELY, SERVING)
    assert day.told.events == ["trouble", "healed"]


async def test_a_bot_that_mostly_serves_is_not_in_trouble(day: Day) -> None:
    for _ in range(600):
        await day.goes_on(2)
        await day.goes_on(4, SERVING)
    assert day.told.events == []


async def test_another_process_s_turn_is_no_trouble(day: Day) -> None:
    for _ in range(100):
        await day.goes_on(2)
        await day.goes_on(60, STANDBY)
    assert day.told.events == []


async def test_what_lasts_is_told_once_with_the_reason_and_what_to_do(
    day: Day, caplog: pytest.LogCaptureFixture
) -> None:
    await day.goes_on(3 * 3600)
    (notice,) = day.told.notices
    assert (notice.event, notice.kind, notice.what) == ("trouble", "connection", "Telegram cannot be reached")
    assert notice.advice == "Look at the network."
    assert notice.bot == "7"
    assert abs(datetime.now(UTC) - notice.since - timedelta(seconds=PATIENCE)) < timedelta(seconds=5)
    assert caplog.text.count("What to do: Look at the network.") == 1


async def test_its_end_is_told_once_after_it_lasted(day: Day) -> None:
    await day.goes_on(PATIENCE + 5)
    await day.goes_on(WELL_FOR - 1, SERVING)
    assert day.told.events == ["trouble"]
    await day.goes_on(3600, SERVING)
    assert day.told.events == ["trouble", "healed"]
    assert day.told.notices[1].what == "Telegram cannot be reached"
    assert day.told.notices[1].bot == "@files_bot"
    await day.goes_on(PATIENCE + 5)
    assert day.told.events == ["trouble", "healed", "trouble"], "the next incident is another one"


async def test_what_breaks_again_at_once_is_still_the_same_incident(day: Day) -> None:
    for _ in range(20):
        await day.goes_on(PATIENCE + 10)
        await day.goes_on(WELL_FOR - 5, SERVING)
    assert day.told.events == ["trouble"]


async def test_a_reason_that_changes_is_no_other_incident(day: Day) -> None:
    await day.goes_on(PATIENCE + 5)
    await day.goes_on(600, broken(600, Reason("session", "a new login has to wait")))
    assert day.told.events == ["trouble"]


async def test_a_standby_neither_breaks_nor_heals(day: Day) -> None:
    await day.goes_on(3600, STANDBY)
    await day.goes_on(PATIENCE + 5)
    await day.goes_on(3600, STANDBY)
    assert day.told.events == ["trouble"]


async def test_an_address_that_takes_nothing_is_told_again_after_a_while(day: Day) -> None:
    day.told.takes = False
    await day.goes_on(PATIENCE + AGAIN * 4 - 10)
    assert day.told.tries == 4
    day.told.takes = True
    await day.goes_on(AGAIN, broken(10_000))
    assert day.told.events == ["trouble"]
    day.told.takes = False
    await day.goes_on(WELL_FOR + AGAIN - 10, SERVING)
    day.told.takes = True
    await day.goes_on(AGAIN, SERVING)
    assert day.told.events == ["trouble", "healed"]


async def test_what_healed_before_anybody_could_be_told_is_not_told(day: Day) -> None:
    day.told.takes = False
    await day.goes_on(PATIENCE + 5)
    day.told.takes = True
    await day.goes_on(3600, SERVING)
    assert day.told.events == []


async def test_a_restart_neither_tells_again_nor_forgets_the_end(day: Day) -> None:
    await day.goes_on(PATIENCE + 5)
    for _ in range(5):
        day.start_again()
        await day.goes_on(PATIENCE + 5)
    assert day.told.events == ["trouble"]
    day.start_again()
    await day.goes_on(WELL_FOR + 5, SERVING)
    assert day.told.events == ["trouble", "healed"]
    day.start_again()
    await day.goes_on(WELL_FOR + 5, SERVING)
    assert day.told.events == ["trouble", "healed"]


async def test_an_end_is_told_at_once_and_the_same_end_once(day: Day) -> None:
    refused = Reason("start", "Telegram refused the login", "Check BOT_TOKEN.")
    for _ in range(5):  # whoever watches the process starts it again
        await day.alarm.ended("7", refused)
        day.start_again()
    assert day.told.events == ["crash"]
    await day.alarm.ended("7", Reason("start", "PORT is in use"))
    assert day.told.events == ["crash", "crash"]
    day.start_again()
    await day.goes_on(WELL_FOR + 5, SERVING)
    assert day.told.events == ["crash", "crash", "healed"]


async def test_an_end_during_an_incident_is_told_as_well(day: Day) -> None:
    await day.goes_on(PATIENCE + 5)
    await day.alarm.ended("7", Reason("start", "Telegram refused the login"))
    assert day.told.events == ["trouble", "crash"]


async def test_what_broke_and_then_keeps_the_next_process_from_starting_is_one_incident(day: Day) -> None:
    await day.goes_on(PATIENCE + 5, broken(PATIENCE, Reason("database", "the database is away")))
    for _ in range(3):
        day.start_again()
        await day.alarm.ended("7", Reason("database", "MongoDB did not answer in 30 attempts"))
    assert day.told.events == ["trouble"]
    day.start_again()
    await day.goes_on(WELL_FOR + 5, SERVING)
    assert day.told.events == ["trouble", "healed"]


async def test_without_an_address_the_log_says_it_and_no_file_is_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alarm = Alarm(Memory(tmp_path / "data" / "alert-7.json"), None)
    for second in range(200):
        await alarm.step(broken(second), second)
    await alarm.ended("7", Reason())
    assert caplog.text.count("What to do") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"kind": 1}', '{"since": "x", "told_at": "y"}', "\x00"])
async def test_a_file_that_makes_no_sense_is_as_none(day: Day, text: str) -> None:
    (day.place / "data").mkdir()
    (day.place / "data" / "alert-7.json").write_text(text)
    day.start_again()
    await day.goes_on(PATIENCE + 5)
    assert day.told.events == ["trouble"]


async def test_what_was_told_long_ago_is_told_again(day: Day) -> None:
    await day.goes_on(PATIENCE + 5)
    file = day.place / "data" / "alert-7.json"
    told = json.loads(file.read_text())
    told["told_at"] = (datetime.now(UTC) - FORGET - timedelta(minutes=1)).isoformat()
    file.write_text(json.dumps(told))
    day.start_again()
    await day.goes_on(PATIENCE + 5)
    assert day.told.events == ["trouble", "trouble"]


async def test_where_no_file_can_be_kept_it_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    day = Day(tmp_path)
    await day.goes_on(PATIENCE + 50)
    await day.goes_on(LATELY, SERVING)
    assert day.told.events == ["trouble", "healed"]
