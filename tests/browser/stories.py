"""What a newcomer does on the page in the first minutes, told once: for the tests, and for the pictures."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import expect

from sandbox.suggested import DRAFT, WORDS
from tests.browser.camera import Camera
from tests.browser.page import Site
from tests.browser.tries import Tries
from tests.browser.windows import PHONE

BOT = "draftkeep_demo_bot"
NEWS = "News"
OWNER, READER, OTHER = "Olivia", "Rustam", "Anna"
LINK = re.compile(r"t\.me/\w+\?start=\S+")


@dataclass(frozen=True, slots=True)
class Story:
    """Something that is done on the page, and the pictures that are taken of it."""

    tell: Callable[[Site, Camera, Path], Awaitable[None]]
    """Do it, with a file of one's own."""
    shows: tuple[str, ...]
    """The names of the pictures."""


async def store_a_file(site: Site, camera: Camera, file: Path) -> None:
    """Store a file as the owner, open its link as a reader, and get the same bytes."""
    tries = Tries(site.page)
    await tries.choose("Store a file, open its link")
    owner, reader = site.place(OWNER), site.place(READER)
    words = await tries.words()
    await tries.file(file)
    await owner.send_files()
    await tries.done(words)
    await expect(await owner.answer(LINK, file.name)).to_be_in_viewport()
    await camera("store", site.page)
    await tries.finish()
    delivered = reader.with_file(file.name)
    await expect(delivered).to_be_in_viewport()
    await camera("page", site.page)
    await camera("page-dark", site.page, dark=True)
    await camera("page-phone", site.page, size=PHONE)
    assert await reader.download(delivered) == file.read_bytes()


async def review_a_draft(site: Site, camera: Camera, _file: Path) -> None:
    """Draft a post as the owner, look at it, let it out; the readers of the channel have it."""
    tries = Tries(site.page)
    await tries.choose("Review a draft")
    await tries.next()
    await tries.next()
    await camera("draft", site.page)
    await tries.finish()
    for name in (READER, OTHER):
        place = await site.person(name)
        await place.open(NEWS)
        await expect(place.message(DRAFT.partition(" ")[2])).to_be_in_viewport()


async def write_to_everybody(site: Site, camera: Camera, _file: Path) -> None:
    """Write to all readers as the owner; each of them has it."""
    tries = Tries(site.page)
    await tries.choose("Write to all readers")
    await tries.next()
    await tries.next()
    await camera("broadcast", site.page)
    await tries.finish()
    for name in (READER, OTHER):
        place = await site.person(name)
        await place.open(BOT)
        await expect(place.message(WORDS)).to_be_in_viewport()


STORIES = {
    "store": Story(store_a_file, ("store", "page", "page-dark", "page-phone")),
    "draft": Story(review_a_draft, ("draft",)),
    "broadcast": Story(write_to_everybody, ("broadcast",)),
}
