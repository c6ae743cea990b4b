"""How the bot shows a picture that it made itself."""

from __future__ import annotations

import hashlib
import secrets

from pyrogram import raw
from pyrogram.types import Message

from client.cause import cause_of
from client.speech import Speech, chat_of


class Showing(Speech):
    """What the bot shows."""

    async def show_picture(self, message: Message, picture: bytes, key: str, *, step: str) -> None:
        """Answer with a picture of at most 512 KiB (one part of an upload) and a text under it, once per update."""
        number = secrets.randbits(63)
        await self.call(raw.functions.upload.SaveFilePart(file_id=number, file_part=0, bytes=picture))  # type: ignore[attr-defined]  # the client's
        checksum = hashlib.md5(picture).hexdigest()
        file = raw.types.InputFile(id=number, parts=1, name="picture.png", md5_checksum=checksum)
        caption = self.texts.text(await self.language_of(message.from_user), key)
        photo = raw.types.InputMediaUploadedPhoto(file=file)
        await self.sender.media(chat_of(message), photo, caption, cause=cause_of(message), step=step)
