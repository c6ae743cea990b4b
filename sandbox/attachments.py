"""Files as media: how each kind of media is described when a person sends it."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from typing import Any, Final, Literal

from pyrogram import Client, raw
from pyrogram.raw import types as t

from sandbox.measures import Measures

Kind = Literal["document", "photo", "video", "audio", "voice", "video_note", "animation", "sticker"]

_TYPES: dict[Kind, str] = {
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "sticker": "image/webp",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}


_MADE_UP: Final = Measures(320, 240, 1.0)


async def upload(
    client: Client,
    path: Path,
    kind: Kind,
    thumbnail: str | os.PathLike[str] | None = None,
    *,
    mime_type: str | None = None,
    measures: Measures | None = None,
    spoiler: bool = False,
) -> t.InputMediaUploadedPhoto | t.InputMediaUploadedDocument:
    """Upload a file from the disk, streamed, and describe it as this kind of media.

    Without `measures` its sides, its duration and who plays are made up.
    """
    file = await client.save_file(path)
    if kind == "photo":
        return t.InputMediaUploadedPhoto(file=file, spoiler=spoiler)
    guessed = _TYPES.get(kind) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return t.InputMediaUploadedDocument(
        file=file,
        mime_type=mime_type or guessed,
        attributes=_attributes(path, kind, measures),
        thumb=await client.save_file(Path(thumbnail)) if thumbnail else None,
        nosound_video=kind == "animation",
        force_file=kind == "document",
        spoiler=spoiler,
    )


def sent_again(uploaded: Any, *, spoiler: bool = False) -> t.InputMediaPhoto | t.InputMediaDocument:
    """Media that the server has, as media to send.

    Raises:
        ValueError: it is neither a photo nor a document.
    """
    match uploaded:
        case raw.types.MessageMediaPhoto(photo=raw.types.Photo() as photo):
            return t.InputMediaPhoto(
                id=t.InputPhoto(id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference),
                spoiler=spoiler,
            )
        case raw.types.MessageMediaDocument(document=raw.types.Document() as document):
            return t.InputMediaDocument(
                id=t.InputDocument(
                    id=document.id, access_hash=document.access_hash, file_reference=document.file_reference
                ),
                spoiler=spoiler,
            )
    raise ValueError(f"neither a photo nor a document: {uploaded}")


def _attributes(path: Path, kind: Kind, measures: Measures | None) -> list[Any]:
    name = t.DocumentAttributeFilename(file_name=path.name)
    sides, length = measures or _MADE_UP, (measures or _MADE_UP).duration
    match kind:
        case "video":
            return [_video(sides, supports_streaming=True), name]
        case "audio":
            title, performer = (path.stem, "Somebody") if measures is None else (None, None)
            return [t.DocumentAttributeAudio(duration=round(length), title=title, performer=performer), name]
        case "voice":
            return [t.DocumentAttributeAudio(voice=True, duration=round(length), waveform=b"\x00")]
        case "video_note":
            return [t.DocumentAttributeVideo(round_message=True, duration=1, w=240, h=240)]
        case "animation":
            return [_video(sides), t.DocumentAttributeAnimated(), name]
        case "sticker":
            alt = t.DocumentAttributeSticker(alt="🙂", stickerset=t.InputStickerSetEmpty())
            return [t.DocumentAttributeImageSize(w=512, h=512), alt, name]
        case "document" if measures is not None and measures.width and not measures.duration:
            return [t.DocumentAttributeImageSize(w=measures.width, h=measures.height), name]
        case _:
            return [name]


def _video(measures: Measures, *, supports_streaming: bool = False) -> t.DocumentAttributeVideo:
    return t.DocumentAttributeVideo(
        duration=measures.duration, w=measures.width, h=measures.height, supports_streaming=supports_streaming or None
    )
