"""One bot's collections and a clock that stands still, for the tests of what runs in the background."""

from __future__ import annotations

import pytest

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import StillClock, bot_of


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()
