"""Every view of the page is well for those who hear it or see little of it: axe-core finds nothing, light and dark."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import OpenSite
from tests.browser.playing import Playground
from tests.browser.stories import BOT, OWNER
from tests.browser.tries import Tries
from tests.browser.windows import PHONE, Windows


class Look:
    """Looks at one view after another, and tells in the end what is wrong with which."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.found: dict[str, list[str]] = {}

    async def at(self, view: str) -> None:
        """Look at what the window shows now, in the light and in the dark."""
        for scheme in ("light", "dark"):
            await self._page.emulate_media(color_scheme=scheme)
            if found := await violations(self._page, colours=scheme == "dark"):
                self.found[f"{view}, {scheme}"] = found
        await self._page.emulate_media(color_scheme="light")

    def well(self) -> None:
        """Fail with all that was found, if anything was."""
        assert not self.found, "\n".join(f"{view}: {rule}" for view, rules in self.found.items() for rule in rules)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture to send."""
    path = tmp_path / "picture.png"
    image = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(image, "PNG")
    path.write_bytes(image.getvalue())
    return path


async def test_no_view_breaks_a_rule(open_site: OpenSite, picture: Path) -> None:
    site = await open_site()
    page = site.page
    look = Look(page)
    await look.at("the greeting")
    await Tries(page).choose("Store a file, open its link")
    await look.at("the steps of something to try")
    await site.side_by_side(on=False)
    owner = await site.person(OWNER)
    await owner.open(BOT)
    await owner.say("**bold** `code` ||spoiler|| [link](https://example.org) /help")
    await owner.attach(picture, caption="A picture")
    await expect(owner.messages.last.get_by_role("button").first).to_be_visible()
    await look.at("a conversation")
    await owner.message("A picture").click(button="right")
    await expect(page.get_by_role("menu")).to_be_visible()
    await look.at("the menu of a message")
    await page.keyboard.press("Escape")
    await owner.message("A picture").get_by_role("button", name="Photo").first.click()
    await look.at("a photo, large")
    await page.keyboard.press("Escape")
    await expect(await owner.details(BOT)).to_be_visible()
    await look.at("the details of a chat")
    await page.keyboard.press("Escape")
    for button, dialog in (
        ("New channel or group", "New channel or group"),
        ("Add a person", "Add a person"),
        ("Keys (?)", "Keys"),
    ):
        await page.get_by_role("button", name=button).first.click()
        await expect(page.get_by_role("dialog", name=dialog)).to_be_visible()
        await look.at(f"the dialog {dialog}")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
    curtain = await site.curtain()
    for name in ("Ledger", "Calls", "Trouble", "Controls"):
        await curtain.get_by_role("tab", name=name).click()
        await look.at(f"behind the curtain, {name}")
    await site.curtain(opened=False)
    await site.side_by_side()
    await look.at("people side by side")
    await site.side_by_side(on=False)
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await look.at("a conversation on a phone")
    await owner.whole.get_by_role("button", name="Back to the chats").click()
    await look.at("the chats on a phone")
    look.well()


async def test_the_status_page_breaks_no_rule(playground: Playground, windows: Windows) -> None:
    page = await windows.open(playground.status)
    look = Look(page)
    await look.at("the status page")
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await look.at("the status page on a phone")
    look.well()
