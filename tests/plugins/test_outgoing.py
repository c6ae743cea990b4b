"""What of a message goes to others: its kind, its whole album, its words without the command."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from pyrogram.enums import MessageEntityType as Entity
from pyrogram.types import Message, MessageEntity

from plugins.channel_posts import command_in, post_of
from plugins.outgoing import TITLE, album_of, check_source, outgoing_of, rest_of
from services.broadcasts import Outgoing
from services.errors import UserError
from tests.plugins.messages import OWNER, SOURCE, channel, message, service, with_contact, with_file


class Chat:
    """A bot that reads messages of a chat."""

    username = "keeper_bot"

    def __init__(self, *there: Message) -> None:
        self.there = {each.id: each for each in there}

    async def get_messages(self, chat: int, ids: list[int], replies: int) -> list[Message]:
        return [self.there.get(number) or Message(id=number, empty=True) for number in ids]


async def refusal(bot: Any, given: Message) -> str:
    with pytest.raises(UserError) as refused:
        await outgoing_of(bot, given)
    return refused.value.key


async def test_a_text_is_kept_beside_its_message_and_a_file_is_passed_on() -> None:
    bot: Any = Chat()
    assert await outgoing_of(bot, message(text="a < b")) == Outgoing(OWNER, (5,), "a &lt; b", is_text=True)
    assert await outgoing_of(bot, with_file("photo")) == Outgoing(OWNER, (5,), None)


async def test_a_file_is_called_by_its_caption_and_what_takes_none_is_known() -> None:
    long = "Words & " * 50
    parts = [with_file("photo", id=4, media_group_id=7), with_file("photo", id=5, media_group_id=7, caption=long)]
    bot: Any = Chat(*parts)
    assert await outgoing_of(bot, parts[0]) == Outgoing(OWNER, (4, 5), None, title=long[:TITLE])
    for given in (with_contact(), with_file("sticker"), with_file("video_note")):
        assert await outgoing_of(bot, given) == Outgoing(OWNER, (5,), None, wordless=True)
    for kind in ("document", "video", "audio", "voice", "animation", "live_photo"):
        assert await outgoing_of(bot, with_file(kind)) == Outgoing(OWNER, (5,), None)
    kept = Outgoing(OWNER, (5,), None, title="Words", wordless=True)
    assert Outgoing.of(kept.as_document()) == kept
    older = {name: value for name, value in kept.as_document().items() if name not in {"title", "wordless"}}
    assert Outgoing.of(older) == Outgoing(OWNER, (5,), None)


async def test_an_album_goes_whole_whichever_of_its_messages_is_given() -> None:
    parts = [with_file("photo", id=number, media_group_id=7) for number in (4, 5, 6)]
    others = [with_file("photo", id=3, media_group_id=8), with_file("photo", id=7)]
    bot: Any = Chat(*parts, *others)
    for part in parts:
        assert (await outgoing_of(bot, part)).message_ids == (4, 5, 6)
    late: Any = Chat(*parts[:2])
    assert [each.id for each in await album_of(late, parts[2])] == [4, 5, 6]


async def test_what_nobody_may_pass_on_is_refused() -> None:
    bot: Any = Chat()
    assert await refusal(bot, service(OWNER)) == "cast-service"
    assert await refusal(bot, message()) == "cast-kind"
    assert await refusal(bot, with_file("photo", has_protected_content=True)) == "cast-protected"
    once: Any = with_file("photo")
    once.photo = copy(once.photo)
    once.photo.ttl_seconds = 5
    assert await refusal(bot, once) == "cast-kind"
    kept = await outgoing_of(bot, message(text="words", has_protected_content=True))
    assert kept == Outgoing(None, (), "words", is_text=True)


async def test_a_source_that_is_gone_is_seen_before_the_start_and_a_text_needs_none() -> None:
    bot: Any = Chat(with_file("photo", id=4))
    await check_source(bot, Outgoing(OWNER, (4,), None))
    await check_source(bot, Outgoing(OWNER, (9,), "words", is_text=True))
    with pytest.raises(UserError, match="cast-source-gone"):
        await check_source(bot, Outgoing(OWNER, (4, 5), None))


def entity(kind: Entity, offset: int, length: int) -> MessageEntity:
    return MessageEntity(type=kind, offset=offset, length=length)


def test_what_follows_the_command_keeps_its_marks_in_their_places() -> None:
    text = "/chat 🎉 bold & more"  # the emoji has two UTF-16 units
    marks = [entity(Entity.BOT_COMMAND, 0, 5), entity(Entity.BOLD, 9, 4), entity(Entity.ITALIC, 4, 4)]
    assert rest_of(text, marks, 6) == "<i>🎉</i> <b>bold</b> &amp; more"
    assert [each.offset for each in marks] == [0, 9, 4], "the message itself stays as it is"
    assert rest_of("/chat", marks[:1], 5) == ""


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("/chat Hello", 6),
        ("/CHAT\n\nHello", 7),
        ("/chat@Keeper_Bot  Hello", 18),
        ("/chat", 5),
        ("/chat@other_bot Hello", 0),
        ("/chatter", 0),
        ("Hello /chat", 0),
        ("", 0),
    ],
)
def test_the_command_of_a_post_is_measured(words: str, units: int) -> None:
    assert command_in(message(None, chat=channel(SOURCE), text=words), "keeper_bot") == units


async def test_a_post_loses_its_command_and_an_album_the_one_in_its_caption() -> None:
    there = channel(SOURCE)
    text = message(None, chat=there, text="/chat Hello")
    bot: Any = Chat()
    assert await post_of(bot, text) == Outgoing(None, (), "Hello", is_text=True)
    parts = [with_file("photo", None, chat=there, id=1, media_group_id=7)]
    parts.append(with_file("photo", None, chat=there, id=2, media_group_id=7, caption="/chat Two"))
    album: Any = Chat(*parts)
    assert await post_of(album, parts[0]) == Outgoing(SOURCE, (1, 2), "Two")
    bare = with_file("photo", None, chat=there, caption="/chat")
    assert (await post_of(bot, bare)).html == ""


async def test_a_post_of_nothing_but_the_command_or_with_too_long_a_caption_is_refused() -> None:
    bot: Any = Chat()
    with pytest.raises(UserError, match="chat-empty"):
        await post_of(bot, message(None, chat=channel(SOURCE), text="/chat"))
    with pytest.raises(UserError, match="cast-caption-long"):
        await post_of(bot, with_file("photo", None, chat=channel(SOURCE), caption="/chat " + "𝕏" * 513))
