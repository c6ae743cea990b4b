"""How a draft gets a new version: the old words are handed back to be copied, anything may come in their place."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from io import BytesIO
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import may
from client.sources import SourceGone
from client.speech import CAPTION
from locales.texts import Html
from plugins.captions import html_of
from plugins.draft_board import bring_up_to_date
from plugins.draft_review import answering, changeable, deciding, versioned
from plugins.keeping import keep
from plugins.outgoing import album_of, outgoing_of
from plugins.people import person_of
from plugins.recognize import person, pressed
from plugins.talk import CANCEL, DONE, TALKING, Talk, answers, ask, chose
from services.access import Permission
from services.conversations import Choice, Question
from services.draft_desk import PAPER as TEXT_FILE
from services.draft_texts import paper_of, parts_of, units_over
from services.drafts import Draft, Outgoing
from services.errors import UserError
from services.templates import LONGEST, plain, shown_units

reviewer = may(Permission.REVIEW)

TOPIC: Final = "draft-edit"

CAPTIONED: Final = Choice("caption", "button-draft-caption")
BELOW: Final = Choice("below", "button-draft-below")
INSTEAD: Final = Choice("instead", "button-draft-instead")
KEEP: Final = Choice("keep", "button-draft-keep-words")
WITHOUT: Final = Choice("without", "button-draft-no-words")

SPLIT: Final = Choice("split", "button-draft-split")
PAPER: Final = Choice("paper", "button-draft-paper")

LONG: Final = Question("draft-edit-long", {}, ((SPLIT,), (PAPER,), (CANCEL,)))
WHERE: Final = Question("draft-edit-where", {}, ((CAPTIONED,), (BELOW,), (INSTEAD,), (CANCEL,)))
WHERE_LONG: Final = Question("draft-edit-where-long", {"longest": CAPTION}, ((BELOW,), (INSTEAD,), (PAPER,), (CANCEL,)))
WORDS: Final = Question("draft-edit-words", {}, ((KEEP,), (WITHOUT,), (CANCEL,)))
WORDS_LONG: Final = Question("draft-edit-words-long", {"longest": CAPTION}, ((BELOW,), (WITHOUT,), (CANCEL,)))

FULL: Final = LONGEST - 600
"""UTF-16 units from which on a message may be the beginning of a longer text: people's programs cut where words end."""

SHOWN: Final = LONGEST - 200
"""Characters of the old text in one message, escaped."""

_TAG: Final = re.compile(r"</?[A-Za-z]")


@Client.on_callback_query(person & reviewer & pressed("draft-edit"))
async def press_edit(bot: Bot, query: CallbackQuery) -> None:
    """Hand the old words back, and ask what is to go out instead."""
    async with deciding(bot, query):
        code, number = versioned(query)
        found = await changeable(bot, code, number)
        for place, piece in enumerate(pieces_of(copied(await words_of(bot, found))), 1):
            await bot.answer(query, "draft-edit-old", step=f"old {place}", excerpt=Html(piece))
        await ask(
            bot, query, TOPIC, Question("draft-edit-ask", {}, ((CANCEL,),)), data={"code": code, "version": number}
        )


@Client.on_message(answers(TOPIC) & reviewer, group=TALKING)
async def take_answer(bot: Bot, message: Message) -> None:
    """Take a text, or a medium, and ask what becomes of the other one where the draft has both."""
    async with answering(bot, message) as (talk, found):
        if talk.choice == DONE.name:
            await take_text(bot, talk, found, gathered(talk))
        elif message.text:
            await read_text(bot, talk, found, message)
        else:
            await take_medium(bot, talk, found, message)


@Client.on_callback_query(chose(TOPIC) & person & reviewer, group=TALKING)
async def press_choice(bot: Bot, query: CallbackQuery) -> None:
    """Do with the words what was chosen."""
    async with answering(bot, query) as (talk, found):
        if talk.choice == DONE.name:
            await take_text(bot, talk, found, gathered(talk))
        elif talk.choice == SPLIT.name:
            await place_text(bot, talk, found, talk.data["html"])
        elif talk.choice == PAPER.name:
            await put_in_place(bot, talk, found, (await paper(bot, talk),))
        else:
            await put_in_place(bot, talk, found, chosen_parts(talk, found))


async def read_text(bot: Bot, talk: Talk, found: Draft, message: Message) -> None:
    """Take a text; one that fills a message may go on in the next one, which is waited for."""
    html = html_of(message)
    text = joined(gathered(talk), html)
    parts_of(text, "split")  # refuses what could not be sent
    if shown_units(html) < FULL and not gathered(talk):
        await take_text(bot, talk, found, text)
    elif talk.step == "rest":
        await talk.stay(html=text)
    else:
        await talk.next("rest", Question("draft-edit-rest", {}, ((DONE,), (CANCEL,))), html=text)


