"""The rules on a real mongod, with a storage channel that keeps what Telegram would."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from database.bots import BotDatabase
from database.connection import Database
from services.registry import Services
from tests.database.mongo import StillClock, bot_of, fresh_database, running_mongo
from tests.services.channel import Channel, make_services


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
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def services(bot: BotDatabase, clock: StillClock, channel: Channel) -> Services:
    return make_services(bot, clock, channel)
