"""Decides which values a setting takes: the forms there are, what words mean in each, and what is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias
from urllib.parse import urlsplit

from services.buttons import rows_in, written
from services.errors import UserError
from services.markup import check_markup
from services.templates import placeholders_in, shown_units, units
from services.times import seconds_in, zone_called

Value: TypeAlias = Any
"""A setting's value, whatever JSON can say."""

LONGEST_ADDRESS: Final = 2048
"""Characters of an address that a button opens."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{20,200}")
_POST = re.compile(r"post:(-?[0-9]{1,16}):([0-9]{1,10})")
_YES: Final = frozenset(["on", "yes", "true", "1", "вкл", "да", "ha"])
_NO: Final = frozenset(["off", "no", "false", "0", "выкл", "нет", "yo‘q", "yo'q", "never", "никогда"])


@dataclass(frozen=True, kw_only=True)
class Form:
    """What all forms have in common; `presets` are the values that are offered as buttons.

    With `optional` None is a value too: no text, or as something else has it. Every refusal is a `UserError` that says
    what to do.
    """

    presets: tuple[Value, ...] = ()
    optional: bool = False
    typed: ClassVar[bool] = False
    """Whether a person may write the value, or send it."""

    def check(self, value: Value) -> Value:
        """Return a value as it is kept.

        Raises:
            UserError: It is none of this form.
        """
        return None if value is None and self.optional else self.checked(value)

    def checked(self, value: Value) -> Value:
        """Do as `check` for what is not None; this form takes anything, as who changes it judges it."""
        return value

    def read(self, words: str) -> Value:
        """Return what a person's words mean.

        Raises:
            UserError: They mean no value of this form.
        """
        return self.checked(words)

    def pressed(self, data: str) -> Value:
        """Return the value that a button carries.

        Raises:
            UserError: No button has it, or one of another version.
        """
        offered = (*self.presets, None) if self.optional else self.presets
        found = [value for value in offered if self.data_of(value) == data]
        if not found:
            raise UserError("button-stale")
        return found[0]

    def data_of(self, value: Value) -> str:
        """Return what a button carries for a value."""
        return str(value).lower()


@dataclass(frozen=True, kw_only=True)
class YesNo(Form):
    """On or off."""

    presets: tuple[Value, ...] = (True, False)

    def checked(self, value: Value) -> Value:
        """Take booleans."""
        if not isinstance(value, bool):
            raise UserError("setting-wrong")
        return value

    def read(self, words: str) -> Value:
        """Read yes and no, on and off."""
        word = words.strip().casefold()
        if word not in _YES | _NO:
            raise UserError("setting-yes-no")
        return word in _YES


@dataclass(frozen=True, kw_only=True)
class Choice(Form):
    """One of its presets, which are names; each has a text `setting-<setting>-<name>`."""

    def checked(self, value: Value) -> Value:
        """Take one of the names."""
        if value not in self.presets:
            raise UserError("setting-wrong")
        return value


@dataclass(frozen=True, kw_only=True)
class Several(Form):
    """Any of its presets, at least one; each has a text `setting-<setting>-<name>`."""

    def checked(self, value: Value) -> Value:
        """Take lists of its names; they are kept in the order of the presets."""
        if not isinstance(value, Sequence) or not value or not set(value) <= set(self.presets):
            raise UserError("setting-wrong")
        return tuple(name for name in self.presets if name in value)


@dataclass(frozen=True, kw_only=True)
class Number(Form):
    """A whole number within bounds."""

    least: int
    most: int
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take whole numbers within the bounds."""
        if not _is_number(value) or not self.least <= value <= self.most:
            raise UserError("setting-number", least=self.least, most=self.most)
        return value

    def read(self, words: str) -> Value:
        """Read digits, with or without spaces between them."""
        digits = "".join(words.split())
        return self.checked(int(digits) if _NUMBER.fullmatch(digits) else None)


