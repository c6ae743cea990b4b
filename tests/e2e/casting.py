"""A broadcast as the chat would start it, without the chat: for proofs and benches that look at the sending alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from database.broadcast import Broadcast
from database.cause import Cause
from database.connection import Database
from database.secrets import Vault
from sandbox.stage import control
from services.broadcasts import BroadcastState, Outgoing
from services.options import BotOptions
from services.registry import ServiceOptions, Services, build_services
from tests.e2e.evidence import until
from tests.e2e.harness import Stage

TOGETHER = 500
"""People who talk to the bot in one request."""


def services_of(stage: Stage, database: Database) -> Services:
    """The rules of a stage's bot, without Telegram."""
    room = database.bot(stage.bot_id, Vault.from_secret(stage.scene.token, stage.bot_id))
    options = ServiceOptions(stage.owner.id, frozenset({stage.owner.id}), BotOptions(), lambda _: "en")
    return build_services(room, database.clock, cast("Any", None), options)


async def start(stage: Stage, text: str, cause: str) -> str:
    """Start a broadcast of a text to everybody. Returns its code; the bot finds it within five seconds."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        broadcasts = services_of(stage, database).broadcasts
        out = Outgoing(None, (), text)
        draft = await broadcasts.draft(out, stage.owner.id, Cause(f"proof:{cause}"))
        await broadcasts.start(draft.code, stage.owner.id, Cause(f"proof:{cause} start"))
    return draft.code


async def look_up(stage: Stage, code: str) -> Broadcast:
    """What the database has of a broadcast."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return await services_of(stage, database).broadcasts.get(code)


async def over(stage: Stage, code: str, patience: float) -> Broadcast:
    """Wait until everybody has had their turn."""

    async def is_done() -> bool:
        return (await look_up(stage, code)).state is BroadcastState.DONE

    await until(is_done, patience, every=0.5)
    return await look_up(stage, code)


async def meet(stage: Stage, people: Sequence[int], patience: float = 120) -> None:
    """Let people talk to the bot, until it has answered each of them."""
    calls = await stage.sandbox.calls(stage.bot_id)
    before = calls.get("messages.SendMessage", 0)
    for first in range(0, len(people), TOGETHER):
        body: dict[str, Any] = {"from": list(people[first : first + TOGETHER]), "to": stage.scene.username}
        await control(stage.sandbox.info, "POST", "/say", **body, texts=["/start"])

    async def answered() -> bool:
        calls = await stage.sandbox.calls(stage.bot_id)
        return calls.get("messages.SendMessage", 0) >= before + len(people)

    await until(answered, patience, every=0.5)


@dataclass
class Arrivals:
    """When a text arrived at whom, by the ledger."""

    stage: Stage
    text: str
    at: dict[int, list[float]] = field(default_factory=dict)
    """By reader, seconds since 1970."""
    _seen: int = 0

    async def look(self) -> None:
        """Read on."""
        for line in await self.stage.sandbox.ledger(self._seen):
            self._seen = line["seq"]
            if line["kind"] == "message" and line["from_id"] == self.stage.bot_id and line["text"] == self.text:
                moment = datetime.fromisoformat(line["at"]).timestamp()
                self.at.setdefault(line["peer_id"], []).append(moment)

    @property
    def times(self) -> list[float]:
        """All of them, in order."""
        return sorted(at for times in self.at.values() for at in times)
