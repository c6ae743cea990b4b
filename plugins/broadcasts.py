"""What /broadcast and its like do: take a message, show it as readers will see it, and start it, or plan it, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import Cause, cause_of
from client.filters import may
from client.speech import chat_of
from locales.texts import Part
from plugins.broadcast_cards import PAGE, draft_card, list_card, progress_card, started_card
from plugins.cards import Card, put, say, show
from plugins.outgoing import album_of, check_source, outgoing_of, show_out
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.access import Permission, Role
from services.broadcasts import OPEN, Broadcast, BroadcastOptions, BroadcastState
from services.conversations import Question
from services.errors import UserError
from services.options import AUTO_DELETE
from services.upcoming import upcoming_in

broadcaster = may(Permission.BROADCAST)

TOPIC: Final = "cast"
TIME: Final = "cast-at"
ASK: Final = Question("cast-ask", {}, ((CANCEL,),))

DELETED_AFTER: Final = 24 * 3600
"""Seconds after which a message of /dbroadcast deletes itself where no time is written."""


@Client.on_message(command("broadcast") & broadcaster)
async def broadcast(bot: Bot, message: Message) -> None:
    """Take the message that this one answers, or ask for it."""
    await take_up(bot, message, BroadcastOptions(), argument_of(message))


@Client.on_message(command("pbroadcast") & broadcaster)
async def pinned_broadcast(bot: Bot, message: Message) -> None:
    """Do as /broadcast, and pin the message in every chat."""
    await take_up(bot, message, BroadcastOptions(pin=True), argument_of(message))


@Client.on_message(command("dbroadcast") & broadcaster)
async def passing_broadcast(bot: Bot, message: Message) -> None:
    """Do as /broadcast, and delete the message after the time that is written."""
    words = argument_of(message)
    await take_up(bot, message, BroadcastOptions(delete_after=AUTO_DELETE.read(words) if words else DELETED_AFTER))


@Client.on_message(answers(TOPIC) & broadcaster, group=TALKING)
async def take_message(bot: Bot, message: Message) -> None:
    """Take the message, and the rest of its album."""
    async with talking(bot, message) as talk:
        options = BroadcastOptions(pin=talk.data["pin"], delete_after=talk.data["delete_after"])
        card = await draft(bot, message, message, options, talk.cause)
        talk.through = (await album_of(bot, message))[-1].id
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_message(command("broadcasts") & broadcaster)
async def broadcasts(bot: Bot, message: Message) -> None:
    """List the newest broadcasts."""
    await say(bot, message, await page(bot, 0))


@Client.on_callback_query(person & broadcaster & pressed("casts"))
async def press_page(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of the list."""
    number = pressed_argument(query)
    await show(bot, query, await page(bot, int(number) if number.isascii() and number.isdigit() else 0))


@Client.on_callback_query(person & broadcaster & pressed("cast"))
async def press_broadcast(bot: Bot, query: CallbackQuery) -> None:
    """Show one broadcast."""
    found = await bot.services.broadcasts.get(pressed_argument(query))
    await bot.toast(query)
    await put(bot, query, await card_of(bot, found))


@Client.on_callback_query(person & broadcaster & pressed("cast-show"))
async def press_show(bot: Bot, query: CallbackQuery) -> None:
    """Show the message as readers get it, once more."""
    found = await bot.services.broadcasts.get(pressed_argument(query))
    await show_out(bot, chat_of(query), found.content, cause=cause_of(query), step="preview")
    await bot.toast(query)


@Client.on_callback_query(person & broadcaster & pressed("cast-start"))
async def press_start(bot: Bot, query: CallbackQuery) -> None:
    """Start a broadcast, once; how it goes is told by scheduler/broadcast_notices.py."""
    found = await own(bot, query)
    await bot.toast(query)
    await check_source(bot, found.out)
    await check_audience(bot, found)
    started = await bot.services.broadcasts.start(found.code, by=person_of(query).id, cause=cause_of(query))
    await put(bot, query, started_card(started))


@Client.on_callback_query(person & broadcaster & pressed("cast-drop"))
async def press_drop(bot: Bot, query: CallbackQuery) -> None:
    """Give up a broadcast that is not started."""
    found = await own(bot, query)
    await bot.services.broadcasts.cancel(found.code, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, Card("cast-dropped", {}, []))


