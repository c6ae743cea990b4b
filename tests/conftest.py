"""What every test shares: a process made ready for them, one MongoDB in each, property tests that are not timed."""

from __future__ import annotations

import gc
import resource
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from database.connection import Database
from tests.database.emptying import Databases
from tests.database.mongo import running_mongo
from tests.e2e.nursery import forking

settings.register_profile("draftkeep", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("draftkeep")


@pytest.fixture(scope="session", autouse=True)
def _forking() -> Iterator[None]:
    """Bots and sandboxes of tests are forked: what a start by the interpreter is worth is for `make proof` as well."""
    with forking():
        yield


def pytest_sessionstart() -> None:
    """Make this process what tests and servers need."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # MongoDB has a file for each collection and each index
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what is to run in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests: what is short then fills the time in which their last ones wait."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Look for garbage from here on, among what tests make: in all that was imported it took a sixth of their time."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongo_url() -> AsyncIterator[str]:
    """The one server of this process: a test that harms a server starts its own."""
    async with running_mongo() as url:
        yield url


@pytest.fixture(scope="session")
def databases(mongo_url: str) -> Databases:
    """The databases of this process's tests."""
    return Databases(mongo_url)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """A database of a test's own."""
    async with databases.one() as database:
        yield database
