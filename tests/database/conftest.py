"""Two bots in one database."""

import pytest

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import BOT_ID, bot_of


@pytest.fixture
def bot(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def other_bot(database: Database) -> BotDatabase:
    return bot_of(database, BOT_ID + 1)
