"""What every test shares: one MongoDB per process, files enough for it, and property tests that are not timed."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from database.connection import Database
from tests.database.mongo import fresh_database, running_mongo

settings.register_profile("draftkeep", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("draftkeep")


def pytest_sessionstart() -> None:
    """Allow servers all the open files that they may have: MongoDB has one for each collection and each index."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongo_url() -> AsyncIterator[str]:
    """The one server of this process: a test that harms a server starts its own."""
    async with running_mongo() as url:
        yield url


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    """A database of a test's own."""
    async with fresh_database(mongo_url) as database:
        yield database
