"""Decides what a broadcast is: what goes to whom and how, where it stands, and who said so."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from database.broadcast_chunk import Counts
from database.cause import Cause
from database.collection import Document
from database.outgoing import Buttons, Outgoing, buttons_in


class BroadcastState(StrEnum):
    """Where a broadcast stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN: Final = (BroadcastState.DRAFT, BroadcastState.SCHEDULED)
"""While everything about it can be changed."""


class Reason(StrEnum):
    """Why a broadcast pauses by itself."""

    RIGHT = "right"
    """Whoever started it may not do so any more."""
    CONTENT = "content"
    """Telegram takes this message for nobody."""


class PassKind(StrEnum):
    """What is done to messages that readers have."""

    DELETE = "delete"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who of a bot's readers gets a broadcast: all who are everything that is named here.

    `language` is the one that a reader is spoken to in. `active_days`: they wrote in so many days before the start.
    `new_since`: they wrote for the first time since then. `premium`: those that are (True) or are not (False) premium
    readers of the bot's. `clicked` and `not_clicked` name buttons. `sample` are so many percent, 1 to 100, by a hash
    of reader and broadcast.
    """

    language: str | None = None
    active_days: int | None = None
    new_since: datetime | None = None
    premium: bool | None = None
    clicked: str | None = None
    not_clicked: str | None = None
    sample: int = 100


@dataclass(frozen=True, slots=True)
class BroadcastOptions:
    """How a broadcast comes: pinned, without a sound, kept from being saved, with buttons, for so many seconds.

    `delete_after` is None where it stays.
    """

    pin: bool = False
    silent: bool = False
    protect: bool = False
    buttons: Buttons = ()
    delete_after: int | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Something that is done to what readers have: the how-manieth, what, who said so, and when."""

    number: int
    kind: PassKind
    by: int
    at: datetime
    over: bool = False


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast.

    `by` made it, or started it last. `out` is its message, without the options. `cut_to` is the greatest id of a reader
    up to whom the audience was cut into `chunks`, and `is_cut` says that there are no more. `expected` is how many
    readers there were at the start, None until they are counted. `counts` are a second old at most while it runs.
    `reason` says why it paused by itself, in Telegram's word where that is `detail`; `told`: its people know. It did so
    `stops` times.
    `shown`: its progress is shown as it is.
    """

    code: str
    cause: Cause
    by: int
    out: Outgoing
    made_at: datetime
    state: BroadcastState = BroadcastState.DRAFT
    options: BroadcastOptions = BroadcastOptions()
    audience: Audience = Audience()
    start_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    expected: int | None = None
    cut_to: int = -1
    chunks: int = 0
    is_cut: bool = False
    epoch: int = 0
    counts: Counts = field(default_factory=Counts)
    reason: Reason | None = None
    detail: str | None = None
    told: bool = True
    stops: int = 0
    shown: bool = True
    last_pass: Pass | None = None

    @property
    def content(self) -> Outgoing:
        """The message as readers get it: with the options."""
        options, out = self.options, self.out
        return replace(
            out,
            buttons=options.buttons or out.buttons,
            protect=options.protect or out.protect,
            silent=options.silent or out.silent,
        )

    @property
    def send_cause(self) -> Cause:
        """The cause of what readers get."""
        return Cause(f"broadcast:{self.code}")


_NAMES: Final = tuple(each.name for each in fields(Broadcast))


def document_of(broadcast: Broadcast) -> Document:
    """Write a broadcast as its document has it."""
    return written({name: getattr(broadcast, name) for name in _NAMES}) | {"causes": [broadcast.cause]}


def written(values: Document) -> Document:
    """Write some of a broadcast's fields as its document has them."""
    return {
        name: value.as_document()
        if isinstance(value, Outgoing)
        else asdict(value)
        if isinstance(value, BroadcastOptions | Audience | Counts | Pass)
        else value
        for name, value in values.items()
    }


def broadcast_in(document: Document) -> Broadcast:
    """Read a broadcast's document."""
    values = {name: document[name] for name in _NAMES}
    options, last, reason = values["options"], values["last_pass"], values["reason"]
    return Broadcast(
        **values
        | {
            "cause": Cause(values["cause"]),
            "out": Outgoing.of(values["out"]),
            "state": BroadcastState(values["state"]),
            "options": BroadcastOptions(**options | {"buttons": buttons_in(options["buttons"])}),
            "audience": Audience(**values["audience"]),
            "counts": Counts(**values["counts"]),
            "reason": reason and Reason(reason),
            "last_pass": last and Pass(**last | {"kind": PassKind(last["kind"])}),
        }
    )
