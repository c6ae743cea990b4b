"""Moving bytes: parts come in, pieces go out."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.registry import Call, serves

upload = raw.functions.upload
storage = raw.types.storage
MAGIC: Final = (
    (b"\xff\xd8\xff", storage.FileJpeg),
    (b"\x89PNG", storage.FilePng),
    (b"GIF8", storage.FileGif),
    (b"%PDF", storage.FilePdf),
    (b"ID3", storage.FileMp3),
)


@serves(upload.SaveFilePart)
async def save_file_part(call: Call, query: Any) -> object:
    """Take a part of a small file."""
    call.world.files.save_part(call.me.id, query.file_id, query.file_part, query.bytes)
    return True


@serves(upload.SaveBigFilePart)
async def save_big_file_part(call: Call, query: Any) -> object:
    """Take a part of a big file."""
    call.world.files.save_big_part(call.me.id, query.file_id, query.file_part, query.file_total_parts, query.bytes)
    return True


@serves(upload.GetFile)
async def get_file(call: Call, query: Any) -> object:
    """Give a piece of a photo, a document, or a thumbnail."""
    location = query.location
    if not isinstance(location, raw.types.InputDocumentFileLocation | raw.types.InputPhotoFileLocation):
        raise bad_request("LOCATION_INVALID")
    world = call.world
    world.centres.check(call.caller.auth_key_id)
    item = world.library.get(location.id)
    is_photo = isinstance(location, raw.types.InputPhotoFileLocation)
    wrong_hash = location.access_hash != world.library.access_hash(call.me.id, location.id)
    if item is None or item.is_photo != is_photo or wrong_hash:
        raise bad_request("FILE_ID_INVALID")
    world.library.open(call.me.id, location, world.clock())
    sha256 = item.sha256
    if location.thumb_size:
        picture = item.picture(location.thumb_size)
        if picture is None:
            raise bad_request("LOCATION_INVALID")
        sha256 = picture.sha256
    data = world.files.read(sha256, query.offset, query.limit, precise=bool(query.precise))
    return raw.types.upload.File(type=_type(data, query.offset), mtime=item.date, bytes=data)


def _type(data: bytes, offset: int) -> Any:
    if offset:
        return storage.FilePartial()
    return next((kind() for magic, kind in MAGIC if data.startswith(magic)), storage.FileUnknown())
