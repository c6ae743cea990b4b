"""Jobs are written down once, taken by one process at a time, and end once."""

from dataclasses import replace
from datetime import timedelta

from database.bots import BotDatabase
from database.cause import Cause
from database.processing import Job, JobState
from tests.database.mongo import NOW

SECOND = timedelta(seconds=1)


def job(number: int = 1, **values: object) -> Job:
    made = Job(
        f"job{number}", Cause(f"message:1:{number}"), "notice", f"AgAD{number}", -1005, number, 1, "document",
        f"{number}.txt", 100 * number, NOW,
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]  # several types


async def test_a_job_is_written_down_once_and_comes_back_as_it_was(bot: BotDatabase, other_bot: BotDatabase) -> None:
    first = job(new_name="1 [x].txt", thumbnail="abc")
    await bot.processing.add([first, job(2)])
    await bot.processing.add([replace(first, new_name="other"), job(3)])
    assert await bot.processing.get("job1") == first
    assert await bot.processing.unfinished() == {"job1", "job2", "job3"}
    assert await bot.processing.unfinished_of(["AgAD1", "AgAD9"]) == {"AgAD1"}
    assert (await bot.processing.notice_of(1), await bot.processing.notice_of(2)) == ("notice", None)
    assert await other_bot.processing.get("job1") is None
    assert await other_bot.processing.claim(9, NOW) is None


async def test_the_one_that_waits_longest_is_taken_first_and_by_one(bot: BotDatabase) -> None:
    await bot.processing.add([job(2, asked_at=NOW + SECOND), job(1)])
    assert await bot.processing.claim(1, NOW - SECOND) is None
    assert await bot.processing.next_due() == NOW
    taken = [await bot.processing.claim(1, NOW + SECOND) for _ in range(3)]
    assert [each and each.id for each in taken] == ["job1", "job2", None]
    assert await bot.processing.in_hand(1) == {"job1", "job2"}
    assert await bot.processing.in_hand(2) == set()
    assert await bot.processing.next_due() is None


async def test_small_ones_can_be_asked_for(bot: BotDatabase) -> None:
    await bot.processing.add([job(9), job(1, asked_at=NOW + SECOND)])
    assert await bot.processing.next_due(500) == NOW + SECOND
    taken = await bot.processing.claim(1, NOW + SECOND, 500)
    assert taken
    assert taken.id == "job1"


async def test_what_an_earlier_epoch_had_is_taken_over_and_lost_to_it(bot: BotDatabase) -> None:
    await bot.processing.add([job()])
    old = await bot.processing.claim(1, NOW)
    new = await bot.processing.claim(2, NOW)
    assert old
    assert new
    assert (new.epoch, new.deaths, new.state) == (2, 1, JobState.WORKING)
    assert await bot.processing.keep_receipt(old, b"parts") is None
    await bot.processing.finish(old, JobState.DONE, NOW)
    await bot.processing.postpone(old, NOW + SECOND, failed=True)
    assert await bot.processing.get("job1") == new
    assert await bot.processing.claim(1, NOW) is None, "nobody takes from a later epoch"


async def test_a_second_life_of_the_same_epoch_takes_what_the_first_left(bot: BotDatabase) -> None:
    await bot.processing.add([job(), job(2)])
    first = await bot.processing.claim(1, NOW)
    assert first
    await bot.processing.claim(1, NOW)
    await bot.processing.give_back(["job1"], 1, NOW)
    assert await bot.processing.in_hand(1) == {"job2"}
    again = await bot.processing.claim(1, NOW)
    assert again
    assert (again.id, again.deaths, again.claim) == ("job1", 1, 2)
    await bot.processing.finish(first, JobState.DONE, NOW)
    assert await bot.processing.in_hand(1) == {"job1", "job2"}, "the first life's end is none"


async def test_what_failed_waits_and_is_counted(bot: BotDatabase) -> None:
    await bot.processing.add([job()])
    taken = await bot.processing.claim(1, NOW)
    assert taken
    await bot.processing.postpone(taken, NOW + SECOND)
    assert await bot.processing.claim(1, NOW) is None
    taken = await bot.processing.claim(1, NOW + SECOND)
    assert taken
    assert (taken.failures, taken.deaths) == (0, 0)
    await bot.processing.postpone(taken, NOW, failed=True)
    found = await bot.processing.get("job1")
    assert found
    assert (found.failures, found.state) == (1, JobState.WAITING)