async def take_text(bot: Bot, talk: Talk, found: Draft, html: str) -> None:
    """Take a text that is all there; what becomes of one that is too long for a message is asked."""
    if units_over(html):
        await talk.next("long", LONG, html=html)
    else:
        await place_text(bot, talk, found, html)


async def place_text(bot: Bot, talk: Talk, found: Draft, html: str) -> None:
    """Put a text in the draft's place; one for a draft with a medium that has words is asked where it belongs."""
    medium = medium_of(found)
    if medium is None or medium.wordless:
        await put_in_place(bot, talk, found, texts_of(html))
    else:
        await talk.next("where", WHERE if shown_units(html) <= CAPTION else WHERE_LONG, html=html)


async def take_medium(bot: Bot, talk: Talk, found: Draft, message: Message) -> None:
    """Put a medium in the draft's place; where it came without words, whether it keeps the old ones is asked."""
    out = await keep(bot, await outgoing_of(bot, message), cause=talk.cause)
    talk.through = (await album_of(bot, message))[-1].id
    words = await words_of(bot, found)
    if out.wordless or out.title or not words:
        await put_in_place(bot, talk, found, (out,))
    else:
        question = WORDS if shown_units(words) <= CAPTION else WORDS_LONG
        await talk.next("words", question, out=out.as_document(), html=words)


async def put_in_place(bot: Bot, talk: Talk, found: Draft, parts: tuple[Outgoing, ...]) -> None:
    """Make the new version, and show it to all who decide."""
    by = person_of(talk.update).id
    edited = await bot.services.drafts.edit(found.code, parts, by, talk.cause, version=talk.data["version"])
    await talk.finish("draft-edited", number=edited.version.number)
    await bring_up_to_date(bot, found.code, by)


async def paper(bot: Bot, talk: Talk) -> Outgoing:
    """Make a file of a text, in the storage channel.

    Raises:
        UserError: there is nowhere to keep it (`storage-missing`, `storage-failed`). TryLater: it has to wait.
    """
    chat = await bot.services.files.check()
    content = BytesIO(paper_of(talk.data["html"]))
    return Outgoing(chat, (await bot.keep_upload(chat, content, TEXT_FILE, cause=talk.cause, step="text"),), None)


def chosen_parts(talk: Talk, found: Draft) -> tuple[Outgoing, ...]:
    """Make the parts that a choice means of the words and the medium that are there.

    Raises:
        UserError: `button-stale`: there is no such choice, or no medium any more.
    """
    html, out = talk.data["html"], talk.data.get("out")
    medium = Outgoing.of(out) if out else medium_of(found)
    if talk.choice == INSTEAD.name:
        return texts_of(html)
    if medium is None:
        raise UserError("button-stale")
    if talk.choice == BELOW.name:
        return (replace(medium, html=""), *texts_of(html))
    return (replace(medium, html="" if talk.choice == WITHOUT.name else html),)


def medium_of(found: Draft) -> Outgoing | None:
    """The medium, or album, that a draft has; None where it is texts alone."""
    return next((each for each in found.version.parts if each.chat is not None and not each.is_text), None)


async def words_of(bot: Bot, found: Draft) -> str:
    """Return what a draft says, as HTML: its texts, or its caption."""
    said: list[str] = []
    for part in found.version.parts:
        html = part.html
        if html is None and not part.wordless:
            try:
                html = next(iter((await bot.source_of(part)).words.values()), "")
            except SourceGone:
                html = ""
        said.append(html or "")
    return "\n\n".join(filter(None, said))


def copied(html: str) -> str:
    """Return a text as it can be copied, changed and sent again: as it looks, or with its tags where it has any."""
    return html if _TAG.search(html) else plain(html)


def pieces_of(text: str) -> list[str]:
    """Cut a text into pieces of which each fits into a message, and escape them: no character is lost."""
    pieces: list[str] = []
    for line in text.splitlines(keepends=True):
        for place in range(0, len(line), SHOWN // 6):
            piece = escape(line[place : place + SHOWN // 6], quote=False)
            if pieces and len(pieces[-1]) + len(piece) <= SHOWN:
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return pieces


def texts_of(html: str) -> tuple[Outgoing, ...]:
    """Make messages of a text, as many as it needs.

    Raises:
        UserError: what `services.draft_texts.parts_of` does.
    """
    return tuple(Outgoing(None, (), part, is_text=True) for part in parts_of(html, "split"))


def gathered(talk: Talk) -> str:
    """What was written so far of a text that comes in several messages."""
    return str(talk.data.get("html", "")) if talk.step == "rest" else ""


def joined(before: str, html: str) -> str:
    """Put the next message of a text after those before it."""
    return f"{before}\n{html}" if before else html
