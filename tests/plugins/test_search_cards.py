"""What is said about what was found and counted: every placeholder, within Telegram's limits, in each language."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyrogram import raw
from pyrogram.errors import QueryIdInvalid
from pyrogram.parser import Parser

from client.inline import Inline, InlineAnswer
from client.markup import parsed
from database.cause import Cause
from database.codes import LinkKind
from database.links import Link, LinkItem
from locales.texts import LANGUAGES, Texts
from plugins import clicks
from plugins.inline import offered
from plugins.search import PAGE, PAYLOAD, found_card
from plugins.stats import BUTTONS, chart_of, told
from services.clicks import UNKNOWN
from services.search import Found, FoundLink
from services.stats import DAYS, TOP, Day, Figures, Popular, Status
from tests.plugins.messages import inline_query
from tests.plugins.test_cards import BOT, CODE, NOW, file

LONG = "Ж" * 200
TEXTS = Texts.load()
NAME = "0" * 22


def link(title: str | None = "A title", count: int = 1) -> Link:
    return Link(
        code=CODE, kind=LinkKind.FILE, items=(LinkItem("u", 5),) * count, storage_chat=-1, content="c",
        cause=Cause("x"), origin=Cause("x"), created_by=1, created_at=NOW, title=title, listed=True,
    )  # fmt: skip


LINKS = [FoundLink(link(LONG), file()), FoundLink(link(None), file(name=LONG)), FoundLink(link(None, 7), None)]
FIGURES = Figures(
    at=NOW, users=100_000, active_today=1, active_week=2, files=3, stored_bytes=10**15, links=5, listed=4,
    deliveries=1_000_000, days=tuple(Day(date(2026, 1, 1) + timedelta(days=n), n, 2 * n) for n in range(DAYS)),
    top=tuple(Popular(link(LONG), file(), 10**6) for _ in range(TOP)),
    tasks=dict.fromkeys(Status, 10**6), clicks={f"{n}" * 64: 10**6 for n in range(10)},
)  # fmt: skip
CLICKS = {"set": 40, "card": 30, UNKNOWN: 20, "like": 3, "joined": 2, "more": 2}
"""A day's presses: of the owner's own buttons few, of the bot's many, and some that nobody can explain."""

WORDS = {
    "en": ["all others", "sent", "cancelled"],
    "ru": ["все остальные", "отправлено", "отменено"],
    "uz": ["qolgan hammasi", "yuborildi", "bekor qilindi"],
}


async def plain(language: str, key: str, args: dict[str, Any]) -> str:
    message: str = (await parsed(TEXTS.text(language, key, **args), Parser(cast("Any", None))))["message"]
    assert len(message.encode("utf-16-le")) // 2 <= 4096
    return message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_fits_however_long_the_names_are(language: str, caplog: pytest.LogCaptureFixture) -> None:
    found = Found("words " * 40, (LINKS * PAGE)[:PAGE], 8, 16, NAME)
    with caplog.at_level(logging.ERROR):
        card = found_card(BOT, found)
        shown = await plain(language, card.key, card.args)
    assert [line.partition(".")[0] for line in shown.splitlines() if " · " in line] == [str(n) for n in range(9, 17)]
    assert [button.data for row in card.keyboard for button in row] == [f"found:{NAME}:0", f"found:{NAME}:16"]
    assert not caplog.text


def test_the_first_page_leads_forward_only_and_the_last_back_only() -> None:
    first, last = Found("x", LINKS, 0, 8, NAME), Found("x", LINKS, 8, None, NAME)
    assert [button.key for row in found_card(BOT, first).keyboard for button in row] == ["button-search-more"]
    assert [button.key for row in found_card(BOT, last).keyboard for button in row] == ["button-search-back"]


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (Found("x", LINKS, 0, None), "search-found"),
        (Found("", LINKS, 0, None), "search-popular"),
        (Found("x", [], 0, None), "search-nothing"),
        (Found("", [], 0, None), "search-empty"),
    ],
)
def test_each_outcome_has_its_words(found: Found, key: str) -> None:
    assert found_card(BOT, found).key == key


