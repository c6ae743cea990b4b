"""Decides how a bot's broadcasts are kept, and who may take one from one state to another."""

from collections.abc import Collection as AbstractCollection
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.broadcast import Broadcast, BroadcastState, Reason, broadcast_in, document_of, written
from database.broadcast_chunk import Counts
from database.cause import Cause
from database.collection import Collection, Document

_SHOWN: Final = frozenset({"state", "last_pass", "out"})
"""What does not change without its progress being shown anew."""

_CAUSES: Final = 50
"""Changes of one broadcast whose causes are remembered: a replay comes before so many others."""


class Broadcasts(Collection):
    """One bot's broadcasts. A change is made once per cause, in one of the states that it is possible in."""

    name = "broadcasts"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("cause", 1)], unique=True),
        IndexModel([("bot_id", 1), ("state", 1), ("started_at", 1)]),
        IndexModel([("bot_id", 1), ("state", 1), ("start_at", 1)]),
        IndexModel([("bot_id", 1), ("made_at", -1)]),
        IndexModel([("bot_id", 1), ("told", 1)], partialFilterExpression={"told": False}),
        IndexModel([("bot_id", 1), ("made_at", 1)], name="unshown", partialFilterExpression={"shown": False}),
        IndexModel([("bot_id", 1), ("last_pass.over", 1)], partialFilterExpression={"last_pass.over": False}),
    ]

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """Write a broadcast down; where its cause made one already, that one is returned."""
        document: Document = {**document_of(broadcast), "_id": self._key(broadcast.code), "bot_id": self._bot_id}
        if await self._insert_new(document):
            return broadcast
        known = await self._documents.find_one({"bot_id": self._bot_id, "cause": broadcast.cause})
        if known is None:
            raise RuntimeError(f"the code {broadcast.code} is not new")
        return broadcast_in(known)

    async def get(self, code: str) -> Broadcast | None:
        """Return a broadcast."""
        document = await self._documents.find_one({"_id": self._key(code)})
        return None if document is None else broadcast_in(document)

    async def change(
        self, code: str, cause: Cause, states: AbstractCollection[BroadcastState], **values: Any
    ) -> Broadcast | None:
        """Change a broadcast that is in one of these states, once per cause; return it as it is then.

        None: it is in another state, and this cause has not changed it.
        """
        where = {"_id": self._key(code), "state": {"$in": [state.value for state in states]}, "causes": {"$ne": cause}}
        if not values.keys().isdisjoint(_SHOWN):
            values["shown"] = False
        change = {"$set": written(values), "$push": {"causes": {"$each": [cause], "$slice": -_CAUSES}}}
        found = await self._documents.find_one_and_update(where, change, return_document=ReturnDocument.AFTER)
        if found is None:
            found = await self._documents.find_one({"_id": self._key(code), "causes": cause})
        return None if found is None else broadcast_in(found)

    async def page(self, skip: int, size: int) -> list[Broadcast]:
        """Return a page of broadcasts, the newest first."""
        found = self._documents.find({"bot_id": self._bot_id}, sort=[("made_at", -1)], skip=skip, limit=size)
        return [broadcast_in(document) async for document in found]

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

    async def unfinished(self, limit: int) -> list[Broadcast]:
        """Return up to so many that are to go on, or wait for their time: those that run, then the others."""
        found: list[Document] = []
        for state in (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.SCHEDULED):
            where = {"bot_id": self._bot_id, "state": state}
            found += await self._documents.find(where, sort=[("started_at", 1)], limit=limit - len(found)).to_list()
            if len(found) >= limit:
                break
        return [broadcast_in(document) for document in found]

    async def take_over(self, epoch: int) -> None:
        """Make this epoch the one that may go on with what is being sent."""
        older = {"bot_id": self._bot_id, "state": BroadcastState.RUNNING, "epoch": {"$lt": epoch}}
        await self._documents.update_many(older, {"$set": {"epoch": epoch}})

    async def begin(self, code: str, now: datetime) -> None:
        """Start one whose time has come."""
        await self._documents.update_one(
            {"_id": self._key(code), "state": BroadcastState.SCHEDULED, "start_at": {"$lte": now}},
            {"$set": {"state": BroadcastState.RUNNING, "started_at": now, "shown": False}},
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
        change = {"counts": asdict(counts), "shown": False}
        await self._documents.update_one({"_id": self._key(code)}, {"$set": change})

    async def expect(self, code: str, expected: int) -> None:
        """Write down how many readers there were at the start, unless that is known."""
        await self._documents.update_one({"_id": self._key(code), "expected": None}, {"$set": {"expected": expected}})

    async def finish(self, broadcast: Broadcast, now: datetime) -> None:
        """End a broadcast whose audience is cut and whose chunks are done, though it may be paused by now."""
        mine = {
            "_id": self._key(broadcast.code),
            "state": {"$in": [BroadcastState.RUNNING, BroadcastState.PAUSED]},
            "epoch": broadcast.epoch,
            "is_cut": True,
        }
        done: Document = {"state": BroadcastState.DONE, "ended_at": now, "shown": False}
        done |= {"reason": None, "detail": None, "told": True}
        await self._documents.update_one(mine, {"$set": done})

    async def stop(self, code: str, reason: Reason, detail: str | None) -> None:
        """Pause one that is running and cannot go on; its people have to be told."""
        await self._documents.update_one(
            {"_id": self._key(code), "state": BroadcastState.RUNNING},
            {
                "$set": {
                    "state": BroadcastState.PAUSED,
                    "reason": reason,
                    "detail": detail,
                    "told": False,
                    "shown": False,
                },
                "$inc": {"stops": 1},
            },
        )

    async def untold(self) -> list[Broadcast]:
        """Return those that paused by themselves and whose people do not know it."""
        return [broadcast_in(each) async for each in self._documents.find({"bot_id": self._bot_id, "told": False})]

    async def told(self, code: str) -> None:
        """Write down that a broadcast's people know why it pauses."""
        await self._documents.update_one({"_id": self._key(code)}, {"$set": {"told": True}})

    async def unshown(self) -> list[Broadcast]:
        """Return those whose progress is not shown as it is, the oldest at the front: all that go on are among them."""
        where = {"bot_id": self._bot_id, "shown": False}
        return [broadcast_in(each) async for each in self._documents.find(where, sort=[("made_at", 1)])]

    async def shown(self, broadcast: Broadcast) -> None:
        """Write down that a broadcast's progress is shown like this, unless it is not like this any more."""
        last = broadcast.last_pass
        same = {
            "_id": self._key(broadcast.code),
            "state": broadcast.state,
            "counts": asdict(broadcast.counts),
            "last_pass": None if last is None else asdict(last),
        }
        await self._documents.update_one(same, {"$set": {"shown": True}})

    async def in_pass(self) -> list[Broadcast]:
        """Return those with a pass that is not over, the oldest at the front."""
        where = {"bot_id": self._bot_id, "last_pass.over": False}
        return [broadcast_in(each) async for each in self._documents.find(where, sort=[("last_pass.at", 1)])]

    async def end_pass(self, code: str, number: int) -> None:
        """Write down that a pass is over."""
        await self._documents.update_one(
            {"_id": self._key(code), "last_pass.number": number}, {"$set": {"last_pass.over": True, "shown": False}}
        )

    async def _in_state(self, state: BroadcastState, order: str) -> list[Broadcast]:
        found = self._documents.find({"bot_id": self._bot_id, "state": state}, sort=[(order, 1), ("_id", 1)])
        return [broadcast_in(document) async for document in found]
