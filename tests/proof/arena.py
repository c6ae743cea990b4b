"""A place whose every part may be taken away: a local Telegram and a MongoDB that nobody else uses."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.people import People
from tests.database.mongo import Mongod, mortal_mongo
from tests.e2e.harness import SandboxProcess, Stage, make_stage


class Voice:
    """A logger that is kept quiet for as long as anybody wants it to be."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)
        self._level = logging.NOTSET
        self._wanted = 0

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Keep it quiet meanwhile."""
        if not self._wanted:
            self._level = self._logger.level
            self._logger.setLevel(logging.CRITICAL)
        self._wanted += 1
        try:
            yield
        finally:
            self._wanted -= 1
            if not self._wanted:
                self._logger.setLevel(self._level)


LIBRARY = Voice("pyrogram")
"""People lose their connections too, and say so at length."""


@dataclass
class Arena:
    """What one bot at a time is tried in."""

    sandbox: SandboxProcess
    people: People
    mongod: Mongod
    folder: Path

    async def stage(self) -> Stage:
        """A bot's stage; whoever asked for it closes it."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        return await make_stage(self.sandbox, self.people, folder, self.mongod.url)


@asynccontextmanager
async def arena() -> AsyncIterator[Arena]:
    """Start the parts, and end them."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="draftkeep-arena-")))
        stack.enter_context(LIBRARY.unheard())
        sandbox = SandboxProcess("--state", str(folder / "telegram"))
        stack.push_async_callback(sandbox.stop)  # first: one that starts too slowly ends as well
        await sandbox.start()
        people = await stack.enter_async_context(People(sandbox.info))
        mongod = await stack.enter_async_context(mortal_mongo())
        yield Arena(sandbox, people, mongod, folder)
