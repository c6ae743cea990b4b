"""Decides what a word is when people look for something: one form for all cases, accents, apostrophes and digits.

What is stored and what is asked for go through the same folding, so that they meet whoever wrote them how.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

LONGEST: Final = 40
"""Characters of a word that count; what is longer is a hash, not a word."""

# Uzbek writes oʻ and gʻ with any of these; English drops them as often as not.
_APOSTROPHES: Final = "'`´ʹʻʼʽˈ‘’‛′＇"
# Soft hyphens, joiners, directions: they do not show, and people do not type them.
_UNSEEN: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff" + "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
# What Unicode does not take apart, and what Arabic, Persian and Urdu keyboards write differently.
_ALIKE: Final = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ە": "ه", "ـ": "",
}  # fmt: skip
_FOLDED: Final = str.maketrans({**dict.fromkeys(_APOSTROPHES + _UNSEEN, ""), **_ALIKE})

# Chinese and Japanese have no spaces: each of their characters is looked for by itself.
_SINGLE: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+")


def fold(text: str) -> str:
    """Return a text as it is compared: in lower case, without accents, with digits of one kind."""
    if text.isascii():
        return text.lower().translate(_FOLDED)
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in taken_apart if not unicodedata.combining(character))
    return "".join(_digit(character) for character in bare.translate(_FOLDED))


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, folded."""
    return [word[:LONGEST] for word in _WORD.findall(fold(text))]


def grams_of(word: str) -> set[str]:
    """Return all runs of three characters in a word, its ends counted as characters."""
    fenced = f"^{word}$"
    return {fenced[place : place + 3] for place in range(len(fenced) - 2)}


def one_off(word: str, letters: Collection[str]) -> Iterator[str]:
    """Return everything one slip away: a letter left out, doubled or wrong, or two exchanged. Some come twice."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def slips(one: str, other: str, most: int) -> int:
    """Count the slips between two words: letters left out, added, wrong, or neighbours exchanged.

    Returns `most` + 1 as soon as there are more than `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    earlier: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        following = [place]
        for column, asked in enumerate(other, 1):
            best = min(row[column] + 1, following[-1] + 1, row[column - 1] + (letter != asked))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == asked:
                best = min(best, earlier[column - 2] + 1)
            following.append(best)
        earlier, row = row, following
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _digit(character: str) -> str:
    if character.isdecimal() and not character.isascii():
        return str(unicodedata.decimal(character))
    return character
