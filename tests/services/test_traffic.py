"""What a bot sent, by the quarter of an hour that it was in: through kills, replays, and two processes at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.traffic import Traffic
from services.registry import Services
from services.traffic import EVERY, TrafficService
from tests.database.mongo import NOW, Cut, StillClock, cut_at_write

SECOND, QUARTER = timedelta(seconds=1), timedelta(minutes=15)


def another(bot: BotDatabase, clock: StillClock) -> TrafficService:
    """The next process's."""
    return TrafficService(bot.traffic, clock)


async def test_it_counts_for_the_quarter_in_which_it_came(services: Services, clock: StillClock) -> None:
    traffic = services.traffic
    await traffic.keep_up(Traffic(3))
    clock.move(QUARTER)
    await traffic.keep_up(Traffic(5, 1, 30.0))
    assert await traffic.since(NOW) == {NOW: Traffic(3), NOW + QUARTER: Traffic(2, 1, 30.0)}
    assert await traffic.since(NOW + QUARTER) == {NOW + QUARTER: Traffic(2, 1, 30.0)}


async def test_a_kill_loses_what_came_since_the_last_minute_and_nothing_else(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    await services.traffic.keep_up(Traffic(3))
    clock.move(EVERY - SECOND)
    await services.traffic.keep_up(Traffic(10))
    assert await services.traffic.since(NOW) == {NOW: Traffic(10)}
    assert await another(bot, clock).since(NOW) == {NOW: Traffic(3)}
    clock.move(SECOND)
    await services.traffic.keep_up(Traffic(10))
    assert await another(bot, clock).since(NOW) == {NOW: Traffic(10)}


async def test_the_first_after_a_pause_is_written_at_once(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    await services.traffic.keep_up(Traffic())
    await services.traffic.keep_up(Traffic(1))
    assert await another(bot, clock).since(NOW) == {NOW: Traffic(1)}


async def test_one_process_adds_to_what_another_counted(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    await services.traffic.write(Traffic(3, 1, 2.0))
    after = another(bot, clock)
    await after.write(Traffic(4))
    assert await after.since(NOW) == {NOW: Traffic(7, 1, 2.0)} == await services.traffic.since(NOW)


@pytest.mark.parametrize("applied", [False, True])
async def test_what_was_cut_off_is_written_again_and_counts_once(
    bot: BotDatabase, services: Services, clock: StillClock, *, applied: bool
) -> None:
    with cut_at_write(0, applied=applied), pytest.raises(Cut):
        await services.traffic.write(Traffic(3))
    clock.move(QUARTER)
    await services.traffic.write(Traffic(5))
    assert await another(bot, clock).since(NOW) == {NOW: Traffic(3), NOW + QUARTER: Traffic(2)}


async def test_another_bot_has_its_own(bot: BotDatabase, services: Services, clock: StillClock) -> None:
    await services.traffic.write(Traffic(3))
    other = type(bot.traffic)(bot.traffic._documents.database, bot.bot_id + 1)
    assert await TrafficService(other, clock).since(NOW) == {}


async def test_nothing_new_writes_nothing(services: Services, clock: StillClock) -> None:
    await services.traffic.write(Traffic(3))
    clock.move(EVERY)
    with cut_at_write(9, applied=True) as writes:
        await services.traffic.keep_up(Traffic(3))
    assert writes == []
