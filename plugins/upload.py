"""What /upload does: takes a file or an album, asks for a title and for tags, and answers with the link."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import may
from locales.arguments import clean
from locales.texts import Html
from plugins.cards import link_buttons
from plugins.people import person_of
from plugins.recognize import command, kind_of_no_file, person, upload_of
from plugins.talk import BACK, CANCEL, SKIP, TALKING, Talk, answers, ask, chose, talking
from services.access import Permission
from services.conversations import Question
from services.errors import UserError
from services.upload import kept, read

uploader = may(Permission.UPLOAD)

FILE: Final = "file"
TITLE: Final = "title"
TAGS: Final = "tags"
STEPS: Final = (FILE, TITLE, TAGS)

ASK_FILE: Final = Question("upload-file", {}, ((CANCEL,),))
ASK_TAGS: Final = Question("upload-tags", {}, ((BACK, SKIP), (CANCEL,)))


@Client.on_message(command("upload") & uploader)
async def upload(bot: Bot, message: Message) -> None:
    """Ask for the file, when files can be kept at all."""
    await bot.services.files.check()
    await ask(bot, message, "upload", ASK_FILE, step=FILE)


@Client.on_message(answers("upload") & uploader, group=TALKING)
async def take(bot: Bot, message: Message) -> None:
    """Take the file, the title or the tags."""
    async with talking(bot, message) as talk:
        if talk.choice:
            await take_choice(bot, talk)
        elif upload_of(message):
            await take_file(bot, talk, message)
        else:
            await take_words(bot, talk, message)


@Client.on_callback_query(chose("upload") & person & uploader, group=TALKING)
async def press(bot: Bot, query: CallbackQuery) -> None:
    """Go back, or leave out what is asked for."""
    async with talking(bot, query) as talk:
        await take_choice(bot, talk)


async def take_choice(bot: Bot, talk: Talk) -> None:
    """Go back to the question before, or on without an answer."""
    if talk.choice == BACK.name:
        before = STEPS[STEPS.index(talk.step) - 1]
        await talk.next(before, ASK_FILE if before == FILE else title_question(talk))
    elif talk.step == TITLE:
        await talk.next(TAGS, ASK_TAGS, title=None)
    else:
        await finish(bot, talk, None)


async def take_file(bot: Bot, talk: Talk, message: Message) -> None:
    """Take a file where one is asked for, and the rest of its album; any other has a link of its own."""
    upload = upload_of(message)
    files = talk.data.get("files", [])
    if upload is None:
        return
    if talk.step == FILE:
        await bot.services.files.check([upload])
        await talk.next(TITLE, title_question(talk, upload.name, upload.kind), files=kept([upload]))
    elif upload.group_id and upload.group_id == files[0]["group_id"]:
        await bot.services.files.check([upload])
        await talk.stay(files=[*files, *kept([upload])])
    else:
        await talk.pass_on()


async def take_words(bot: Bot, talk: Talk, message: Message) -> None:
    """Take the title or the tags; say what is wanted where this is neither."""
    words = clean(talk.text)
    if talk.step == FILE:
        raise UserError("upload-no-file") if talk.text else UserError("not-a-file", kind=kind_of_no_file(message))
    if not talk.text:
        raise UserError("upload-no-words")
    if talk.step == TITLE:
        await talk.next(TAGS, ASK_TAGS, title=await bot.services.upload.title(words))
    else:
        await finish(bot, talk, bot.services.upload.tags(words))


async def finish(bot: Bot, talk: Talk, tags: Sequence[str] | None) -> None:
    """Store what was uploaded, and say everything that it has now."""
    by, title = person_of(talk.update).id, talk.data["title"]
    stored = await bot.services.upload.finish(read(talk.data["files"]), title=title, tags=tags, by=by, cause=talk.cause)
    first = stored.files[0]
    await talk.finish(
        "upload-done",
        keyboard=[link_buttons(bot, stored.link.code)],
        name=title or first.name,
        kind=first.kind,
        count=len(stored.link.items),
        size=sum(file.size or 0 for file in stored.files),
        tags=Html(html.escape(f"🏷 {', '.join(tags)}")) if tags else None,
        url=bot.link_url(stored.link.code),
    )


def title_question(talk: Talk, name: str | None = None, kind: str | None = None) -> Question:
    """Ask for the title of a file that was just sent, or of the one before."""
    first = talk.data.get("files", [{}])[0]
    args = {"name": name or first.get("name"), "kind": kind or first.get("kind")}
    return Question("upload-title", args, ((BACK, SKIP), (CANCEL,)))
