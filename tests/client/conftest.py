"""One mongod for the tests of the client, and a database of its own for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import bot_of, fresh_database, running_mongo


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongo_url() -> AsyncIterator[str]:
    async with running_mongo() as url:
        yield url


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    async with fresh_database(mongo_url) as database:
        yield database


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)
