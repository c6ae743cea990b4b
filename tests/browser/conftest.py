"""What the tests of the page share: one browser, one playground, and a watch over everything that a page does."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.page import Site
from tests.browser.playing import Playground
from tests.browser.windows import Windows


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of these tests: the browser lives in it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and isinstance(item, pytest.Function) and iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def path_of_browser(found: str | None, environment: Mapping[str, str]) -> str:
    """Go on with the browser that was found. Without one tests are skipped; in CI they fail."""
    if found is None:
        leave = pytest.fail if environment.get("CI", "").lower() in {"1", "true", "yes"} else pytest.skip
        leave(chromium.MISSING)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    async with chromium.running(path_of_browser(chromium.find(), os.environ)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def windows(browser: Browser) -> AsyncIterator[Windows]:
    """How a test opens windows: each watched, and what is wrong in one fails the test."""
    windows = Windows(browser)
    complaints: list[str] = []
    try:
        yield windows
    finally:
        complaints = await windows.close()
    assert complaints == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playground(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playground]:
    """What `make run` starts, in a fresh folder; one for all tests of this process."""
    playground = Playground(tmp_path_factory.mktemp("playground"))
    try:
        await playground.start()
        yield playground
    finally:
        await playground.end()


OpenSite = Callable[..., Awaitable[Site]]


@pytest.fixture
def open_site(playground: Playground, windows: Windows) -> OpenSite:
    """How a test opens the page of its playground, with what `Windows.open` takes."""

    async def open_one(**how: Any) -> Site:
        return await windows.site(playground.url, **how)

    return open_one
