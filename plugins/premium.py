"""Who passes the gate without a verification: /add_premium, /del_premium, and /premium for whoever asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import everyone, may
from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card, say, show
from plugins.jobs import zone_of
from plugins.naming import PAGE, Named, asked, known, named_in, page_of, pressed_id, turning
from plugins.people import person_of
from plugins.recognize import command, person, pressed
from plugins.talk import CANCEL, TALKING, Talk, answers, ask, talking
from services.access import Permission
from services.conversations import Question
from services.times import written

settler = may(Permission.SETTINGS)

WHO = Question("premium-who", {}, ((CANCEL,),))
HOW_LONG = Question("premium-how-long", {}, ((CANCEL,),))


@Client.on_message(command("add_premium") & settler)
async def add_premium(bot: Bot, message: Message) -> None:
    """Give premium to the person who is named, for the time that follows; ask for what is missing."""
    who, rest = await named_in(bot, message)
    if who and rest:
        lasts = bot.services.premium.time_in(rest)
        await say(bot, message, await given(bot, who, lasts, person_of(message).id, cause_of(message)))
    elif who:
        await ask(bot, message, "premium", HOW_LONG, step="time", data={"who": who.user_id})
    else:
        await ask(bot, message, "premium", WHO, step="who")


@Client.on_message(answers("premium") & settler, group=TALKING)
async def take_premium(bot: Bot, message: Message) -> None:
    """Take who gets premium, or for how long."""
    async with talking(bot, message) as talk:
        if talk.step == "who":
            await talk.next("time", HOW_LONG, who=(await asked(bot, message)).user_id)
        else:
            await take_time(bot, talk, person_of(message).id)


@Client.on_message(command("del_premium") & settler)
async def del_premium(bot: Bot, message: Message) -> None:
    """End the premium of the person who is named; without a name list those who have it."""
    who, _ = await named_in(bot, message)
    if who is None:
        await say(bot, message, await premiums_card(bot))
    else:
        await say(bot, message, await ended(bot, who, message))


@Client.on_message(command("premium") & everyone)
async def premium(bot: Bot, message: Message) -> None:
    """Tell a reader how long they have premium; show who has it to whoever may change that."""
    who = person_of(message).id
    if bot.services.access.may(who, Permission.SETTINGS):
        await say(bot, message, await premiums_card(bot))
        return
    until = await bot.services.premium.until(who)
    card = Card("premium-yours", await said_of(bot, until), []) if until else Card("premium-none-yours", {}, [])
    await say(bot, message, card)


@Client.on_callback_query(person & settler & pressed("premiums"))
async def press_premiums(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of those who have premium."""
    await show(bot, query, await premiums_card(bot, page_of(query)))


@Client.on_callback_query(person & settler & pressed("premium-del"))
async def press_end(bot: Bot, query: CallbackQuery) -> None:
    """End somebody's premium."""
    await show(bot, query, await ended(bot, await known(bot, pressed_id(query)), query))


async def take_time(bot: Bot, talk: Talk, by: int) -> None:
    """Give premium for the time that was written."""
    lasts = bot.services.premium.time_in(talk.text)
    card = await given(bot, await known(bot, int(talk.data["who"])), lasts, by, talk.cause)
    await talk.finish(card.key, keyboard=card.keyboard, **card.args)


async def given(bot: Bot, who: Named, lasts: Any, by: int, cause: Any) -> Card:
    """Give premium, tell whoever got it, and show until when; who never wrote has it too, which is said."""
    until = await bot.services.premium.give(who.user_id, lasts, by=by, cause=cause)
    if until is None:
        return Card("premium-ended", {"who": who.part}, [])
    args: dict[str, Any] = await said_of(bot, until)
    if await bot.services.users.get(who.user_id) is None:
        return Card("premium-given-stranger", {"who": who.part, **args}, [_end(who.user_id)])
    told = await bot.told(who.user_id, "premium-got", cause=cause, step="premium", **args)
    return Card("premium-given" if told else "premium-given-untold", {"who": who.part, **args}, [_end(who.user_id)])


async def ended(bot: Bot, who: Named, update: Message | CallbackQuery) -> Card:
    """End somebody's premium, and say so."""
    await bot.services.premium.take(who.user_id, by=person_of(update).id, cause=cause_of(update))
    return Card("premium-ended", {"who": who.part}, [[_all()]])


async def premiums_card(bot: Bot, page: int = 0) -> Card:
    """List those who have premium, the first to end first, with a button for each that ends it."""
    found = await bot.services.premium.page(page * PAGE, PAGE + 1)
    if not found:
        return Card("premiums-none", {}, [])
    shown, zone = [(await known(bot, each.user_id), each) for each in found[:PAGE]], await zone_of(bot)
    rows = tuple([Part("premiums-row", {"who": who.part, "at": written(each.until, zone)}) for who, each in shown])
    buttons = [[Button("button-premium-del-of", data=f"premium-del:{who.user_id}", name=who.name)] for who, _ in shown]
    return Card("premiums", {"rows": rows, "zone": zone}, [*buttons, turning("premiums", page, more=len(found) > PAGE)])


async def said_of(bot: Bot, until: datetime) -> dict[str, str]:
    """Say until when, in the bot's time zone."""
    zone = await zone_of(bot)
    return {"at": written(until, zone), "zone": zone}


def _end(user_id: int) -> list[Button]:
    return [Button("button-premium-del", data=f"premium-del:{user_id}"), _all()]


def _all() -> Button:
    return Button("button-premiums", data="premiums")
