"""Which files are made anew, when that is given up, and what is told."""

from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.files import ProcessedCopy, StoredFile
from database.processing import Job, JobState
from services.errors import UserError
from services.processing import ATTEMPTS, BACK_OFF, DEATHS, LARGEST
from services.registry import Services
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER, STORAGE, Channel, make_services, message, upload


@pytest.fixture
def services(bot: BotDatabase, clock: StillClock, channel: Channel) -> Services:
    return make_services(bot, clock, channel, name_suffix="[us]")


async def store(services: Services, number: int = 1, *, by: int = OWNER, **values: Any) -> StoredFile:
    given = upload(number, f"AgAD{number}", **{"name": f"{number}.txt", "size": 10, **values})
    stored = await services.files.store([given], by=by, cause=message(number))
    return stored.files[0]


async def jobs(services: Services) -> list[Job]:
    """Everything that is to be done, taken."""
    found = []
    while job := await services.processing.claim(1):
        found.append(job)
    return found


async def test_what_is_stored_gets_its_name(services: Services) -> None:
    file = await store(services)
    services.processing.changed.clear()
    [job] = await jobs(services)
    assert (job.unique_id, job.new_name, job.thumbnail, job.by) == ("AgAD1", "1 [us].txt", None, OWNER)
    assert (job.storage_chat, job.message_id, job.name, job.size) == (STORAGE, file.message_id, "1.txt", 10)


