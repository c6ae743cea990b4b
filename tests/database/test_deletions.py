"""A deletion is written down once per cause, knows its messages once, and goes through its tasks to one end."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.deletions import Outcome, PendingDeletion, Task
from tests.database.mongo import NOW, Cut, bot_of, cut_at_write, raw

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
LEARN_AT = NOW + 2 * SECOND


def deletion(number: int = 1, **values: object) -> PendingDeletion:
    made = PendingDeletion(Cause(f"message:5:{number}"), "fCode", 5, 5, (11, -12), 60, NOW, NOW + 60 * SECOND)
    return replace(made, **values)  # type: ignore[arg-type]  # several types


async def arrived(bot: BotDatabase, number: int = 1, notice: int = 90) -> PendingDeletion:
    """One whose messages are known, as whoever has to delete them gets it."""
    made = await bot.deletions.begin(deletion(number), LEARN_AT)
    await bot.deletions.arrived(made, (7 + number, 8 + number), notice, NOW + 61 * SECOND)
    found = await bot.deletions.due(Task.DELETE, NOW + HOUR, 100)
    return next(each for each in found if each.cause == made.cause)


async def document(database: Database, number: int = 1) -> dict[str, object]:
    found = await raw(database)["pending_deletions"].find_one({"cause": f"message:5:{number}"})
    return dict(found)


async def test_what_is_about_to_be_sent_is_written_down_with_all_that_it_takes_to_send_it_again(
    bot: BotDatabase, database: Database
) -> None:
    made = await bot.deletions.begin(deletion(names={"first": "Ada"}), LEARN_AT)
    assert made.is_new
    assert not made.is_known
    [found] = await bot.deletions.due(Task.LEARN, LEARN_AT, 10)
    assert found == replace(made, is_new=False)
    assert found.sent_at == NOW
    kept = await document(database)
    assert kept["bot_id"] == bot.bot_id
    assert kept["state"] == "pending"
    assert kept["random_ids"] == [11, -12]


async def test_a_replay_gets_the_first_one_with_its_time_counted_anew(bot: BotDatabase) -> None:
    await bot.deletions.begin(deletion(), LEARN_AT)
    later = deletion(begun_at=NOW + HOUR, delete_at=NOW + HOUR + 60 * SECOND)
    again = await bot.deletions.begin(later, LEARN_AT + HOUR)
    assert not again.is_new
    assert again.begun_at == NOW
    assert again.delete_at == NOW + HOUR + 60 * SECOND
    assert await bot.deletions.next_due(Task.LEARN) == LEARN_AT + HOUR


async def test_what_has_arrived_is_known_to_a_replay_and_stays_as_it_is(bot: BotDatabase) -> None:
    known = await arrived(bot)
    assert (known.message_ids, known.notice_id, known.delete_at) == ((8, 9), 90, NOW + 61 * SECOND)
    again = await bot.deletions.begin(deletion(delete_at=NOW + HOUR), LEARN_AT + HOUR)
    assert again == known
    await bot.deletions.arrived(again, (1, 2), 3, NOW)
    assert await bot.deletions.due(Task.DELETE, NOW + HOUR, 10) == [known]
    assert await bot.deletions.next_due(Task.LEARN) is None


@pytest.mark.parametrize("applied", [False, True])
async def test_a_cut_at_the_first_write_leaves_it_whole_or_not_there(bot: BotDatabase, applied: bool) -> None:
    with cut_at_write(0, applied=applied), pytest.raises(Cut):
        await bot.deletions.begin(deletion(), LEARN_AT)
    assert (await bot.deletions.begin(deletion(), LEARN_AT)).is_new is not applied
    assert len(await bot.deletions.due(Task.LEARN, LEARN_AT, 10)) == 1


async def test_many_at_once_are_each_written_down_and_told_apart(bot: BotDatabase) -> None:
    await bot.deletions.begin(deletion(3), LEARN_AT)
    made = await asyncio.gather(*(bot.deletions.begin(deletion(number), LEARN_AT) for number in range(30)))
    assert [each.is_new for each in made] == [number != 3 for number in range(30)]
    await asyncio.gather(*(bot.deletions.arrived(each, (n,), 100 + n, NOW) for n, each in enumerate(made)))
    found = await bot.deletions.due(Task.DELETE, NOW, 100)
    assert sorted((each.message_ids, each.notice_id) for each in found) == [((n,), 100 + n) for n in range(30)]


async def test_deleted_waits_for_its_notice_and_ends(bot: BotDatabase, database: Database) -> None:
    known = await arrived(bot)
    await bot.deletions.deleted([known], NOW + HOUR)
    assert await bot.deletions.next_due(Task.DELETE) is None
    [told] = await bot.deletions.due(Task.TELL, NOW + HOUR, 10)
    await bot.deletions.ended(Task.TELL, told, Outcome.GONE, NOW + HOUR, "USER_IS_BLOCKED")
    kept = await document(database)
    assert (kept["state"], kept["reason"], kept["ended_at"]) == ("gone", "USER_IS_BLOCKED", NOW + HOUR)
    assert "task" not in kept
    assert kept["forget_at"] == NOW + HOUR + timedelta(days=7)


async def test_deletions_are_handed_out_in_the_order_of_their_time(bot: BotDatabase) -> None:
    for number, after in ((1, 30), (2, 10), (3, 20)):
        made = await bot.deletions.begin(deletion(number), LEARN_AT)
        await bot.deletions.arrived(made, (number,), 9, NOW + after * SECOND)
    assert await bot.deletions.next_due(Task.DELETE) == NOW + 10 * SECOND
    assert await bot.deletions.due(Task.DELETE, NOW + 9 * SECOND, 10) == []
    found = await bot.deletions.due(Task.DELETE, NOW + HOUR, 2)
    assert [each.message_ids for each in found] == [(2,), (3,)]
    await bot.deletions.postpone(Task.DELETE, found[0], NOW + HOUR)
    assert await bot.deletions.next_due(Task.DELETE) == NOW + 20 * SECOND


async def test_what_is_late_changes_nothing(bot: BotDatabase) -> None:
    known = await arrived(bot)
    await bot.deletions.deleted([known], NOW)
    for late in (
        bot.deletions.ended(Task.DELETE, known, Outcome.FAILED, NOW, "late"),
        bot.deletions.postpone(Task.DELETE, known, NOW + HOUR),
        bot.deletions.deleted([known], NOW + HOUR),
    ):
        await late
        assert await bot.deletions.next_due(Task.TELL) == NOW


async def test_what_arrived_of_a_broken_delivery_goes_and_a_replay_goes_on_with_it(
    bot: BotDatabase, database: Database
) -> None:
    made = await bot.deletions.begin(deletion(), LEARN_AT)
    await bot.deletions.broken_off(made, (7,))
    [part] = await bot.deletions.due(Task.DELETE, made.delete_at, 10)
    assert (part.message_ids, part.notice_id) == ((7,), None)
    again = await bot.deletions.begin(deletion(delete_at=NOW + HOUR), LEARN_AT)
    assert not again.is_known
    await bot.deletions.deleted([part], NOW)  # late
    assert await bot.deletions.next_due(Task.LEARN) == LEARN_AT
    await bot.deletions.broken_off(again, (7,))
    await bot.deletions.deleted(await bot.deletions.due(Task.DELETE, NOW + HOUR, 10), NOW)
    assert (await document(database))["state"] == "deleted"


async def test_bots_do_not_see_each_others(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await arrived(bot)
    assert await other_bot.deletions.next_due(Task.DELETE) is None
    assert (await other_bot.deletions.begin(deletion(), LEARN_AT)).is_new


async def test_control_a_later_process_that_forgets_has_nothing_to_do(bot: BotDatabase, database: Database) -> None:
    await arrived(bot)
    later = bot_of(database)
    assert await later.deletions.next_due(Task.DELETE) == NOW + 61 * SECOND
    later.deletions.forget_earlier(NOW + SECOND)
    assert await later.deletions.next_due(Task.DELETE) is None
    assert await later.deletions.due(Task.DELETE, NOW + HOUR, 10) == []


@pytest.mark.parametrize("tasks", [(Task.DELETE,), (Task.TELL, Task.LEARN)], ids=["one", "two"])
async def test_when_the_next_is_due_is_known_from_the_index_alone(
    bot: BotDatabase, database: Database, tasks: tuple[Task, ...]
) -> None:
    for number in range(50):
        made = await bot.deletions.begin(deletion(number), LEARN_AT)
        if number % 2:
            await bot.deletions.arrived(made, (7 + number, 8 + number), 90, NOW + number * SECOND)
    await raw(database).command({"profile": 2})
    assert await bot.deletions.next_due(*tasks)
    await raw(database)["pending_deletions"].find_one({"bot_id": bot.bot_id, "task": "learn"}, {"due_at": 1})
    await raw(database).command({"profile": 0})
    asked, control = [each async for each in raw(database)["system.profile"].find({"command.find": {"$exists": True}})]
    assert asked["docsExamined"] == 0
    assert 0 < asked["keysExamined"] <= len(tasks)
    assert control["docsExamined"] > 0
