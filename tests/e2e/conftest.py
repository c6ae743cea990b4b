"""The real parts that end-to-end tests share: a sandbox process, a mongod, and people with real clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from database.embedded import EmbeddedMongo
from sandbox.people import People
from tests.e2e.harness import SandboxProcess, Stage, make_stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of these tests: the people's connections live in it.

    They come last, since that loop stands still while other tests run, and connections do not bear that for long.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    items.sort(key=lambda item: here in item.path.parents)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    embedded = EmbeddedMongo()
    yield await embedded.start(tmp_path_factory.mktemp("mongo"))
    await embedded.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox() -> AsyncIterator[SandboxProcess]:
    process = SandboxProcess()
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(sandbox: SandboxProcess) -> AsyncIterator[People]:
    async with People(sandbox.info) as everybody:
        yield everybody


MakeStage = Callable[..., Awaitable[Stage]]


@pytest_asyncio.fixture(loop_scope="session")
async def make(sandbox: SandboxProcess, people: People, database_url: str, tmp_path: Path) -> AsyncIterator[MakeStage]:
    """Make stages that end with the test."""
    stages: list[Stage] = []

    async def make_one(language: str = "en") -> Stage:
        folder = tmp_path / f"stage{len(stages)}"
        folder.mkdir()
        stages.append(await make_stage(sandbox, people, folder, database_url, language))
        return stages[-1]

    yield make_one
    for stage in stages:
        await stage.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(
    sandbox: SandboxProcess, people: People, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A stage with a running bot, shared by the tests of one file."""
    made = await make_stage(sandbox, people, tmp_path_factory.mktemp("stage"), database_url)
    await made.bot().start()
    yield made
    await made.close()
