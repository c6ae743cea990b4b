"""Decides who has joined what links want of them, and remembers for a short time who has."""

import asyncio
import logging
from collections import OrderedDict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from database.cause import Cause
from database.clock import Clock
from database.fsub import JoinRequests
from services.access import Access
from services.doors import Doors, name_of
from services.errors import TryLater
from services.required import ChatLost, Chats, RequiredChat, RequiredService
from services.settings import SettingsService

log = logging.getLogger(__name__)

MEMBER_FOR: Final = timedelta(minutes=5)
"""How long somebody seen in a chat is taken for a member, if nothing is heard of them. Strangers are not remembered."""

REMEMBERED: Final = 50_000
"""Memberships kept in memory, about 250 bytes each."""

PATIENCE: Final = 5.0
"""Seconds that a question to Telegram may take while a reader waits; all chats are asked at the same time."""

LOST_FOR: Final = timedelta(minutes=1)
"""How long a chat that the bot could not see into is not asked again."""


class Place(StrEnum):
    """Where somebody is, as far as can be told."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    HIDDEN = "hidden"
    """The bot cannot see who is in that chat."""
    UNKNOWN = "unknown"
    """Telegram does not say now."""


class ForceSubscribe:
    """One bot's gate before its links."""

    def __init__(
        self, chats: RequiredService, requests: JoinRequests, access: Access, settings: SettingsService, clock: Clock
    ) -> None:
        """Take which chats there are, who asked to join them, and who passes in any case."""
        self.chats = chats
        self.doors = Doors(chats, clock)
        self._requests = requests
        self._access = access
        self._settings = settings
        self._clock = clock
        self._members: OrderedDict[tuple[int, int], datetime] = OrderedDict()
        self._lost_until: dict[int, datetime] = {}

    async def missing(self, user_id: int, telegram: Chats) -> list[RequiredChat]:
        """Return the chats that a reader must join first; none for the owner and the admins.

        Without a call to Telegram where the answer is remembered; else all chats are asked at the same time.

        Raises:
            TryLater: it cannot be told now, and the owner chose to keep readers out meanwhile.
        """
        if self._access.is_admin(user_id):
            return []
        now = self._clock.now()
        wanted = [chat for chat in await self.chats.all() if not self._is_member(chat.chat_id, user_id, now)]
        if not wanted:
            return []
        asked = await self._requests.waiting([chat.chat_id for chat in wanted], user_id, now)
        for chat_id in asked:
            self._remember(chat_id, user_id, now)
        wanted = [chat for chat in wanted if chat.chat_id not in asked]
        passed = await asyncio.gather(*(self._passes(chat, user_id, telegram) for chat in wanted))
        return [chat for chat, passes in zip(wanted, passed, strict=True) if not passes]

    async def place_in(self, chat_id: int, user_id: int, telegram: Chats) -> Place:
        """Tell whether somebody is in a chat, required or not, or asks to join it; takes up to `PATIENCE`."""
        now = self._clock.now()
        if self._is_member(chat_id, user_id, now) or await self._requests.waiting([chat_id], user_id, now):
            return Place.INSIDE
        try:
            async with asyncio.timeout(PATIENCE):
                inside = await telegram.is_member(chat_id, user_id)
        except ChatLost as error:
            log.warning("Who is in %d cannot be seen: %s", chat_id, error)
            return Place.HIDDEN
        except (TimeoutError, TryLater) as error:
            log.info("Whether %d is in %d cannot be told now: %s", user_id, chat_id, error)
            return Place.UNKNOWN
        if inside:
            self._remember(chat_id, user_id, now)
        return Place.INSIDE if inside else Place.OUTSIDE

    async def note_place(self, chat_id: int, user_id: int, *, inside: bool, at: datetime) -> None:
        """Take in that somebody came into a chat or is no longer in it, as Telegram tells."""
        if await self.chats.find(chat_id) is None:
            return
        if inside:
            self._remember(chat_id, user_id, self._clock.now())
        else:
            self._members.pop((chat_id, user_id), None)
        await self._requests.settled(chat_id, user_id, at)

    async def note_request(self, chat_id: int, user_id: int, at: datetime) -> None:
        """Take in that somebody asked to join a chat; that lets them pass for 30 days."""
        if await self.chats.find(chat_id) is not None:
            await self._requests.seen(chat_id, user_id, at)

    async def note_own_place(self, chat_id: int, *, sees: bool, telegram: Chats) -> None:
        """Take in that the bot itself may see who is in a chat, or no longer may."""
        chat = await self.chats.find(chat_id)
        if chat is not None and sees:
            await self._regain(chat)
        elif chat is not None:
            await self._lose(chat, telegram)

    async def _passes(self, chat: RequiredChat, user_id: int, telegram: Chats) -> bool:
        """Whether somebody is in a chat; where that cannot be seen, what the owner chose."""
        now = self._clock.now()
        if self._lost_until.get(chat.chat_id, now) > now:
            return await self._lets_in()
        try:
            async with asyncio.timeout(PATIENCE):
                inside = await telegram.is_member(chat.chat_id, user_id)
        except ChatLost as error:
            log.warning("Who is in %d cannot be seen: %s", chat.chat_id, error)
            await self._lose(chat, telegram)
            return await self._lets_in()
        except (TimeoutError, TryLater) as error:
            log.warning("Whether %d is in %d cannot be told now: %s", user_id, chat.chat_id, error)
            if await self._lets_in():
                return True
            raise TryLater(PATIENCE, f"who is in {chat.chat_id} cannot be told") from error
        if chat.lost_at is not None:
            await self._regain(chat)
        if inside:
            self._remember(chat.chat_id, user_id, now)
        return inside

    async def _lets_in(self) -> bool:
        return not (await self._settings.current()).fsub_strict

    async def _lose(self, chat: RequiredChat, telegram: Chats) -> None:
        """Tell the owner, once for each time that the bot loses sight of a chat."""
        now = self._clock.now()
        self._lost_until[chat.chat_id] = now + LOST_FOR
        lost = await self.chats.kept.lose(chat.chat_id, now)
        self.chats.changed()
        if lost.told or lost.lost_at is None:
            return
        cause = Cause(f"job:fsub-lost:{chat.chat_id}:{int(lost.lost_at.timestamp())}")
        strict = not await self._lets_in()
        try:
            async with asyncio.timeout(PATIENCE):
                await telegram.owner_told("fsub-lost", cause=cause, title=name_of(chat), strict=strict)
        except (TimeoutError, TryLater) as error:
            log.info("The owner hears later that %d cannot be seen into: %s", chat.chat_id, error)
            return
        await self.chats.kept.mark_told(chat.chat_id)

    async def _regain(self, chat: RequiredChat) -> None:
        self._lost_until.pop(chat.chat_id, None)
        await self.chats.kept.regain(chat.chat_id)
        self.chats.changed()

    def _is_member(self, chat_id: int, user_id: int, now: datetime) -> bool:
        until = self._members.get((chat_id, user_id))
        return until is not None and until > now

    def _remember(self, chat_id: int, user_id: int, now: datetime) -> None:
        self._members[chat_id, user_id] = now + MEMBER_FOR
        self._members.move_to_end((chat_id, user_id))
        if len(self._members) > REMEMBERED:
            self._members.popitem(last=False)
