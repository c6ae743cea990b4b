"""The page lives through the playground's end: it says so, keeps what was begun, and goes on by itself."""

from __future__ import annotations

import signal

from playwright.async_api import expect

from tests.browser.conftest import OpenSite
from tests.browser.playing import Playground
from tests.browser.windows import Windows

GONE = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE")


async def test_the_page_goes_on_after_the_sandbox_was_killed(
    open_site: OpenSite, windows: Windows, playground: Playground
) -> None:
    site = await open_site()
    place = await site.person("Rustam")
    await place.find("@draftkeep_demo_bot")
    async with site.page.expect_response(lambda answer: answer.url.endswith("/messages")):
        await place.say("/start")  # what is not answered by then comes back into the field
    await place.field.fill("What I was writing")
    before = await place.messages.count()
    lost = site.said.filter(has_text="Connection lost")
    with windows.watches[0].allowing(*GONE):
        await playground.end(signal.SIGKILL)
        await expect(lost).to_be_visible()
        await playground.start()
        await expect(lost).to_be_hidden()
    await expect(place.field).to_have_value("What I was writing")
    assert await place.messages.count() >= before
    await place.field.press("Enter")
    await expect(place.message("What I was writing")).to_be_visible()
    other = await open_site()
    elsewhere = await other.person("Rustam")
    await elsewhere.open("draftkeep_demo_bot")
    await elsewhere.say("From another window")
    await expect(place.message("From another window")).to_be_visible()
