"""Forwarding: what goes along, what does not, and that nothing goes twice."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.test_world_media import album, pair
from tests.sandbox.world_rig import Actor, Rig, f, t


async def forward(actor: Actor, source: Any, other: Any, ids: list[int], first: int = 900, **fields: Any) -> Any:
    numbers = [first + n for n in range(len(ids))]
    return await actor(
        f.messages.ForwardMessages(
            from_peer=actor.to(source), to_peer=actor.to(other), id=ids, random_id=numbers, **fields
        )
    )


async def stored(rig: Rig) -> tuple[Actor, Actor, Any]:
    """A storage channel with a bot in it and, from post 2 on: a text, an album of two, an album of two, a document."""
    ann, bot = await pair(rig)
    channel = await rig.channel(ann, "Storage")
    await rig.promote(ann, channel, bot)
    await ann.say(channel, "text")
    await album(ann, channel, 2, first=100)
    await album(ann, channel, 2, first=200)
    await ann.send_media(channel, await ann.document(b"x", "x.bin"), "caption")
    return ann, bot, channel


async def test_a_forward_without_author_keeps_albums_and_captions(rig: Rig) -> None:
    ann, bot, channel = await stored(rig)
    ann.inbox.clear()
    await forward(bot, channel, ann, [2, 3, 4, 5, 6, 7], drop_author=True)
    messages = [update.message for update in ann.received()]
    assert [m.message for m in messages] == ["text", "part 0", "part 1", "part 0", "part 1", "caption"]
    assert all(m.fwd_from is None for m in messages)
    groups = [m.grouped_id for m in messages]
    assert groups[0] is groups[5] is None
    assert groups[1] == groups[2] != groups[3] == groups[4]
    assert {line["grouped_id"] for line in rig.lines("message") if line.get("grouped_id")} > set(groups[1:5])
    await forward(bot, channel, ann, [7], first=990, drop_author=True, drop_media_captions=True, noforwards=True)
    assert (ann.received()[-1].message.message, ann.received()[-1].message.noforwards) == ("", True)


async def test_a_forward_says_where_it_comes_from(rig: Rig) -> None:
    ann, bot, channel = await stored(rig)
    ann.inbox.clear()
    await forward(bot, channel, ann, [2])
    header = ann.received()[0].message.fwd_from
    assert (header.from_id.channel_id, header.channel_post) == (channel.id, 2)
    assert [chat.id for chat in ann.inbox[0].chats] == [channel.id]
    bob = await rig.person("20002", "Bob")
    await forward(ann, bot, bob, [2], first=950)
    again = bob.received()[0].message.fwd_from
    assert (again.from_id.channel_id, again.channel_post) == (channel.id, 2)
    assert rig.lines("message")[-1]["forwarded_from"] == -1_000_000_000_000 - channel.id


async def test_a_forward_repeated_sends_only_what_is_missing(rig: Rig) -> None:
    ann, bot, channel = await stored(rig)
    ann.inbox.clear()
    await forward(bot, channel, ann, [2, 3])
    rig.reopen()
    result = await forward(bot, channel, ann, [2, 3, 4])
    ids = [u.id for u in result.updates if isinstance(u, t.UpdateMessageID)]
    assert len(ann.received()) == len(ids) == 3
    again = await forward(bot, channel, ann, [2, 3, 4])
    assert [u.id for u in again.updates if isinstance(u, t.UpdateMessageID)] == ids
    assert len(ann.received()) == 3


async def test_missing_messages_are_left_out_unless_all_are(rig: Rig) -> None:
    ann, bot, channel = await stored(rig)
    ann.inbox.clear()
    result = await forward(bot, channel, ann, [99, 2, 1])
    assert [(u.id, u.random_id) for u in result.updates if isinstance(u, t.UpdateMessageID)] == [(2, 901)]
    with pytest.raises(RpcError, match="MESSAGE_ID_INVALID"):
        await forward(bot, channel, ann, [98, 99], first=950)


@pytest.mark.parametrize(
    "ids, numbers, error",
    [
        ([], [], "MESSAGE_IDS_EMPTY"),
        ([2, 3], [5], "RANDOM_ID_INVALID"),
        ([2, 3], [5, 5], "RANDOM_ID_INVALID"),
        ([2], [0], "RANDOM_ID_INVALID"),
        ([2] * 101, list(range(1, 102)), "LIMIT_INVALID"),
    ],
)
async def test_a_forward_names_its_messages_well(rig: Rig, ids: list[int], numbers: list[int], error: str) -> None:
    ann, bot, channel = await stored(rig)
    query = f.messages.ForwardMessages(from_peer=bot.to(channel), to_peer=bot.to(ann), id=ids, random_id=numbers)
    with pytest.raises(RpcError, match=error):
        await bot(query)


async def test_nothing_is_forwarded_from_where_it_is_protected(rig: Rig) -> None:
    ann, bot, channel = await stored(rig)
    await ann(f.messages.ToggleNoForwards(peer=ann.to(channel), enabled=True))
    with pytest.raises(RpcError, match="CHAT_FORWARDS_RESTRICTED"):
        await forward(bot, channel, ann, [2], drop_author=True)
    await ann(f.messages.ToggleNoForwards(peer=ann.to(channel), enabled=False))
    await forward(bot, channel, ann, [2], drop_author=True, noforwards=True)
    bob = await rig.person("20002")
    with pytest.raises(RpcError, match="CHAT_FORWARDS_RESTRICTED"):
        await forward(ann, bot, bob, [ann.received()[-1].message.id], first=990)


async def test_a_keyboard_goes_along_only_as_links_with_an_author(rig: Rig) -> None:
    ann, bot = await pair(rig)
    bob = await rig.person("20002")

    def keyboard(kind: Any) -> Any:
        row = t.KeyboardInlineButtonRow(buttons=[t.KeyboardInlineButton(text="x", type=kind)])
        return t.ReplyInlineMarkup(rows=[row])

    links = keyboard(t.InlineButtonTypeUrl(url="https://t.me"))
    await bot.say(ann, "links", reply_markup=links)
    await bot.say(ann, "data", reply_markup=keyboard(t.InlineButtonTypeCallback(data=b"x")))
    await forward(ann, bot, bob, [2, 3])
    await forward(ann, bot, bob, [2], first=950, drop_author=True)
    assert [update.message.reply_markup for update in bob.received()] == [links, None, None]
