"""What arrives is put in order: nothing twice, nothing out of turn, nothing left out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pyrogram import raw, utils

from client.address import COMMON, box_of, lane_of
from client.intake import Update
from tests.client.rig import BOT, CHANNEL, Edge, Telegram, begun_at, cause_of
from tests.client.virtual import elapsed, virtual


def edge_on(telegram: Telegram, *channels: int, **how: Any) -> Edge:
    return Edge(telegram, begun_at(telegram, *channels), **how)


@virtual
async def test_what_comes_in_order_is_handed_out_in_order() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    sent = [telegram.message() for _ in range(5)]
    for update in sent:
        await edge.push(update)
    await edge.settle()
    assert edge.done == sent
    assert not telegram.asked, "no difference is needed"
    assert edge.written[0].pts == telegram.pts
    assert edge.written[0].top_message == telegram.top


@virtual
async def test_what_comes_twice_is_handed_out_once() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    one, two = telegram.message(), telegram.message()
    for update in (one, one, two, one, two):
        await edge.push(update)
    await edge.settle()
    assert edge.done == [one, two]
    assert not telegram.asked


@virtual
async def test_what_overtook_waits_half_a_second_for_what_is_before_it() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    one, two, three = (telegram.message() for _ in range(3))
    await edge.push(three)
    await edge.push(two)
    await asyncio.sleep(0.4)
    assert not edge.done
    await edge.push(one)
    await edge.settle()
    assert edge.done == [one, two, three]
    assert not telegram.asked


@virtual
async def test_a_gap_is_filled_by_a_difference() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    sent = [telegram.message() for _ in range(4)]
    await edge.push(sent[0])
    await edge.push(sent[3])
    began = elapsed()
    await edge.difference.settled()
    await edge.settle()
    assert edge.causes() == [cause_of(update) for update in sent]
    assert telegram.asked == {"GetDifference": 1}
    assert elapsed() - began < 10


@virtual
async def test_qts_is_a_sequence_of_its_own() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    one, two, three = (telegram.member() for _ in range(3))
    await edge.push(one)
    await edge.push(three)
    await edge.push(telegram.message())
    await edge.settle()
    assert edge.causes().count(cause_of(two)) == 1
    assert [cause for cause in edge.causes() if cause[0] == "member"] == [cause_of(u) for u in (one, two, three)]
    assert (edge.written[0].qts, edge.written[0].pts) == (3, 2)


@virtual
async def test_each_channel_is_a_sequence_of_its_own() -> None:
    other = utils.get_channel_id(51)
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL, other)
    posts = [telegram.post() for _ in range(3)]
    elsewhere = telegram.post(other)
    await edge.push(posts[0])
    await edge.push(posts[2])  # a gap here
    await edge.push(elsewhere)  # is none there
    await asyncio.sleep(0.1)
    assert edge.done == [posts[0], elsewhere]
    await edge.settle()
    assert [cause for cause in edge.causes() if cause[1] == 50] == [cause_of(post) for post in posts]
    assert telegram.asked == {"GetChannelDifference": 1}


@virtual
async def test_the_first_update_of_an_unknown_channel_survives_a_crash() -> None:
    telegram = Telegram()
    for _ in range(5):
        telegram.post(out=True)
    edge = edge_on(telegram)
    edge.work = lambda _: 60.0
    post = telegram.post()
    await edge.push(post)
    await asyncio.sleep(1)
    await edge.crash()
    again = Edge(telegram, edge.written)
    again.difference.fill_all()
    await again.settle()
    assert again.causes() == [cause_of(post)]


@virtual
async def test_a_post_during_the_first_look_at_a_channel_is_not_lost() -> None:
    """The bot is let into a channel, and the state that comes back counts a post that was pushed just before."""
    telegram = Telegram(delay=lambda: 0.1)
    edge = edge_on(telegram)
    await edge.push(telegram.member(BOT))
    await asyncio.sleep(0.05)  # getFullChannel is on its way
    post = telegram.post()
    await edge.push(post)
    await edge.settle()
    assert edge.causes().count(cause_of(post)) == 1


@virtual
async def test_updates_without_a_place_are_handed_out_at_once() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    query = raw.types.UpdateBotCallbackQuery(
        query_id=1, user_id=5, peer=raw.types.PeerUser(user_id=5), msg_id=1, chat_instance=1, data=b"x"
    )
    await edge.push(query)
    await edge.inbox.take(raw.types.UpdateShort(update=query, date=1))
    await edge.settle()
    assert edge.done == [query, query]


@pytest.mark.parametrize(
    "hint",
    [
        raw.types.UpdatesTooLong(),
        raw.types.UpdateShortMessage(id=1, user_id=5, message="", pts=2, pts_count=1, date=1),
        raw.types.UpdateShortChatMessage(id=1, from_id=5, chat_id=6, message="", pts=2, pts_count=1, date=1),
    ],
    ids=lambda hint: type(hint).__name__,
)
@virtual
async def test_what_does_not_tell_enough_is_asked_for(hint: Any) -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    update = telegram.message()
    await edge.inbox.take(hint)
    await edge.settle()
    assert edge.causes() == [cause_of(update)]


@virtual
async def test_a_channel_that_is_too_long_to_tell_is_asked_for() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    post = telegram.post()
    await edge.push(raw.types.UpdateChannelTooLong(channel_id=50))
    await edge.settle()
    assert edge.causes() == [cause_of(post)]


@virtual
async def test_a_push_during_a_difference_is_neither_lost_nor_doubled() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    missed = telegram.message()
    late: list[Any] = []

    def while_it_travels() -> None:
        late.extend([telegram.message(), telegram.message()])
        for update in late:
            edge.inbox.arrive(Update(update, {}, {}), 1)
        telegram.before_answer = None

    telegram.before_answer = while_it_travels
    edge.difference.fill(COMMON)
    await edge.settle()
    assert edge.causes() == [cause_of(update) for update in (missed, *late)]
    assert edge.written[0].pts == telegram.pts


# What the bot does itself


@virtual
async def test_own_effects_leave_no_gap_and_reach_no_handler() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    before = telegram.message()
    await edge.push(before)
    own = telegram.message(out=True)
    edge.inbox.own(COMMON, own.pts, 1)
    await edge.push(own)  # told again to other sessions
    after = telegram.message()
    await edge.push(after)
    post = telegram.post(out=True)
    edge.inbox.own(CHANNEL, post.pts, 1)
    await edge.push(telegram.post())
    await edge.settle()
    assert sorted(map(str, edge.causes())) == sorted(map(str, [cause_of(before), cause_of(after), ("new", 50, 2)]))
    assert not telegram.asked, "no difference is needed for what the bot did itself"
    assert edge.written[0].pts == telegram.pts


@virtual
async def test_an_own_effect_does_not_hide_what_came_before_it() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    unseen = telegram.message()
    own = telegram.message(out=True)
    edge.inbox.own(COMMON, own.pts, 1)
    await edge.settle()
    assert edge.causes() == [cause_of(unseen)]


@virtual
async def test_own_messages_in_a_difference_reach_no_handler() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    telegram.message(out=True)
    theirs = telegram.message()
    edge.difference.fill(COMMON)
    await edge.settle()
    assert edge.causes() == [cause_of(theirs)]
    assert edge.written[0].pts == telegram.pts


# States


@virtual
async def test_what_is_not_finished_is_not_written_down() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    slow, quick = telegram.message(5), telegram.message(6)
    edge.work = lambda update: 60.0 if update is slow else 0.0
    await edge.push(slow, quick)
    await asyncio.sleep(5)
    assert edge.done == [quick]
    assert edge.inbox.states()[0].pts == slow.pts - 1
    await asyncio.sleep(60)
    assert edge.inbox.states()[0].pts == quick.pts


@virtual
async def test_the_control_writes_down_what_arrived() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, weakened=True)
    edge.work = lambda _: 60.0
    update = telegram.message()
    await edge.push(update)
    assert edge.inbox.states()[0].pts == update.pts


@virtual
async def test_the_states_are_taken_up_where_they_were_left() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, CHANNEL)
    await edge.push(telegram.message(), telegram.post(), telegram.member())
    await edge.settle()
    again = Edge(telegram, list(edge.written))
    for before, after in zip(edge.inbox.states(), again.inbox.states(), strict=True):
        assert (after.id, after.pts, after.qts, after.top_message) == (
            before.id,
            before.pts,
            before.qts,
            before.top_message,
        )


# More than fits


@virtual
async def test_when_too_much_is_in_hand_the_rest_stays_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.intake.MAX_IN_HAND", 20)
    telegram = Telegram(slice=10)
    edge = edge_on(telegram, work=lambda _: 0.1)
    sent = []
    for number in range(300):
        update = telegram.message(number % 3)
        sent.append(update)
        await edge.push(update)
        if number % 10 == 0:
            await asyncio.sleep(0.05)
        assert edge.inbox.lanes.backlog + sum(map(len, edge.inbox.early.values())) <= 2 * 20 + telegram.slice
    await edge.settle()
    assert sorted(map(str, edge.causes())) == sorted(str(cause_of(update)) for update in sent)
    for chat in range(3):
        mine = [cause_of(update) for update in edge.done if update.message.peer_id.user_id == chat]
        assert mine == [cause_of(update) for update in sent if update.message.peer_id.user_id == chat]
    assert sum(len(early) for early in edge.inbox.early.values()) == 0


@virtual
async def test_what_is_turned_away_during_a_difference_is_fetched_without_another_push(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last update of a burst must not wait for somebody to write again."""
    monkeypatch.setattr("client.intake.MAX_IN_HAND", 5)
    telegram = Telegram()
    edge = edge_on(telegram, work=lambda _: 1.0)
    missed = [telegram.message() for _ in range(3)]
    late: list[Any] = []

    def while_it_travels() -> None:
        telegram.before_answer = None
        for number in range(5):  # fills what may be in hand, by updates that have no place
            query = raw.types.UpdateBotCallbackQuery(
                query_id=number, user_id=9, peer=raw.types.PeerUser(user_id=9), msg_id=1, chat_instance=1
            )
            edge.inbox.arrive(Update(query, {}, {}), 1)
        late.append(telegram.message())
        edge.inbox.arrive(Update(late[0], {}, {}), 1)

    telegram.before_answer = while_it_travels
    edge.difference.fill(COMMON)
    await edge.settle()
    new = [cause for cause in edge.causes() if cause[0] == "new"]
    assert new == [cause_of(update) for update in (*missed, *late)]


