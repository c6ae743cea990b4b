"""How somebody is kept out, and let in again: /ban, /unban, /banlist and their buttons."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.keyboard import Button
from plugins.cards import Card, say, show
from plugins.naming import PAGE, Named, asked, known, named, page_of, pressed_id, turning
from plugins.people import person_of
from plugins.recognize import command, person, pressed
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.access import Permission
from services.conversations import Question

keeper = may(Permission.BAN)


@Client.on_message(command("ban") & keeper)
async def ban(bot: Bot, message: Message) -> None:
    """Take nothing from a person any more."""
    if who := await named(bot, message):
        await bot.services.access.ban(who.user_id, by=person_of(message).id, cause=cause_of(message))
        await say(bot, message, banned_card(who))
    else:
        await ask(bot, message, "ban", Question("ban-usage", {}, ((CANCEL,),)))


@Client.on_message(answers("ban") & keeper, group=TALKING)
async def ban_named(bot: Bot, message: Message) -> None:
    """Ban the person who was named when asked for."""
    async with talking(bot, message) as talk:
        card = banned_card(who := await asked(bot, message))
        await bot.services.access.ban(who.user_id, by=person_of(message).id, cause=talk.cause)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_message(command("unban") & keeper)
async def unban(bot: Bot, message: Message) -> None:
    """Let a person in again."""
    if who := await named(bot, message):
        await bot.services.access.unban(who.user_id, by=person_of(message).id, cause=cause_of(message))
        await bot.answer(message, "unbanned", who=who.part)
    else:
        await ask(bot, message, "unban", Question("unban-usage", {}, ((CANCEL,),)))


@Client.on_message(answers("unban") & keeper, group=TALKING)
async def unban_named(bot: Bot, message: Message) -> None:
    """Let the person in again who was named when asked for."""
    async with talking(bot, message) as talk:
        who = await asked(bot, message)
        await bot.services.access.unban(who.user_id, by=person_of(message).id, cause=talk.cause)
        await talk.finish("unbanned", who=who.part)


@Client.on_message(command("banlist") & keeper)
async def banlist(bot: Bot, message: Message) -> None:
    """List those who are banned."""
    await say(bot, message, await bans_card(bot))


@Client.on_callback_query(person & keeper & pressed("banlist"))
async def press_banlist(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of the list."""
    await show(bot, query, await bans_card(bot, page_of(query)))


@Client.on_callback_query(person & keeper & pressed("banned"))
async def press_banned(bot: Bot, query: CallbackQuery) -> None:
    """Show who banned somebody, and when."""
    await show(bot, query, await ban_card(bot, pressed_id(query)))


@Client.on_callback_query(person & keeper & pressed("unban"))
async def press_unban(bot: Bot, query: CallbackQuery) -> None:
    """Let a person in again."""
    who = await known(bot, pressed_id(query))
    await bot.services.access.unban(who.user_id, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, Card("unbanned", {"who": who.part}, []))


def banned_card(who: Named) -> Card:
    """Say that a person is banned, with a button that lets them in again."""
    return Card("banned", {"who": who.part}, [[Button("button-unban", data=f"unban:{who.user_id}")]])


async def bans_card(bot: Bot, page: int = 0) -> Card:
    """List those who are banned, the latest first, with a button for each."""
    found = await bot.services.access.banned(page * PAGE, PAGE + 1)
    if not found:
        return Card("banlist-empty", {}, [])
    people = [await known(bot, standing.user_id) for standing in found[:PAGE]]
    buttons = [[Button(text=who.name, data=f"banned:{who.user_id}")] for who in people]
    rows = tuple(who.part for who in people)
    return Card("banlist", {"rows": rows}, [*buttons, turning("banlist", page, more=len(found) > PAGE)])


async def ban_card(bot: Bot, user_id: int) -> Card:
    """Show who banned somebody and when, with a button that lets them in again."""
    standing = await bot.services.access.ban_of(user_id)
    who, by = await known(bot, user_id), await known(bot, standing.by)
    buttons = [Button("button-unban", data=f"unban:{user_id}"), Button("button-all-banned", data="banlist")]
    return Card("ban-card", {"who": who.part, "by": by.part, "day": standing.at.date().isoformat()}, [buttons])
