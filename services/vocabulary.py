"""Decides which known words an asked one may mean: itself, what it begins, what a slip of the finger made of it."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final

from services.words import grams_of, one_off, slips

MEANINGS: Final = 40
"""Known words that one asked word may mean at most, the nearest first."""

_SHORTEST_WITH_SLIP: Final = 3
_SHORTEST_WITH_TWO: Final = 6
_SHORTEST_BEGINNING: Final = 2
_TWO_APART: Final = 0.8  # as near as a word cut in two, or two written as one, is to what was meant
_COMPARED: Final = 80  # words with the most runs of letters in common, of which the slips are counted


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one asked word may mean.

    `fitting` says how well each known word fits (1: it is the word), `links` are those of each; `weight` is how much
    the word tells links apart.
    """

    fitting: dict[int, float]
    found: dict[int, array[int]]
    weight: float

    @property
    def links(self) -> int:
        """How many links have any of these words, those with several counted more than once."""
        return sum(map(len, self.found.values()))

    def fits(self) -> dict[int, float]:
        """Return how well each link fits: as its best word does."""
        best: dict[int, float] = {}
        for word in sorted(self.fitting, key=self.fitting.__getitem__):
            best.update(dict.fromkeys(self.found[word], self.fitting[word]))
        return best


class Vocabulary:
    """The words of one bot's listed links; each has a number, and knows the numbers of its links."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []
        self._links: list[array[int]] = []
        self._free: list[int] = []
        self._grams: dict[str, array[int]] = {}
        self._letters: dict[int, set[str]] = {}  # what has occurred, by the row of Unicode
        self._sorted: list[str] = []
        self._unsorted: list[str] = []

    def add(self, word: str, link: int) -> int:
        """Note that a link has a word; returns the word's number."""
        number = self._numbers.get(word)
        if number is None:
            number = self._learn(word)
        self._links[number].append(link)
        return number

    def spelled(self, words: Iterable[int]) -> list[str]:
        """Return words by their numbers."""
        return [self._words[word] for word in words]

    def drop(self, word: int, link: int) -> None:
        """Note that a link has a word no longer; a word that no link has is forgotten."""
        self._links[word].remove(link)
        if self._links[word]:
            return
        for gram in grams_of(self._words[word]):
            self._grams[gram].remove(word)
        del self._numbers[self._words[word]]
        self._free.append(word)

    def meanings(self, asked: Sequence[str], links: int) -> list[Meaning]:
        """Return what each of the asked words may mean, of so many links in all; the last one may be a beginning.

        A word that may mean nothing is left out.
        """
        fitting = [self._near(word) for word in asked]
        fitting[-1] = {**self._begun(asked[-1]), **fitting[-1]}
        for place, (one, other) in enumerate(pairwise(asked)):
            if (joined := self._numbers.get(one + other)) is not None:
                fitting[place].setdefault(joined, _TWO_APART)
                fitting[place + 1].setdefault(joined, _TWO_APART)
        halves = [self._halves(word) for word in asked if word not in self._numbers]
        return [
            self._meaning(each, links)
            for each in [*fitting, *({half: _TWO_APART} for pair in halves for half in pair)]
            if each
        ]

    def _learn(self, word: str) -> int:
        if self._free:
            number = self._free.pop()
            self._words[number] = word
        else:
            number = len(self._words)
            self._words.append(word)
            self._links.append(array("I"))
        self._numbers[word] = number
        self._unsorted.append(word)
        for gram in grams_of(word):
            self._grams.setdefault(gram, array("I")).append(number)
        for letter in word:
            self._letters.setdefault(ord(letter) >> 8, set()).add(letter)
        return number

    def _meaning(self, fitting: dict[int, float], links: int) -> Meaning:
        kept = nlargest(MEANINGS, fitting, key=lambda word: (fitting[word], len(self._links[word])))
        best = fitting[kept[0]]
        alike = sum(len(self._links[word]) for word in kept if fitting[word] == best)
        return Meaning(
            fitting={word: fitting[word] for word in kept},
            found={word: self._links[word] for word in kept},
            weight=math.log(1 + links / alike),
        )

    def _near(self, asked: str) -> dict[int, float]:
        """Return the word itself and those that a slip makes of it; where it is unknown, also those that two make."""
        near: dict[int, float] = {}
        if len(asked) >= _SHORTEST_WITH_SLIP:
            letters = set().union(*(self._letters.get(row, ()) for row in {ord(letter) >> 8 for letter in asked}))
            for word in one_off(asked, letters):
                if (number := self._numbers.get(word)) is not None:
                    near[number] = _nearness(asked, word, 1)
        itself = self._numbers.get(asked)
        if itself is not None:
            near[itself] = 1.0
        elif len(asked) >= _SHORTEST_WITH_TWO:
            near = {**self._two_off(asked), **near}
        return near

    def _two_off(self, asked: str) -> dict[int, float]:
        common: Counter[int] = Counter()
        for gram in grams_of(asked):
            common.update(self._grams.get(gram, ()))
        near = {}
        for number, _ in nlargest(_COMPARED, common.items(), key=lambda each: each[1]):
            word = self._words[number]
            if len(word) >= _SHORTEST_WITH_TWO - 1 and slips(asked, word, 2) == 2:
                near[number] = _nearness(asked, word, 2)
        return near

    def _begun(self, asked: str) -> dict[int, float]:
        """Return the words that begin with the asked one."""
        if len(asked) < _SHORTEST_BEGINNING:
            return {}
        self._sort()
        begun = {}
        for place in range(bisect_left(self._sorted, asked), len(self._sorted)):
            word = self._sorted[place]
            if not word.startswith(asked):
                break
            if (number := self._numbers.get(word)) is not None:
                begun[number] = 0.6 + 0.3 * len(asked) / len(word)
        return begun

    def _halves(self, asked: str) -> tuple[int, ...]:
        """Return the two words that were written as one, if they are known."""
        for place in sorted(range(2, len(asked) - 1), key=lambda place: abs(2 * place - len(asked))):
            one, other = self._numbers.get(asked[:place]), self._numbers.get(asked[place:])
            if one is not None and other is not None:
                return one, other
        return ()

    def _sort(self) -> None:
        """Sort in what came since, and leave out what was forgotten."""
        if self._unsorted:
            self._sorted = sorted(dict.fromkeys(w for w in [*self._sorted, *self._unsorted] if w in self._numbers))
            self._unsorted = []


def _nearness(asked: str, known: str, count: int) -> float:
    """How well a word with so many slips fits: better the longer it is, less where the first letter is another."""
    return 1 - 1.2 * count / max(len(asked), len(known)) - (0.0 if asked[0] == known[0] else 0.05)
