"""One mongod per session, and a database of its own for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import BOT_ID, bot_of, fresh_database, running_mongo


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongo_url() -> AsyncIterator[str]:
    async with running_mongo() as url:
        yield url


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    async with fresh_database(mongo_url) as database:
        yield database


@pytest.fixture
def bot(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def other_bot(database: Database) -> BotDatabase:
    return bot_of(database, BOT_ID + 1)
