"""Where the proofs take place: a local Telegram, a MongoDB and stages of their own, gone afterwards."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.people import People
from tests.database.mongo import running_mongo
from tests.e2e.harness import SandboxProcess, Stage, make_stage


@dataclass
class Ground:
    """What a proof stands on."""

    sandbox: SandboxProcess
    people: People
    database_url: str
    folder: Path

    @asynccontextmanager
    async def stage(self) -> AsyncIterator[Stage]:
        """A bot's stage; its processes end with it."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        stage = await make_stage(self.sandbox, self.people, folder, self.database_url)
        try:
            yield stage
        finally:
            await stage.close()


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Start what the proofs share."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="draftkeep-proof-")))
        sandbox = SandboxProcess("--state", str(folder / "telegram"))
        stack.push_async_callback(sandbox.stop)  # first: one that starts too slowly ends as well
        await sandbox.start()
        people = await stack.enter_async_context(People(sandbox.info))
        url = await stack.enter_async_context(running_mongo())
        yield Ground(sandbox, people, url, folder)
