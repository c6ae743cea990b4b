"""Tells premium readers a day before their time is over."""

from __future__ import annotations

from scheduler.telling import Serving
from services.jobs import JobReport
from services.premium import reminder
from services.times import written


async def remind_premium_readers(bot: Serving) -> JobReport:
    """Tell those whose premium ends within a day, each once; who cannot be written to any more is skipped.

    Raises:
        TryLater: Telegram has to be waited for; who was told until then is written down.
    """
    premium, reached = bot.services.premium, [0, 0]
    zone = (await bot.services.settings.current()).timezone
    while due := await premium.to_remind():
        for each in due:
            at = written(each.until, zone)
            told = await bot.told(
                each.user_id, "premium-reminder", cause=reminder(each), step="reminder", at=at, zone=zone
            )
            reached[told] += 1
            await premium.reminded(each)
    return JobReport(sent=reached[True], skipped=reached[False])
