"""What can be done with a broadcast that was started: pause, resume, stop, change or delete it everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.speech import CAPTION, chat_of
from plugins.broadcast_cards import delete_card, name_of, stop_card
from plugins.broadcasts import card_of, own
from plugins.captions import to_html
from plugins.cards import Card, show
from plugins.outgoing import show_out
from plugins.people import person_of
from plugins.recognize import person, pressed
from plugins.talk import CANCEL, TALKING, YES, answers, ask, chose, talking
from services.access import Permission
from services.broadcasts import Broadcast, Outgoing
from services.conversations import Question
from services.errors import UserError
from services.templates import LONGEST, shown_units

broadcaster = may(Permission.BROADCAST)

TOPIC: Final = "cast-edit"
SURE: Final = Question("cast-edit-sure", {}, ((YES,), (CANCEL,)))


@Client.on_callback_query(person & broadcaster & pressed("cast-pause"))
async def press_pause(bot: Bot, query: CallbackQuery) -> None:
    """Stop sending for now."""
    found = await own(bot, query)
    paused = await bot.services.broadcasts.pause(found.code, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, await card_of(bot, paused))


@Client.on_callback_query(person & broadcaster & pressed("cast-resume"))
async def press_resume(bot: Bot, query: CallbackQuery) -> None:
    """Go on where it was."""
    found = await own(bot, query)
    resumed = await bot.services.broadcasts.resume(found.code, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, await card_of(bot, resumed))


@Client.on_callback_query(person & broadcaster & pressed("cast-stop"))
async def press_stop(bot: Bot, query: CallbackQuery) -> None:
    """Ask whether nobody else is to get it."""
    await ask_apart(bot, query, stop_card(await own(bot, query)))


@Client.on_callback_query(person & broadcaster & pressed("cast-stop-yes"))
async def press_stop_yes(bot: Bot, query: CallbackQuery) -> None:
    """Send it to nobody else."""
    found = await own(bot, query)
    await bot.services.broadcasts.cancel(found.code, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, Card("cast-stopped", {"name": name_of(found)}, []))


@Client.on_callback_query(person & broadcaster & pressed("cast-delete"))
async def press_delete(bot: Bot, query: CallbackQuery) -> None:
    """Ask whether it is to go from every chat, and say what Telegram lets a bot delete."""
    found = await own(bot, query)
    check_held(found)
    await ask_apart(bot, query, delete_card(found))


@Client.on_callback_query(person & broadcaster & pressed("cast-delete-yes"))
async def press_delete_yes(bot: Bot, query: CallbackQuery) -> None:
    """Delete it from every chat."""
    found = await own(bot, query)
    await bot.services.broadcasts.delete_everywhere(found.code, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, Card("cast-deleting", {"name": name_of(found)}, []))


@Client.on_callback_query(person & broadcaster & pressed("cast-edit"))
async def press_edit(bot: Bot, query: CallbackQuery) -> None:
    """Ask for the text that is to stand in the place of the one that everybody has."""
    found = await own(bot, query)
    check_held(found)
    if found.out.wordless:
        raise UserError("cast-edit-wordless")
    kind = "text" if is_text(found) else "caption"
    await ask(bot, query, TOPIC, Question("cast-edit-ask", {"kind": kind}, ((CANCEL,),)), data={"code": found.code})


@Client.on_message(answers(TOPIC) & broadcaster, group=TALKING)
async def take_text(bot: Bot, message: Message) -> None:
    """Show what everybody would have then, and ask whether that is meant."""
    async with talking(bot, message) as talk:
        found = await own(bot, message, talk.data["code"])
        html = written_in(message, found)
        await show_out(bot, chat_of(message), reworded(found, html), cause=talk.cause, step="preview")
        await talk.next("sure", replace(SURE, args={"count": found.counts.within_reach}), html=html)


@Client.on_callback_query(chose(TOPIC) & person & broadcaster, group=TALKING)
async def press_sure(bot: Bot, query: CallbackQuery) -> None:
    """Change it everywhere."""
    async with talking(bot, query) as talk:
        found = await own(bot, query, talk.data["code"])
        out = reworded(found, talk.data["html"])
        await bot.services.broadcasts.edit_everywhere(found.code, by=person_of(query).id, cause=talk.cause, out=out)
        await talk.finish("cast-editing", name=name_of(found))


async def ask_apart(bot: Bot, query: CallbackQuery, card: Card) -> None:
    """Ask in a message of its own: the one with the progress changes by itself."""
    await bot.answer(query, card.key, keyboard=card.keyboard, **card.args)
    await bot.toast(query)


def check_held(found: Broadcast) -> None:
    """Refuse to touch what no reader has any more, and none is still to get.

    Raises:
        UserError: `cast-none-left`.
    """
    if found.ended_at is not None and not found.counts.within_reach:
        raise UserError("cast-none-left")


def is_text(found: Broadcast) -> bool:
    """Whether what readers have is a text, and not a medium with a caption."""
    return found.out.is_text or found.out.chat is None


def reworded(found: Broadcast, html: str) -> Outgoing:
    """The message with another text, or another caption."""
    content = found.content
    return replace(content, chat=None, message_ids=(), html=html) if is_text(found) else replace(content, html=html)


def written_in(message: Message, found: Broadcast) -> str:
    """Read the new text of a broadcast.

    Raises:
        UserError: `cast-edit-no-text`, or `setting-long`: it is longer than a caption may be.
    """
    if not message.text:
        raise UserError("cast-edit-no-text")
    html = to_html(str(message.text), message.entities)
    longest = LONGEST if is_text(found) else CAPTION
    if shown_units(html) > longest:
        raise UserError("setting-long", longest=longest, length=shown_units(html))
    return html
