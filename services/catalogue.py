"""Decides which listed links a text means, and in which order: words, their beginnings, and words with slips in them.

Pure and in memory; `services/search.py` keeps it in step with the database. docs/decisions/0012 says why it is here,
and what it costs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from services.vocabulary import Meaning, Vocabulary
from services.words import words_of

WORDS_KEPT: Final = 64
"""Words of a link that it is found under; the rest of a very long list of names is left out."""

WORDS_ASKED: Final = 12
"""Words of a question that count."""

RANKED: Final = 200
"""Results of one question at most: nobody turns 25 pages."""

_CONSIDERED: Final = 1_000
"""Of so many the finer order is made."""

_COMMON: Final = 5_000
"""Links with one word, above which it only orders what the rarer words of the question have found."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a link is found under: its title (or its first file's name), and its other names and tags."""

    code: str
    title: str
    others: tuple[str, ...] = ()
    used: int = 0


class Catalogue:
    """The listed links of one bot, by their words."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._numbers: dict[str, int] = {}  # a link's place in what follows, by its code
        self._codes: list[str | None] = []
        self._words: list[array[int]] = []
        self._titles = array("B")  # how many of a link's words are its title's
        self._used = array("L")
        self._free: list[int] = []
        self._by_use: list[int] | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def put(self, entry: Entry) -> None:
        """Take up a link, or what became of it since."""
        title = dict.fromkeys(words_of(entry.title))
        every = title | dict.fromkeys(word for text in entry.others for word in words_of(text))
        words = list(every)[:WORDS_KEPT]
        number = self._numbers.get(entry.code)
        if number is not None and self._vocabulary.spelled(self._words[number]) != words:
            self.remove(entry.code)
            number = None
        if number is None:
            number = self._add(entry.code, words)
        self._titles[number] = min(len(title), len(words))
        if self._used[number] != entry.used:
            self._used[number] = entry.used
            self._by_use = None

    def remove(self, code: str) -> None:
        """Leave a link out; one that is not there is no error."""
        number = self._numbers.pop(code, None)
        if number is None:
            return
        for word in self._words[number]:
            self._vocabulary.drop(word, number)
        self._codes[number] = None
        self._words[number] = array("I")
        self._used[number] = 0
        self._free.append(number)
        self._by_use = None

    def find(self, text: str) -> list[str]:
        """Return the codes of the links that a text means, the best first, `RANKED` at most.

        The last word may be unfinished. Without any word: what is used most, then what is newest.
        """
        asked = words_of(text)[:WORDS_ASKED]
        if not asked:
            return self._named(self._most_used()[:RANKED])
        meanings = sorted(self._vocabulary.meanings(asked, len(self)), key=lambda meaning: meaning.links)
        scores = self._scores(meanings)
        many = len(scores) > _COMMON
        candidates = [number for number in self._most_used() if number in scores] if many else scores
        best = nlargest(_CONSIDERED, candidates, key=scores.__getitem__)
        all_of_it = sum(meaning.weight for meaning in meanings)
        finer = {number: self._finer(number, scores[number] / all_of_it, meanings) for number in best}
        ranked = nlargest(RANKED, finer, key=lambda number: (round(finer[number], 3), self._used[number], number))
        return self._named(ranked)

    def _add(self, code: str, words: Sequence[str]) -> int:
        if self._free:
            number = self._free.pop()
            self._codes[number] = code
        else:
            number = len(self._codes)
            self._codes.append(code)
            self._words.append(array("I"))
            self._titles.append(0)
            self._used.append(0)
        self._numbers[code] = number
        self._by_use = None
        self._words[number] = array("I", (self._vocabulary.add(word, number) for word in words))
        return number

    def _scores(self, meanings: Sequence[Meaning]) -> dict[int, float]:
        """Add up what each link has of the question, the rarest words first."""
        scores: dict[int, float] = {}
        for meaning in meanings:
            fits = meaning.fits()
            if not scores:
                scores = {number: fit * meaning.weight for number, fit in fits.items()}
            elif meaning.links > _COMMON:
                for number in scores.keys() & fits.keys():
                    scores[number] += fits[number] * meaning.weight
            else:
                for number, fit in fits.items():
                    scores[number] = scores.get(number, 0.0) + fit * meaning.weight
        return scores

    def _finer(self, number: int, share: float, meanings: Sequence[Meaning]) -> float:
        """Prefer links that say little else, and in their title rather than in a name or a tag."""
        words = self._words[number]
        titled = words[: self._titles[number]]
        meant = {word for meaning in meanings for word in meaning.fitting}
        said = sum(word in meant for word in titled)
        return share + 0.1 * said / max(1, len(titled)) + (0.02 if said else 0.0)

    def _most_used(self) -> list[int]:
        if self._by_use is None:
            self._by_use = sorted(self._numbers.values(), reverse=True)
            self._by_use.sort(key=self._used.__getitem__, reverse=True)
        return self._by_use

    def _named(self, numbers: Iterable[int]) -> list[str]:
        return [code for number in numbers if (code := self._codes[number]) is not None]
