"""Tells people of broadcasts that paused by themselves, and counts whom those go to that were started."""

from __future__ import annotations

from datetime import datetime

from database.broadcast import Broadcast, Reason
from database.cause import Cause
from scheduler.telling import Serving
from services.users import called


async def mind_broadcasts(bot: Serving) -> datetime | None:
    """Tell what is to be told, then count: nobody who is sent to waits for that. Returns when there is more."""
    work = bot.services.broadcasts.work
    for each in await work.untold():
        await _tell(bot, each)
        await work.told(each)
    if (uncounted := await work.uncounted()) is not None:
        await work.expect(uncounted)
        return bot.clock.now()
    return None


async def _tell(bot: Serving, broadcast: Broadcast) -> None:
    """Tell the starter that their message is refused, or the owner that the starter may not send it any more."""
    refused = broadcast.reason is Reason.CONTENT
    user = await bot.services.users.get(broadcast.by)
    await bot.told(
        broadcast.by if refused else bot.services.access.owner_id,
        "broadcast-stopped-content" if refused else "broadcast-stopped-right",
        cause=Cause(f"{broadcast.send_cause}:stop {broadcast.stops}"),
        step="stopped",
        who=called(user) if user else str(broadcast.by),
        detail=broadcast.detail or "",
        sent=broadcast.counts.sent,
        total=broadcast.counts.total if broadcast.expected is None else broadcast.expected,
    )
