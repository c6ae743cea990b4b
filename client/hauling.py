"""How a stored file becomes another message of the storage channel: with its new name, its thumbnail, all else kept."""

from __future__ import annotations

import mimetypes
from io import BytesIO
from pathlib import Path
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError
from pyrogram.raw.core import TLObject

from client.calls import MustWait
from client.sender import CLOSED
from client.transfers import STAY, FileGone, Transfers, location_of, parts_are_lost
from database.files import ProcessedCopy, StoredFile
from database.processing import Job, Receipt
from services.processing import LARGEST, PARSED, TOO_BIG
from services.workshop import GONE, REFUSED, STORAGE, CannotProcess, PartsLost, Report

THUMBNAIL = 200 * 1024
"""Bytes of a thumbnail that Telegram takes, and so of one that is taken over."""


class Hauling:
    """Moves the files of jobs for one bot (services.workshop.Hauler)."""

    def __init__(self, bot: Any, transfers: Transfers) -> None:
        self._bot = bot
        self._transfers = transfers

    async def fetch(self, job: Job, path: Path, report: Report) -> None:
        """Save the stored file, unless it could not be uploaded for long: what lies about fills the disk."""
        if (wait := self._transfers.upload_wait(job.size)) > STAY:
            raise MustWait(wait, "uploads must wait")
        try:
            await self._transfers.download(job.storage_chat, job.message_id, path, report)
        except (FileGone, *CLOSED) as error:
            raise await self._gone(job, error) from error
        except RPCError as error:
            raise CannotProcess(REFUSED) from error

    async def upload(self, job: Job, path: Path, thumbnail: bytes | None, report: Report) -> Receipt:
        """Give Telegram the parts; returns the medium that is made of them, as it goes into a message."""
        try:
            document = await self._transfers.document(job.storage_chat, job.message_id)
            if document.size > LARGEST:
                raise CannotProcess(TOO_BIG, final=True)
            name = job.new_name or job.name or f"file{mimetypes.guess_extension(document.mime_type) or ''}"
            thumb = await self._thumbnail(document, thumbnail)
            file = await self._transfers.upload(path, name, report)
        except (FileGone, *CLOSED) as error:
            raise await self._gone(job, error) from error
        except RPCError as error:
            raise CannotProcess(REFUSED) from error
        medium = raw.types.InputMediaUploadedDocument(
            file=file,
            thumb=thumb,
            mime_type=document.mime_type,
            attributes=_renamed(document.attributes, job.new_name),
            force_file=job.kind == "document" or None,
            nosound_video=job.kind == "animation" or None,
        )
        return bytes(medium.write())

    async def post(self, job: Job, file: StoredFile, receipt: Receipt) -> tuple[ProcessedCopy, bool]:
        """Send what was uploaded to the storage channel; the job's cause names the message, so that it is sent once."""
        medium = _read(receipt)
        sender, step = self._bot.sender, f"processed {job.unique_id}"
        try:
            message_id = await sender.media(job.storage_chat, medium, file.caption or "", cause=job.cause, step=step)
            message = await self._bot.get_messages(job.storage_chat, message_id, replies=0)
        except CLOSED as error:
            raise CannotProcess(STORAGE) from error
        except RPCError as error:
            raise (PartsLost() if parts_are_lost(error) else CannotProcess(REFUSED)) from error
        media = message.media and getattr(message, message.media.value, None)
        if media is None:
            raise CannotProcess(GONE, final=True)  # it was deleted at once
        copy = ProcessedCopy(
            job.storage_chat, message_id, media.file_id, media.file_unique_id, job.new_name or job.name, job.asked_at
        )
        return copy, await self._is_ignored(job, media)

    async def _thumbnail(self, document: Any, wanted: bytes | None) -> Any:
        """Upload the thumbnail that is wanted; without one the file's own, which a new upload would lose."""
        jpeg = wanted or await self._own_thumbnail(document)
        return await self._transfers.upload(jpeg, "thumb.jpg", lambda _: None) if jpeg else None

    async def _own_thumbnail(self, document: Any) -> bytes | None:
        sizes = [each for each in document.thumbs or () if isinstance(each, raw.types.PhotoSize)]
        fitting = [each for each in sizes if max(each.w, each.h) <= 320 and 0 < each.size <= THUMBNAIL]
        if not fitting:
            return None
        best = max(fitting, key=lambda each: each.w)
        return await self._transfers.read(location_of(document, best.type), document.dc_id, best.size)

    async def _is_ignored(self, job: Job, media: Any) -> bool:
        """Whether Telegram made a thumbnail itself: where it can read the file, none of it has the size of ours."""
        if not job.thumbnail or job.size >= PARSED:
            return False
        ours = await self._bot.services.processing.thumbnail(job)
        return ours is not None and all(each.file_size != len(ours) for each in media.thumbs or ())

    async def _gone(self, job: Job, error: Exception) -> CannotProcess:
        if isinstance(error, FileGone):
            await self._bot.services.losses.mark_gone(job.storage_chat, [job.message_id])
            return CannotProcess(GONE, final=True)
        return CannotProcess(STORAGE)


def _renamed(attributes: list[Any], name: str | None) -> list[Any]:
    """Take over what is said of a file, with another name."""
    if name is None:
        return list(attributes)
    kept = [each for each in attributes if not isinstance(each, raw.types.DocumentAttributeFilename)]
    return [*kept, raw.types.DocumentAttributeFilename(file_name=name)]


def _read(receipt: Receipt) -> Any:
    """Read a medium that this or another process wrote down.

    Raises:
        PartsLost: another version of the library wrote it.
    """
    try:
        return TLObject.read(BytesIO(receipt))
    except (KeyError, ValueError) as error:
        raise PartsLost from error
