"""What a message looks like and what it does when it is touched, without a Telegram; and what strangers write."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.bench import EMPTY, Bench, serving
from tests.browser.windows import PHONE, Windows

MARKUP = "node => [...node.querySelectorAll('script, iframe, mark')].map((one) => one.outerHTML)"
SIZES = "() => [...document.querySelectorAll('article')].map((one) => [one.offsetWidth, one.offsetHeight])"
CHANGES = """async (message) => (await import('/site/store.js')).store.take(
  {person: 1001, kind: 'edit', chat: message.chat, message})"""
DRAWN = "() => document.querySelectorAll('.row').forEach((row) => { row.style.contentVisibility = 'visible'; })"
SEEN = "() => [...document.images].every((one) => one.complete && one.naturalWidth > 0)"
WIDER = """() => [...document.querySelectorAll('.log *')].filter(
  (one) => one.getBoundingClientRect().right > innerWidth + 1).length"""


@pytest_asyncio.fixture(loop_scope="session")
async def bench() -> AsyncIterator[Bench]:
    """A conversation to put messages into."""
    async with serving(Bench()) as bench:
        yield bench


async def shown(windows: Windows, bench: Bench, **how: Any) -> Page:
    """The conversation in a window of its own, drawn."""
    page = await windows.open(bench.url, **how)
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    return page


def message(page: Page, number: int) -> Locator:
    """A message as the page shows it."""
    return page.locator(f"article[data-message-id='{number}']")


def key(text: str, **more: Any) -> dict[str, Any]:
    """A button that asks the bot."""
    return {"kind": "callback", "text": text, "data": base64.b64encode(text.encode()).decode(), **more}


def file(name: str) -> dict[str, Any]:
    """A document's media."""
    return {**EMPTY, "kind": "document", "name": name, "size": 17, "mime": "text/plain", "url": "/file"}


