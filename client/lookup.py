"""What the bot finds out about people and chats: who has a public name, who is in a chat, how one gets into it."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw, utils
from pyrogram.errors import BadRequest, PeerIdInvalid, RPCError

from services.required import ChatFacts, ChatLost
from services.users import Profile

NOT_INSIDE: Final = frozenset({"USER_NOT_PARTICIPANT", "PARTICIPANT_ID_INVALID", "USER_ID_INVALID"})
"""What Telegram says of somebody who is not in a chat."""

LINK_TITLE: Final = "Draftkeep"
"""What the bot's links are called in a chat's own list (32 characters at most, Telegram's limit)."""


class Lookup:
    """What a plugin asks Telegram through its bot."""

    async def person_by_name(self, username: str) -> Profile | None:
        """Find the person with a public name; None where it is nobody's, or a chat's, or a bot's."""
        found = await self._resolved(username)
        number = getattr(found and found.peer, "user_id", None)
        people = found.users if found else []
        return next((_profile(user) for user in people if user.id == number and not user.bot), None)

    async def chat_by_name(self, username: str) -> int | None:
        """Find the channel or group with a public name; None where it is nobody's, or a person's."""
        found = await self._resolved(username)
        number = getattr(found and found.peer, "channel_id", None)
        return None if number is None else utils.get_channel_id(number)

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """Tell whether somebody is in a channel or group.

        Raises:
            ChatLost: the bot may not see that.
            TryLater: it has to wait.
        """
        channel = await self._chat(chat_id)
        try:
            who = await self.resolve_peer(user_id)  # type: ignore[attr-defined]  # the client's
        except PeerIdInvalid:
            return False
        try:
            query = raw.functions.channels.GetParticipant(channel=channel, participant=who)
            found = await self.invoke(query)  # type: ignore[attr-defined]  # the client's
        except RPCError as error:
            if error.ID in NOT_INSIDE:
                return False
            raise ChatLost(f"{error.ID}") from error
        return is_inside(found.participant)

    async def chat_facts(self, chat_id: int) -> ChatFacts:
        """Look at a channel or group; what the bot may do there is nothing where it cannot see it.

        Raises:
            TryLater: it has to wait.
        """
        if chat_id > -(10**12):
            return ChatFacts(chat_id, "", is_basic=True)
        try:
            found = await self.invoke(raw.functions.channels.GetChannels(id=[await self._chat(chat_id)]))  # type: ignore[attr-defined]  # the client's
        except (ChatLost, RPCError):
            return ChatFacts(chat_id, "")
        chat = found.chats[0]
        if not isinstance(chat, raw.types.Channel):
            return ChatFacts(chat_id, getattr(chat, "title", ""))
        rights = chat.admin_rights
        names = [name.username for name in chat.usernames or [] if name.active]
        return ChatFacts(
            chat_id,
            chat.title,
            username=chat.username or next(iter(names), None),
            is_admin=rights is not None,
            may_invite=bool(rights and rights.invite_users),
        )

    async def make_link(self, chat_id: int, *, asks: bool) -> str:
        """Make a link into a chat, by which people join or (`asks`) ask to.

        Raises:
            ChatLost: the bot may not.
            TryLater: it has to wait.
        """
        query = raw.functions.messages.ExportChatInvite
        made = await self._of_link(query(peer=await self._chat(chat_id), title=LINK_TITLE, request_needed=asks or None))
        return str(made.link)

    async def link_works(self, chat_id: int, link: str, *, asks: bool) -> bool:
        """Tell whether a link of the bot's leads into a chat. Bots may not read links: it is written as it is.

        Raises:
            ChatLost: the bot may not write links there.
            TryLater: it has to wait.
        """
        query = raw.functions.messages.EditExportedChatInvite(
            peer=await self._chat(chat_id), link=link, title=LINK_TITLE, request_needed=asks
        )
        try:
            found = await self._of_link(query)
        except LinkOver:
            return False
        return not found.invite.revoked

    async def _of_link(self, query: Any) -> Any:
        try:
            return await self.invoke(query)  # type: ignore[attr-defined]  # the client's
        except RPCError as error:
            if error.ID == "INVITE_HASH_EXPIRED":
                raise LinkOver from error
            raise ChatLost(f"{error.ID}") from error

    async def _chat(self, chat_id: int) -> Any:
        try:
            return await self.resolve_peer(chat_id)  # type: ignore[attr-defined]  # the client's
        except (RPCError, KeyError) as error:
            raise ChatLost("the bot does not know it") from error

    async def _resolved(self, username: str) -> Any:
        try:
            return await self.invoke(raw.functions.contacts.ResolveUsername(username=username))  # type: ignore[attr-defined]  # the client's
        except BadRequest:
            return None


class LinkOver(Exception):  # noqa: N818 - says what is the case
    """A link leads nowhere any more."""


def is_inside(participant: Any) -> bool:
    """Whether somebody of this place is in the chat; who is only restricted there is."""
    if isinstance(participant, raw.types.ChannelParticipantBanned):
        return not participant.left
    return participant is not None and not isinstance(participant, raw.types.ChannelParticipantLeft)


def _profile(user: Any) -> Profile:
    return Profile(user.id, user.username, user.first_name or "", user.last_name, user.lang_code)
