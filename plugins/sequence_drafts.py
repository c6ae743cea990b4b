"""What happens to a YAML file of somebody who may write to all: it is checked, drawn, and saved as a sequence."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.speech import chat_of
from locales.texts import LANGUAGES
from plugins.cards import Card, say, stored_card
from plugins.people import person_of
from plugins.posts import missing_posts
from plugins.recognize import album, person, pressed, pressed_argument, pressed_number, upload_of, yaml
from plugins.sequence_cards import draft_card, problems_args, sequence_card, store_buttons
from plugins.sequence_pictures import timeline_of
from plugins.talk import CANCEL, TALKING, answers, ask, chose, talking
from services.access import Permission
from services.conversations import Choice, Question
from services.errors import UserError
from services.sequence_example import NAME
from services.sequence_files import PlanFile, Problem, WrongFile, plan_in
from services.sequences import Plan
from services.yaml_tree import LARGEST

broadcaster = may(Permission.BROADCAST)
uploader = may(Permission.UPLOAD)

TOPIC: Final = "sequence"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

EXAMPLE: Final = Choice("example", "button-sequence-example")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message's file says, and by what it is known again: the message may get another file."""

    message_id: int
    plan: Plan
    digest: str

    @property
    def data(self) -> str:
        """What the button carries that saves it."""
        return f"sequence-save:{self.message_id}:{self.digest}"


@Client.on_message(person & broadcaster & yaml & ~album)
async def take_file(bot: Bot, message: Message) -> None:
    """Show what a file would do as a sequence, or what is wrong with it; offer to keep it as any other."""
    store = (
        f"sequence-store:{message.id}" if bot.services.access.may(person_of(message).id, Permission.UPLOAD) else None
    )
    try:
        await offer(bot, message, await read(bot, message), store)
    except UserError as error:
        await say(bot, message, Card(error.key, error.args_, [store_buttons(store)]))


@Client.on_message(answers(TOPIC) & broadcaster, group=TALKING)
async def take_answer(bot: Bot, message: Message) -> None:
    """Show what the file would do that was asked for."""
    async with talking(bot, message) as talk:
        await offer(bot, message, await read(bot, message), None)
        await talk.end()


@Client.on_callback_query(chose(TOPIC) & broadcaster, group=TALKING)
async def press_example(bot: Bot, query: CallbackQuery) -> None:
    """Give the example that ships; the question stays."""
    await bot.toast(query)
    await bot.hand_over(query, NAME, await bot.services.sequences.example(), "sequence-example")


@Client.on_callback_query(person & broadcaster & pressed("sequence-save"))
async def press_save(bot: Bot, query: CallbackQuery) -> None:
    """Save what was shown, if the message still has it."""
    await bot.toast(query)  # before the file is fetched, which may take seconds
    message, digest = await message_in(bot, query)
    draft = await read(bot, message)
    if draft.digest != digest:
        raise UserError("sequence-draft-changed")
    await bot.services.sequences.save(draft.plan, person_of(query).id, cause_of(query))
    card = await sequence_card(bot, draft.plan.name)
    await bot.edit_answer(query, card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & uploader & pressed("sequence-store"))
async def press_store(bot: Bot, query: CallbackQuery) -> None:
    """Store the file as any other, and say its link."""
    await bot.toast(query)
    message, _ = await message_in(bot, query)
    upload = upload_of(message)
    if upload is None:
        raise UserError("paper-none")
    stored = await bot.services.files.store([upload], by=person_of(query).id, cause=cause_of(query))
    card = stored_card(bot, stored)
    await bot.edit_answer(query, card.key, keyboard=card.keyboard, **card.args)


async def ask_for_file(bot: Bot, query: CallbackQuery, name: str | None = None) -> None:
    """Ask for the file of a new sequence, or of the one with this name."""
    key, choices = ("sequence-edit-ask", ((CANCEL,),)) if name else ("sequence-new-ask", ((EXAMPLE,), (CANCEL,)))
    await ask(bot, query, TOPIC, Question(key, {"name": name}, choices))


async def offer(bot: Bot, message: Message, draft: Draft, store: str | None) -> None:
    """Ask whether to save, and draw what that would be."""
    await say(bot, message, await draft_card(bot, draft.plan, save=draft.data, store=store))
    timeline = await timeline_of(bot, draft.plan, await bot.language_of(message.from_user))
    await bot.services.charts.ask(timeline, to=person_of(message).id, cause=cause_of(message))


async def read(bot: Bot, message: Message) -> Draft:
    """Read a message's file as a sequence.

    Raises:
        UserError: it carries none, it is too large, or `sequence-problems` names all that is wrong with it.
    """
    content = await bot.paper(message, LARGEST)
    try:
        found = await asyncio.to_thread(plan_in, content, tuple(LANGUAGES))  # a large file takes seconds
        await check_source(bot, found)
    except WrongFile as error:
        raise UserError("sequence-problems", **problems_args(error.problems)) from error
    return Draft(message.id, found.plan, sha256(content).hexdigest()[:16])


async def check_source(bot: Bot, file: PlanFile) -> None:
    """Look whether the posts are there that the steps send.

    Raises:
        WrongFile: some are not, or there is no channel to look in.
    """
    wanted = dict(_posts(file))
    if not wanted:
        return
    source = (await bot.services.settings.current()).source_chat
    if source is None:
        raise WrongFile([Problem(min(wanted.values()), "sequence-file-no-source", {})])
    gone = await missing_posts(bot, source, sorted(wanted))
    if gone:
        raise WrongFile([Problem(wanted[each], "sequence-file-source-gone", {"number": str(each)}) for each in gone])


def _posts(file: PlanFile) -> Iterator[tuple[int, int]]:
    """The numbers of the posts that steps send, each with a line on which such a step begins."""
    for step in file.plan.steps:
        for number in step.messages:
            yield number, file.lines[step.key]


async def message_in(bot: Bot, query: CallbackQuery) -> tuple[Message, str]:
    """The message with the file that a button is about, and what else the button carries.

    Raises:
        UserError: `button-stale`, `paper-none` where it is gone.
    """
    number = pressed_number(query, _NUMBER)
    found: Any = await bot.get_messages(chat_of(query), number, replies=0)
    if found is None or found.empty or not found.from_user or found.from_user.id != person_of(query).id:
        raise UserError("paper-none")
    return found, pressed_argument(query).partition(":")[2]