async def test_words_show_what_their_marks_say(windows: Windows, bench: Bench) -> None:
    text = "😀 bold both italic <mark>none</mark>"
    address = {"url": "https://a.example/"}
    mixed = bench.say(text, ("bold", "bold both"), ("italic", "both italic"), ("text_link", "both", address))
    evil = bench.say("press me", ("text_link", "press me", {"url": "javascript:document.title='ran'"}))
    covered = bench.say("one two https://a.example", ("spoiler", "two https://a.example"), ("url", "https://a.example"))
    code = bench.say("print(1)", ("pre", "print(1)", {"language": "python"}))
    lines = "\n".join(f"line {number}" for number in range(9))
    long = bench.say(lines, ("quote", lines, {"collapsed": True}))
    short = bench.say("short", ("quote", "short", {"collapsed": True}))
    bench.say("About #Tag", ("hashtag", "#Tag"))
    tagged = bench.say("More #tag, /help", ("hashtag", "#tag"), ("command", "/help"))
    page = await shown(windows, bench, permissions=["clipboard-read", "clipboard-write"])

    words = message(page, mixed).locator(".text")
    await expect(words).to_have_text(text)
    assert "".join(await words.locator("strong").all_text_contents()) == "bold both"
    assert "".join(await words.locator("em").all_text_contents()) == "both italic"
    await expect(words.get_by_role("link")).to_have_attribute("href", "https://a.example/")
    await expect(message(page, evil).get_by_role("link")).to_be_visible()
    assert await message(page, evil).locator("[href]").count() == 0

    cover = message(page, covered).get_by_role("button", name="Hidden text: show it")
    hidden = message(page, covered).locator(".words-hidden")
    await expect(hidden).to_have_js_property("inert", True)
    await cover.focus()
    await page.keyboard.press("Enter")
    await expect(hidden).to_have_js_property("inert", False)
    await expect(message(page, covered).get_by_role("link")).to_be_visible()
    await expect(cover).to_have_count(0)

    await message(page, code).get_by_role("button", name="Copy the code").click()
    await expect(page.get_by_text("Code copied to the clipboard.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "print(1)"
    fold = message(page, long).get_by_role("button", name="Show the whole quote")
    await expect(fold).to_have_attribute("aria-expanded", "false")
    before = await message(page, long).evaluate("(node) => node.offsetHeight")
    await fold.click()
    assert await message(page, long).evaluate("(node) => node.offsetHeight") > before
    await expect(message(page, short).get_by_role("button")).to_have_count(0)

    await message(page, tagged).get_by_role("link", name="#tag").press("Enter")
    await expect(page.get_by_role("dialog", name="#tag").get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("Escape")
    await message(page, tagged).get_by_role("link", name="/help").click()
    await bench.told("messages", {"text": "/help", "plain": True})


async def test_a_press_turns_until_it_is_answered_and_asks_once(windows: Windows, bench: Bench) -> None:
    rows = [[key("Toast"), key("Alert"), key("Silence")]]
    number = bench.say("Choose", buttons=rows)
    toast, alert, silence = (one["data"] for one in rows[0])
    bench.answers = {
        toast: web.json_response({"text": "Well <mark>done</mark>", "alert": False, "url": None}),
        alert: web.json_response({"text": "Read this", "alert": True, "url": None}),
        silence: web.json_response({"error": "?", "name": "BOT_RESPONSE_TIMEOUT"}, status=504),
    }
    page = await shown(windows, bench)
    button = message(page, number).get_by_role("button", name="Toast")
    bench.answering.clear()
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await button.click()
    bench.answering.set()
    await expect(page.get_by_text("Well <mark>done</mark>")).to_be_visible()
    await expect(button).to_have_attribute("aria-busy", "false")
    assert [what for what, _ in bench.asked].count(f"messages/{number}/press") == 1
    await message(page, number).get_by_role("button", name="Alert").click()
    await page.get_by_role("alertdialog", name="Read this").get_by_role("button", name="OK").click()
    await expect(message(page, number).get_by_role("button", name="Alert")).to_be_focused()
    with windows.watches[0].allowing("status of 504"):
        await message(page, number).get_by_role("button", name="Silence").click()
        await expect(page.get_by_text("The bot did not answer.")).to_be_visible()


async def test_what_did_not_change_goes_on_when_a_message_is_edited(windows: Windows, bench: Bench) -> None:
    buttons = [[key("Wait"), key("Gone soon")]]
    number = bench.say("one two", ("spoiler", "two"), media=bench.picture(400, 300), buttons=buttons)
    bench.pictures.set()
    bench.answering.clear()
    page = await shown(windows, bench)
    one = message(page, number)
    await one.get_by_role("button", name="Hidden text: show it").click()
    await one.get_by_role("button", name="Wait").click()
    await page.evaluate(
        "(id) => { window.image = document.querySelector(`[data-message-id='${id}'] img.whole`); }", number
    )
    bench.messages[0] |= {"edited": bench.messages[0]["date"], "buttons": [[buttons[0][0]]]}
    await page.evaluate(CHANGES, bench.messages[0])
    await expect(one).to_contain_text("edited")
    await expect(one.get_by_role("button", name="Gone soon")).to_have_count(0)
    await expect(one.get_by_role("button", name="Wait")).to_have_attribute("aria-busy", "true")
    await expect(one.get_by_role("button", name="Wait")).to_be_focused()
    await expect(one.locator(".spoiler.closed")).to_have_count(0)
    assert await one.locator("img.whole").evaluate("(node) => node === window.image")
    await page.evaluate(CHANGES, bench.messages[0] | {"text": "three", "entities": []})
    await expect(one.locator(".text")).to_have_text("three")


async def test_the_menu_and_the_selection_work_with_keys_alone(windows: Windows, bench: Bench) -> None:
    number = bench.say("one")
    other = bench.say("two", protected=True)
    page = await shown(windows, bench)
    await message(page, number).focus()
    await page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="Message")
    await expect(menu.get_by_role("menuitem", name="Reply")).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(message(page, number)).to_be_focused()
    await page.keyboard.press(" ")
    await message(page, other).focus()
    await page.keyboard.press(" ")
    bar = page.get_by_role("toolbar", name="Selected messages")
    await expect(bar).to_contain_text("2 selected")
    await expect(bar.get_by_role("button", name="Forward")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(bar).to_be_hidden()
    await message(page, other).click(button="right")
    await expect(menu.get_by_role("menuitem", name="Delete")).to_be_visible()
    await expect(menu.get_by_role("menuitem", name="Copy text")).to_have_count(0)
    await menu.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("button", name="Delete for me").click()
    await bench.told("messages/delete", {"ids": [other], "for_all": False})


async def test_nothing_jumps_when_pictures_come_and_the_viewer_goes_through_them(
    windows: Windows, bench: Bench
) -> None:
    covered = bench.say(media=bench.picture(40, 30, spoiler=True, thumb=None))
    for width, height in ((1280, 720), (300, 1500), (60, 40)):
        bench.say(media=bench.picture(width, height))
        bench.say("With words", media=bench.picture(width, height), buttons=[[key("A button")]])
    for at in range(7):
        bench.say(media=bench.picture(400 + 100 * at, 600), album="one")
    last = bench.say(media=bench.picture(400, 300))
    page = await shown(windows, bench)
    await page.evaluate(DRAWN)
    await page.evaluate("() => [...document.images].forEach((one) => { one.loading = 'eager'; })")
    before = await page.evaluate(SIZES)
    assert not await page.evaluate(SEEN)
    bench.pictures.set()
    await page.wait_for_function(SEEN)
    assert await page.evaluate(SIZES) == before

    assert await message(page, covered).locator("img").count() == 0
    await message(page, covered).get_by_role("button", name="Hidden picture: show it").click()
    await expect(message(page, covered).locator("img.whole")).to_be_visible()

    opens = message(page, last).get_by_role("button", name="Photo: open")
    await opens.click()
    viewer = page.get_by_role("dialog", name="Photos and videos")
    await expect(viewer).to_contain_text("15 of 15")
    await page.keyboard.press("ArrowLeft")
    await expect(viewer).to_contain_text("14 of 15")
    await page.keyboard.press("+")
    await expect(viewer.locator("img")).to_have_attribute("style", re.compile(r"scale\(1\.4\)"))
    for _ in range(9):
        await page.keyboard.press("Tab")
        assert await viewer.evaluate("(node) => node.contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(opens).to_be_focused()


async def test_what_strangers_send_fits_a_phone_and_is_read_by_everyone(windows: Windows, bench: Bench) -> None:
    bench.kind = "channel"
    bench.say("W" * 400)
    bench.say("مرحبا بالعالم hello\nleft to right")
    post = bench.say("A post", out=True, views=1234)
    buttons = bench.say("Many", buttons=[[key(str(8 * row + at)) for at in range(8)] for row in range(12)])
    name = bench.say(media=file("../../x" + "y" * 200 + ".txt"))
    turned = bench.say(media=file("photo\u202egpj.exe"))
    emoji = bench.say("👨‍👩‍👧‍👦🇺🇿👋🏽")
    bench.say("🙂🙂🙂🙂")
    bench.say("See #tag and /help", ("hashtag", "#tag"), ("command", "/help"), ("strike", "See"))
    bench.say(media={**EMPTY, "kind": "poll", "title": "<mark>Which?</mark>", "options": ["A", "B"], "voters": 1})
    bench.say(media={**EMPTY, "kind": "audio", "title": "<mark>Song</mark>", "url": "/file", "duration": 61, "size": 9})
    bench.say(media={**EMPTY, "kind": "contact", "name": "<mark>Ann</mark>", "phone": "99890", "user": None})
    bench.say(media={**EMPTY, "kind": "something of tomorrow"})
    bench.say("Posted", forward={"name": "<mark>News</mark>", "chat": None, "message": None, "date": 1}, via_bot="gif")
    page = await shown(windows, bench, size=PHONE)
    await page.evaluate(DRAWN)
    assert await page.evaluate(WIDER) == 0
    assert await page.locator(".log").evaluate(MARKUP) == []
    await expect(message(page, post)).to_have_class("message in")
    await expect(message(page, post)).to_contain_text("1.2K")
    await expect(message(page, buttons).locator(".inline-keyboard").get_by_role("button")).to_have_count(96)
    await expect(message(page, name).get_by_role("link")).to_contain_text("../../x")
    await expect(message(page, turned)).to_contain_text("photogpj.exe")
    await expect(page.locator(".bubble.emoji")).to_have_count(1)
    await expect(message(page, emoji).locator(".bubble")).to_have_class("bubble bare emoji emoji-3")
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