async def test_what_is_uploaded_is_not_cancelled(bot: BotDatabase) -> None:
    await bot.processing.add([job(1), job(2), job(3), job(4, notice="another"), job(5, by=2)])
    first, second = await bot.processing.claim(1, NOW), await bot.processing.claim(1, NOW)
    assert first
    assert second
    kept = await bot.processing.keep_receipt(first, b"parts")
    assert kept
    assert await bot.processing.cancel("notice", 1, NOW) == 2
    assert await bot.processing.in_hand(1) == {"job1"}
    assert await bot.processing.unfinished() == {"job1", "job4", "job5"}
    assert await bot.processing.keep_receipt(second, b"parts") is None
    assert (await bot.processing.get("job1")) == kept
    assert kept.receipt == b"parts"


async def test_a_later_wish_takes_the_place_of_an_earlier_one(bot: BotDatabase) -> None:
    await bot.processing.add([job(1), job(2), job(3, unique_id="AgAD1", asked_at=NOW + SECOND)])
    await bot.processing.supersede("AgAD1", NOW + SECOND)
    assert await bot.processing.unfinished() == {"job2", "job3"}
    assert [(each.id, each.total) for each in await bot.processing.notices()] == [("notice", 2)]


async def test_a_notice_counts_what_was_asked_together_until_its_end_is_told(bot: BotDatabase) -> None:
    refused = job(5, notice="b", state=JobState.FAILED, reason="too-big", asked_at=NOW + SECOND)
    await bot.processing.add([job(1), job(2), job(3), job(4), refused])
    for state in (JobState.DONE, JobState.FAILED, JobState.DONE):
        taken = await bot.processing.claim(1, NOW)
        assert taken
        await bot.processing.finish(taken, state, NOW, reason="disk", ignored=taken.id == "job3")
    a, b = await bot.processing.notices()
    assert (a.id, a.by, a.first.id, a.total, a.done, a.failed, a.cancelled, a.ignored) == (
        "notice", 1, "job1", 4, 2, 1, 0, 1
    )  # fmt: skip
    assert (a.is_over, b.is_over, b.first.reason) == (False, True, "too-big")
    assert [(each.id, each.reason) for each in await bot.processing.failed_of("notice", 9)] == [("job2", "disk")]
    assert await bot.processing.failed_of("notice", 9) != await bot.processing.failed_of("b", 9)
    await bot.processing.cancel("notice", 1, NOW)
    await bot.processing.told("b")
    [a] = await bot.processing.notices()
    assert (a.is_over, a.cancelled) == (True, 1)
    await bot.processing.told("notice")
    assert await bot.processing.notices() == []


async def test_control_a_queue_in_memory_forgets(bot: BotDatabase) -> None:
    await bot.processing.add([job(1), job(2), job(3, state=JobState.FAILED)])
    await bot.processing.claim(1, NOW)
    await bot.processing.drop_unfinished()
    assert [each.total for each in await bot.processing.notices()] == [1]


async def test_pictures_are_kept_once_and_defaults_by_person(bot: BotDatabase, other_bot: BotDatabase) -> None:
    digest = await bot.thumbnails.keep(b"jpeg", NOW)
    assert await bot.thumbnails.keep(b"jpeg", NOW) == digest != await bot.thumbnails.keep(b"other", NOW)
    assert (await bot.thumbnails.get(digest), await other_bot.thumbnails.get(digest)) == (b"jpeg", None)
    await bot.thumbnails.set_default(1, b"one", NOW)
    await bot.thumbnails.set_default(1, b"two", NOW)
    assert (await bot.thumbnails.default_of(1), await bot.thumbnails.default_of(2)) == (b"two", None)
    assert await other_bot.thumbnails.default_of(1) is None
    await bot.thumbnails.drop_default(1)
    await bot.thumbnails.drop_default(1)
    assert await bot.thumbnails.default_of(1) is None
