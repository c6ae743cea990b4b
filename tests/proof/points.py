"""The named points at which the bot is killed: what is armed for each, and which event of the proof leads there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sandbox.stage import control
from tests.e2e.harness import Stage
from tests.proof.mongo_proxy import Command, Hold, MongoProxy, Side

_LOOK: float = 20
"""Seconds for which one question after a strike waits."""


class Fuel(StrEnum):
    """What has to happen so that a point is reached."""

    OPENING = "opening"
    NEWCOMER = "newcomer"
    """An opening by somebody whom the bot does not know."""
    LIMITED = "limited"
    """An opening of the link with a limit, while there are uses left."""
    REFUSED = "refused"
    """One when there are none."""
    FILE = "file"
    """The owner sends a file."""
    ALBUM = "album"
    START = "start"
    """Nothing but a start."""


class Armed(Protocol):
    """A trap that is set."""

    async def struck(self) -> None:
        """Wait until the bot stands at the point."""

    async def over(self) -> None:
        """Let go of what is held, once the bot is dead: it is lost, or it arrives late."""


async def reached(armed: Armed, patience: float) -> bool:
    """Wait until the bot stands at the point; False if it has not within so many seconds."""
    try:
        async with asyncio.timeout(patience):
            await armed.struck()
    except TimeoutError:
        return False
    return True


@dataclass
class Rig:
    """What stands between the bot and the rest of the world."""

    stage: Stage
    proxy: MongoProxy

    def command(
        self, side: Side, name: str, collection: str, where: Callable[[Command], bool], *, skip: int = 0, late: bool
    ) -> HeldCommand:
        """Hold the next such command to the bot's database back."""
        database = self.stage.database_name
        return HeldCommand(self.proxy.hold(side, name, collection, database=database, skip=skip, where=where), late)

    async def call(self, method: str, *, applied: bool, late: bool = False, chat: int | None = None) -> HeldCall:
        """Hold the bot's next such call to Telegram back."""
        fault = await control(
            self.stage.sandbox.info, "POST", "/faults", kind="hold", method=method, account=self.stage.bot_id,
            chat=chat, applied=applied, lost=not late, count=1,
        )  # fmt: skip
        return HeldCall(self.stage, fault["id"])

    async def written(self, patience: float) -> None:
        """Wait until the bot's session was written once more, or for so many seconds."""
        hold = self.command(Side.AFTER, "update", "states", _finished, late=False)
        if not await reached(hold, patience):
            await hold.over()


@dataclass
class HeldCommand:
    """A command to the database."""

    hold: Hold
    late: bool

    async def struck(self) -> None:
        """See `Armed`."""
        await self.hold.struck.wait()

    async def over(self) -> None:
        """See `Armed`."""
        self.hold.end(cut=not self.late)


@dataclass
class HeldCall:
    """A call to Telegram."""

    stage: Stage
    fault: int
    gone: bool = False

    async def struck(self) -> None:
        """See `Armed`."""
        path = f"/faults/strikes?fault={self.fault}&wait={_LOOK:.0f}"
        while not await control(self.stage.sandbox.info, "GET", path):
            pass

    async def over(self) -> None:
        """See `Armed`."""
        if not self.gone:
            self.gone = True
            await control(self.stage.sandbox.info, "DELETE", f"/faults/{self.fault}")


@dataclass
class Answered:
    """A delivery was answered, and what is to be written down about it is held back."""

    call: HeldCall
    state: HeldCommand

    async def struck(self) -> None:
        """See `Armed`."""
        await self.call.struck()
        await self.call.over()
        await self.state.struck()

    async def over(self) -> None:
        """See `Armed`."""
        await self.call.over()
        await self.state.over()


@dataclass(frozen=True)
class Point:
    """A place in the bot's work."""

    name: str
    arm: Callable[[Rig], Awaitable[Armed]]
    fuel: Fuel = Fuel.OPENING
    starting: bool = False
    """Whether it is reached while the bot starts, so that it is armed before."""
    late: bool = False
    """Whether what is held arrives after all, when the next process is at work."""
    lingers: bool = False
    """Whether the bot may write its session down once more before it is killed."""


def _any(_: Command) -> bool:
    return True


def _limited(command: Command) -> bool:
    return any("slot" in part for part in command.parts)


def _unlimited(command: Command) -> bool:
    return not _limited(command)


def _finished(command: Command) -> bool:
    """Whether it writes down how far the account's updates are finished."""
    return any("rows.0.pts" in part["u"].get("$set", {}) for part in command.parts if isinstance(part["u"], dict))