@dataclass(frozen=True, kw_only=True)
class Duration(Form):
    """A time in whole seconds within bounds, or 0 for never.

    `too_long` is the text that refuses what is longer, `unclear` the one that refuses what is no time.
    """

    least: int
    most: int
    too_long: str = "setting-duration-range"
    unclear: str = "setting-duration"
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take seconds within the bounds, and 0."""
        if not _is_number(value):
            raise UserError(self.unclear)
        if value > self.most:
            raise UserError(self.too_long, least=self.least, most=self.most)
        if value < self.least and value != 0:
            raise UserError("setting-duration-range", least=self.least, most=self.most)
        return value

    def read(self, words: str) -> Value:
        """Read numbers with their units, such as `1 h 30 min`; 0 and `off` are never."""
        return self.checked(0 if words.strip().casefold() in _NO else seconds_in(words))


@dataclass(frozen=True, kw_only=True)
class Text(Form):
    """A text in Telegram's HTML that shows at most so many UTF-16 units; it may use these placeholders."""

    longest: int
    optional: bool = True
    placeholders: tuple[str, ...] = ()
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take texts that Telegram can show."""
        text = value.strip() if isinstance(value, str) else ""
        if not text:
            raise UserError("setting-empty")
        check_markup(text)
        if shown_units(text) > self.longest:
            raise UserError("setting-long", longest=self.longest, length=shown_units(text))
        if self.placeholders and (unknown := placeholders_in(text) - set(self.placeholders)):
            known = " ".join(f"{{{name}}}" for name in self.placeholders)
            raise UserError("setting-placeholder", name=f"{{{min(unknown)}}}", known=known)
        return text


@dataclass(frozen=True, kw_only=True)
class Picture(Form):
    """A picture: an https address, a file id, or a post of a channel (`post_of`), which outlives its file id."""

    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take https addresses, file ids and posts."""
        text = value.strip() if isinstance(value, str) else ""
        if not (_FILE_ID.fullmatch(text) or post_in(text) or is_https(text)):
            raise UserError("setting-picture")
        return text


@dataclass(frozen=True, kw_only=True)
class Buttons(Form):
    """Rows of buttons that open addresses, as services/buttons.py reads them."""

    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take what reads as at least one button; it is kept as it would be written."""
        rows = rows_in(value) if isinstance(value, str) else ()
        if not rows:
            raise UserError("setting-empty")
        return written(rows)


@dataclass(frozen=True, kw_only=True)
class Web(Form):
    """An https address that a button opens."""

    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take https addresses."""
        text = value.strip() if isinstance(value, str) else ""
        if not is_https(text) or len(text) > LONGEST_ADDRESS:
            raise UserError("setting-address")
        return text


@dataclass(frozen=True, kw_only=True)
class Line(Form):
    """One line of plain words, at most so many UTF-16 units."""

    longest: int
    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take words; line breaks become spaces."""
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text:
            raise UserError("setting-empty")
        if units(text) > self.longest:
            raise UserError("setting-long", longest=self.longest, length=units(text))
        return text


@dataclass(frozen=True, kw_only=True)
class TimeZone(Form):
    """A time zone by its name in the tz database."""

    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take names that exist, in any case."""
        zone = zone_called(value) if isinstance(value, str) else None
        if zone is None:
            raise UserError("setting-timezone-wrong")
        return zone


def post_of(chat: int, message_id: int) -> str:
    """Write a post of a channel as the value of a `Picture`."""
    return f"post:{chat}:{message_id}"


def post_in(value: str) -> tuple[int, int] | None:
    """Read the chat and the message of a `Picture` that is a post; None where it is none."""
    found = _POST.fullmatch(value)
    return (int(found[1]), int(found[2])) if found else None


def is_https(text: str) -> bool:
    """Tell whether a text is an https address that Telegram opens: with a host, without spaces."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "") and not re.search(r"\s", text)


def _is_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
