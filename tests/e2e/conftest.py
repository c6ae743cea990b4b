"""The real parts that end-to-end tests of one file share: a sandbox process, a MongoDB, people with real clients."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient

from sandbox.people import People
from tests.database.emptying import Databases
from tests.database.mongo import raw
from tests.e2e.harness import SandboxProcess, Stage, make_stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of these tests: what their fixtures began goes on in it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def database_url(mongo_url: str) -> str:
    """The server on which each stage has a database of its own."""
    return mongo_url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox() -> AsyncIterator[SandboxProcess]:
    process = SandboxProcess()
    try:
        await process.start()
        yield process
    finally:
        await process.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(sandbox: SandboxProcess) -> AsyncIterator[People]:
    """Everybody of one file: while others run, their loop stands still, which no connection bears for long."""
    async with People(sandbox.info) as everybody:
        yield everybody


MakeStage = Callable[..., Awaitable[Stage]]


@pytest_asyncio.fixture(loop_scope="session")
async def make(
    sandbox: SandboxProcess, people: People, databases: Databases, database_url: str, tmp_path: Path
) -> AsyncIterator[MakeStage]:
    """Make stages that end with the test."""
    numbers = itertools.count()
    async with AsyncExitStack() as stages:

        async def make_one(language: str = "en") -> Stage:
            folder = tmp_path / f"stage{next(numbers)}"
            folder.mkdir()
            database = await stages.enter_async_context(databases.one())
            stage = await make_stage(sandbox, people, folder, database_url, language, raw(database).name)
            stages.push_async_callback(stage.close)
            return stage

        yield make_one


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(
    sandbox: SandboxProcess,
    people: People,
    databases: Databases,
    database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stage]:
    """A stage with a running bot, shared by the tests of one file."""
    async with databases.one() as database:
        folder = tmp_path_factory.mktemp("stage")
        made = await make_stage(sandbox, people, folder, database_url, database_name=raw(database).name)
        await made.bot(LEASE_SECONDS="10").start()
        await made.owner.send("/start")  # a bot cannot write first
        await made.answer(made.owner)
        yield made
        await made.close()


async def end(stage: Stage) -> None:
    """Stop a stage's processes and drop what they stored: hundreds of databases are too many files for a server."""
    await stage.close()
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        await client.drop_database(stage.database_name)
