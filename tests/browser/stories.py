"""What a newcomer does on the page in the first minutes, told once: for the tests, and for the pictures."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from sandbox.suggested import DRAFT, WORDS
from tests.browser.camera import Camera
from tests.browser.page import Site
from tests.browser.playing import Playground
from tests.browser.tries import Tries
from tests.browser.windows import PHONE, Windows

BOT = "draftkeep_demo_bot"
NEWS = "News"
OWNER, READER, OTHER = "Olivia", "Rustam", "Anna"
LINK = re.compile(r"t\.me/\w+\?start=\S+")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a story is told with: where, seen through which windows, with what file, and who takes pictures of it."""

    playground: Playground
    windows: Windows
    camera: Camera
    file: Path
    how: Mapping[str, Any]
    """The window's size and light, as `Windows.open` takes them."""

    async def site(self) -> Site:
        """Open the page."""
        return await self.windows.site(self.playground.url, **self.how)


@dataclass(frozen=True, slots=True)
class Story:
    """Something that is done on the page, and the pictures that are taken of it."""

    tell: Callable[[Scene], Awaitable[None]]
    shows: tuple[str, ...]
    """The names of the pictures, in their order."""


async def store_a_file(scene: Scene) -> None:
    """Store a file as the owner, open its link as a reader, and get the same bytes."""
    site = await scene.site()
    tries = Tries(site.page)
    await tries.choose("Store a file, open its link")
    owner, reader = site.place(OWNER), site.place(READER)
    words = await tries.words()
    await tries.file(scene.file)
    await owner.send_files()
    await tries.done(words)
    await expect(await owner.answer(LINK, scene.file.name)).to_be_in_viewport()
    await scene.camera("store", site.page)
    await tries.finish()
    delivered = reader.with_file(scene.file.name)
    await expect(delivered).to_be_in_viewport()
    await scene.camera("page", site.page)
    await scene.camera("page-dark", site.page, dark=True)
    await site.side_by_side(on=False)
    await site.person(READER)
    await scene.camera("reader", site.page)
    await scene.camera("page-phone", site.page, size=PHONE)
    assert await reader.download(delivered) == scene.file.read_bytes()


async def review_a_draft(scene: Scene) -> None:
    """Draft a post as the owner, look at it, let it out; the readers of the channel have it."""
    site = await scene.site()
    tries = Tries(site.page)
    await tries.choose("Review a draft")
    await tries.next()
    await tries.next()
    await scene.camera("draft", site.page)
    await tries.finish()
    for name in (READER, OTHER):
        place = await site.person(name)
        await place.open(NEWS)
        await expect(place.message(DRAFT.partition(" ")[2])).to_be_in_viewport()


async def write_to_everybody(scene: Scene) -> None:
    """Write to all readers as the owner; each of them has it."""
    site = await scene.site()
    tries = Tries(site.page)
    await tries.choose("Write to all readers")
    await tries.next()
    await tries.next()
    await scene.camera("broadcast", site.page)
    await tries.finish()
    for name in (READER, OTHER):
        place = await site.person(name)
        await place.open(BOT)
        await expect(place.message(WORDS)).to_be_in_viewport()


async def change_settings(scene: Scene) -> None:
    """Look at the bot's settings as the owner."""
    site = await scene.site()
    owner = await site.person(OWNER)
    await owner.open(BOT)
    await owner.say("/settings")
    card = owner.messages.filter(has=site.page.get_by_role("button", name="General")).last
    await expect(card).to_be_in_viewport()
    await scene.camera("settings", site.page)


async def look_behind_the_curtain(scene: Scene) -> None:
    """See what Telegram did, and what can be made to go wrong."""
    site = await scene.site()
    owner = await site.person(OWNER)
    await owner.open(BOT)
    curtain = await site.curtain()
    await curtain.get_by_role("tab", name="Ledger").click()
    await owner.say("/help")
    await expect(curtain.get_by_role("tabpanel", name="Ledger")).to_contain_text("/help")
    await scene.camera("curtain", site.page)
    await curtain.get_by_role("tab", name="Trouble").click()
    await expect(curtain.get_by_role("button", name=re.compile("^Switch on")).first).to_be_visible()
    await scene.camera("trouble", site.page)


async def look_at_the_status(scene: Scene) -> None:
    """See how the bot is, in its own words."""
    page = await scene.windows.open(scene.playground.status, **scene.how)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await scene.camera("status", page)
    await scene.camera("status-dark", page, dark=True)


STORIES = {
    "store": Story(store_a_file, ("store", "page", "page-dark", "reader", "page-phone")),
    "draft": Story(review_a_draft, ("draft",)),
    "broadcast": Story(write_to_everybody, ("broadcast",)),
    "settings": Story(change_settings, ("settings",)),
    "curtain": Story(look_behind_the_curtain, ("curtain", "trouble")),
    "status": Story(look_at_the_status, ("status", "status-dark")),
}
