"""What was missed is fetched, whatever the server makes of being asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pyrogram import raw

from client import reading
from client.address import COMMON
from database.sessions import StateRecord
from services.errors import TryLater
from tests.client.rig import CHANNEL, Edge, Telegram, begun_at, cause_of, edge_on
from tests.client.virtual import virtual


@virtual
async def test_a_start_with_nothing_missed_asks_once_for_each_sequence() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    edge.difference.fill_all()
    await edge.settle()
    assert telegram.asked == {"GetDifference": 1, "GetChannelDifference": 1}
    assert not edge.begun


@virtual
async def test_slices_are_followed_to_the_end() -> None:
    telegram = Telegram(slice=7)
    edge = edge_on(telegram, CHANNEL)
    messages = [telegram.message(number % 3) for number in range(50)]
    members = [telegram.member() for _ in range(20)]
    posts = [telegram.post() for _ in range(30)]
    edge.difference.fill_all()
    await edge.settle()
    assert sorted(map(str, edge.causes())) == sorted(str(cause_of(u)) for u in (*messages, *members, *posts))
    assert [cause_of(update) for update in edge.done if cause_of(update)[1] == 50] == [cause_of(u) for u in posts]
    states = {state.id: state for state in edge.written}
    assert (states[COMMON].pts, states[COMMON].qts) == (telegram.pts, telegram.qts)
    assert states[CHANNEL].pts == telegram.channel_pts()


@virtual
async def test_a_slice_is_finished_only_as_a_whole() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    slow = telegram.message(5)
    for _ in range(9):
        telegram.message(6)
    edge.work = lambda update: 60.0 if update.message.id == slow.message.id else 0.0
    edge.difference.fill(COMMON)
    await asyncio.sleep(10)
    assert len(edge.done) == 9
    assert edge.inbox.states()[0].pts == 1
    await asyncio.sleep(60)
    assert edge.inbox.states()[0].pts == telegram.pts


@virtual
async def test_what_is_too_long_to_tell_is_read_by_id() -> None:
    telegram = Telegram(too_long=100)
    known = telegram.message()
    edge = edge_on(telegram, CHANNEL)
    missed = [telegram.message(number % 4) for number in range(450)]
    telegram.deletion(*range(20, 60))
    edge.difference.fill_all()
    await edge.settle()
    there = [cause_of(update) for update in missed if not 20 <= update.message.id < 60]
    assert sorted(map(str, edge.causes())) == sorted(map(str, there))
    assert cause_of(known) not in edge.causes()
    for chat in range(4):
        mine = [update.message.id for update in edge.done if update.message.peer_id.user_id == chat]
        assert mine == sorted(mine)
    assert edge.written[0].pts == telegram.pts
    assert edge.written[0].top_message == telegram.top


@virtual
async def test_many_deleted_in_a_row_do_not_end_the_reading() -> None:
    """A bot that deletes what it sent to a thousand people leaves a thousand ids empty."""
    telegram = Telegram(too_long=100)
    telegram.message()
    edge = edge_on(telegram)
    gone = [telegram.message(out=True).message.id for _ in range(1000)]
    last = telegram.message()
    telegram.deletion(*gone)
    edge.difference.fill(COMMON)
    await edge.settle()
    assert edge.causes() == [cause_of(last)]


@virtual
async def test_the_bots_own_messages_count_as_seen() -> None:
    """So that reading by id begins after them."""
    telegram = Telegram(too_long=100)
    edge = edge_on(telegram)
    await edge.push(telegram.message())
    for _ in range(5000):
        own = telegram.message(out=True)
        edge.inbox.own(COMMON, own.pts, 1, message=own.message.id)
    await edge.settle()
    assert edge.written[0].top_message == telegram.top
    missed = [telegram.message() for _ in range(200)]
    edge.difference.fill(COMMON)
    await edge.settle()
    assert edge.causes()[1:] == [cause_of(update) for update in missed]
    assert telegram.asked["GetMessages"] < 15


@virtual
async def test_the_oldest_messages_of_a_bot_are_not_answered_again() -> None:
    """A new installation of an old bot does not know what was seen last: nobody gets an answer years late."""
    telegram = Telegram(too_long=100)
    for _ in range(500):
        telegram.message()
    begun_at(telegram)
    edge = Edge(telegram, [StateRecord(COMMON, telegram.pts, 0, 1)])
    edge.alive = False  # what is given up is not finished, and the rig would say so
    for _ in range(200):
        telegram.message()
    edge.difference.fill(COMMON)
    await edge.settle()
    assert not edge.begun
    assert edge.inbox.pts.received == telegram.pts


@virtual
async def test_a_channel_too_long_to_tell_is_read_by_id() -> None:
    telegram = Telegram(too_long=100)
    telegram.post()
    edge = edge_on(telegram, CHANNEL)
    missed = [telegram.post() for _ in range(450)]
    edge.difference.fill(CHANNEL)
    await edge.settle()
    assert edge.causes() == [cause_of(update) for update in missed]
    assert {state.id: state.pts for state in edge.written}[CHANNEL] == telegram.channel_pts()
    assert telegram.asked["GetMessages"] == 3


@virtual
async def test_a_channel_whose_newest_message_is_not_known_is_read_as_far_as_its_places_go() -> None:
    telegram = Telegram(too_long=100)
    for _ in range(1000):
        telegram.post(out=True)
    edge = Edge(telegram, [StateRecord(CHANNEL, telegram.channel_pts(), None, 0)])
    missed = [telegram.post() for _ in range(150)]
    edge.difference.fill(CHANNEL)
    await edge.settle()
    assert edge.causes() == [cause_of(update) for update in missed]


@virtual
async def test_reading_by_id_goes_on_after_a_wait_where_it_was() -> None:
    telegram = Telegram(too_long=100)
    edge = edge_on(telegram)
    known = telegram.message()
    await edge.push(known)
    await edge.settle()
    missed = [telegram.message() for _ in range(1000)]
    read = telegram.invoke
    reads = 0

    async def invoke(query: Any) -> Any:
        nonlocal reads
        if isinstance(query, raw.functions.messages.GetMessages):
            reads += 1
            if reads % 2 == 0:
                raise TryLater(30, "a flood wait")
        return await read(query)

    telegram.invoke = invoke  # type: ignore[method-assign]  # what it answers is replaced
    edge.difference.fill(COMMON)
    await edge.settle()
    assert edge.causes()[1:] == [cause_of(update) for update in missed]
    assert reads < 60


@virtual
async def test_an_endless_channel_is_given_up_visibly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "FURTHEST", 400)
    telegram = Telegram(too_long=100)
    telegram.post()
    edge = edge_on(telegram, CHANNEL)
    for _ in range(1000):
        telegram.post()
    edge.alive = False  # what was given up is not finished, and the rig would say so
    edge.difference.fill(CHANNEL)
    await edge.settle()
    assert len(edge.done) == 400
    assert "given up" in caplog.text


@virtual
async def test_a_channel_named_in_a_difference_is_asked_for() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    post = telegram.post()
    message = telegram.message()
    hint: Any = raw.types.UpdateChannelTooLong(channel_id=50)

    def tell(query: Any) -> Any:
        telegram._GetDifference = original  # type: ignore[method-assign]  # what it answers is replaced
        answer = original(query)
        answer.other_updates.append(hint)
        return answer

    original = telegram._GetDifference
    telegram._GetDifference = tell  # type: ignore[method-assign]  # what it answers is replaced
    edge.difference.fill(COMMON)
    await edge.settle()
    assert sorted(map(str, edge.causes())) == sorted(map(str, (cause_of(post), cause_of(message))))


@virtual
async def test_a_channels_post_told_in_the_accounts_difference_is_handled_once_and_in_its_place() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    first, second = telegram.post(), telegram.post()
    telegram.message()

    def tell(query: Any) -> Any:
        telegram._GetDifference = original  # type: ignore[method-assign]  # what it answers is replaced
        answer = original(query)
        answer.other_updates.append(second)
        return answer

    original = telegram._GetDifference
    telegram._GetDifference = tell  # type: ignore[method-assign]  # what it answers is replaced
    edge.difference.fill(COMMON)
    await edge.settle()
    posts = [cause for cause in edge.causes() if cause[1] == 50]
    assert posts == [cause_of(first), cause_of(second)]
