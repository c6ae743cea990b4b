"""A bot of one handler for the tests of the guard: it remembers what it said, and how its update ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from pyrogram import raw
from pyrogram.enums import ChatType
from pyrogram.handlers import MessageHandler
from pyrogram.types import CallbackQuery, Chat, Message, User

from client.boxes import Box, Mark, receive
from client.guard import Guard
from client.inbox import Inbox
from client.intake import Update, Work
from tests.client.rig import Telegram
from tests.database.mongo import StillClock
from tests.plugins.standing import Roles

PERSON = User(id=5, first_name="Ada")
PRIVATE = Chat(id=5, type=ChatType.PRIVATE)
CHANNEL = Chat(id=-1000000000050, type=ChatType.CHANNEL)

NEW = raw.types.UpdateNewMessage(message=raw.types.MessageEmpty(id=1), pts=2, pts_count=1)
PRESS = raw.types.UpdateBotCallbackQuery(
    query_id=9, user_id=5, peer=raw.types.PeerUser(user_id=5), msg_id=1, chat_instance=1
)

MESSAGE = Message(id=1, chat=PRIVATE, from_user=PERSON)
POST = Message(id=1, chat=CHANNEL)
QUERY = CallbackQuery(id="9", from_user=PERSON, chat_instance="1", message=MESSAGE)


class House:
    """A bot that remembers what it said, with an inbox whose parsers give what they are told to."""

    def __init__(self, body: Any = MESSAGE, kind: type = MessageHandler) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.causes: list[str | None] = []
        self.speechless: list[BaseException] = []
        self.outcomes: list[str] = []
        self.recoveries: list[str] = []
        self.guard = Guard(self, meter=self)
        self.inbox = Inbox(Telegram(), self.guard.run, on_finished=lambda: None)
        self.box = Box.at(Mark(1))
        self.clock = StillClock()
        self.services = SimpleNamespace(access=Roles())

        async def parse(*_: Any) -> Any:
            if isinstance(body, BaseException):
                raise body
            return body, kind

        self.inbox.parsers.update({raw.types.UpdateNewMessage: parse, raw.types.UpdateBotCallbackQuery: parse})

    def on(self, callback: Callable[..., Awaitable[None]], *, group: int = 0, kind: Any = MessageHandler) -> None:
        self.inbox.add_handler(kind(callback), group)

    async def handle(self, raw_update: Any = NEW) -> float | None:
        """Let the guard handle one update."""
        self.work = Work(Update(raw_update, {}, {}), receive(1, (self.box, 2)))
        return await self.again()

    async def again(self) -> float | None:
        return await self.guard.run(self.work)

    @property
    def finished(self) -> bool:
        assert self.box.finished
        return self.box.finished.value == 2

    # What the guard asks of a bot

    async def answer(
        self, body: Any, key: str, *, step: str = "answer", cause: str | None = None, **args: object
    ) -> int:  # fmt: skip
        if self.speechless:
            raise self.speechless.pop(0)
        self.causes.append(cause)
        self.said.append(("answer", key, step, args))
        return 1

    async def toast(self, body: Any, key: str | None = None, *, alert: bool = False, **args: object) -> None:
        if self.speechless:
            raise self.speechless.pop(0)
        self.said.append(("toast", key, alert, args))

    async def tell(self, user_id: int, key: str, *, cause: str, step: str) -> int:
        if self.speechless:
            raise self.speechless.pop(0)
        self.said.append(("tell", user_id, key, cause, step))
        return 1

    def note_recovery(self, kind: str, seconds: float) -> None:
        assert seconds >= 0
        self.recoveries.append(kind)

    def update(self, kind: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.outcomes.append(outcome)

    def left_out(self, kind: str) -> None:
        self.outcomes.append(f"left out {kind}")

    def slowed(self) -> None:
        self.outcomes.append("slowed")


async def never(*_: Any) -> bool:
    return False


def raising(error: BaseException) -> Callable[..., Awaitable[None]]:
    async def handler(*_: Any) -> None:
        raise error

    return handler