async def test_nothing_is_done_where_nothing_is_asked_for(
    bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    plain = make_services(bot, clock, channel)
    await store(plain)
    assert await jobs(plain) == []
    renamed = make_services(bot, clock, channel, name_suffix="[us]")
    for number, kind in enumerate(("photo", "sticker", "voice", "video_note"), 2):
        await store(renamed, number, kind=kind)
    await store(renamed, 6, name="done [us].txt")
    await store(renamed, 7, name=None)
    assert await jobs(renamed) == []
    assert not renamed.processing.changed.is_set()


async def test_a_persons_thumbnail_is_for_their_files_alone(bot: BotDatabase, services: Services) -> None:
    await bot.thumbnails.set_default(ADMIN, b"jpeg", NOW)
    await store(services, 1, by=ADMIN)
    await store(services, 2, by=OWNER)
    await store(services, 3, by=ADMIN, name="x [us].txt")
    found = {job.unique_id: job for job in await jobs(services)}
    assert [await services.processing.thumbnail(found[f"AgAD{number}"]) for number in (1, 2, 3)] == [
        b"jpeg", None, b"jpeg"
    ]  # fmt: skip
    assert found["AgAD3"].new_name is None


async def test_a_title_names_the_file(services: Services) -> None:
    await services.files.store([upload(1, name="a.mkv")], by=OWNER, cause=message(1), title="The Film [us]")
    [job] = await jobs(services)
    assert job.new_name == "The Film [us].mkv"


async def test_a_replay_asks_once_and_so_does_the_same_file_again(services: Services) -> None:
    await store(services)
    await store(services)
    await services.files.store([upload(9, "AgAD1", name="1.txt")], by=OWNER, cause=message(9))
    assert len(await jobs(services)) == 1


async def test_what_is_made_anew_or_about_to_be_is_left_alone_unless_it_gets_another_title(
    services: Services, bot: BotDatabase
) -> None:
    file = await store(services)
    await services.processing.begin([file], by=OWNER, cause=Cause("query:1"))
    [job] = await jobs(services)
    copy = ProcessedCopy(STORAGE, 900, "BQAP", "AgADp", "1 [us].txt", NOW)
    await services.processing.done(job, copy, replaced=False)
    [file] = (await bot.files.get_many(["AgAD1"])).values()
    assert file.processed_message_id == 900
    await services.processing.begin([file], by=OWNER, cause=Cause("query:2"))
    await services.processing.begin([file], by=OWNER, cause=Cause("query:3"), title="1 [us]")
    assert await jobs(services) == []
    await services.processing.begin([file], by=OWNER, cause=Cause("query:4"), title="One")
    assert [each.new_name for each in await jobs(services)] == ["One [us].txt"]


async def test_a_copy_that_comes_back_is_the_file_that_it_was_made_of(services: Services, bot: BotDatabase) -> None:
    first = await services.files.store([upload(1, "AgAD1", name="1.txt")], by=OWNER, cause=message(1))
    [job] = await jobs(services)
    await services.processing.done(job, ProcessedCopy(STORAGE, 900, "B", "AgADp", "1 [us].txt", NOW), replaced=False)
    again = await services.files.store([upload(2, "AgADp", name="1 [us].txt")], by=OWNER, cause=message(2))
    assert (again.existing, again.link.code) == (True, first.link.code)
    assert (await services.files.known("AgADp"), await services.files.known("AgADx")) == ("AgAD1", None)
    album = [upload(3, "AgADp", group_id=5, name="1 [us].txt"), upload(4, "AgAD4", group_id=5, name="4.txt")]
    await services.files.store(album, by=OWNER, cause=Cause("album:1"))
    assert [each.unique_id for each in await jobs(services)] == ["AgAD4"]


async def test_what_no_bot_can_upload_is_refused_and_told(services: Services) -> None:
    await store(services, size=LARGEST + 1)
    assert await jobs(services) == []
    [notice] = await services.processing.notices()
    assert (notice.is_over, notice.failed, notice.first.reason) == (True, 1, "too-big")


async def test_a_file_gets_a_thumbnail_of_its_own(services: Services) -> None:
    await store(services)
    [before] = await jobs(services)
    file = await services.processing.dress("AgAD1", b"own", by=ADMIN, cause=Cause("query:1"))
    assert file.unique_id == "AgAD1"
    assert await services.processing.in_hand(1) == {before.id}, "asked at the same moment: neither is the later one"
    [job] = await jobs(services)
    assert (job.new_name, await services.processing.thumbnail(job), job.by) == ("1 [us].txt", b"own", ADMIN)


async def test_what_was_asked_for_earlier_gives_way(services: Services, clock: StillClock) -> None:
    await store(services)
    [before] = await jobs(services)
    clock.move(timedelta(seconds=1))
    await services.processing.dress("AgAD1", b"own", by=OWNER, cause=Cause("query:1"))
    assert await services.processing.in_hand(1) == set()
    assert await services.processing.uploaded(before, b"parts") is None
    assert await services.processing.is_over(before)


@pytest.mark.parametrize(
    ("values", "key"),
    [({"kind": "photo"}, "thumb-kind"), ({"size": LARGEST + 1}, "thumb-file-too-big"), (None, "thumb-file-unknown")],
)
async def test_what_takes_no_thumbnail_is_refused(services: Services, values: dict[str, Any] | None, key: str) -> None:
    if values is not None:
        await store(services, **values)
    with pytest.raises(UserError) as caught:
        await services.processing.dress("AgAD1", b"own", by=OWNER, cause=Cause("query:1"))
    assert caught.value.key == key


async def test_after_three_attempts_the_file_stays_as_it_was_sent(services: Services, clock: StillClock) -> None:
    await store(services)
    for attempt in range(ATTEMPTS):
        job = await services.processing.claim(1)
        assert job
        await services.processing.failed(job, "disk")
        assert await services.processing.claim(1) is None
        clock.move(BACK_OFF * 6**attempt)
    assert await services.processing.claim(1) is None
    [notice] = await services.processing.notices()
    assert [(each.reason, each.state) for each in await services.processing.failures(notice, 9)] == [
        ("disk", JobState.FAILED)
    ]
    await services.processing.told(notice)
    assert await services.processing.notices() == []


async def test_waiting_is_no_failure(services: Services, clock: StillClock) -> None:
    await store(services)
    for _ in range(ATTEMPTS * 3):
        job = await services.processing.claim(1)
        assert job
        await services.processing.later(job, 60)
        assert await services.processing.next_due() == clock.now() + timedelta(seconds=60)
        clock.move(timedelta(seconds=60))
    assert await services.processing.claim(1)


async def test_a_file_over_which_process_after_process_ends_is_given_up(services: Services) -> None:
    await store(services)
    for epoch in range(1, DEATHS + 2):
        assert await services.processing.claim(epoch)
    assert await services.processing.claim(DEATHS + 2) is None
    [notice] = await services.processing.notices()
    [job] = await services.processing.failures(notice, 9)
    assert job.reason == "crashes"


async def test_how_far_it_is_counts_what_has_ended_and_what_moves(services: Services) -> None:
    for number in range(4):
        await store(services, number)
    first, second, *_ = await jobs(services)
    [notice] = await services.processing.notices()
    assert services.processing.share(notice) == 0
    await services.processing.done(first, ProcessedCopy(STORAGE, 900, "B", "p", None, NOW), replaced=False)
    services.processing.moved[second.id] = 0.5
    [notice] = await services.processing.notices()
    assert (notice.total, services.processing.share(notice)) == (4, 0.375)
    assert await services.processing.cancel(notice.id, by=OWNER) == 3
    assert await services.processing.cancel(notice.id, by=OWNER) == 0
