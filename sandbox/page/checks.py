"""How a file that people write is read: every wrong place in it is named, with what should stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, Self

_NOTHING: Final = object()
_USERNAME: Final = re.compile(r"@[A-Za-z0-9_]{2,32}")
_LONGEST: Final = 4096
"""Characters of any text in such a file."""
_MANY: Final = 100


class Wrong:
    """What was found to be wrong, place by place."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.told)

    def say(self, place: str, what: str) -> None:
        """Put one down."""
        self.told.append(f"{place}: {what}" if place else what)


class Checked:
    """An object of the file, read field by field. What is wrong is put down, and something harmless is returned."""

    def __init__(self, given: object, place: str, wrong: Wrong) -> None:
        self._place = place
        self._wrong = wrong
        self._given: dict[str, Any] = given if isinstance(given, dict) else {}
        if not isinstance(given, dict):
            wrong.say(place, "must be an object")

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self._given

    def wrong(self, name: str, what: str) -> None:
        """Put down what is wrong with a field."""
        self._wrong.say(self._at(name), what)

    def only(self, *names: str) -> Self:
        """Refuse fields that mean nothing here: a misspelt one would be ignored in silence."""
        for name in sorted(set(self._given) - set(names)):
            self.wrong(name, f"unknown here; known: {', '.join(names)}")
        return self

    def text(self, name: str, default: str | None = None) -> str:
        """A text; empty only where a default is allowed to stand for it."""
        value = self._value(name, default)
        if isinstance(value, str) and len(value) <= _LONGEST and (value or default is not None):
            return value
        if value is not _NOTHING:
            self.wrong(name, f"must be a text of 1 to {_LONGEST:,} characters")
        return ""

    def matching(self, name: str, pattern: str, what: str, default: str | None = None) -> str:
        """A text of this form; `what` says which."""
        value = self._value(name, default)
        if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
            return value
        if value is not _NOTHING:
            self.wrong(name, f"must be {what}")
        return ""

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        """One of these words."""
        known = tuple(allowed)
        return self.matching(name, "|".join(map(re.escape, known)), f"one of {', '.join(known)}")

    def pattern(self, name: str) -> str:
        """A regular expression."""
        value = self.text(name)
        try:
            re.compile(value)
        except re.error as error:
            self.wrong(name, f"no regular expression: {error}")
        return value

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number between both."""
        value = self._given.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(name, f"must be a whole number from {low} to {high}")
        return default

    def truth(self, name: str) -> bool:
        """True or false."""
        value = self._given.get(name)
        if not isinstance(value, bool):
            self.wrong(name, "must be true or false")
        return value is True

    def usernames(self, name: str) -> tuple[str, ...]:
        """User names, each with `@` before it in the file."""
        value = self._given.get(name, [])
        if isinstance(value, list) and all(isinstance(each, str) and _USERNAME.fullmatch(each) for each in value):
            return tuple(each[1:] for each in value)
        self.wrong(name, "must be a list of user names, each with @ before it")
        return ()

    def chat(self, name: str) -> int | str:
        """A chat: its id, or `@` and its user name."""
        value = self._given.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value:
            return value
        if isinstance(value, str) and _USERNAME.fullmatch(value):
            return value
        self.wrong(name, "must be an id, or @ and a user name")
        return 0

    def part(self, name: str) -> Checked:
        """An object in this one."""
        return Checked(self._given.get(name), self._at(name), self._wrong)

    def items(self, name: str) -> list[Checked]:
        """The objects of a list; none when it is not there."""
        value = self._given.get(name, [])
        if not isinstance(value, list) or len(value) > _MANY:
            self.wrong(name, f"must be a list of at most {_MANY}")
            return []
        return [Checked(each, f"{self._at(name)}[{number}]", self._wrong) for number, each in enumerate(value)]

    def _value(self, name: str, default: str | None) -> object:
        value = self._given.get(name, _NOTHING if default is None else default)
        if value is _NOTHING:
            self.wrong(name, "is missing")
        return value

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name
