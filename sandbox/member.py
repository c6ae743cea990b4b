"""Who a person is, and what a person is to others: member, admin, or somebody who has blocked them."""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrogram import raw, utils
from pyrogram.errors import InviteRequestSent

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

    async def create_channel(self, title: str, about: str = "", *, broadcast: bool = True) -> int:
        """Make a channel, or a group (not `broadcast`); its id, -100…, is returned."""
        query = raw.functions.channels.CreateChannel(
            title=title, about=about, broadcast=broadcast or None, megagroup=None if broadcast else True
        )
        made = await self.client.invoke(query)
        return int(utils.get_channel_id(made.chats[0].id))

    async def make_public(self, channel: Peer, username: str) -> None:
        """Give an own channel a public name; an empty one makes it private again."""
        channel_ = await self._channel(channel)
        await self.client.invoke(raw.functions.channels.UpdateUsername(channel=channel_, username=username))

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

    async def invite_link(self, channel: Peer, *, request_needed: bool = False) -> str:
        """A link that lets people into an own channel, or lets them ask for it."""
        invite = await self.client.invoke(
            raw.functions.messages.ExportChatInvite(peer=await self._peer(channel), request_needed=request_needed)
        )
        return str(invite.link)

    async def revoke_link(self, channel: Peer, link: str) -> None:
        """Let a link into an own channel lead nowhere any more."""
        query = raw.functions.messages.EditExportedChatInvite
        await self.client.invoke(query(peer=await self._peer(channel), link=link, revoked=True))

    async def let_ask(self, group: Peer, *, enabled: bool = True) -> None:
        """Let people who join an own public group by its name wait until they are let in, or come in at once."""
        query = raw.functions.channels.ToggleJoinRequest
        await self.client.invoke(query(channel=await self._channel(group), enabled=enabled))

    async def ask_to_join(self, link: str) -> None:
        """Ask to be let in, by a link that wants that, or by the public name of a group that does.

        Raises:
            ValueError: the link let this person in at once.
        """
        try:
            if "+" in link:
                await self.client.invoke(raw.functions.messages.ImportChatInvite(hash=link.rpartition("+")[2]))
            else:
                await self.join(link.rpartition("/")[2])
        except InviteRequestSent:
            return
        raise ValueError("the link asks for nothing: this person is in")

    async def let_in(self, who: Peer, channel: Peer, *, approved: bool = True) -> None:
        """Let somebody in who asked, or not."""
        query = raw.functions.messages.HideChatJoinRequest
        await self.client.invoke(
            query(peer=await self._peer(channel), user_id=await self._user(who), approved=approved)
        )

    async def ban(self, who: Peer, channel: Peer, *, banned: bool = True) -> None:
        """Put somebody out of an own channel for good, or let them come again."""
        rights = raw.types.ChatBannedRights(until_date=0, view_messages=banned)
        await self.client.invoke(
            raw.functions.channels.EditBanned(
                channel=await self._channel(channel), participant=await self._peer(who), banned_rights=rights
            )
        )

    async def restrict(self, who: Peer, group: Peer, **banned: bool) -> None:
        """Take from a member of an own group what the others may do (`send_messages=True`), or give it back."""
        rights = raw.types.ChatBannedRights(until_date=0, **banned)
        query = raw.functions.channels.EditBanned
        await self.client.invoke(
            query(channel=await self._channel(group), participant=await self._peer(who), banned_rights=rights)
        )

    async def forbid(self, group: Peer, **banned: bool) -> None:
        """Choose what the members of an own group may not do (`send_messages=True`); nothing: they may all."""
        rights = raw.types.ChatBannedRights(until_date=0, **banned)
        query = raw.functions.messages.EditChatDefaultBannedRights
        await self.client.invoke(query(peer=await self._peer(group), banned_rights=rights))

    async def bring_in(self, who: Peer, group: Peer) -> None:
        """Bring somebody into an own group as a member."""
        query = raw.functions.channels.InviteToChannel
        await self.client.invoke(query(channel=await self._channel(group), users=[await self._user(who)]))

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


def random_id() -> int:
    """A number for a message that is about to be sent; never 0."""
    return int.from_bytes(os.urandom(8), "little", signed=True) or 1


def answering(message_id: int | None) -> raw.types.InputReplyToMessage | None:
    """Which message is answered, as calls name it; None answers none."""
    return None if message_id is None else raw.types.InputReplyToMessage(reply_to_msg_id=message_id)
