"""A file id becomes what Telegram takes; anything else is refused in one way."""

from __future__ import annotations

import pytest
from pyrogram import raw
from pyrogram.file_id import FileId, FileType

from client.media import input_media, input_picture

PHOTO = "AgACAgIAAxkBAAIENGfeY4AfRquwTL2LpDrzqvFMVNt_AAIG9DEbXX3wSq3oI7t_PqQGAQADAgADbQADNgQ"


def test_file_ids_and_addresses_are_understood() -> None:
    assert isinstance(input_media(PHOTO), raw.types.InputMediaPhoto)
    document = FileId(file_type=FileType.VIDEO, dc_id=2, file_reference=b"ref", media_id=5, access_hash=6).encode()
    media = input_media(document)
    assert isinstance(media, raw.types.InputMediaDocument)
    assert isinstance(media.id, raw.types.InputDocument)
    assert (media.id.id, media.id.access_hash, media.id.file_reference) == (5, 6, b"ref")
    assert isinstance(input_picture("https://example.org/a.jpg"), raw.types.InputMediaPhotoExternal)


@pytest.mark.parametrize("garbage", ["", "garbage", "AgAC", PHOTO[:20], "\u00e9", "x" * 60, "A" * 80, "=" * 8])
def test_what_is_no_file_id_is_a_value_error(garbage: str) -> None:
    with pytest.raises(ValueError, match="not a file id"):
        input_picture(garbage)
