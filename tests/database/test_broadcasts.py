"""Broadcasts and their chunks in the database: changes once per cause, outcomes that sum up, epochs that hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.broadcast import OPEN, Audience, Broadcast, BroadcastOptions, BroadcastState, Pass, PassKind, Reason
from database.broadcast_chunk import Chunk, Counts, Later, Result
from database.cause import Cause
from database.outgoing import OutButton, Outgoing
from tests.database.mongo import NOW

OUT = Outgoing(-1005, (1, 2), "<b>x</b>", ((OutButton("a", url="https://a.example"), OutButton("b", click="b_1")),))
RUNNING = BroadcastState.RUNNING
SECOND = timedelta(seconds=1)


def a_broadcast(code: str = "one", **values: Any) -> Broadcast:
    return Broadcast(code, Cause(f"query:{code}"), 1, OUT, NOW, **values)


def a_chunk(number: int = 0, readers: range = range(1, 6), **values: Any) -> Chunk:
    return Chunk("one", number, tuple(readers), NOW, NOW, counts=Counts(total=len(readers)), **values)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "x"},
        {"text": "", "url": "https://a.example"},
        {"text": "x", "url": "u", "click": "c"},
        {"text": "x", "click": "No"},
        {"text": "x", "click": "a" * 33},
        {"text": "x", "click": ""},
    ],
)
def test_a_button_says_something_and_does_one_thing(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"button|click"):
        OutButton(**wrong)


@pytest.mark.parametrize(
    "wrong", [(None, (), None), (None, (1,), "x"), (5, (), "x"), (5, tuple(range(11)), None), (None, (), "")]
)
def test_a_message_has_a_source_or_a_text(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"source"):
        Outgoing(*wrong)


def test_a_message_is_written_down_and_read_again() -> None:
    for out in (OUT, Outgoing(None, (), "x"), Outgoing(5, (1,), None, protect=True, silent=True)):
        assert Outgoing.of(out.as_document()) == out


async def test_a_broadcast_is_read_as_it_was_written_and_made_once_per_cause(bot: BotDatabase) -> None:
    full = a_broadcast(
        options=BroadcastOptions(pin=True, buttons=OUT.buttons, delete_after=60),
        audience=Audience("en", 3, NOW, True, "a", "b", 10),
        state=BroadcastState.PAUSED,
        counts=Counts(5, 4, 1),
        reason=Reason.CONTENT,
        last_pass=Pass(1, PassKind.EDIT, 1, NOW),
    )
    assert await bot.broadcasts.add(full) == full
    assert await bot.broadcasts.get("one") == full
    assert await bot.broadcasts.add(replace(full, code="two")) == full
    assert await bot.broadcasts.get("two") is None
    assert await bot.broadcasts.page(0, 5) == [full]


async def test_a_change_is_made_once_per_cause_and_only_in_its_states(bot: BotDatabase) -> None:
    await bot.broadcasts.add(a_broadcast())
    first, second = Cause("query:1"), Cause("query:2")
    started = await bot.broadcasts.change("one", first, OPEN, state=RUNNING, started_at=NOW)
    assert started
    assert (started.state, started.started_at) == (RUNNING, NOW)
    replayed = await bot.broadcasts.change("one", first, OPEN, state=RUNNING, started_at=NOW + SECOND)
    assert replayed == started
    assert await bot.broadcasts.change("one", second, OPEN, state=RUNNING) is None
    assert await bot.broadcasts.change("none", second, OPEN, state=RUNNING) is None


async def test_a_flush_is_all_or_nothing_and_the_same_again_changes_nothing(bot: BotDatabase) -> None:
    chunks = bot.broadcast_chunks
    await chunks.add(a_chunk())
    chunk = await chunks.claim("one", 1, NOW)
    assert chunk
    assert chunk == replace(a_chunk(), epoch=1)
    results = {1: Result(3, (7, 8)), 3: Result(refusal="blocked", reason="USER_IS_BLOCKED")}
    later = {2: Later(NOW + SECOND, 1)}
    for _ in range(2):
        assert await chunks.flush(
            chunk,
            cursor=3,
            results=results,
            later=later,
            counts={"sent": 1, "blocked": 1, "later": 1},
            due_at=NOW,
            delete_at=NOW + 60 * SECOND,
        )
    assert await chunks.sums("one") == Counts(total=5, sent=1, blocked=1, later=1)
    again = await chunks.claim("one", 2, NOW)
    assert again
    assert (again.cursor, again.results, again.later, again.epoch) == (3, results, later, 2)
    assert [each async for each in chunks.failures("one")] == [(3, results[3])]
    lost = await chunks.flush(chunk, cursor=5, results={}, later={}, counts={"sent": 5}, due_at=None)
    assert not lost, "another epoch has it"
    assert (await chunks.sums("one")).sent == 1
    assert await chunks.flush(again, cursor=5, results={}, later={}, counts={"later": 0, "sent": 2}, due_at=None)
    assert await chunks.next_due("one") is None
    assert await chunks.next_deletion() == NOW + 60 * SECOND


async def test_a_chunk_is_cut_once_however_often_and_claimed_by_no_older_epoch(bot: BotDatabase) -> None:
    chunks = bot.broadcast_chunks
    await chunks.add(a_chunk(readers=range(1, 4)))
    assert (await chunks.add(a_chunk(readers=range(1, 9)))).readers == (1, 2, 3), "the first one counts"
    assert await chunks.claim("one", 5, NOW)
    assert await chunks.claim("one", 4, NOW) is None
    assert await chunks.claim("one", 5, NOW, without=[0]) is None
    assert await chunks.claim("one", 5, NOW - SECOND) is None
    assert await chunks.claim("two", 5, NOW) is None


async def test_counts_are_added_up_in_an_index(bot: BotDatabase) -> None:
    chunks = bot.broadcast_chunks
    for number in range(3):
        await chunks.add(a_chunk(number, range(number * 10, number * 10 + 4)))
    assert (await chunks.sums("one")).total == 12
    stages = [
        {"$match": {"bot_id": chunks._bot_id, "broadcast": "one"}},
        {"$group": {"_id": None, "s": {"$sum": "$counts.sent"}}},
    ]
    explained = await chunks._documents.database.command(
        "explain", {"aggregate": chunks.name, "pipeline": stages, "hint": "counts", "cursor": {}}
    )
    assert "FETCH" not in str(explained)
    assert "IXSCAN" in str(explained)


async def test_what_readers_got_meanwhile_is_not_forgotten_by_who_takes_it_back(bot: BotDatabase) -> None:
    chunks = bot.broadcast_chunks
    await chunks.add(a_chunk())
    chunk = await chunks.claim("one", 1, NOW)
    assert chunk
    due = NOW + SECOND
    flushed: dict[str, Any] = {"later": {}, "due_at": NOW, "delete_at": due}
    assert await chunks.flush(chunk, cursor=1, results={1: Result(0, (7,))}, counts={"sent": 1}, **flushed)
    seen = await chunks.to_delete(1, due)
    assert seen
    assert await chunks.flush(chunk, cursor=2, results={2: Result(0, (8,))}, counts={"sent": 2}, **flushed)
    assert await chunks.taken_back(seen, {1: Result()}, {"deleted": 1}, None)
    seen = await chunks.to_delete(1, due)
    assert seen, "the other reader's message is still there"
    assert seen.results == {1: Result(), 2: Result(0, (8,))}
    assert await chunks.taken_back(seen, {2: Result()}, {"deleted": 2}, None)
    assert await chunks.to_delete(1, due) is None
    assert await chunks.sums("one") == Counts(total=5, sent=2, deleted=2)
