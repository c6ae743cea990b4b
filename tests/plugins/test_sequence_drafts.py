"""A YAML file from its message to the database: what is shown is what is saved, and only its sender's file is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from pyrogram.types import Message

from database.connection import Database
from locales.texts import Texts
from plugins.sequence_drafts import press_save, press_store, read, take_file
from services.errors import UserError
from tests.database.mongo import StillClock, bot_of
from tests.plugins.messages import ADMIN, OTHER_CHANNEL, OWNER, query, with_document
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services

SMALL = b"name: small\nsteps: [{key: a, after: 0, text: A}]\n"
POSTS = b"name: posts\nsteps:\n- {key: a, after: 0, source_message: 3}\n- {key: b, after: 0, source_message: [4, 9]}\n"


@dataclass
class Post:
    """A post of a channel."""

    id: int
    empty: bool


@dataclass
class Chat:
    """What there is to read: a message with its file, and the posts of the source channel."""

    message: Message = field(default_factory=lambda: with_document("a.yaml", OWNER))
    content: bytes = SMALL
    posts: frozenset[int] = frozenset()


class House(Speaker):
    """A bot with one message in its owner's chat."""

    def __init__(self, database: Database, chat: Chat, **settings: Any) -> None:
        super().__init__(make_services(bot_of(database, 777), StillClock(), Channel(), **settings))
        self.chat = chat
        self.texts = Texts.load()

    async def paper(self, message: Message, most: int) -> bytes:
        if len(self.chat.content) > most:
            raise UserError("paper-too-large", most=most)
        return self.chat.content

    async def get_messages(self, chat: int, ids: Any, **_: Any) -> Any:
        if isinstance(ids, list):
            assert chat == OTHER_CHANNEL
            return [Post(each, empty=each not in self.chat.posts) for each in ids]
        return self.chat.message

    async def language_of(self, _: Any) -> str:
        return "en"

    async def names(self) -> list[str]:
        """The sequences that there are."""
        return [each.name for each in await self.services.sequences.all()]


def save(house: Any, chat: Chat, digest: str, by: int = OWNER) -> Any:
    return press_save(house, query(f"sequence-save:{chat.message.id}:{digest}", by))


async def test_what_was_shown_is_saved_and_what_came_in_its_place_is_not(database: Database) -> None:
    chat = Chat()
    house: Any = House(database, chat)
    draft = await read(house, chat.message)
    assert draft.data == f"sequence-save:{chat.message.id}:{draft.digest}"
    chat.content = SMALL.replace(b"text: A", b"text: B")
    with pytest.raises(UserError, match="sequence-draft-changed"):
        await save(house, chat, draft.digest)
    assert await house.names() == []
    chat.content = SMALL
    await save(house, chat, draft.digest)
    assert await house.names() == ["small"]
    assert house.said == ["edit sequence"]


async def test_only_its_senders_file_is_saved_and_no_number_of_anybodys_program_does_harm(database: Database) -> None:
    chat = Chat()
    house: Any = House(database, chat)
    digest = (await read(house, chat.message)).digest
    with pytest.raises(UserError, match="paper-none"):
        await save(house, chat, digest, by=ADMIN)
    chat.message = Message(id=5, empty=True)
    for handler, verb in ((press_save, "sequence-save"), (press_store, "sequence-store")):
        with pytest.raises(UserError, match="paper-none"):
            await handler(house, query(f"{verb}:5:{digest}"))
        for number in ("", "x", "-1", "0", "9" * 12, "٣"):
            with pytest.raises(UserError, match="button-stale"):
                await handler(house, query(f"{verb}:{number}:{digest}"))
    assert await house.names() == []


async def test_posts_that_are_not_there_are_named_with_the_lines_of_their_steps(database: Database) -> None:
    chat = Chat(content=POSTS, posts=frozenset({3, 4}))
    house: Any = House(database, chat, source_chat=OTHER_CHANNEL)
    with pytest.raises(UserError, match="sequence-problems") as caught:
        await read(house, chat.message)
    text = house.texts.text("en", caught.value.key, **caught.value.args_)
    assert "Line 4: There is no post 9 in the source channel" in text
    assert text.count("Line ") == 1
    chat.posts = frozenset({3, 4, 9})
    assert (await read(house, chat.message)).plan.name == "posts"


async def test_without_a_source_channel_posts_cannot_be_sent(database: Database) -> None:
    chat = Chat(content=POSTS)
    house: Any = House(database, chat, source_chat=None)
    with pytest.raises(UserError, match="sequence-problems") as caught:
        await read(house, chat.message)
    assert "no source channel yet" in house.texts.text("en", caught.value.key, **caught.value.args_)


async def test_a_file_that_is_no_sequence_is_said_to_be_none_and_nothing_is_stored(database: Database) -> None:
    for content, key in ((b"services: {web: {image: x}}", "sequence-problems"), (b"#" * 300_000, "paper-too-large")):
        house: Any = House(database, Chat(content=content))
        await take_file(house, house.chat.message)
        assert house.said == [key]
