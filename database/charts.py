"""Decides what is kept of charts that were asked for: what to draw and for whom, until it is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from pymongo import IndexModel

from database.cause import Cause
from database.due import DUE, Waiting

KEEP = timedelta(days=1)
"""How long a chart is remembered: longer than Telegram gives an update again; nobody waits longer for one."""


@dataclass(frozen=True, slots=True)
class AskedChart:
    """A chart to be shown to a person, as services/charts.py writes it; `caption` is the key of the text under it."""

    cause: Cause
    to: int
    wanted: str
    kind: str
    caption: str


class Charts(Waiting):
    """The charts that one bot was asked for."""

    name = "charts"
    indexes: ClassVar[list[IndexModel]] = [DUE, IndexModel([("forget_at", 1)], expireAfterSeconds=0)]

    async def ask(self, chart: AskedChart, now: datetime) -> None:
        """Let a chart be drawn and shown; once per cause and kind."""
        asked = {
            "bot_id": self._bot_id,
            "cause": chart.cause,
            "to": chart.to,
            "wanted": chart.wanted,
            "kind": chart.kind,
            "caption": chart.caption,
            "attempts": 0,
            "due_at": now,
            "forget_at": now + KEEP,
        }
        await self._documents.update_one({"_id": self._key_of(chart)}, {"$setOnInsert": asked}, upsert=True)

    async def claim(self, epoch: int, now: datetime) -> AskedChart | None:
        """Take the chart that waits longest; it comes again after a pause if nobody finishes it."""
        found = await self._take(epoch, now)
        if found is None:
            return None
        cause = Cause(found["cause"])
        return AskedChart(cause, found["to"], found["wanted"], found["kind"], found["caption"])

    async def postpone(self, chart: AskedChart, epoch: int, until: datetime) -> None:
        """Let a chart come again at this time, unless somebody else took it."""
        await self._documents.update_one(
            {"_id": self._key_of(chart), "epoch": epoch, "due_at": {"$exists": True}}, {"$set": {"due_at": until}}
        )

    async def finish(self, chart: AskedChart, epoch: int) -> None:
        """Write down that a chart was shown, unless somebody else took it."""
        await self._documents.update_one(
            {"_id": self._key_of(chart), "epoch": epoch}, {"$unset": {"due_at": "", "wanted": ""}}
        )

    def _key_of(self, chart: AskedChart) -> str:
        return self._key(f"{chart.cause}:{chart.kind}")
