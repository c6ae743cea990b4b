"""How a bot calls Telegram: under its lease, and with what a call did to the sequences of updates noted down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from pyrogram import raw
from pyrogram.errors import AuthKeyDuplicated, PeerIdInvalid, Unauthorized

from client.address import box_of, message_id
from client.calls import Calls, Reopened
from client.inbox import Inbox
from client.pace import PAID, lane_now
from services.errors import TryLater
from services.registry import Services

CALL_TIMEOUT = 15.0
"""Seconds to wait for the reply of one try of a call (the library's own number)."""


class Calling:
    """What a bot asks of Telegram."""

    services: Services
    calls: Calls
    inbox: Inbox
    session: Any
    is_initialized: bool | None
    refused: Exception | None
    """Why the server does not take this session any more; None while it does."""
    _may_send: Callable[[], bool]

    async def invoke(self, query: Any, *_: Any, timeout: float = CALL_TIMEOUT, **__: Any) -> Any:
        """Call Telegram for what sends nothing; what sends goes through the sender.

        Raises:
            RuntimeError: the call would send a message without a cause.
        """
        if getattr(query, "random_id", None) is not None or getattr(query, "multi_media", None):
            raise RuntimeError(f"{query.QUALNAME} goes through the sender, which gives it its random_id")
        return await self.call(query, timeout=timeout)

    async def resolve_peer(self, peer_id: Any) -> Any:
        """How Telegram wants somebody or a chat to be named, as the library does it.

        Raises:
            PeerIdInvalid: it is nobody that the bot can write to, or no id at all.
            TryLater: the bot is being stopped.
        """
        try:
            return await super().resolve_peer(peer_id)  # type: ignore[misc]  # the client's
        except ValueError as error:
            raise PeerIdInvalid from error
        except ConnectionError as error:
            raise TryLater(1.0, "not connected") from error

    async def call(self, query: Any, *, timeout: float = CALL_TIMEOUT) -> Any:
        """Make one call as `client.calls` does, and note what it did to the sequences of updates."""
        await self._pay(query)
        try:
            result = await self.calls.make(query, timeout=timeout)
        except (Unauthorized, AuthKeyDuplicated) as error:
            if not self.is_initialized:
                raise
            self.refused = error  # whoever watches this bot starts it anew; the update in hand waits for that
            raise TryLater(5.0, "the session is dead") from error
        await self.fetch_peers([*getattr(result, "users", []), *getattr(result, "chats", [])])  # type: ignore[attr-defined]  # the client's
        self._note_own(query, result)
        return result

    async def _pay(self, query: Any) -> None:
        """Let what goes to many go faster than is free, where the owner has switched that on."""
        if lane_now() in PAID and hasattr(query, "allow_paid_floodskip"):
            self.calls.pace.pays = (await self.services.settings.current()).paid_broadcasts
            query.allow_paid_floodskip = self.calls.pace.pays or None

    @property
    def sending_width(self) -> int:
        """How many messages of a broadcast are to be under way at once now: rate times latency, and some to spare."""
        return self.calls.pace.width()

    async def _send(self, query: Any, timeout: float) -> Any:
        """One try of one call, under the lease."""
        if not self._may_send():
            raise TryLater(1.0, "the lease is not ours")
        session = self.session
        if session is None:
            raise ConnectionError("not connected")
        if not session.is_started.is_set():
            async with asyncio.timeout(timeout):  # wait_for may swallow a cancellation (Python 3.11)
                await session.is_started.wait()
            raise Reopened
        return await session.send(query, timeout=timeout)

    def _note_own(self, query: Any, result: Any) -> None:
        """Keep the place in each sequence of what this call did; the library never does."""
        if isinstance(result, raw.types.messages.AffectedMessages | raw.types.UpdateShortSentMessage):
            place = box_of(getattr(query, "channel", query))
            self.inbox.own(place, result.pts, result.pts_count, message=getattr(result, "id", 0))
        elif isinstance(result, raw.types.Updates):
            for update in result.updates:
                pts = getattr(update, "pts", None)
                if pts is not None:
                    self.inbox.own(box_of(update), pts, getattr(update, "pts_count", 0), message=message_id(update))
