"""That nobody misses anything: pts without gaps, and differences that tell what was pushed."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.world_rig import Actor, Rig, f, t


async def chatter(rig: Rig, ann: Actor, bot: Actor) -> None:
    """Ten events in the bot's box and some in Ann's: new, edited, deleted, pinned."""
    await ann.say(bot, "/start")
    for number in range(4):
        await bot.say(ann, f"answer {number}")
    await bot(f.messages.EditMessage(peer=bot.to(ann), id=2, message="answer zero"))
    await bot(f.messages.DeleteMessages(id=[3, 4], revoke=True))
    await ann(f.messages.UpdatePinnedMessage(peer=ann.to(bot), id=2, silent=True))
    await ann.say(bot, "thanks")


def steps(actor: Actor) -> list[tuple[int, int]]:
    return [(u.pts, u.pts_count) for e in actor.inbox for u in e.updates if getattr(u, "pts", None) is not None]


async def test_the_pts_of_a_box_has_no_gaps(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    own = await rig.person("20001")
    await chatter(rig, ann, bot)
    pts = 1
    for reached, count in steps(own):
        assert reached == pts + count
        pts = reached
    assert pts == (await ann.state()).pts == 11


async def test_results_carry_the_pts_of_their_own_effects(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    before = (await bot.state()).pts
    sent = await bot.say(ann, "one")
    edited = await bot(f.messages.EditMessage(peer=bot.to(ann), id=sent.id, message="two"))
    deleted = await bot(f.messages.DeleteMessages(id=[sent.id], revoke=True))
    seen = [(sent.pts, 1), (edited.updates[0].pts, 1), (deleted.pts, deleted.pts_count)]
    assert seen == [(before + 1, 1), (before + 2, 1), (before + 3, 1)]
    assert (await bot.state()).pts == before + 3


async def test_a_difference_tells_what_was_pushed(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    start = await ann.state()
    watching = await rig.person("20001")
    await chatter(rig, ann, bot)
    rig.reopen()
    difference = await ann.difference(start)
    assert isinstance(difference, t.updates.Difference)
    pushed = {u.message.id for u in watching.received()}
    deleted = {number for u in watching.received(t.UpdateDeleteMessages) for number in u.messages}
    assert [m.id for m in difference.new_messages] == sorted(pushed - deleted)
    assert difference.new_messages[1].message == "answer zero"
    kinds = [type(update) for update in difference.other_updates]
    assert kinds == [t.UpdateEditMessage, t.UpdateDeleteMessages, t.UpdatePinnedMessages]
    assert difference.state.pts == (await ann.state()).pts
    assert {user.id for user in difference.users} == {ann.id, bot.id}
    assert isinstance(await ann.difference(difference.state), t.updates.DifferenceEmpty)


async def test_slices_together_are_the_whole(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    start = await bot.state()
    await chatter(rig, ann, bot)
    whole = await bot.difference(start)
    state, messages, others, slices = start, [], [], 0
    while True:
        part = await bot.difference(state, pts_limit=3)
        messages += [m.id for m in part.new_messages]
        others += [(type(u), u.pts) for u in part.other_updates]
        slices += 1
        if isinstance(part, t.updates.Difference):
            break
        assert isinstance(part, t.updates.DifferenceSlice)
        state = part.intermediate_state
    assert slices == 3
    assert messages == [m.id for m in whole.new_messages]
    assert others == [(type(u), u.pts) for u in whole.other_updates]


async def test_too_far_behind_is_too_long(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    start = await bot.state()
    await chatter(rig, ann, bot)
    long = await bot.difference(start, pts_total_limit=5)
    assert isinstance(long, t.updates.DifferenceTooLong)
    assert long.pts == (await bot.state()).pts
    assert isinstance(await bot.difference(start, pts_total_limit=100), t.updates.Difference)
    rig.api.world.limits.difference_too_long = 5
    assert isinstance(await bot.difference(start), t.updates.DifferenceTooLong)


@pytest.mark.parametrize(
    "pts, date, error",
    [(0, 1, "PERSISTENT_TIMESTAMP_EMPTY"), (99, 1, "PERSISTENT_TIMESTAMP_INVALID"), (1, 0, "DATE_EMPTY")],
)
async def test_a_difference_from_nowhere_is_refused(rig: Rig, pts: int, date: int, error: str) -> None:
    ann = await rig.person("20001")
    with pytest.raises(RpcError, match=error):
        await ann(f.updates.GetDifference(pts=pts, date=date, qts=1))


async def test_the_second_log_comes_with_the_difference(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    start = await bot.state()
    await ann(f.contacts.Block(id=ann.to(bot)))
    await ann(f.contacts.Unblock(id=ann.to(bot)))
    rig.reopen()
    difference = await bot.difference(start)
    assert [(u.stopped, u.qts) for u in difference.other_updates] == [(True, 2), (False, 3)]
    assert (difference.state.qts, {user.id for user in difference.users}) == (3, {ann.id})
    assert isinstance(await bot.difference(difference.state), t.updates.DifferenceEmpty)
    start.qts = 0
    assert isinstance(await bot.difference(start), t.updates.DifferenceEmpty)


async def test_the_second_log_comes_in_slices_too(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    state = await bot.state()
    for _ in range(2):
        await ann(f.contacts.Block(id=ann.to(bot)))
        await ann(f.contacts.Unblock(id=ann.to(bot)))
    first = await bot.difference(state, qts_limit=3)
    assert isinstance(first, t.updates.DifferenceSlice)
    second = await bot.difference(first.intermediate_state, qts_limit=3)
    assert isinstance(second, t.updates.Difference)
    assert [u.qts for u in first.other_updates + second.other_updates] == [2, 3, 4, 5]


async def channel_with_bot(rig: Rig) -> tuple[Actor, Actor, Any]:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    return ann, bot, channel


async def channel_difference(actor: Actor, channel: Any, pts: int, limit: int = 100) -> Any:
    empty = t.ChannelMessagesFilterEmpty()
    given = actor.channel(channel)
    return await actor(f.updates.GetChannelDifference(channel=given, filter=empty, pts=pts, limit=limit))


async def test_a_channel_has_a_log_of_its_own(rig: Rig) -> None:
    ann, bot, channel = await channel_with_bot(rig)
    full = await bot(f.channels.GetFullChannel(channel=bot.channel(channel)))
    start, box = full.full_chat.pts, (await bot.state()).pts
    posted = await ann.say(channel, "one")
    await ann.say(channel, "two")
    await ann(f.messages.EditMessage(peer=ann.to(channel), id=posted.updates[0].id, message="ONE"))
    await ann(f.channels.DeleteMessages(channel=ann.channel(channel), id=[posted.updates[0].id + 1]))
    assert (await bot.state()).pts == box
    pushed = bot.received(t.UpdateNewChannelMessage)
    assert [u.pts for u in pushed] == [start + 1, start + 2]
    assert posted.updates[1].pts == start + 1
    rig.reopen()
    difference = await channel_difference(bot, channel, start)
    assert [m.message for m in difference.new_messages] == ["ONE"]
    assert [type(u) for u in difference.other_updates] == [t.UpdateEditChannelMessage, t.UpdateDeleteChannelMessages]
    assert (difference.pts, difference.final) == (start + 4, True)
    assert isinstance(await channel_difference(bot, channel, difference.pts), t.updates.ChannelDifferenceEmpty)


async def test_a_channel_difference_comes_in_pieces(rig: Rig) -> None:
    ann, bot, channel = await channel_with_bot(rig)
    for number in range(5):
        await ann.say(channel, str(number))
    first = await channel_difference(bot, channel, 2, limit=3)
    second = await channel_difference(bot, channel, first.pts, limit=3)
    assert [m.message for m in first.new_messages + second.new_messages] == list("01234")
    assert (first.final, second.final) == (None, True)
    rig.api.world.limits.channel_difference_too_long = 3
    long = await channel_difference(bot, channel, 2)
    assert isinstance(long, t.updates.ChannelDifferenceTooLong)
    assert (long.dialog.pts, long.messages[0].message) == (second.pts, "4")


async def test_a_difference_names_the_channels_that_moved(rig: Rig) -> None:
    ann, bot, channel = await channel_with_bot(rig)
    rig.now += 10
    start = await bot.state()
    rig.now += 10
    await ann.say(channel, "while you were away")
    difference = await bot.difference(start)
    [moved] = difference.other_updates
    assert isinstance(moved, t.UpdateChannelTooLong)
    assert (moved.channel_id, [chat.id for chat in difference.chats]) == (channel.id, [channel.id])
    assert isinstance(await bot.difference(difference.state), t.updates.DifferenceEmpty)
    await ann.say(channel, "in the same second")
    assert isinstance(await bot.difference(difference.state), t.updates.Difference)


async def test_strangers_get_no_channel_difference(rig: Rig) -> None:
    _, _, channel = await channel_with_bot(rig)
    eve = await rig.person("20009")
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        await channel_difference(eve, channel, 1)


async def test_reading_moves_both_sides(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    for text in "abc":
        await ann.say(bob, text)
    phone = await rig.person("20002")
    result = await bob(f.messages.ReadHistory(peer=bob.to(ann), max_id=2))
    assert (result.pts, result.pts_count) == (5, 1)
    [inbox] = phone.received(t.UpdateReadHistoryInbox)
    assert (inbox.max_id, inbox.still_unread_count, inbox.pts) == (2, 1, 5)
    [outbox] = ann.received(t.UpdateReadHistoryOutbox)
    assert (outbox.max_id, outbox.pts) == (2, 5)
    again = await bob(f.messages.ReadHistory(peer=bob.to(ann), max_id=2))
    assert again.pts_count == 0
