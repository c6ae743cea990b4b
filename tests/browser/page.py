"""The page as a person has it: people, chats, messages, buttons, by their roles and names and by nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

Words = str | re.Pattern[str]


def named(words: str) -> re.Pattern[str]:
    """Names that have these words in them, as words of their own."""
    return re.compile(rf"(^|\W){re.escape(words)}(\W|$)")


class Site:
    """The whole page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.people = page.get_by_role("navigation", name="People", exact=True)
        self.greeting = page.get_by_role("main")
        self.behind = page.get_by_role("complementary", name="Behind the curtain")
        self.said = page.get_by_role("status")

    async def ready(self) -> Site:
        """Wait until the people are there."""
        await expect(self.people.get_by_role("tab").first).to_be_visible()
        return self

    async def person(self, name: str) -> Place:
        """Be this person: their place comes into view."""
        tab = self.people.get_by_role("tab", name=named(name))
        await tab.click()
        await expect(tab).to_have_attribute("aria-selected", "true")
        place = self.place(name)
        await expect(place.whole).to_be_visible()
        return place

    def place(self, name: str) -> Place:
        """A person's place, wherever it is."""
        return Place(self.page, name)

    async def side_by_side(self, *, on: bool = True) -> None:
        """Show the people beside each other, or one at a time."""
        button = self.page.get_by_role("button", name="People side by side")
        if await button.get_attribute("aria-pressed") != str(on).lower():
            await button.click()
        await expect(button).to_have_attribute("aria-pressed", str(on).lower())

    async def curtain(self, *, opened: bool = True) -> Locator:
        """Look behind the curtain, or draw it again."""
        button = self.page.get_by_role("button", name=re.compile("^Behind the curtain"))
        if await button.get_attribute("aria-expanded") != str(opened).lower():
            await button.click()
        await expect(self.behind).to_be_visible(visible=opened)
        return self.behind

    async def add_person(self, first_name: str, last_name: str = "", language: str = "English") -> Place:
        """Let somebody new in."""
        await self.people.get_by_role("button", name="Add a person").click()
        dialog = self.page.get_by_role("dialog", name="Add a person")
        await dialog.get_by_label("First name").fill(first_name)
        await dialog.get_by_label("Last name").fill(last_name)
        await dialog.get_by_label("Language").select_option(label=language)
        await dialog.get_by_role("button", name="Add", exact=True).click()
        await expect(dialog).to_be_hidden()
        return await self.person(first_name)


class Place:
    """One person's place: their chats, and the conversation that is open."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.whole = page.get_by_role("tabpanel", name=named(name))
        self.chats = page.get_by_role("navigation", name=named(f"Chats of {name}"))
        self.conversation = self.whole.get_by_role("region", name=re.compile("^Conversation"))
        self.log = self.whole.get_by_role("log")
        self.messages = self.log.get_by_role("article")
        self.field = self.whole.get_by_role("textbox", name="Message", exact=True)

    async def person_id(self) -> int:
        """Who this person is for Telegram."""
        return int(await self.whole.get_attribute("data-person-id") or 0)

    def chat(self, title: str) -> Locator:
        """The line of a chat in the list."""
        return self.chats.get_by_role("listitem").filter(has_text=title).get_by_role("button").first

    async def open(self, title: str) -> None:
        """Open a chat of the list, which makes room for the conversation where both have none."""
        back = self.conversation.get_by_role("button", name="Back to the chats")
        await expect(self.chats.or_(back)).to_be_visible()
        if not await self.chats.is_visible():
            await back.click()
        await self.chat(title).click()
        await expect(self.log).to_have_attribute("aria-busy", "false")

    async def find(self, words: str) -> None:
        """Open what the search field finds: @name, or a link."""
        field = self.chats.get_by_role("searchbox")
        await field.fill(words)
        await field.press("Enter")
        await expect(self.log).to_be_visible()

    async def details(self, title: str) -> Locator:
        """Open the details of the chat that is open."""
        await self.conversation.get_by_role("button", name=named(title)).first.click()
        return self.page.get_by_role("dialog", name="Details")

    async def start(self) -> None:
        """Press START, if the bot that is open was never met before."""
        start = self.whole.get_by_role("button", name="Start", exact=True)
        await expect(start.or_(self.field)).to_be_visible()
        if await start.is_visible():
            await start.click()
            await expect(self.field).to_be_visible()

    async def to_end(self) -> None:
        """Go to the newest messages, unless they are in sight."""
        button = self.whole.get_by_role("button", name=re.compile("^To the end"))
        if await button.is_visible():
            await button.click()
        await expect(button).to_be_hidden()

    async def say(self, text: str) -> Locator:
        """Write something and send it; returns the message."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.field).to_have_value("")
        return self.message(text)

    def message(self, words: Words) -> Locator:
        """The last message that has these words in it."""
        return self.messages.filter(has_text=words).last

    def with_file(self, name: str) -> Locator:
        """The last message that brings a file of this name."""
        link = self.page.get_by_role("link", name=re.compile(re.escape(name)))
        return self.messages.filter(has=link).last

    async def answer(self, words: Words, *more: Words) -> Locator:
        """Wait for a message with these words, all of them; returns it."""
        message = self.messages.filter(has_text=words)
        for each in more:
            message = message.filter(has_text=each)
        message = message.last
        await expect(message).to_be_visible()
        return message

    async def attach(self, *files: Path, caption: str = "") -> None:
        """Send files, as they are chosen in the browser's own dialog."""
        async with self.page.expect_file_chooser() as chooser:
            await self.whole.get_by_role("button", name="Attach files").click()
        await (await chooser.value).set_files(files)
        await self.send_files(caption)

    async def send_files(self, caption: str = "") -> None:
        """Say yes to what the dialog about files asks."""
        dialog = self.page.get_by_role("dialog", name=re.compile("^Send to "))
        if caption:
            await dialog.get_by_role("textbox", name="Caption").fill(caption)
        await dialog.get_by_role("button", name="Send", exact=True).click()
        await expect(dialog).to_be_hidden()

    async def press(self, message: Locator, label: Words) -> None:
        """Press a button under a message."""
        await message.get_by_role("button", name=label).click()

    async def download(self, message: Locator) -> bytes:
        """The bytes of a message's file, as the browser gets them."""
        async with self.page.expect_download() as started:
            await message.get_by_role("link").first.click()
        return (await (await started.value).path()).read_bytes()
