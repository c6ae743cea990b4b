"""Decides how the chunks of broadcasts are kept: who may write one, and what is always written together."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.broadcast_chunk import COUNTED, Chunk, Counts, Later, Result, chunk_in, result_in, written_result
from database.collection import Collection, Document

KEEP: Final = timedelta(days=30)
"""How long it is remembered what became of each reader."""


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
            "end": chunk.end,
            "is_last": chunk.is_last,
            "forget_at": chunk.begun_at + KEEP,
            "cursor": 0,
            "results": {},
            "later": {},
            "counts": asdict(chunk.counts),
            "passed": 0,
            "passing": 0,
            "place": 0,
            "again": [],
            "epoch": chunk.epoch,
        }
        if await self._insert_new(document):
            return chunk
        known = await self._documents.find_one({"_id": document["_id"]})
        if known is None:
            raise RuntimeError(f"chunk {chunk.number} of {chunk.broadcast} is there and is not")
        return chunk_in(known)

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
        now and `counts` are what they are with all this: the same again changes nothing. A pass that is under way comes
        to these readers as well, though it was here before.
        """
        change: Document = {
            "cursor": cursor,
            "later": {str(reader): asdict(each) for reader, each in later.items()},
            **{f"results.{reader}": written_result(each) for reader, each in results.items()},
            **_counted(counts),
        }
        update: Document = {"$set": change | ({"passed": 0, "passing": 0} if results else {})}
        if due_at is not None:
            update["$set"]["due_at"] = due_at
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
                if (result := result_in(value)).refusal is not None:
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

    async def to_pass(self, broadcast: str, number: int, epoch: int, now: datetime) -> Chunk | None:
        """Take the first chunk in which the pass with this number is not over, and can go on now."""
        where: Document = {
            "bot_id": self._bot_id,
            "broadcast": broadcast,
            "passed": {"$lt": number},
            "epoch": {"$lte": epoch},
            "$or": [{"pass_at": None}, {"pass_at": {"$lte": now}}],
        }
        return await self._take(where, epoch, "passed", "number")

    async def in_pass(self, broadcast: str, number: int) -> bool:
        """Tell whether there is a chunk in which the pass with this number is not over."""
        where = {"bot_id": self._bot_id, "broadcast": broadcast, "passed": {"$lt": number}}
        return await self._documents.find_one(where, {"_id": 1}) is not None

    async def taken_back(
        self, chunk: Chunk, gone: Mapping[int, Result], counts: Mapping[str, int], delete_at: datetime | None
    ) -> bool:
        """Write down, in one, whose messages are deleted or stay for good; False: the chunk is another epoch's.

        `delete_at` is when the next ones are to be. Where more readers got theirs meanwhile, it is looked again.
        """
        change: Document = {
            **{f"results.{reader}": written_result(each) for reader, each in gone.items()},
            **_counted(counts),
        }
        if change and not await self._change(chunk, {"$set": change}):
            return False
        following = {"$unset": {"delete_at": ""}} if delete_at is None else {"$set": {"delete_at": delete_at}}
        await self._change(chunk, following, {"counts.sent": chunk.counts.sent})
        return True

    async def edited(
        self,
        chunk: Chunk,
        number: int,
        place: int,
        again: Iterable[int],
        counts: Mapping[str, int],
        at: datetime | None,
    ) -> bool:
        """Write down how far a pass has edited a chunk, and when it goes on there; False: it is another epoch's."""
        change: Document = {"passing": number, "place": place, "again": list(again), **_counted(counts)}
        rest: Document = {"$unset": {"pass_at": ""}} if at is None else {}
        if at is not None:
            change["pass_at"] = at
        return await self._change(chunk, {"$set": change, **rest})

    async def pass_over(self, chunk: Chunk, number: int) -> None:
        """Write down that a pass is over in a chunk, unless more readers got theirs meanwhile."""
        over: Document = {"$set": {"passed": number, "passing": 0, "place": 0}, "$unset": {"pass_at": ""}}
        await self._change(chunk, over, {"counts.sent": chunk.counts.sent})

    async def _take(self, where: Document, epoch: int, *order: str) -> Chunk | None:
        """Make the first chunk of these one that this epoch writes."""
        document = await self._documents.find_one_and_update(
            where,
            {"$set": {"epoch": epoch}},
            sort=[(name, 1) for name in order],
            return_document=ReturnDocument.AFTER,
        )
        return None if document is None else chunk_in(document)

    async def _change(self, chunk: Chunk, change: Document, where: Document | None = None) -> bool:
        mine = {"_id": self._key(chunk.broadcast, chunk.number), "epoch": chunk.epoch, **(where or {})}
        return (await self._documents.update_one(mine, change)).matched_count == 1


def _counted(counts: Mapping[str, int]) -> Document:
    return {f"counts.{name}": count for name, count in counts.items()}
