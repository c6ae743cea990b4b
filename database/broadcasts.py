"""Decides what is kept of a broadcast: what goes to whom and how, where it stands, and who said so."""

from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.broadcast_chunks import Counts
from database.cause import Cause
from database.collection import Collection, Document
from database.outgoing import Buttons, OutButton, Outgoing

_CAUSES: Final = 50
"""Changes of one broadcast whose causes are remembered: a replay comes before so many others."""


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
    `reason` says why it paused by itself, in Telegram's word where that is `detail`; `told`: its people know.
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
    last_pass: Pass | None = None

    @property
    def content(self) -> Outgoing:
        """The message as readers get it: with the options."""
        options, out = self.options, self.out
        return Outgoing(
            out.chat,
            out.message_ids,
            out.html,
            options.buttons or out.buttons,
            protect=options.protect or out.protect,
            silent=options.silent or out.silent,
            is_text=out.is_text,
        )

    @property
    def send_cause(self) -> Cause:
        """The cause of what readers get."""
        return Cause(f"broadcast:{self.code}")


class Broadcasts(Collection):
    """One bot's broadcasts. A change is made once per cause, in one of the states that it is possible in."""

    name = "broadcasts"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("cause", 1)], unique=True),
        IndexModel([("bot_id", 1), ("state", 1), ("started_at", 1)]),
        IndexModel([("bot_id", 1), ("state", 1), ("start_at", 1)]),
        IndexModel([("bot_id", 1), ("made_at", -1)]),
        IndexModel([("bot_id", 1), ("told", 1)], partialFilterExpression={"told": False}),
        IndexModel([("bot_id", 1), ("last_pass.over", 1)], partialFilterExpression={"last_pass.over": False}),
    ]

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """Write a broadcast down; where its cause made one already, that one is returned."""
        document: Document = {**_document(broadcast), "_id": self._key(broadcast.code), "bot_id": self._bot_id}
        if await self._insert_new(document):
            return broadcast
        known = await self._documents.find_one({"bot_id": self._bot_id, "cause": broadcast.cause})
        if known is None:
            raise RuntimeError(f"the code {broadcast.code} is not new")
        return _broadcast(known)

    async def get(self, code: str) -> Broadcast | None:
        """Return a broadcast."""
        document = await self._documents.find_one({"_id": self._key(code)})
        return None if document is None else _broadcast(document)

    async def change(
        self, code: str, cause: Cause, states: AbstractCollection[BroadcastState], **values: Any
    ) -> Broadcast | None:
        """Change a broadcast that is in one of these states, once per cause; return it as it is then.

        None: it is in another state, and this cause has not changed it.
        """
        where = {"_id": self._key(code), "state": {"$in": [state.value for state in states]}, "causes": {"$ne": cause}}
        change = {"$set": _written(values), "$push": {"causes": {"$each": [cause], "$slice": -_CAUSES}}}
        found = await self._documents.find_one_and_update(where, change, return_document=ReturnDocument.AFTER)
        if found is None:
            found = await self._documents.find_one({"_id": self._key(code), "causes": cause})
        return None if found is None else _broadcast(found)

    async def page(self, skip: int, size: int) -> list[Broadcast]:
        """Return a page of broadcasts, the newest first."""
        found = self._documents.find({"bot_id": self._bot_id}, sort=[("made_at", -1)], skip=skip, limit=size)
        return [_broadcast(document) async for document in found]

    async def count(self) -> int:
        """Return how many broadcasts there are."""
        return await self._documents.count_documents({"bot_id": self._bot_id})

    # For the worker

    async def running(self) -> list[Broadcast]:
        """Return those that are being sent, the one started first at the front."""
        return await self._in_state(BroadcastState.RUNNING, "started_at")

    async def scheduled(self) -> list[Broadcast]:
        """Return those that wait for their time, the next one at the front."""
        return await self._in_state(BroadcastState.SCHEDULED, "start_at")

    async def take_over(self, epoch: int) -> None:
        """Make this epoch the one that may go on with what is being sent."""
        older = {"bot_id": self._bot_id, "state": BroadcastState.RUNNING, "epoch": {"$lt": epoch}}
        await self._documents.update_many(older, {"$set": {"epoch": epoch}})

    async def begin(self, code: str, now: datetime) -> None:
        """Start one whose time has come."""
        await self._documents.update_one(
            {"_id": self._key(code), "state": BroadcastState.SCHEDULED, "start_at": {"$lte": now}},
            {"$set": {"state": BroadcastState.RUNNING, "started_at": now}},
        )

    async def cut(self, broadcast: Broadcast, cut_to: int, *, chunk: bool, is_cut: bool) -> bool:
        """Write down up to which reader the audience is cut; False when it went on meanwhile, or is another epoch's."""
        mine = {
            "_id": self._key(broadcast.code),
            "state": BroadcastState.RUNNING,
            "epoch": broadcast.epoch,
            "cut_to": broadcast.cut_to,
        }
        change = {"cut_to": cut_to, "chunks": broadcast.chunks + chunk, "is_cut": is_cut}
        return (await self._documents.update_one(mine, {"$set": change})).matched_count == 1

    async def counted(self, code: str, counts: Counts) -> None:
        """Write down how far a broadcast is."""
        await self._documents.update_one({"_id": self._key(code)}, {"$set": {"counts": asdict(counts)}})

    async def expect(self, code: str, expected: int) -> None:
        """Write down how many readers there were at the start, unless that is known."""
        await self._documents.update_one({"_id": self._key(code), "expected": None}, {"$set": {"expected": expected}})

    async def finish(self, broadcast: Broadcast, now: datetime) -> None:
        """End a broadcast whose audience is cut and whose chunks are done."""
        mine = {
            "_id": self._key(broadcast.code),
            "state": BroadcastState.RUNNING,
            "epoch": broadcast.epoch,
            "is_cut": True,
        }
        await self._documents.update_one(mine, {"$set": {"state": BroadcastState.DONE, "ended_at": now}})

    async def stop(self, code: str, reason: Reason, detail: str | None) -> None:
        """Pause one that is running and cannot go on; its people have to be told."""
        await self._documents.update_one(
            {"_id": self._key(code), "state": BroadcastState.RUNNING},
            {"$set": {"state": BroadcastState.PAUSED, "reason": reason, "detail": detail, "told": False}},
        )

    async def untold(self) -> list[Broadcast]:
        """Return those that paused by themselves and whose people do not know it."""
        return [_broadcast(each) async for each in self._documents.find({"bot_id": self._bot_id, "told": False})]

    async def told(self, code: str) -> None:
        """Write down that a broadcast's people know why it pauses."""
        await self._documents.update_one({"_id": self._key(code)}, {"$set": {"told": True}})

    async def in_pass(self) -> list[Broadcast]:
        """Return those with a pass that is not over, the oldest at the front."""
        where = {"bot_id": self._bot_id, "last_pass.over": False}
        return [_broadcast(each) async for each in self._documents.find(where, sort=[("last_pass.at", 1)])]

    async def end_pass(self, code: str, number: int) -> None:
        """Write down that a pass is over."""
        await self._documents.update_one(
            {"_id": self._key(code), "last_pass.number": number}, {"$set": {"last_pass.over": True}}
        )

    async def _in_state(self, state: BroadcastState, order: str) -> list[Broadcast]:
        found = self._documents.find({"bot_id": self._bot_id, "state": state}, sort=[(order, 1), ("_id", 1)])
        return [_broadcast(document) async for document in found]


