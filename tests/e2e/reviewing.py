"""What reviewers see of drafts, and how a test finds it: cards by what they say, and by their buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyrogram.types import Message

from database.connection import Database
from sandbox.person import Person
from services.drafts import DraftService, DraftTarget
from services.targets import TargetFacts, TargetKind
from tests.database.mongo import raw
from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import TEXTS, said, shown
from tests.proof.frozen import frozen


def label(language: str, key: str, **args: object) -> str:
    """What a button says, or the answer to a press."""
    return TEXTS.label(language, key, **args)


def texts_of(message: Message) -> list[str]:
    """What the buttons under a message say."""
    rows: Any = getattr(message.reply_markup, "inline_keyboard", None) or []
    return [button.text for row in rows for button in row]


def head(language: str, key: str) -> str:
    """How a card begins, as far as it is the same for every draft."""
    return shown(language, key, who="", at="", send="", confidence="").partition(".")[0]


async def standing(person: Person, code: str, *words: str, button: str = "", but: str = "", after: int = 0) -> Message:
    """Wait until a message in the chat with the bot says all of this, over buttons with this code; return the newest.

    With `button` one of them says that; with `but` the message does not say that. It came after the one with this id.
    """

    async def found() -> Message | None:
        for each in reversed(await person.history(limit=60)):
            has = code in str(each.reply_markup) and (not button or button in texts_of(each))
            says = all(word in said(each) for word in words) and not (but and but in said(each))
            if each.id > after and has and says:
                return each
        return None

    message = await until(found, 60)
    assert message
    return message


@dataclass(frozen=True, slots=True)
class Desk:
    """A bot whose owner speaks Russian, with a reviewer who speaks English, three channels, and drafts."""

    stage: Stage
    bot: BotProcess
    admin: Person
    news: DraftTarget
    archive: DraftTarget
    closed: DraftTarget
    codes: dict[str, str]
    """The codes of the drafts, by what they say."""
    database: Database
    drafts: DraftService
    wished: datetime
    """When the drafts are to go out that name a time."""

    def tongue(self, person: Person) -> str:
        return "en" if person is self.admin else "ru"

    async def press(self, person: Person, code: str, key: str, *words: str, **args: object) -> str:
        """Press the newest button with this text among those of a draft. Returns what the bot answers to the press."""
        button = label(self.tongue(person), key, **args)
        message = await standing(person, code, *words, button=button)
        return str((await person.press(message, text=button)).message or "")

    async def reads(self, person: Person, code: str, key: str, **args: object) -> Message:
        """Wait until a message says this text."""
        return await standing(person, code, shown(self.tongue(person), key, **args))

    async def move(self, code: str, **times: datetime) -> None:
        """Let something that waits for a time be due at another one."""
        await raw(self.database)["drafts"].update_one({"code": code}, {"$set": times})

    async def late(self, person: Person, message: Message, button: str, meanwhile: Awaitable[object]) -> str:
        """Press a button, and let something happen between the press and when the bot hears of it.

        Returns what the bot answers to the press.
        """
        assert self.bot.process
        before = len(await self._presses())
        async with frozen(self.bot.process.pid):
            pressing = asyncio.create_task(person.press(message, text=button))

            async def pressed() -> bool:
                return len(await self._presses()) > before

            await until(pressed, 30, every=0.02)
            await meanwhile
        return str((await pressing).message)

    async def _presses(self) -> list[dict[str, Any]]:
        return [line for line in await self.stage.sandbox.ledger() if line["kind"] == "callback_query"]


class Seen:
    """Chats as the bot would see them."""

    def __init__(self, titles: dict[int, str]) -> None:
        self._titles = titles

    async def target_facts(self, name: int | str) -> TargetFacts:
        return TargetFacts(int(name), self._titles[int(name)], TargetKind.CHANNEL)


async def edit(desk: Desk, person: Person, code: str, version: int, *texts: str) -> int:
    """Press EDIT under a version, and send this instead. Returns the id of what was asked, for `choose`."""
    card = await standing(person, f"{code}:{version}", head(desk.tongue(person), "draft-head-pending"))
    await desk.press(person, f"{code}:{version}", "button-draft-edit")
    asked = await standing(person, "", shown(desk.tongue(person), "draft-edit-ask"), after=card.id)
    for text in texts:
        await person.send(text)
    return asked.id


async def choose(desk: Desk, person: Person, question: str, *choices: str, version: int, since: int) -> None:
    """Answer a question about a new version with its buttons; it is seen by all who review.

    `since` is what `edit` returned: the buttons of an earlier question are over.
    """
    words = shown(desk.tongue(person), question)
    for choice in choices:
        button = label(desk.tongue(person), choice)
        await person.press(await standing(person, "", words, button=button, after=since), text=button)
        words = ""
    await desk.reads(person, "", "draft-edited", number=version)


async def shown_to(desk: Desk, person: Person, words: str) -> Message:
    """Wait for what a person is shown of a draft."""
    message: Message = await desk.stage.answer(person, predicate=lambda got: words == said(got))
    return message
