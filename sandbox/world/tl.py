"""How TL objects are kept: as the bytes that the wire would carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyrogram.raw.core import TLObject
from pyrogram.raw.core.primitives import Vector

from sandbox.strict import StrictReader

TL = TLObject[Any]


def pack(value: TL | None) -> bytes | None:
    """The bytes of an object; None stays None."""
    return None if value is None else value.write()


def unpack(data: bytes | None) -> Any:
    """The object that `pack` was given."""
    return None if data is None else TLObject.read(StrictReader(data))


def pack_list(values: Iterable[TL] | None) -> bytes | None:
    """The bytes of a list of objects; None and an empty list are the same."""
    items = list(values or ())
    return Vector(items) if items else None


def unpack_list(data: bytes | None) -> list[Any]:
    """The list that `pack_list` was given."""
    return [] if not data else list(TLObject.read(StrictReader(data)))
