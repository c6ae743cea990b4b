"""What whoever looks after the gate sees: /gate with today's numbers, and the shorteners that it leads through."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from plugins.cards import Card, say, show
from plugins.gate_cards import Listed, gate_card, shortener_card, shorteners_card
from plugins.people import person_of
from plugins.recognize import command, person, pressed, pressed_argument
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.access import Permission
from services.conversations import Question
from services.shorteners import Shortener

settler = may(Permission.SETTINGS)


@Client.on_message(command("gate") & settler)
async def gate(bot: Bot, message: Message) -> None:
    """Say what happened at the gate today."""
    service = bot.services.gate
    mode = (await bot.services.settings.current()).gate
    card = gate_card(await service.numbers.of_today(), await listed(bot), on=await service.is_on(), mode=mode)
    await say(bot, message, card)


@Client.on_callback_query(person & settler & pressed("shorteners"))
async def press_shorteners(bot: Bot, query: CallbackQuery) -> None:
    """List the shorteners."""
    await show(bot, query, shorteners_card(await listed(bot)))


@Client.on_callback_query(person & settler & pressed("shortener"))
async def press_shortener(bot: Bot, query: CallbackQuery) -> None:
    """Show one shortener."""
    await show(bot, query, card_of(bot, await bot.services.gate.shorteners.get(pressed_argument(query))))


@Client.on_callback_query(person & settler & pressed("shortener-set"))
async def press_switch(bot: Bot, query: CallbackQuery) -> None:
    """Use a shortener, or leave it out."""
    host, _, way = pressed_argument(query).partition(":")
    by, cause = person_of(query).id, cause_of(query)
    switched = await bot.services.gate.shorteners.switch(host, enabled=way == "on", by=by, cause=cause)
    await show(bot, query, card_of(bot, switched))


@Client.on_callback_query(person & settler & pressed("shortener-del"))
async def press_remove(bot: Bot, query: CallbackQuery) -> None:
    """Forget a shortener."""
    by, cause = person_of(query).id, cause_of(query)
    await bot.services.gate.shorteners.remove(pressed_argument(query), by=by, cause=cause)
    await show(bot, query, shorteners_card(await listed(bot)))


@Client.on_callback_query(person & settler & pressed("shortener-add"))
async def press_add(bot: Bot, query: CallbackQuery) -> None:
    """Ask for a shortener's address and key."""
    await ask(bot, query, "shortener", Question("shortener-ask", {}, ((CANCEL,),)))


@Client.on_message(answers("shortener") & settler, group=TALKING)
async def take_shortener(bot: Bot, message: Message) -> None:
    """Take the shortener that a person wrote."""
    async with talking(bot, message) as talk:
        added = await bot.services.gate.shorteners.add(talk.text, by=person_of(message).id, cause=talk.cause)
        card = card_of(bot, added)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


async def listed(bot: Bot) -> list[Listed]:
    """The shorteners, as lists show them."""
    shorteners = bot.services.gate.shorteners
    return [Listed(each, shorteners.paused_until(each.host) is not None) for each in await shorteners.all()]


def card_of(bot: Bot, shortener: Shortener) -> Card:
    """Show one shortener."""
    paused = bot.services.gate.shorteners.paused_until(shortener.host) is not None
    return shortener_card(Listed(shortener, paused), fixed=bot.services.gate.shorteners.is_fixed(shortener))
