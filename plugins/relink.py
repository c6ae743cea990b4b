"""What /relink does: another file takes a place behind a link; the link, the place and the file are asked for."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.keyboard import Button
from plugins.cards import Card, say
from plugins.links import link_in
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument, upload_of
from plugins.talk import CANCEL, TALKING, Talk, answers, ask, talking
from services.access import Permission
from services.conversations import Question
from services.errors import UserError
from services.relink import Relinked
from services.upload import kept, read

uploader = may(Permission.UPLOAD)

LINK: Final = "link"
PLACE: Final = "place"
FILE: Final = "file"

WHICH: Final = "relink-ask-place"
"""What is said where it is not clear which place of a link is meant: a question."""


@Client.on_message(command("relink") & uploader)
async def relink(bot: Bot, message: Message) -> None:
    """Take the link, the place and the file from the command and the message that it answers; ask for the rest."""
    known = await said_with(bot, message)
    if question := await missing(bot, known, by=person_of(message).id):
        await ask(bot, message, "relink", question[1], step=question[0], data=known)
        return
    done = await bot.services.relink.replace(**wanted(known), by=person_of(message).id, cause=cause_of(message))
    await say(bot, message, relinked_card(bot, done))


@Client.on_callback_query(person & uploader & pressed("relink"))
async def press_relink(bot: Bot, query: CallbackQuery) -> None:
    """Ask for the file that is to take a place behind a link, or for the place."""
    known: dict[str, Any] = {LINK: pressed_argument(query)}
    if question := await missing(bot, known, by=person_of(query).id):
        await ask(bot, query, "relink", question[1], step=question[0], data=known)


@Client.on_message(answers("relink") & uploader, group=TALKING)
async def answer_relink(bot: Bot, message: Message) -> None:
    """Take what was asked for, and ask for what is still missing; else put the file there."""
    async with talking(bot, message) as talk:
        known, by = {**talk.data, **await learned(bot, talk, message)}, person_of(message).id
        if question := await missing(bot, known, by=by):
            await talk.next(*question, **known)
            return
        card = relinked_card(bot, await bot.services.relink.replace(**wanted(known), by=by, cause=talk.cause))
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


async def said_with(bot: Bot, message: Message) -> dict[str, Any]:
    """Read what a command brings: a link and a place after it, a link or a file in the message that it answers."""
    replied, words = await bot.replied(message), argument_of(message).split()
    places = [int(word) for word in words if word.isascii() and word.isdigit()]
    links = [word for word in words if not word.isdigit()] or [link_in(replied)]
    known: dict[str, Any] = {LINK: links[0]} if links[0] else {}
    known |= {PLACE: places[0]} if places else {}
    upload = upload_of(replied) if replied else None
    return known | ({FILE: kept([upload])} if upload else {})


async def learned(bot: Bot, talk: Talk, message: Message) -> dict[str, Any]:
    """Read what an answer says. A file is taken at every step, as some send it first.

    Raises:
        UserError: it says nothing of what is wanted.
    """
    if upload := upload_of(message):
        if upload.group_id:
            raise UserError("relink-album")
        await bot.services.files.check([upload])
        return {FILE: kept([upload])}
    if talk.step == LINK and talk.text:
        return {LINK: link_in(message) or talk.text}
    if talk.step == PLACE and talk.text.isascii() and talk.text.isdigit():
        return {PLACE: int(talk.text)}
    if talk.step == FILE:
        raise UserError("relink-no-file")
    asked = talk.conversation.question
    raise UserError(asked.key, **asked.args)


async def missing(bot: Bot, known: dict[str, Any], *, by: int) -> tuple[str, Question] | None:
    """Choose the step and the question after what is known by now, and note the place where it is clear.

    Returns None when nothing is missing.

    Raises:
        UserError: there is no such link or place.
    """
    if LINK not in known:
        return LINK, Question("relink-ask-link", {}, ((CANCEL,),))
    try:
        gap = await bot.services.relink.gap(known[LINK], known.get(PLACE), by=by)
    except UserError as unclear:
        if unclear.key != WHICH:
            raise
        return PLACE, Question(WHICH, unclear.args_, ((CANCEL,),))  # type: ignore[arg-type]  # numbers and words
    known |= {LINK: gap.link.code, PLACE: gap.place}
    if FILE in known:
        return None
    args = {"name": gap.file.name if gap.file else None, "kind": gap.file.kind if gap.file else "document"}
    return FILE, Question("relink-ask-file", args | {"place": gap.place, "count": len(gap.link.items)}, ((CANCEL,),))


def wanted(known: dict[str, Any]) -> dict[str, Any]:
    """What is to be replaced by what, once all of it is known."""
    [upload] = read(known[FILE])
    return {"code": known[LINK], "place": known[PLACE], "upload": upload}


def relinked_card(bot: Bot, done: Relinked) -> Card:
    """Say what a link hands out from now on."""
    code, count = done.card.link.code, len(done.card.link.items)
    url = bot.link_url(code)
    args = {"name": done.file.name, "kind": done.file.kind, "place": done.place, "count": count, "links": done.links}
    buttons = [Button("button-share", share=url), Button("button-link-options", data=f"link:{code}")]
    return Card("relinked", args | {"url": url}, [buttons])
