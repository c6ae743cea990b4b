"""How a picture that a person sends is read, and how one of ours is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrogram import raw
from pyrogram.errors import PhotoInvalidDimensions
from pyrogram.file_id import PHOTO_TYPES, FileId
from pyrogram.types import Message

from client.cause import cause_of
from client.refusals import GONE
from client.speech import Speech, chat_of
from client.transfers import EXPIRED, Transfers
from database.cause import Cause
from services.errors import UserError
from services.pictures import LARGEST


class Picturing(Speech):
    """What the bot does with pictures of people."""

    transfers: Transfers

    async def picture(self, message: Message) -> bytes:
        """Read the picture that a message carries.

        Raises:
            UserError: `thumb-no-picture`: it carries none; `thumb-too-large`: more than `LARGEST` bytes.
        """
        found = picture_in(message)
        if found is None:
            raise UserError("thumb-no-picture")
        if (found.file_size or 0) > LARGEST:
            raise UserError("thumb-too-large")
        read = await self._carried(message, picture_in)
        if read is None:
            raise UserError("thumb-no-picture")
        return read

    async def show_thumbnail(self, message: Message, jpeg: bytes, key: str) -> None:
        """Answer with a thumbnail and a text under it, once per update."""
        language = await self.language_of(message.from_user)
        file = await self.transfers.upload(jpeg, "thumbnail.jpg", lambda _: None)
        caption, cause = self.texts.text(language, key), cause_of(message)
        try:
            photo = raw.types.InputMediaUploadedPhoto(file=file)
            await self.sender.media(chat_of(message), photo, caption, cause=cause, step="thumbnail")
        except PhotoInvalidDimensions:  # a strip is no photo
            file = await self.transfers.upload(jpeg, "thumbnail.jpg", lambda _: None)
            document = raw.types.InputMediaUploadedDocument(file=file, mime_type="image/jpeg", attributes=[])
            await self.sender.media(chat_of(message), document, caption, cause=cause, step="thumbnail as a file")

    async def shown(self, user_id: int, picture: bytes, key: str, *, cause: Cause, step: str) -> bool:
        """Show a person a picture of our own (PNG) with a text under it, once per cause and step.

        Returns False when this person cannot be written to any more.

        Raises:
            TryLater: it has to wait.
        """
        caption = self.texts.text(await self.services.users.language_of(user_id, None), key)
        file = await self.transfers.upload(picture, "picture.png", lambda _: None)
        photo = raw.types.InputMediaUploadedPhoto(file=file)
        try:
            await self.sender.media(user_id, photo, caption, cause=cause, step=step)
        except GONE:
            return False
        return True

    async def _carried(self, message: Message, of: Callable[[Message], Any]) -> bytes | None:
        """Read the file that `of` finds in a message; None where there is none any more."""
        try:
            return await self._read(of(message))
        except EXPIRED:
            again: Any = await self.get_messages(chat_of(message), message.id, replies=0)  # type: ignore[attr-defined]  # the client's
            fresh = of(again)
            return None if fresh is None else await self._read(fresh)

    async def _read(self, picture: Any) -> bytes:
        found = FileId.decode(picture.file_id)
        kind: Any = (
            raw.types.InputPhotoFileLocation if found.file_type in PHOTO_TYPES else raw.types.InputDocumentFileLocation
        )
        location = kind(
            id=found.media_id,
            access_hash=found.access_hash,
            file_reference=found.file_reference,
            thumb_size=found.thumbnail_size or "",
        )
        return await self.transfers.read(location, found.dc_id, picture.file_size)


def picture_in(message: Message) -> Any:
    """The picture that a message carries: a photo, a picture sent as a file, a still sticker; else None."""
    if message.photo:
        return message.photo
    if message.document and (message.document.mime_type or "").startswith("image/"):
        return message.document
    sticker = message.sticker
    return sticker if sticker and not (sticker.is_animated or sticker.is_video) else None
