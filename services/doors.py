"""Decides where readers join a chat: its public name, or a link of the bot's own that is made anew when it fails."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from database.clock import Clock
from services.errors import TryLater
from services.required import ChatLost, Chats, RequiredChat, RequiredService

log = logging.getLogger(__name__)

PATIENCE: Final = 5.0
"""Seconds that looking for one door may take; all are looked for at the same time."""

CHECKED_FOR: Final = timedelta(hours=1)
"""How long a chat's name and a link that worked are taken to hold."""


@dataclass(frozen=True, slots=True)
class Door:
    """A chat that somebody has not joined, and where to join it (None: no way is known)."""

    chat_id: int
    title: str
    url: str | None


class Doors:
    """The ways into one bot's required chats."""

    def __init__(self, required: RequiredService, clock: Clock) -> None:
        """Take the chats."""
        self._required = required
        self._clock = clock
        self._looking: dict[int, asyncio.Lock] = {}

    async def of(self, chats: Sequence[RequiredChat], telegram: Chats) -> list[Door]:
        """Return where to join each of these chats."""
        return list(await asyncio.gather(*(self._door(chat, telegram) for chat in chats)))

    async def _door(self, chat: RequiredChat, telegram: Chats) -> Door:
        """Find where to join a chat; one reader makes a link for all who come at the same time."""
        url = None if chat.asks else self._required.url_of(chat.chat_id)
        try:
            async with asyncio.timeout(PATIENCE), self._looking.setdefault(chat.chat_id, asyncio.Lock()):
                chat = await self._required.find(chat.chat_id) or chat
                if chat.checked_at is None or self._clock.now() - chat.checked_at >= CHECKED_FOR:
                    chat = await self._look(chat, telegram, wants_link=url is None)
                elif url is None and _needs_link(chat) and _link(chat) is None:
                    chat = await self._new_link(chat, telegram)
        except (ChatLost, TimeoutError, TryLater) as error:
            log.warning("No new way into %d was found: %s", chat.chat_id, error)
        public = None if _needs_link(chat) else f"https://t.me/{chat.username}"
        return Door(chat.chat_id, name_of(chat), url or public or _link(chat))

    async def _look(self, chat: RequiredChat, telegram: Chats, *, wants_link: bool) -> RequiredChat:
        """Read anew what a chat is called, and make a link where the one that is kept does not work any more."""
        facts, now = await telegram.chat_facts(chat.chat_id), self._clock.now()
        chat = replace(chat, title=facts.title or chat.title, username=facts.username)
        await self._required.kept.describe(chat.chat_id, chat.title, chat.username, now)
        if wants_link and _needs_link(chat):
            link = _link(chat)
            if link is None or not await telegram.link_works(chat.chat_id, link, asks=chat.asks):
                return await self._new_link(chat, telegram)
        await self._required.kept.keep_link(chat.chat_id, chat.link, asks=chat.link_asks, now=now)
        self._required.changed()
        return chat

    async def _new_link(self, chat: RequiredChat, telegram: Chats) -> RequiredChat:
        link = await telegram.make_link(chat.chat_id, asks=chat.asks)
        await self._required.kept.keep_link(chat.chat_id, link, asks=chat.asks, now=self._clock.now())
        self._required.changed()
        return replace(chat, link=link, link_asks=chat.asks)


def name_of(chat: RequiredChat) -> str:
    """Name a chat by its title, or by its id while nothing else is known."""
    return chat.title or str(chat.chat_id)


def _needs_link(chat: RequiredChat) -> bool:
    return chat.username is None or chat.asks


def _link(chat: RequiredChat) -> str | None:
    """The bot's own link, if it is of the kind that is wanted."""
    return chat.link if chat.link_asks is chat.asks else None
