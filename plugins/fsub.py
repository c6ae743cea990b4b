"""What readers must have joined: who is let on to a link, and /fsub, where the chats are named."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from pyrogram import Client, ContinuePropagation, raw, utils
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import from_telegram, may
from client.lookup import is_inside
from plugins.cards import say, show
from plugins.fsub_cards import chat_card, chats_card, gate_card
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument, pressed_number
from plugins.storage import forwarded_from
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from plugins.users import FIRST
from services.access import Permission
from services.conversations import Question
from services.errors import UserError

_ID: Final = re.compile(r"-[0-9]{1,15}", re.ASCII)
_NAME: Final = re.compile(r"(?:@|(?:https?://)?t\.me/)([A-Za-z][A-Za-z0-9_]{3,31})/?")

settler = may(Permission.SETTINGS)


async def lets_on(bot: Bot, update: Message | CallbackQuery, payload: str) -> bool:
    """Whether a reader may go on to a link; one who may not is shown what to join, and a way to try again."""
    missing = await bot.services.fsub.missing(person_of(update).id, bot)
    if not missing:
        return True
    card = gate_card(await bot.services.fsub.doors.of(missing, bot), payload, again=bot.link_url(payload))
    if isinstance(update, Message):
        await say(bot, update, card)
    else:
        await bot.edit_answer(update, card.key, keyboard=card.keyboard, **card.args)
        await bot.toast(update, "fsub-still", alert=True)
    return False


@Client.on_raw_update(from_telegram, group=FIRST)
async def note_membership(bot: Bot, update: Any, _users: Any, _chats: Any) -> None:
    """Note who came, went, or asks to come, as Telegram tells admins."""
    if isinstance(update, raw.types.UpdateChannelParticipant):
        await note_place(bot, update, utils.get_channel_id(update.channel_id))
    elif isinstance(update, raw.types.UpdateBotChatInviteRequester):
        at = datetime.fromtimestamp(update.date, UTC)
        await bot.services.fsub.note_request(utils.get_peer_id(update.peer), update.user_id, at)
    raise ContinuePropagation


@Client.on_message(command("fsub") & settler)
async def fsub(bot: Bot, message: Message) -> None:
    """List the chats, or require the one that is named after the command."""
    if words := argument_of(message):
        chat = await require(bot, await chat_named(bot, words), message)
        await say(bot, message, chat_card(chat))
    else:
        await say(bot, message, chats_card(await bot.services.fsub.chats.all()))


@Client.on_callback_query(person & settler & pressed("fsub"))
async def press_chats(bot: Bot, query: CallbackQuery) -> None:
    """Go back to the list."""
    await show(bot, query, chats_card(await bot.services.fsub.chats.all()))


@Client.on_callback_query(person & settler & pressed("fsub-add"))
async def press_add(bot: Bot, query: CallbackQuery) -> None:
    """Ask which chat readers must join."""
    await ask(bot, query, "fsub", Question("fsub-ask", {}, ((CANCEL,),)))


@Client.on_message(answers("fsub") & settler, group=TALKING)
async def take_chat(bot: Bot, message: Message) -> None:
    """Require the chat that was named, or whose post was forwarded."""
    async with talking(bot, message) as talk:
        origin = forwarded_from(message)
        chat_id = int(origin.id or 0) if origin else await chat_named(bot, talk.text)
        facts = await bot.chat_facts(chat_id)
        card = chat_card(await bot.services.fsub.chats.add(facts, by=person_of(message).id, cause=talk.cause))
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & settler & pressed("fsub-chat"))
async def press_chat(bot: Bot, query: CallbackQuery) -> None:
    """Show one chat."""
    await show(bot, query, chat_card(await bot.services.fsub.chats.get(chat_in(query))))


@Client.on_callback_query(person & settler & pressed("fsub-asks"))
async def press_asks(bot: Bot, query: CallbackQuery) -> None:
    """Let people ask to join a chat, or join it at once."""
    asks, by, cause = pressed_argument(query).endswith(":on"), person_of(query).id, cause_of(query)
    chat = await bot.services.fsub.chats.ask(chat_in(query), asks=asks, by=by, cause=cause)
    await show(bot, query, chat_card(chat))


@Client.on_callback_query(person & settler & pressed("fsub-link"))
async def press_link(bot: Bot, query: CallbackQuery) -> None:
    """Let the next reader get a new link into a chat."""
    await bot.services.fsub.chats.forget_link(chat_in(query))
    await bot.toast(query, "fsub-link-forgotten", alert=True)


@Client.on_callback_query(person & settler & pressed("fsub-del"))
async def press_remove(bot: Bot, query: CallbackQuery) -> None:
    """Let readers in without a chat."""
    await bot.services.fsub.chats.remove(chat_in(query), by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, chats_card(await bot.services.fsub.chats.all()))


async def note_place(bot: Bot, update: raw.types.UpdateChannelParticipant, chat_id: int) -> None:
    """Note what became of somebody in a chat, or of what the bot itself may see there."""
    if update.user_id == bot.bot_id:
        sees = isinstance(update.new_participant, raw.types.ChannelParticipantAdmin)
        await bot.services.fsub.note_own_place(chat_id, sees=sees, telegram=bot)
    else:
        inside, at = is_inside(update.new_participant), datetime.fromtimestamp(update.date, UTC)
        await bot.services.fsub.note_place(chat_id, update.user_id, inside=inside, at=at)


async def require(bot: Bot, chat_id: int, message: Message) -> Any:
    """Let readers join a chat first from now on, after a look at it."""
    facts = await bot.chat_facts(chat_id)
    return await bot.services.fsub.chats.add(facts, by=person_of(message).id, cause=cause_of(message))


async def chat_named(bot: Bot, words: str) -> int:
    """Find the chat that a person names by its id or its public name.

    Raises:
        UserError: `fsub-unknown`, where there is none.
    """
    if _ID.fullmatch(words.strip()):
        return int(words)
    name = _NAME.fullmatch(words.strip())
    found = await bot.chat_by_name(name[1]) if name else None
    if found is None:
        raise UserError("fsub-unknown", name=words)
    return found


def chat_in(query: CallbackQuery) -> int:
    """Read the chat in a button's data; raises what `pressed_number` does."""
    return pressed_number(query, _ID)
