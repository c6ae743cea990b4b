"""The first minute: what the page offers to try works from end to end, with a file of one's own."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page

from tests.browser.camera import FOLDER, looks_same, smaller
from tests.browser.playing import Playground
from tests.browser.stories import STORIES, Scene
from tests.browser.windows import PHONE, Windows

HOW: dict[str, dict[str, Any]] = {"draft": {"dark": True}, "broadcast": {"size": PHONE, "touch": True}}
"""One of the stories is told in the dark, and one on a phone."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one's own, with a name as people have them."""
    path = tmp_path / "Отчёт (final) 1.bin"
    path.write_bytes(random.Random(8).randbytes(300_000))
    return path


@pytest.mark.parametrize("name", STORIES)
async def test_a_story_comes_to_its_end(playground: Playground, windows: Windows, file: Path, name: str) -> None:
    shown: list[str] = []

    async def look(picture: str, page: Page, /, **_how: Any) -> None:
        assert not page.is_closed()
        shown.append(picture)

    await STORIES[name].tell(Scene(playground, windows, look, file, HOW.get(name, {})))
    assert tuple(shown) == STORIES[name].shows


def test_the_pictures_are_those_of_the_stories() -> None:
    named = {name for story in STORIES.values() for name in story.shows}
    assert {path.stem for path in FOLDER.iterdir()} == named


def test_a_picture_that_shows_the_same_is_left_alone() -> None:
    plain, dotted, other = (Image.new("RGB", (200, 100), colour) for colour in ("white", "white", "teal"))
    dotted.paste("black", (10, 10, 14, 14))
    one, few, another = (smaller(png(picture)) for picture in (plain, dotted, other))
    assert looks_same(one, few)
    assert not looks_same(one, another)
    assert not looks_same(one, smaller(png(plain.resize((100, 100)))))


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
