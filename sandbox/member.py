"""Who a person is, and what a person is to others: member, admin, or somebody who has blocked them."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrogram import raw, utils

from sandbox.mailbox import Mailbox

if TYPE_CHECKING:
    from sandbox.people import PersonClient

Peer = int | str
"""A chat as bots name it: a user's id, -100… for a channel, or a user name."""


class Member:
    """The part of a person that has to do with belonging."""

    def __init__(self, client: PersonClient, mailbox: Mailbox, user: raw.types.User, language_code: str) -> None:
        self.client = client
        self.mailbox = mailbox
        self.id: int = user.id
        self.first_name: str = user.first_name or ""
        self.phone: str = user.phone or ""
        self.language_code = language_code
        self._default: Peer | None = None
        self._downloads: tempfile.TemporaryDirectory[str] | None = None
        self._numbers = itertools.count(1)

    async def close(self) -> None:
        """Leave; what was downloaded without a path is removed."""
        await self.client.close()
        if self._downloads is not None:
            await asyncio.to_thread(self._downloads.cleanup)

    async def create_channel(self, title: str, about: str = "") -> int:
        """Make a channel; its id, -100…, is returned."""
        made = await self.client.invoke(raw.functions.channels.CreateChannel(title=title, about=about, broadcast=True))
        return int(utils.get_channel_id(made.chats[0].id))

    async def promote(self, who: Peer, channel: Peer, **rights: bool) -> None:
        """Make somebody an admin, with everything a storage channel needs, or with just these rights."""
        given = rights or dict.fromkeys(
            ("change_info", "post_messages", "edit_messages", "delete_messages", "invite_users", "manage_call"), True
        )
        await self.client.invoke(
            raw.functions.channels.EditAdmin(
                channel=await self._channel(channel),
                user_id=await self._user(who),
                admin_rights=raw.types.ChatAdminRights(**given),
                rank="",
            )
        )

    async def demote(self, who: Peer, channel: Peer) -> None:
        """Take an admin's rights away."""
        await self.promote(who, channel, other=False)

    async def join(self, channel: Peer) -> None:
        """Become a member, by user name, by id if it was seen, or by an invite link."""
        if isinstance(channel, str) and "t.me/" in channel:
            await self.client.join_chat(channel)
            return
        await self.client.invoke(raw.functions.channels.JoinChannel(channel=await self._channel(channel)))

    async def leave(self, channel: Peer) -> None:
        """Be no member any more."""
        await self.client.invoke(raw.functions.channels.LeaveChannel(channel=await self._channel(channel)))

    async def invite_link(self, channel: Peer) -> str:
        """A link that lets people into an own channel."""
        invite = await self.client.invoke(raw.functions.messages.ExportChatInvite(peer=await self._peer(channel)))
        return str(invite.link)

    async def block(self, who: Peer) -> None:
        """Hear nothing more from somebody; a bot is stopped that way."""
        await self.client.invoke(raw.functions.contacts.Block(id=await self._peer(who)))

    async def unblock(self, who: Peer) -> None:
        """Let somebody write again."""
        await self.client.invoke(raw.functions.contacts.Unblock(id=await self._peer(who)))

    def _new_path(self) -> Path:
        if self._downloads is None:
            self._downloads = tempfile.TemporaryDirectory(prefix="downloads-", ignore_cleanup_errors=True)
        return Path(self._downloads.name) / str(next(self._numbers))

    async def _peer(self, peer: Peer | None) -> Any:
        chosen = self._default if peer is None else peer
        if chosen is None:
            raise ValueError("to whom? name a chat, or call talk_to first")
        return await self.client.resolve_peer(chosen)

    async def _channel(self, channel: Peer) -> raw.types.InputChannel:
        peer = await self._peer(channel)
        return raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    async def _user(self, who: Peer) -> raw.types.InputUser:
        peer = await self._peer(who)
        return raw.types.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
