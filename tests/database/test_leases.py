"""One process owns a bot at a time, whatever the processes' own clocks say."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from database.bots import BotDatabase
from database.connection import Database
from database.leases import Lease, Leases
from tests.database.mongo import bot_of, holder_of, raw


@pytest.fixture
async def rival(mongo_url: str, database: Database) -> AsyncIterator[Leases]:
    """The same lease as another process has it: over a connection of its own."""
    async with await Database.connect(mongo_url, raw(database).name) as other:
        yield bot_of(other).lease


async def test_of_two_owners_exactly_one_holds_the_lease(bot: BotDatabase, rival: Leases) -> None:
    epochs = []
    for _ in range(100):
        taken = await asyncio.gather(bot.lease.acquire("first", 10), rival.acquire("second", 10))
        held = [lease for lease in taken if lease]
        assert len(held) == 1
        epochs.append(held[0].epoch)
        await bot.lease.release(held[0])
    assert epochs == list(range(1, 101))


async def test_a_held_lease_is_not_given_away(bot: BotDatabase, rival: Leases) -> None:
    lease = await bot.lease.acquire("first", 10)
    assert lease == Lease(bot.bot_id, "first", 1, 10)
    assert await rival.acquire("second", 10) is None
    holder = await holder_of(bot)
    assert holder is not None
    assert (holder.owner, holder.epoch, holder.held) == ("first", 1, True)


async def test_an_expired_lease_is_taken_within_its_time_and_a_fifth(bot: BotDatabase, rival: Leases) -> None:
    seconds = 1.0
    before = time.monotonic()
    first = await bot.lease.acquire("first", seconds)
    refused = after = time.monotonic()
    second = None
    while second is None:
        asked = time.monotonic()
        second = await rival.acquire("second", seconds)
        if second is None:
            refused = asked
            await asyncio.sleep(seconds / 20)
        assert asked - after < 30, "it is never given away"
    assert time.monotonic() - before >= seconds
    # Of the attempts, the last that was refused: however busy the machine is, none may be that begins too late.
    assert refused - after <= 1.2 * seconds
    assert first
    assert second
    assert second.epoch == first.epoch + 1
    assert not await bot.lease.renew(first)
    await bot.lease.release(first)
    assert await rival.renew(second)


async def test_a_renewed_lease_lasts(bot: BotDatabase, rival: Leases) -> None:
    lease = await bot.lease.acquire("first", 4)
    assert lease
    for _ in range(6):
        await asyncio.sleep(0.8)
        assert await bot.lease.renew(lease)
        assert await rival.acquire("second", 4) is None


async def test_a_released_lease_is_free_at_once(bot: BotDatabase, rival: Leases) -> None:
    lease = await bot.lease.acquire("first", 60)
    assert lease
    await bot.lease.release(lease)
    assert not await bot.lease.renew(lease)
    second = await rival.acquire("second", 60)
    assert second
    assert second.epoch == 2


async def test_an_owner_whose_answer_got_lost_asks_again(bot: BotDatabase) -> None:
    first = await bot.lease.acquire("first", 60)
    again = await bot.lease.acquire("first", 60)
    assert first
    assert again
    assert again.epoch == first.epoch + 1
    assert not await bot.lease.renew(first)


async def test_an_expired_lease_that_nobody_took_can_be_renewed(bot: BotDatabase, rival: Leases) -> None:
    lease = await bot.lease.acquire("first", 0.05)
    assert lease
    await asyncio.sleep(0.1)
    assert await bot.lease.renew(Lease(lease.bot_id, lease.owner, lease.epoch, 60))
    assert await rival.acquire("second", 60) is None


@pytest.mark.parametrize("off", [timedelta(days=3650), timedelta(days=-3650)])
async def test_wrong_clocks_of_the_processes_do_not_matter(bot: BotDatabase, rival: Leases, off: timedelta) -> None:
    lease = await bot.lease.acquire("first", 60)
    assert lease
    with time_machine.travel(datetime.now(UTC) + off, tick=True):
        assert await rival.acquire("second", 60) is None
        assert await bot.lease.renew(lease)
        holder = await holder_of(bot)
        assert holder
        assert holder.held
    await bot.lease.release(lease)
    with time_machine.travel(datetime.now(UTC) + off, tick=True):
        taken = await rival.acquire("second", 60)
    assert taken
    assert await bot.lease.acquire("first", 60) is None


async def test_bots_have_leases_of_their_own(bot: BotDatabase, other_bot: BotDatabase) -> None:
    assert await bot.lease.acquire("first", 60)
    assert await other_bot.lease.acquire("second", 60)


async def test_a_lease_that_nobody_ever_had_has_no_holder(bot: BotDatabase) -> None:
    assert await holder_of(bot) is None
