"""Decides into which messages a draft's text goes: its HTML is checked, and one too long is cut where nobody minds."""

from __future__ import annotations

import html as markup
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate, pairwise
from typing import Final, Literal

from services.errors import UserError
from services.markup import check_markup
from services.templates import LONGEST, units

CAPTION: Final = 1024
"""A caption's length in UTF-16 units, without markup (Telegram's limit)."""

MESSAGES: Final = 10
"""Messages that one draft may be."""

_LEAST: Final = 4
"""A message is at least this part of what it may be, where nothing else hinders: no greeting stands alone."""

Long = Literal["split"] | None
"""What is done with a text that is too long: it is split, or refused."""


def parts_of(html: str, long: Long = None, *, longest: int = LONGEST) -> tuple[str, ...]:
    """Return the texts (Telegram's HTML) of the messages that a text becomes: one, or with `split` up to `MESSAGES`.

    It is cut between paragraphs, else between lines, else between words, and through nothing that is marked, unless
    that alone is longer than a message: then its tags are closed and opened again.

    Raises:
        UserError: the markup is wrong (`services.markup.check_markup`); `draft-text-empty`: nothing would be shown;
            `draft-text-long` (`longest`, `length`); `draft-text-parts` (`most`): it would be more messages than that.
    """
    text = html.strip()
    check_markup(text)
    read = _Read.of(text)
    if not read.plain.strip():
        raise UserError("draft-text-empty")
    length = units(read.plain.strip())
    if length <= longest:
        return (text,)
    if long is None:
        raise UserError("draft-text-long", longest=longest, length=length)
    if length > longest * MESSAGES:
        raise UserError("draft-text-parts", most=MESSAGES)
    parts = tuple(read.written(start, end) for start, end in read.cut(longest))
    if len(parts) > MESSAGES:
        raise UserError("draft-text-parts", most=MESSAGES)
    return parts


def units_over(html: str, longest: int = LONGEST) -> int:
    """Count the UTF-16 units that a text (HTML) shows and that are too many; 0 where it fits."""
    return max(0, units(_Read.of(html).plain.strip()) - longest)


def paper_of(html: str) -> bytes:
    """Write a text (HTML) as a file of text: what it shows, and where its links lead.

    Raises:
        UserError: the markup is wrong (`services.markup.check_markup`).
    """
    check_markup(html)
    return f"{_Paper.of(html).plain.strip()}\n".encode()


@dataclass(slots=True)
class _Mark:
    """An element: how it is opened, and which characters it marks."""

    name: str
    opening: str
    start: int
    end: int = -1


class _Read(HTMLParser):
    """HTML as what it shows, and the marks on it. The markup was checked."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[str] = []
        self._length = 0
        self._opened: list[_Mark] = []
        self._marks: list[_Mark] = []
        """In the order in which they begin, the outer ones first."""
        self.plain = ""

    @classmethod
    def of(cls, html: str) -> _Read:
        """Read a text."""
        reader = cls()
        reader.feed(html)
        reader.close()
        reader.plain = "".join(reader._said)
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        mark = _Mark(tag, self.get_starttag_text() or f"<{tag}>", self._length)
        self._opened.append(mark)
        self._marks.append(mark)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - it is that of the one opened last
        if self._opened:
            self._opened.pop().end = self._length

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        self._length += len(data)

    def cut(self, longest: int) -> Iterator[tuple[int, int]]:
        """Yield where each message begins and ends, in characters; none shows more than `longest` units."""
        before = [0, *accumulate(map(units, self.plain))]
        whole = self._inside_of_what_stays_whole(before, longest)
        start, last = self._after_blanks(0), len(self.plain.rstrip())
        while start < last:
            end = last
            if before[last] - before[start] > longest:
                end = self._best(start, before, whole, longest)
            yield start, start + len(self.plain[start:end].rstrip())
            start = self._after_blanks(end)

    def _best(self, start: int, before: Sequence[int], whole: Sequence[bool], longest: int) -> int:
        """The best place to end a message that begins here."""
        reach = start + 1
        while before[reach + 1] - before[start] <= longest:
            reach += 1
        enough = start + (reach - start) // _LEAST
        for least in (enough, start):
            for between in ("\n\n", "\n", " ", ""):
                for place in range(reach, least, -1):
                    if not whole[place] and self.plain.startswith(between, place):
                        return place
        return reach

    def _inside_of_what_stays_whole(self, before: Sequence[int], longest: int) -> list[bool]:
        """For each place, whether something is marked across it that fits into one message."""
        changes = [0] * (len(self.plain) + 2)
        for mark in self._marks:
            if mark.end - mark.start > 1 and before[mark.end] - before[mark.start] <= longest:
                changes[mark.start + 1] += 1
                changes[mark.end] -= 1
        return [depth > 0 for depth in accumulate(changes)]

    def _after_blanks(self, place: int) -> int:
        """The first character from here on that is shown at the beginning of a message."""
        while place < len(self.plain) and self.plain[place].isspace():
            place += 1
        return place

    def written(self, start: int, end: int) -> str:
        """Write a piece as HTML, with the marks that it has."""
        marks = [mark for mark in self._marks if max(mark.start, start) < min(mark.end, end)]
        begin: dict[int, list[_Mark]] = {}
        for mark in marks:
            begin.setdefault(max(mark.start, start), []).append(mark)
        places = {start, end} | {place for mark in marks for place in (mark.start, mark.end) if start < place < end}
        pieces: list[str] = []
        opened: list[_Mark] = []
        for here, there in pairwise(sorted(places)):
            while opened and opened[-1].end <= here:
                pieces.append(f"</{opened.pop().name}>")
            for mark in begin.get(here, ()):
                opened.append(mark)
                pieces.append(mark.opening)
            pieces.append(markup.escape(self.plain[here:there], quote=False))
        return "".join([*pieces, *(f"</{mark.name}>" for mark in reversed(opened))])


class _Paper(_Read):
    """HTML as what it says where nothing can be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._leads_to = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "a":
            self._leads_to = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "a" and self._leads_to.startswith("http") and self._said[-1:] != [self._leads_to]:
            self._said.append(f" ({self._leads_to})")
