"""One person's chats as Telegram has them: asked for when somebody looks, asked again when something changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pyrogram import raw
from pyrogram.errors import BadRequest, Forbidden, UsernameNotOccupied

from sandbox.page.missing import NoChat
from sandbox.page.peers import channel_number, chat_id_of, is_channel
from sandbox.page.shown_chat import Closer, Standing, shown_chat

if TYPE_CHECKING:
    from sandbox.page.seat import Seat

PAGE: Final = 100


class ChatList:
    """The chats of a person, by id."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.standings: dict[int, Standing] = {}
        self._closer: dict[int, Closer] = {}
        self._known: dict[str, int] = {}

    async def load(self) -> None:
        """Ask for the whole list."""
        before = dict(self.standings)
        found: set[int] = set()
        below: dict[str, Any] = {"offset_date": 0, "offset_id": 0, "offset_peer": raw.types.InputPeerEmpty()}
        while True:
            page: Any = await self._seat.call(raw.functions.messages.GetDialogs(**below, limit=PAGE, hash=0))
            standings = self._take(page)
            self.standings |= standings
            if not standings.keys() - found or not isinstance(page, raw.types.messages.DialogsSlice):
                break
            found |= standings.keys()
            below = await self._below(*list(standings.items())[-1])
        found |= standings.keys()
        for chat_id in await self._known_from_the_start():
            self.standings.setdefault(chat_id, Standing())
            found.add(chat_id)
        for chat_id, standing in before.items():  # what changed while the list was asked for is newer than the list
            if chat_id not in found and self.standings.get(chat_id) is standing:
                self.forget(chat_id)
        for chat_id in found - self._closer.keys():
            await self.look_closer(chat_id)

    async def refresh(self, chat_ids: Iterable[int]) -> list[int]:
        """Ask for some of the chats again; returns those that are still there.

        Raises:
            OSError: Telegram does not answer.
            RPCError: it has no time now.
        """
        return [chat_id for chat_id in chat_ids if await self._refreshed(chat_id)]

    async def _refreshed(self, chat_id: int) -> bool:
        try:
            peer = raw.types.InputDialogPeer(peer=await self._seat.peer(chat_id))
            page: Any = await self._seat.call(raw.functions.messages.GetPeerDialogs(peers=[peer]))
            standings = self._take(page)
            if chat_id not in self.standings and not is_channel(chat_id) and standings[chat_id].top is None:
                return False  # it was removed, or nothing was ever said there: such chats are in nobody's list
            self.standings |= standings
            if chat_id not in self._closer:
                await self.look_closer(chat_id)
        except (NoChat, BadRequest, Forbidden):  # the person is put out of it, or it is deleted
            self.forget(chat_id)
            return False
        return True

    async def look_closer(self, chat_id: int) -> None:
        """Ask for what only the chat's full description says: what is pinned, and whether it is blocked."""
        self.learn(chat_id, await self._seat.full(chat_id))

    def shown(self, chat_id: int) -> dict[str, Any]:
        """A chat for the page."""
        standing, closer = self.standings.get(chat_id) or Standing(), self._closer.get(chat_id) or Closer()
        return shown_chat(chat_id, standing, closer, self._seat.eyes())

    def newest_first(self) -> list[dict[str, Any]]:
        """All of them."""
        ids = sorted(self.standings, key=lambda each: self._date(self.standings[each]), reverse=True)
        return [self.shown(each) for each in ids]

    def _take(self, page: Any) -> dict[int, Standing]:
        tops = {(chat_id_of(each.peer_id), each.id): each for each in page.messages}
        taken: dict[int, Standing] = {}
        for dialog in page.dialogs:
            chat_id = chat_id_of(dialog.peer)
            if dialog.pts is not None:
                self._seat.person.mailbox.begin_at(channel_number(chat_id), dialog.pts)
            taken[chat_id] = Standing(
                dialog.unread_count,
                dialog.read_inbox_max_id,
                dialog.read_outbox_max_id,
                tops.get((chat_id, dialog.top_message)),
            )
        return taken

    async def _below(self, chat_id: int, standing: Standing) -> dict[str, Any]:
        """The place in the list below a chat, as Telegram wants it told."""
        top = standing.top
        date, number = (top.date, top.id) if top is not None else (0, 0)
        return {"offset_date": date, "offset_id": number, "offset_peer": await self._seat.peer(chat_id)}

    async def _known_from_the_start(self) -> list[int]:
        """Whom the person knows by name, as far as they exist by now."""
        for name in self._seat.record.knows:
            if name not in self._known:
                with contextlib.suppress(UsernameNotOccupied):
                    self._known[name] = await self._seat.resolve(name)
        return list(self._known.values())

    def learn(self, chat_id: int, full: Any) -> None:
        """Know what a chat's full description says."""
        self._closer[chat_id] = Closer(full.pinned_msg_id, bool(full.blocked))

    def forget(self, chat_id: int) -> None:
        """The person is not in this chat any more."""
        self.standings.pop(chat_id, None)
        self._closer.pop(chat_id, None)

    @staticmethod
    def _date(standing: Standing) -> tuple[int, int]:
        return (standing.top.date, standing.top.id) if standing.top is not None else (0, 0)
