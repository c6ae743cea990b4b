"""Tasks are taken in order, by one runner, and a crash between any two writes loses nobody's place."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.task import Claim, End, Status, Task
from tests.database.mongo import NOW, cut_at_write

US = Claim(1, "us")
NEXT = Claim(2, "next")


def run(chat_id: int = 11, run: str = "first", *, sequence: str = "welcome") -> list[Task]:
    """Three steps: at once, after a minute, and a minute after the one before."""
    one = Task(chat_id, sequence, run, "one", NOW, payload={"next": "two", "leads": {}})
    two = Task(chat_id, sequence, run, "two", after(60), payload={"next": "three", "leads": {"three": 60}})
    return [one, two, Task(chat_id, sequence, run, "three", after(120), payload={"next": None, "leads": {}})]


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def sent(task: Task, at: datetime = NOW) -> End:
    return End(task, Status.SENT, at, message_ids=(7,))


async def steps(bot: BotDatabase, claim: Claim, now: datetime, limit: int = 10) -> list[str]:
    return [task.step for task in await bot.tasks.claim(claim, now, limit)]


async def states(bot: BotDatabase, chat_id: int = 11) -> dict[str, Status]:
    return {task.step: task.status for task in await bot.tasks.of(chat_id)}


async def test_a_step_waits_for_the_one_before_it(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    await bot.tasks.add(run())  # a replay
    assert await other_bot.tasks.claim(US, after(999), 10) == []
    [one] = await bot.tasks.claim(US, after(999), 10)
    assert one == run()[0]
    assert await bot.tasks.claim(US, after(999), 10) == []
    await bot.tasks.end([sent(one, after(10))], US)
    assert await bot.tasks.next_due(US) == after(60)
    assert await steps(bot, US, after(59.999)) == []
    [two] = await bot.tasks.claim(US, after(60), 10)
    await bot.tasks.end([sent(two, after(70))], US)
    assert await bot.tasks.next_due(US) == after(130)  # counted from when it was done
    [three] = await bot.tasks.claim(US, after(130), 10)
    assert three.send_at == after(130)
    await bot.tasks.end([End(three, Status.SKIPPED, after(130), "clicked")], US)
    assert await bot.tasks.next_due(US) is None
    assert await states(bot) == {"one": Status.SENT, "two": Status.SENT, "three": Status.SKIPPED}


async def test_the_next_process_takes_what_the_last_one_had_and_that_one_writes_no_more(bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    [ours] = await bot.tasks.claim(US, NOW, 10)
    [theirs] = await bot.tasks.claim(NEXT, NOW, 10)
    assert theirs == ours
    assert await bot.tasks.next_due(NEXT) is None
    await bot.tasks.end([End(ours, Status.FAILED, NOW, "late")], US)
    await bot.tasks.postpone(ours, after(5), US)
    assert await steps(bot, US, NOW) == []
    assert (await states(bot))["one"] is Status.PENDING
    assert await steps(bot, NEXT, after(999)) == []  # nothing that comes after it may go
    await bot.tasks.end([sent(theirs)], NEXT)
    assert await steps(bot, NEXT, after(60)) == ["two"]


async def test_the_longest_waiting_go_first(bot: BotDatabase) -> None:
    for chat_id, wait in ((11, 3), (12, 1), (13, 2)):
        await bot.tasks.add([replace(run(chat_id)[0], send_at=after(wait), payload={})])
    assert [task.chat_id for task in await bot.tasks.claim(US, after(9), 2)] == [12, 13]
    assert [task.chat_id for task in await bot.tasks.claim(US, after(9), 2)] == [11]


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("write", range(4))
async def test_a_crash_between_two_writes_loses_no_place(bot: BotDatabase, write: int, applied: bool) -> None:
    """The writes: who waits, who is first, how it ended, and who is next."""

    async def begin() -> None:
        await bot.tasks.add(run())
        [one] = await bot.tasks.claim(US, NOW, 10)
        await bot.tasks.end([sent(one)], US)

    with cut_at_write(write, applied=applied) as begun, pytest.raises(AutoReconnect):
        await begin()
    assert len(begun) == write + 1
    await bot.tasks.add(run())
    gone: list[str] = []
    for second in range(0, 300, 10):
        for task in await bot.tasks.claim(NEXT, after(second), 10):
            gone.append(task.step)
            await bot.tasks.end([sent(task, after(second))], NEXT)
    assert gone[-2:] == ["two", "three"]
    assert set((await states(bot)).values()) == {Status.SENT}


async def test_what_is_put_off_comes_again_and_a_failure_counts(bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    [one] = await bot.tasks.claim(US, NOW, 10)
    await bot.tasks.postpone(one, after(5), US)
    assert await steps(bot, US, after(4)) == []
    [one] = await bot.tasks.claim(US, after(5), 10)
    await bot.tasks.postpone(one, after(9), US, failed=True)
    [one] = await bot.tasks.claim(US, after(9), 10)
    assert (one.retries, one.send_at) == (1, NOW)
    await bot.tasks.plan_anew(one, after(600), US)
    assert await bot.tasks.next_due(US) == after(600)


async def test_who_stops_gets_nothing_more_and_what_went_out_meanwhile_is_told(bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    await bot.tasks.add(run(12))
    [one, other] = await bot.tasks.claim(US, NOW, 10)
    assert await bot.tasks.cancel(11, "stopped", NOW) == 3
    assert await bot.tasks.cancel(11, "stopped", NOW) == 0
    await bot.tasks.postpone(one, after(1), US)
    await bot.tasks.end([sent(one), sent(other)], US)
    assert await states(bot) == {"one": Status.SENT, "two": Status.CANCELLED, "three": Status.CANCELLED}
    assert [task.chat_id for task in await bot.tasks.claim(US, after(999), 10)] == [12]


async def test_one_run_is_cancelled_without_the_others(bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    await bot.tasks.add(run(sequence="news"))
    assert await bot.tasks.cancel(11, "deleted", NOW, run=("welcome", "first")) == 3
    assert {task.sequence for task in await bot.tasks.claim(US, NOW, 10)} == {"news"}


async def test_what_is_put_aside_waits_until_it_is_let_go(bot: BotDatabase) -> None:
    for chat_id in (11, 12, 13):
        await bot.tasks.add(run(chat_id))
    for task in await bot.tasks.claim(US, NOW, 10):
        await bot.tasks.hold(task, US)
    assert await bot.tasks.next_due(US) is None
    assert [await bot.tasks.let_go("welcome", 2) for _ in range(3)] == [2, 1, 0]
    assert await steps(bot, US, NOW) == ["one"] * 3


async def test_a_task_that_is_none_ends_and_keeps_nobody_else(bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    poison = {"_id": bot.tasks._key("poison"), "bot_id": bot.bot_id, "due_at": NOW, "claim": "", "epoch": 0}
    await bot.tasks._documents.insert_one(poison)
    assert await steps(bot, US, after(1)) == ["one"]
    assert await steps(bot, NEXT, after(1)) == ["one"]
    document = await bot.tasks._documents.find_one({"_id": poison["_id"]})
    assert document
    assert (document["status"], document["reason"]) == ("failed", "unreadable: KeyError('chat_id')")


async def test_looking_for_what_is_due_reads_the_index_alone(bot: BotDatabase) -> None:
    await bot.tasks.add(run())
    where = bot.tasks._free(US) | {"due_at": {"$gt": datetime.fromtimestamp(0, NOW.tzinfo)}}
    plan = await bot.tasks._documents.find(where, {"_id": 0, "due_at": 1}, sort=[("due_at", 1)], limit=1).explain()
    assert plan["executionStats"]["totalDocsExamined"] == 0
    assert plan["executionStats"]["nReturned"] == 1


async def test_a_step_is_counted_by_what_became_of_it_and_tests_are_not(bot: BotDatabase) -> None:
    for chat_id in (11, 12, 13):
        await bot.tasks.add(run(chat_id))
    await bot.tasks.add([replace(task, is_test=True) for task in run(14)])
    ends = [sent(task) for task in await bot.tasks.claim(US, NOW, 10)]
    await bot.tasks.end(ends, US)
    await bot.tasks.mark_clicked(11, [("welcome", "one"), ("welcome", "two")])
    await bot.tasks.mark_clicked(14, [("welcome", "one")])
    await bot.tasks.cancel(12, "stopped", NOW)
    one, two = [await bot.tasks.counts("welcome", step) for step in ("one", "two")]
    assert (one.by_status[Status.SENT], one.clicked) == (3, 1)
    assert (two.by_status[Status.PENDING], two.by_status[Status.CANCELLED], two.clicked) == (2, 1, 0)
    assert await bot.tasks.by_status() == {Status.SENT: 3, Status.PENDING: 4, Status.CANCELLED: 2}
