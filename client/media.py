"""What Telegram is given to send a file that it already has."""

from __future__ import annotations

from typing import Any

from pyrogram import raw
from pyrogram.file_id import PHOTO_TYPES, FileId


def input_media(file_id: str) -> Any:
    """Make the InputMedia of a file id.

    Raises:
        ValueError: it is not a file id.
    """
    try:
        decoded = FileId.decode(file_id)
    except Exception as error:  # the decoder trips over a wrong one in many ways
        raise ValueError(f"not a file id ({type(error).__name__})") from error
    if decoded.file_type in PHOTO_TYPES:
        photo = raw.types.InputPhoto(
            id=decoded.media_id, access_hash=decoded.access_hash, file_reference=decoded.file_reference
        )
        return raw.types.InputMediaPhoto(id=photo)
    document = raw.types.InputDocument(
        id=decoded.media_id, access_hash=decoded.access_hash, file_reference=decoded.file_reference
    )
    return raw.types.InputMediaDocument(id=document)


def input_picture(source: str) -> Any:
    """Make the InputMedia of a picture given as an https address or as a file id.

    Raises:
        ValueError: it is neither.
    """
    if source.startswith(("http://", "https://")):
        return raw.types.InputMediaPhotoExternal(url=source)
    return input_media(source)


def text_file(file: Any, name: str, mime: str) -> raw.types.InputMediaUploadedDocument:
    """What sends an uploaded text as a file of this name."""
    named: list[Any] = [raw.types.DocumentAttributeFilename(file_name=name)]
    return raw.types.InputMediaUploadedDocument(file=file, mime_type=mime, attributes=named, force_file=True)
