"""Readers of a bot that writes to all of them: some have blocked it meanwhile, and what each of them got."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self

from sandbox.stage import control
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.proof.bystanders import many

AT_ONCE = 500
"""People who talk to the bot together."""


class Came(NamedTuple):
    """A message of the bot's: when it was sent (seconds since 1970), and its text."""

    at: float
    text: str


@dataclass
class Audience:
    """The readers, and what the ledger says that came to each."""

    crowd: Crowd
    blocked: frozenset[int] = frozenset()
    """Those who have blocked the bot, which does not know."""
    asked: dict[int, float] = field(default_factory=dict)
    """When each of them wrote to the bot first."""
    got: defaultdict[int, list[Came]] = field(default_factory=lambda: defaultdict(list))
    _seen: int = 0

    @classmethod
    async def of(cls, stage: Stage, count: int) -> Self:
        """So many people, who have not talked to the bot yet."""
        return cls(await many(stage, count))

    @property
    def people(self) -> Sequence[int]:
        """Who they are."""
        return self.crowd.people

    async def join(self, people: Sequence[int]) -> None:
        """Let people talk to the bot for the first time."""
        stage = self.crowd.stage
        for first in range(0, len(people), AT_ONCE):
            body: dict[str, Any] = {"from": people[first : first + AT_ONCE], "to": stage.scene.username}
            await control(stage.sandbox.info, "POST", "/say", **body, texts=["/start"])

    async def welcomed(self, patience: float) -> None:
        """Wait until the bot has said something to everybody."""

        async def told() -> bool:
            await self.look()
            return all(self.got.get(person) for person in self.people)

        await until(told, patience, every=1.0)

    async def block(self, share: float, dice: random.Random) -> None:
        """Let such a share of them have blocked the bot long ago: it finds that out when it writes to them."""
        stage = self.crowd.stage
        self.blocked = frozenset(dice.sample(self.people, round(share * len(self.people))))
        if self.blocked:
            body: dict[str, Any] = {"from": sorted(self.blocked), "whom": stage.scene.username, "told": False}
            await control(stage.sandbox.info, "POST", "/blocks", **body)

    async def look(self) -> None:
        """Read on in the ledger."""
        stage = self.crowd.stage
        for line in await stage.sandbox.ledger(self._seen):
            self._seen = line["seq"]
            if line["kind"] != "message":
                continue
            at = datetime.fromisoformat(line["at"]).timestamp()
            if line["peer_id"] == stage.bot_id:
                self.asked.setdefault(line["from_id"], at)
            elif line["from_id"] == stage.bot_id:
                self.got[line["peer_id"]].append(Came(at, line["text"] or ""))

    def times(self, text: str) -> Counter[int]:
        """How often each of them, and the bot's owner, got a text."""
        everybody = (*self.people, self.crowd.stage.scene.owner_id)
        return Counter(person for person in everybody for came in self.got.get(person, ()) if came.text == text)
