"""Changing, deleting, pinning, and looking back."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.test_world_media import POINT, photo
from tests.sandbox.world_rig import Actor, Rig, f, t

HOUR = 60 * 60


def keyboard(text: str = "ok") -> Any:
    button = t.KeyboardInlineButton(text=text, type=t.InlineButtonTypeCallback(data=b"x"))
    return t.ReplyInlineMarkup(rows=[t.KeyboardInlineButtonRow(buttons=[button])])


async def pair(rig: Rig) -> tuple[Actor, Actor]:
    """A person and a bot; the bot's message 2 is the person's message 2."""
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    await bot.say(ann, "hello", reply_markup=keyboard())
    ann.inbox.clear()
    return ann, bot


def edit(actor: Actor, other: Any, number: int = 2, **fields: Any) -> Any:
    return actor(f.messages.EditMessage(peer=actor.to(other), id=number, **fields))


async def test_an_edit_reaches_the_other_side(rig: Rig) -> None:
    ann, bot = await pair(rig)
    rig.now += 5
    result = await edit(bot, ann, message="goodbye")
    rig.reopen()
    [update] = ann.received(t.UpdateEditMessage)
    assert (update.message.message, update.message.edit_date, update.message.reply_markup) == (
        "goodbye",
        int(rig.now),
        None,
    )
    assert (update.pts, result.updates[0].pts) == (4, 4)
    [kept] = (await ann(f.messages.GetMessages(id=[t.InputMessageID(id=2)]))).messages
    assert kept.message == "goodbye"
    assert rig.lines("edit")[0]["text"] == "goodbye"


@pytest.mark.parametrize(
    "fields, error",
    [
        ({"message": "hello", "reply_markup": keyboard()}, "MESSAGE_NOT_MODIFIED"),
        ({"reply_markup": keyboard()}, "MESSAGE_NOT_MODIFIED"),
        ({"message": "hello"}, None),
        ({"reply_markup": keyboard("other")}, None),
        ({"message": ""}, "MESSAGE_EMPTY"),
        ({"message": "x" * 4097}, "MESSAGE_TOO_LONG"),
        ({"message": "hello", "entities": [t.MessageEntityBold(offset=0, length=5)], "reply_markup": keyboard()}, None),
    ],
)
async def test_an_edit_must_change_something(rig: Rig, fields: dict[str, Any], error: str | None) -> None:
    ann, bot = await pair(rig)
    if error is None:
        await edit(bot, ann, **fields)
        assert len(ann.received(t.UpdateEditMessage)) == 1
    else:
        with pytest.raises(RpcError, match=error):
            await edit(bot, ann, **fields)
        assert rig.lines("edit") == []


async def test_only_the_author_edits_and_people_for_two_days(rig: Rig) -> None:
    ann, bot = await pair(rig)
    with pytest.raises(RpcError, match="403 MESSAGE_AUTHOR_REQUIRED"):
        await edit(bot, ann, 1, message="x")
    with pytest.raises(RpcError, match="MESSAGE_ID_INVALID"):
        await edit(bot, ann, 99, message="x")
    rig.now += 48 * HOUR + 1
    with pytest.raises(RpcError, match="MESSAGE_EDIT_TIME_EXPIRED"):
        await edit(ann, bot, 1, message="x")
    await edit(bot, ann, message="bots may")


async def test_media_are_replaced_with_their_caption(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await bot.send_media(ann, await photo(bot), "caption")
    await edit(bot, ann, 3, media=await photo(bot, 100, 100), message="new")
    message = ann.received(t.UpdateEditMessage)[0].message
    assert (message.message, message.media.photo.sizes[0].w) == ("new", 100)
    with pytest.raises(RpcError, match="MEDIA_CAPTION_TOO_LONG"):
        await edit(bot, ann, 3, message="x" * 1025)
    with pytest.raises(RpcError, match="MEDIA_NEW_INVALID"):
        await edit(bot, ann, 3, media=t.InputMediaGeoPoint(geo_point=POINT))


async def test_a_channel_post_is_edited_by_right(rig: Rig) -> None:
    ann, bot = await pair(rig)
    channel = await rig.channel(ann)
    await ann.say(channel, "post")
    await rig.promote(ann, channel, bot, post_messages=True)
    with pytest.raises(RpcError, match="CHAT_ADMIN_REQUIRED"):
        await edit(bot, channel, message="mine now")
    await rig.promote(ann, channel, bot, edit_messages=True)
    await edit(bot, channel, message="mine now")
    assert ann.received(t.UpdateEditChannelMessage)[0].message.message == "mine now"


async def test_a_bot_deletes_for_both_sides_within_two_days(rig: Rig) -> None:
    ann, bot = await pair(rig)
    rig.now += 48 * HOUR
    await bot.say(ann, "later")
    await bot(f.messages.DeleteMessages(id=[2, 77]))
    [gone] = ann.received(t.UpdateDeleteMessages)
    assert (gone.messages, gone.pts_count) == ([2], 1)
    rig.now += 1
    with pytest.raises(RpcError, match="403 MESSAGE_DELETE_FORBIDDEN"):
        await bot(f.messages.DeleteMessages(id=[3, 1]))
    rig.reopen()
    left = (await ann(f.messages.GetMessages(id=[t.InputMessageID(id=n) for n in (1, 2, 3)]))).messages
    assert [type(m) for m in left] == [t.Message, t.MessageEmpty, t.Message]


async def test_a_bot_deletes_from_many_chats_at_once(rig: Rig) -> None:
    ann, bot, bob = *(await pair(rig)), await rig.person("20002")
    await bob.say(bot, "/start")
    await bot.say(bob, "hello")
    result = await bot(f.messages.DeleteMessages(id=[2, 4]))
    assert result.pts_count == 2
    assert [u.messages for u in ann.received(t.UpdateDeleteMessages)] == [[2]]
    assert [u.messages for u in bob.received(t.UpdateDeleteMessages)] == [[2]]


async def test_a_person_may_delete_on_their_side_only(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await ann(f.messages.DeleteMessages(id=[2]))
    assert bot.received(t.UpdateDeleteMessages) == []
    [kept] = (await bot(f.messages.GetMessages(id=[t.InputMessageID(id=2)]))).messages
    assert kept.message == "hello"
    await edit(bot, ann, message="edited")
    assert ann.received(t.UpdateEditMessage) == []


@pytest.mark.parametrize(
    "rights, error", [({"delete_messages": True}, None), ({"post_messages": True}, "403 MESSAGE_DELETE_FORBIDDEN")]
)
async def test_channel_posts_are_deleted_by_right(rig: Rig, rights: dict[str, bool], error: str | None) -> None:
    ann, bot = await pair(rig)
    channel = await rig.channel(ann)
    await ann.say(channel, "post")
    await rig.promote(ann, channel, bot, **rights)
    rig.now += 100 * HOUR
    delete = f.channels.DeleteMessages(channel=bot.channel(channel), id=[2])
    if error is not None:
        with pytest.raises(RpcError, match=error):
            await bot(delete)
        return
    await bot(delete)
    found = await ann(f.channels.GetMessages(channel=ann.channel(channel), id=[t.InputMessageID(id=2)]))
    assert isinstance(found.messages[0], t.MessageEmpty)


async def test_a_pin_is_shown_and_taken_away(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await bot(f.messages.UpdatePinnedMessage(peer=bot.to(ann), id=2))
    [pinned, said] = ann.inbox
    assert (pinned.updates[0].messages, pinned.updates[0].pinned) == ([2], True)
    service = said.updates[0].message
    assert isinstance(service.action, t.MessageActionPinMessage)
    assert service.reply_to.reply_to_msg_id == 2
    await ann(f.messages.UnpinAllMessages(peer=ann.to(bot)))
    assert bot.received(t.UpdatePinnedMessages)[-1].pinned is None
    assert [line["kind"] for line in rig.lines() if "pin" in line["kind"]] == ["pin", "unpin"]


async def test_history_is_paged_newest_first(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    for number in range(1, 8):
        await ann.say(bob, str(number))

    async def page(**fields: Any) -> list[str]:
        given = {"offset_id": 0, "offset_date": 0, "add_offset": 0, "limit": 3, "max_id": 0, "min_id": 0, "hash": 0}
        result = await bob(f.messages.GetHistory(peer=bob.to(ann), **(given | fields)))
        return [message.message for message in result.messages]

    assert await page() == ["7", "6", "5"]
    assert await page(offset_id=5) == ["4", "3", "2"]
    assert await page(min_id=5, limit=100) == ["7", "6"]
    assert await page(max_id=3, limit=100) == ["2", "1"]
    assert await page(add_offset=5) == ["2", "1"]
    assert await page(offset_id=1, add_offset=-3) == ["3", "2", "1"]
    assert await page(offset_id=6, add_offset=-3) == ["7", "6"]
    assert await page(offset_id=6, add_offset=-1) == ["6", "5", "4"]
    bot = await rig.bot()
    query = f.messages.GetHistory(
        peer=t.InputPeerSelf(), offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    )
    with pytest.raises(RpcError, match="BOT_METHOD_INVALID"):
        await bot(query)


async def test_the_list_of_chats_is_newest_first(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    await ann.say(bot, "/start")
    rig.now += 1
    channel = await rig.channel(ann)
    rig.now += 1
    await bob.say(ann, "hello")
    empty = t.InputPeerEmpty()
    dialogs = await ann(f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=empty, limit=20, hash=0))
    assert [d.peer for d in dialogs.dialogs] == [
        t.PeerUser(user_id=bob.id), t.PeerChannel(channel_id=channel.id), t.PeerUser(user_id=bot.id),
    ]  # fmt: skip
    assert [d.unread_count for d in dialogs.dialogs] == [1, 0, 0], "what one did oneself is read"
    assert len(dialogs.messages) == 3