class Offering(Inline):
    """A bot, as far as an inline query needs it."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.texts = TEXTS
        self.parser = Parser(cast("Any", None))
        self.calls: list[Any] = []
        self._refusal = refusal

    async def language_of(self, user: Any) -> str:
        return "uz"

    async def call(self, query: Any) -> bool:
        self.calls.append(query)
        if self._refusal:
            raise self._refusal
        return True


async def test_an_offer_is_for_one_person_not_kept_and_carries_a_link_only() -> None:
    bot = Offering()
    links = [offered(BOT, each) for each in LINKS]
    await bot.answer_inline(inline_query("x"), InlineAnswer(links, "20", None, PAYLOAD))
    [query] = bot.calls
    assert (query.private, query.cache_time, query.next_offset, query.switch_pm) == (True, 0, "20", None)
    for result in query.results:
        assert isinstance(result, raw.types.InputBotInlineResult)
        assert isinstance(result.send_message, raw.types.InputBotInlineMessageText)
        assert f"https://t.me/keeper_bot?start={CODE}" in result.send_message.message
        assert result.title
        assert result.description
        assert "<" not in result.title + result.description


async def test_who_finds_nothing_is_led_to_the_bot_and_an_answer_too_late_is_no_error() -> None:
    bot = Offering(QueryIdInvalid())
    await bot.answer_inline(inline_query("x"), InlineAnswer([], "", "inline-nothing", PAYLOAD))
    [query] = bot.calls
    assert (query.next_offset, query.switch_pm.start_param) == (None, "search")
    assert query.switch_pm.text == TEXTS.label("uz", "inline-nothing")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_numbers_fit_and_are_all_there(language: str, caplog: pytest.LogCaptureFixture) -> None:
    bot = cast("Any", SimpleNamespace(texts=TEXTS, link_url=BOT.link_url))
    with caplog.at_level(logging.ERROR):
        shown = await plain(language, "stats", told(bot, FIGURES))
        empty = await plain(language, "stats", told(bot, replace(FIGURES, top=(), tasks={}, clicks={})))
        chart = chart_of(bot, FIGURES, language)
        days = tuple(replace(day, clicks=CLICKS, steps={Status.SENT: day.deliveries}) for day in FIGURES.days)
        four = chart_of(bot, replace(FIGURES, days=days), language)
    assert not caplog.text
    assert f"100{TEXTS.thousands(language)}000" in shown.replace("\u202f", "\u00a0")
    assert shown.count(" · ") == TOP
    assert shown.count("• ") == BUTTONS + 1
    assert "\n\n\n" not in shown
    assert "• " not in empty
    assert len(chart.series) == 2, "what nobody did is not drawn"
    assert [sum(series.values) for series in four.series[2:]] == [sum(CLICKS.values()) * DAYS, sum(range(DAYS))]
    assert " · " not in empty
    assert len(chart.days) == len(chart.series[0].values) == len(chart.series[1].values) == DAYS
    assert len({*chart.days}) == DAYS
    assert chart.days[0] == {"en": "Jan 1", "ru": "1 янв", "uz": "1-yan"}[language]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_buttons_that_the_owner_named_are_shown_and_all_others_as_one(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicks, "VERBS", {"set", "card"})
    bot = cast("Any", SimpleNamespace(texts=TEXTS, link_url=BOT.link_url))
    others, sent, cancelled = WORDS[language]
    quiet = replace(FIGURES.days[0], clicks={}, steps={})
    busy = replace(quiet, clicks=CLICKS, steps={Status.SENT: 5, Status.CANCELLED: 1})
    figures = replace(FIGURES, top=(), clicks=CLICKS, days=(quiet, busy, replace(busy, clicks={"more": 1, "set": 1})))
    lines = [line for line in (await plain(language, "stats", told(bot, figures))).splitlines() if "•" in line]
    expected = {"like": 3, "joined": 2, "more": 2, others: 90}
    assert [line.replace(" —", ":") for line in lines] == [f"• {name}: {count}" for name, count in expected.items()]
    presses, steps = chart_of(bot, figures, language).series[2:]
    assert presses.values == [0, 97, 2]
    assert {each.name: each.values for each in presses.shares} == {
        "like": [0, 3, 0], "more": [0, 2, 1], "joined": [0, 2, 0], others: [0, 90, 1],
    }  # fmt: skip
    assert [(each.name, each.values) for each in steps.shares] == [(sent, [0, 5, 5]), (cancelled, [0, 1, 1])]
    none_named = replace(figures, clicks={"set": 7}, days=(replace(quiet, clicks={"set": 7}),))
    assert "•" not in await plain(language, "stats", told(bot, none_named))
    assert chart_of(bot, none_named, language).series[2].shares == []
