"""Deliveries as they are counted, and what /stats says: exact through cuts and replays, days as the owner has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from database.bots import BotDatabase
from database.button_clicks import ButtonClick
from database.cause import Cause
from database.links import Link
from database.task import Status, Task
from database.users import Profile
from services.errors import UserError
from services.registry import Services
from services.stats import DAYS, FRESH, TOP
from services.tallies import BEHIND, EVERY
from tests.database.mongo import NOW, Cut, StillClock, cut_at_write
from tests.services.channel import OWNER, message
from tests.services.test_search import make

MINUTE = timedelta(minutes=1)


async def opened(bot: BotDatabase, services: Services, link: Link, number: int, times: int = 1) -> None:
    """Somebody opens a link so many times, each for a cause of its own."""
    for each in range(times):
        await services.links.open(link.code, by=number, cause=Cause(f"message:{number}:{each}"))


async def test_deliveries_are_counted_once_by_link_and_day(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    one, other = await make(bot), await make(bot)
    await opened(bot, services, one, 11, 3)
    await opened(bot, services, one, 11, 3)  # replays
    clock.move(timedelta(days=1))
    await opened(bot, services, other, 12, 2)
    figures = await services.stats.figures()
    assert figures.deliveries == 5
    assert [day.deliveries for day in figures.days[-3:]] == [0, 3, 2]
    assert [(each.link.code, each.deliveries) for each in figures.top] == [(one.code, 3), (other.code, 2)]
    assert (len(figures.days), figures.today.date) == (DAYS, date(2026, 3, 2))


async def test_tallying_changes_no_number(bot: BotDatabase, services: Services, clock: StillClock) -> None:
    links = [await make(bot) for _ in range(3)]
    for step in range(12):
        await opened(bot, services, links[step % 3], 20 + step, 1 + step % 2)
        clock.move(timedelta(minutes=7))
        before = (await services.stats.figures()).deliveries
        await services.tallies.keep_up()
        clock.move(FRESH)
        assert (await services.stats.figures()).deliveries == before
    clock.move(BEHIND + EVERY)
    figures = await services.stats.figures()
    assert figures.deliveries == 18 == sum((await bot.tallies.since(NOW - timedelta(days=1))).values())
    assert sorted(each.deliveries for each in figures.top) == [4, 6, 8] or sum(e.deliveries for e in figures.top) == 18
    assert await bot.listings.used([link.code for link in links]) == {e.link.code: e.deliveries for e in figures.top}


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("write", range(4))
async def test_a_tally_cut_off_counts_once(
    bot: BotDatabase, services: Services, clock: StillClock, *, write: int, applied: bool
) -> None:
    links = [await make(bot) for _ in range(2)]
    await opened(bot, services, links[0], 11, 3)
    clock.move(timedelta(minutes=20))
    await opened(bot, services, links[1], 12, 2)
    clock.move(timedelta(minutes=20))
    with cut_at_write(write, applied=applied) as writes, pytest.raises(Cut):
        await services.tallies.keep_up()
    assert len(writes) == write + 1
    await opened(bot, services, links[0], 13)
    clock.move(timedelta(minutes=20))
    await services.tallies.keep_up()
    figures = await services.stats.figures()
    assert figures.deliveries == await bot.tallies.total() == 6
    assert [each.deliveries for each in figures.top] == [4, 2]


async def test_control_a_window_that_is_not_kept_counts_twice(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    """The control: it is the moment beside each number that keeps a repeated window from being counted again."""
    link = await make(bot)
    await bot.listings.tally({link.code: 3}, NOW)
    await bot.listings.tally({link.code: 3}, NOW)
    assert await bot.listings.used([link.code]) == {link.code: 3}
    await bot.listings.tally({link.code: 3}, NOW + MINUTE)
    assert await bot.listings.used([link.code]) == {link.code: 6}


async def test_what_lay_about_for_days_is_counted_in_one_go(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    link = await make(bot)
    for day in range(5):
        await opened(bot, services, link, 30 + day)
        clock.move(timedelta(days=1))
    due = await services.tallies.keep_up()
    assert due == clock.now() + EVERY
    assert await bot.tallies.total() == 5


async def test_what_did_not_arrive_is_no_delivery(bot: BotDatabase, services: Services) -> None:
    link = await make(bot, "one.txt", "two.txt")
    one, two = (item.unique_id for item in link.items)
    for number in range(4):
        await opened(bot, services, link, 40 + number)
    await services.stats.missed(link.code, Cause("message:40:0"), [one, two], nothing=True)
    await services.stats.missed(link.code, Cause("message:41:0"), [two], nothing=False)
    assert (await services.stats.figures()).deliveries == 3
    assert await services.stats.of_files([one, two, "AgAD-unknown"]) == {one: 3, two: 2, "AgAD-unknown": 0}


async def test_a_file_is_counted_over_all_its_links(bot: BotDatabase, services: Services, clock: StillClock) -> None:
    link = await make(bot, "one.txt")
    another = await services.files.another_link(link.code, by=OWNER, cause=message(5))
    await opened(bot, services, link, 11, 2)
    clock.move(timedelta(minutes=10))
    await services.tallies.keep_up()
    await opened(bot, services, another, 12, 3)
    [file] = link.items
    assert await services.stats.of_files([file.unique_id]) == {file.unique_id: 5}


async def test_a_refused_link_is_no_delivery(bot: BotDatabase, services: Services) -> None:
    link = await make(bot, use_limit=1)
    await opened(bot, services, link, 11)
    with pytest.raises(UserError):
        await opened(bot, services, link, 12)
    assert (await services.stats.figures()).deliveries == 1


async def test_people_are_counted_by_when_they_came_and_wrote(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    for person, days_ago in enumerate((40, 29, 6, 6, 1, 0)):
        await bot.users.seen(Profile(100 + person), NOW - timedelta(days=days_ago))
    await bot.users.seen(Profile(100), NOW)
    await bot.users.bring([900, 901], NOW)
    figures = await services.stats.figures()
    assert (figures.users, figures.active_today, figures.active_week) == (8, 2, 5)
    assert {day.date.isoformat(): day.new_users for day in figures.days if day.new_users} == {
        "2026-01-31": 1, "2026-02-23": 2, "2026-02-28": 1, "2026-03-01": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "first", "second"), [("UTC", 2, 0), ("Asia/Tashkent", 1, 1), ("Asia/Kathmandu", 1, 1)]
)
async def test_days_begin_in_the_bots_time_zone(
    bot: BotDatabase, services: Services, clock: StillClock, zone: str, first: int, second: int
) -> None:
    await services.settings.put("timezone", zone, by=OWNER, cause=message(1))
    link = await make(bot)
    await opened(bot, services, link, 11)  # noon
    clock.move(datetime(2026, 3, 1, 23, 0, tzinfo=UTC) - NOW)
    await opened(bot, services, link, 12)
    figures = await services.stats.figures()
    by_date = {day.date: day.deliveries for day in figures.days}
    assert (by_date.get(date(2026, 3, 1), 0), by_date.get(date(2026, 3, 2), 0)) == (first, second)


async def test_files_links_and_bytes_are_added_up(bot: BotDatabase, services: Services) -> None:
    await make(bot, "one.txt", "two.txt")
    await make(bot, "three.txt", listed=False)
    figures = await services.stats.figures()
    assert (figures.files, figures.stored_bytes, figures.links, figures.listed) == (3, 30, 2, 1)


async def test_ten_links_are_named_at_most(bot: BotDatabase, services: Services) -> None:
    links = [await make(bot) for _ in range(TOP + 3)]
    for number, link in enumerate(links):
        await opened(bot, services, link, number, number)
    figures = await services.stats.figures()
    assert [each.deliveries for each in figures.top] == list(range(TOP + 2, 2, -1))
    assert figures.top[0].file


async def test_numbers_are_a_minute_old_at_most(bot: BotDatabase, services: Services, clock: StillClock) -> None:
    link = await make(bot)
    assert (await services.stats.figures()).deliveries == 0
    await opened(bot, services, link, 11)
    clock.move(FRESH - timedelta(seconds=1))
    assert (await services.stats.figures()).deliveries == 0
    clock.move(timedelta(seconds=1))
    assert (await services.stats.figures()).deliveries == 1


async def test_an_empty_store_has_numbers_too(services: Services) -> None:
    figures = await services.stats.figures()
    assert (figures.users, figures.deliveries, figures.stored_bytes, figures.top) == (0, 0, 0, ())


async def test_steps_of_sequences_and_presses_are_counted_by_state_button_and_day(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    await services.settings.put("timezone", "Asia/Tashkent", by=OWNER, cause=message(1))
    ends = [(Status.SENT, 0), (Status.SENT, 26), (Status.SKIPPED, 26), (Status.FAILED, 1), (Status.PENDING, 0)]
    yesterday = ({"joined": 1, "more": 1}, {Status.SENT: 1, Status.SKIPPED: 1})
    for number, (status, hours) in enumerate(ends):
        done = None if status is Status.PENDING else NOW - timedelta(hours=hours)
        await bot.tasks.add([Task(number, "welcome", "first", "hello", NOW, status, done_at=done)])
    await bot.tasks.add([Task(9, "welcome", "test", "hello", NOW, Status.SENT, done_at=NOW, is_test=True)])
    presses = [("joined", 0), ("joined", 26), ("more", 27), ("joined", 24 * 40)]
    await bot.button_clicks.add(
        [
            ButtonClick(11, name, NOW - timedelta(hours=hours), Cause(f"query:{number}"))
            for number, (name, hours) in enumerate(presses)
        ]
    )
    figures = await services.stats.figures()
    assert figures.tasks == {Status.SENT: 2, Status.SKIPPED: 1, Status.FAILED: 1, Status.PENDING: 1}, "tests are none"
    assert (figures.presses, figures.clicks) == (4, {"joined": 3, "more": 1})
    today = ({"joined": 1}, {Status.SENT: 1, Status.FAILED: 1})
    assert [(day.clicks, day.steps) for day in figures.days[-3:]] == [({}, {}), yesterday, today]
    assert figures.today.presses == 1

    assert await bot.button_clicks.add([ButtonClick(11, "late", NOW, Cause("query:9"))])
    clock.move(FRESH)
    figures = await services.stats.figures()
    today[0]["late"] = 1
    assert [(day.clicks, day.steps) for day in figures.days[-3:]] == [({}, {}), yesterday, today], (
        "of today what is new"
    )
