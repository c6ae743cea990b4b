"""What the tests of the page share: one browser, one playground, and a watch over everything that a page does."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser import chromium
from tests.browser.watch import Watch

PATIENCE = 60_000.0
"""Milliseconds that anything may take on a busy machine; nothing waits that long when it is well."""
DESK = (1440, 900)
PHONE = (390, 844)


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
    path = path_of_browser(chromium.find(), os.environ)
    expect.set_options(timeout=PATIENCE)
    async with chromium.running(path) as running:
        yield running


Open = Callable[..., Awaitable[Page]]


@pytest.fixture
def watches() -> list[Watch]:
    """The watches over all that this test opens."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, watches: list[Watch]) -> AsyncIterator[Open]:
    """How a test opens an address: in a browser of its own, watched; what is wrong with it fails the test."""
    async with AsyncExitStack() as contexts:

        async def open_one(url: str, *, size: tuple[int, int] = DESK, dark: bool = False, **more: Any) -> Page:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                timezone_id="UTC",
                locale="en-GB",
                reduced_motion="reduce",
                **more,
            )
            contexts.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE)
            watch = Watch(url)
            watches.append(watch)
            await watch.over(context)
            page = await context.new_page()
            await page.goto(url)
            return page

        yield open_one
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    assert complaints == []
