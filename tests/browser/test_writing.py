"""What is written on the page goes out as it was meant, and nothing of it is lost on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from sandbox.page.formatting import formatted
from tests.browser.companion import BOT, GUEST, RESULTS, WRITER, Company, company
from tests.browser.page import Place
from tests.browser.windows import Windows

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000040000000400800000000bfa79b650000001f49444154789c"
    "edc101010000008220ffaf6e48400100000000000000c0a3012040000105c1d6b70000000049454e44ae426082"
)

DROPPED = """
() => {
  const held = new DataTransfer();
  held.items.add(new File(["words"], "dropped.txt", { type: "text/plain" }));
  return held;
}
"""
"""What a person holds over the page."""

Enter = Callable[[str], Awaitable[Place]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    """A sandbox of these tests' own: no bot of ours is needed to write."""
    async with company(tmp_path_factory.mktemp("company")) as made:
        yield made


@pytest.fixture
def enter(stage: Company, windows: Windows) -> Enter:
    """How a test comes onto the page as somebody."""

    async def come(name: str) -> Place:
        site = await windows.site(stage.url)
        return await site.person(name)

    return come


def suggestions(place: Place) -> Locator:
    """What is offered over the field."""
    return place.whole.get_by_role("option")


async def test_what_is_typed_is_what_is_sent(enter: Enter) -> None:
    place = await enter(WRITER)
    await place.find(f"@{BOT}")
    await place.start()
    await place.field.press_sequentially("one")
    await place.field.press("Shift+Enter")
    await place.field.press_sequentially("two")
    await place.field.press("Enter")
    await expect(place.messages.filter(has_text=re.compile("one\\s*two")).first).to_be_visible()
    await expect(place.field).to_have_value("")

    await place.field.press_sequentially("/k")
    await expect(suggestions(place)).to_have_text([re.compile("^/keys")])
    await place.field.press("Tab")
    await expect(place.field).to_have_value("/keys ")
    await place.field.fill("/a")
    await expect(suggestions(place)).to_have_count(1)
    await place.field.press("Enter")
    await expect(place.message("Heard: /a")).to_be_visible()


async def test_an_edit_keeps_the_marks_and_the_draft(enter: Enter) -> None:
    place = await enter(WRITER)
    await place.find(f"@{BOT}")
    await place.start()
    typed = "**thick** and `code` and [a link](https://example.org/)"
    await place.field.fill(typed)
    await place.field.press("Enter")
    await expect(place.message("thick and code and a link")).to_be_visible()
    await place.field.press("ArrowUp")
    await expect(place.field).to_have_value(typed)
    await place.field.press("Escape")
    await expect(place.field).to_have_value("")
    await place.field.press("ArrowUp")
    await place.field.fill(f"{typed} indeed")
    await place.whole.get_by_role("button", name="Save", exact=True).click()
    await expect(place.message("a link indeed")).to_contain_text("edited")
    await expect(place.field).to_have_value("")

    await place.field.fill("begun here")
    await place.open("Wanda's news")
    await expect(place.field).to_have_value("")
    await place.page.reload()
    await place.open(BOT)
    await expect(place.field).to_have_value("begun here")
    await place.field.fill("")
    await marks_come_back(place)


async def marks_come_back(place: Place) -> None:
    """Every mark of a sent text is typed again in the same way, when it is edited."""
    texts = (
        "**a __b__ c**", "~~gone~~ ||hidden|| `x`", "```py\nprint(1)\nprint(2)\n```", "> said\n> twice\nand after",
        "[🙂 label](https://example.org/a?b=c) **🙂**", "before\n```\ncode\n```\nafter", "2 * 3 and snake_case",
    )  # fmt: skip
    for text in texts:
        once = formatted(text)
        shown = [
            {
                "type": KINDS[each.QUALNAME], "offset": each.offset, "length": each.length,
                "url": getattr(each, "url", None), "language": getattr(each, "language", None),
            }
            for each in once.entities
        ]  # fmt: skip
        again = await place.page.evaluate(
            "async ([text, entities]) => (await import('/site/markup.js')).typed(text, entities)", [once.text, shown]
        )
        assert formatted(again) == once, again


KINDS = {
    f"types.MessageEntity{name}": kind
    for name, kind in {
        "Bold": "bold", "Italic": "italic", "Strike": "strike", "Spoiler": "spoiler", "Code": "code", "Pre": "pre",
        "Blockquote": "quote", "TextUrl": "text_link",
    }.items()
}  # fmt: skip


async def test_what_cannot_be_sent_comes_back(enter: Enter, windows: Windows) -> None:
    place = await enter(WRITER)
    await place.find(f"@{BOT}")
    await place.start()
    with windows.watches[0].allowing("ERR_FAILED"):
        await place.page.route("**/messages", lambda route: route.abort())
        await place.field.fill("do not lose me")
        await place.field.press("Enter")
        await expect(place.page.get_by_role("status").filter(has_text="cannot be reached")).to_be_visible()
        await expect(place.field).to_have_value("do not lose me")
    await place.page.unroute("**/messages")
    await place.field.press("Enter")
    await expect(place.message("do not lose me")).to_be_visible()


