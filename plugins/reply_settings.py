"""What /replies does: how it stands with the AI's replies, and the groups in which it answers are named and removed."""

from __future__ import annotations

import re
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import Cause, cause_of
from client.filters import owner
from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card, put, say, show
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument, pressed_number
from plugins.storage import forwarded_from
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.conversations import Question
from services.replies import Overview, Sight
from services.targets import Target, TargetKind

TOPIC: Final = "replies"
ASK: Final = Question("replies-ask-which", {}, ((CANCEL,),))
TRIAL: Final = "replies-trial"
ASK_TRIAL: Final = Question("replies-ask-trial", {}, ((CANCEL,),))

_ID: Final = re.compile(r"-[0-9]{1,15}", re.ASCII)
_BACK: Final = Button("button-replies", data="replies")
_TRY: Final = Button("button-replies-try", data="replies-try")


@Client.on_message(command("replies") & owner)
async def replies(bot: Bot, message: Message) -> None:
    """Say how it stands, or name the group that stands after the command."""
    if words := argument_of(message):
        await say(bot, message, await added(bot, words, message, cause_of(message)))
    else:
        await say(bot, message, overview_card(await bot.services.replies.overview()))


@Client.on_callback_query(person & owner & pressed("replies"))
async def press_overview(bot: Bot, query: CallbackQuery) -> None:
    """Say how it stands now."""
    await show(bot, query, overview_card(await bot.services.replies.overview()))


@Client.on_callback_query(person & owner & pressed("replies-on"))
async def press_switch(bot: Bot, query: CallbackQuery) -> None:
    """Let the AI answer, or nobody any more."""
    on, by = pressed_argument(query) == "yes", person_of(query).id
    await bot.services.settings.put("replies", on, by=by, cause=cause_of(query))
    await show(bot, query, overview_card(await bot.services.replies.overview()))


@Client.on_callback_query(person & owner & pressed("replies-add"))
async def press_add(bot: Bot, query: CallbackQuery) -> None:
    """Offer the groups that drafts go to, and to name another one."""
    known = {each.chat_id for each in await bot.services.replies.chats()}
    groups = [each for each in await bot.services.targets.all() if each.kind is TargetKind.GROUP]
    await show(bot, query, which_card([each for each in groups if each.chat not in known]))


@Client.on_callback_query(person & owner & pressed("replies-type"))
async def press_type(bot: Bot, query: CallbackQuery) -> None:
    """Ask for a group in words."""
    await ask(bot, query, TOPIC, ASK)


@Client.on_message(answers(TOPIC) & owner, group=TALKING)
async def take_chat(bot: Bot, message: Message) -> None:
    """Name the group that was written, or in whose name the forwarded message was."""
    async with talking(bot, message) as talk:
        origin = forwarded_from(message)
        card = await added(bot, int(origin.id or 0) if origin else talk.text, message, talk.cause)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & owner & pressed("replies-try"))
async def press_try(bot: Bot, query: CallbackQuery) -> None:
    """Ask for a text to try the AI on."""
    await ask(bot, query, TRIAL, ASK_TRIAL)


@Client.on_message(answers(TRIAL) & owner, group=TALKING)
async def take_trial(bot: Bot, message: Message) -> None:
    """Let the AI be tried on a text; the answer comes by itself."""
    async with talking(bot, message) as talk:
        await bot.services.replies.trials.ask(talk.text, to=person_of(message).id, cause=talk.cause)
        await talk.finish("replies-trying")


@Client.on_callback_query(person & owner & pressed("replies-name"))
async def press_name(bot: Bot, query: CallbackQuery) -> None:
    """Name the group that was offered."""
    await show(bot, query, await added(bot, chat_in(query), query, cause_of(query)))


@Client.on_callback_query(person & owner & pressed("replies-chat"))
async def press_chat(bot: Bot, query: CallbackQuery) -> None:
    """Show one group, looked at anew."""
    chat = await bot.services.replies.get(chat_in(query))
    await bot.toast(query)
    await put(bot, query, chat_card(await sight_of(bot, chat.chat_id)))


@Client.on_callback_query(person & owner & pressed("replies-del"))
async def press_remove(bot: Bot, query: CallbackQuery) -> None:
    """Let the AI answer in a group no more."""
    await bot.services.replies.remove(chat_in(query), by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, overview_card(await bot.services.replies.overview()))


async def added(bot: Bot, name: int | str, update: Message | CallbackQuery, cause: Cause) -> Card:
    """Let the AI answer in a group; returns what is said of it.

    Raises:
        UserError: there is no such chat, or the AI cannot answer there.
    """
    sight = await sight_of(bot, name)
    await bot.services.replies.add(sight, by=person_of(update).id, cause=cause)
    return chat_card(sight)


async def sight_of(bot: Bot, name: int | str) -> Sight:
    """Look at a chat that is named by its id, its public name or its address: what the bot may do and sees there.

    Raises:
        UserError: there is none.
    """
    facts = await bot.services.targets.look(name, bot)
    told_all = bool(bot.me and bot.me.can_read_all_group_messages)
    sees_all = told_all or (await bot.chat_facts(facts.chat)).is_admin
    return Sight(facts.chat, facts.title, facts.kind is TargetKind.GROUP, facts.refusal, sees_all)


def overview_card(found: Overview) -> Card:
    """Say how it stands: whether the AI answers, where, how much there was today, and what is wrong."""
    if found.model is None:
        return Card("replies-unset", {}, [])
    options = found.options
    rows = tuple(Part("replies-row", {"title": each.title}) for each in found.chats)
    args = {
        "on": options.replies,
        "model": found.model,
        "private": options.replies_private,
        "groups": rows or Part("replies-no-chats"),
        "review": options.reply_review_all,
        "confidence": options.auto_reply_confidence,
        "calls": found.today.calls,
        "calls_most": options.reply_calls,
        "tokens": found.today.tokens,
        "tokens_most": options.reply_tokens,
        "waiting": found.waiting,
        "minutes": options.draft_cycle,
        "trouble": Part("replies-trouble", {"why": found.trouble}) if found.trouble else None,
    }
    way, turned = ("button-replies-off", "no") if options.replies else ("button-replies-on", "yes")
    return Card(
        "replies",
        args,
        [
            *([Button(text=each.title, data=f"replies-chat:{each.chat_id}")] for each in found.chats),
            [Button("button-replies-add", data="replies-add"), Button(way, data=f"replies-on:{turned}")],
            [Button("button-replies-prompt", data="set:reply_prompt"), _TRY],
            [Button("button-replies-settings", data="settings:replies"), Button("button-refresh", data="replies")],
        ],
    )


def which_card(groups: list[Target]) -> Card:
    """Offer groups, and to name another one."""
    buttons = [[Button(text=each.title, data=f"replies-name:{each.chat}")] for each in groups]
    return Card("replies-which", {}, [*buttons, [Button("button-replies-type", data="replies-type")], [_BACK]])


def chat_card(sight: Sight) -> Card:
    """Show one group: whether the bot may write there, and what it hears."""
    reason = Part(sight.refusal, {"title": sight.title}) if sight.refusal else Part("target-open")
    args = {"title": sight.title or str(sight.chat_id), "all": sight.sees_all, "reason": reason}
    remove = Button("button-replies-del", data=f"replies-del:{sight.chat_id}")
    look = Button("button-replies-look", data=f"replies-chat:{sight.chat_id}")
    return Card("replies-chat", args, [[look, remove], [_BACK]])


def chat_in(query: CallbackQuery) -> int:
    """Read the chat in a button's data; raises what `pressed_number` does."""
    return pressed_number(query, _ID)
