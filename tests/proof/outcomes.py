"""What a bot's database says became of a broadcast's readers: in its report, and one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pymongo import AsyncMongoClient

from tests.e2e.harness import Stage


@dataclass
class Kept:
    """What the bot's database has of the broadcast."""

    state: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    """How many readers there are by what became of them, as the report shows them."""
    results: Counter[int] = field(default_factory=Counter)
    """How often each reader has a result."""

    @classmethod
    async def read(cls, stage: Stage) -> Kept:
        """Look it up."""
        async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
            database = client[stage.database_name]
            found = await database["broadcasts"].find_one({}) or {"state": "", "counts": {}}
            chunks = await database["broadcast_chunks"].find({}, {"results": 1}).to_list()
        results = Counter(int(reader) for chunk in chunks for reader in chunk["results"])
        return cls(found["state"], Counter(found["counts"]), results)

    @property
    def outcomes(self) -> int:
        """How many readers something has become of."""
        return sum(self.counts[name] for name in ("sent", "blocked", "deactivated", "failed"))
