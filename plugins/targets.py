"""What /targets does: the chats that drafts go to are named, looked at, chosen for every draft, and removed."""

from __future__ import annotations

import re
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import owner
from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card, put, say, show
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument, pressed_number
from plugins.storage import forwarded_from
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.conversations import Question
from services.targets import Target, name_of

TOPIC: Final = "target"
ASK: Final = Question("target-ask-which", {}, ((CANCEL,),))

_ID: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)


@Client.on_message(command("targets") & owner)
async def targets(bot: Bot, message: Message) -> None:
    """List the targets, or take the chat that is named after the command."""
    if words := argument_of(message):
        by, cause = person_of(message).id, cause_of(message)
        await say(bot, message, target_card(await bot.services.targets.add(words, bot, by=by, cause=cause)))
    else:
        await say(bot, message, list_card(await bot.services.targets.fresh(bot)))


@Client.on_callback_query(person & owner & pressed("targets"))
async def press_list(bot: Bot, query: CallbackQuery) -> None:
    """Go back to the list."""
    await show(bot, query, list_card(await bot.services.targets.all()))


@Client.on_callback_query(person & owner & pressed("target-new"))
async def press_new(bot: Bot, query: CallbackQuery) -> None:
    """Ask which chat drafts are to go to."""
    await ask(bot, query, TOPIC, ASK)


@Client.on_message(answers(TOPIC) & owner, group=TALKING)
async def take_chat(bot: Bot, message: Message) -> None:
    """Take the chat that was named, or whose post was forwarded."""
    async with talking(bot, message) as talk:
        origin = forwarded_from(message)
        name = int(origin.id or 0) if origin else talk.text
        card = target_card(await bot.services.targets.add(name, bot, by=person_of(message).id, cause=talk.cause))
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & owner & pressed("target-add"))
async def press_add(bot: Bot, query: CallbackQuery) -> None:
    """Take the chat that the owner was asked about."""
    chat, by, cause = chat_in(query), person_of(query).id, cause_of(query)
    await bot.toast(query)
    await put(bot, query, target_card(await bot.services.targets.add(chat, bot, by=by, cause=cause)))


@Client.on_callback_query(person & owner & pressed("target"))
async def press_target(bot: Bot, query: CallbackQuery) -> None:
    """Show one, looked at anew."""
    await bot.toast(query)
    await put(bot, query, target_card(await bot.services.targets.refresh(chat_in(query), bot)))


@Client.on_callback_query(person & owner & pressed("target-default"))
async def press_default(bot: Bot, query: CallbackQuery) -> None:
    """Choose a target for every new draft, or no longer."""
    default, by, cause = pressed_argument(query).endswith(":on"), person_of(query).id, cause_of(query)
    changed = await bot.services.targets.set_default(chat_in(query), default=default, by=by, cause=cause)
    await show(bot, query, target_card(changed))


@Client.on_callback_query(person & owner & pressed("target-del"))
async def press_remove(bot: Bot, query: CallbackQuery) -> None:
    """Let no new draft go there."""
    await bot.services.targets.remove(chat_in(query), by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, list_card(await bot.services.targets.all()))


def list_card(known: list[Target]) -> Card:
    """List the targets, with a button for each."""
    add = [Button("button-target-new", data="target-new")]
    if not known:
        return Card("targets-none", {}, [add])
    rows = tuple(
        Part("targets-row", {"title": name_of(each), "on": each.is_default, "lost": not each.may_write})
        for each in known
    )
    buttons = [[Button(text=name_of(each), data=f"target:{each.chat}")] for each in known]
    return Card("targets", {"rows": rows}, [*buttons, add])


def target_card(target: Target) -> Card:
    """Show one target: what the bot may not do there, and what can be done with it."""
    rows = (reason_of(target), *(Part(each) for each in target.lacks))
    way, turned = ("button-target-ask", "off") if target.is_default else ("button-target-always", "on")
    buttons = [
        [Button(way, data=f"target-default:{target.chat}:{turned}")],
        [Button("button-target-look", data=f"target:{target.chat}")],
        [
            Button("button-target-del", data=f"target-del:{target.chat}"),
            Button("button-target-all", data="targets"),
        ],
    ]
    args = {
        "title": name_of(target),
        "on": target.is_default,
        "username": f"@{target.username}" if target.username else None,
        "rows": rows,
    }
    return Card("target", args, buttons)


def reason_of(target: Target) -> Part:
    """Say whether the bot may write there; where not, why, and what to do."""
    if target.may_write:
        return Part("target-open")
    return Part(target.reason, {"title": name_of(target)})


def chat_in(query: CallbackQuery) -> int:
    """Read the chat in a button's data; raises what `pressed_number` does."""
    return pressed_number(query, _ID)
