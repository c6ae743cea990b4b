"""A bot in whose chats drafts are decided on: what stands there, once per cause and step as Telegram has it."""

from __future__ import annotations

import itertools
from typing import Any

from pyrogram.types import CallbackQuery, Message

from client.speech import chat_of
from database.bots import BotDatabase
from database.cause import Cause
from plugins.cards import Card
from services.drafts import Draft, DraftSource, DraftTarget, Origin, Outgoing
from services.posted import Posted
from services.refusals import Refusal
from services.registry import Services
from tests.database.mongo import StillClock
from tests.plugins.messages import message, query
from tests.services.channel import ADMIN, OWNER, Channel, make_services

NEWS, GROUP = -1001000000011, -1001000000012
TARGETS = (DraftTarget(NEWS, "News"), DraftTarget(GROUP, "Group"))
TEXT = Outgoing(None, (), "Hello <b>all</b>", is_text=True)
PHOTO = Outgoing(OWNER, (4,), None, title="Old words")

_updates = itertools.count(1)


class Chats:
    """What stands in everybody's chat with the bot; it outlives the bot."""

    def __init__(self) -> None:
        self.ids: dict[tuple[int, Cause, str], int] = {}
        self.cards: dict[tuple[int, int], Card] = {}
        self.previews: list[tuple[int, Outgoing]] = []

    def number(self, to: int, cause: Cause, step: str) -> tuple[int, bool]:
        """The id of a message, and whether it is new."""
        key = (to, cause, step)
        return self.ids.setdefault(key, len(self.ids) + 1), key not in self.ids


class Desk:
    """The bot."""

    def __init__(self, room: BotDatabase, clock: StillClock, chats: Chats) -> None:
        self.services: Services = make_services(room, clock, Channel())
        self.clock, self.chats = clock, chats
        self.lease: Any = type("Lease", (), {"epoch": 1})()
        self.alerts: list[str] = []
        self.edits: list[tuple[int, str]] = []
        self.gone: set[int] = set()
        self.refusal: Posted | None = None
        self.waits: Exception | None = None
        self.words: dict[int, str] = {}
        self.uploads: list[bytes] = []
        self.sender = Channel()

    async def preview(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        if self.waits:
            raise self.waits
        if self.refusal or to in self.gone:
            return self.refusal or Posted(refusal=Refusal.BLOCKED, reason="USER_IS_BLOCKED")
        number, is_new = self._new(to, cause, step)
        if is_new:
            self.chats.previews.append((to, out))
        return Posted((number,))

    async def noted(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: Any
    ) -> int | None:
        if user_id in self.gone:
            return None
        number, is_new = self._new(user_id, cause, step)
        if is_new:
            self.chats.cards[user_id, number] = Card(key, args, keyboard)
        return number

    async def tell(self, user_id: int, key: str, **args: Any) -> int:
        return await self.noted(user_id, key, **args) or 0

    async def retell(self, user_id: int, message_id: int, key: str, *, keyboard: Any = None, **args: Any) -> None:
        self.edits.append((user_id, key))
        self.chats.cards[user_id, message_id] = Card(key, args, keyboard)

    async def answer(self, update: Any, key: str, *, step: str = "answer", **args: Any) -> None:
        await self.noted(chat_of(update), key, cause=Cause(f"{type(update).__name__}:{update.id}"), step=step, **args)

    async def edit_answer(self, update: CallbackQuery, key: str, *, keyboard: Any = None, **args: Any) -> None:
        assert update.message
        await self.retell(chat_of(update), update.message.id, key, keyboard=keyboard, **args)

    async def toast(self, _: Any, key: str | None = None, **__: Any) -> None:
        if key:
            self.alerts.append(key)

    async def source_of(self, out: Outgoing) -> Any:
        return type("Source", (), {"words": {1: self.words.get(out.message_ids[0], "")}})()

    async def keep_upload(self, chat: int, content: Any, medium: Any, *, cause: Cause, step: str) -> int:
        self.uploads.append(content.read())
        return len(self.uploads)

    def _new(self, to: int, cause: Cause, step: str) -> tuple[int, bool]:
        before = len(self.chats.ids)
        number, _ = self.chats.number(to, cause, step)
        return number, len(self.chats.ids) > before

    # What a test asks

    def shown(self, user_id: int) -> list[Card]:
        """All that stands in a chat, the newest last."""
        return [card for (who, _), card in sorted(self.chats.cards.items()) if who == user_id]

    def card(self, user_id: int) -> Card:
        """The newest card in a chat."""
        return next(each for each in reversed(self.shown(user_id)) if each.key in {"draft-card", "draft-versions"})

    async def made(self, *parts: Outgoing, targets: tuple[DraftTarget, ...] = TARGETS, **more: Any) -> Draft:
        """A draft that waits for a decision."""
        cause = Cause(f"message:1:{next(_updates)}")
        origin = more.pop("origin", Origin(DraftSource.PERSON, by=ADMIN))
        return await self.services.drafts.add(parts or (TEXT,), targets, origin, cause, **more)


def head(card: Card) -> str:
    """Which text a card begins with."""
    return str(card.args["head"].key)


def verbs(card: Card) -> list[str]:
    """The names of a card's buttons."""
    return [str(each.data).partition(":")[0] for row in card.keyboard for each in row]


def press(data: str, by: int = OWNER) -> CallbackQuery:
    """A press of a button, another one each time."""
    pressed = query(data, by)
    pressed.id = str(next(_updates))
    return pressed


def written(text: str, by: int = OWNER, **fields: Any) -> Message:
    """A message of text, another one each time."""
    return message(by, text=text, id=1000 + next(_updates), **fields)
