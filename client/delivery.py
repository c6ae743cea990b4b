"""How a delivery is carried out: in as few calls as Telegram allows, once per cause, what is gone written down."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pyrogram.errors import ChannelInvalid, ChannelPrivate, ChatForwardsRestricted, MessageIdInvalid, PeerIdInvalid

from client.sender import PER_CALL
from client.speech import Speech
from database.cause import Cause
from database.files import StoredFile
from services.errors import UserError
from services.links import Delivery

log = logging.getLogger(__name__)

CLOSED_STORAGE = (ChannelInvalid, ChannelPrivate, ChatForwardsRestricted)
"""The bot cannot take messages from the storage channel any more."""


class StorageClosed(Exception):  # noqa: N818 - says what is the case
    """The bot does not know the storage channel."""


class Delivering(Speech):
    """What the bot hands over: the files behind a link."""

    async def deliver(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> list[int]:
        """Hand over what is behind a link, in as few calls as Telegram allows.

        Returns the ids of the messages that arrived; fewer than the link's where stored messages are gone, which is
        written down, so that sending the file again heals the link.

        Raises:
            UserError: the storage channel is closed to the bot; its owner is told.
        """
        try:
            return await self._hand_over(chat_id, delivery, cause=cause)
        except (*CLOSED_STORAGE, StorageClosed) as error:
            log.warning("The storage channel %d is closed to the bot: %s", delivery.storage_chat, error)
            await self.tell_owner("storage-closed", cause=Cause(f"job:storage-closed:{delivery.storage_chat}"))
            raise UserError("delivery-unavailable") from error

    async def _hand_over(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> list[int]:
        try:
            await self.resolve_peer(delivery.storage_chat)  # type: ignore[attr-defined]  # the client's
        except PeerIdInvalid as error:  # not the reader's fault, who is judged by the same error
            raise StorageClosed from error
        arrived: list[int | None] = []
        place = 0
        for part in _parts(delivery):
            steps = [f"{delivery.link.code} file {number}" for number in range(place + 1, place + len(part) + 1)]
            place += len(part)
            ids = [item.message_id for item in part]
            if delivery.caption_template is None:
                try:
                    arrived += await self.sender.forward(
                        chat_id, delivery.storage_chat, ids, cause=cause, steps=steps, protect=delivery.protect
                    )
                except MessageIdInvalid:
                    arrived += [None] * len(part)
            else:
                files = {file.unique_id: file for file in delivery.files}
                arrived += await self.sender.stored(
                    chat_id,
                    delivery.storage_chat,
                    ids,
                    await self._captions(chat_id, delivery, [files[item.unique_id] for item in part]),
                    cause=cause,
                    steps=steps,
                    references={
                        item.message_id: ref for item in part if (ref := files[item.unique_id].ref_of(item.message_id))
                    },
                    on_fresh=partial(self._remember, {item.message_id: item.unique_id for item in part}),
                    protect=delivery.protect,
                )
        gone = [item.message_id for item, number in zip(delivery.items, arrived, strict=True) if number is None]
        if gone:
            log.warning("Stored messages %s of %d are gone", gone, delivery.storage_chat)
            await self.services.files.mark_gone(delivery.storage_chat, gone)
        return [number for number in arrived if number is not None]

    async def _captions(self, reader: int, delivery: Delivery, files: Sequence[StoredFile]) -> list[str]:
        """What the owner's template says of files, their sizes as the reader's language writes them."""
        language = await self.services.users.language_of(reader)
        return [delivery.caption(file, self.texts.label(language, "size", size=file.size or 0)) for file in files]

    async def _remember(self, files: Mapping[int, str], references: Mapping[int, str]) -> None:
        """Keep file ids that were just read, so that the next delivery need not read them."""
        for message_id, file_id in references.items():
            await self.services.files.refresh(files[message_id], message_id, file_id)


def _parts(delivery: Delivery) -> list[Sequence[Any]]:
    """Cut a delivery into calls of `PER_CALL` messages at most, never inside an album.

    With captions of ours an album is a call of its own, and so is every single file.
    """
    albums: list[list[Any]] = []
    for item in delivery.items:
        if albums and item.group is not None and albums[-1][-1].group == item.group:
            albums[-1].append(item)
        else:
            albums.append([item])
    if delivery.caption_template is not None:
        return list(albums)
    parts: list[list[Any]] = [[]]
    for album in albums:
        if parts[-1] and len(parts[-1]) + len(album) > PER_CALL:
            parts.append([])
        parts[-1] += album
    return list(parts)
