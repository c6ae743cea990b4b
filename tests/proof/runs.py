"""Who wrote the record of the jobs, and under which lease: MongoDB's own profiler is the witness."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from database.connection import Database
from tests.database.mongo import raw

ROOM = 64 * 2**20
"""Bytes for what the profiler notes."""


@dataclass
class Account:
    """What the server's own notes tell of the runs, in the order in which it made the writes."""

    begun: Counter[str] = field(default_factory=Counter)
    """How often each run was begun."""
    ended: Counter[str] = field(default_factory=Counter)
    stale: int = 0
    """Writes that took effect though a later epoch had taken the jobs over."""
    refused: int = 0
    """The same, without effect: that the protection had something to do."""
    takeovers: int = 0

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> Account:
        """Go through the profiler's entries."""
        told = cls()
        owner = ""
        for entry in entries:
            command = entry["command"]
            where = command.get("q") or command.get("query") or {}
            changed = bool(entry.get("nModified") or entry.get("ninserted"))
            if isinstance(where.get("epoch"), Mapping):  # who takes over stamps what older epochs left
                told.takeovers += changed
                owner = entry["appName"] if changed else owner
                continue
            if owner and entry["appName"] != owner:
                told.stale += changed
                told.refused += not changed
            state = _state_set_by(command)
            if changed and state == "running":
                told.begun[where["_id"]] += 1
            elif changed and state in {"done", "failed", "put_off"}:
                told.ended[where["_id"]] += 1
        return told


def _state_set_by(command: Mapping[str, Any]) -> str | None:
    change = command.get("u") or command.get("update") or {}
    return change.get("$set", {}).get("state") if isinstance(change, Mapping) else None


@asynccontextmanager
async def noted(database: Database) -> AsyncIterator[None]:
    """Have the server note every write of a run for as long as the block lasts."""
    spaces = f"{raw(database).name}.job_runs"
    await raw(database).create_collection("system.profile", capped=True, size=ROOM)
    writes = {"ns": spaces, "op": {"$in": ["update", "insert", "command"]}, "command.aggregate": {"$exists": False}}
    await raw(database).command({"profile": 1, "filter": writes})
    try:
        yield
    finally:
        await raw(database).command({"profile": 0})