_NAMES: Final = tuple(each.name for each in fields(Broadcast))


def _document(broadcast: Broadcast) -> Document:
    """Write a broadcast as its document has it."""
    return _written({name: getattr(broadcast, name) for name in _NAMES}) | {"causes": [broadcast.cause]}


def _written(values: Document) -> Document:
    """Write some of a broadcast's fields as its document has them."""
    return {
        name: value.as_document()
        if isinstance(value, Outgoing)
        else asdict(value)
        if isinstance(value, BroadcastOptions | Audience | Counts | Pass)
        else value
        for name, value in values.items()
    }


def _broadcast(document: Document) -> Broadcast:
    values = {name: document[name] for name in _NAMES}
    options, last, reason = values["options"], values["last_pass"], values["reason"]
    return Broadcast(
        **values
        | {
            "cause": Cause(values["cause"]),
            "out": Outgoing.of(values["out"]),
            "state": BroadcastState(values["state"]),
            "options": BroadcastOptions(**options | {"buttons": buttons_of(options["buttons"])}),
            "audience": Audience(**values["audience"]),
            "counts": Counts(**values["counts"]),
            "reason": reason and Reason(reason),
            "last_pass": last and Pass(**last | {"kind": PassKind(last["kind"])}),
        }
    )


def buttons_of(rows: Sequence[Sequence[Document]]) -> Buttons:
    """Read rows of buttons."""
    return tuple(tuple(OutButton(**button) for button in row) for row in rows)
