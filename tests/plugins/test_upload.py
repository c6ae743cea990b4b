"""The guided upload from the command to its link: back, skip, albums, what is no answer, and what comes again."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import ContinuePropagation
from pyrogram.types import Document, Message

from database.bots import BotDatabase
from plugins.talk import was_taken
from plugins.upload import press, take, upload
from services.errors import UserError
from tests.database.mongo import StillClock
from tests.plugins.messages import OWNER, message, query, with_contact, with_file
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services


@pytest.fixture
def bot(room: BotDatabase) -> Any:
    return Speaker(make_services(room, StillClock(), Channel()))


def a_file(number: int, *, album: int | None = None) -> Message:
    made = with_file("document", id=number, media_group_id=str(album) if album else None)
    made.document = Document(file_id="r", file_unique_id=f"u{number}", file_name="a.pdf", file_size=10)
    return made


async def begun(bot: Any) -> None:
    await upload(bot, message(text="/upload", id=10))


async def step(room: BotDatabase) -> str | None:
    found = await room.conversations.open_of(OWNER, OWNER)
    return found.step if found else None


async def pressed(bot: Any, room: BotDatabase, choice: str) -> None:
    found = await room.conversations.open_of(OWNER, OWNER)
    assert found
    await press(bot, query(f"talk:{found.code}:{found.turn}:{choice}"))


async def test_file_title_tags_link(bot: Any, room: BotDatabase) -> None:
    await begun(bot)
    await take(bot, a_file(11))
    await take(bot, message(text="My  \u202etitle\n<b>", id=12))
    await take(bot, message(text="a, b c", id=13))
    assert bot.said == ["upload-file", "upload-title", "upload-tags", "upload-done"]
    [link] = await room.links.page(None, 9)
    assert (link.title, link.tags, link.listed) == ("My title <b>", ("a", "b c"), True)
    for late in (a_file(11), message(text="My title", id=12), message(text="a", id=13)):
        assert await was_taken(bot, late)


async def test_back_asks_again_and_the_new_answer_counts(bot: Any, room: BotDatabase) -> None:
    await begun(bot)
    await take(bot, a_file(11))
    await pressed(bot, room, "back")
    assert await step(room) == "file"
    await take(bot, a_file(12))
    await take(bot, message(text="one", id=13))
    await take(bot, message(text="/back", id=14))
    assert await step(room) == "title"
    await pressed(bot, room, "skip")
    await take(bot, message(text="/skip", id=15))
    [link] = await room.links.page(None, 9)
    assert (link.title, link.tags, link.items[0].unique_id) == (None, (), "u12")


async def test_the_parts_of_an_album_are_one_upload(bot: Any, room: BotDatabase) -> None:
    await begun(bot)
    for number in (11, 12, 13):
        await take(bot, a_file(number, album=7))
    await take(bot, message(text="Album", id=14))
    await take(bot, message(text="/skip", id=15))
    [link] = await room.links.page(None, 9)
    assert [item.unique_id for item in link.items] == ["u11", "u12", "u13"]
    assert bot.said.count("upload-title") == 1


@pytest.mark.parametrize("other", [a_file(12), a_file(12, album=9)])
async def test_another_file_in_between_has_a_link_of_its_own(bot: Any, room: BotDatabase, other: Message) -> None:
    await begun(bot)
    await take(bot, a_file(11, album=7))
    with pytest.raises(ContinuePropagation):
        await take(bot, other)
    assert await step(room) == "title"


async def test_what_is_no_answer_is_refused_and_the_question_stays(bot: Any, room: BotDatabase) -> None:
    await begun(bot)
    for wrong, key in ((message(text="hello", id=11), "upload-no-file"), (with_contact(), "not-a-file")):
        wrong.id = 11
        with pytest.raises(UserError, match=key):
            await take(bot, wrong)
    await take(bot, a_file(12))
    contact = with_contact()
    contact.id = 13
    for refused, key in (
        (contact, "upload-no-words"),
        (message(text="\u202e\u2066", id=14), "upload-title-empty"),
        (message(text="😀" * 101, id=15), "upload-title-long"),
    ):
        with pytest.raises(UserError, match=key):
            await take(bot, refused)
    assert await step(room) == "title"


async def test_a_refused_kind_is_refused_at_once(room: BotDatabase) -> None:
    bot: Any = Speaker(make_services(room, StillClock(), Channel(), allowed_kinds=("photo",)))
    await begun(bot)
    with pytest.raises(UserError, match="kind-refused"):
        await take(bot, a_file(11))
    assert await step(room) == "file"


async def test_nothing_is_asked_where_nothing_can_be_kept(room: BotDatabase) -> None:
    bot: Any = Speaker(make_services(room, StillClock(), Channel(), storage_chat=None))
    with pytest.raises(UserError, match="storage-missing"):
        await begun(bot)
    assert await step(room) is None


async def test_a_crash_before_the_last_word_stores_once_and_says_it_once(bot: Any, room: BotDatabase) -> None:
    await begun(bot)
    await take(bot, a_file(11))
    await take(bot, message(text="T", id=12))
    end, bot.services.conversations.end = bot.services.conversations.end, None
    with pytest.raises(TypeError):
        await take(bot, message(text="a", id=13))
    bot.services.conversations.end = end
    await take(bot, message(text="a", id=13))
    assert bot.said.count("upload-done") == 1
    assert len(await room.links.page(None, 9)) == 1
    assert await step(room) is None
