"""Jobs are taken a few at once, let go when they are cancelled, and taken again when nobody works on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.processing import Job, JobState
from scheduler.processing import SLOTS, SMALL, ProcessingRunner
from services.registry import Services
from services.workshop import Workshop
from tests.database.mongo import StillClock
from tests.e2e.evidence import until
from tests.services.channel import OWNER, Channel, make_services, message, upload
from tests.services.hauling import Hauler

PATIENCE = 30


@pytest.fixture
def services(room: BotDatabase, clock: StillClock) -> Services:
    return make_services(room, clock, Channel(), name_suffix="_x")


@pytest.fixture
def hauler() -> Hauler:
    return Hauler(size=10_000)


Make = Callable[..., ProcessingRunner]


@pytest.fixture
async def make(services: Services, hauler: Hauler, clock: StillClock, tmp_path: Path) -> AsyncIterator[Make]:
    made: list[ProcessingRunner] = []

    def make_one(epoch: int = 1, *, durable: bool = True) -> ProcessingRunner:
        workshop = Workshop(services.processing, hauler, tmp_path)
        made.append(
            ProcessingRunner(services.processing, workshop, epoch=lambda: epoch, now=clock.now, durable=durable)
        )
        return made[-1]

    yield make_one
    for runner in made:
        await runner.stop(grace=5)


async def store(services: Services, numbers: range, size: int = 10_000) -> None:
    for number in numbers:
        given = upload(number, f"AgAD{number}", name=f"{number}.txt", size=size)
        await services.files.store([given], by=OWNER, cause=message(number))


async def is_done(services: Services) -> bool:
    return not await services.processing.unfinished()


async def test_all_are_done_a_few_at_once(make: Make, services: Services, hauler: Hauler) -> None:
    await store(services, range(10))
    hauler.held.clear()
    make().start()
    for _ in range(SLOTS):
        await asyncio.wait_for(hauler.written.acquire(), PATIENCE)
    hauler.held.set()
    await until(lambda: is_done(services), PATIENCE)
    assert (len(hauler.posted), hauler.most) == (10, SLOTS)


async def test_large_ones_leave_a_slot_to_small_ones(make: Make, services: Services, hauler: Hauler) -> None:
    hauler.held.clear()
    await store(services, range(3), size=SMALL + 1)
    runner = make()
    for _ in range(2):
        await runner.look()
    assert len(await services.processing.in_hand(1)) == SLOTS - 1
    assert await runner.look() is None, "what is due and has no slot is not waited for in a circle"
    await store(services, range(5, 6))
    await runner.look()
    assert len(await services.processing.in_hand(1)) == SLOTS


async def test_what_is_cancelled_is_let_go_and_its_file_removed(
    make: Make, services: Services, hauler: Hauler, tmp_path: Path
) -> None:
    hauler.held.clear()
    await store(services, range(2))
    make().start()
    for _ in range(2):
        await asyncio.wait_for(hauler.written.acquire(), PATIENCE)
    assert len(list(tmp_path.iterdir())) == 2
    [notice] = await services.processing.notices()
    await services.processing.cancel(notice.id, by=OWNER)

    async def is_clear() -> bool:
        return not list(tmp_path.iterdir()) and hauler.at_once == 0

    await until(is_clear, PATIENCE)
    assert hauler.posted == {}


async def test_what_ends_while_another_is_let_go_is_no_failure(
    make: Make, services: Services, hauler: Hauler, monkeypatch: pytest.MonkeyPatch
) -> None:
    hauler.held.clear()
    await store(services, range(2))
    runner = make()
    await runner.look()
    for _ in range(2):
        await asyncio.wait_for(hauler.written.acquire(), PATIENCE)
    [notice] = await services.processing.notices()
    await services.processing.cancel(notice.id, by=OWNER)
    let_go = runner._let_go
    seen: list[str] = []

    async def slowly(job: Job, task: asyncio.Task[None]) -> None:
        seen.append(job.id)
        for each in list(runner._tasks.values()):
            await let_go(job, each)
        await until(lambda: no_tasks(runner), PATIENCE)

    monkeypatch.setattr(runner, "_let_go", slowly)
    await runner._compare()
    assert len(set(seen)) == 2


async def no_tasks(runner: ProcessingRunner) -> bool:
    return not runner._tasks


async def test_what_a_dead_process_had_is_gone_on_with(make: Make, services: Services, hauler: Hauler) -> None:
    await store(services, range(2))
    assert await services.processing.claim(1)
    assert await services.processing.claim(2)
    make(epoch=2).start()  # the second is of an earlier life under the same epoch
    await until(lambda: is_done(services), PATIENCE)
    assert len(hauler.posted) == 2


async def test_stopping_lets_go_and_another_start_goes_on(make: Make, services: Services, hauler: Hauler) -> None:
    hauler.held.clear()
    await store(services, range(1))
    first = make()
    first.start()
    await asyncio.wait_for(hauler.written.acquire(), PATIENCE)
    await first.stop(grace=5)
    assert hauler.at_once == 0
    hauler.held.set()
    make().start()
    await until(lambda: is_done(services), PATIENCE)
    assert len(hauler.posted) == 1


async def test_a_bug_fails_one_attempt_and_an_absent_database_none(
    make: Make, services: Services, hauler: Hauler, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    hauler.fails["upload"] = [ValueError("a bug"), AutoReconnect("away")]
    await store(services, range(1))
    make().start()

    async def has_failed() -> bool:
        [notice] = await services.processing.notices()
        return notice.first.failures == 1

    await until(has_failed, PATIENCE)
    assert "a bug" in caplog.text
    clock.move(timedelta(minutes=5))
    services.processing.changed.set()
    await until(lambda: is_done(services), PATIENCE)
    [notice] = await services.processing.notices()
    assert (notice.first.state, notice.first.failures) == (JobState.DONE, 1)


async def test_control_without_a_durable_queue_what_was_in_hand_is_lost(
    make: Make, services: Services, hauler: Hauler
) -> None:
    await store(services, range(2))
    await services.processing.claim(1)
    runner = make(epoch=2, durable=False)
    await runner.look()
    assert await is_done(services)
    assert hauler.posted == {}
