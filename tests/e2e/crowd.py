"""Readers without clients: the sandbox writes for them, and its ledger says what they got."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sandbox.stage import control
from tests.e2e.harness import Stage


@dataclass
class Crowd:
    """Some people who open links of one bot."""

    stage: Stage
    people: list[int]

    @classmethod
    async def of(cls, stage: Stage, count: int) -> Self:
        """Sign up so many people, all of them called Rita."""
        made = await control(stage.sandbox.info, "POST", "/people", count=count, first_name="Rita")
        return cls(stage, made["ids"])

    def orders(self, links: int, *, seed: int) -> dict[int, list[int]]:
        """In which order each of them opens so many links, each once."""
        return {
            person: random.Random(f"{seed} {n}").sample(range(links), links) for n, person in enumerate(self.people)
        }

    async def say(self, person: int, texts: Sequence[str]) -> None:
        """One of them writes to the bot, one text right after the other."""
        body: dict[str, Any] = {"from": person, "to": self.stage.scene.username, "texts": list(texts)}
        await control(self.stage.sandbox.info, "POST", "/say", **body)

    async def ask(self, person: int, codes: Sequence[str], pause: float = 0.0) -> None:
        """One of them opens links, with up to so many seconds between two of them."""
        dice = random.Random(f"{person}")
        for code in codes:
            await self.say(person, [f"/start {code}"])
            await asyncio.sleep(dice.uniform(0, pause))

    async def received(self) -> list[dict[str, Any]]:
        """Everything that the bot sent them, by the ledger."""
        return [line for line in await self.stage.sent_by_bot() if line["peer_id"] in self.people]

    async def files(self) -> dict[int, list[str]]:
        """The SHA-256 of the files that each of them got, in order."""
        lines = [line for line in await self.received() if line.get("media")]
        return {who: [line["media_sha256"] for line in lines if line["peer_id"] == who] for who in self.people}

    async def texts(self) -> dict[int, list[str]]:
        """The texts that each of them got, in order."""
        lines = [line for line in await self.received() if not line.get("media")]
        return {who: [line["text"] for line in lines if line["peer_id"] == who] for who in self.people}

    async def got(self, count: int) -> bool:
        """Whether they got so many messages by now, all together."""
        return len(await self.received()) >= count