async def test_files_go_in_their_order_and_an_empty_one_is_refused(enter: Enter, tmp_path: Path) -> None:
    contents = {"one.png": PIXEL, "two.png": PIXEL, "three.txt": b"words", "empty.txt": b""}
    files = [tmp_path / name for name in contents]
    for file in files:
        file.write_bytes(contents[file.name])
    place = await enter(WRITER)
    await place.find(f"@{BOT}")
    await place.start()
    async with place.page.expect_file_chooser() as chooser:
        await place.whole.get_by_role("button", name="Attach files").click()
    await (await chooser.value).set_files(files)
    dialog = place.page.get_by_role("dialog", name=f"Send to {BOT}")
    await expect(place.page.get_by_role("status").filter(has_text="empty.txt is empty")).to_be_visible()
    await expect(dialog).to_contain_text("2 messages, one of them an album")
    await dialog.get_by_role("button", name="Move three.txt up").click()
    await expect(dialog).to_contain_text("3 messages")
    await dialog.get_by_role("button", name="Leave out one.png").click()
    await dialog.get_by_role("textbox", name="Caption").fill("**both**")
    await dialog.get_by_role("textbox", name="Caption").press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(place.with_file("three.txt")).to_contain_text("both")
    await place.page.keyboard.type("typed at once")
    await expect(place.field).to_have_value("typed at once")

    held = await place.page.evaluate_handle(DROPPED)
    await place.log.dispatch_event("drop", {"dataTransfer": held})
    await expect(dialog).to_contain_text("dropped.txt")
    await place.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await place.page.keyboard.type(", and again")
    await expect(place.field).to_have_value("typed at once, and again")
    await place.field.fill("")


async def test_a_bots_results_come_page_by_page(enter: Enter) -> None:
    place = await enter(WRITER)
    await place.find(f"@{BOT}")
    await place.start()
    await place.field.fill(f"@{BOT} cats")
    await expect(suggestions(place).nth(1)).to_have_text(re.compile("^cats 0"))
    for _ in range(RESULTS + 1):
        await place.field.press("ArrowDown")
        await expect(place.whole.get_by_role("option", selected=True)).to_have_count(1)
    last = place.whole.get_by_role("option", name=f"cats {RESULTS - 1}", selected=True)
    await expect(last).to_be_visible()
    await place.field.press("Enter")
    await expect(place.messages.filter(has_text=f"via @{BOT}")).to_contain_text(f"Chosen {RESULTS - 1}")

    await place.field.fill(f"@{BOT} more")
    await suggestions(place).filter(has_text="Settle it first").click()
    start = place.whole.get_by_role("button", name="Start", exact=True)
    await expect(start).to_be_focused()
    await expect(place.messages.filter(has_text="settle")).to_have_count(0)
    await start.press("Enter")
    await expect(place.message("Started with settle")).to_be_visible()
    await expect(place.field).to_be_focused()


async def test_keyboards_of_answers_and_questions(enter: Enter) -> None:
    place = await enter(WRITER)
    await place.find(f"@{BOT}")
    await place.start()
    await place.say("/keys")
    tea = place.whole.get_by_role("button", name="Tea", exact=True)
    await tea.click()
    await expect(place.message("Heard: Tea")).to_be_visible()
    await expect(tea).to_be_hidden()
    await place.whole.get_by_role("button", name="Show the bot's answers").click()
    await expect(tea).to_be_visible()
    await place.say("/ask")
    await expect(place.whole.get_by_role("group", name=f"Reply to {BOT}")).to_contain_text("What is your name?")
    await expect(place.field).to_have_attribute("placeholder", "Your name")
    await place.field.fill("Wanda")
    await place.field.press("Enter")
    await expect(place.messages.filter(has_text="What is your name?").last).to_contain_text("Wanda")


async def test_links_lead_inside_or_are_asked_about(enter: Enter, stage: Company) -> None:
    place = await enter(GUEST)
    await place.find(f"https://t.me/{stage.channel}")
    await place.whole.get_by_role("button", name="Join channel").click()
    await expect(place.whole.get_by_text("Only admins can write here.")).to_be_visible()

    asks = await stage.writer.invite_link(await stage.writer.create_channel("A closed circle"), request_needed=True)
    await place.find(asks)
    invited = place.page.get_by_role("dialog", name="You are invited")
    await expect(invited).to_contain_text("A closed circle")
    await invited.get_by_role("button", name="Ask to join").click()
    await expect(place.page.get_by_role("status").filter(has_text="An admin decides")).to_be_visible()

    address = "https://example.org/a?b=" + "c" * 200
    asked = place.page.get_by_role("dialog", name="Open this link?")
    await stage.writer.post(stage.channel, address)
    await place.message("example.org").get_by_role("link").click()
    await expect(asked).to_contain_text(address)
    opening = asked.get_by_role("link", name="Open")
    assert await opening.get_attribute("rel") == "noopener noreferrer"
    assert await opening.get_attribute("target") == "_blank"
    await place.page.keyboard.press("Escape")
    await expect(asked).to_be_hidden()


async def test_a_bot_is_blocked_and_started_again(enter: Enter) -> None:
    place = await enter(GUEST)
    await place.find(f"https://t.me/{BOT}?start=first")
    start = place.whole.get_by_role("button", name="Start", exact=True)
    await expect(start).to_be_visible()
    await expect(place.messages).to_have_count(0)
    await start.click()
    await expect(place.message("Started with first")).to_be_visible()

    await place.whole.get_by_role("button", name=re.compile(BOT)).filter(has_text="bot").last.click()
    details = place.page.get_by_role("dialog", name="Details")
    await details.get_by_role("button", name="Stop and block bot").click()
    await place.page.get_by_role("alertdialog").get_by_role("button", name="Block", exact=True).click()
    await expect(details.get_by_role("button", name="Unblock bot")).to_be_visible()
    await place.page.keyboard.press("Escape")
    await place.whole.get_by_role("button", name="Restart bot").click()
    await expect(place.message("Heard: /start")).to_be_visible()
    await expect(place.field).to_be_visible()
