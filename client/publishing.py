"""How a draft gets to a chat: sent once, as an answer where it is one, pinned, deleted again; and where it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pyrogram import raw, utils

from client.calls import tries
from client.outgoing import Posting, judged
from client.pace import Lane, lane
from client.sender import PER_CALL
from database.cause import Cause
from database.outgoing import Outgoing
from services.posted import Posted
from services.refusals import Refusal

_CLOSED: Final = frozenset(
    {
        "CHANNEL_INVALID",
        "CHANNEL_PRIVATE",
        "CHAT_ADMIN_REQUIRED",
        "CHAT_ID_INVALID",
        "CHAT_RESTRICTED",
        "CHAT_WRITE_FORBIDDEN",
        "USER_BANNED_IN_CHANNEL",
    }
)
"""Telegram's words for a chat that the bot may not write to (any more), or that it may not take a message from."""


class Publishing(Posting):
    """What the bot publishes. Each call is tried once: what fails is counted, and shown, by whoever publishes."""

    async def post_draft(
        self, to: int, out: Outgoing, *, cause: Cause, step: str, reply_to: int | None = None
    ) -> Posted:
        """Send a message of a draft to a chat, once per cause and step, and say what became of it. See `post`."""

        async def send() -> Posted:
            return Posted(tuple(await self.send_out(to, out, cause=cause, step=step, reply_to=reply_to)))

        with lane(Lane.ADMIN), tries(1):
            posted = await judged(send)
        if posted.reason in _CLOSED and posted.refusal is not Refusal.FORBIDDEN and await self._is_closed(to, out):
            return replace(posted, refusal=Refusal.FORBIDDEN)
        return posted

    async def take_back(self, chat: int, message_ids: Sequence[int]) -> Posted:
        """Delete messages of the bot's, for everybody; those that are gone already are no error.

        Returns what became of it, the message ids where they are deleted. Raises what `post` does.
        """

        async def delete() -> Posted:
            peer = await self.resolve_peer(chat)  # type: ignore[attr-defined]  # the client's
            for start in range(0, len(message_ids), PER_CALL):
                numbers = list(message_ids[start : start + PER_CALL])
                if isinstance(peer, raw.types.InputPeerChannel):
                    channel = raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
                    await self.invoke(raw.functions.channels.DeleteMessages(channel=channel, id=numbers))  # type: ignore[attr-defined]  # the client's
                else:
                    await self.sender.delete(numbers)
            return Posted(tuple(message_ids))

        with lane(Lane.ADMIN), tries(1):
            return await judged(delete)

    async def pin_in(self, chat: int, message_id: int) -> Posted:
        """Pin a message in a chat, without telling everybody there of it. See `pin`."""
        with lane(Lane.ADMIN), tries(1):
            return await self.pin(chat, message_id)

    async def link_to(self, chat: int, message_id: int) -> str | None:
        """Return the address of a message in a channel or a big group; None in other chats, whose messages have none.

        Who is not in a chat without a public name cannot open it.
        """
        if utils.get_peer_type(chat) != "channel":
            return None
        target = await self.services.targets.find(chat)
        place = target.username if target and target.username else f"c/{utils.get_channel_id(chat)}"
        return f"https://t.me/{place}/{message_id}"

    async def _is_closed(self, chat: int, out: Outgoing) -> bool:
        """Tell whether it is the chat that refuses, and not the place that the message is taken from."""
        if out.chat is None:
            return True
        facts = await self.target_facts(chat)  # type: ignore[attr-defined]  # the bot's
        return facts is None or bool(facts.refusal)
