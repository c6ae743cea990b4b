"""Words as they are compared: whoever writes them how, in which script."""

from __future__ import annotations

import random

import pytest

from services.words import fold, grams_of, one_off, slips, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Déjà Vu", "deja vu"),
        ("STRASSE", "straße"),
        ("Ёлка", "елка"),
        ("Oʻzbekiston", "o'zbekiston"),
        ("O‘zbek gʼisht", "ozbek gisht"),
        ("Ğöçü ışık", "gocu isik"),
        ("مُحَمَّد", "محمد"),
        ("كتاب", "کتاب"),
        ("٢٠٢٤", "2024"),
        ("Łódź", "lodz"),
        ("ﬁlm", "film"),
        ("so\u00adft", "soft"),
    ],
)
def test_one_word_has_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_names_of_files_are_taken_apart() -> None:
    assert words_of("The_Silent.Forest (2021) [1080p].mkv") == ["the", "silent", "forest", "2021", "1080p", "mkv"]
    assert words_of("  ...  ") == []
    assert words_of("東京物語 1953") == ["東", "京", "物", "語", "1953"]
    assert words_of("x" * 100) == ["x" * 40]


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("forest", "forest", 0),
        ("forest", "froest", 1),
        ("forest", "forst", 1),
        ("forest", "fforest", 1),
        ("forest", "firest", 1),
        ("forest", "firrst", 2),
        ("ab", "ba", 1),
        ("", "ab", 2),
        ("forest", "meadow", 3),
        ("a", "abcd", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, other, 2) == slips(other, one, 2) == count


def test_what_is_one_slip_away_is_one_slip_away() -> None:
    dice = random.Random(1)
    letters = "abc"
    for _ in range(50):
        word = "".join(dice.choices(letters, k=dice.randint(1, 6)))
        assert {slips(word, each, 2) for each in one_off(word, letters)} <= {0, 1}
        other = "".join(dice.choices(letters, k=dice.randint(1, 6)))
        assert (other in set(one_off(word, letters)) or other == word) == (slips(word, other, 2) <= 1)


def test_the_ends_of_a_word_are_seen() -> None:
    assert grams_of("sea") == {"^se", "sea", "ea$"}
    assert grams_of("a") == {"^a$"}
