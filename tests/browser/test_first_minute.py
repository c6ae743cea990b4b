"""The first minute: what the page offers to try works from end to end, with a file of one's own."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import OpenSite
from tests.browser.stories import STORIES
from tests.browser.windows import PHONE

HOW: dict[str, dict[str, Any]] = {"draft": {"dark": True}, "broadcast": {"size": PHONE, "touch": True}}
"""One of the stories is told in the dark, and one on a phone."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one's own, with a name as people have them."""
    path = tmp_path / "Отчёт (final) 1.bin"
    path.write_bytes(random.Random(8).randbytes(300_000))
    return path


@pytest.mark.parametrize("name", STORIES)
async def test_a_story_comes_to_its_end(open_site: OpenSite, file: Path, name: str) -> None:
    shown: list[str] = []

    async def look(picture: str, page: Page, /, **_how: Any) -> None:
        assert not page.is_closed()
        shown.append(picture)

    story = STORIES[name]
    await story.tell(await open_site(**HOW.get(name, {})), look, file)
    assert tuple(shown) == story.shows
