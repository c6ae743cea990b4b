"""Decides what a draft is: what is to go where, where it comes from, who decided what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from database.cause import Cause
from database.collection import Document
from database.outgoing import Outgoing

PARTS: Final = 10
"""Messages that one draft sends to a target at most: what a long text is split into."""

BY_ITSELF: Final = 0
"""Who decided on a draft that nobody had to look at."""


class DraftState(StrEnum):
    """Where a draft stands."""

    PENDING = "pending"
    """It waits for somebody to decide."""
    APPROVED = "approved"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTLY = "partly"
    """Some targets have it, others refused it."""
    FAILED = "failed"
    """No target has it."""
    SKIPPED = "skipped"
    SCHEDULED = "scheduled"
    """It is approved, for a time that is to come."""
    EXPIRED = "expired"
    """Nobody decided in time."""


class DraftSource(StrEnum):
    """Who makes drafts."""

    PERSON = "person"
    AI = "ai"
    HTTP = "http"


class TargetState(StrEnum):
    """What became of a draft at one of its targets."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DELETED = "deleted"
    """It was sent, and taken back."""


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """A chat that a draft goes to, and what became of it there.

    `reply_to` is the message of the chat that it answers. `parts` of it are there, as the messages `message_ids`, all
    parts' in their order; `link` leads to the first one, None where nobody outside can be led. `refusal` (a
    `services.refusals.Refusal`) and Telegram's word for it, `reason`, say why it failed, why it waits, or, of what is
    sent, what about it did not succeed: its pin, or taking it back. `attempts` have failed since the last cycle. It is
    tried again at `due_at`; None: at once. It fails in passing since `failing_since`; None: it does not. `unsure`:
    nobody knows whether the next part is there already, a crash or a lost answer hid it; sending it again tells.
    """

    chat: int
    title: str
    reply_to: int | None = None
    state: TargetState = TargetState.WAITING
    message_ids: tuple[int, ...] = ()
    refusal: str | None = None
    reason: str = ""
    attempts: int = 0
    due_at: datetime | None = None
    link: str | None = None
    sent_at: datetime | None = None
    parts: int = 0
    unsure: bool = False
    failing_since: datetime | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> DraftTarget:
        """Read what a draft's document has of it."""
        state, ids = TargetState(document["state"]), tuple(document["message_ids"])
        return cls(**{**document, "state": state, "message_ids": ids})


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How a draft comes: without a sound, pinned, kept from being saved and forwarded."""

    silent: bool = False
    pin: bool = False
    protect: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a draft says: 1 to `PARTS` messages, sent in order. `by` wrote it; None: no person did."""

    number: int
    parts: tuple[Outgoing, ...]
    by: int | None
    at: datetime

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Version:
        """Read what a draft's document has of it."""
        return cls(**{**document, "parts": tuple(Outgoing.of(each) for each in document["parts"])})

    def as_document(self) -> Document:
        """Write it down for a draft's document."""
        return {
            "number": self.number,
            "parts": [each.as_document() for each in self.parts],
            "by": self.by,
            "at": self.at,
        }


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft comes from, for the eyes of who decides.

    A person's: `by`, and the `message_ids` in `chat` that it was made of. An AI's: the `chat` and the messages that it
    answers, whose (`by`, called `who`), what they `said`, and how confident it is (`confidence`, 0 to 100). An HTTP
    caller's: their `key`, if they gave one, and the `digest` of all that they asked for.
    """

    source: DraftSource
    by: int | None = None
    chat: int | None = None
    message_ids: tuple[int, ...] = ()
    who: str = ""
    said: str = ""
    confidence: int | None = None
    key: str | None = None
    digest: str | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Origin:
        """Read what a draft's document has of it."""
        source, ids = DraftSource(document["source"]), tuple(document["message_ids"])
        return cls(**{**document, "source": source, "message_ids": ids})


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that goes out when somebody says yes.

    `versions` are all that it ever was, the newest last. `send_at` is when it is to go out, or should; None: once it is
    approved. `decided_by` approved, scheduled or skipped it (`BY_ITSELF`: nobody had to). `published_at` is when all
    targets were through for the first time; `taken_back_at` when `taken_back_by` had it deleted everywhere. Who may
    decide is reminded at `remind_at`, and at `expire_at` it is too late; None: never (any more). `revision` counts what
    they should see; `terms` counts how often it was changed where, when or how it goes out.
    """

    code: str
    cause: Cause
    origin: Origin
    versions: tuple[Version, ...]
    targets: tuple[DraftTarget, ...]
    created_at: datetime
    options: DraftOptions = DraftOptions()
    state: DraftState = DraftState.PENDING
    send_at: datetime | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None
    published_at: datetime | None = None
    taken_back_by: int | None = None
    taken_back_at: datetime | None = None
    remind_at: datetime | None = None
    expire_at: datetime | None = None
    revision: int = 1
    terms: int = 0
    epoch: int = 0

    @property
    def version(self) -> Version:
        """What it says now."""
        return self.versions[-1]

    @property
    def send_cause(self) -> Cause:
        """The cause of what targets get."""
        return Cause(f"draft:{self.code}")

    def step_of(self, part: int) -> str:
        """The step of a part (from 1) of what it says now; with the cause and the target it makes the random_id."""
        return f"version {self.version.number} part {part}"


_NAMES: Final = tuple(each.name for each in fields(Draft))


def document_of(draft: Draft) -> Document:
    """Write a draft as its document has it."""
    return written({name: getattr(draft, name) for name in _NAMES}) | {"causes": [draft.cause]}


def written(values: Mapping[str, Any]) -> Document:
    """Write some of a draft's fields, or a target's, as its document has them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Version):
        return value.as_document()
    if isinstance(value, DraftTarget | DraftOptions | Origin):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def draft_in(document: Mapping[str, Any]) -> Draft:
    """Read a draft's document."""
    values = {name: document[name] for name in _NAMES}
    return Draft(
        **values
        | {
            "cause": Cause(values["cause"]),
            "origin": Origin.of(values["origin"]),
            "state": DraftState(values["state"]),
            "versions": tuple(Version.of(each) for each in values["versions"]),
            "targets": tuple(DraftTarget.of(each) for each in values["targets"]),
            "options": DraftOptions(**values["options"]),
        }
    )
