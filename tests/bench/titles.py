"""Titles as a store has them, of any number, and questions with slips of the finger in them; the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final, TypeAlias

Script: TypeAlias = tuple[str, str, str]
"""The beginnings, the middles and the ends of a script's syllables, with spaces between them."""

_SCRIPTS: Final[dict[str, Script]] = {
    "latin": ("b c d f g h k l m n p r s t v w z br dr gr pl sh st tr th", "a e i o u ai ea oo", "n r s t l m"),
    "cyrillic": ("б в г д ж з к л м н п р с т ф х ц ч ш бр др ст тр пл", "а е и о у ы ю я", "н р с т л й"),
    "uzbek": ("b ch d f gʻ h j k l m n p q r s sh t v x y z", "a e i o oʻ u", "n r sh t l q"),
    "arabic": ("ب ت ج ح د ر ز س ش ص ط ع ف ق ك ل م ن ه", "ا و ي", "ن ر م ل"),
}
_SHARES: Final = ("latin", "latin", "latin", "cyrillic", "cyrillic", "uzbek", "arabic")
_WORDS_OF_EACH: Final = 3_000


def make_titles(count: int, *, seed: int) -> list[str]:
    """Make so many different titles of two to five words, in four scripts; some with a year or an episode."""
    dice = random.Random(seed)
    words = {name: [_word(script, dice) for _ in range(_WORDS_OF_EACH)] for name, script in _SCRIPTS.items()}
    titles: dict[str, None] = {}
    while len(titles) < count:
        titles[_title(words[dice.choice(_SHARES)], dice)] = None
    return list(titles)


def misspelt(title: str, dice: random.Random) -> str:
    """Write a title with one slip, in a long one with two: a letter left out, added, wrong, or two exchanged."""
    text = title
    for _ in range(2 if len(title) > 24 else 1):
        text = _slip(text, dice)
    return text


def code_of(number: int) -> str:
    """Name the link with this title."""
    return f"f{number:022}"


def _title(vocabulary: Sequence[str], dice: random.Random) -> str:
    words = [dice.choice(vocabulary) for _ in range(dice.randint(2, 5))]
    if dice.random() < 0.4:
        words.append(str(dice.randint(1950, 2026)))
    elif dice.random() < 0.3:
        words.append(f"S{dice.randint(1, 12):02}E{dice.randint(1, 24):02}")
    return " ".join(words).capitalize()


def _word(script: Script, dice: random.Random) -> str:
    begin, middle, end = (part.split() for part in script)
    syllables = (
        dice.choice(begin) + dice.choice(middle) + dice.choice(["", *end]) for _ in range(dice.choice((1, 2, 2, 3)))
    )
    return "".join(syllables)


def _slip(text: str, dice: random.Random) -> str:
    while True:
        place = dice.randrange(len(text))
        letter = dice.choice([each for each in text if each.isalpha()])
        before, after = text[:place], text[place:]
        kind = dice.randrange(4)
        if kind == 0:
            slipped = before + after[1:]
        elif kind == 1:
            slipped = before + letter + after
        elif kind == 2:
            slipped = before + letter + after[1:]
        else:
            slipped = before + after[1:2] + after[:1] + after[2:]
        if slipped != text:
            return slipped
