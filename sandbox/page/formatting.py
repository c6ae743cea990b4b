"""What people type becomes bold, links and quotes: the typing marks of Telegram's clients, as entities of a message.

The marks are Telegram Desktop's: `**bold** __italic__ ~~strike~~ ||spoiler|| `code` ```language` with lines of code,
`[text](address)`, and `> quote` at the start of lines. What is not closed stays as it was typed. Offsets and lengths
are in UTF-16 units, as Telegram counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pyrogram import raw

t = raw.types
_MARKS: Final[dict[str, Callable[..., Any]]] = {
    "**": t.MessageEntityBold,
    "__": t.MessageEntityItalic,
    "~~": t.MessageEntityStrike,
    "||": t.MessageEntitySpoiler,
}
_FENCE: Final = re.compile(r"\n?```(?:([A-Za-z0-9_+#.-]{1,32})\n|\n?)(.+?)\n?```\n?", re.DOTALL)
_QUOTE: Final = re.compile(r"(?:^>(?: .*|$)\n?)+", re.MULTILINE)
_TOKEN: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)"
    r"|(?P<mark>\*\*|__|~~|\|\|)"
)
_SCHEME: Final = re.compile(r"(?:https?|tg|ton)://\S|mailto:\S|tel:\S", re.IGNORECASE)
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#]\S*)?")


@dataclass(slots=True, frozen=True)
class Formatted:
    """A text without its marks, and what the marks said."""

    text: str
    entities: list[Any]


def units(text: str) -> int:
    """How long a text is to Telegram: in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def formatted(source: str, *, plain: bool = False) -> Formatted:
    """Read typed text; `plain` takes every mark as it is. White space around it is dropped, as clients do."""
    # JSON may hold half a character.
    source = source.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if plain:
        return Formatted(source.strip(), [])
    writer = _Writer()
    for fence, part in _apart(_FENCE, source):
        if fence is not None:
            writer.block(_pre, fence[1] or "", fence[2])
            continue
        for quote, words in _apart(_QUOTE, part):
            quoted = _unquoted(quote[0]) if quote is not None else ""
            if quoted.strip():
                writer.block(_quote, quoted)
            else:
                _inline(writer, words if quote is None else quote[0])
    return writer.done()


def address(given: str) -> str | None:
    """The address that a typed link leads to, with `https://` where it has no scheme; None where it is none."""
    if _SCHEME.match(given):
        return given
    return f"https://{given}" if _HOST.fullmatch(given) else None


@dataclass(slots=True)
class _Writer:
    """Puts a text together from pieces; a mark is a piece too, until its end is found and it becomes an entity."""

    pieces: list[str] = field(default_factory=list)
    found: list[tuple[int, int, Callable[..., Any], dict[str, Any]]] = field(default_factory=list)
    """From which piece to which, of what kind."""
    after_block: bool = False

    def put(self, piece: str) -> None:
        """Add a piece of text; what follows a block begins on a line of its own."""
        if not piece:
            return
        if self.after_block:
            self.pieces.append("\n")
        self.after_block = False
        self.pieces.append(piece)

    def mark(self, start: int, kind: Callable[..., Any], **fields: Any) -> None:
        """Everything from this piece to the last one is of this kind."""
        self.found.append((start, len(self.pieces), kind, fields))

    def block(self, write: Callable[..., None], *words: str) -> None:
        """Let something be written that stands on lines of its own."""
        last = next((piece for piece in reversed(self.pieces) if piece), "\n")
        if not last.endswith("\n") or self.after_block:
            self.pieces.append("\n")
        self.after_block = False
        write(self, *words)
        self.after_block = True

    def done(self) -> Formatted:
        """The text, trimmed, and its entities, outer ones first."""
        starts = [0]
        for piece in self.pieces:
            starts.append(starts[-1] + units(piece))
        whole = "".join(self.pieces)
        text = whole.strip()
        before, length = units(whole[: len(whole) - len(whole.lstrip())]), units(text)
        entities: list[Any] = []
        for first, last, kind, fields in self.found:
            start, end = max(0, starts[first] - before), min(length, starts[last] - before)
            if start < end:
                entities.append(kind(offset=start, length=end - start, **fields))
        entities.sort(key=lambda entity: (entity.offset, -entity.length))
        return Formatted(text, entities)


def _pre(writer: _Writer, language: str, code: str) -> None:
    start = len(writer.pieces)
    writer.put(code)
    writer.mark(start, t.MessageEntityPre, language=language)


def _unquoted(lines: str) -> str:
    return "\n".join(line[2:] for line in lines.rstrip("\n").split("\n"))


def _quote(writer: _Writer, quoted: str) -> None:
    start = len(writer.pieces)
    _inline(writer, quoted)
    writer.mark(start, t.MessageEntityBlockquote)


def _inline(writer: _Writer, text: str) -> None:
    """Write what stands within lines: code, links, and the marks that have an end."""
    opened: dict[str, int] = {}
    position = 0
    for token in _TOKEN.finditer(text):
        link = address(token["url"]) if token["url"] else None
        if token["url"] and link is None:
            continue
        writer.put(text[position : token.start()])
        position = token.end()
        start = len(writer.pieces)
        if token["code"]:
            writer.put(token["code"])
            writer.mark(start, t.MessageEntityCode)
        elif link is not None:
            _inline(writer, token["label"])
            writer.mark(start, t.MessageEntityTextUrl, url=link)
        else:
            _meet(writer, opened, text, token)
    writer.put(text[position:])


def _meet(writer: _Writer, opened: dict[str, int], text: str, token: re.Match[str]) -> None:
    """End what a mark began, or begin something; where it can do neither it stays.

    `opened` has, of each kind, the piece that began it last.
    """
    mark = token["mark"]
    before, after = text[max(0, token.start() - 1) : token.start()], text[token.end() : token.end() + 1]
    begun = opened.get(mark)
    if begun is not None and len(writer.pieces) > begun + 1 and _may_stand(mark, inside=before, outside=after):
        for name in [name for name, piece in opened.items() if piece >= begun]:
            del opened[name]
        writer.pieces[begun] = ""
        writer.mark(begun, _MARKS[mark])
        return
    writer.put(mark)
    if _may_stand(mark, inside=after, outside=before):
        opened[mark] = len(writer.pieces) - 1


def _may_stand(mark: str, *, inside: str, outside: str) -> bool:
    """Whether a mark may begin or end something there: not beside a space, and `__` not in the middle of a word."""
    return bool(inside.strip()) and (mark != "__" or not _is_word(outside))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _apart(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str] | None, str]]:
    """What a pattern finds in a text, and what stands between, in order."""
    position = 0
    for match in pattern.finditer(text):
        if match.start() > position:
            yield None, text[position : match.start()]
        yield match, ""
        position = match.end()
    if position < len(text):
        yield None, text[position:]
