"""That what is kept comes back as it was, small things too."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.raw.core import TLObject

from sandbox.world.tl import pack, pack_list, unpack, unpack_list

t: Any = raw.types


@pytest.mark.parametrize("value", [t.DocumentAttributeAnimated(), t.MessageEntityBold(offset=0, length=1)])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_list_of_objects_comes_back_as_objects(value: Any, count: int) -> None:
    assert [type(kept) for kept in unpack_list(pack_list([value] * count))] == [type(value)] * count


def test_the_library_itself_would_guess_wrongly() -> None:
    data = pack_list([t.DocumentAttributeAnimated()])
    assert data is not None
    assert [type(kept) for kept in TLObject.read(BytesIO(data))] == [int]


def test_a_list_of_small_objects_inside_an_object_comes_back() -> None:
    document = t.Document(
        id=1, access_hash=1, file_reference=b"", date=1, mime_type="", size=1, dc_id=2,
        attributes=[t.DocumentAttributeAnimated()],
    )  # fmt: skip
    [kept] = unpack(pack(document)).attributes
    assert isinstance(kept, t.DocumentAttributeAnimated)


def test_nothing_is_nothing() -> None:
    assert (pack(None), unpack(None), pack_list([]), pack_list(None), unpack_list(None)) == (None, None, None, None, [])


def test_a_truncated_object_is_no_object() -> None:
    data = pack(t.MessageEntityBold(offset=0, length=1))
    assert data is not None
    with pytest.raises(EOFError):
        unpack(data[:-1])
