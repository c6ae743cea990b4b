"""A broadcast as the chat would start it, without the chat: for proofs and benches that look at the sending alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from pyrogram.types import Message

from database.broadcast import Broadcast
from database.cause import Cause
from database.connection import Database
from database.secrets import Vault
from sandbox.stage import control
from services.broadcasts import Audience, BroadcastState, Outgoing
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


async def start(stage: Stage, text: str, cause: str, *, sample: int = 100) -> str:
    """Start a broadcast of a text, to so many of a hundred. Returns its code; the bot finds it within five seconds."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        broadcasts = services_of(stage, database).broadcasts
        out = Outgoing(None, (), text)
        audience = Audience(sample=sample)
        draft = await broadcasts.draft(out, stage.owner.id, Cause(f"proof:{cause}"), audience=audience)
        await broadcasts.start(draft.code, stage.owner.id, Cause(f"proof:{cause} start"))
    return draft.code


async def start_in_chat(stage: Stage, text: str, patience: float = 60) -> float:
    """Let the owner start a broadcast, as one does. Returns when the button was pressed (seconds since 1970)."""
    await stage.owner.send("/broadcast")
    await stage.answer(stage.owner, patience)
    await stage.owner.send(text)
    message = await stage.answer(stage.owner, patience, predicate=lambda found: _start_of(found) is not None)
    pressed = time.time()
    await stage.owner.press(message, data=_start_of(message))
    return pressed


def _start_of(message: Message) -> str | None:
    """The data of the button that starts the broadcast under its preview; None: there is none."""
    rows: Any = getattr(message.reply_markup, "inline_keyboard", None) or []
    found = (str(button.callback_data) for row in rows for button in row if button.callback_data)
    return next((data for data in found if data.startswith("cast-start:")), None)


async def stop_all(stage: Stage) -> None:
    """Cancel what is being sent."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        broadcasts = services_of(stage, database).broadcasts
        for each in await broadcasts.page(0, 10):
            if each.state is BroadcastState.RUNNING:
                await broadcasts.cancel(each.code, stage.owner.id, Cause(f"proof:stop {each.code}"))


async def pay(stage: Stage, *, on: bool) -> None:
    """Switch paid broadcasts on or off; the bot goes by it within two seconds."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        settings = services_of(stage, database).settings
        await settings.put("paid_broadcasts", on, by=stage.owner.id, cause=Cause(f"proof:paid {time.time()}"))


async def look_up(stage: Stage, code: str) -> Broadcast:
    """What the database has of a broadcast."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return await services_of(stage, database).broadcasts.get(code)


async def newest(stage: Stage) -> Broadcast:
    """The broadcast that was made last."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return (await services_of(stage, database).broadcasts.page(0, 1))[0]


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
    besides: frozenset[int] = frozenset()
    """Who does not count: whoever was shown it before."""
    _seen: int = 0

    async def look(self) -> None:
        """Read on."""
        for line in await self.stage.sandbox.ledger(self._seen):
            self._seen = line["seq"]
            if line["kind"] == "message" and line["from_id"] == self.stage.bot_id and self._counts(line):
                moment = datetime.fromisoformat(line["at"]).timestamp()
                self.at.setdefault(line["peer_id"], []).append(moment)

    def _counts(self, line: dict[str, Any]) -> bool:
        return line["text"] == self.text and line["peer_id"] not in self.besides

    @property
    def times(self) -> list[float]:
        """All of them, in order."""
        return sorted(at for times in self.at.values() for at in times)
