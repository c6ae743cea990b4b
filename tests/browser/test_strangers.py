"""What strangers write is shown as it was written: nothing of it runs, nothing of it breaks the page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenSite
from tests.browser.hostile import EMOJI, LONGEST, ODD, OVERRIDDEN, RIGHT_TO_LEFT, RUNNING
from tests.browser.page import Place
from tests.browser.playing import Playground
from tests.browser.stranger import Stranger
from tests.browser.windows import PHONE

READER = "Rustam"
BUTTONS = [f"{number} {'<b>' if number % 2 else '🙂'}" for number in range(1, 101)]

MARKUP = "(node) => [...node.querySelectorAll('script, img, svg, iframe, details, b')].map((each) => each.outerHTML)"
"""What would be there if words were taken for markup."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stranger(playground: Playground) -> AsyncIterator[Stranger]:
    """A stranger's bot, connected to the playground's Telegram."""
    stranger = Stranger(playground.info, "stranger_bot")
    await stranger.start()
    yield stranger
    await stranger.end()


async def meeting(place: Place, stranger: Stranger) -> int:
    """Start the stranger's bot; returns who did, by their id."""
    await place.find(f"@{stranger.username}")
    await place.start()
    await expect(place.message("/start")).to_be_visible()
    return await place.person_id()


async def fits(place: Place, message: Locator) -> bool:
    """Whether a message is no wider than the conversation, and the page no wider than its window."""
    inside, outside = await message.bounding_box(), await place.log.bounding_box()
    wide = await place.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert inside
    assert outside
    return not wide and outside["x"] <= inside["x"] and inside["width"] <= outside["width"]


async def test_texts_are_shown_as_they_were_written(open_site: OpenSite, stranger: Stranger) -> None:
    site = await open_site()
    place = await site.person(READER)
    reader = await meeting(place, stranger)
    for text in (*RUNNING, *ODD, EMOJI, RIGHT_TO_LEFT, LONGEST):
        await stranger.say(reader, text)
        message = await place.answer(text)
        shown = message.get_by_text(text, exact=True)
        await expect(shown).to_be_visible()
        assert await shown.evaluate(MARKUP) == []
        assert await fits(place, message)
    await site.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await fits(place, place.message(LONGEST))
    await expect(place.message(RIGHT_TO_LEFT).get_by_text(RIGHT_TO_LEFT)).to_have_css("direction", "rtl")


async def test_a_hundred_buttons_can_be_pressed(open_site: OpenSite, stranger: Stranger) -> None:
    site = await open_site()
    place = await site.person(READER)
    reader = await meeting(place, stranger)
    await stranger.say(reader, "A hundred buttons", labels=BUTTONS)
    message = await place.answer("A hundred buttons")
    await expect(message.get_by_role("button")).to_have_text(BUTTONS)
    assert await fits(place, message)
    await site.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await fits(place, message)


async def test_files_have_no_path_and_no_hidden_direction_and_never_run(
    open_site: OpenSite, stranger: Stranger
) -> None:
    site = await open_site()
    place = await site.person(READER)
    reader = await meeting(place, stranger)
    names = {"../../x": b"up", OVERRIDDEN: b"turned", "<img src=x onerror=ran(1)>.svg": b"<svg onload='ran(2)'/>"}
    for name, content in names.items():
        await stranger.send(reader, name, content)
        link = place.messages.last.get_by_role("link")
        await expect(link).to_be_visible()
        async with place.page.expect_download() as started:
            await link.click()
        download = await started.value
        assert (await download.path()).read_bytes() == content
        assert "/" not in download.suggested_filename
        assert ".." not in download.suggested_filename
        assert "\u202e" not in download.suggested_filename + (await link.inner_text())


async def test_an_opened_file_is_no_page(open_site: OpenSite, stranger: Stranger) -> None:
    site = await open_site()
    place = await site.person(READER)
    reader = await meeting(place, stranger)
    await stranger.send(reader, "page.html", f"<title>opened</title>{RUNNING[0]}".encode())
    link = (await place.answer("page.html")).get_by_role("link")
    address = (await link.get_attribute("href") or "").partition("?")[0]
    async with site.page.expect_download():
        await site.page.evaluate("(address) => { location.href = address }", address)


async def test_names_are_names(open_site: OpenSite) -> None:
    site = await open_site()
    name = RUNNING[1]
    place = await site.add_person(name)
    await expect(site.people.get_by_role("tab").last).to_contain_text(name)
    await expect(place.chats).to_be_visible()
