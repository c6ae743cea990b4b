"""What is gone is told once, together with what went at the same time, and not at all where it was mended."""

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.posts import Post
from services.files import Stored
from services.losses import GATHER, SHOWN, LossReport
from services.registry import Services
from tests.database.mongo import Cut, StillClock, cut_at_write
from tests.services.channel import OWNER, READER, STORAGE, message, upload


async def store(services: Services, number: int, content: str, **values: object) -> Stored:
    return await services.files.store([upload(number, content, **values)], by=OWNER, cause=message(number))


async def lose(services: Services, *stored: Stored) -> None:
    await services.losses.mark_gone(STORAGE, [item.message_id for each in stored for item in each.link.items])


async def reported(services: Services, clock: StillClock) -> LossReport | None:
    """What the owner is told once everything of a moment has come."""
    clock.move(GATHER)
    report = await services.losses.report()
    if report:
        await services.losses.told(report)
    return report


async def test_a_loss_is_told_once_however_many_readers_meet_it(services: Services, clock: StillClock) -> None:
    stored = await store(services, 7, "AgAD1", name="film.mp4")
    for _ in range(3):
        await lose(services, stored)
    assert services.losses.came.is_set()
    assert await services.losses.report() is None, "more may be on its way"
    assert await services.losses.next_due() == clock.now() + GATHER
    report = await reported(services, clock)
    assert report
    [lost] = report.shown
    assert lost.file
    assert lost.link
    assert (lost.file.name, lost.link.code, lost.place, lost.links) == ("film.mp4", stored.link.code, 1, 1)
    await lose(services, stored)
    assert await reported(services, clock) is None
    assert await services.losses.next_due() is None


async def test_what_goes_together_is_told_together_and_counted(services: Services, clock: StillClock) -> None:
    files = [await store(services, number, f"AgAD{number}") for number in range(20, 20 + SHOWN + 3)]
    for part in (files[:4], files[4:]):
        await lose(services, *part)
    report = await reported(services, clock)
    assert report
    assert (len(report.shown), report.count) == (SHOWN, SHOWN + 3)


async def test_the_place_in_a_link_and_all_its_links_are_named(services: Services, clock: StillClock) -> None:
    parts = [upload(10 + place, part, group_id=1) for place, part in enumerate("ABC")]
    album = await services.files.store(parts, by=OWNER, cause=Cause("album:1:1:1"))
    clock.move(GATHER)
    again = await services.files.another_link(album.link.code, by=OWNER, cause=Cause("query:1"))
    await services.losses.mark_gone(STORAGE, [album.link.items[1].message_id])
    report = await reported(services, clock)
    assert report
    [lost] = report.shown
    assert lost.link
    assert (lost.link.code, lost.place, lost.links) == (again.code, 2, 2)


async def test_what_was_mended_meanwhile_is_not_told(services: Services, clock: StillClock) -> None:
    stored = await store(services, 7, "AgAD1")
    await lose(services, stored)
    await store(services, 8, "AgAD1")  # sent again
    report = await reported(services, clock)
    assert report is None or not report.shown


async def test_what_has_another_copy_is_no_loss(services: Services, clock: StillClock) -> None:
    await store(services, 7, "B")
    parts = [upload(10 + place, part, group_id=1) for place, part in enumerate("AB")]
    album = await services.files.store(parts, by=OWNER, cause=Cause("album:1:1:1"))
    await services.losses.mark_gone(STORAGE, [album.link.items[1].message_id])
    assert await reported(services, clock) is None


async def test_what_nothing_leads_to_is_no_loss(services: Services, clock: StillClock) -> None:
    await store(services, 7, "B")
    await services.losses.mark_gone(STORAGE, [1, 2, 3])
    assert await reported(services, clock) is None
    assert not services.losses.came.is_set()


async def test_a_post_of_the_former_bot_is_missed_before_anybody_opens_its_link(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.imports.ask(STORAGE, 1, 9, clock.now())
    await bot.posts.record(STORAGE, [Post(5, "AgAD5", 5)])
    await bot.files.add([upload(5, "AgAD5", name="old.mp4").stored(STORAGE, 5, by=OWNER, now=clock.now())])
    await services.losses.mark_gone(STORAGE, [5])
    report = await reported(services, clock)
    assert report
    [lost] = report.shown
    assert lost.file
    assert (lost.file.name, lost.link, lost.links) == ("old.mp4", None, 0)
    await store(services, 7, "AgAD5")  # sent again: its old link leads to the new copy
    [found] = await bot.posts.between(STORAGE, 5, 5, 9)
    assert found.message_id != 5


@pytest.mark.parametrize("write", range(7))
@pytest.mark.parametrize("applied", [False, True])
async def test_cut_at_any_write_it_is_told_all_the_same_and_under_one_name(
    services: Services, clock: StillClock, write: int, *, applied: bool
) -> None:
    files = [await store(services, number, f"AgAD{number}") for number in (20, 21)]
    causes: list[Cause] = []

    async def once() -> None:
        await lose(services, *files)
        clock.move(GATHER)
        report = await services.losses.report()
        if report:
            assert len(report.shown) == 2
            causes.append(report.cause)
            await services.losses.told(report)

    try:
        with cut_at_write(write, applied=applied):
            await once()
    except Cut:
        await once()
    else:
        assert write > 4, "there were as many writes"
    assert len(set(causes)) == 1
    assert await services.losses.report() is None


async def test_lost_again_it_is_told_again(services: Services, clock: StillClock) -> None:
    stored = await store(services, 7, "AgAD1")
    await lose(services, stored)
    assert await reported(services, clock)
    mended = await store(services, 8, "AgAD1")
    assert mended.link.code == stored.link.code
    await services.links.open(stored.link.code, by=READER, cause=message(9, READER))
    await lose(services, mended)
    assert await reported(services, clock)
