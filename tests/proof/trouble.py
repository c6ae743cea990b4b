"""What goes wrong in the proof of the faults: how each is ordered, who notices, and within which time it is healed."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.stage import control
from tests.e2e.evidence import random_file, until
from tests.e2e.harness import Stage
from tests.proof.arena import Arena
from tests.proof.readers import Readers

AWAY = 5.0
"""Seconds for which Telegram, or the database, is away."""

LONG_AWAY = 60.0
"""The same, after which connections are tried at long intervals."""

WAIT = 5
"""Seconds that a flood wait orders: longer than a call waits in place, so that the update waits."""


@dataclass
class Target:
    """The bot that is struck, and its readers."""

    arena: Arena
    stage: Stage
    readers: Readers
    struck: dict[int, float] = field(default_factory=dict)
    """When each fault of calls and pushes that was ordered has struck last (seconds since 1970), 0 where it has not."""
    pushes: set[int] = field(default_factory=set)
    """Those of pushes: they go wrong for as long as they strike."""
    posted: list[str] = field(default_factory=list)
    """Names of files that were posted in the storage channel: the owner is told of each."""
    asked_last: float | None = None
    """When the readers asked for the last time (since 1970), where a fault needs that nothing comes afterwards."""
    _seen: int = 0

    async def control(self, path: str, **body: Any) -> dict[str, Any]:
        """Order something of the sandbox."""
        answer: dict[str, Any] = await control(self.stage.sandbox.info, "POST", path, **body)
        return answer

    async def order(self, kind: str, **fields: Any) -> int:
        """Switch a fault on for this bot. Returns its id."""
        made = await self.control("/faults", kind=kind, account=self.stage.bot_id, **fields)
        number: int = made["id"]
        self.struck[number] = 0.0
        if kind.endswith(("_update", "_updates")):
            self.pushes.add(number)
        return number

    async def look(self) -> dict[int, float]:
        """See what has struck. Returns `struck`."""
        for strike in await control(self.stage.sandbox.info, "GET", f"/faults/strikes?since={self._seen}"):
            self._seen = strike["seq"]
            if strike["fault"] in self.struck:
                self.struck[strike["fault"]] = datetime.fromisoformat(strike["at"]).timestamp()
        return self.struck

    async def cancel(self) -> None:
        """Switch them off."""
        for number in self.struck:
            await control(self.stage.sandbox.info, "DELETE", f"/faults/{number}")


Begin = Callable[[Target], Awaitable[float]]
"""Lets something go wrong, and waits for its end where it lasts. Returns from when on the time counts (since 1970)."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    `within` is the time, in seconds, in which every reader has what they asked for after it struck. It counts from its
    beginning, or, where it lasts, from its end. `healed` tells how it is noticed and what is done.
    """

    name: str
    within: float
    healed: str
    begin: Begin
    ends_session: bool = False
    lasts: bool = False
    paired: bool = True


def call(kind: str, **fields: Any) -> Begin:
    """The next call for each reader goes wrong."""

    async def begin(target: Target) -> float:
        now = time.time()
        for person in target.readers.people:
            await target.order(kind, method="messages.ForwardMessages", chat=person, **{"count": 1, **fields})
        return now

    return begin


def every_call(kind: str, **fields: Any) -> Begin:
    """The next call for any reader goes wrong."""

    async def begin(target: Target) -> float:
        now = time.time()
        await target.order(kind, method="messages.ForwardMessages", **{"count": 1, **fields})
        return now

    return begin


def push(kind: str, **fields: Any) -> Begin:
    """Some of the next pushes go wrong."""

    async def begin(target: Target) -> float:
        now = time.time()
        await target.order(kind, method="UpdateNewMessage", **fields)
        return now

    return begin


def ordered(path: str, shows: str, **body: Any) -> Begin:
    """The sandbox does something to the bot's account; `shows` is the number in its answer that must not be 0."""

    async def begin(target: Target) -> float:
        now = time.time()
        answer = await target.control(path, account=target.stage.bot_id, **body)
        assert answer[shows], f"{path} touched nothing: {answer}"
        return now

    return begin


async def last_skipped(target: Target) -> float:
    """The pushes of each reader's last question are lost, and nothing comes afterwards."""
    await target.readers.stop()
    now = target.asked_last = time.time()
    await target.order("skip_update", method="UpdateNewMessage", count=len(target.readers.people))
    for person in target.readers.people:
        await target.readers.ask(person, random.Random(person))
    return now


async def too_long(target: Target) -> float:
    """A push is lost, and then the bot is told that there is too much to tell."""
    lost = await target.order("skip_update", method="UpdateNewMessage", count=2)
    await _struck(target, lost)
    return await ordered("/updates/too_long", "sessions")(target)


async def channel_too_long(target: Target) -> float:
    """The push of a post in the storage channel is lost, and then the bot is told that there is too much to tell."""
    stage, channel = target.stage, target.stage.scene.channel_id
    lost = await target.order("skip_update", method="UpdateNewChannelMessage", count=1)
    path = random_file(stage.folder / f"posted{len(list(stage.folder.iterdir()))}.bin", 300, seed=time.monotonic_ns())
    target.posted.append(path.name)
    await stage.owner.send_file(path, to=channel)
    await _struck(target, lost)
    return await ordered("/updates/channel_too_long", "sessions", channel=channel)(target)


