"""Decides how a big file of JSON is read: record by record, without ever holding more than one of them."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Final

PIECE: Final = 256 * 1024
"""Characters that are read at a time."""

LONGEST: Final = 1024 * 1024
"""Characters of a record at most."""

_SPACE = re.compile(r"[ \t\r\n]*")
_MAY_GO_ON: Final = frozenset("0123456789+-.eE")
_CUT: Final = frozenset({"Unterminated string starting at"})
"""What the library says where a text was cut off in the middle of a word."""


class NotReadable(Exception):  # noqa: N818 - says what is the case
    """A file is not what it should be; the text says where and why."""


class Records:
    """The records of a file: of a list, of an object that has them under their keys, or of lists inside of one.

    `lists` are the names under which an object has such lists, as in `{"users": [...]}`.
    """

    def __init__(self, path: Path, lists: Collection[str]) -> None:
        """Take the file."""
        self._path = path
        self._lists = lists
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._ended = False
        self._read: Callable[[int], str]

    def __iter__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield each record with the key that it stands under, None in a list.

        Raises:
            NotReadable: The file cannot be opened, is no text or no JSON, or something follows it.
        """
        try:
            with self._path.open(encoding="utf-8-sig") as file:
                self._read = file.read
                yield from self._all()
        except OSError as error:
            raise NotReadable(f"it cannot be opened ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise NotReadable("it is no text in UTF-8") from error

    def _all(self) -> Iterator[tuple[str | None, Any]]:
        opens = self._next()
        if opens == "[":
            yield from self._list()
        elif opens == "{":
            yield from self._object()
        else:
            raise NotReadable("it is empty" if not opens else "it is neither a list nor an object of JSON")
        if self._peek():
            raise NotReadable("something follows the end of its JSON")

    def _list(self) -> Iterator[tuple[None, Any]]:
        if self._peek() == "]":
            self._next()
            return
        while True:
            yield None, self._value()
            if self._separator("]"):
                return

    def _object(self) -> Iterator[tuple[str | None, Any]]:
        if self._peek() == "}":
            self._next()
            return
        while True:
            key = self._value()
            if not isinstance(key, str) or self._next() != ":":
                raise self._broken()
            if key in self._lists and self._peek() == "[":
                self._next()
                yield from self._list()
            else:
                yield key, self._value()
            if self._separator("}"):
                return

    def _separator(self, closes: str) -> bool:
        """Pass what stands behind a record; returns whether it was the last one."""
        found = self._next()
        if found not in {",", closes}:
            raise self._broken()
        return found == closes

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise NotReadable("a record has too many lists in each other") from None
            except json.JSONDecodeError as error:
                if self._ended:
                    raise self._broken(cut=error.pos >= len(self._text) or error.msg in _CUT) from None
            else:
                # a number at the end of what was read may go on in the next piece
                if end < len(self._text) or self._ended or self._text[end - 1] not in _MAY_GO_ON:
                    self._at = end
                    return value
            if len(self._text) - self._at > LONGEST:
                raise NotReadable("a record is longer than 1 MiB, or its JSON is broken")
            self._more()

    def _peek(self) -> str:
        """Return the next character that is no space, and stay before it; an empty text at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def _next(self) -> str:
        found = self._peek()
        self._at += len(found)
        return found

    def _more(self) -> None:
        piece = self._read(PIECE)
        self._ended = not piece
        self._text = self._text[self._at :] + piece
        self._at = 0

    def _broken(self, *, cut: bool = False) -> NotReadable:
        if cut or not self._text[self._at :].strip():
            return NotReadable("its JSON ends too early: it was cut off, or not written to its end")
        return NotReadable(f"its JSON is broken at {self._text[self._at : self._at + 30]!r}")
