"""What /timezone does: a reader says by which clocks they live, which the quiet hours of sequences go by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message, User

from client.bot import Bot
from client.filters import everyone
from client.keyboard import Button, Keyboard
from plugins.cards import Card, say, show
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from plugins.values import in_rows
from services.conversations import Question
from services.times import written

COMMON: Final = (
    "Asia/Tashkent", "Europe/Moscow", "Asia/Almaty", "Asia/Yekaterinburg", "Asia/Dubai", "Asia/Bishkek",
    "Europe/Istanbul", "Europe/Berlin", "Europe/London", "Asia/Seoul", "America/New_York", "America/Los_Angeles",
)  # fmt: skip
"""Zones that are offered as buttons; every other one can be written."""


@Client.on_message(command("timezone") & everyone)
async def timezone(bot: Bot, message: Message) -> None:
    """Take the zone that is named after the command, or offer some."""
    if words := argument_of(message):
        await bot.services.users.choose_timezone(person_of(message).id, words)
    await say(bot, message, await zone_card(bot, person_of(message)))


@Client.on_callback_query(person & everyone & pressed("timezone"))
async def press_zone(bot: Bot, query: CallbackQuery) -> None:
    """Go by the zone of the button, or by the bot's."""
    await bot.services.users.choose_timezone(person_of(query).id, pressed_argument(query) or None)
    await show(bot, query, await zone_card(bot, person_of(query)))


@Client.on_callback_query(person & everyone & pressed("timezone-type"))
async def press_type(bot: Bot, query: CallbackQuery) -> None:
    """Ask for the name of a zone."""
    await ask(bot, query, "timezone", Question("timezone-ask", {}, ((CANCEL,),)))


@Client.on_message(answers("timezone") & everyone, group=TALKING)
async def take_zone(bot: Bot, message: Message) -> None:
    """Take the zone that was written."""
    async with talking(bot, message) as talk:
        await bot.services.users.choose_timezone(person_of(message).id, talk.text or "?")
        card = await zone_card(bot, person_of(message))
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


async def zone_card(bot: Bot, person: User) -> Card:
    """Say by which clocks somebody goes, and offer others."""
    user = await bot.services.users.get(person.id)
    own = user.timezone if user else None
    zone = own or (await bot.services.settings.current()).timezone
    args = {"zone": zone, "time": written(bot.clock.now(), zone), "own": own is not None}
    language = await bot.language_of(person)
    cities = {zone: bot.texts.city(language, zone) for zone in COMMON}
    return Card("timezone", args, buttons(cities, own))


def buttons(cities: Mapping[str, str], chosen: str | None) -> Keyboard:
    """The zones that are offered, by their cities; the one in use is marked."""
    offered = [
        Button("button-chosen" if zone == chosen else "button-offered", data=f"timezone:{zone}", value=city)
        for zone, city in cities.items()
    ]
    as_bot = Button("button-timezone-bot" if chosen else "button-timezone-bot-chosen", data="timezone")
    return [*in_rows(offered), [as_bot], [Button("button-timezone-type", data="timezone-type")]]
