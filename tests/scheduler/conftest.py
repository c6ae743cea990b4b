"""One bot's collections and a clock that stands still, and who publishes drafts, for what runs in the background."""

from __future__ import annotations

import pytest

from database.bots import BotDatabase
from database.connection import Database
from tests.database.mongo import StillClock, bot_of
from tests.scheduler.drafts import Bot, Telegram


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def bot(telegram: Telegram, room: BotDatabase, clock: StillClock) -> Bot:
    """A process that publishes drafts."""
    return Bot(telegram, room, clock)
