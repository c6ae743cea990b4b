"""One bot's collections and a clock that stands still; and where reviewers decide about drafts."""

from __future__ import annotations

from typing import Any

import pytest

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import StillClock, bot_of
from tests.plugins.reviewing import Chats, Desk


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def desk(room: BotDatabase, clock: StillClock) -> Any:
    return Desk(room, clock, Chats())
