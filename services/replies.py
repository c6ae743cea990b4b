"""Decides in which chats the AI answers, and which messages wait for that; and how much of it there was today."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.reply_chats import ReplyChat as ReplyChat  # noqa: PLC0414 - what callers of `chats` get
from database.reply_counts import Budget
from database.threads import HeardMessage
from services.access import Access
from services.assistants import Assistant, Trouble
from services.audit import AuditLog
from services.drafts import DraftService
from services.errors import UserError
from services.options import BotOptions
from services.reply_budget import ReplyBudget
from services.reply_trials import ReplyTrialService
from services.reply_work import ReplyWork
from services.settings import SettingsService

FRESH: Final = timedelta(seconds=2)
"""How old the list of chats may be: another process of the installation may have changed it."""

AT_MOST: Final = 20
"""Groups in which one bot's AI answers: more make no list that anybody can read."""

LONGEST: Final = 4096
"""Characters of a message that are read."""

NAMED: Final = 100
"""Characters of a person's and a chat's name that reviewers are shown."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a chat is judged by before the AI answers there.

    `refusal` is the text that says why the bot may not write there, empty where it may. `sees_all` is whether it is
    told of everything that is said there.
    """

    chat_id: int
    title: str
    is_group: bool
    refusal: str
    sees_all: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a person, as it is heard; the person's and the chat's name are for reviewers."""

    chat: int
    person: int
    number: int
    text: str
    who: str
    title: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How it stands: the options, the chats, how much there was today, how many threads wait, and what is wrong."""

    model: str | None
    options: BotOptions
    chats: tuple[ReplyChat, ...]
    today: Budget
    waiting: int
    trouble: Trouble | None


class ReplyService:
    """One bot's AI replies. Without an assistant nothing is heard."""

    def __init__(
        self,
        database: BotDatabase,
        settings: SettingsService,
        access: Access,
        drafts: DraftService,
        audit: AuditLog,
        clock: Clock,
        assistant: Assistant | None,
    ) -> None:
        """Take the collections, the other rules, and who is asked."""
        self._kept = database.reply_chats
        self._threads = database.threads
        self._budget = ReplyBudget(database.reply_counts, clock)
        self._settings = settings
        self._access = access
        self._audit = audit
        self._clock = clock
        self._assistant = assistant
        self._known: list[ReplyChat] | None = None
        self._read_at = clock.now()
        self.judged = asyncio.Event()
        """Set when the AI was asked: whether it answers may have changed."""
        self.work = ReplyWork(database, settings, drafts, self._budget, clock, assistant, self.answers)
        """What the cycle uses."""
        self.trials = ReplyTrialService(database, settings, self._budget, clock, assistant)
        """What the owner tries the AI on."""

    # Where the AI answers

    async def chats(self) -> list[ReplyChat]:
        """Return the groups, in the order in which they were named."""
        now = self._clock.now()
        if self._known is None or now - self._read_at >= FRESH:
            self._known, self._read_at = await self._kept.all(), now
        return self._known

    async def get(self, chat_id: int) -> ReplyChat:
        """Return one of the groups.

        Raises:
            UserError: `replies-chat-gone`.
        """
        found = next((each for each in await self.chats() if each.chat_id == chat_id), None)
        if found is None:
            raise UserError("replies-chat-gone")
        return found

    async def add(self, sight: Sight, *, by: int, cause: Cause) -> ReplyChat:
        """Let the AI answer in a group from now on, if it can.

        Raises:
            UserError: `replies-not-group`; why the bot may not write there; `replies-many`.
        """
        title = sight.title or str(sight.chat_id)
        if not sight.is_group:
            raise UserError("replies-not-group", title=title)
        if sight.refusal:
            raise UserError(sight.refusal, title=title)
        if len({each.chat_id for each in await self.chats()} | {sight.chat_id}) > AT_MOST:
            raise UserError("replies-many", most=AT_MOST)
        chat = ReplyChat(sight.chat_id, title)
        await self._kept.add(chat, by, cause, self._clock.now())
        await self._changed()
        return chat

    async def remove(self, chat_id: int, *, by: int, cause: Cause) -> None:
        """Let the AI answer in a group no more; one where it does not is no error."""
        await self._kept.drop(chat_id, by, cause, self._clock.now())
        await self._changed()

    async def answers(self, chat_id: int, person: int) -> bool:
        """Tell whether the AI answers this person there now. Private chats have the ids of their people."""
        options = await self._settings.current()
        if self._assistant is None or not options.replies or self._access.is_banned(person):
            return False
        if chat_id > 0:
            return options.replies_private and not self._access.is_admin(person)
        return any(each.chat_id == chat_id for each in await self.chats())

    # What is said there

    async def hear(self, heard: Heard) -> bool:
        """Let a message wait for the next cycle; False where another one of this person waits there already."""
        message = HeardMessage(heard.number, heard.text[:LONGEST])
        who, title, now = heard.who[:NAMED], heard.title[:NAMED], self._clock.now()
        return await self._threads.hear(heard.chat, heard.person, message, who=who, title=title, now=now)

    async def reword(self, heard: Heard) -> None:
        """Note that a message was edited; one that does not wait any more stays answered as it was."""
        await self._threads.reword(heard.chat, heard.person, HeardMessage(heard.number, heard.text[:LONGEST]))

    async def forget(self, chat_id: int, numbers: Collection[int]) -> None:
        """Note that messages of a group were deleted: they are not answered."""
        if any(each.chat_id == chat_id for each in await self.chats()):
            await self._threads.forget(chat_id, numbers)

    # How it stands

    async def overview(self) -> Overview:
        """Return how it stands now."""
        options = await self._settings.current()
        return Overview(
            self._assistant.model if self._assistant else None,
            options,
            tuple(await self.chats()),
            await self._budget.spent(options),
            await self._threads.waiting(),
            self.work.trouble,
        )

    async def _changed(self) -> None:
        await self._audit.catch_up()
        self._known = None