def _collects(command: Command) -> bool:
    """Whether it takes a part of an album in."""
    return "$push" in command.body["update"]


def in_database(
    name: str, side: Side, command: str, collection: str, fuel: Fuel = Fuel.OPENING,
    where: Callable[[Command], bool] = _any, *, skip: int = 0, late: bool = False,
) -> Point:  # fmt: skip
    """A command to the database, the one after as many as are to be skipped."""

    async def arm(rig: Rig) -> Armed:
        return rig.command(side, command, collection, where, skip=skip, late=late)

    return Point(name, arm, fuel, starting=fuel is Fuel.START, late=late)


def in_telegram(
    name: str, method: str, fuel: Fuel = Fuel.OPENING, *, applied: bool, chat: Callable[[Stage], int] | None = None,
    starting: bool = False, late: bool = False,
) -> Point:  # fmt: skip
    """A call to Telegram, in one chat where that is named; before it is applied, or after that and before its reply."""

    async def arm(rig: Rig) -> Armed:
        return await rig.call(method, applied=applied, late=late, chat=chat(rig.stage) if chat else None)

    return Point(name, arm, fuel, starting=starting, late=late, lingers=not applied and not late)


async def _answered(rig: Rig) -> Armed:
    state = rig.command(Side.BEFORE, "update", "states", _finished, late=False)
    return Answered(await rig.call(_DELIVER, applied=True, late=True), state)


def storage_of(stage: Stage) -> int:
    """The storage channel."""
    return stage.scene.channel_id


def _owner(stage: Stage) -> int:
    return stage.scene.owner_id


_DELIVER = "messages.ForwardMessages"
_SAY = "messages.SendMessage"

POINTS: dict[str, Point] = {
    point.name: point
    for point in (
        in_database("before a use is written", Side.BEFORE, "insert", "uses", where=_unlimited),
        in_database("after a use is written", Side.AFTER, "insert", "uses", where=_unlimited),
        in_database("a use is written late", Side.BEFORE, "insert", "uses", late=True),
        in_database("before a limited use is written", Side.BEFORE, "insert", "uses", Fuel.LIMITED, _limited),
        in_database("after a limited use is written", Side.AFTER, "insert", "uses", Fuel.LIMITED, _limited),
        in_database("before a newcomer is written", Side.BEFORE, "findAndModify", "users", Fuel.NEWCOMER),
        in_database("after a newcomer is written", Side.AFTER, "findAndModify", "users", Fuel.NEWCOMER),
        in_telegram("before a delivery is applied", _DELIVER, applied=False),
        in_telegram("after a delivery, before its reply", _DELIVER, applied=True),
        in_telegram("a delivery arrives late", _DELIVER, applied=False, late=True),
        in_telegram("after a refusal, before its reply", _SAY, Fuel.REFUSED, applied=True),
        Point("after the reply, before it is written down", _answered),
        in_database("before the peers are written behind", Side.BEFORE, "update", "peers", Fuel.NEWCOMER),
        in_database("before the state is written behind", Side.BEFORE, "update", "states", where=_finished),
        in_database("after the state is written behind", Side.AFTER, "update", "states", where=_finished),
        in_database("the state is written late", Side.BEFORE, "update", "states", where=_finished, late=True),
        in_database("after the lease is taken", Side.AFTER, "findAndModify", "leases", Fuel.START),
        in_database("after the session is opened", Side.AFTER, "findAndModify", "sessions", Fuel.START),
        in_telegram("in the start's difference", "updates.GetDifference", applied=True, starting=True),
        in_telegram("while catching up, after a delivery", _DELIVER, applied=True, starting=True),
        in_telegram("after a file's copy, before its reply", _DELIVER, Fuel.FILE, applied=True, chat=storage_of),
        in_database("before a file is written", Side.BEFORE, "insert", "files", Fuel.FILE),
        in_database("in the middle of an album", Side.AFTER, "findAndModify", "albums", Fuel.ALBUM, _collects, skip=1),
        in_telegram("after an album's copy, before its reply", _DELIVER, Fuel.ALBUM, applied=True, chat=storage_of),
        in_database("before an album's link is written", Side.BEFORE, "insert", "links", Fuel.ALBUM),
        in_database("after an album's link is written", Side.AFTER, "insert", "links", Fuel.ALBUM),
        in_telegram("after an album's answer, before its reply", _SAY, Fuel.ALBUM, applied=True, chat=_owner),
    )
}
"""Each point by the name under which its strikes are counted."""
