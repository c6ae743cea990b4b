"""A chat of a thousand messages: older ones come as one goes up, and what is in sight stays where it is."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from playwright.async_api import Locator, Route, expect

from sandbox.stage import control
from tests.browser.conftest import OpenSite
from tests.browser.page import Place, Site
from tests.browser.playing import Playground
from tests.browser.windows import Windows

READER = "Anna"
WRITER = "Walter"
MESSAGES = 1000
TEXTS = [f"Number {number} of {MESSAGES}. " + "Some more of it. " * (number % 7) for number in range(1, MESSAGES + 1)]
MOVED = 2.0
"""CSS pixels that rounding may move what is in sight by."""

MEASURING = """
() => {
  const times = [];
  let last = performance.now();
  let next = 0;
  const frame = (now) => { times.push(now - last); last = now; next = requestAnimationFrame(frame); };
  next = requestAnimationFrame(frame);
  globalThis.measured = () => { cancelAnimationFrame(next); return times; };
}
"""
TO_TOP = """
(log) => {
  log.scrollTop = 0;
  const first = log.querySelector("article");
  return [first.dataset.messageId, first.getBoundingClientRect().top];
}
"""
OLDER_CAME = "([log, first]) => log.querySelector('article').dataset.messageId !== first"
TOP_OF = "(log, id) => log.querySelector(`article[data-message-id='${id}']`).getBoundingClientRect().top"


async def written(playground: Playground, place: Place) -> int:
    """Let somebody write all of it to this person; returns who, by their id."""
    made: dict[str, Any] = await control(playground.info, "POST", "/people", count=1, first_name=WRITER)
    writer: int = made["ids"][0]
    await control(playground.info, "POST", "/say", **{"from": writer, "to": await place.person_id(), "texts": TEXTS})
    return writer


async def moved(log: Locator) -> float:
    """Go to the top of what is there and wait for what is above it. Returns how far what was in sight has moved."""
    first, top = await log.evaluate(TO_TOP)
    await log.page.wait_for_function(OLDER_CAME, arg=[await log.element_handle(), first])
    now: float = await log.evaluate(TOP_OF, first)
    return abs(now - float(top))


async def test_older_messages_come_and_what_is_in_sight_stays(
    open_site: OpenSite, playground: Playground, record_property: Callable[[str, object], None]
) -> None:
    site = await open_site()
    place = await site.person(READER)
    writer = await written(playground, place)
    await place.open(WRITER)
    await place.to_end()
    await expect(place.message(f"Number {MESSAGES} of")).to_be_in_viewport()
    await site.page.evaluate(MEASURING)
    while not await place.log.get_by_text("Number 1 of").count():
        assert await moved(place.log) <= MOVED
    await place.log.evaluate(TO_TOP)
    times: list[float] = await site.page.evaluate("measured()")
    frames = {"frames": len(times), "median ms": round(statistics.median(times), 1), "longest ms": round(max(times), 1)}
    record_property("frames", frames)
    print(f"{MESSAGES} messages, scrolled to the first: {frames}")

    await expect(place.message("Number 1 of")).to_be_in_viewport()
    await control(
        playground.info, "POST", "/say", **{"from": writer, "to": await place.person_id(), "texts": ["And one more"]}
    )
    await expect(place.message("Number 1 of")).to_be_in_viewport()
    await place.to_end()
    await expect(place.message("And one more")).to_be_in_viewport()
    await expect(place.messages).to_have_count(MESSAGES + 1)


async def test_control_without_being_held_it_would_move(windows: Windows, playground: Playground) -> None:
    async def careless(route: Route) -> None:
        answer = await route.fetch()
        script = await answer.text()
        assert "\n  hold() {\n" in script
        await route.fulfill(response=answer, body=script.replace("\n  hold() {\n", "\n  hold() { return () => {};\n"))

    page = await windows.open("about:blank")
    windows.watches[0].end()
    await page.route("**/site/scroller.js", careless)
    await page.goto(playground.url)
    place = await (await Site(page).ready()).person(READER)
    if not await place.chat(WRITER).count():
        await written(playground, place)
    await place.open(WRITER)
    await place.to_end()
    assert await moved(place.log) > 50 * MOVED
