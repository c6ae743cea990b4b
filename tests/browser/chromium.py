"""The browser that looks at the page: which one, how it is started, and that it speaks to nobody but this machine."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = (
    "No Chromium: the tests of the page need one, and letters for what people write. As root on Debian and Ubuntu "
    "`make test` installs them; by hand: sudo apt-get install chromium fonts-noto-core fonts-noto-color-emoji"
)
_NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
_SAME_LETTERS = "--font-render-hinting=none"
"""Letters are as wide in a picture of one machine as of another."""


def find() -> str | None:
    """The path of the system's Chromium or Chrome; None when there is none. Nothing is ever downloaded."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def running(path: str) -> AsyncIterator[Browser]:
    """Run this browser without a window."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[_NOBODY_ELSE, _SAME_LETTERS])
        try:
            yield browser
        finally:
            await browser.close()


if __name__ == "__main__":
    found = find()
    print(found or MISSING)
    sys.exit(0 if found else 1)
