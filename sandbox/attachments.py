"""Files as media: how each kind of media is described when a person sends it."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from typing import Any, Literal

from pyrogram import Client, raw
from pyrogram.raw import types as t

Kind = Literal["document", "photo", "video", "audio", "voice", "video_note", "animation", "sticker"]

_TYPES: dict[Kind, str] = {
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "sticker": "image/webp",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}


async def upload(
    client: Client, path: Path, kind: Kind, thumbnail: str | os.PathLike[str] | None = None
) -> t.InputMediaUploadedPhoto | t.InputMediaUploadedDocument:
    """Upload a file from the disk, streamed, and describe it as this kind of media.

    Durations and sizes are made up: the sandbox does not look inside.
    """
    file = await client.save_file(path)
    if kind == "photo":
        return t.InputMediaUploadedPhoto(file=file)
    return t.InputMediaUploadedDocument(
        file=file,
        mime_type=_TYPES.get(kind) or mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        attributes=_attributes(path, kind),
        thumb=await client.save_file(Path(thumbnail)) if thumbnail else None,
        nosound_video=kind == "animation",
        force_file=kind == "document",
    )


def sent_again(uploaded: Any) -> t.InputMediaPhoto | t.InputMediaDocument:
    """Media that the server has, as media to send.

    Raises:
        ValueError: it is neither a photo nor a document.
    """
    match uploaded:
        case raw.types.MessageMediaPhoto(photo=raw.types.Photo() as photo):
            return t.InputMediaPhoto(
                id=t.InputPhoto(id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference)
            )
        case raw.types.MessageMediaDocument(document=raw.types.Document() as document):
            return t.InputMediaDocument(
                id=t.InputDocument(
                    id=document.id, access_hash=document.access_hash, file_reference=document.file_reference
                )
            )
    raise ValueError(f"neither a photo nor a document: {uploaded}")


def _attributes(path: Path, kind: Kind) -> list[Any]:
    name = t.DocumentAttributeFilename(file_name=path.name)
    match kind:
        case "video":
            return [t.DocumentAttributeVideo(duration=1, w=320, h=240, supports_streaming=True), name]
        case "audio":
            return [t.DocumentAttributeAudio(duration=1, title=path.stem, performer="Somebody"), name]
        case "voice":
            return [t.DocumentAttributeAudio(voice=True, duration=1, waveform=b"\x00")]
        case "video_note":
            return [t.DocumentAttributeVideo(round_message=True, duration=1, w=240, h=240)]
        case "animation":
            return [t.DocumentAttributeVideo(duration=1, w=320, h=240), t.DocumentAttributeAnimated(), name]
        case "sticker":
            alt = t.DocumentAttributeSticker(alt="🙂", stickerset=t.InputStickerSetEmpty())
            return [t.DocumentAttributeImageSize(w=512, h=512), alt, name]
        case _:
            return [name]