async def forgotten_unanswered(target: Target) -> float:
    """The session dies while the bot waits for answers that were dropped, so that it starts anew and does it again."""
    await call("drop_reply")(target)
    for number in list(target.struck):
        await _struck(target, number)
    return await ordered("/sessions/forget", "keys")(target)


def telegram_away(seconds: float) -> Begin:
    """The server is gone for a while."""

    async def begin(target: Target) -> float:
        await target.control("/away", seconds=seconds)
        await asyncio.sleep(seconds)
        return time.time()

    return begin


async def database_away(target: Target) -> float:
    """The database is killed, and comes back after a while."""
    await target.arena.mongod.go("killed")
    await asyncio.sleep(AWAY)
    await target.arena.mongod.come("killed")
    return time.time()


async def _struck(target: Target, number: int) -> None:
    async def has_struck() -> bool:
        return (await target.look())[number] > 0

    await until(has_struck, 60)


RETRIED = "no answer in 15 s: the same call is made again, with the same random_id"
RESENT = "the call is made again after up to 1 s, then 2 s"
ANEW = "tried again after 1, 2 and 4 s, then one login; what was missed is fetched"
FORGOTTEN = f"refused at the next ping, within 5 s: {ANEW}"
REVOKED = f"20 s without an update: the server is asked, and refuses: {ANEW}"

FAULTS = (
    Fault("a request is dropped", 25, RETRIED, call("drop_request")),
    Fault("a reply is dropped, the call applied", 25, RETRIED, call("drop_reply")),
    Fault("a call is delayed by 8 s", 15, "waited for", call("delay", milliseconds=8000)),
    Fault("an answer is 20 s late", 25, RETRIED, call("delay", milliseconds=20_000, applied=True), paired=False),
    Fault("two server errors (500)", 8, RESENT, call("error", code=500, name="INTERDC_2_CALL_ERROR", count=2)),
    Fault("a server error (500), the call applied", 8, RESENT,
          call("error", code=500, name="RPC_CALL_FAIL", applied=True), paired=False),
    Fault("a timeout of the server (-503)", 8, RESENT, call("error", code=-503, name="Timeout"), paired=False),
    Fault(f"a flood wait of {WAIT} s (420)", WAIT + 7, "the update waits for as long as it was told, and then a moment",
          every_call("error", code=420, name="FLOOD_WAIT_n", range=[WAIT, WAIT], closes="method")),
    Fault("updates come twice", 3, "counted once by their pts", push("duplicate_update", count=8)),
    Fault("updates come in another order", 3, "sorted by their pts",
          push("reorder_updates", count=12, window=3, milliseconds=300)),
    Fault("updates are skipped", 5, "the gap shows at the next one: 0.5 s later the difference is fetched",
          push("skip_update", count=3)),
    Fault("the last updates are skipped, and none comes after them", 60,
          "20 s without one: the server is asked where it is, and connected to anew", last_skipped, paired=False),
    Fault("updatesTooLong", 5, "the difference is fetched", too_long),
    Fault("updateChannelTooLong", 5, "the channel's difference is fetched", channel_too_long),
    Fault("updates stop, all else goes on", 60,
          "20 s without one: the server is asked where it is, and connected to anew",
          ordered("/silence", "connections", answers=True)),
    Fault("nothing is answered, pings go on", 60, "20 s without an update, 10 s without an answer: connected to anew",
          ordered("/silence", "connections", answers=False), paired=False),
    Fault("the connection is dropped", 5, "at once: connected to anew, what was missed is fetched",
          ordered("/connections/drop", "dropped")),
    Fault("the session is forgotten (-404)", 30, FORGOTTEN, ordered("/sessions/forget", "keys"), ends_session=True),
    Fault("the session is forgotten while replies are awaited", 30, f"{FORGOTTEN}; sent again with the same random_ids",
          forgotten_unanswered, ends_session=True, paired=False),
    Fault("the session is revoked (401)", 40, REVOKED, ordered("/sessions/revoke", "keys"), ends_session=True),
    Fault("the session is signed out (401)", 40, REVOKED, ordered("/sessions/revoke", "keys", every_call=False),
          ends_session=True, paired=False),
    Fault("the session is ended (401 SESSION_REVOKED)", 40, REVOKED,
          ordered("/sessions/revoke", "keys", name="SESSION_REVOKED"), ends_session=True, paired=False),
    Fault("the key is in two places (406)", 40, REVOKED,
          ordered("/sessions/revoke", "keys", name="AUTH_KEY_DUPLICATED"), ends_session=True, paired=False),
    Fault(f"Telegram is away for {AWAY:.0f} s", 10, "connected to anew when it is back",
          telegram_away(AWAY), lasts=True),
    Fault(f"Telegram is away for {LONG_AWAY:.0f} s", 60,
          "connected to anew when it is back, after a pause of up to 30 s",
          telegram_away(LONG_AWAY), lasts=True, paired=False),
    Fault(f"the database is away for {AWAY:.0f} s", 5, "updates wait; it is asked again every second", database_away,
          lasts=True),
)  # fmt: skip
"""All of them, those that strike calls and pushes first: a dead connection has none left to strike."""


def stated() -> str:
    """The table of docs/operators.md: what goes wrong, what the bot does, and within how many seconds all is well."""
    rows = ["| what goes wrong | how it is noticed, and what is done | within |", "| --- | --- | --- |"]
    rows += [f"| {fault.name} | {fault.healed} | {fault.within:g} s |" for fault in FAULTS]
    return "\n".join(rows) + "\n"
