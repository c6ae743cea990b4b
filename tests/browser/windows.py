"""How windows of the browser are opened for tests and pictures: of which size, in which light, and under watch."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import Browser, FileChooser, Page, expect

from tests.browser.page import Site
from tests.browser.watch import Watch

PATIENCE = 60_000.0
"""Milliseconds that anything may take on a busy machine; nothing waits that long when it is well."""
DESK = (1440, 900)
PHONE = (390, 844)


class Windows:
    """The windows of one test, each in a browser context of its own: nothing is kept from one to the next."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts = AsyncExitStack()
        self.watches: list[Watch] = []

    async def open(
        self, url: str, *, size: tuple[int, int] = DESK, dark: bool = False, touch: bool = False, **more: Any
    ) -> Page:
        """Open an address; `more` is for `Browser.new_context`."""
        expect.set_options(timeout=PATIENCE)
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            timezone_id="UTC",
            locale="en-GB",
            reduced_motion="reduce",
            **more,
        )
        self._contexts.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE)
        watch = Watch(url)
        self.watches.append(watch)
        await watch.over(context)
        page = await context.new_page()
        page.on("filechooser", _caught)
        await page.goto(url)
        return page

    async def site(self, url: str, **how: Any) -> Site:
        """Open the page of a playground."""
        return await Site(await self.open(url, **how)).ready()

    async def close(self) -> list[str]:
        """Close them all. Returns what the watches complained of."""
        await self._contexts.aclose()
        return [complaint for watch in self.watches for complaint in watch.complaints]


def _caught(_chooser: FileChooser) -> None:
    """Let Playwright catch choosers of files from the start: begun at a key's press, it may come too late for that."""
