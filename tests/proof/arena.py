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
        stack.enter_context(unheard("pyrogram"))  # people lose their connections too, and say so at length
        sandbox = SandboxProcess("--state", str(folder / "telegram"))
        await sandbox.start()
        stack.push_async_callback(sandbox.stop)
        people = await stack.enter_async_context(People(sandbox.info))
        mongod = await stack.enter_async_context(mortal_mongo())
        yield Arena(sandbox, people, mongod, folder)


@contextmanager
def unheard(name: str) -> Iterator[None]:
    """Keep a logger quiet."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
