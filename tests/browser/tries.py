"""The things to try, as somebody sees them who has just opened the page."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.page import named


class Tries:
    """The greeting: cards with things to try, and the steps of the one that is open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.whole = page.get_by_role("region", name="Things to try")
        self.steps = page.get_by_role("region", name="Steps")

    async def choose(self, title: str) -> None:
        """Open one of the cards."""
        await self.whole.get_by_role("button", name=named(title)).click()
        await expect(self.steps).to_be_visible()

    async def words(self) -> str:
        """What the step that comes next says."""
        item = self.steps.get_by_role("listitem").filter(has=self.page.get_by_role("button"))
        return max((await item.inner_text()).splitlines(), key=len)

    async def next(self) -> None:
        """Press the button of the step that comes next, and wait until that step is done."""
        words = await self.words()
        await self.steps.get_by_role("listitem").get_by_role("button").first.click()
        await self.done(words)

    async def done(self, words: str) -> None:
        """Wait until the step with these words, which was the next, is done: then nothing is left to press in it."""
        step = self.steps.get_by_role("listitem").filter(has_text=words)
        await expect(step.get_by_role("button")).to_have_count(0)

    async def file(self, path: Path) -> None:
        """Choose a file of one's own for the step that comes next; what is asked then is answered elsewhere."""
        async with self.page.expect_file_chooser() as chooser:
            await self.steps.get_by_role("button", name="One of yours…").click()
        await (await chooser.value).set_files(path)

    async def finish(self) -> None:
        """Press what is left to press, to the end."""
        over = self.steps.get_by_role("status").filter(has_text="Done")
        while await self.steps.get_by_role("listitem").get_by_role("button").count():
            await self.next()
        await expect(over).to_be_visible()
