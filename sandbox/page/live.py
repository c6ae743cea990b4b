"""What reaches a person, told to the pages: raw updates in their order become events."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from pyrogram import raw, utils
from pyrogram.errors import Flood, RPCError

from sandbox.ending import end
from sandbox.page.missing import MissingError
from sandbox.page.peers import chat_id_of
from sandbox.page.shown_chat import is_member

if TYPE_CHECKING:
    from sandbox.page.seat import Seat

log = logging.getLogger(__name__)
types = raw.types
TOGETHER: Final = 0.05
"""Seconds in which changes of chats are gathered, so that a hundred messages are one question."""
AGAIN: Final = 1.0
"""Seconds after which what could not be asked is asked again."""

_STANDS_OTHERWISE: Final = (
    types.UpdateReadHistoryInbox,
    types.UpdateReadHistoryOutbox,
    types.UpdateReadChannelInbox,
    types.UpdateReadChannelOutbox,
    types.UpdateChatDefaultBannedRights,
)


class Live:
    """Takes one person's updates."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._changed: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    async def take(self, update: Any) -> None:
        """Tell the pages of one update, as soon as what it takes to show it can be asked for."""
        while True:
            try:
                await self._take(update)
                return
            except (OSError, Flood) as error:
                log.info("%s: could not show an update: %r", self._seat.record.phone, error)
                await asyncio.sleep(AGAIN)
            except (MissingError, RPCError) as error:
                log.info("%s: an update is of nothing that is there: %r", self._seat.record.phone, error)
                return

    async def _take(self, update: Any) -> None:
        match update:
            case types.UpdateNewMessage() | types.UpdateNewChannelMessage():
                await self._tell("message", update.message)
            case types.UpdateEditMessage() | types.UpdateEditChannelMessage():
                await self._tell("edit", update.message)
            case types.UpdateShortSentMessage():
                for message in await self._seat.messages(None, [update.id]):
                    await self._tell("message", message)
            case types.UpdateDeleteMessages() | types.UpdateDeleteChannelMessages():
                self._gone(_chat_of(update), update.messages)
            case types.UpdatePinnedMessages() | types.UpdatePinnedChannelMessages():
                await self._pinned(_chat_of(update) or 0, update.messages)
            case types.UpdateUserTyping() | types.UpdateChannelUserTyping():
                self._typing(update)
            case types.UpdatesTooLong() | types.UpdateChannelTooLong():
                await self._seat.begin_anew()
            case types.UpdateChannel():
                self._member(_chat_of(update) or 0)
            case types.UpdatePeerBlocked():
                await self._looked_at(chat_id_of(update.peer_id))
            case _ if isinstance(update, _STANDS_OTHERWISE):
                self.changed(_chat_of(update) or 0)

    def changed(self, chat_id: int) -> None:
        """Ask for this chat again soon, and tell the pages how it stands."""
        self._changed.add(chat_id)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._ask())

    async def stop(self) -> None:
        """Ask for nothing more."""
        await end([self._task])
        self._task = None

    async def _ask(self) -> None:
        wait = TOGETHER
        loop = asyncio.get_running_loop()
        while self._changed:
            await asyncio.sleep(wait)
            chats, self._changed = self._changed, set()
            asked = loop.time()
            try:
                for chat_id in await self._seat.chatlist.refresh(chats):
                    self._seat.publish("chat", chat=self._seat.chatlist.shown(chat_id))
                wait = max(TOGETHER, loop.time() - asked)  # a busy server is asked half of the time at most
            except (OSError, RPCError) as error:
                log.info("%s: could not ask how chats stand: %r", self._seat.record.phone, error)
                self._changed |= chats
                wait = AGAIN

    async def _tell(self, kind: str, message: Any) -> None:
        if isinstance(message, types.MessageEmpty):
            return
        (shown,) = await self._seat.shown([message], (), ())
        self._seat.publish(kind, chat=shown["chat"], message=shown)
        self.changed(shown["chat"])

    def _gone(self, chat_id: int | None, ids: list[int]) -> None:
        self._seat.publish("delete", chat=chat_id, ids=list(ids))
        private = (each for each in self._seat.chatlist.standings if each > 0)
        for each in [chat_id] if chat_id is not None else list(private):
            self.changed(each)

    def _typing(self, update: Any) -> None:
        chat_id = _chat_of(update) or update.user_id
        sender = chat_id_of(update.from_id) if chat_id < 0 else chat_id
        name = type(update.action).__name__.removeprefix("SendMessage").removesuffix("Action").lower()
        self._seat.publish("typing", chat=chat_id, **{"from": sender}, action=name)

    async def _pinned(self, chat_id: int, ids: list[int]) -> None:
        for message in await self._seat.messages(chat_id, ids):
            await self._tell("edit", message)
        await self._looked_at(chat_id)

    async def _looked_at(self, chat_id: int) -> None:
        await self._seat.chatlist.look_closer(chat_id)
        self.changed(chat_id)

    def _member(self, chat_id: int) -> None:
        holder = self._seat.eyes().holder(chat_id)
        if holder is not None and is_member(holder):
            self.changed(chat_id)
            return
        self._seat.chatlist.forget(chat_id)
        self._seat.publish("gone", chat=chat_id)


def _chat_of(update: Any) -> int | None:
    """The chat that an update is about; None for private chats where it does not say which."""
    peer, number = getattr(update, "peer", None), getattr(update, "channel_id", None)
    if peer is not None:
        return chat_id_of(peer)
    return int(utils.get_channel_id(number)) if number else None
