"""One person: everything that somebody with Telegram in the hand can do to a bot."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pyrogram import raw, types, utils

from sandbox.asker import Asker
from sandbox.attachments import Kind, sent_again, upload
from sandbox.buttons import find_button
from sandbox.member import Peer, answering, random_id
from sandbox.shelf import Deletion

Predicate = Callable[[types.Message], bool]
_DEFAULT_TIMEOUT = 60.0
_ANSWER_TIMEOUT = 60.0


class Person(Asker):
    """A signed-in user. `client` is the library's client, for everything that has no word here."""

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.first_name!r}>"

    async def session_string(self) -> str:
        """What `People.return_with` needs to go on as this person later."""
        return str(await self.client.export_session_string())

    # Talking

    async def talk_to(self, peer: Peer) -> int:
        """Mean this chat from now on where none is named; returns its id."""
        self._default = utils.get_peer_id(await self._peer(peer))
        return self._default

    async def send(
        self, first: Peer | str, text: str | None = None, *, to: Peer | None = None, reply_to: int | None = None
    ) -> types.Message:
        """Send a text: `send("/start")` to the chat of `talk_to`, `send("bot_name", "/start")` to another.

        The text goes out as it is, without any markup.
        """
        if text is None:
            text = str(first)
        else:
            to = first
        peer = await self._peer(to)
        sent = await self.client.invoke(
            raw.functions.messages.SendMessage(
                peer=peer, message=text, random_id=random_id(), reply_to=answering(reply_to)
            )
        )
        return await self._sent(sent, peer, text)

    async def post(self, channel: Peer, text: str) -> types.Message:
        """Write in a channel; for files, `send_file(…, to=channel)`."""
        return await self.send(text, to=channel)

    async def start_bot(self, bot: Peer, parameter: str = "") -> types.Message:
        """Open a bot by its link `t.me/bot?start=parameter`, and mean it from now on."""
        await self.talk_to(bot)
        if not parameter:
            return await self.send("/start")
        peer = await self._peer(None)
        sent = await self.client.invoke(
            raw.functions.messages.StartBot(bot=peer, peer=peer, random_id=random_id(), start_param=parameter)
        )
        return await self._sent(sent, peer, "/start")

    async def send_file(
        self,
        path: str | os.PathLike[str],
        kind: Kind = "document",
        caption: str = "",
        *,
        to: Peer | None = None,
        reply_to: int | None = None,
        thumbnail: str | os.PathLike[str] | None = None,
    ) -> types.Message:
        """Send a file as any kind of media; streamed from the disk."""
        peer = await self._peer(to)
        media = await upload(self.client, Path(path), kind, thumbnail)
        sent = await self.client.invoke(
            raw.functions.messages.SendMedia(
                peer=peer, media=media, message=caption, random_id=random_id(), reply_to=answering(reply_to)
            )
        )
        return await self._sent(sent, peer, caption)

    async def send_album(
        self,
        paths: Sequence[str | os.PathLike[str]],
        kind: Kind = "document",
        captions: Sequence[str] = (),
        *,
        to: Peer | None = None,
    ) -> list[types.Message]:
        """Send two to ten files as one album, captions in their order."""
        peer = await self._peer(to)
        media = []
        for number, path in enumerate(paths):
            uploaded = await self.client.invoke(
                raw.functions.messages.UploadMedia(peer=peer, media=await upload(self.client, Path(path), kind))
            )
            caption = captions[number] if number < len(captions) else ""
            media.append(raw.types.InputSingleMedia(media=sent_again(uploaded), random_id=random_id(), message=caption))
        sent = await self.client.invoke(raw.functions.messages.SendMultiMedia(peer=peer, multi_media=media))
        return [await self._read(sent, update.message) for update in sent.updates if _is_new(update)]

    async def forward(
        self, messages: types.Message | Sequence[types.Message], *, to: Peer | None = None, drop_author: bool = False
    ) -> list[types.Message]:
        """Forward messages of one chat."""
        given = _several(messages)
        sent = await self.client.invoke(
            raw.functions.messages.ForwardMessages(
                from_peer=await self._peer(_chat_id(given[0])),
                to_peer=await self._peer(to),
                id=[message.id for message in given],
                random_id=[random_id() for _ in given],
                drop_author=drop_author,
            )
        )
        return [await self._read(sent, update.message) for update in sent.updates if _is_new(update)]

    async def edit(self, message: types.Message, text: str) -> None:
        """Change the text or the caption of an own message."""
        await self.client.invoke(
            raw.functions.messages.EditMessage(peer=await self._peer(_chat_id(message)), id=message.id, message=text)
        )

    async def delete(self, messages: types.Message | Sequence[types.Message]) -> None:
        """Delete messages of one chat for everybody."""
        given = _several(messages)
        await self.client.delete_messages(_chat_id(given[0]), [message.id for message in given])

    # Looking

    async def next_message(
        self,
        timeout: float = _DEFAULT_TIMEOUT,
        *,
        from_: Peer | None = None,
        predicate: Predicate | None = None,
    ) -> types.Message:
        """The next message to this person that nobody has asked for yet, in the order they came.

        With `from_` (a chat) or `predicate`, the first that fits; others stay for later.

        Raises:
            TimeoutError: none came within `timeout` seconds.
        """
        return await self.mailbox.messages.take(await self._wanted(from_, predicate), timeout)

    async def next_edit(
        self, timeout: float = _DEFAULT_TIMEOUT, *, from_: Peer | None = None, predicate: Predicate | None = None
    ) -> types.Message:
        """Like `next_message`, for messages of others that were changed."""
        return await self.mailbox.edits.take(await self._wanted(from_, predicate), timeout)

    async def wait_deleted(self, message: types.Message, timeout: float = _DEFAULT_TIMEOUT) -> Deletion:
        """Wait until this message is gone.

        Raises:
            TimeoutError: it was not deleted within `timeout` seconds.
        """
        chat_id = _chat_id(message)
        channel = chat_id if chat_id < -(10**12) else None
        deletion = await self.mailbox.deletions.take(
            lambda gone: gone.chat_id == channel and message.id in gone.message_ids, timeout
        )
        rest = tuple(each for each in deletion.message_ids if each != message.id)
        if rest:
            self.mailbox.deletions.put(Deletion(deletion.chat_id, rest))
        return deletion

    async def quiet(self, seconds: float) -> list[types.Message]:
        """Wait, and return what came meanwhile and before without being asked for."""
        await asyncio.sleep(seconds)
        unseen = list(self.mailbox.messages)
        self.mailbox.messages.clear()
        return unseen

    async def history(self, peer: Peer | None = None, limit: int = 100) -> list[types.Message]:
        """The last messages of a chat, oldest first."""
        found = await self.client.invoke(
            raw.functions.messages.GetHistory(
                peer=await self._peer(peer), offset_id=0, offset_date=0, add_offset=0, limit=limit, max_id=0,
                min_id=0, hash=0,
            )
        )  # fmt: skip
        return [await self._read(found, message) for message in reversed(found.messages)]

    async def download(self, message: types.Message, path: str | os.PathLike[str] | None = None) -> Path:
        """Save a message's file to this path, streamed; returns the path.

        Without a path it is a new one in a folder of this person's, which goes when the person leaves.

        Raises:
            ValueError: there is no file in the message.
        """
        target = await asyncio.to_thread(self._new_path) if path is None else Path(path)
        with await asyncio.to_thread(target.open, "wb") as file:
            async for chunk in self.client.stream_media(message):
                await asyncio.to_thread(file.write, chunk)
        return target

    async def press(
        self,
        what: types.Message | types.InlineKeyboardButton,
        *,
        text: str | None = None,
        data: bytes | str | None = None,
        timeout: float = _ANSWER_TIMEOUT,
    ) -> raw.types.messages.BotCallbackAnswer:
        """Press a button and wait for the bot's answer: its `message`, `alert` and `url`.

        Name the button by its text or its data, or give it itself; a message with one button needs neither.

        Raises:
            ValueError: there is no such button with data.
            RPCError: BOT_RESPONSE_TIMEOUT, when the bot does not answer.
        """
        message, button = find_button(what, self.mailbox.recent, text=text, data=data)
        payload = button.callback_data
        answer: raw.types.messages.BotCallbackAnswer = await self.client.invoke(
            raw.functions.messages.GetBotCallbackAnswer(
                peer=await self._peer(_chat_id(message)),
                msg_id=message.id,
                data=payload.encode() if isinstance(payload, str) else payload,
            ),
            retries=1,
            timeout=timeout,
        )
        return answer

    # Inside

    async def _wanted(self, chat: Peer | None, predicate: Predicate | None) -> Predicate:
        chat_id = None if chat is None else utils.get_peer_id(await self._peer(chat))

        def wanted(message: types.Message) -> bool:
            return (chat_id is None or _chat_id(message) == chat_id) and (predicate is None or predicate(message))

        return wanted

    async def _read(self, found: Any, message: Any) -> types.Message:
        users = {user.id: user for user in found.users}
        chats = {chat.id: chat for chat in found.chats}
        return await types.Message._parse(self.client, message, users, chats, replies=0)  # noqa: SLF001 - no public way

    async def _sent(self, sent: Any, peer: Any, text: str) -> types.Message:
        """The message that a call made, whatever form the answer has."""
        if not isinstance(sent, raw.types.UpdateShortSentMessage):
            (message,) = [update.message for update in sent.updates if _is_new(update)][:1]
            return await self._read(sent, message)
        message = raw.types.Message(
            id=sent.id, out=True, date=sent.date, message=text, media=sent.media, entities=sent.entities or [],
            restriction_reason=[],
            peer_id=raw.types.PeerUser(user_id=getattr(peer, "user_id", self.id)),
            from_id=raw.types.PeerUser(user_id=self.id),
        )  # fmt: skip
        return await self.mailbox.read(message)


def _chat_id(message: types.Message) -> int:
    if message.chat is None or message.chat.id is None:
        raise ValueError("the message is in no chat")
    return int(message.chat.id)


def _several(messages: types.Message | Sequence[types.Message]) -> list[types.Message]:
    return [messages] if isinstance(messages, types.Message) else list(messages)


def _is_new(update: Any) -> bool:
    return isinstance(update, raw.types.UpdateNewMessage | raw.types.UpdateNewChannelMessage)
