"""Who wrote a bot's session, and under which lease: MongoDB's own profiler is the witness."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from database.connection import Database
from tests.database.mongo import raw

SESSION = ("sessions", "states")
"""The collections that only the newest epoch may write."""

WATCHED = (*SESSION, "peers", "leases")

ROOM = 64 * 2**20
"""Bytes for what the profiler notes, about 500 each: more than the longest proof makes."""


@dataclass(frozen=True)
class Write:
    """One write as the server carried it out."""

    process: str
    collection: str
    key: str
    changed: bool
    """Whether it changed or made anything."""
    refused: bool = False
    """Whether it matched nothing."""
    takes: bool = False
    """Whether it took the lease."""
    opens: bool = False
    """Whether it stamped the session with its epoch, after which no older one's write may take effect."""
    values: Mapping[str, int] = field(default_factory=dict)
    """How far the rows of states were said to be finished."""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Read one entry of the profiler."""
        command = entry["command"]
        query = command.get("q") or command.get("query") or {}
        change = command.get("u") or command.get("update") or {}
        collection = entry["ns"].partition(".")[2]
        sets = change.get("$set", {}) if isinstance(change, Mapping) else {}
        stamps = "$lte" in query.get("epoch", {}) if isinstance(query.get("epoch"), Mapping) else False
        return cls(
            process=entry.get("appName", ""),
            collection=collection,
            key=str(query.get("_id", "")),
            changed=bool(entry.get("nModified") or entry.get("nUpserted")),
            refused=not (entry.get("nMatched") or entry.get("nUpserted")),
            takes=collection == "leases" and entry["op"] == "command",
            opens=stamps and collection in SESSION,
            values={name: value for name, value in sets.items() if name.rpartition(".")[2] in {"pts", "qts"}},
        )


@dataclass
class Account:
    """What a list of writes tells."""

    stale: Counter[str] = field(default_factory=Counter)
    """Writes that took effect though another process had opened the session since, per collection."""
    refused: int = 0
    """The same, without effect: that the protection had something to do."""
    backwards: int = 0
    """How often a place up to which updates were finished went back."""
    takeovers: int = 0

    @classmethod
    def of(cls, writes: Iterable[Write]) -> Self:
        """Go through the writes in the order in which the server made them."""
        told = cls()
        owner = ""
        places: dict[str, int] = {}
        for write in writes:
            if write.takes:
                told.takeovers += write.changed
            elif write.opens and not write.refused:
                owner = write.process
            elif owner and write.process != owner and write.collection != "leases":
                told.stale[write.collection] += write.changed
                told.refused += write.refused
            if write.changed:
                told.backwards += sum(value < places.get(name, value) for name, value in write.values.items())
                places.update(write.values)
        return told

    @property
    def clean(self) -> bool:
        """Whether nobody wrote the session of another, and nothing went back."""
        return not self.backwards and not any(self.stale[name] for name in SESSION)


class Witness:
    """Notes every write of one bot's session, its peers and its lease from the moment it is there."""

    def __init__(self, database: Database) -> None:
        self._database = raw(database)

    async def begin(self) -> None:
        """Have the server note them."""
        await self._database.create_collection("system.profile", capped=True, size=ROOM)
        spaces = [f"{self._database.name}.{name}" for name in WATCHED]
        await self._database.command(
            {"profile": 1, "filter": {"ns": {"$in": spaces}, "op": {"$in": ["update", "command"]}}}
        )

    async def writes(self) -> list[Write]:
        """What was noted so far, in the order of the server."""
        entries = self._database["system.profile"].find({"command.aggregate": {"$exists": False}}).sort("$natural", 1)
        return [Write.of(entry) async for entry in entries if "u" in entry["command"] or "update" in entry["command"]]

    async def account(self) -> Account:
        """What they tell."""
        return Account.of(await self.writes())

    async def end(self) -> None:
        """Note nothing more."""
        await self._database.command({"profile": 0})


@asynccontextmanager
async def witness(database: Database) -> AsyncIterator[Witness]:
    """Watch a database's sessions for as long as the block lasts."""
    seen = Witness(database)
    await seen.begin()
    try:
        yield seen
    finally:
        await seen.end()


def named(url: str, process: str) -> str:
    """The same database, told by whom it is used."""
    return f"{url}{'&' if '?' in url else '/?'}appName={process}"
