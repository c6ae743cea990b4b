"""A job's steps: each done once, gone on with after a crash, and nothing left on the disk when it has ended."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from database.bots import BotDatabase
from database.processing import Job
from services import workshop as rules
from services.errors import TryLater
from services.processing import BACK_OFF
from services.registry import Services
from services.workshop import CannotProcess, PartsLost, Workshop
from tests.database.mongo import Cut, StillClock, cut_at_write
from tests.services.channel import OWNER, Channel, make_services, message, upload
from tests.services.hauling import Hauler


@pytest.fixture
def services(bot: BotDatabase, clock: StillClock, channel: Channel) -> Services:
    return make_services(bot, clock, channel, name_suffix="_x")


@pytest.fixture
def hauler() -> Hauler:
    return Hauler()


@pytest.fixture
def workshop(services: Services, hauler: Hauler, tmp_path: Path) -> Workshop:
    return Workshop(services.processing, hauler, tmp_path / "work")


async def a_job(services: Services, number: int = 1, size: int = 100_000) -> Job:
    given = upload(number, f"AgAD{number}", name=f"{number}.txt", size=size)
    await services.files.store([given], by=OWNER, cause=message(number))
    return await taken(services)


async def taken(services: Services, epoch: int = 1) -> Job:
    job = await services.processing.claim(epoch)
    assert job
    return job


def left(folder: Path) -> list[str]:
    """What lies on the disk."""
    return sorted(path.name for path in (folder / "work").glob("*"))


async def handed_out(bot: BotDatabase, number: int = 1) -> int | None:
    [file] = (await bot.files.get_many([f"AgAD{number}"])).values()
    return file.processed_message_id


async def reasons(services: Services) -> list[str | None]:
    """Why files stay as they were sent."""
    return [job.reason for notice in await services.processing.notices() for job in
            await services.processing.failures(notice, 9)]  # fmt: skip


async def test_a_job_is_carried_out_and_leaves_nothing(
    services: Services, workshop: Workshop, bot: BotDatabase, tmp_path: Path
) -> None:
    job = await a_job(services)
    await workshop.carry_out(job)
    assert await handed_out(bot) == 900
    assert await services.processing.is_over(job)
    assert services.processing.moved == {}
    assert left(tmp_path) == []


@pytest.mark.parametrize("step", ["fetch", "upload", "post"])
async def test_what_is_interrupted_is_gone_on_with(
    services: Services, workshop: Workshop, hauler: Hauler, bot: BotDatabase, tmp_path: Path, step: str
) -> None:
    hauler.fails[step] = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await workshop.carry_out(await a_job(services))
    again = Workshop(services.processing, hauler, tmp_path / "work")
    await again.clear()
    job = await taken(services, epoch=2)
    await again.carry_out(job)
    assert await handed_out(bot) == 900
    assert len(hauler.posted) == 1
    assert left(tmp_path) == []
    # what is whole is not fetched again, what is with Telegram not uploaded again
    expected = {"fetch": (2, 1, 1), "upload": (1, 2, 1), "post": (1, 1, 2)}[step]
    assert (hauler.done["fetch"], hauler.done["upload"], hauler.done["post"]) == expected
    assert job.deaths == 1


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("applied", [False, True])
async def test_a_cut_at_any_write_ends_in_one_copy(
    services: Services, workshop: Workshop, hauler: Hauler, bot: BotDatabase, tmp_path: Path, *, number: int,
    applied: bool,
) -> None:  # fmt: skip
    job = await a_job(services)
    with cut_at_write(number, applied=applied), pytest.raises(Cut):
        await workshop.carry_out(job)
    if job := await services.processing.claim(2):  # type: ignore[assignment]  # None where its end was written
        await workshop.carry_out(job)
    await workshop.clear()
    assert await handed_out(bot) == 900
    assert len(hauler.posted) == 1
    assert left(tmp_path) == []
    assert await services.processing.unfinished() == set()


async def test_what_is_cancelled_meanwhile_is_not_posted(
    services: Services, workshop: Workshop, hauler: Hauler, tmp_path: Path
) -> None:
    job = await a_job(services)
    hauler.held.clear()
    working = asyncio.create_task(workshop.carry_out(job))
    await asyncio.sleep(0)
    [notice] = await services.processing.notices()
    assert await services.processing.cancel(notice.id, by=OWNER) == 1
    hauler.held.set()
    await working
    assert (hauler.posted, left(tmp_path)) == ({}, [])


async def test_parts_that_telegram_lost_are_uploaded_again(
    services: Services, workshop: Workshop, hauler: Hauler, bot: BotDatabase, clock: StillClock
) -> None:
    hauler.fails["post"] = [PartsLost()]
    job = await a_job(services)
    await workshop.carry_out(job)
    assert not await services.processing.is_over(job)
    clock.move(BACK_OFF)
    await workshop.carry_out(await taken(services))
    assert (hauler.done["upload"], await handed_out(bot)) == (2, 900)


async def test_a_wait_puts_off_and_keeps_what_is_there(
    services: Services, workshop: Workshop, hauler: Hauler, clock: StillClock, tmp_path: Path
) -> None:
    hauler.fails["upload"] = [TryLater(30, "told to wait")]
    job = await a_job(services)
    await workshop.carry_out(job)
    assert left(tmp_path) == [job.id]
    await workshop.clear()
    assert left(tmp_path) == [job.id]
    assert (await services.processing.next_due() or clock.now()) - clock.now() == BACK_OFF * 3


async def test_jobs_that_wait_do_not_fill_the_disk(
    services: Services, workshop: Workshop, hauler: Hauler, tmp_path: Path
) -> None:
    hauler.fails["upload"] = [TryLater(30, "told to wait") for _ in range(9)]
    jobs = [await a_job(services, number) for number in range(1, 6)]
    for job in jobs:
        await workshop.carry_out(job)
    assert left(tmp_path) == sorted(job.id for job in jobs[: rules.KEPT])
    hauler.fails["fetch"] = [TryLater(30, "told to wait")]
    await workshop.carry_out(await a_job(services, 7))
    assert len(left(tmp_path)) == rules.KEPT, "what is not whole is of no use"


async def test_what_telegram_has_lies_on_the_disk_no_longer(
    services: Services, workshop: Workshop, hauler: Hauler, tmp_path: Path
) -> None:
    hauler.fails["post"] = [TryLater(30, "told to wait"), CannotProcess("telegram")]
    job = await a_job(services)
    await workshop.carry_out(job)
    assert (left(tmp_path), hauler.done["upload"]) == ([], 1)
    hauler.fails["upload"] = [CannotProcess("telegram")]
    other = await a_job(services, 2)
    await workshop.carry_out(other)
    assert left(tmp_path) == [], "nor what failed, until it is tried again"


async def test_what_cannot_be_done_ends_at_once_or_after_three_attempts(
    services: Services, workshop: Workshop, hauler: Hauler, bot: BotDatabase, clock: StillClock, tmp_path: Path
) -> None:
    hauler.fails["fetch"] = [CannotProcess("gone", final=True)]
    await workshop.carry_out(await a_job(services, 1))
    assert await reasons(services) == ["gone"]
    hauler.fails["upload"] = [CannotProcess("telegram") for _ in range(3)]
    job = await a_job(services, 2)
    for attempt in range(3):
        await workshop.carry_out(job)
        clock.move(BACK_OFF * 6**attempt)
        if attempt < 2:
            job = await taken(services)
    assert set(await reasons(services)) == {"gone", "telegram"}
    assert await handed_out(bot, 2) is None
    assert left(tmp_path) == []


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse to write more, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_fails_one_job_with_its_reason_and_frees_what_it_took(
    services: Services, workshop: Workshop, hauler: Hauler, bot: BotDatabase, clock: StillClock, tmp_path: Path
) -> None:
    job = await a_job(services)
    for attempt in range(3):
        with files_no_larger_than(50_000):
            await workshop.carry_out(job)
        assert left(tmp_path) == []
        clock.move(BACK_OFF * 6**attempt)
        if attempt < 2:
            job = await taken(services)
    assert await reasons(services) == ["disk"]
    await workshop.carry_out(await a_job(services, 2))
    assert (await handed_out(bot, 1), await handed_out(bot, 2)) == (None, 900)


async def test_room_is_left_for_others_and_counts_what_others_will_take(
    services: Services, workshop: Workshop, hauler: Hauler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 250_000 + rules.RESERVE
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(workshop, "_room", lambda: free)
    first, second, third = [await a_job(services, number) for number in (1, 2, 3)]
    hauler.held.clear()
    working = [asyncio.create_task(workshop.carry_out(job)) for job in (first, second)]
    for _ in working:
        await asyncio.wait_for(hauler.written.acquire(), 30)
    free = 60_000 + rules.RESERVE  # two times 90 % are written by now
    await workshop.carry_out(third)
    assert hauler.done["fetch"] == 2
    hauler.held.set()
    await asyncio.gather(*working)
    assert len(hauler.posted) == 2


async def test_what_jobs_left_behind_that_are_gone_is_removed(
    services: Services, workshop: Workshop, hauler: Hauler, tmp_path: Path
) -> None:
    job = await a_job(services)
    folder = tmp_path / "work"
    folder.mkdir()
    for name in (job.id, f"{job.id}.part", "f" * 32, "f" * 32 + ".part"):
        (folder / name).write_bytes(b"x")
    await workshop.clear()
    assert left(tmp_path) == [job.id]
