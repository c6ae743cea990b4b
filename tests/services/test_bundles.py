"""A bundle comes to be once, in order, whatever is cut off on the way and whatever is gone by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.files import ProcessedCopy
from database.link import Link
from services import bundles
from services.bundles import COUNTED_AFTER, News, Stage
from services.errors import TryLater, UserError
from services.imports import PostsRead
from services.registry import Services
from tests.database.mongo import Cut, StillClock, cut_at_write
from tests.services.channel import OWNER, STORAGE, Channel, make_services, message, upload

CODE = "c" * 22
TOLD = 77


class Posts:
    """Posts of the storage channel: a file each, but for those without one and those that are gone."""

    def __init__(
        self, others: Sequence[int] = (), absent: Sequence[int] = (), albums: Sequence[range] = ()
    ) -> None:  # fmt: skip
        self.others, self.absent = set(others), set(absent)
        self.groups = {number: album.start for album in albums for number in album}
        self.calls: list[tuple[int, int]] = []

    async def __call__(self, chat: int, numbers: Sequence[int]) -> PostsRead:
        assert chat == STORAGE
        self.calls.append((numbers[0], len(numbers)))
        there = [number for number in numbers if number not in self.absent]
        files = [
            upload(number, f"u{number}", chat_id=chat, group_id=self.groups.get(number))
            for number in there
            if number not in self.others
        ]
        return PostsRead(files, len(there) - len(files))


async def no_posts(_: int, __: Sequence[int]) -> PostsRead:
    raise AssertionError("nothing is to be read")


async def collect(services: Services, *numbers: int, group: int | None = None, content: str = "") -> None:
    for number in numbers:
        file = upload(number, content or f"u{number}", group_id=group, size=1)
        await services.bundles.collect(CODE, file, by=OWNER)


async def work(services: Services, read: Any = no_posts, epoch: int = 1) -> list[News]:
    """Do what is to be done, step by step."""
    news: list[News] = []
    while bundle := await services.bundles.claim(epoch):
        news.append(await services.bundles.work(bundle, read))
        await services.bundles.written(news[-1], epoch)
    return news


async def made(services: Services) -> Link:
    """Let the link be made."""
    await services.bundles.make(CODE, TOLD)
    last = (await work(services))[-1]
    assert last.link, last.refusal
    return last.link


async def test_files_are_kept_in_the_order_of_their_messages(services: Services, channel: Channel) -> None:
    await collect(services, 7, 5)
    await collect(services, 8, 9, group=3)
    await collect(services, 5, 7)
    link = await made(services)
    assert link.kind is LinkKind.BUNDLE
    assert link.code[0] == "b"
    assert [(item.unique_id, item.group) for item in link.items] == [("u5", None), ("u7", None), ("u8", 1), ("u9", 1)]
    assert channel.calls == 1
    assert (await services.links.open(link.code, by=11, cause=message(1, 11))).items == link.items


async def test_undo_takes_the_last_file_or_album_back_once(services: Services) -> None:
    await collect(services, 5, 6)
    await collect(services, 7, 8, group=3)
    for _ in range(2):
        assert await services.bundles.undo(CODE, by=OWNER, cause=Cause("query:1")) == 2
    assert await services.bundles.undo(CODE, by=OWNER, cause=Cause("query:2")) == 1
    await collect(services, 6)
    assert await services.bundles.ready(CODE) == 1, "an update that comes again brings nothing back"
    assert await services.bundles.undo(CODE, by=OWNER, cause=Cause("query:3")) == 0
    with pytest.raises(UserError, match="bundle-empty"):
        await services.bundles.undo(CODE, by=OWNER, cause=Cause("query:4"))
    with pytest.raises(UserError, match="bundle-empty"):
        await services.bundles.ready(CODE)


async def test_the_count_is_told_a_second_later_for_all_that_came(services: Services, clock: StillClock) -> None:
    await collect(services, 5, 6, 7)
    assert await work(services) == []
    assert await services.bundles.next_due() == clock.now() + COUNTED_AFTER
    clock.move(COUNTED_AFTER)
    [news] = await work(services)
    assert (news.stage, news.done) == (Stage.COLLECTING, 3)
    clock.move(COUNTED_AFTER)
    assert await work(services) == []
    await collect(services, 8)
    clock.move(COUNTED_AFTER)
    [news] = await work(services)
    assert news.done == 4


async def test_what_comes_while_the_count_is_told_is_told_as_well(services: Services, clock: StillClock) -> None:
    await collect(services, 5)
    clock.move(COUNTED_AFTER)
    bundle = await services.bundles.claim(1)
    assert bundle
    news = await services.bundles.work(bundle, no_posts)
    await collect(services, 6)
    await services.bundles.written(news, 1)
    clock.move(COUNTED_AFTER)
    assert [each.done for each in await work(services)] == [2]


async def test_a_full_bundle_takes_no_more_and_knows_what_it_has(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "MOST_FILES", 3)
    await collect(services, 5, 6, 7, 5)
    with pytest.raises(UserError, match="bundle-full"):
        await collect(services, 8)
    assert await services.bundles.ready(CODE) == 3


async def test_it_is_copied_in_calls_that_cut_no_album(
    services: Services, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "COPIED_PER_CALL", 4)
    await collect(services, 1, 2)
    await collect(services, 3, 4, 5, group=1)
    await collect(services, 6, 7, group=2)
    link = await made(services)
    assert [len(call) for call in _calls_of(channel)] == [2, 3, 2]
    assert [item.unique_id for item in link.items] == [f"u{number}" for number in range(1, 8)]
    assert [item.group for item in link.items] == [None, None, 1, 1, 1, 2, 2]


def _calls_of(channel: Channel) -> list[list[int]]:
    calls: dict[Cause, list[int]] = {}
    for _, cause, place in channel.copies:
        calls.setdefault(cause, []).append(place)
    return list(calls.values())


async def test_what_is_in_the_storage_channel_already_is_not_copied(services: Services, channel: Channel) -> None:
    stored = await services.files.store([upload(1, "u6")], by=OWNER, cause=message(1))
    await collect(services, 5, 6)
    link = await made(services)
    assert len(channel.copies) == 2
    assert link.items[1].message_id == stored.link.items[0].message_id


async def test_each_cut_leads_to_the_same_link(bot: BotDatabase, clock: StillClock) -> None:
    number, cut = 0, True
    while cut:
        cut = False
        for applied in (False, True):
            cut |= await _make_with_a_cut(bot, clock, number, applied=applied)
        number += 1
    assert number > 8, "many writes were cut"


async def _make_with_a_cut(bot: BotDatabase, clock: StillClock, number: int, *, applied: bool) -> bool:
    """Make a bundle of its own whose work is cut at a write; returns whether there was that write."""
    channel = Channel()
    services = make_services(bot, clock, channel)
    code = f"{number}{applied}"
    for place in (1, 2, 3):
        await services.bundles.collect(code, upload(place, f"{code}{place}"), by=OWNER)
    with cut_at_write(number, applied=applied) as begun:
        try:
            await services.bundles.make(code, TOLD)
            await work(services)
        except Cut:
            pass
        was_cut = len(begun) > number
    await services.bundles.make(code, TOLD)
    clock.move(timedelta(minutes=5))
    await work(make_services(bot, clock, channel), epoch=2)
    found = [link for link in await bot.links.page(None, 99) if link.items[0].unique_id == f"{code}1"]
    assert len(found) == 1
    assert [item.unique_id for item in found[0].items] == [f"{code}{place}" for place in (1, 2, 3)]
    assert len(channel.copies) == 3
    return was_cut


async def test_messages_that_are_gone_are_left_out_and_counted(services: Services, channel: Channel) -> None:
    await collect(services, 5, 6, 7)
    channel.gone = {6}
    await services.bundles.make(CODE, TOLD)
    last = (await work(services))[-1]
    assert last.link
    assert (last.done, last.missing) == (2, 1)
    assert [item.unique_id for item in last.link.items] == ["u5", "u7"]


async def test_what_was_refused_can_be_tried_again_by_its_maker(services: Services, channel: Channel) -> None:
    await collect(services, 5)
    assert await services.bundles.again(CODE, TOLD, by=OWNER) == 0, "it was not refused"
    channel.refuses = UserError("storage-failed")
    await services.bundles.make(CODE, TOLD)
    last = (await work(services))[-1]
    assert last.refusal
    assert last.refusal.key == "storage-failed"
    channel.refuses = None
    assert await services.bundles.again(CODE, TOLD, by=OWNER + 1) == 0
    assert await services.bundles.again(CODE, TOLD, by=OWNER) == 1
    assert (await work(services))[-1].link


async def test_all_that_is_gone_makes_no_link(services: Services, channel: Channel) -> None:
    await collect(services, 5)
    channel.gone = {5}
    await services.bundles.make(CODE, TOLD)
    last = (await work(services))[-1]
    assert last.refusal
    assert last.refusal.key == "bundle-gone"


async def test_a_wait_puts_off_this_bundle_alone(services: Services, channel: Channel, clock: StillClock) -> None:
    await collect(services, 5)
    channel.refuses = TryLater(30, "flood")
    await services.bundles.make(CODE, TOLD)
    await services.bundles.claim(1)
    clock.move(timedelta(seconds=2))
    bundle = await services.bundles.claim(1)
    assert bundle
    await services.bundles.written(await services.bundles.work(bundle, no_posts), 1)
    bundle = await services.bundles.claim(1)
    assert bundle
    with pytest.raises(TryLater):
        await services.bundles.work(bundle, no_posts)
    await services.bundles.postponed(bundle, 1, 30)
    assert await services.bundles.next_due() == clock.now() + timedelta(seconds=30)


async def test_who_lost_the_lease_writes_nothing(services: Services, clock: StillClock) -> None:
    await collect(services, 5)
    await services.bundles.make(CODE, TOLD)
    old = await services.bundles.claim(1)
    assert old
    stale = await services.bundles.work(old, no_posts)
    clock.move(timedelta(seconds=5))
    new = await services.bundles.claim(2)
    assert new
    await services.bundles.written(stale, 1)
    assert (await services.bundles.next_due()) == clock.now() + timedelta(seconds=4)


async def test_who_lost_the_lease_changes_no_place_of_what_another_process_has_copied(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await collect(services, 5)
    await services.bundles.make(CODE, TOLD)
    old = await services.bundles.claim(1)
    assert old
    clock.move(timedelta(seconds=5))
    for _ in range(2):
        new = await services.bundles.claim(2)
        assert new
        await services.bundles.written(await services.bundles.work(new, no_posts), 2)
    await services.bundles.work(old, no_posts)  # plans, as nothing was copied when it had the lease
    [item] = await bot.bundles.items.all(CODE)
    assert item.stored_id
    await bot.bundles.items.place(CODE, {5: None}, 1)
    assert await bot.bundles.items.all(CODE) == [item]
    await bot.bundles.items.place(CODE, {5: None}, 3)
    [changed] = await bot.bundles.items.all(CODE)
    assert changed.stored_id is None, "the control: the newest may"
    assert (await work(services, epoch=3))[-1].refusal


# Posts of the storage channel


async def found(services: Services, first: int, last: int, posts: Posts) -> News:
    await services.bundles.read(CODE, first, last, by=OWNER)
    return (await work(services, posts))[-1]


@pytest.mark.parametrize("ends", [(10, 509), (509, 10)])
async def test_posts_are_read_in_calls_of_two_hundred_whichever_end_is_named_first(
    services: Services, ends: tuple[int, int], channel: Channel
) -> None:
    posts = Posts(others=range(20, 30), absent=[10, 509])
    news = await found(services, *ends, posts)
    assert posts.calls == [(10, 200), (210, 200), (410, 100)]
    assert (news.stage, news.done, news.others, news.missing) == (Stage.FOUND, 488, 10, 2)
    link = await made(services)
    assert [item.message_id for item in link.items] == [n for n in range(11, 509) if n not in range(20, 30)]
    assert channel.calls == 0, "they stay where they are"


@pytest.mark.parametrize(
    ("last", "posts", "key"),
    [(1_010, Posts(), "range-too-many"), (30, Posts(others=range(10, 40)), "range-empty")],
)
async def test_what_makes_no_bundle_is_refused(services: Services, last: int, posts: Posts, key: str) -> None:
    news = await found(services, 10, last, posts)
    assert news.refusal
    assert news.refusal.key == key
    assert await services.bundles.again(CODE, TOLD, by=OWNER) == 0


@pytest.mark.parametrize(("first", "last"), [(20, 30), (15, 39), (11, 35), (25, 25)])
async def test_albums_at_the_ends_are_taken_whole_whichever_of_their_posts_is_named(
    services: Services, first: int, last: int
) -> None:
    posts = Posts(absent=[24], albums=[range(11, 21), range(25, 26), range(30, 40)])
    inside = first == last
    news = await found(services, first, last, posts)
    link = await made(services)
    wanted = [25] if inside else [number for number in range(11, 40) if number != 24]
    assert [item.message_id for item in link.items] == wanted
    assert (news.done, news.missing) == (len(wanted), 0 if inside else 1)


async def test_an_album_named_by_one_of_its_posts_twice_is_taken_whole(services: Services) -> None:
    posts = Posts(albums=[range(3, 8)])
    assert (await found(services, 5, 5, posts)).done == 5
    assert [item.message_id for item in (await made(services)).items] == [3, 4, 5, 6, 7]


async def test_a_processed_copy_is_no_file_of_its_own_beside_the_post_it_was_made_of(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.files.add([upload(n, f"u{n}").stored(STORAGE, n, by=OWNER, now=clock.now()) for n in (12, 13)])
    for stored, copies in ((12, (14, 16)), (13, (15,))):
        for copy in copies:
            made_anew = ProcessedCopy(STORAGE, copy, "r", f"u{copy}", "n", clock.now() + timedelta(seconds=copy))
            await bot.files.set_processed(f"u{stored}", made_anew)
    assert (await found(services, 12, 17, Posts(absent=[13]))).done == 3
    link = await made(services)
    assert [item.message_id for item in link.items] == [12, 15, 17], "where the post is gone, its copy is the file"
    opened = await services.links.open(link.code, by=11, cause=message(1, 11))
    assert [item.message_id for item in opened.items] == [16, 15, 17]


async def test_a_copy_is_known_also_where_its_post_was_read_long_before(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.files.add([upload(1, "u1").stored(STORAGE, 1, by=OWNER, now=clock.now())])
    await bot.files.set_processed("u1", ProcessedCopy(STORAGE, 450, "r", "u450", "n", clock.now()))
    assert (await found(services, 1, 500, Posts())).done == 499


async def test_a_thousand_files_are_no_more_than_that(services: Services) -> None:
    assert (await found(services, 10, 1_009, Posts())).done == 1_000


async def test_ends_too_far_apart_are_refused_before_anything_is_read(services: Services) -> None:
    with pytest.raises(UserError, match="range-too-wide"):
        await services.bundles.read(CODE, 1, bundles.WIDEST + 1, by=OWNER)
    assert await work(services) == []


async def test_a_reading_goes_on_where_it_was_cut_off(services: Services, clock: StillClock) -> None:
    posts = Posts()
    await services.bundles.read(CODE, 1, 600, by=OWNER)
    bundle = await services.bundles.claim(1)
    assert bundle
    await services.bundles.written(await services.bundles.work(bundle, posts), 1)
    bundle = await services.bundles.claim(1)
    assert bundle
    await services.bundles.work(bundle, posts)
    clock.move(timedelta(seconds=10))
    news = await work(services, posts, epoch=2)
    assert posts.calls == [(1, 200), (201, 200), (201, 200), (401, 200)]
    assert news[-1].done == 600


async def test_how_far_it_is_is_told_every_few_seconds(services: Services, clock: StillClock) -> None:
    posts = Posts(others=range(1, 2_000))
    await services.bundles.read(CODE, 1, 2_000, by=OWNER)
    told: list[tuple[int, int]] = []
    while bundle := await services.bundles.claim(1):
        news = await services.bundles.work(bundle, posts)
        if news.worth_telling and news.stage is Stage.READING:
            told.append((news.done, news.total))
        clock.move(timedelta(seconds=1))
        await services.bundles.written(news, 1)
        clock.move(timedelta(milliseconds=1))
    assert told == [(800, 2_000), (1_600, 2_000)]
