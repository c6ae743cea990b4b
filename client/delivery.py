"""How a delivery is carried out: in as few calls as Telegram allows, once per cause, what is gone written down."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from pyrogram.errors import ChannelInvalid, ChannelPrivate, ChatForwardsRestricted, MessageIdInvalid, PeerIdInvalid

from client import keyboard as keyboards
from client.keyboard import Button
from client.sender import PER_CALL, Manner
from client.speech import Speech
from database.cause import Cause
from database.files import StoredFile
from database.links import LinkItem
from locales.texts import FALLBACK, Texts
from services.errors import UserError
from services.links import Delivery

log = logging.getLogger(__name__)

CLOSED_STORAGE = (ChannelInvalid, ChannelPrivate, ChatForwardsRestricted)
"""The bot cannot take messages from the storage channel any more."""


class Arrived(NamedTuple):
    """A message that a delivery brought: a file, or the buttons of an album."""

    message_id: int
    is_file: bool


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
        arrived = self.handing_over(chat_id, delivery, cause=cause)
        return [message.message_id async for message in arrived if message.is_file]

    async def handing_over(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> AsyncIterator[Arrived]:
        """Do as `deliver`; yields what arrived as it becomes known, for who must not lose it where it breaks off."""
        try:
            async for message in self._hand_over(chat_id, delivery, cause=cause):
                yield message
        except (*CLOSED_STORAGE, StorageClosed) as error:
            log.warning("The storage channel %d is closed to the bot: %s", delivery.storage_chat, error)
            await self.tell_owner("storage-closed", cause=Cause(f"job:storage-closed:{delivery.storage_chat}"))
            every = [item.unique_id for item in delivery.items]
            await self.services.stats.missed(delivery.link.code, cause, every, nothing=True)
            raise UserError("delivery-unavailable") from error

    async def _hand_over(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> AsyncIterator[Arrived]:
        try:
            await self.resolve_peer(delivery.storage_chat)  # type: ignore[attr-defined]  # the client's
        except PeerIdInvalid as error:  # not the reader's fault, who is judged by the same error
            raise StorageClosed from error
        steps = iter(steps_of(delivery))
        gone: list[LinkItem] = []
        for part in _parts(delivery):
            named = list(islice(steps, len(part)))
            arrived = await self._send_copies(chat_id, delivery, part, named, cause)
            gone += [item for item, number in zip(part, arrived, strict=True) if number is None]
            for number in arrived:
                if number is not None:
                    yield Arrived(number, is_file=True)
            if delivery.buttons and len(part) > 1 and any(arrived):
                yield Arrived(await self._send_buttons(chat_id, delivery, f"{named[0]} buttons", cause), is_file=False)
        if gone:
            messages = [delivery.originals.get(item.message_id, item.message_id) for item in gone]
            log.warning("Stored messages %s of %d are gone", messages, delivery.storage_chat)
            await self.services.losses.mark_gone(delivery.storage_chat, messages)
            missing, nothing = [item.unique_id for item in gone], len(gone) == len(delivery.items)
            await self.services.stats.missed(delivery.link.code, cause, missing, nothing=nothing)

    async def _send_copies(
        self, chat_id: int, delivery: Delivery, part: Sequence[LinkItem], steps: Sequence[str], cause: Cause
    ) -> list[int | None]:
        """Do as `_send_part`, with what is stored in place of processed copies that are gone."""
        arrived = await self._send_part(chat_id, delivery, part, steps, cause)
        lost = [
            place
            for place, (item, number) in enumerate(zip(part, arrived, strict=True))
            if number is None and item.message_id in delivery.originals
        ]
        if lost:
            copies = [part[place] for place in lost]
            await self.services.losses.mark_gone(delivery.storage_chat, [item.message_id for item in copies])
            stored = [replace(item, message_id=delivery.originals[item.message_id]) for item in copies]
            again = await self._send_part(chat_id, delivery, stored, [steps[place] for place in lost], cause)
            for place, number in zip(lost, again, strict=True):
                arrived[place] = number
        return arrived

    async def _send_part(
        self, chat_id: int, delivery: Delivery, part: Sequence[LinkItem], steps: Sequence[str], cause: Cause
    ) -> list[int | None]:
        """Send what one call takes. Returns the new message ids in order; None where the stored message is gone."""
        ids = [item.message_id for item in part]
        if delivery.goes_as_stored(part):
            try:
                return await self.sender.forward(
                    chat_id,
                    delivery.storage_chat,
                    ids,
                    cause=cause,
                    steps=steps,
                    manner=Manner(protect=delivery.protect),
                )
            except MessageIdInvalid:
                return [None] * len(part)
        files = {file.unique_id: file for file in delivery.files}
        return await self.sender.stored(
            chat_id,
            delivery.storage_chat,
            ids,
            await self._captions(chat_id, delivery, [files.get(item.unique_id) for item in part]),
            cause=cause,
            steps=steps,
            references={
                item.message_id: ref
                for item in part
                if (file := files.get(item.unique_id)) and (ref := file.ref_of(item.message_id))
            },
            on_fresh=partial(self._remember, {item.message_id: item.unique_id for item in part}),
            markup=buttons_of(delivery, self.texts) if len(part) == 1 else None,
            manner=Manner(protect=delivery.protect),
        )

    async def _send_buttons(self, chat_id: int, delivery: Delivery, step: str, cause: Cause) -> int:
        """Send the buttons of an album, which takes none itself."""
        text = self.texts.text(await self.services.users.language_of(chat_id), "album-buttons")
        return await self.sender.text(chat_id, text, cause=cause, step=step, markup=buttons_of(delivery, self.texts))

    async def _captions(self, reader: int, delivery: Delivery, files: Sequence[StoredFile | None]) -> list[str]:
        """What is said under files, their sizes as the reader's language writes them; nothing where one is unknown."""
        language = await self.services.users.language_of(reader)
        return [
            delivery.caption(file, self.texts.label(language, "size", size=file.size or 0)) if file else ""
            for file in files
        ]

    async def _remember(self, files: Mapping[int, str], references: Mapping[int, str]) -> None:
        """Keep file ids that were just read, so that the next delivery need not read them."""
        for message_id, file_id in references.items():
            await self.services.files.refresh(files[message_id], message_id, file_id)


def buttons_of(delivery: Delivery, texts: Texts) -> Any:
    """Make Telegram's buttons of those of a delivery; None where it has none."""
    rows = [[Button(text=button.text, url=button.url) for button in row] for row in delivery.buttons]
    return keyboards.render(rows, texts, FALLBACK)


def steps_of(delivery: Delivery) -> list[str]:
    """Name the step of each message that a delivery sends, in order."""
    return [f"{delivery.link.code} file {number}" for number in range(1, len(delivery.items) + 1)]


def _parts(delivery: Delivery) -> list[Sequence[LinkItem]]:
    """Cut a delivery into calls of `PER_CALL` messages at most, never inside an album.

    An album with processed copies in it, which lie apart, is a call of its own. With captions or buttons of ours every
    album is, and so is every single file.
    """
    albums: list[list[LinkItem]] = []
    for item in delivery.items:
        if albums and item.group is not None and albums[-1][-1].group == item.group:
            albums[-1].append(item)
        else:
            albums.append([item])
    if not delivery.is_plain:
        return list(albums)
    parts: list[list[LinkItem]] = [[]]
    for album in albums:
        apart = any(map(delivery.is_reshaped, album))
        if parts[-1] and (apart or len(parts[-1]) + len(album) > PER_CALL):
            parts.append([])
        parts[-1] += album
        if apart:
            parts.append([])
    return [part for part in parts if part]
