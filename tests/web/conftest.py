"""The rules behind what HTTP serves, on a real mongod."""

from __future__ import annotations

import pytest

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import StillClock, bot_of


@pytest.fixture
def bot(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()
