"""What is shown of the gate: in every language, with buttons that fit."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from client.keyboard import DATA, Button
from database.gate_events import EventCount
from locales.texts import LANGUAGES, Texts
from plugins.cards import Card
from plugins.gate_cards import Listed, gate_card, shortener_card, shorteners_card, verify_card
from services.gate import Offered
from services.gate_numbers import GateEvent, Numbers, Refused
from services.options import GateMode
from services.shorteners import AT_MOST, Shortener

LONG = "a" * 36 + ".com"
SHORTENERS = [
    Listed(Shortener("on.example", "https://on.example", "k"), paused=False),
    Listed(Shortener("paused.example", "https://paused.example", "k"), paused=True),
    Listed(Shortener("off.example", "https://off.example", "k", enabled=False), paused=False),
    Listed(Shortener("lost.example", "https://lost.example", None), paused=False),
]
NUMBERS = Numbers(
    "2026-03-01",
    [
        EventCount(GateEvent.MADE, "on.example", None, 7),
        EventCount(GateEvent.MADE, "gone.example", None, 2),
        EventCount(GateEvent.MADE, None, None, 1),
        EventCount(GateEvent.VERIFIED, "on.example", None, 4),
        EventCount(GateEvent.BYPASSED, "on.example", None, 3),
        EventCount(GateEvent.REFUSED, "on.example", Refused.USED, 5),
        EventCount(GateEvent.REFUSED, None, Refused.OTHER, 6),
        EventCount(GateEvent.FAILED, "paused.example", None, 9),
    ],
)


def cards() -> Iterator[Card]:
    for seconds in (0, 43_200):
        yield verify_card(Offered("https://short.example/a", seconds, "https://how.example", "short.example"))
        yield verify_card(Offered("https://t.me/keeper_bot?start=v", seconds, None))
    for mode in GateMode:
        yield gate_card(NUMBERS, SHORTENERS, on=True, mode=mode)
        yield gate_card(Numbers("2026-03-01", []), [], on=False, mode=mode)
    many = [Listed(Shortener(f"{n:02}{LONG[2:]}", "x", "k"), paused=True) for n in range(AT_MOST)]
    yield gate_card(NUMBERS, many, on=True, mode=GateMode.ALWAYS)
    yield shorteners_card(many)
    yield shorteners_card([])
    for each in (*SHORTENERS, many[0]):
        yield shortener_card(each, fixed=False)
        yield shortener_card(each, fixed=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_shown_in_every_language(language: str, caplog: pytest.LogCaptureFixture) -> None:
    texts = Texts.load()
    with caplog.at_level(logging.ERROR):
        for card in cards():
            assert 0 < len(texts.text(language, card.key, **card.args)) <= 4096
            buttons: list[Button] = [button for row in card.keyboard for button in row]
            assert all(button.render(texts, language).text.strip() for button in buttons)
            assert all(len((button.data or "").encode()) <= DATA for button in buttons)
    assert not caplog.records


def test_the_numbers_are_of_today_in_all_and_by_shortener() -> None:
    card = gate_card(NUMBERS, SHORTENERS, on=True, mode=GateMode.SHORTENER)
    text = Texts.load().text("en", card.key, **card.args)
    assert "Tokens made: 10\nVerified: 4\nBypassed: 3\nRefused: 11, of them of another person 6, used 5," in text
    assert "• <b>on.example</b>: made 7, verified 4, bypassed 3, refused 5, failed 0" in text
    assert "• <b>gone.example</b> (removed): made 2" in text
    assert "• <b>paused.example</b> (does not answer, left out for a while): made 0" in text
    assert "• <b>lost.example</b> (its key cannot be read any more): made 0" in text


def test_what_the_environment_names_is_switched_off_and_not_removed() -> None:
    texts = Texts.load()

    def said(card: Card) -> list[str]:
        return [button.render(texts, "en").text for row in card.keyboard for button in row]

    assert said(shortener_card(SHORTENERS[0], fixed=True)) == ["Switch off", "Link shorteners"]
    assert said(shortener_card(SHORTENERS[2], fixed=False)) == ["Switch on", "Remove", "Link shorteners"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_promises_that_a_shortener_cannot_be_bypassed(language: str) -> None:
    about = Texts.load().text(language, "setting-gate-minimum-about")
    assert {"en": "not noticed", "ru": "не видно", "uz": "sezilmaydi"}[language] in about
