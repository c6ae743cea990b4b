"""Everything can be done without a mouse: nothing but keys, up to a file in a reader's hands; and what a wheel does."""

from __future__ import annotations

import random
import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenSite
from tests.browser.stories import BOT, LINK, OWNER, READER

MOST = 60
"""Presses of Tab that may be needed to get anywhere."""
SHOWS_FOCUS = """
() => {
  const shown = (node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  let node = document.activeElement;
  for (let up = 0; node && up < 3; up += 1, node = node.parentElement) if (shown(node)) return true;
  return false;
}
"""


async def go(page: Page, to: Locator, key: str = "Tab") -> None:
    """Press a key until this has the focus, and see that one sees where it is."""
    for _ in range(MOST):
        if await to.evaluate("(node) => node === document.activeElement"):
            break
        await page.keyboard.press(key)
    await expect(to).to_be_focused()
    assert await page.evaluate(SHOWS_FOCUS), f"nobody sees that {to} has the focus"


async def test_a_file_is_stored_and_opened_with_keys_alone(open_site: OpenSite, tmp_path: Path) -> None:
    file = tmp_path / "by keys.bin"
    file.write_bytes(random.Random(9).randbytes(10_000))
    site = await open_site()
    page = site.page
    owner, reader = site.place(OWNER), site.place(READER)

    await page.keyboard.press("Alt+1")
    await page.keyboard.press("Control+k")
    await page.keyboard.type(BOT)
    await page.keyboard.press("Enter")
    await expect(owner.field).to_be_focused()
    await go(page, owner.whole.get_by_role("button", name="Attach files"), "Shift+Tab")
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press("Enter")
    await (await chooser.value).set_files(file)
    await expect(page.get_by_role("dialog").get_by_role("textbox", name="Caption")).to_be_focused()
    await page.keyboard.press("Enter")
    link = (await owner.answer(LINK, file.name)).get_by_role("link", name=re.compile(r"\?start=")).first
    address = await link.inner_text()

    await page.keyboard.press("Alt+2")
    await expect(reader.whole).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type(address)
    await page.keyboard.press("Enter")
    await expect(reader.whole.get_by_role("button", name="Start", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    delivered = reader.with_file(file.name)
    await expect(delivered).to_be_in_viewport()
    await go(page, reader.log, "Shift+Tab")
    await go(page, delivered, "ArrowUp")
    await go(page, delivered.get_by_role("link").first)
    async with page.expect_download() as started:
        await page.keyboard.press("Enter")
    assert (await (await started.value).path()).read_bytes() == file.read_bytes()


async def test_dialogs_give_the_focus_back(open_site: OpenSite) -> None:
    site = await open_site()
    page = site.page
    for name in ("Add a person", "Keys (?)", "New channel or group"):
        button = page.get_by_role("button", name=name).first
        await go(page, button)
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        assert await dialog.evaluate("(node) => node.contains(document.activeElement)")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(button).to_be_focused()


async def test_people_who_have_no_room_are_reached_with_a_wheel(open_site: OpenSite) -> None:
    site = await open_site(size=(601, 700))
    tabs = site.page.get_by_role("tablist", name="People")
    last = tabs.get_by_role("tab").last
    await expect(last).not_to_be_in_viewport(ratio=0.9)
    await tabs.hover()
    await site.page.mouse.wheel(0, 2_000)
    await expect(last).to_be_in_viewport(ratio=0.9)
