"""Whom a command is about, however a person names somebody."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram.enums import MessageEntityType
from pyrogram.types import Message, MessageEntity, MessageOriginHiddenUser

from plugins.naming import Named, asked, named, named_in, page_of, pressed_id, turning
from services.errors import UserError
from services.users import Profile, called
from tests.plugins.messages import NOW, OWNER, from_channel, from_person, message, query, user

ANN = Profile(5, "ann", "Ann", "Lee")


class Bot:
    """Knows Ann by her id and by her public name; `answered` is what a command answers."""

    def __init__(self, answered: Message | None = None) -> None:
        async def get(user_id: int) -> Profile | None:
            return ANN if user_id == ANN.user_id else None

        self.services = SimpleNamespace(users=SimpleNamespace(get=get))
        self._answered = answered

    async def replied(self, _: Message) -> Message | None:
        return self._answered

    async def person_by_name(self, username: str) -> Profile | None:
        return ANN if username.lower() == "ann_lee" else None


async def found(text: str, answered: Message | None = None, **fields: Any) -> Named | None:
    bot: Any = Bot(answered)
    return await named(bot, message(OWNER, text=text, **fields))


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("5", Named(5, "Ann Lee @ann")),
        ("77", Named(77, "77")),
        ("@ann_lee", Named(5, "Ann Lee @ann")),
        ("https://t.me/Ann_Lee", Named(5, "Ann Lee @ann")),
        ("t.me/ann_lee", Named(5, "Ann Lee @ann")),
    ],
)
async def test_somebody_is_named_by_id_and_by_public_name(words: str, who: Named) -> None:
    assert await found(f"/ban {words}") == who
    assert await found(words) == who, "as an answer to the question whom"


@pytest.mark.parametrize("words", ["@nobody", "ann", "-5", "0", "٥", "5 6", "1" * 16, "@a b"])
async def test_what_names_nobody_is_said(words: str) -> None:
    with pytest.raises(UserError, match="person-unknown"):
        await found(f"/ban {words}")


async def test_somebody_is_named_by_a_forward_or_by_answering_one() -> None:
    forwarded = message(OWNER, text="/start", forward_origin=from_person())
    assert await found("/ban", forwarded) == await found("hello", forward_origin=from_person())
    assert await found("/ban", forwarded) is not None
    assert await found("/ban") is None
    assert await found("/ban", message(OWNER, text="hi")) is None
    assert await found("x", forward_origin=from_channel()) is None
    hidden = MessageOriginHiddenUser(date=NOW, sender_user_name="x")
    with pytest.raises(UserError, match="person-hidden"):
        await found("/ban", message(OWNER, text="x", forward_origin=hidden))


async def test_somebody_without_a_public_name_is_mentioned() -> None:
    mark = MessageEntity(type=MessageEntityType.TEXT_MENTION, offset=5, length=3, user=user(9, first_name="Bob"))
    assert await found("/ban Bob", entities=[mark]) == Named(9, "Bob")


@pytest.mark.parametrize(
    ("words", "who", "rest"),
    [
        ("5 30 days", 5, "30 days"),
        ("@ann_lee  2 weeks", 5, "2 weeks"),
        ("77", 77, ""),
        ("", None, ""),
    ],
)
async def test_what_stands_after_the_name_is_left_over(words: str, who: int | None, rest: str) -> None:
    bot: Any = Bot()
    named_who, left = await named_in(bot, message(OWNER, text=f"/add_premium {words}"))
    assert (named_who.user_id if named_who else None, left) == (who, rest)


async def test_what_stands_after_a_mention_or_in_answer_to_a_forward_is_left_over() -> None:
    bot: Any = Bot()
    mark = MessageEntity(type=MessageEntityType.TEXT_MENTION, offset=13, length=6, user=user(9, first_name="Bob"))
    mentioned = message(OWNER, text="/add_premium Bob 𝕏 30 days", entities=[mark])  # that letter counts as two
    assert await named_in(bot, mentioned) == (Named(9, "Bob"), "30 days")
    answered: Any = Bot(message(OWNER, text="hi", forward_origin=from_person()))
    who, left = await named_in(answered, message(OWNER, text="/add_premium 30 days"))
    assert who is not None
    assert left == "30 days", "thirty is no person here"


async def test_an_answer_that_names_nobody_is_said() -> None:
    bot: Any = Bot()
    with pytest.raises(UserError, match="person-unnamed"):
        await asked(bot, message(OWNER, text="x", forward_origin=from_channel()))


def test_what_a_button_carries_is_read_or_refused() -> None:
    assert pressed_id(query("unban:5")) == 5
    assert pressed_id(query("admin-may:5:upload:on")) == 5
    for data in ("unban:", "unban:x", "unban:-5", "unban:٥", "unban:" + "9" * 20):
        with pytest.raises(UserError, match="button-stale"):
            pressed_id(query(data))
    assert [page_of(query(data)) for data in ("users:3", "users", "users:x", "users:-1", "users:٣")] == [3, 0, 0, 0, 0]


def test_pages_are_turned_where_there_are_any() -> None:
    assert turning("users", 0, more=False) == []
    assert [button.data for button in turning("users", 0, more=True)] == ["users:1"]
    assert [button.data for button in turning("users", 2, more=True)] == ["users:1", "users:3"]
    assert [button.data for button in turning("users", 2, more=False)] == ["users:1"]


def test_everybody_is_called_something() -> None:
    assert [called(each) for each in (ANN, Profile(7), Profile(7, "x"), Profile(7, None, "Bo"))] == [
        "Ann Lee @ann",
        "7",
        "@x",
        "Bo",
    ]
