"""What /start does: greet, or hand over what is behind a link."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import admin, everyone
from client.speech import chat_of
from plugins.fsub import lets_on
from plugins.people import first_of, names_of, person_of
from plugins.previews import greet
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from plugins.search import PAYLOAD, answer_search
from plugins.stop import offer_again
from services.access import Permission


@Client.on_message(command("start") & everyone)
async def start(bot: Bot, message: Message) -> None:
    """Deliver the link that the command carries, lead to the search, or greet."""
    payload = argument_of(message)
    if payload == PAYLOAD:
        await answer_search(bot, message, "")
    elif payload:
        if await lets_on(bot, message, payload):
            await go_on(bot, message, payload)
    else:
        await welcome(bot, message)


@Client.on_callback_query(person & everyone & pressed("fsub-again"))
async def try_again(bot: Bot, query: CallbackQuery) -> None:
    """Go on with the link that a reader opened before joining what it wants."""
    payload = pressed_argument(query)
    if await lets_on(bot, query, payload):
        arrived = await go_on(bot, query, payload)
        await bot.edit_answer(query, "fsub-joined" if arrived else "fsub-joined-verify")
        await bot.toast(query)


async def go_on(bot: Bot, update: Message | CallbackQuery, payload: str) -> bool:
    """Hand over what is behind a link to whoever is verified, or is so by this; False where they are still to be."""
    passed = await bot.services.gate.enter(payload, by=person_of(update).id, cause=cause_of(update))
    if passed is None:
        return False
    if passed.seconds is not None:
        await bot.answer(update, "gate-verified", step="verified", seconds=passed.seconds)
    await deliver(bot, update, passed.payload)
    return True


async def deliver(bot: Bot, update: Message | CallbackQuery, payload: str) -> None:
    """Hand over what is behind a link, and say so when some of it is gone."""
    cause, reader = cause_of(update), person_of(update)
    delivery = await bot.services.links.open(payload, by=reader.id, cause=cause, names=names_of(reader))
    arrived = await bot.deliver(chat_of(update), delivery, cause=cause)
    missing = len(delivery.items) - len(arrived)
    if missing > 0:
        key = "delivery-incomplete" if arrived else "delivery-gone"
        await bot.answer(update, key, step="missing", count=missing)


async def welcome(bot: Bot, message: Message) -> None:
    """Greet somebody, and ask whoever had stopped the sequences whether to begin again."""
    if await admin(bot, message):
        await greet_admin(bot, message)
    else:
        await greet(bot, message, await bot.services.settings.current())
    await offer_again(bot, message)


async def greet_admin(bot: Bot, message: Message) -> None:
    """Tell the owner or an admin what to do first: send a file, set the storage channel, or see what they may do."""
    who = person_of(message)
    if bot.services.access.may(who.id, Permission.UPLOAD):
        ready = await bot.services.settings.storage_chat() is not None
        key = "greeting-admin" if ready else "greeting-admin-no-storage"
    else:
        key = "greeting-admin-other"
    await bot.answer(message, key, first=first_of(who))
    bot.announce()  # who had not written before could not be given the menu of their role