@virtual
async def test_presses_beyond_what_may_be_in_hand_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.intake.MAX_IN_HAND", 20)
    telegram = Telegram()
    edge = edge_on(telegram, work=lambda _: 1.0)
    for number in range(200):
        query = raw.types.UpdateBotCallbackQuery(
            query_id=number, user_id=9, peer=raw.types.PeerUser(user_id=9), msg_id=1, chat_instance=1
        )
        await edge.push(query)
    assert edge.inbox.lanes.backlog <= 20


@virtual
async def test_what_nobody_can_want_takes_no_worker() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    await edge.push(raw.types.UpdateConfig())
    await edge.settle()
    assert not edge.begun


# Sequences and lines


def test_updates_know_their_sequence_and_their_line() -> None:
    post: Any = Telegram().post()
    assert box_of(post) == CHANNEL
    assert box_of(raw.types.UpdateDeleteChannelMessages(channel_id=50, messages=[1], pts=2, pts_count=1)) == CHANNEL
    message: Any = Telegram().message(5)
    assert box_of(message) == COMMON
    query = raw.types.UpdateBotCallbackQuery(
        query_id=1, user_id=6, peer=raw.types.PeerUser(user_id=5), msg_id=1, chat_instance=1
    )
    assert lane_of(message) == lane_of(query), "one chat, one line"
    assert lane_of(message) != lane_of(post)
    in_channel = raw.types.UpdateBotCallbackQuery(
        query_id=1, user_id=6, peer=raw.types.PeerChannel(channel_id=50), msg_id=1, chat_instance=1
    )
    assert lane_of(in_channel) == lane_of(post)
    inline: Any = raw.types.UpdateBotInlineQuery(query_id=1, user_id=5, query="", offset="")
    assert lane_of(inline) == lane_of(message)
    assert box_of(raw.types.UpdateNewMessage(message=raw.types.MessageEmpty(id=1), pts=1, pts_count=1)) == COMMON


