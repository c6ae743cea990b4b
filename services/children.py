"""Decides how a program of ours is run beside the bot: apart from its secrets, within limits of memory and time."""

import asyncio
import contextlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LIMITED: Final = Path(__file__).with_name("limited.py")

WALL: Final = 3
"""How many times its seconds of processor time a program may take by the clock on the wall."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code, None where it took too long, what it made, and what it complained of."""

    code: int | None
    made: bytes = b""
    complaints: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """A program of ours, which reads its standard input and writes its standard output.

    It may take `memory` bytes of address space and `seconds` of processor time, and knows nothing of our environment.
    """

    program: Path
    memory: int
    seconds: int

    async def run(self, given: bytes, environment: Mapping[str, str] | None = None) -> Ended:
        """Let it run to its end; one that takes too long is ended.

        Raises:
            OSError: the machine has no room for it now.
        """
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(_LIMITED), str(self.memory), str(self.seconds), str(self.program)),
            env={"LANG": "C.UTF-8", **(environment or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(WALL * self.seconds):
                made, complaints = await child.communicate(given)
        except TimeoutError:
            return Ended(None)
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        return Ended(child.returncode, made, complaints.decode(errors="replace"))
