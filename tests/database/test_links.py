"""Links and their uses: each use once per cause, never beyond the limit, through concurrency and cuts."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind, is_code, new_code
from database.connection import Database
from database.links import Link, LinkItem, NewLink
from tests.database.mongo import NOW, Cut, bot_of, cut_at_write, raw

READER = 11
ITEMS = (LinkItem("AgAD1", 5), LinkItem("AgAD2", 6, 1), LinkItem("AgAD3", 7, 1))


def a_link(**values: Any) -> NewLink:
    fields: dict[str, object] = {
        "kind": LinkKind.ALBUM,
        "items": ITEMS,
        "storage_chat": -1005,
        "content": "c1",
        **values,
    }
    return NewLink(**fields)  # type: ignore[arg-type]  # of several types


async def make(bot: BotDatabase, cause: str = "message:1:1", **values: Any) -> Link:
    return await bot.links.create(a_link(**values), by=1, cause=Cause(cause), now=NOW)


async def use(bot: BotDatabase, link: Link, number: int | str, now: datetime = NOW) -> Link | None:
    """Open a link as it is at that moment; returns it, None when it is refused."""
    found = await bot.links.get(link.code)
    return found if found and await bot.links.use(found, READER, Cause(f"message:11:{number}"), now) else None


async def test_a_link_is_kept_as_it_was_made(bot: BotDatabase) -> None:
    made = await make(bot, use_limit=3, expires_at=NOW + timedelta(days=1), protect=True)
    assert is_code(made.code)
    assert made.code.startswith("a")
    assert made.items == ITEMS
    assert await bot.links.get(made.code) == made


async def test_a_link_is_described_once_per_cause(bot: BotDatabase) -> None:
    made = await make(bot, title="Holiday", tags=("sea",))
    assert (made.title, made.tags, made.listed) == ("Holiday", ("sea",), False)
    shown = await bot.links.describe(made.code, Cause("query:1"), title="Summer", listed=True)
    assert shown
    assert (shown.title, shown.tags, shown.listed) == ("Summer", ("sea",), True)
    await bot.links.describe(made.code, Cause("query:2"), title="", tags=("sun", "sand"), listed=False)
    again = await bot.links.describe(made.code, Cause("query:1"), title="Summer", listed=True)
    assert again == await bot.links.get(made.code)
    assert again
    assert (again.title, again.tags, again.listed) == (None, ("sun", "sand"), False)
    assert await bot.links.describe("fAAAAAAAAAAAAAAAAAAAAAA", Cause("query:3"), listed=True) is None


async def test_a_link_of_an_older_version_is_not_listed(bot: BotDatabase, database: Database) -> None:
    made = await make(bot)
    await raw(database)["links"].update_one({"code": made.code}, {"$unset": {"title": "", "tags": "", "listed": ""}})
    assert await bot.links.get(made.code) == made


async def test_the_same_cause_makes_one_link(bot: BotDatabase) -> None:
    links = await asyncio.gather(*(make(bot) for _ in range(20)))
    assert len({link.code for link in links}) == 1
    assert await bot.links.count() == 1
    assert (await make(bot, "message:1:2")).code != links[0].code


async def test_bots_do_not_know_each_others_links(bot: BotDatabase, other_bot: BotDatabase) -> None:
    link = await make(bot)
    assert await other_bot.links.get(link.code) is None
    assert await use(other_bot, link, 1) is None
    other = await make(other_bot)
    assert other.code != link.code
    assert await bot.links.count() == await other_bot.links.count() == 1


async def test_a_use_is_counted_once_per_cause(bot: BotDatabase) -> None:
    link = await make(bot)
    assert await use(bot, link, 1) == link
    assert await use(bot, link, 1) == link
    assert await use(bot, link, 2) == link
    assert await bot.links.uses(link.code) == 2


async def test_uses_of_one_link_are_not_those_of_another(bot: BotDatabase) -> None:
    first, second = await make(bot, "message:1:1"), await make(bot, "message:1:2", use_limit=1)
    assert await use(bot, first, 1)
    assert await use(bot, second, 1)
    assert await bot.links.uses(first.code) == await bot.links.uses(second.code) == 1


async def test_fifty_readers_share_ten_uses_exactly(bot: BotDatabase) -> None:
    link = await make(bot, use_limit=10)
    # Each twice at once, as an update that is delivered twice.
    answers = await asyncio.gather(*(use(bot, link, number % 50) for number in range(100)))
    granted = {number % 50 for number, answer in enumerate(answers) if answer}
    assert len(granted) == 10
    assert await bot.links.uses(link.code) == 10
    # Whoever was asked twice was answered the same twice, and is again later.
    for number in range(50):
        assert (answers[number] is None) is (answers[number + 50] is None)
        assert (await use(bot, link, number) is not None) is (number in granted)
    assert await bot.links.uses(link.code) == 10


async def test_without_the_slots_index_the_limit_would_not_hold(bot: BotDatabase, database: Database) -> None:
    """The control: readers who count first and then write share more than there is."""
    link = await make(bot, use_limit=10)
    await raw(database)["uses"].drop_index("bot_id_1_code_1_slot_1")
    answers = await asyncio.gather(*(use(bot, link, number) for number in range(50)))
    assert sum(answer is not None for answer in answers) > 10


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("limit", [None, 1])
async def test_a_use_cut_off_is_counted_once(bot: BotDatabase, *, limit: int | None, applied: bool) -> None:
    link = await make(bot, use_limit=limit)
    with cut_at_write(0, applied=applied) as writes, pytest.raises(Cut):
        await use(bot, link, 1)
    assert writes == ["uses.insert_one"]  # one write: there is no other place to be cut at
    assert await use(bot, link, 1) == link
    assert await use(bot, link, 1) == link
    assert await bot.links.uses(link.code) == 1
    assert (await use(bot, link, 2) is None) is (limit == 1)


async def test_cuts_at_random_leave_exactly_as_many_uses_as_there_are(bot: BotDatabase) -> None:
    link = await make(bot, use_limit=20)

    async def stubborn(number: int) -> bool:
        for _ in range(20):
            try:
                return await use(bot, link, number) is not None
            except Cut:
                continue
        raise AssertionError("cut off too often")

    granted = 0
    for cut in range(0, 40, 4):
        with cut_at_write(cut % 3, applied=cut % 8 == 0):
            answers = await asyncio.gather(*(stubborn(number) for number in range(cut, cut + 4)))
        granted += sum(answers)
    assert granted == 20
    assert await bot.links.uses(link.code) == 20


async def test_a_replay_after_the_end_gets_its_link_again(bot: BotDatabase) -> None:
    link = await make(bot, use_limit=1, expires_at=NOW + timedelta(hours=1))
    assert await use(bot, link, 1)
    assert await use(bot, link, 1)  # used up since
    late = NOW + timedelta(hours=2)
    assert await use(bot, link, 1, late)  # expired since
    assert await use(bot, link, 2, late) is None
    await bot.links.revoke(link.code, 1, Cause("query:1"), late)
    assert await use(bot, link, 1, late)  # revoked since: its first answer may be half out
    assert await use(bot, link, 2, late) is None
    assert await bot.links.uses(link.code) == 1


async def test_control_without_causes_a_replay_is_counted_again(bot: BotDatabase) -> None:
    bot.links.count_replays()
    link = await make(bot, use_limit=2)
    assert [await use(bot, link, 1) is not None for _ in range(3)] == [True, True, False]
    assert await bot.links.uses(link.code) == 2


async def test_a_link_expires_at_its_time(bot: BotDatabase) -> None:
    link = await make(bot, expires_at=NOW + timedelta(hours=1))
    just_before = NOW + timedelta(hours=1) - timedelta(milliseconds=1)
    assert await use(bot, link, 1, just_before)
    assert await use(bot, link, 2, NOW + timedelta(hours=1)) is None
    assert await bot.links.uses(link.code) == 1


async def test_a_revoked_link_is_closed_until_it_is_restored(bot: BotDatabase) -> None:
    link = await make(bot)
    later = NOW + timedelta(minutes=1)
    revoked = await bot.links.revoke(link.code, 1, Cause("query:1"), NOW)
    assert revoked
    assert revoked.revoked_at == NOW
    again = await bot.links.revoke(link.code, 2, Cause("query:2"), later)
    assert again == revoked  # the first revocation stays
    assert await use(bot, link, 1) is None
    restored = await bot.links.restore(link.code, 1, Cause("query:3"), later)
    assert restored == link
    # A press that is delivered again does not close it a second time.
    await bot.links.revoke(link.code, 1, Cause("query:1"), later)
    assert await use(bot, link, 1) == link


async def test_a_code_that_nobody_has_is_refused(bot: BotDatabase) -> None:
    stranger = new_code(LinkKind.FILE)
    assert await bot.links.get(stranger) is None
    assert await bot.links.revoke(stranger, 1, Cause("query:1"), NOW) is None
    assert await bot.links.page(stranger, 5) == []


async def test_the_newest_open_link_of_a_content_is_found(bot: BotDatabase) -> None:
    old = await bot.links.create(a_link(), by=1, cause=Cause("a"), now=NOW)
    new = await bot.links.create(a_link(), by=1, cause=Cause("b"), now=NOW + timedelta(seconds=1))
    one = a_link(use_limit=1)
    used = await bot.links.create(one, by=1, cause=Cause("c"), now=NOW + timedelta(seconds=2))
    now = NOW + timedelta(seconds=3)
    assert await bot.links.newest_of_content("c1", now) == used
    await use(bot, used, 1, now)
    assert await bot.links.newest_of_content("c1", now) == new
    await bot.links.revoke(new.code, 1, Cause("query:1"), now)
    assert await bot.links.newest_of_content("c1", now) == old
    assert await bot.links.newest_of_content("c1", now, storage_chat=-1006) is None
    assert await bot.links.newest_of_content("c2", now) is None
    last = await bot.links.last_of_content("c1")
    assert last == used


async def test_pages_show_every_link_once_the_newest_first(bot: BotDatabase) -> None:
    made = []
    for number in range(7):
        # Two in the same millisecond, so that time alone does not order them.
        now = NOW + timedelta(seconds=number // 2)
        made.append(await bot.links.create(a_link(), by=number % 2, cause=Cause(f"c{number}"), now=now))
    seen: list[Link] = []
    while page := await bot.links.page(seen[-1].code if seen else None, 3):
        seen += page
    assert sorted(link.code for link in seen) == sorted(link.code for link in made)
    assert all(first.created_at >= second.created_at for first, second in pairwise(seen))
    mine = await bot.links.page(None, 10, by=1)
    assert {link.created_by for link in mine} == {1}
    assert len(mine) == await bot.links.count(by=1) == 3


async def test_uses_survive_another_process(bot: BotDatabase, database: Database) -> None:
    link = await make(bot, use_limit=2)
    assert await use(bot, link, 1)
    again = bot_of(database)
    assert await use(again, link, 1)
    assert await use(again, link, 2)
    assert await use(again, link, 3) is None