@Client.on_callback_query(person & broadcaster & pressed("cast-at"))
async def press_time(bot: Bot, query: CallbackQuery) -> None:
    """Ask when a broadcast is to start."""
    found, zone = await own(bot, query), await zone_of(bot)
    await ask(bot, query, TIME, Question("cast-at-ask", {"zone": zone}, ((CANCEL,),)), data={"code": found.code})


@Client.on_message(answers(TIME) & broadcaster, group=TALKING)
async def take_time(bot: Bot, message: Message) -> None:
    """Plan a broadcast for the time that is written."""
    async with talking(bot, message) as talk:
        found = await own(bot, message, talk.data["code"])
        at = upcoming_in(talk.text, await zone_of(bot), bot.clock.now())
        by = person_of(message).id
        planned = await bot.services.broadcasts.schedule(found.code, by=by, cause=talk.cause, at=at)
        card = await card_of(bot, planned)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_message(command("send") & broadcaster)
async def send(bot: Bot, message: Message) -> None:
    """Say that /chat in the source channel does it."""
    source = (await bot.services.settings.current()).source_chat
    title = (await bot.channel_facts(source)).title if source else ""
    await bot.answer(message, "send-instead" if source else "send-no-source", title=title)


async def take_up(bot: Bot, message: Message, options: BroadcastOptions, words: str = "") -> None:
    """Take the message that a command answers, or ask for one; say that `words` beside the command are not taken."""
    replied = await bot.replied(message)
    if replied is None:
        question = replace(ASK, key="cast-ask-words") if words else ASK
        await ask(bot, message, TOPIC, question, data={"pin": options.pin, "delete_after": options.delete_after})
        return
    notice = Part("cast-words-left") if words else None
    await say(bot, message, await draft(bot, message, replied, options, cause_of(message), notice))


async def draft(
    bot: Bot, message: Message, source: Message, options: BroadcastOptions, cause: Cause, notice: Part | None = None
) -> Card:
    """Show what readers will get, and write it down. Returns what can be done with it.

    Raises:
        UserError: it cannot be sent on.
    """
    out = await outgoing_of(bot, source)
    await show_out(bot, chat_of(message), out, cause=cause, step="preview")
    made = await bot.services.broadcasts.draft(out, by=person_of(message).id, cause=cause, options=options)
    return await card_of(bot, made, notice)


async def card_of(bot: Bot, found: Broadcast, notice: Part | None = None) -> Card:
    """Show a broadcast as it is now: what can be set before it starts, how it goes after."""
    zone = await zone_of(bot)
    if found.state not in OPEN:
        behind = found.state is BroadcastState.RUNNING and await bot.services.broadcasts.ahead_of(found) > 0
        return progress_card(found, zone, behind=behind, kept=False)
    return draft_card(found, await bot.services.broadcasts.count(found.audience), zone, notice)


async def check_audience(bot: Bot, found: Broadcast) -> None:
    """Refuse a broadcast that nobody would get.

    Raises:
        UserError: `cast-to-nobody`.
    """
    if found.state in OPEN and not await bot.services.broadcasts.has_anybody(found):
        raise UserError("cast-to-nobody")


async def page(bot: Bot, number: int) -> Card:
    """List a page of broadcasts."""
    found = await bot.services.broadcasts.page(number * PAGE, PAGE)
    return list_card(found, number, await bot.services.broadcasts.total(), await zone_of(bot))


async def own(bot: Bot, update: CallbackQuery | Message, code: str | None = None) -> Broadcast:
    """The broadcast that a button names, for who made it, or for the owner.

    Raises:
        UserError: `cast-others`: somebody else made it.
    """
    if code is None:
        code = pressed_argument(update) if isinstance(update, CallbackQuery) else ""
    found, by = await bot.services.broadcasts.get(code), person_of(update).id
    if found.by != by and bot.services.access.role(by) is not Role.OWNER:
        raise UserError("cast-others")
    return found


async def zone_of(bot: Bot) -> str:
    """The time zone in which people read and write times."""
    return (await bot.services.settings.current()).timezone
