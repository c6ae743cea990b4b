"""One person of the page: a real client of this Telegram, what it knows, and how it asks for more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pyrogram import raw
from pyrogram.errors import AuthKeyDuplicated, ChannelPrivate, RPCError, Unauthorized

from sandbox.mailbox import Mailbox
from sandbox.network import ServerInfo
from sandbox.page import arriving
from sandbox.page.chatlist import ChatList
from sandbox.page.events import Events
from sandbox.page.live import Live
from sandbox.page.missing import NoChat, NoMessage
from sandbox.page.peers import channel_number, chat_id_of, is_channel
from sandbox.page.record import Record
from sandbox.page.shown import Eyes, Place, answers, shown_message
from sandbox.people import People, Person

ANSWER_WITHIN: Final = 20.0
"""Seconds for Telegram to answer a call before the page is told that it does not."""
ATTEMPTS: Final = 3
"""How often a call without an answer is sent in that time."""
IDS: Final = 200
"""Messages that one call may ask for."""


class Seat:
    """Where a person sits. Handlers get it by `await seat_of(request)`, open and ready."""

    def __init__(self, record: Record, events: Events) -> None:
        self.record = record
        self.chatlist = ChatList(self)
        self._events = events
        self._people: People | None = None
        self._person: Person | None = None
        self._live = Live(self)
        self._before: Mailbox | None = None
        self._lost = False

    @property
    def id(self) -> int:
        """The person's id."""
        return self.record.id

    @property
    def person(self) -> Person:
        """The client; everything that has no word here goes through `person.client.invoke`."""
        if self._person is None:
            raise ConnectionError("the person is not there")
        return self._person

    @property
    def is_open(self) -> bool:
        """Whether the person has come."""
        return self._person is not None

    @property
    def users(self) -> dict[int, Any]:
        """Every user that this person has met, by id."""
        return self.person.mailbox.users

    @property
    def chats(self) -> dict[int, Any]:
        """Every channel and group that this person has met, by its number without -100."""
        return self.person.mailbox.chats

    @property
    def is_lost(self) -> bool:
        """Whether the client was there and can come to nothing any more: its session ended, or its connection did."""
        if self._person is None:
            return False
        session = self._person.client.session
        return self._lost or session is None or arriving.has_ended(session)

    async def open(self, info: ServerInfo) -> None:
        """Sign in, or go on with the session of last time; a client that is lost is put away first.

        Raises:
            RPCError: Telegram refuses the number or the name.
            OSError: it does not answer.
        """
        if self._person is not None:
            self._before = self._person.mailbox
        await self._leave()
        self._people = People(info)
        try:
            person = await arriving.arrive(self._people, self.record)
            person.mailbox.listener = self._live.take
            if self._before is not None:
                person.mailbox.go_on_from(self._before)
            self._person, self._lost = person, False
            await self.chatlist.load()
        except BaseException:
            await self._leave()
            raise
        if self._before is not None:
            self._before = None
            for chat_id in self.chatlist.standings:
                self.changed(chat_id)

    async def look_after(self) -> None:
        """See whether the connection still holds, and fetch what was not pushed: one may be silent and look well."""
        try:
            await self.call(raw.functions.updates.GetState(), timeout=arriving.RETURN_WITHIN)
        except TimeoutError:
            self._lost = True
            raise
        self.person.mailbox.catch_up()

    async def close(self) -> None:
        """Leave; the account stays with the server."""
        await self._live.stop()
        await self._leave()

    async def _leave(self) -> None:
        people, self._people, self._person = self._people, None, None
        if people is not None:
            await people.close()

    async def call(self, query: Any, *, timeout: float | None = None, retries: int = 10) -> Any:
        """Ask Telegram; whoever is in the answer is known from then on.

        Raises:
            TimeoutError: no answer within `timeout` seconds, `ANSWER_WITHIN` if none are given.
            ConnectionError: the person's session is over; they are back in a moment.
            RPCError: Telegram refuses, also with a time to wait.
        """
        within = ANSWER_WITHIN if timeout is None else timeout
        # What got lost on the way is asked again in time: the same call with the same random_id sends nothing twice.
        each = within / ATTEMPTS if retries > 1 else within
        try:
            async with asyncio.timeout(within):
                found = await self.person.client.invoke(query, retries=retries, timeout=each, sleep_threshold=0)
        except (Unauthorized, AuthKeyDuplicated):
            self._lost = True
            raise ConnectionError("the session is over; the person signs in again") from None
        self.meet(getattr(found, "users", ()), getattr(found, "chats", ()))
        return found

    def meet(self, users: Iterable[Any], chats: Iterable[Any]) -> None:
        """Know these from now on."""
        self.users.update((user.id, user) for user in users)
        self.chats.update((chat.id, chat) for chat in chats)

    async def peer(self, chat_id: int) -> Any:
        """A chat as calls name it.

        Raises:
            NoChat: this person knows none with this id.
        """
        if chat_id == self.id:
            return raw.types.InputPeerSelf()
        holder = self._holder(chat_id)
        if holder is None and not self.chatlist.standings:
            await self.chatlist.load()
            holder = self._holder(chat_id)
        if holder is None:
            raise NoChat(chat_id)
        if is_channel(chat_id):
            return raw.types.InputPeerChannel(channel_id=holder.id, access_hash=holder.access_hash)
        return raw.types.InputPeerUser(user_id=chat_id, access_hash=holder.access_hash)

    async def message(self, chat_id: int, message_id: int) -> Any:
        """One message as Telegram has it.

        Raises:
            NoChat: this person knows no such chat.
            NoMessage: there is none in it with this id.
        """
        found = await self.messages(chat_id, [message_id])
        if not found:
            raise NoMessage(message_id)
        return found[0]

    async def messages(self, chat_id: int | None, ids: Sequence[int]) -> list[Any]:
        """Those of these messages that are there, in their order; None: of all private chats, whose ids are unique."""
        found: list[Any] = []
        for start in range(0, len(ids), IDS):
            wanted: list[Any] = [raw.types.InputMessageID(id=number) for number in ids[start : start + IDS]]
            if chat_id is not None and is_channel(chat_id):
                query: Any = raw.functions.channels.GetMessages(channel=await self.channel(chat_id), id=wanted)
            else:
                query = raw.functions.messages.GetMessages(id=wanted)
            try:
                found += (await self.call(query)).messages
            except ChannelPrivate:
                raise NoChat(chat_id or 0) from None
        there = [each for each in found if not isinstance(each, raw.types.MessageEmpty)]
        return [each for each in there if chat_id is None or chat_id_of(each.peer_id) == chat_id]

    async def channel(self, chat_id: int) -> raw.types.InputChannel:
        """A channel or group as calls about channels name it.

        Raises:
            NoChat: this person knows none with this id.
        """
        peer = await self.peer(chat_id)
        if not isinstance(peer, raw.types.InputPeerChannel):
            raise NoChat(chat_id)
        return raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    async def full(self, chat_id: int) -> Any:
        """A chat's full description: UserFull or ChannelFull."""
        if is_channel(chat_id):
            found = await self.call(raw.functions.channels.GetFullChannel(channel=await self.channel(chat_id)))
            return found.full_chat
        peer = await self.peer(chat_id)
        own = isinstance(peer, raw.types.InputPeerSelf)
        user: Any = raw.types.InputUserSelf() if own else None
        user = user or raw.types.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
        return (await self.call(raw.functions.users.GetFullUser(id=user))).full_user

    async def shown(self, messages: Iterable[Any], users: Iterable[Any], chats: Iterable[Any]) -> list[dict[str, Any]]:
        """Messages for the page, with what they answer; `users` and `chats` are those that came with them."""
        self.meet(users, chats)
        given = list(messages)
        eyes = self.eyes(await self._answered(given))
        return [shown_message(each, eyes) for each in given]

    async def resolve(self, username: str) -> int:
        """The id of whoever has this public name, known from then on.

        Raises:
            RPCError: nobody has it.
        """
        found: Any = await self.call(raw.functions.contacts.ResolveUsername(username=username.removeprefix("@")))
        return chat_id_of(found.peer)

    async def sent(self, result: Any, chat_id: int) -> list[dict[str, Any]]:
        """The messages that a call of the person's own sent, for the page, whatever form its answer has."""
        if isinstance(result, raw.types.UpdateShortSentMessage):
            try:
                return await self.shown(await self.messages(chat_id, [result.id]), (), ())
            except (OSError, RPCError):  # it is sent; the page hears of it by its stream
                return []
        news = raw.types.UpdateNewMessage | raw.types.UpdateNewChannelMessage
        made = [update.message for update in result.updates if isinstance(update, news)]
        return await self.shown(made, result.users, result.chats)

    def eyes(self, answered: dict[Place, Any] | None = None) -> Eyes:
        """What this person knows now."""
        read = {chat_id: standing.read_outbox_up_to for chat_id, standing in self.chatlist.standings.items()}
        return Eyes(self.id, self.users, self.chats, read, answered or {})

    def publish(self, kind: str, **fields: Any) -> None:
        """Tell every open page something of this person's."""
        self._events.publish(self.id, kind, **fields)

    async def begin_anew(self) -> None:
        """More was missed than Telegram tells: the list of chats is asked for, and every page begins anew."""
        await self.chatlist.load()
        self._events.begin_anew()

    def changed(self, chat_id: int) -> None:
        """A chat may stand otherwise now: it is asked for again soon, and the pages are told."""
        self._live.changed(chat_id)

    def _holder(self, chat_id: int) -> Any:
        return self.chats.get(channel_number(chat_id)) if is_channel(chat_id) else self.users.get(chat_id)

    async def _answered(self, messages: list[Any]) -> dict[Place, Any]:
        known = {(chat_id_of(each.peer_id), each.id): each for each in messages}
        missing: dict[int, set[int]] = {}
        for place in filter(None, map(answers, messages)):
            if place not in known:
                missing.setdefault(place[0], set()).add(place[1])
        for chat_id, ids in missing.items():
            try:
                known |= {(chat_id, each.id): each for each in await self.messages(chat_id, sorted(ids))}
            except RPCError:  # Telegram has no time: the messages themselves are here
                known |= dict.fromkeys((chat_id, number) for number in ids)
        return known
