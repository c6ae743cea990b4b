"""Decides what can be set of a broadcast before it starts, and which values each of these things takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final

from database.broadcast import Audience, Broadcast, BroadcastOptions
from services.buttons import out_rows_in, out_written
from services.errors import UserError
from services.forms import Choice, Duration, Form, Number, Value, YesNo
from services.options import AUTO_DELETE
from services.times import moment_in

_DAY: Final = 86400
_YEAR: Final = 366
_NAME: Final = re.compile(r"[a-z0-9_-]{1,32}")

LANGUAGES: Final = ("en", "ru", "uz")
"""The languages in which readers are spoken to."""


WITH: Final = "with"
WITHOUT: Final = "without"
"""Those who have premium, or those who have none."""


class Feature(StrEnum):
    """What can be set of a broadcast; its texts are `cast-<feature>` and `cast-<feature>-about`."""

    PIN = "pin"
    SILENT = "silent"
    PROTECT = "protect"
    BUTTONS = "buttons"
    DELETE = "delete"
    LANGUAGE = "language"
    ACTIVE = "active"
    SINCE = "since"
    PREMIUM = "premium"
    CLICKED = "clicked"
    UNCLICKED = "unclicked"
    SAMPLE = "sample"


@dataclass(frozen=True, kw_only=True)
class OutButtons(Form):
    """Rows of buttons under a broadcast, as services/buttons.py reads them."""

    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take what reads as at least one button."""
        rows = out_rows_in(value) if isinstance(value, str) else ()
        if not rows:
            raise UserError("setting-empty")
        return rows


@dataclass(frozen=True, kw_only=True)
class Click(Form):
    """The name of a button whose presses are counted."""

    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take names, also as they are written for a button: `click:name`."""
        name = value.strip().lower().removeprefix("click:").strip() if isinstance(value, str) else ""
        if not _NAME.fullmatch(name):
            raise UserError("cast-click-wrong")
        return name


FORMS: Final[Mapping[Feature, Form]] = {
    Feature.PIN: YesNo(),
    Feature.SILENT: YesNo(),
    Feature.PROTECT: YesNo(),
    Feature.BUTTONS: OutButtons(),
    Feature.DELETE: replace(AUTO_DELETE, presets=(3600, 6 * 3600, _DAY, 47 * 3600), optional=True),
    Feature.LANGUAGE: Choice(presets=LANGUAGES, optional=True),
    Feature.ACTIVE: Number(least=1, most=_YEAR, presets=(1, 7, 30, 90), optional=True),
    Feature.SINCE: Duration(
        least=60,
        most=10 * _YEAR * _DAY,
        unclear="cast-since-unclear",
        presets=(_DAY, 7 * _DAY, 30 * _DAY, 90 * _DAY),
        optional=True,
    ),
    Feature.PREMIUM: Choice(presets=(WITH, WITHOUT), optional=True),
    Feature.CLICKED: Click(),
    Feature.UNCLICKED: Click(),
    Feature.SAMPLE: Number(least=1, most=100, presets=(1, 5, 10, 25, 50), optional=True),
}
"""Which values each takes. None is: no buttons, it stays, everybody."""

_OPTIONS: Final[Mapping[Feature, str]] = {
    Feature.PIN: "pin",
    Feature.SILENT: "silent",
    Feature.PROTECT: "protect",
    Feature.BUTTONS: "buttons",
    Feature.DELETE: "delete_after",
}

_AUDIENCE: Final[Mapping[Feature, str]] = {
    Feature.LANGUAGE: "language",
    Feature.ACTIVE: "active_days",
    Feature.SINCE: "new_since",
    Feature.PREMIUM: "premium",
    Feature.CLICKED: "clicked",
    Feature.UNCLICKED: "not_clicked",
    Feature.SAMPLE: "sample",
}

OPTIONS: Final = tuple(_OPTIONS)
"""How a broadcast comes."""

AUDIENCE: Final = tuple(_AUDIENCE)
"""Who gets it."""


def feature_called(name: str) -> Feature:
    """Return the feature that a button names.

    Raises:
        UserError: `button-stale`: this version has none of this name.
    """
    found = next((each for each in Feature if each == name), None)
    if found is None:
        raise UserError("button-stale")
    return found


def value_of(broadcast: Broadcast, feature: Feature) -> Value:
    """Return what a feature is set to; None where it leaves nobody out, or nothing is."""
    if feature in _OPTIONS:
        return getattr(broadcast.options, _OPTIONS[feature]) or (False if type(FORMS[feature]) is YesNo else None)
    value = getattr(broadcast.audience, _AUDIENCE[feature])
    if feature is Feature.PREMIUM and value is not None:
        return WITH if value else WITHOUT
    return None if feature is Feature.SAMPLE and value == 100 else value


def is_set(broadcast: Broadcast, feature: Feature) -> bool:
    """Tell whether a feature makes a broadcast another than one that goes to everybody, and just as it is."""
    value = value_of(broadcast, feature)
    return value is not None and not (feature in OPTIONS and value is False)


def pressed(feature: Feature, data: str, now: datetime) -> Value:
    """Return the value that a button carries.

    Raises:
        UserError: `button-stale`.
    """
    return _moment(feature, FORMS[feature].pressed(data), now)


def read(feature: Feature, words: str, zone: str, now: datetime) -> Value:
    """Return what a person's words mean; a time is in the bot's time zone.

    Raises:
        UserError: they mean no value of this feature.
    """
    if feature is Feature.SINCE and (at := moment_in(words, zone)):
        if at > now:
            raise UserError("cast-since-future")
        return at
    return _moment(feature, FORMS[feature].read(words), now)


def changed(broadcast: Broadcast, feature: Feature, value: Value) -> tuple[BroadcastOptions, Audience]:
    """Return the options and the audience of a broadcast with another value."""
    change: dict[str, Any]
    if feature in _OPTIONS:
        if feature is Feature.BUTTONS:
            value = value or ()
        change = {_OPTIONS[feature]: value or None if feature is Feature.DELETE else value}
        return replace(broadcast.options, **change), broadcast.audience
    if feature is Feature.SAMPLE:
        value = value or 100
    if feature is Feature.PREMIUM and value is not None:
        value = value == WITH
    return broadcast.options, replace(broadcast.audience, **{_AUDIENCE[feature]: value})


def said_buttons(rows: Any) -> str:
    """Write the buttons of a broadcast as they are typed."""
    return out_written(rows)


def _moment(feature: Feature, value: Value, now: datetime) -> Value:
    """Those who are new: since so many seconds ago."""
    if feature is Feature.SINCE:
        return now - timedelta(seconds=value) if value else None
    return value
