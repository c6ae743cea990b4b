"""Tells people of drafts what they would not see: that some wait too long, and that a chat takes none."""

from __future__ import annotations

from datetime import datetime

from database.cause import Cause
from scheduler.telling import Serving
from services.drafts import Draft, DraftTarget


async def mind_drafts(bot: Serving) -> datetime | None:
    """Tell what is to be told, and let expire what nobody decided on. Returns when there is more."""
    work = bot.services.drafts.work
    for draft, target in await work.untold():
        await _tell_of_refusal(bot, draft, target)
        await work.told(draft, target)
    await work.expire()
    if reminder := await work.reminder():
        name, count = reminder
        await bot.services.access.refresh()
        for reviewer in bot.services.drafts.reviewers():
            await bot.told(reviewer, "drafts-wait", cause=Cause(f"draft-reminder:{name}"), step="reminder", count=count)
        await work.reminded(name)
    return await work.next_wait()


async def _tell_of_refusal(bot: Serving, draft: Draft, target: DraftTarget) -> None:
    """Tell the owner that a chat does not take what the bot sends."""
    await bot.told(
        bot.services.access.owner_id,
        "draft-target-refuses",
        cause=Cause(f"{draft.send_cause}:refused"),
        step=f"refused by {target.chat}",
        title=target.title or str(target.chat),
        reason=target.reason,
    )
