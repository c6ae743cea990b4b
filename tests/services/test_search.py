"""What people find: listed links that are open, as the database has them at that moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.files import StoredFile
from database.links import Link, LinkItem, NewLink
from services.errors import TryLater, UserError
from services.registry import Services
from services.search import Found, SearchService
from tests.database.mongo import NOW, Cut, StillClock, cut_at_write, raw
from tests.services.channel import OWNER, STORAGE, message, upload


async def make(bot: BotDatabase, *names: str, listed: bool = True, **values: Any) -> Link:
    """Store files of these names, and a link to them."""
    number = await bot.links.count()
    items = []
    for place, name in enumerate(names or ("file",)):
        unique_id = f"AgAD{number}-{place}"
        file = StoredFile(unique_id, "document", name, 10, None, None, STORAGE, 100 + place, 1, NOW)
        await bot.files.add([file])
        items.append(LinkItem(unique_id, 100 + place))
    new = NewLink(LinkKind.FILE, tuple(items), STORAGE, f"content {number}", listed=listed, **values)
    return await bot.links.create(new, by=1, cause=Cause(f"message:1:{number}"), now=NOW)


def codes(found: Found) -> list[str]:
    return [each.link.code for each in found.links]


async def ask(services: Services, text: str, size: int = 8) -> list[str]:
    return codes(await services.search.ask(text, size=size))


@pytest.fixture
async def search(services: Services) -> SearchService:
    await services.search.keep_up()
    return services.search


async def test_title_names_and_tags_are_found_and_nothing_that_is_not_listed(
    bot: BotDatabase, services: Services
) -> None:
    titled = await make(bot, "x1.bin", "beach.jpg", title="Summer in Samarkand", tags=("travel",))
    named = await make(bot, "Samarkand.2021.mp4")
    await make(bot, "samarkand secret.mp4", title="Samarkand", listed=False)
    await services.search.keep_up()
    assert await ask(services, "samarkand") == [named.code, titled.code]
    assert (
        await ask(services, "beach") == await ask(services, "travel") == await ask(services, "sumer") == [titled.code]
    )
    assert await ask(services, "secret") == []


async def test_what_is_found_shows_its_link_and_its_first_file(bot: BotDatabase, search: SearchService) -> None:
    await make(bot, "one.jpg", "two.jpg", title="Pair")
    [found] = (await search.ask("pair", size=8)).links
    assert (found.link.title, found.count, found.file and found.file.name) == ("Pair", 2, "one.jpg")


async def test_every_change_is_seen_by_the_next_question(
    bot: BotDatabase, services: Services, search: SearchService
) -> None:
    link = await make(bot, "forest.mp4", listed=False)
    assert await ask(services, "forest") == []
    await bot.links.describe(link.code, Cause("query:1"), listed=True)
    assert await ask(services, "forest") == [link.code]
    await bot.links.describe(link.code, Cause("query:2"), title="Meadow", tags=("green",))
    assert await ask(services, "meadow") == await ask(services, "green") == await ask(services, "forest") == [link.code]
    await bot.links.revoke(link.code, 1, Cause("query:3"), NOW)
    assert await ask(services, "meadow") == await ask(services, "") == []
    await bot.links.restore(link.code, 1, Cause("query:4"), NOW)
    assert await ask(services, "meadow") == await ask(services, "") == [link.code]
    await bot.links.describe(link.code, Cause("query:5"), listed=False)
    assert await ask(services, "meadow") == []


async def test_a_link_revoked_behind_our_back_is_not_shown(
    bot: BotDatabase, services: Services, search: SearchService, database: Database
) -> None:
    """Not by the catalogue alone: what it has is looked up again before it is shown."""
    link = await make(bot, "forest.mp4")
    assert await ask(services, "forest") == [link.code]
    await raw(database)["links"].update_one({"code": link.code}, {"$set": {"revoked_at": NOW}})
    assert await ask(services, "forest") == []


async def test_what_expired_or_is_used_up_is_not_shown(
    bot: BotDatabase, services: Services, search: SearchService, clock: StillClock
) -> None:
    brief = await make(bot, "forest one.mp4", expires_at=NOW + timedelta(hours=1))
    few = await make(bot, "forest two.mp4", use_limit=1)
    assert set(await ask(services, "forest")) == {brief.code, few.code}
    await services.links.open(few.code, by=11, cause=Cause("message:11:1"))
    assert await ask(services, "forest") == [brief.code]
    clock.move(timedelta(hours=2))
    assert await ask(services, "forest") == []


async def test_pages_are_turned_by_the_name_of_what_was_asked(bot: BotDatabase, search: SearchService) -> None:
    made = {(await make(bot, f"forest {number}.mp4")).code for number in range(5)}
    words = "forest " + "and much more " * 15
    first = await search.ask(words, size=2)
    assert first.name
    assert len(f"found:{first.name}:{first.after}") <= 64
    second = await search.turn(first.name, first.after or 0, size=2)
    third = await search.turn(first.name, second.after or 0, size=2)
    assert set(codes(first) + codes(second) + codes(third)) == made
    assert (first.first, second.first, third.first, third.after) == (0, 2, 4, None)
    assert codes(await search.turn(first.name, 150, size=2)) == codes(first)
    assert (await search.ask(words, size=2)).name == first.name
    with pytest.raises(UserError, match="search-forgotten"):
        await search.turn("0" * 22, 2, size=2)


async def test_a_page_is_full_although_some_of_it_was_closed(
    bot: BotDatabase, search: SearchService, clock: StillClock
) -> None:
    ends = NOW + timedelta(hours=1)
    made = [await make(bot, f"forest {number}.mp4", expires_at=None if number % 2 else ends) for number in range(10)]
    kept = {link.code for link in made if link.expires_at is None}
    clock.move(timedelta(hours=2))
    found = await search.ask("forest", size=4)
    assert len(found.links) == 4
    assert set(codes(found)) <= kept
    assert found.after == 4


async def test_what_is_used_most_comes_first(bot: BotDatabase, services: Services, search: SearchService) -> None:
    links = [await make(bot, f"forest {number}.mp4") for number in range(3)]
    await bot.listings.tally({links[1].code: 5, links[0].code: 2}, NOW)
    assert await ask(services, "") == [links[1].code, links[0].code, links[2].code]


async def test_nothing_is_answered_before_everything_was_read(bot: BotDatabase, services: Services) -> None:
    await make(bot, "forest.mp4")
    with pytest.raises(TryLater):
        await services.search.ask("forest", size=8)
    with pytest.raises(TryLater):
        await services.search.glance("forest", 0, size=8)
    await services.search.keep_up()
    assert len(codes(await services.search.glance("forest", 0, size=8))) == 1


async def test_what_has_no_word_in_it_asks_for_what_is_opened_most(bot: BotDatabase, search: SearchService) -> None:
    link = await make(bot, "forest.mp4")
    for text in ("🙂", " ?! ", "\u202e"):
        found = await search.ask(text, size=8)
        assert (found.text, codes(found)) == ("", [link.code])


async def test_half_characters_and_line_breaks_ask_for_what_is_left(bot: BotDatabase, search: SearchService) -> None:
    link = await make(bot, "forest.mp4")
    found = await search.ask("\ud83d for\nest\udc00 ", size=8)
    assert found.text == "for est"
    assert codes(found) == [link.code]
    assert codes(await search.ask("x" * 5_000, size=8)) == []


async def test_a_search_cut_off_is_asked_again(bot: BotDatabase, services: Services, search: SearchService) -> None:
    made = {(await make(bot, "forest.mp4")).code for _ in range(2)}
    with cut_at_write(0, applied=True) as writes, pytest.raises(Cut):
        await search.ask("forest", size=1)
    assert writes == ["queries.update_one"]
    first = await search.ask("forest", size=1)
    assert set(codes(first) + codes(await search.turn(first.name or "", 1, size=1))) == made
    with cut_at_write(0, applied=False) as writes:
        await search.ask("forest", size=8)
    assert writes == [], "what has one page is not remembered"


async def test_new_links_are_listed_where_the_settings_say_so(
    bot: BotDatabase, services: Services, search: SearchService
) -> None:
    quiet = await services.files.store([upload(1, "AgAD1", name="forest one.mp4")], by=OWNER, cause=message(1))
    await services.settings.put("list_new_links", True, by=OWNER, cause=message(2))
    loud = await services.files.store([upload(3, "AgAD3", name="forest two.mp4")], by=OWNER, cause=message(3))
    assert await ask(services, "forest") == [loud.link.code]
    another = await services.files.another_link(loud.link.code, by=OWNER, cause=message(4))
    assert await ask(services, "forest") == [loud.link.code], "the same content is offered once"
    assert {quiet.link.listed, another.listed} == {False}


async def test_bots_find_their_own_links_only(
    bot: BotDatabase, services: Services, search: SearchService, database: Database
) -> None:
    await raw(database)["links"].insert_one({"_id": "8:x", "bot_id": 8, "listed": True, "title": "forest"})
    assert await ask(services, "forest") == []
