"""Who holds a bot knows it for certain, and knows when it is over, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from client import lease as lease_module
from client.lease import MARGIN, LeaseKeeper
from database.bots import BotDatabase
from database.leases import Lease
from tests.client.virtual import elapsed, virtual
from tests.database.mongo import holder_of

SECONDS = 10.0


class Leases:
    """A scripted database: one lease, and answers that fail or never come."""

    def __init__(self) -> None:
        self.owner: str | None = None
        self.epoch = 0
        self.until = 0.0
        self.trouble: list[Any] = []
        self.asked: list[tuple[float, str]] = []

    async def _trouble(self, name: str) -> None:
        self.asked.append((elapsed(), name))
        if not self.trouble:
            return
        trouble = self.trouble.pop(0)
        if trouble == "hangs":
            await asyncio.sleep(100_000)
        if trouble == "hears nothing":
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(SECONDS / 10)
        if isinstance(trouble, Exception):
            raise trouble
        if isinstance(trouble, float):
            await asyncio.sleep(trouble)

    async def acquire(self, owner: str, seconds: float) -> Lease | None:
        await self._trouble("acquire")
        if self.owner not in (None, owner) and elapsed() < self.until:
            return None
        self.owner, self.epoch, self.until = owner, self.epoch + 1, elapsed() + seconds
        return Lease(1, owner, self.epoch, seconds)

    async def renew(self, lease: Lease) -> bool:
        await self._trouble("renew")
        if (self.owner, self.epoch) != (lease.owner, lease.epoch):
            return False
        self.until = elapsed() + lease.seconds
        return True

    async def release(self, lease: Lease) -> None:
        await self._trouble("release")
        if (self.owner, self.epoch) == (lease.owner, lease.epoch):
            self.owner = None

    def taken_by(self, other: str) -> None:
        self.owner, self.epoch, self.until = other, self.epoch + 1, elapsed() + SECONDS


def keeper_of(leases: Any, owner: str = "me", seconds: float = SECONDS) -> LeaseKeeper:
    return LeaseKeeper(leases, owner=owner, seconds=seconds)


@pytest.fixture
def _loops_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "elapsed", elapsed)


virtually = pytest.mark.usefixtures("_loops_clock")


async def watch(keeper: LeaseKeeper, leases: Leases, seconds: float) -> None:
    """Look every tenth of a second that nobody believes in a lease that another may have."""
    end = elapsed() + seconds
    while elapsed() < end:
        if keeper.held():
            assert elapsed() < leases.until
            assert leases.owner == "me"
        await asyncio.sleep(0.1)


@virtually
@virtual
async def test_a_lease_is_kept_as_long_as_it_is_renewed() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    assert not keeper.held()
    assert await keeper.acquire() == 1 == keeper.epoch
    for _ in range(1000):
        await asyncio.sleep(0.5)
        assert keeper.held()
    assert not keeper.lost.is_set()
    renewals = [at for at, name in leases.asked if name == "renew"]
    assert len(renewals) == pytest.approx(150, abs=2)
    await keeper.release()
    assert not keeper.held()
    assert leases.owner is None
    assert not keeper.lost.is_set(), "given back is not lost"


@virtually
@virtual
async def test_a_standby_takes_over_soon_after_the_lease_ends() -> None:
    leases = Leases()
    leases.taken_by("other")
    keeper = keeper_of(leases)
    began = elapsed()
    assert await keeper.acquire() == 2
    assert SECONDS <= elapsed() - began <= 1.2 * SECONDS


@virtually
@virtual
async def test_a_lease_that_another_has_taken_is_lost() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    leases.taken_by("other")
    await asyncio.wait_for(keeper.lost.wait(), SECONDS / 2)
    assert not keeper.held()
    await keeper.release()
    assert leases.owner == "other", "another's lease is not given back"


@virtually
@virtual
async def test_held_ends_with_its_time_even_if_renewals_hang() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    began = elapsed()
    await keeper.acquire()
    leases.trouble = ["hangs"] * 100
    await watch(keeper, leases, SECONDS * 3)
    assert not keeper.held()
    assert keeper.lost.is_set()
    assert elapsed() - began < SECONDS * 4


@virtually
@virtual
async def test_one_renewal_that_hangs_does_not_lose_the_lease() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    for _ in range(20):
        leases.trouble = ["hangs"]
        for _ in range(150):
            await asyncio.sleep(0.1)
            assert keeper.held()
    assert not keeper.lost.is_set()


@virtually
@pytest.mark.parametrize(
    "error", [AutoReconnect("gone"), OperationFailure("not authorized", 13), RuntimeError("a bug")]
)
@virtual
async def test_a_lease_that_cannot_be_renewed_is_lost_when_its_time_is_over(error: Exception) -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    leases.trouble = [error] * 10_000
    await watch(keeper, leases, SECONDS * 2)
    assert keeper.lost.is_set()
    assert len(leases.asked) < 50


@virtually
@virtual
async def test_an_answer_that_took_long_counts_from_its_question() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    leases.trouble = [2.0]
    began = elapsed()
    await keeper.acquire()
    assert elapsed() - began == pytest.approx(2)
    assert keeper._until == pytest.approx(began + SECONDS)
    leases.trouble = [3.0]
    await asyncio.sleep(SECONDS / 3 + 3.1)
    asked, _ = leases.asked[-1]
    assert keeper._until == pytest.approx(asked + SECONDS)


@virtually
@virtual
async def test_a_database_that_is_away_is_waited_for() -> None:
    leases = Leases()
    leases.trouble = [AutoReconnect("gone"), "hangs", AutoReconnect("gone")]
    assert await keeper_of(leases).acquire() == 1


@virtually
@virtual
async def test_a_lease_that_was_lost_is_not_taken_for_a_new_one() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    leases.taken_by("other")
    await keeper.lost.wait()
    leases.trouble = [AutoReconnect("gone")]
    assert await keeper.acquire() == 3, "the one of the other has its own number"
    assert not keeper.lost.is_set()
    assert keeper.held()


@virtually
@virtual
async def test_releasing_is_bounded_and_raises_nothing() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    leases.trouble = ["hangs"]
    began = elapsed()
    await keeper.release()
    assert elapsed() - began <= 4
    assert not keeper.held()
    await keeper.release()  # again is no error


class SlowAnswers(Leases):
    """Leases whose answers come some time after they were applied."""

    async def acquire(self, owner: str, seconds: float) -> Lease | None:
        lease = await super().acquire(owner, seconds)
        await self._trouble("answer")
        return lease


@virtually
@pytest.mark.parametrize("turns", range(4))
@virtual
async def test_a_lease_that_was_given_while_we_are_told_to_end_is_given_back(turns: int) -> None:
    leases = SlowAnswers()
    leases.trouble = [0.0, 0.5]
    acquiring = asyncio.create_task(keeper_of(leases).acquire())
    await asyncio.sleep(0.5 if turns else 0.2)
    for _ in range(turns):
        await asyncio.sleep(0)
    keeper_done = acquiring.done()
    acquiring.cancel()
    await asyncio.wait([acquiring])
    assert keeper_done or acquiring.cancelled()
    assert leases.owner is None or keeper_done


@virtually
@virtual
async def test_the_end_does_not_wait_long_for_an_answer_about_the_lease() -> None:
    leases = SlowAnswers()
    leases.trouble = [0.0, "hangs"]
    acquiring = asyncio.create_task(keeper_of(leases).acquire())
    await asyncio.sleep(0.2)
    began = elapsed()
    acquiring.cancel()
    await asyncio.wait([acquiring])
    assert acquiring.cancelled()
    assert elapsed() - began < 3


# On a real database


async def held_until(room: BotDatabase, later_than: datetime | None = None) -> datetime:
    """Until when the bot is held by the database's clock, once that is later than it was."""
    async with asyncio.timeout(60):
        while True:
            holder = await holder_of(room)
            if holder and (later_than is None or holder.expires_at > later_than):
                return holder.expires_at
            await asyncio.sleep(0.05)


