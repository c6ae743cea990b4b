"""How TL is read where nothing may be guessed: to the last byte, and vectors by what they say is in them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyrogram.raw.all import objects
from pyrogram.raw.core import Int, List, TLObject, Vector


class StrictReader(BytesIO):
    """A reader that refuses to read past its end, so that a truncated message cannot pass for a short one."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read exactly `size` bytes, or the rest.

        Raises:
            EOFError: fewer are left.
        """
        data = super().read(size)
        if size is not None and len(data) < size:
            raise EOFError("truncated")
        return data


class _TypedVector(Vector):
    """The library's vector, which guesses by size whether objects or numbers are inside.

    To a strict reader a vector with no type given holds objects, also ones of 4 or 8 bytes.
    """

    @classmethod
    def read(cls, data: BytesIO, t: Any = None, *args: Any) -> List:
        if t is not None or not isinstance(data, StrictReader):
            return Vector.read(data, t, *args)
        return List(TLObject.read(data) for _ in range(Int.read(data)))


# The reader's type tells our own reading from whatever clients read in the same process.
objects[Vector.ID] = _TypedVector  # type: ignore[assignment]  # names at first, classes once imported
