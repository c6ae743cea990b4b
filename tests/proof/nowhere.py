"""A Telegram that is nowhere: it answers a bot's calls in the form they have, with odd things inside, or refuses."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from pyrogram import errors, raw

from tests.proof.forge import Forge
from tests.proof.odd import NOW, Odd

t = raw.types

REFUSED: Final = 0.01
"""Share of the calls that are refused, by what such a call is refused with and a bot has to bear."""

REFUSALS: Final[dict[str, tuple[type[errors.RPCError], ...]]] = {
    "SendMessage": (errors.UserIsBlocked, errors.InputUserDeactivated, errors.PeerIdInvalid),
    "ForwardMessages": (errors.UserIsBlocked, errors.MessageIdInvalid, errors.ChannelPrivate),
    "EditMessage": (errors.MessageNotModified, errors.MessageIdInvalid, errors.MessageAuthorRequired),
    "SetBotCallbackAnswer": (errors.QueryIdInvalid,),
    "SetInlineBotResults": (errors.QueryIdInvalid,),
    "GetFullChannel": (errors.ChannelPrivate, errors.ChannelInvalid),
}


class Nowhere:
    """Stands in for the library's session of one bot."""

    def __init__(self, odd: Odd, seed: int) -> None:
        self._odd = odd
        self._dice = random.Random(f"{seed} nowhere")
        self._forge = Forge(self._dice, odd.steer)
        self.asked: Counter[str] = Counter()
        self.told: Counter[int] = Counter()
        """How many messages each person was sent."""
        self.refuses = True
        """Whether calls are refused now and then."""
        self.unknown: Counter[str] = Counter()
        """Calls that nobody here knows, and that are refused: the library asks for all kinds of things in messages."""
        # what the bot asks of a session
        self.is_started = asyncio.Event()
        self.is_started.set()
        self.results: dict[int, Any] = {}
        self.recv_task = None

    async def stop(self) -> None:
        """End, as a session does."""

    async def send(self, query: Any, timeout: float = 0, **_: Any) -> Any:
        """Answer a call."""
        name = type(query).__name__
        self.asked[name] += 1
        await asyncio.sleep(0)
        answer: Callable[[Any], Any] | None = getattr(self, f"_{name}", None)
        if answer is None and "bots" in query.QUALNAME:
            return True
        if answer is None:
            self.unknown[name] += 1
            raise errors.BadRequest
        if self.refuses and name in REFUSALS and self._dice.random() < REFUSED:
            raise self._dice.choice(REFUSALS[name])
        return answer(query)

    # Sending

    def _SendMessage(self, query: Any) -> Any:  # noqa: N802 - the method's own name, here and below
        self.told[getattr(query.peer, "user_id", 0)] += 1
        return t.UpdateShortSentMessage(
            out=True, id=self._next_id(), pts=self._odd.at.next(None), pts_count=1, date=NOW
        )

    def _SendMedia(self, query: Any) -> Any:  # noqa: N802
        return self._sent(query, [query.random_id])

    def _SendMultiMedia(self, query: Any) -> Any:  # noqa: N802
        return self._sent(query, [media.random_id for media in query.multi_media])

    def _ForwardMessages(self, query: Any) -> Any:  # noqa: N802
        return self._sent(query, query.random_id, to=query.to_peer)

    def _EditMessage(self, query: Any) -> Any:  # noqa: N802
        return self._envelope([])

    def _SetBotCallbackAnswer(self, _: Any) -> Any:  # noqa: N802
        return True

    def _SetInlineBotResults(self, _: Any) -> Any:  # noqa: N802
        return True

    def _sent(self, query: Any, random_ids: list[int], *, to: Any = None) -> Any:
        peer = to or query.peer
        channel = getattr(peer, "channel_id", None)
        updates: list[Any] = []
        for random_id in random_ids:
            number = self._next_id()
            place: Any = t.PeerChannel(channel_id=channel) if channel else t.PeerUser(user_id=1)
            message = self._forge.bare(t.Message, id=number, peer_id=place, date=NOW, message="", out=True)
            kind: Any = t.UpdateNewChannelMessage if channel else t.UpdateNewMessage
            updates += [
                t.UpdateMessageID(id=number, random_id=random_id),
                kind(message=message, pts=self._odd.at.next(channel), pts_count=1),
            ]
        return self._envelope(updates)

    def _next_id(self) -> int:
        self._odd.at.message += 1
        return self._odd.at.message

    @staticmethod
    def _envelope(updates: list[Any]) -> Any:
        return t.Updates(updates=updates, users=[], chats=[], date=NOW, seq=0)

    # Asking

    def _GetMessages(self, query: Any) -> Any:  # noqa: N802
        """Messages by their ids, as odd as those that are pushed."""
        top = self._odd.at.message
        messages: list[Any] = [
            self._odd.message(self._forge, number=asked.id) if asked.id <= top else t.MessageEmpty(id=asked.id)
            for asked in query.id
        ]
        users, chats = self._odd.company(self._forge, messages)
        return t.messages.Messages(messages=messages, topics=[], chats=chats, users=users)

    def _GetFullUser(self, _: Any) -> Any:  # noqa: N802
        """The bot itself; nobody else is asked for."""
        me: Any = self._forge.bare(
            t.User, id=self._odd.cast.bot, access_hash=1, is_self=True, bot=True, bot_info_version=1,
            first_name="Keeper", username="keeper_bot",
        )  # fmt: skip
        full: Any = self._forge.make(t.UserFull, 6, id=me.id)
        return t.users.UserFull(full_user=full, chats=[], users=[me])

    def _GetUsers(self, query: Any) -> Any:  # noqa: N802
        return [self._odd.user(self._forge, user.user_id) for user in query.id]

    def _GetChannels(self, query: Any) -> Any:  # noqa: N802
        return t.messages.Chats(chats=[self._odd.chat(self._forge, each.channel_id) for each in query.id])

    def _GetChats(self, query: Any) -> Any:  # noqa: N802
        return t.messages.Chats(chats=[self._forge.bare(t.Chat, id=number, title="Group") for number in query.id])

    def _GetStickerSet(self, _: Any) -> Any:  # noqa: N802
        raise errors.StickersetInvalid

    def _GetFullChannel(self, query: Any) -> Any:  # noqa: N802
        number = getattr(query.channel, "channel_id", None)
        if number is None:
            raise errors.ChannelInvalid
        full: Any = self._forge.make(t.ChannelFull, 4, id=number, pts=self._odd.at.channels[number] + 1)
        chat: Any = self._forge.make(t.Channel, 4, id=number)
        return t.messages.ChatFull(full_chat=full, chats=[chat], users=[])

    def _ResolveUsername(self, _: Any) -> Any:  # noqa: N802
        raise errors.UsernameNotOccupied

    # Where it stands

    def _GetState(self, _: Any) -> Any:  # noqa: N802
        at = self._odd.at
        return t.updates.State(pts=at.pts, qts=at.qts, date=NOW, seq=0, unread_count=0)

    def _GetDifference(self, query: Any) -> Any:  # noqa: N802
        """What the asker missed, and now and then that it is too much to tell."""
        at = self._odd.at
        if query.pts > at.pts:
            raise errors.PersistentTimestampInvalid
        missed = [*at.since(None, query.pts), *at.quiet_since(query.qts)]
        if self._dice.random() < 0.002:
            return t.updates.DifferenceTooLong(pts=at.pts)
        if not missed and query.pts == at.pts:
            return t.updates.DifferenceEmpty(date=NOW, seq=0)
        users, chats = self._odd.company(self._forge, missed)
        told = _split(missed)
        return t.updates.Difference(
            new_messages=told[0], new_encrypted_messages=[], other_updates=told[1], chats=chats, users=users,
            state=self._GetState(query),
        )  # fmt: skip

    def _GetChannelDifference(self, query: Any) -> Any:  # noqa: N802
        channel = query.channel.channel_id
        pts = self._odd.at.channels[channel] + 1
        if query.pts > pts:
            raise errors.PersistentTimestampInvalid
        missed = self._odd.at.since(channel, query.pts)
        if not missed and query.pts == pts:
            return t.updates.ChannelDifferenceEmpty(pts=pts, final=True)
        users, chats = self._odd.company(self._forge, missed)
        if self._dice.random() < 0.02:
            dialog = self._forge.make(t.Dialog, 4, pts=pts, top_message=self._odd.at.message)
            return t.updates.ChannelDifferenceTooLong(dialog=dialog, messages=[], chats=chats, users=users, final=True)
        told = _split(missed)
        return t.updates.ChannelDifference(
            pts=pts, new_messages=told[0], other_updates=told[1], chats=chats, users=users, final=True
        )


def _split(updates: list[Any]) -> tuple[list[Any], list[Any]]:
    """Updates as a difference tells them: new messages, and the rest."""
    new = (t.UpdateNewMessage, t.UpdateNewChannelMessage)
    return (
        [update.message for update in updates if isinstance(update, new)],
        [update for update in updates if not isinstance(update, new)],
    )
