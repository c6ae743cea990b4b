"""A difference that the server refuses, a channel that closes, and questions that meet: asked again, lost never."""

from __future__ import annotations

import asyncio

import pytest
from pyrogram import raw
from pyrogram.errors import (
    ChannelInvalid,
    ChannelPrivate,
    PersistentTimestampEmpty,
    PersistentTimestampInvalid,
    PersistentTimestampOutdated,
    Unauthorized,
)

from client.address import COMMON
from client.intake import Update
from services.errors import TryLater
from tests.client.rig import CHANNEL, Telegram, cause_of, edge_on
from tests.client.virtual import elapsed, virtual


@pytest.mark.parametrize("box", [COMMON, CHANNEL])
@pytest.mark.parametrize(
    "fault",
    [
        PersistentTimestampOutdated(),
        TryLater(30, "a flood wait"),
        TryLater(1, "the lease is not ours"),
        Unauthorized(),
        ConnectionError("gone"),
        RuntimeError("a bug"),
    ],
    ids=lambda fault: type(fault).__name__ if isinstance(fault, Exception) else str(fault),
)
@virtual
async def test_a_difference_that_fails_is_asked_for_again(box: int, fault: Exception) -> None:
    telegram = Telegram(faults=[fault, fault])
    edge = edge_on(telegram, CHANNEL)
    update = telegram.message() if box == COMMON else telegram.post()
    began = elapsed()
    edge.difference.fill(box)
    await edge.settle()
    assert edge.causes() == [cause_of(update)]
    assert elapsed() - began > 2, "not at once"
    assert telegram.asked.total() == 3


@pytest.mark.parametrize("fault", [PersistentTimestampInvalid(), PersistentTimestampEmpty()], ids=lambda f: f.ID)
@pytest.mark.parametrize(
    "again", [None, TryLater(5, "a flood wait"), ConnectionError()], ids=lambda f: type(f).__name__
)
@virtual
async def test_a_state_that_is_not_accepted_is_replaced_and_loses_nothing(
    fault: Exception, again: Exception | None
) -> None:
    telegram = Telegram(faults=[fault, *([again, fault] if again else [])])
    telegram.message()
    telegram.post()
    edge = edge_on(telegram, CHANNEL)
    missed = [telegram.message(), telegram.message()]
    telegram.member()
    telegram.secret[-1].own = True  # what is no message cannot be read by id
    edge.difference.fill(COMMON)
    await edge.settle()
    assert edge.written[0].qts == telegram.qts
    telegram.faults = [fault, *([again, fault] if again else [])]
    missed.append(telegram.post())
    edge.difference.fill(CHANNEL)
    await edge.settle()
    assert edge.causes() == [cause_of(update) for update in missed]
    states = {state.id: state for state in edge.written}
    assert (states[COMMON].pts, states[CHANNEL].pts) == (telegram.pts, telegram.channel_pts())


@virtual
async def test_replacing_a_state_writes_nothing_beyond_what_is_unfinished() -> None:
    telegram = Telegram()
    telegram.message()
    edge = edge_on(telegram)
    slow = telegram.message()
    edge.work = lambda _: 60.0
    await edge.push(slow)
    telegram.message(6)
    telegram.faults = [PersistentTimestampInvalid()]
    edge.difference.fill(COMMON)
    await asyncio.sleep(30)
    assert edge.inbox.states()[0].pts == slow.pts - 1
    await asyncio.sleep(60)
    assert edge.inbox.states()[0].pts == telegram.pts


@pytest.mark.parametrize("fault", [ChannelPrivate(), ChannelInvalid()], ids=lambda f: f.ID)
@virtual
async def test_a_closed_channel_is_no_longer_followed(fault: Exception) -> None:
    telegram = Telegram(faults=[fault])
    edge = edge_on(telegram, CHANNEL)
    telegram.post()
    early = [telegram.post(), telegram.post(), telegram.post()]
    await edge.push(early[2])
    await edge.push(early[0])
    await edge.settle()
    assert edge.causes() == [cause_of(early[0]), cause_of(early[2])], "what was told is handled, in order"
    assert CHANNEL not in edge.inbox.channels
    asked = telegram.asked.total()
    await asyncio.sleep(100)
    edge.difference.fill_all()
    await edge.settle()
    assert telegram.asked.total() == asked + 1, "only the account's own sequence is asked for"


@virtual
async def test_a_channel_that_lets_the_bot_in_again_is_followed_again() -> None:
    telegram = Telegram(faults=[ChannelPrivate()])
    edge = edge_on(telegram, CHANNEL)
    edge.difference.fill(CHANNEL)
    await edge.settle()
    await edge.push(telegram.member(telegram.bot_id))
    await edge.settle()
    posts = [telegram.post() for _ in range(3)]
    await edge.push(posts[0])
    await edge.push(posts[2])
    await edge.settle()
    assert [cause for cause in edge.causes() if cause[0] == "new"] == [cause_of(post) for post in posts]


# One at a time


@virtual
async def test_one_sequence_is_asked_for_by_one_call_at_a_time() -> None:
    telegram = Telegram(delay=lambda: 1.0)
    edge = edge_on(telegram)
    for _ in range(10):
        edge.difference.fill(COMMON)
        await asyncio.sleep(0.1)
    await edge.settle()
    assert telegram.asked == {"GetDifference": 2}, "once, and once more for what was asked meanwhile"


@pytest.mark.parametrize("turns", range(8))
@virtual
async def test_what_is_asked_for_as_one_ends_is_not_forgotten(turns: int) -> None:
    telegram = Telegram(delay=lambda: 1.0)
    edge = edge_on(telegram)
    edge.difference.fill(COMMON)
    await asyncio.sleep(2)  # the answer arrives now
    for _ in range(turns):
        await asyncio.sleep(0)
    update = telegram.message()
    await edge.inbox.take(raw.types.UpdatesTooLong())
    await edge.settle()
    assert edge.causes() == [cause_of(update)]


@virtual
async def test_a_wait_that_is_lifted_holds_nothing_up() -> None:
    """What was taken for the whole bot's wait opens again: nobody tells the difference, which looks by itself."""
    telegram = Telegram(faults=[TryLater(3600, "the whole bot must wait")])
    edge = edge_on(telegram)
    telegram.message()
    began = elapsed()
    edge.difference.fill(COMMON)
    await edge.settle()
    assert len(edge.done) == 1
    assert elapsed() - began < 30


@virtual
async def test_a_difference_that_only_waits_is_not_busy() -> None:
    telegram = Telegram(faults=[TryLater(5, "a flood wait") for _ in range(100)])
    edge = edge_on(telegram)
    telegram.message()
    edge.difference.fill(COMMON)
    assert edge.difference.busy
    for _ in range(90):
        await asyncio.sleep(5)
        assert not edge.difference.busy, "albums would wait for it"
    await edge.settle()
    assert len(edge.done) == 1


@virtual
async def test_closing_stops_asking() -> None:
    telegram = Telegram(faults=[TryLater(5, "again") for _ in range(10)])
    edge = edge_on(telegram, CHANNEL)
    telegram.message()
    edge.difference.fill_all()
    await asyncio.sleep(7)
    assert edge.difference._tasks
    await edge.difference.close()
    assert not edge.difference.busy
    asked = telegram.asked.total()
    edge.difference.fill_all()
    edge.inbox.arrive(Update(telegram.message(), {}, {}), 1)
    await asyncio.sleep(100)
    assert telegram.asked.total() == asked
