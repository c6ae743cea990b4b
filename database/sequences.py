"""Decides how a sequence is kept: its steps as they are now, under keys that stay, and whether it is paused."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from database.audit import UNLOGGED, Audited, Change, carrying
from database.cause import Cause
from database.collection import Document
from database.together import Together


@dataclass(frozen=True, slots=True)
class StepButton:
    """A button under a step: it leads to an address, or is a click with a name, of which `answer` is what it says."""

    text: str
    url: str | None = None
    click: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """When a step goes out: everything that is named here must hold at the time it is due.

    `clicked` and `not_clicked` name a button, `joined` and `not_joined` a channel or group, `languages` those that a
    reader may be spoken to in, `premium` whether they have the bot's premium.
    """

    clicked: str | None = None
    not_clicked: str | None = None
    joined: int | None = None
    not_joined: int | None = None
    languages: tuple[str, ...] = ()
    premium: bool | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nothing is sent: minutes of a day, in the reader's time zone; `start` after `end` goes over midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a sequence.

    `delay` is in seconds: after joining, or after the earlier step `after` was done. It is a text, `html`, or the
    messages of the source channel with these ids: one, or an album of up to ten; `html` is then the caption in place of
    their own.
    """

    key: str
    delay: int
    after: str | None = None
    html: str | None = None
    messages: tuple[int, ...] = ()
    buttons: tuple[tuple[StepButton, ...], ...] = ()
    condition: Condition | None = None

    @property
    def clicks(self) -> tuple[str, ...]:
        """The names of its clicks."""
        return tuple(button.click for row in self.buttons for button in row if button.click)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the owner says a sequence is: what is read from their file."""

    name: str
    steps: tuple[Step, ...]
    quiet: QuietHours | None = None

    def step(self, key: str) -> Step | None:
        """Return the step with this key; None where there is none any more."""
        return next((step for step in self.steps if step.key == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence as it is now; `revision` grows with every change of its plan."""

    plan: Plan
    revision: int
    paused: bool
    by: int
    created_at: datetime
    changed_at: datetime

    @property
    def name(self) -> str:
        """Its name."""
        return self.plan.name


class Sequences(Audited):
    """One bot's sequences."""

    name = "sequences"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("created_at", 1)]), UNLOGGED]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose sequences these are."""
        super().__init__(database, bot_id)
        self._reads: Together[None, list[Sequence]] = Together(self._read)

    async def all(self) -> list[Sequence]:
        """Return every sequence, the oldest first."""
        return await self._reads.one(None)

    async def get(self, name: str) -> Sequence | None:
        """Return a sequence; None where there is none."""
        document = await self._documents.find_one({"_id": self._key(name), "steps": {"$exists": True}})
        return None if document is None else _sequence(document)

    async def put(self, plan: Plan, by: int, cause: Cause, now: datetime, *, paused: bool = False) -> Sequence:
        """Keep a sequence, in place of the one with its name; once per cause. One that is new may begin `paused`."""
        values = {
            "steps": {"$literal": [_kept(asdict(step)) for step in plan.steps]},
            "quiet": {"$literal": asdict(plan.quiet)} if plan.quiet else "$$REMOVE",
            "revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]},
            "paused": {"$ifNull": ["$paused", paused]},
            "created_at": {"$ifNull": ["$created_at", now]},
            "changed_at": now,
            "by": by,
        }
        change = Change("sequence", plan.name, by, now, cause)
        old: Document = {"$cond": ["$steps", "$revision", None]}
        await self._change(change, values, old, values["revision"])
        found = await self.get(plan.name)
        return found or Sequence(plan, 0, paused, by, now, now)  # None: it was deleted this instant

    async def pause(self, name: str, *, paused: bool, by: int, cause: Cause, now: datetime) -> None:
        """Hold a sequence, or let it go on; once per cause."""
        change = Change("sequence-open", name, by, now, cause)
        await self._change(change, {"paused": paused}, {"$not": ["$paused"]}, not paused, there=True)

    async def remove(self, name: str, *, by: int, cause: Cause, now: datetime) -> None:
        """Forget a sequence; once per cause. One of its name goes on counting its revisions."""
        gone = dict.fromkeys(("steps", "quiet", "paused", "created_at", "changed_at", "by"), "$$REMOVE")
        await self._change(Change("sequence", name, by, now, cause), gone, "$revision", None, there=True)

    async def _change(
        self, change: Change, values: Mapping[str, Any], old: Any, new: Any, *, there: bool = False
    ) -> None:
        key: Document = {"_id": self._key(change.subject)}
        if there:
            key["steps"] = {"$exists": True}
        else:
            first = {"bot_id": self._bot_id, "name": change.subject}
            await self._documents.update_one(key, {"$setOnInsert": first}, upsert=True)
        await self._documents.update_one(
            {**key, "causes": {"$ne": change.cause}}, [{"$set": {**values, **carrying(change, old, new)}}]
        )

    async def _read(self, askers: Row[None]) -> list[list[Sequence]]:
        where = {"bot_id": self._bot_id, "created_at": {"$exists": True}}
        found = self._documents.find(where, {"causes": 0, "unlogged": 0}, sort=[("created_at", 1), ("_id", 1)])
        sequences = [_sequence(document) async for document in found]
        return [sequences] * len(askers)


def _kept(values: Document) -> Document:
    """Leave out what is not said."""
    return {name: value for name, value in values.items() if value not in (None, ())}


def _sequence(document: Document) -> Sequence:
    quiet = document.get("quiet")
    plan = Plan(
        name=document["name"],
        steps=tuple(_step(each) for each in document["steps"]),
        quiet=QuietHours(**quiet) if quiet else None,
    )
    return Sequence(
        plan=plan,
        revision=document["revision"],
        paused=document["paused"],
        by=document["by"],
        created_at=document["created_at"],
        changed_at=document["changed_at"],
    )


def _step(document: Document) -> Step:
    condition = document.get("condition")
    return Step(
        key=document["key"],
        delay=document["delay"],
        after=document.get("after"),
        html=document.get("html"),
        messages=tuple(document.get("messages", ())),
        buttons=tuple(tuple(StepButton(**each) for each in row) for row in document.get("buttons", ())),
        condition=Condition(**condition | {"languages": tuple(condition["languages"])}) if condition else None,
    )
