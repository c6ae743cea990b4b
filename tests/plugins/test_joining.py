"""A press of "I joined": answered in time however long Telegram takes, and its button says what it is for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from pyrogram import raw
from pyrogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from locales.texts import Texts
from plugins.joining import press_joined, verifying
from services.fsub import Place
from tests.plugins.messages import READER, query
from tests.plugins.speaking import Speaker


class House(Speaker):
    """A bot whose look at the members takes until it may end."""

    def __init__(self, place: Place) -> None:
        self.may_end, self.toasted = asyncio.Event(), asyncio.Event()
        self.place, self.counted = place, list[Place]()
        self.own: str | None = None
        super().__init__(SimpleNamespace(joining=self))  # type: ignore[arg-type]  # as far as it is needed
        self.texts = Texts.load()
        self.sender: Any = self
        self.keyboards: list[Any] = []

    async def look(self, user_id: int, telegram: Any) -> Place:
        assert (user_id, telegram) == (READER, self)
        await self.may_end.wait()
        return self.place

    async def press(self, user_id: int, place: Place, cause: Any) -> bool:
        assert (user_id, cause) == (READER, "query:9")
        self.counted.append(place)
        return place in {Place.INSIDE, Place.HIDDEN}

    async def toast(self, _: Any, key: str | None = None, **__: Any) -> None:
        await super().toast(_, key)
        self.toasted.set()

    async def success_text(self) -> str | None:
        return self.own

    async def edit_keyboard(self, chat: int, message_id: int, markup: Any = None) -> None:
        self.keyboards.append(markup)

    async def language_of(self, _: Any) -> str:
        return "en"


def pressed() -> CallbackQuery:
    """A press under a message that has a button with an address too, and another click."""
    update = query("click:joined", READER)
    assert update.message
    rows = [
        [
            InlineKeyboardButton("Join", url="https://t.me/club"),
            InlineKeyboardButton("I", callback_data="click:joined"),
        ],
        [InlineKeyboardButton("More", callback_data="click:more")],
    ]
    update.message.reply_markup = InlineKeyboardMarkup(rows)
    return update


async def run(house: House) -> None:
    await press_joined(house, pressed())  # type: ignore[arg-type]  # a bot, as far as it is needed


async def test_a_press_is_answered_before_telegram_says_who_is_a_member() -> None:
    for place, last in ((Place.INSIDE, "joined-success"), (Place.OUTSIDE, "joined-not-yet")):
        house = House(place)
        handling = asyncio.create_task(run(house))
        async with asyncio.timeout(30):
            await house.toasted.wait()
            assert house.said == ["toast joined-looking"]
            assert house.counted == []
            house.may_end.set()
            await handling
        assert house.said == ["toast joined-looking", last]
        assert house.counted == [place]


async def test_who_is_no_member_is_told_so_and_the_button_asks_to_verify() -> None:
    for place, key in ((Place.OUTSIDE, "toast joined-not-yet"), (Place.UNKNOWN, "toast joined-unknown")):
        house = House(place)
        house.may_end.set()
        await run(house)
        assert house.said == [key]
        [markup] = house.keyboards
        texts = [[button.text for button in row.buttons] for row in markup.rows]
        assert texts == [["Join", "✅ Verify"], ["More"]]
        assert isinstance(markup.rows[0].buttons[0].type, raw.types.InlineButtonTypeUrl)


async def test_who_is_a_member_is_thanked_once_for_a_message_and_its_buttons_go() -> None:
    house = House(Place.HIDDEN)
    house.may_end.set()
    for _ in range(2):
        await run(house)
    assert house.said == ["joined-success"]
    assert house.keyboards == [None, None]
    house = House(Place.INSIDE)
    house.may_end.set()
    house.own = "Thanks <3"
    await run(house)
    assert house.said == ["joined-own"]


async def test_a_message_without_buttons_gets_none() -> None:
    assert verifying(query("click:joined", READER)) == []
