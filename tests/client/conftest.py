"""One bot's collections for the tests of the client, and a bot with a sandbox for those of its files."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from database.bots import BotDatabase
from database.connection import Database
from tests.client.depot import Depot, depot
from tests.database.mongo import bot_of, fresh_database


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_depot(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Depot]:
    async with fresh_database(mongo_url) as database, depot(database, tmp_path_factory.mktemp("depot")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def place(shared_depot: Depot) -> AsyncIterator[Depot]:
    yield shared_depot
    await shared_depot.calm()
