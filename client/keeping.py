"""How a file that came from elsewhere is put into the storage channel: as the kind that it is, once per cause."""

from __future__ import annotations

import asyncio
import time
from typing import Any, BinaryIO

from pyrogram import raw
from pyrogram.errors import RPCError

from client.pace import Lane, lane
from client.sender import CLOSED
from client.targets import Targeting
from client.transfers import parts_are_lost
from database.cause import Cause
from services.draft_desk import MediumRefused
from services.draft_media import MediaKind, Medium
from services.errors import TryLater, UserError

AGAIN = 5.0
"""Seconds after which a file is uploaded anew that Telegram lost parts of."""

STAY = 60.0
"""Seconds for which a file that was uploaded waits for its turn in the storage channel."""


class Keeping(Targeting):
    """What the rules ask of the bot for an order of a draft. See `services.draft_desk.Telegram`."""

    keeping: set[asyncio.Task[int]]
    """What is being kept."""

    async def keep_upload(self, chat: int, content: BinaryIO, medium: Medium, *, cause: Cause, step: str) -> int:
        """Put a file into the storage channel, once per cause and step. Returns its message's id.

        Raises:
            MediumRefused: Telegram does not take it.
            UserError: the channel does not take messages (`storage-failed`).
            TryLater: it has to wait.
        """
        with lane(Lane.ADMIN):
            work = asyncio.create_task(self._kept(chat, content, medium, cause, step))
        self.keeping.add(work)
        try:
            await asyncio.wait([work])
        finally:
            self.keeping.discard(work)
            work.cancel()
        if work.cancelled():
            raise TryLater(1.0, "the bot stops")
        return work.result()

    def let_go_of_files(self) -> None:
        """Keep nothing any more, and forget the connections that files go over: the bot has stopped.

        Who waits for a file to be kept is told to come again: there may be another bot then.
        """
        for work in self.keeping:
            work.cancel()
        self.media_sessions.clear()  # type: ignore[attr-defined]  # the library's
        self.sessions.clear()  # type: ignore[attr-defined]  # the library's

    async def _kept(self, chat: int, content: BinaryIO, medium: Medium, cause: Cause, step: str) -> int:
        try:
            file = await self.transfers.upload(content, medium.name, lambda _: None)  # type: ignore[attr-defined]  # the bot's
            give_up = time.monotonic() + STAY
            while True:
                try:
                    return await self.sender.media(chat, uploaded(file, medium), "", cause=cause, step=step)  # type: ignore[attr-defined, no-any-return]  # the bot's
                except TryLater as error:
                    if time.monotonic() + error.after > give_up:
                        raise
                    await asyncio.sleep(error.after)
        except CLOSED as error:
            raise UserError("storage-failed") from error
        except RPCError as error:
            reason = str(error.ID or error.CODE)
            raise (TryLater(AGAIN, reason) if parts_are_lost(error) else MediumRefused(reason)) from error


def uploaded(file: Any, medium: Medium) -> Any:
    """Make the InputMedia of a file whose parts Telegram has."""
    if medium.kind is MediaKind.PHOTO:
        return raw.types.InputMediaUploadedPhoto(file=file)
    attributes: list[Any] = [raw.types.DocumentAttributeFilename(file_name=medium.name)]
    if medium.kind in {MediaKind.VIDEO, MediaKind.ANIMATION}:
        attributes.append(
            raw.types.DocumentAttributeVideo(
                duration=medium.duration, w=medium.width, h=medium.height, supports_streaming=True
            )
        )
    if medium.kind is MediaKind.ANIMATION:
        attributes.append(raw.types.DocumentAttributeAnimated())
    if medium.kind is MediaKind.AUDIO:
        attributes.append(raw.types.DocumentAttributeAudio(duration=medium.duration))
    return raw.types.InputMediaUploadedDocument(
        file=file,
        mime_type=medium.mime,
        attributes=attributes,
        force_file=medium.kind is MediaKind.DOCUMENT or None,
        nosound_video=medium.kind is MediaKind.ANIMATION or None,
    )
