"""Decides which pictures become thumbnails: any that a person sends, within limits of size, memory and time."""

import asyncio
from pathlib import Path

from services.children import Child
from services.errors import TryLater, UserError
from services.shrinking import NO_PICTURE

LARGEST = 20 * 1024 * 1024
"""Bytes of a picture that is fetched to make a thumbnail of; Telegram's photos have 10 MiB at most."""

MEMORY = 512 * 1024 * 1024
"""Bytes of address space for making one thumbnail; decoding at most 25 million pixels takes half of it."""

SECONDS = 20
"""Seconds of processor time for making one; the clock on the wall may show three times as many."""

_AT_ONCE = 1
_PROGRAM = Path(__file__).with_name("shrinking.py")


class Pictures:
    """Makes thumbnails, one at a time, each in a process of its own."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def thumbnail(self, picture: bytes) -> bytes:
        """Make a JPEG of at most 320 pixels a side and 200 KB.

        Raises:
            UserError: `thumb-no-picture` or `thumb-too-large`.
            TryLater: the machine has no room for it now.
        """
        if len(picture) > LARGEST:
            raise UserError("thumb-too-large")
        try:
            async with self._turn:
                ended = await Child(_PROGRAM, MEMORY, SECONDS).run(picture)
        except OSError as error:
            raise TryLater(10.0, f"no process for a thumbnail: {error}") from error
        if ended.code == 0 and ended.made:
            return ended.made
        # any other end, such as by a limit, is one that it could not say itself
        raise UserError("thumb-no-picture" if ended.code == NO_PICTURE else "thumb-too-large")
