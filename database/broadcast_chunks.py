"""Decides what is kept of a broadcast's readers, chunk by chunk: who is in it, what became of each, what is left."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.collection import Collection, Document

KEEP: Final = timedelta(days=30)
"""How long it is remembered what became of each reader."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many readers of a broadcast, by what became of them.

    `total` are those in the chunks that are cut: each of them is one of `sent`, `blocked`, `deactivated`, `failed`,
    `later` (they have to wait), or has not had their turn. Of those who got it, it was `deleted`, was `too_old` for
    that or could not be deleted (`kept`); it was `edited`, or could not be (`unedited`).
    """

    total: int = 0
    sent: int = 0
    blocked: int = 0
    deactivated: int = 0
    failed: int = 0
    later: int = 0
    deleted: int = 0
    too_old: int = 0
    kept: int = 0
    edited: int = 0
    unedited: int = 0

    @property
    def finished(self) -> int:
        """Those of whom it is known what became of them."""
        return self.sent + self.blocked + self.deactivated + self.failed


COUNTED: Final = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one reader.

    They got the messages with these ids, `after` seconds after the chunk was begun; none are left once they are
    deleted. Or they did not, by this `refusal` (services.refusals) and for this `reason`.
    """

    after: int = 0
    message_ids: tuple[int, ...] = ()
    refusal: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """A reader who waits: until when, how often it was tried for nothing, and whether only their pin is left."""

    at: datetime
    tries: int = 0
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of a broadcast's readers, by id, and what became of them.

    All readers before `cursor`, a place in `readers`, have a result or wait `later`; some after it may have. `due_at`
    is when there is somebody to be sent to; None: all have their result. `begun_at` is what results count from.
    `delete_at` is when some of its messages are to be deleted. `passed` numbers the last pass that is over here.
    """

    broadcast: str
    number: int
    readers: tuple[int, ...]
    due_at: datetime | None
    begun_at: datetime
    cursor: int = 0
    results: Mapping[int, Result] = field(default_factory=dict)
    later: Mapping[int, Later] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    delete_at: datetime | None = None
    passed: int = 0
    place: int = 0
    """How far the pass is that is under way, a place in `readers`."""
    epoch: int = 0


class BroadcastChunks(Collection):
    """The chunks of one bot's broadcasts.

    Who works on one has claimed it under the epoch of its lease, and is then the only one who writes what became of its
    readers: with counts, results and cursor in one write, so that they always fit together.
    """

    name = "broadcast_chunks"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel(
            [("bot_id", 1), ("broadcast", 1), ("due_at", 1)], partialFilterExpression={"due_at": {"$exists": True}}
        ),
        IndexModel([("bot_id", 1), ("delete_at", 1)], partialFilterExpression={"delete_at": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("broadcast", 1), ("passed", 1), ("number", 1)]),
        IndexModel([("bot_id", 1), ("broadcast", 1), *((f"counts.{name}", 1) for name in COUNTED)], name="counts"),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def add(self, chunk: Chunk) -> Chunk:
        """Write a chunk down, or return the one with its number that is there: a process may have died over it."""
        document: Document = {
            "_id": self._key(chunk.broadcast, chunk.number),
            "bot_id": self._bot_id,
            "broadcast": chunk.broadcast,
            "number": chunk.number,
            "readers": list(chunk.readers),
            "due_at": chunk.due_at,
            "begun_at": chunk.begun_at,
            "forget_at": chunk.begun_at + KEEP,
            "cursor": 0,
            "results": {},
            "later": {},
            "counts": asdict(chunk.counts),
            "passed": 0,
            "place": 0,
            "epoch": chunk.epoch,
        }
        if await self._insert_new(document):
            return chunk
        known = await self._documents.find_one({"_id": document["_id"]})
        if known is None:
            raise RuntimeError(f"chunk {chunk.number} of {chunk.broadcast} is there and is not")
        return _chunk(known)

    async def claim(self, broadcast: str, epoch: int, now: datetime, without: Iterable[int] = ()) -> Chunk | None:
        """Take a chunk in which somebody is to be sent to now, other than those in hand; None: there is none."""
        where: Document = {
            "bot_id": self._bot_id,
            "broadcast": broadcast,
            "due_at": {"$lte": now},
            "epoch": {"$lte": epoch},
            "number": {"$nin": list(without)},
        }
        return await self._take(where, epoch, "due_at")

    async def next_due(self, broadcast: str) -> datetime | None:
        """Return when somebody of a broadcast is to be sent to next; None: all have their result."""
        where = {"bot_id": self._bot_id, "broadcast": broadcast, "due_at": {"$exists": True}}
        document = await self._documents.find_one(where, {"due_at": 1}, sort=[("due_at", 1)])
        return document["due_at"] if document else None

    async def flush(
        self,
        chunk: Chunk,
        *,
        cursor: int,
        results: Mapping[int, Result],
        later: Mapping[int, Later],
        counts: Mapping[str, int],
        due_at: datetime | None,
        delete_at: datetime | None = None,
    ) -> bool:
        """Write down what became of readers since the last time, all in one; False: the chunk is another epoch's.

        `results` are the new ones, of which the first are to be deleted at `delete_at`. `later` is everybody who waits
        now and `counts` are what they are with all this: the same again changes nothing. A chunk that is done is to be
        gone over by a pass again that has gone over it while it was not.
        """
        change: Document = {
            "cursor": cursor,
            "later": {str(reader): _later(each) for reader, each in later.items()},
            **{f"results.{reader}": _result(each) for reader, each in results.items()},
            **{f"counts.{name}": count for name, count in counts.items()},
        }
        update: Document = {"$set": change | ({"passed": 0} if due_at is None else {"due_at": due_at})}
        if due_at is None:
            update["$unset"] = {"due_at": ""}
        if delete_at is not None:
            update["$min"] = {"delete_at": delete_at}
        return await self._change(chunk, update)

    async def sums(self, broadcast: str) -> Counts:
        """Add up what became of a broadcast's readers; it reads an index, and no chunk."""
        group: Document = {"_id": None, **{name: {"$sum": f"$counts.{name}"} for name in COUNTED}}
        where = {"bot_id": self._bot_id, "broadcast": broadcast}
        found = await self._documents.aggregate([{"$match": where}, {"$group": group}], hint="counts")
        async for document in found:
            return Counts(**{name: document[name] for name in COUNTED})
        return Counts()

    async def failures(self, broadcast: str) -> AsyncIterator[tuple[int, Result]]:
        """Yield every reader who did not get a broadcast, and why."""
        where = {"bot_id": self._bot_id, "broadcast": broadcast}
        async for document in self._documents.find(where, {"results": 1}, sort=[("number", 1)], batch_size=4):
            for reader, value in document["results"].items():
                if (result := _read_result(value)).refusal is not None:
                    yield int(reader), result

    # What readers have

    async def to_delete(self, epoch: int, now: datetime) -> Chunk | None:
        """Take a chunk of whatever broadcast some of whose messages are to be deleted now."""
        where = {"bot_id": self._bot_id, "delete_at": {"$lte": now}, "epoch": {"$lte": epoch}}
        return await self._take(where, epoch, "delete_at")

    async def next_deletion(self) -> datetime | None:
        """Return when some messages are to be deleted next."""
        where = {"bot_id": self._bot_id, "delete_at": {"$exists": True}}
        document = await self._documents.find_one(where, {"delete_at": 1}, sort=[("delete_at", 1)])
        return document["delete_at"] if document else None

    async def to_pass(self, broadcast: str, number: int, epoch: int) -> Chunk | None:
        """Take the first chunk in which the pass with this number is not over."""
        where = {
            "bot_id": self._bot_id,
            "broadcast": broadcast,
            "passed": {"$lt": number},
            "epoch": {"$lte": epoch},
        }
        return await self._take(where, epoch, "passed", "number")

    async def taken_back(
        self, chunk: Chunk, gone: Mapping[int, Result], counts: Mapping[str, int], delete_at: datetime | None
    ) -> bool:
        """Write down, in one, whose messages are deleted or stay for good; False: the chunk is another epoch's.

        `delete_at` is when the next ones are to be. Where more readers got theirs meanwhile, it is looked again.
        """
        change: Document = {
            **{f"results.{reader}": _result(each) for reader, each in gone.items()},
            **{f"counts.{name}": count for name, count in counts.items()},
        }
        if change and not await self._change(chunk, {"$set": change}):
            return False
        following = {"$unset": {"delete_at": ""}} if delete_at is None else {"$set": {"delete_at": delete_at}}
        await self._change(chunk, following, {"counts.sent": chunk.counts.sent})
        return True

    async def edited(self, chunk: Chunk, place: int, counts: Mapping[str, int]) -> bool:
        """Write down how far a chunk's messages are edited; False: it is another epoch's."""
        change = {"place": place, **{f"counts.{name}": count for name, count in counts.items()}}
        return await self._change(chunk, {"$set": change})

    async def pass_over(self, chunk: Chunk, number: int) -> None:
        """Write down that a pass is over in a chunk."""
        await self._change(chunk, {"$set": {"passed": number, "place": 0}})

    async def _take(self, where: Document, epoch: int, *order: str) -> Chunk | None:
        """Make the first chunk of these one that this epoch writes."""
        document = await self._documents.find_one_and_update(
            where,
            {"$set": {"epoch": epoch}},
            sort=[(name, 1) for name in order],
            return_document=ReturnDocument.AFTER,
        )
        return None if document is None else _chunk(document)

    async def _change(self, chunk: Chunk, change: Document, where: Document | None = None) -> bool:
        mine = {"_id": self._key(chunk.broadcast, chunk.number), "epoch": chunk.epoch, **(where or {})}
        return (await self._documents.update_one(mine, change)).matched_count == 1


def _result(result: Result) -> Any:
    """Write a result down in few bytes: there are a million of them."""
    if result.refusal is not None:
        return {"refusal": result.refusal, "reason": result.reason}
    return [result.after, *result.message_ids]


def _read_result(value: Any) -> Result:
    if isinstance(value, dict):
        return Result(refusal=value["refusal"], reason=value["reason"])
    return Result(value[0], tuple(value[1:]))


def _later(later: Later) -> Document:
    return asdict(later)


def _chunk(document: Document) -> Chunk:
    readers: Sequence[int] = document["readers"]
    return Chunk(
        broadcast=document["broadcast"],
        number=document["number"],
        readers=tuple(readers),
        due_at=document.get("due_at"),
        begun_at=document["begun_at"],
        cursor=document["cursor"],
        results={int(reader): _read_result(value) for reader, value in document["results"].items()},
        later={int(reader): Later(**value) for reader, value in document["later"].items()},
        counts=Counts(**document["counts"]),
        delete_at=document.get("delete_at"),
        passed=document["passed"],
        place=document["place"],
        epoch=document["epoch"],
    )
