"""One bot's collections for the tests of the client."""

from __future__ import annotations

import pytest

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import bot_of


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)