async def test_two_processes_never_hold_one_bot(room: BotDatabase) -> None:
    seconds = 6
    one, two = (keeper_of(room.lease, owner, seconds) for owner in ("one", "two"))
    assert await one.acquire() == 1
    second = asyncio.create_task(two.acquire())
    end = await held_until(room)
    for _ in range(2):
        end = await held_until(room, end)
        assert one.held()
        assert not two.held()
    await one.release()
    assert not one.held()
    assert await second == 2
    taken = await held_until(room) - timedelta(seconds=seconds)
    assert taken < end, "it need not wait for the end"
    await two.release()


async def test_a_process_that_stood_still_loses_its_lease(room: BotDatabase) -> None:
    one, two = keeper_of(room.lease, "one", 0.5), keeper_of(room.lease, "two", 20)
    await one.acquire()
    assert one._renewer
    one._renewer.cancel()  # as SIGSTOP does
    assert await asyncio.wait_for(two.acquire(), 60) == 2
    assert not one.held()
    one._renewer = asyncio.create_task(one._keep(Lease(room.bot_id, "one", 1, 0.5)))
    await asyncio.wait_for(one.lost.wait(), 60)
    assert two.held()
    await one.release()
    await asyncio.sleep(0.2)
    assert two.held()
    await two.release()


@virtually
@pytest.mark.parametrize("turns", range(8))
@virtual
async def test_releasing_in_the_very_turn_of_a_renewal_ends_the_renewing(turns: int) -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    renewer = keeper._renewer
    assert renewer
    await asyncio.sleep(SECONDS / 3)  # the renewal wakes in this very turn
    for _ in range(turns):
        await asyncio.sleep(0)
    await keeper.release()
    assert renewer.done()
    asked = len(leases.asked)
    await asyncio.sleep(SECONDS * 3)
    assert len(leases.asked) == asked
    assert not keeper.lost.is_set()


@virtually
@virtual
async def test_a_renewal_that_does_not_hear_of_the_end_renews_nothing_any_more() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    await keeper.acquire()
    leases.trouble = ["hears nothing"]
    renewer = keeper._renewer
    assert renewer
    await asyncio.sleep(SECONDS / 3 + 0.1)
    await keeper.release()
    await asyncio.sleep(SECONDS * 3)
    assert renewer.done()
    assert not keeper.held()
    assert not keeper.lost.is_set()
    assert [name for _, name in leases.asked] == ["acquire", "renew", "release"]


@virtually
@virtual
async def test_the_owner_leaves_before_anybody_else_can_be_let_in() -> None:
    leases = Leases()
    keeper = keeper_of(leases)
    began = elapsed()
    await keeper.acquire()
    leases.trouble = ["hangs"] * 20
    await keeper.lost.wait()
    assert not keeper.held()
    assert elapsed() - began <= SECONDS * (1 - MARGIN) + 0.01
