"""What /results shows: posts with a word, from what the bot sees and from a public page, whatever that page is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from services import results
from services.errors import UserError
from services.options import DECLARED, BotOptions
from services.registry import ServiceOptions, Services, build_services
from services.required import ChatFacts
from services.results import (
    CLOSED,
    LAST,
    PAGES,
    SEEN,
    ResultPost,
    ResultsService,
    SourceAway,
    contains,
    posts_in,
)
from tests.database.mongo import NOW, StillClock
from tests.services.channel import OWNER, Channel, message

CHAT = -1002200000007
WORD = "Итог"


def post(number: int, text: str = "ИТОГИ дня", at: datetime = NOW) -> ResultPost:
    return ResultPost(number, at, text)


def html_of(posts: Sequence[ResultPost], name: str = "club") -> bytes:
    """A preview page, as Telegram writes one."""
    parts = [
        f'''<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message
        text_not_supported_wrap js-widget_message" data-post="{name}/{each.number}">
        <a class="tgme_widget_message_reply" href="https://t.me/{name}/1"><div class="tgme_widget_message_text
        js-message_reply_text" dir="auto">Итоги, на которые ответили</div></a>
        <time class="message_video_duration js-message_video_duration">0:29</time>
        <div class="tgme_widget_message_text js-message_text" dir="auto">{each.text}</div>
        <div class="tgme_widget_message_footer"><span class="tgme_widget_message_meta">edited
        <a class="tgme_widget_message_date" href="https://t.me/{name}/{each.number}"><time
        datetime="{each.at.isoformat()}" class="time">12:00</time></a></span></div></div></div>'''
        for each in posts
    ]
    return f"<!DOCTYPE html><html><head><title>К</title></head><body><main>{''.join(parts)}</main>".encode()


class Site:
    """Preview pages with twenty posts each, and what was asked of them."""

    def __init__(self) -> None:
        self.posts: list[ResultPost] = []
        self.asked: list[tuple[str, int | None]] = []
        self.away = False

    @property
    def reads(self) -> int:
        """How often it was begun to read them."""
        return sum(before is None for _, before in self.asked)

    async def page(self, name: str, before: int | None) -> bytes:
        self.asked.append((name, before))
        if self.away:
            raise SourceAway("no answer in time")
        older = [each for each in self.posts if before is None or each.number < before]
        return html_of(older[-20:], name)


class Telegram:
    """What the bot sees of the channel."""

    def __init__(self) -> None:
        self.facts = ChatFacts(CHAT, "Club", username="club")
        self.followed: list[int] = []

    async def chat_by_name(self, username: str) -> int | None:
        return CHAT if username.casefold() == "club" else None

    async def chat_facts(self, chat_id: int) -> ChatFacts:
        return self.facts if chat_id == CHAT else ChatFacts(chat_id, "")

    def follow(self, chat_id: int) -> None:
        self.followed.append(chat_id)


class House:
    """The rules with a channel named, its site and its Telegram."""

    def __init__(self, bot: BotDatabase, clock: StillClock, **first: Any) -> None:
        self.site, self.telegram, self.clock = Site(), Telegram(), clock
        options = BotOptions(**{"results_channel": "@Club", "results_word": WORD, **first})
        self.all: Services = build_services(
            bot, clock, Channel(), ServiceOptions(OWNER, first=options, paging=self.site)
        )
        self.rules: ResultsService = self.all.results

    async def numbers(self) -> list[int]:
        return [each.number for each in (await self.rules.shown()).posts]

    async def keep_up(self) -> datetime | None:
        return await self.rules.keep_up(self.telegram)

    async def later(self, **by: float) -> None:
        self.clock.move(timedelta(**by))
        await self.keep_up()

    async def put(self, name: str, value: Any, number: int) -> None:
        await self.all.settings.put(name, value, by=OWNER, cause=message(number))


@pytest.fixture
def house(bot: BotDatabase, clock: StillClock) -> House:
    return House(bot, clock)


# The public page


async def test_the_last_five_posts_with_the_word_are_shown_and_kept(house: House) -> None:
    house.site.posts = [post(n, "Результаты, <b>иТоГи</b> дня" if n % 2 else "Погода") for n in range(1, 31)]
    asked_too_early = await house.rules.shown()
    assert (asked_too_early.is_set, asked_too_early.is_read, asked_too_early.posts) == (True, False, ())
    assert house.rules.came.is_set(), "it is read at once, and not by whoever asked"
    assert house.site.asked == []
    due = await house.keep_up()
    assert await house.numbers() == [29, 27, 25, 23, 21]
    assert due == NOW + timedelta(hours=24)
    await house.later(hours=23)
    assert len(house.site.asked) == 1
    house.site.posts.append(post(31))
    await house.later(hours=1)
    assert await house.numbers() == [31, 29, 27, 25, 23]
    shown = await house.rules.shown()
    assert (shown.base, shown.old, shown.posts[1].text) == ("https://t.me/Club", None, "Результаты, иТоГи дня")


async def test_older_pages_are_read_until_there_are_five(house: House) -> None:
    house.site.posts = [post(n, "итог" if n % 10 == 0 else "x") for n in range(1, 101)]
    await house.keep_up()
    assert await house.numbers() == [100, 90, 80, 70, 60]
    assert [before for _, before in house.site.asked] == [None, 81, 61]


async def test_there_is_an_end_to_looking(house: House) -> None:
    house.site.posts = [post(n, "x") for n in range(1, 1001)]
    await house.keep_up()
    assert len(house.site.asked) == PAGES
    shown = await house.rules.shown()
    assert (shown.is_read, shown.posts) == (True, ())


async def test_a_source_that_is_away_leaves_what_was_read_and_says_how_old_it_is(house: House) -> None:
    house.site.posts = [post(7)]
    await house.keep_up()
    house.site.away = True
    await house.later(hours=24)
    house.clock.move(timedelta(seconds=30))
    shown = await house.rules.shown()
    assert ([each.number for each in shown.posts], shown.old, shown.reason) == ([7], 24 * 3600 + 30, results.AWAY)
    asked = len(house.site.asked)
    await house.keep_up()
    assert len(house.site.asked) == asked, "it is left alone for a minute"
    for _ in range(8):
        await house.later(hours=1)
    assert len(house.site.asked) == asked + 8
    house.site.away = False
    await house.later(hours=1)
    assert (await house.rules.shown()).old is None


async def test_a_page_without_posts_is_no_news(house: House) -> None:
    """Telegram may write its pages another way one day: what was read stays."""
    house.site.posts = [post(7)]
    await house.keep_up()
    house.site.posts = []
    await house.later(hours=24)
    shown = await house.rules.shown()
    assert (len(shown.posts), shown.reason) == (1, results.AWAY)


async def test_with_no_hours_it_is_read_when_somebody_asks_once_a_minute(bot: BotDatabase, clock: StillClock) -> None:
    house = House(bot, clock, results_cache_hours=0)
    house.site.posts = [post(7)]
    await house.keep_up()
    await house.later(hours=5)
    assert house.site.reads == 1
    assert await house.numbers() == [7]
    await house.keep_up()
    assert house.site.reads == 2
    await house.rules.shown()
    await house.keep_up()
    assert house.site.reads == 2


async def test_another_channel_or_word_is_looked_at_at_once_and_the_old_one_is_not_shown(house: House) -> None:
    house.site.posts = [post(7), post(8, "победители")]
    await house.keep_up()
    await house.put("results_word", "ПОБЕД", 1)
    assert await house.numbers() == []
    await house.keep_up()
    assert await house.numbers() == [8]
    await house.put("results_word", None, 2)
    await house.keep_up()
    assert await house.numbers() == [8, 7]
    await house.put("results_channel", None, 3)
    assert not (await house.rules.shown()).is_set
    assert await house.keep_up() is None


# What the bot sees


async def seen(house: House, *posts: ResultPost) -> None:
    for each in posts:
        await house.rules.note(CHAT, ["club"], each)


async def test_an_admin_sees_posts_as_they_come_are_edited_and_deleted(house: House) -> None:
    house.telegram.facts = ChatFacts(CHAT, "Club", username="club", is_admin=True)
    house.site.posts = [post(n) for n in range(1, 4)]
    await house.keep_up()
    assert house.telegram.followed == [CHAT]
    await seen(house, post(10), post(11, "погода"), post(12))
    assert await house.numbers() == [12, 10, 3, 2, 1]
    await seen(house, post(12, "ничего"), post(11, "итоги всё же"), post(3, "правка"))
    assert await house.numbers() == [11, 10, 2, 1], "an edit that takes the word away counts for the page's posts too"
    await house.rules.gone(CHAT, [11, 2])
    assert await house.numbers() == [10, 1]


async def test_an_admin_who_has_seen_enough_needs_no_page(house: House) -> None:
    house.telegram.facts = ChatFacts(CHAT, "Club", username="club", is_admin=True)
    await seen(house, *(post(n) for n in range(LAST)))
    await house.keep_up()
    assert house.site.asked == []
    assert len(await house.numbers()) == LAST


async def test_a_private_channel_is_what_an_admin_sees_and_closed_to_others(
    bot: BotDatabase, clock: StillClock
) -> None:
    house = House(bot, clock, results_channel=str(CHAT))
    house.telegram.facts = ChatFacts(CHAT, "")
    await house.keep_up()
    assert (await house.rules.shown()).reason == CLOSED
    house.telegram.facts = ChatFacts(CHAT, "Club", is_admin=True)
    await house.rules.note(CHAT, [], post(4))
    await house.later(minutes=1)
    shown = await house.rules.shown()
    assert ([each.number for each in shown.posts], shown.base) == ([4], "https://t.me/c/2200000007")
    assert house.site.asked == []
    house.telegram.facts = ChatFacts(CHAT, "")
    await house.later(hours=24)
    shown = await house.rules.shown()
    assert (len(shown.posts), shown.old, shown.reason) == (1, 24 * 3600, CLOSED)


async def test_who_is_no_admin_any_more_goes_by_the_page(house: House) -> None:
    house.telegram.facts = ChatFacts(CHAT, "Club", username="club", is_admin=True)
    house.site.posts = [post(1)]
    await house.keep_up()
    await seen(house, post(2), post(3))
    house.telegram.facts = ChatFacts(CHAT, "Club", username="club")
    house.site.posts = [post(1), post(3)]
    await house.later(hours=24)
    assert await house.numbers() == [3, 1], "what was deleted meanwhile is gone"


async def test_other_channels_are_nobodys_results(house: House, bot: BotDatabase) -> None:
    await house.rules.note(CHAT - 1, ["other"], post(1))
    assert await bot.result_posts.newest(CHAT - 1, 9) == []


async def test_so_many_posts_are_remembered(house: House, bot: BotDatabase) -> None:
    await seen(house, *(post(n) for n in range(SEEN + 5)))
    assert [each.number for each in await bot.result_posts.newest(CHAT, 99)] == [*range(SEEN + 4, 4, -1)]


# Words, names, pages


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Наши ИТОГИ", "итог"),
        ("yutuq o\u2018yini", "O'YIN"),
        ("a\nb #Итог2026", "#итог"),
        ("x", None),
        ("CAFÉ", "cafe"),
    ],
)
def test_a_word_is_found_in_any_case(text: str, word: str | None) -> None:
    assert contains(text, word)


@pytest.mark.parametrize(("text", "word"), [("", None), (" ", None), ("погода", "итог"), ("", "итог")])
def test_what_has_no_text_or_not_the_word_is_no_result(text: str, word: str | None) -> None:
    assert not contains(text, word)


@pytest.mark.parametrize(
    ("words", "kept"),
    [("@Club", "@Club"), ("t.me/Club", "@Club"), ("https://t.me/s/Club/", "@Club"), (" -1002200000007 ", str(CHAT))],
)
def test_a_channel_is_named_by_its_name_its_address_or_its_id(words: str, kept: str) -> None:
    assert DECLARED["results_channel"].form.read(words) == kept


@pytest.mark.parametrize(
    "words", ["club!", "@ab", "1002200000007", "https://evil.example/s/club", "t.me/+abcdef", "-5"]
)
def test_what_names_no_channel_is_refused(words: str) -> None:
    with pytest.raises(UserError):
        DECLARED["results_channel"].form.read(words)


async def test_texts_are_read_as_they_look() -> None:
    text = (
        'Один &lt;b&gt; &amp; два<br/>три <i class="emoji"><b>🔥</b></i> <a href="https://x.example">ссылка</a>'
        '<div class="tgme_widget_message_text js-message_text">внутри</div> конец'
    )
    [read] = await posts_in(html_of([post(5, text)]))
    assert read.text == "Один <b> & два\nтри 🔥 ссылкавнутри конец"
    assert (read.number, read.at) == (5, NOW)


async def test_times_are_in_utc_whatever_their_zone() -> None:
    page = html_of([post(5)]).replace(NOW.isoformat().encode(), b"2026-03-01T17:00:00+05:00")
    [read] = await posts_in(page)
    assert read.at.astimezone(UTC) == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\xff\xfe\x00" * 1000,
        b"<div data-post='club/1'>" * 5000,
        b"<div class='js-message_text'>" * 20_000,
        b'<div data-post="club/99999999999999999999"><div class="js-message_text">x</div>',
        b'<div data-post="club/-1"></div><div data-post="/"></div><div data-post></div>',
        b'<div data-post="club/5"><a class="tgme_widget_message_date"><time datetime="never"></time></a></div>',
        b'<div class="service_message" data-post="club/5"><div class="js-message_text">pinned</div></div>',
        b"<script>" * 1000 + b"<!--" * 100 + b"</" * 500,
    ],
)
async def test_a_page_that_means_no_good_has_no_posts(page: bytes) -> None:
    assert await posts_in(page) == []


async def test_a_page_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "SECONDS", 1)
    with pytest.raises(SourceAway, match="cannot be read"):
        await posts_in(b"<a b='" * 100_000)


async def test_posts_without_end_are_cut() -> None:
    made = await posts_in(html_of([post(n, "итог " * 20_000) for n in range(1, 8)]))
    assert max(len(each.text) for each in made) <= 4096
    assert len(await posts_in(html_of([post(n, "x") for n in range(1, 400)]))) == 100
