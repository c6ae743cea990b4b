"""How a broadcast that is not started gets its options and its audience: by presses, or in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import Cause, cause_of
from client.filters import may
from client.speech import chat_of
from plugins.broadcast_cards import audience_card, feature_card, feature_question
from plugins.broadcasts import card_of, own, zone_of
from plugins.cards import Card, put, show
from plugins.clicks import named_in
from plugins.outgoing import show_out
from plugins.people import person_of
from plugins.recognize import person, pressed, pressed_argument
from plugins.talk import TALKING, answers, ask, talking
from services.access import Permission
from services.broadcast_forms import AUDIENCE, Feature, changed, feature_called, read
from services.broadcast_forms import pressed as value_pressed
from services.broadcasts import Broadcast
from services.forms import Value

broadcaster = may(Permission.BROADCAST)

TOPIC: Final = "cast-type"

CLICKS: Final = 10
"""Names of buttons that are offered when one is asked for."""

LATELY: Final = timedelta(days=90)
"""How long ago they were pressed at most."""


@Client.on_callback_query(person & broadcaster & pressed("cast-who"))
async def press_audience(bot: Bot, query: CallbackQuery) -> None:
    """Show what may narrow the audience."""
    found = await own(bot, query)
    await bot.toast(query)
    await put(bot, query, await audience_of(bot, found))


@Client.on_callback_query(person & broadcaster & pressed("cast-set"))
async def press_feature(bot: Bot, query: CallbackQuery) -> None:
    """Show one thing that can be set."""
    name, _, code = pressed_argument(query).partition(":")
    feature = feature_called(name)
    await show(bot, query, feature_card(await own(bot, query, code), feature, await zone_of(bot)))


@Client.on_callback_query(person & broadcaster & pressed("cast-to"))
async def press_value(bot: Bot, query: CallbackQuery) -> None:
    """Set what the button carries."""
    name, _, rest = pressed_argument(query).partition(":")
    data, _, code = rest.rpartition(":")
    feature = feature_called(name)
    value = value_pressed(feature, data, bot.clock.now())
    found = await put_value(bot, query, await own(bot, query, code), feature, value, cause_of(query))
    await bot.toast(query)
    await put(bot, query, await audience_of(bot, found) if feature in AUDIENCE else await card_of(bot, found))


@Client.on_callback_query(person & broadcaster & pressed("cast-type"))
async def press_type(bot: Bot, query: CallbackQuery) -> None:
    """Ask for a value in words."""
    name, _, code = pressed_argument(query).partition(":")
    feature, found = feature_called(name), await own(bot, query, code)
    label = bot.texts.label(await bot.language_of(query.from_user), f"cast-{feature}")
    question = feature_question(feature, label, await zone_of(bot), await known_clicks(bot))
    await ask(bot, query, TOPIC, question, data={"what": name, "code": found.code})


@Client.on_message(answers(TOPIC) & broadcaster, group=TALKING)
async def take_words(bot: Bot, message: Message) -> None:
    """Set what is written; buttons are shown under the message before anything else."""
    async with talking(bot, message) as talk:
        feature, found = feature_called(talk.data["what"]), await own(bot, message, talk.data["code"])
        value = read(feature, talk.text, await zone_of(bot), bot.clock.now())
        found = await put_value(bot, message, found, feature, value, talk.cause)
        card = await card_of(bot, found)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


async def put_value(
    bot: Bot, update: Message | CallbackQuery, found: Broadcast, feature: Feature, value: Value, cause: Cause
) -> Broadcast:  # fmt: skip
    """Set something of a broadcast; with other buttons it is shown again first, as Telegram may refuse them.

    Raises:
        UserError: it does, or the broadcast is started already.
    """
    options, audience = changed(found, feature, value)
    if feature is Feature.BUTTONS:
        out = replace(found, options=options).content
        await show_out(bot, chat_of(update), out, cause=cause, step="preview")
    by = person_of(update).id
    return await bot.services.broadcasts.change(found.code, by=by, cause=cause, options=options, audience=audience)


async def known_clicks(bot: Bot) -> list[str]:
    """The names of buttons of the owner's own that were pressed lately, those pressed most at the front."""
    return named_in(await bot.services.clicks.by_button(bot.clock.now() - LATELY))[:CLICKS]


async def audience_of(bot: Bot, found: Broadcast) -> Card:
    """Show the audience, with how many readers it has."""
    return audience_card(found, await bot.services.broadcasts.count(found.audience), await zone_of(bot))