@virtual
async def test_a_push_that_a_difference_brings_as_well_is_handled_once() -> None:
    telegram = Telegram(delay=lambda: 1.0)
    edge = edge_on(telegram, CHANNEL)
    edge.difference.fill_all()
    await asyncio.sleep(0.5)  # asked, and not answered yet
    updates = [telegram.message(), telegram.post(), telegram.member()]
    await edge.push(*updates)
    await edge.settle()
    assert sorted(map(str, edge.causes())) == sorted(str(cause_of(update)) for update in updates)


@virtual
async def test_an_update_of_an_impossible_channel_costs_nothing_but_itself(caplog: pytest.LogCaptureFixture) -> None:
    telegram = Telegram()
    edge = Edge(telegram, begun_at(telegram))
    for number in (2**63 - 1, -(2**63)):
        gone = raw.types.UpdateDeleteChannelMessages(channel_id=number, messages=[1], pts=5, pts_count=1)
        await edge.push(gone, raw.types.UpdateChannelTooLong(channel_id=number))
    await edge.push(telegram.message())
    await edge.settle()
    assert edge.causes() == [("new", 0, 1)]
    assert not edge.inbox.channels
    assert caplog.text.count("impossible channel is passed over") == 4


@virtual
async def test_what_the_server_itself_has_not_heard_of_is_not_asked_for_for_ever() -> None:
    telegram = Telegram()
    edge = Edge(telegram, begun_at(telegram))
    far = telegram.message()
    telegram.common.clear()
    far.pts += 1_000_000
    await edge.push(far)
    await asyncio.sleep(30)
    assert edge.inbox.early
    await asyncio.sleep(60)
    assert not edge.inbox.early
    asked = telegram.asked["GetDifference"]
    await edge.push(telegram.message())
    await asyncio.sleep(600)
    assert len(edge.done) == 1
    assert telegram.asked["GetDifference"] == asked
