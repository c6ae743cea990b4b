"""A storage channel as Telegram keeps one: the same cause copies nothing again and has the same ids."""

import asyncio
from collections.abc import Sequence
from typing import Any

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from services.files import Upload
from services.options import BotOptions
from services.registry import ServiceOptions, Services, build_services

OWNER, ADMIN, READER = 1, 2, 11
STORAGE = -1001000000005


class Channel:
    """What `client.sender` is to the rules: copies by cause and position."""

    def __init__(self) -> None:
        self.copies: dict[tuple[int, Cause, int], int] = {}
        self.calls = 0
        self.gone: set[int] = set()
        self.refuses: Exception | None = None

    async def copy_to_storage(
        self, storage_chat: int, from_chat: int, message_ids: Sequence[int], *, cause: Cause
    ) -> list[int | None]:
        self.calls += 1
        await asyncio.sleep(0)
        if self.refuses:
            raise self.refuses
        ids: list[int | None] = []
        for place, message_id in enumerate(message_ids):
            key = (storage_chat, cause, place)
            if message_id not in self.gone:
                self.copies.setdefault(key, 100 + len(self.copies))
            ids.append(self.copies.get(key))
        return ids


def make_services(
    bot: BotDatabase, clock: Clock, channel: Channel, *, named: frozenset[str] = frozenset(), **first: Any
) -> Services:
    """Put the rules together as `bot.py` does, with a storage channel set unless told otherwise."""
    options = BotOptions(**{"storage_chat": STORAGE, **first})
    return build_services(
        bot, clock, channel, ServiceOptions(OWNER, frozenset({ADMIN}), options, lambda code: (code or "en")[:2], named)
    )


def upload(message_id: int, content: str = "AgAD1", **values: Any) -> Upload:
    """Return a document as a person sends it."""
    return Upload(values.pop("chat_id", OWNER), message_id, content, values.pop("kind", "document"), **values)


def message(message_id: int, chat: int = OWNER) -> Cause:
    """Return the cause that an answer to a message has."""
    return Cause(f"message:{chat}:{message_id}")
