"""Decides which pictures become thumbnails: any that a person sends, within limits of size, memory and time."""

import asyncio
import contextlib
import sys
from pathlib import Path

from services.errors import TryLater, UserError
from services.shrinking import NO_PICTURE, TOO_LARGE

LARGEST = 20 * 1024 * 1024
"""Bytes of a picture that is fetched to make a thumbnail of; Telegram's photos have 10 MiB at most."""

MEMORY = 512 * 1024 * 1024
"""Bytes of address space for making one thumbnail; decoding at most 25 million pixels takes half of it."""

SECONDS = 20
"""Seconds of processor time for making one; the clock on the wall may show three times as many."""

_AT_ONCE = 1


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
        async with self._turn:
            code, made = await self._run(picture)
        if code == 0 and made:
            return made
        # any other end, such as by a limit, is one that it could not say itself
        raise UserError("thumb-no-picture" if code == NO_PICTURE else "thumb-too-large")

    async def _run(self, picture: bytes) -> tuple[int, bytes]:
        program = Path(__file__).with_name("shrinking.py")
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(program), str(MEMORY), str(SECONDS),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise TryLater(10.0, f"no process for a thumbnail: {error}") from error
        try:
            async with asyncio.timeout(3 * SECONDS):
                made, _ = await child.communicate(picture)
        except TimeoutError:
            return TOO_LARGE, b""
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        return child.returncode or 0, made
