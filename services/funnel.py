"""Decides what of a funnel bot's records comes along: people, their tasks and their presses; and why others do not.

What its task types are here stands in `STEPS`; a task becomes the step of a sequence, in the reader's first run through
it. So a reader who began that sequence here already has these steps, and gets none of them twice.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from database.funnel_files import Kind, Record
from database.task import Status
from database.users import Former

SEQUENCE: Final = "welcome"
"""The sequence that the old tasks belong to, unless told otherwise: the one that ships."""

STEPS: Final[Mapping[str, str]] = {
    "msg_immediate": "hello",
    "msg_30s": "join",
    "msg_3min": "how",
    "cleanup": "farewell",
    "farewell": "farewell",
    "msg_2h": "reminder",
}
"""The steps of that sequence by the old task types."""

LATE: Final = "7 days"
"""How old a pending task may be, unless told otherwise: what was due before that is not sent any more."""

_STATUSES: Final = {**{status.value: status for status in Status}, "canceled": Status.CANCELLED}
_PERSON: Final = range(1, 2**52)
"""Telegram's ids of people have no more bits."""
_TIMES: Final = (datetime(2013, 8, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
"""Between Telegram's beginning and what nobody plans for."""
_UNITS: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From which number on an epoch counts nano-, micro- or milliseconds, and how many of them a second has."""
_NUMBER: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,9})?", re.ASCII)
_UTC: Final = re.compile(r"\s*UTC$")
_NAME: Final = 64
"""Characters of a name that Telegram allows."""
_BUTTON: Final = 64
_KEPT: Final = 4096
"""Characters of an old payload that are kept, as JSON."""


class LeftOut(Exception):  # noqa: N818 - says what is the case
    """A record does not come along; the text is the reason, the same for all records that have it."""


@dataclass(frozen=True, slots=True)
class FormerTask:
    """A task of the old bot; `key` tells it apart, `step` is the one here that it becomes."""

    key: str
    chat_id: int
    step: str
    send_at: datetime
    status: Status
    retries: int
    former: str
    """What else the old bot had of it, as JSON."""


@dataclass(frozen=True, slots=True)
class FormerClick:
    """A press of one of the old bot's buttons; `key` tells it apart."""

    key: str
    chat_id: int
    button: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the records are taken.

    `steps` and `buttons` are what old task types and buttons are called here, `known` the steps that the sequence has,
    `zone` that of times without one. What was to be sent before `since` is not sent any more.
    """

    since: datetime
    sequence: str = SEQUENCE
    steps: Mapping[str, str] = field(default_factory=lambda: dict(STEPS))
    known: Collection[str] = frozenset(STEPS.values())
    buttons: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"


def taken(record: Record, wanted: Wanted) -> Former | FormerTask | FormerClick:
    """Take one record.

    Raises:
        LeftOut: it cannot come along.
    """
    fields = record.fields
    match record.kind:
        case Kind.USER:
            return _person(fields)
        case Kind.TASK:
            return _task(fields, wanted)
        case Kind.CLICK:
            return _click(fields, wanted)


def _person(fields: Mapping[str, Any]) -> Former:
    chat, user = fields.get("chat_id"), fields.get("user_id")
    number = _id(chat if user is None else user)
    if chat is not None and _id(chat) != number:
        raise LeftOut("its chat_id and its user_id are not the same person")
    try:
        joined_at = moment(fields.get("timestamp_utc"), "UTC")
    except LeftOut:
        joined_at = None
    return Former(
        number,
        username=_words(fields.get("username")),
        first_name=_words(fields.get("first_name")) or "",
        last_name=_words(fields.get("last_name")),
        start_payload=_words(fields.get("start_payload")),
        joined_at=joined_at,
    )


def _task(fields: Mapping[str, Any], wanted: Wanted) -> FormerTask:
    old_type, status = str(fields.get("task_type")), str(fields.get("status")).strip().casefold()
    step = wanted.steps.get(old_type)
    if step is None:
        raise LeftOut(f"nothing is known of its task type {old_type[:_BUTTON]!r}")
    if step not in wanted.known:
        raise LeftOut(f"the sequence {wanted.sequence!r} has no step {step!r} for its task type {old_type!r}")
    if status not in _STATUSES:
        raise LeftOut(f"its status {status[:_BUTTON]!r} is none that tasks have")
    chat, send_at = _id(fields.get("chat_id")), moment(fields.get("send_at"), wanted.zone)
    number = _former_id(fields.get("id"))
    former: dict[str, Any] = {"task_type": old_type} | ({} if number is None else {"id": number})
    if (payload := _payload(fields.get("payload"))) is not None:
        former["payload"] = payload
    key = f"id {number}" if number is not None else f"{chat} {old_type} {send_at.isoformat()}"
    written = json.dumps(former, ensure_ascii=False)
    return FormerTask(key, chat, step, send_at, _STATUSES[status], _retries(fields), written)


def _click(fields: Mapping[str, Any], wanted: Wanted) -> FormerClick:
    chat, at = _id(fields.get("chat_id")), moment(fields.get("timestamp"), wanted.zone)
    old = str(fields.get("button_type") or "").strip()
    if not 0 < len(old) <= _BUTTON:
        raise LeftOut("its button_type is empty, or longer than 64 characters")
    number = _former_id(fields.get("id"))
    key = f"id {number}" if number is not None else f"{chat} {old} {at.isoformat()}"
    return FormerClick(key, chat, wanted.buttons.get(old, old), at)


def moment(value: Any, zone: str) -> datetime:
    """Read a time: ISO 8601 with a zone, or without one in `zone`, or an epoch in seconds or parts of them.

    Raises:
        LeftOut: it is none, or of no time at which there were bots.
    """
    found: datetime | None = None
    try:
        if isinstance(value, bool) or value is None:
            pass
        elif isinstance(value, int | float) or _NUMBER.fullmatch(str(value).strip()):
            number = float(value)
            found = datetime.fromtimestamp(number / next((by for least, by in _UNITS if number >= least), 1.0), UTC)
        else:
            read = datetime.fromisoformat(_UTC.sub("+00:00", str(value).strip()))
            found = (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None:
        raise LeftOut("its time cannot be read")
    if not _TIMES[0] <= found < _TIMES[1]:
        raise LeftOut("its time is before 2013 or after 2099")
    return found


def _id(value: Any) -> int:
    """Read a person's id, as programs and as people write numbers."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value.strip(), re.ASCII):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise LeftOut("it has no chat_id that is a number")
    if value not in _PERSON:
        raise LeftOut("its chat_id is a group's, or nobody's")
    return value


def _former_id(value: Any) -> str | None:
    words = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return words[:_BUTTON] or None


def _words(value: Any) -> str | None:
    words = " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return words.replace("\x00", "")[:_NAME] or None


def _retries(fields: Mapping[str, Any]) -> int:
    value = fields.get("retries") or 0
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value)
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise LeftOut("its retries are no number")
    return int(value)


def _payload(value: Any) -> str | None:
    """Write an old payload as JSON, or as the text that it was; one that is too long is not kept."""
    if value in (None, "", {}, "{}"):
        return None
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= _KEPT else None
