"""What /errors says, in every language."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from client.breaker import FAILURES, Breaker
from client.mishaps import KINDS, Mishaps
from locales.texts import LANGUAGES, Texts
from plugins.mishaps import errors_card

TEXTS = Texts.load()


def bot() -> Any:
    return SimpleNamespace(calls=SimpleNamespace(mishaps=Mishaps(), breaker=Breaker()))


def said(of: Any, language: str) -> str:
    card = errors_card(of)
    return TEXTS.text(language, card.key, **card.args)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_has_its_words_and_its_count(language: str) -> None:
    one = bot()
    nothing = said(one, language)
    for number, kind in enumerate(KINDS, 1):
        for _ in range(number):
            one.calls.mishaps.count(kind)
    lines = said(one, language).splitlines()
    told = [line for line in lines if ":" in line and "<b>" in line]
    assert len(set(told)) == len(KINDS)
    assert all(f"{number}" in line for number, line in zip(range(1, len(KINDS) + 1), told, strict=True))
    one.calls.mishaps.reset()
    assert said(one, language) == nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_that_fails_is_said(language: str) -> None:
    one = bot()
    well = said(one, language)
    for number in range(FAILURES):
        one.calls.breaker.failed(number)
    assert "⚠️" in said(one, language)
    assert "⚠️" not in well
