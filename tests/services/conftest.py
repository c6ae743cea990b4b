"""The rules on a real mongod, with a storage channel that keeps what Telegram would."""

import pytest

from database.bots import BotDatabase
from database.connection import Database
from services.drafts import DraftService
from services.registry import Services
from tests.database.mongo import StillClock, bot_of
from tests.services.channel import Channel, make_services


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


@pytest.fixture
def drafts(services: Services) -> DraftService:
    return services.drafts
