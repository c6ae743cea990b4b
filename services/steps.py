"""Decides when a reader gets the steps of a sequence: planned from joining, never in quiet hours, never early."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from database.sequences import Plan, QuietHours, Step
from database.task import Task

FIRST: Final = "first"
"""The run that a reader begins by joining."""

TEST_LONGEST: Final = 10
"""Seconds that a step waits at most in a test, where each minute lasts a second."""


def seconds_of(plan: Plan) -> dict[str, int]:
    """Return how long after joining each step goes out where all goes as planned, in seconds, by the steps' keys."""
    at: dict[str, int] = {}
    for step in plan.steps:
        at[step.key] = at.get(step.after or "", 0) + step.delay
    return at


def tasks_of(plan: Plan, user_id: int, run: str, joined_at: datetime, *, test: bool = False) -> list[Task]:
    """Plan all steps for a reader. One that counts from an earlier one is planned as if that were done on time."""
    return list(_planned(plan, user_id, run, joined_at, test=test))


def _planned(plan: Plan, user_id: int, run: str, joined_at: datetime, *, test: bool) -> Iterator[Task]:
    at: dict[str, datetime] = {}
    for place, step in enumerate(plan.steps):
        at[step.key] = at.get(step.after or "", joined_at) + timedelta(seconds=_delay(step, test=test))
        following = plan.steps[place + 1 :]
        payload = {
            "next": following[0].key if following else None,
            "leads": {each.key: _delay(each, test=test) for each in following if each.after == step.key},
        }
        yield Task(user_id, plan.name, run, step.key, at[step.key], payload=payload, is_test=test)


def _delay(step: Step, *, test: bool) -> int:
    return min(TEST_LONGEST, -(-step.delay // 60)) if test else step.delay


def quiet_until(quiet: QuietHours, moment: datetime, zone: str) -> datetime | None:
    """Return when the quiet hours end (UTC) that a moment lies in; None where it lies in none.

    They are what the clocks of that place show: an hour that a day has twice is quiet twice. An end that a day does not
    have, because clocks go forward over it, is as long after the hour before as on other days.
    """
    place = ZoneInfo(zone)
    if not _is_quiet(quiet, moment, place):
        return None
    today = moment.astimezone(place).date()
    ends = (
        datetime.combine(day, time(*divmod(quiet.end, 60), fold=fold), place).astimezone(UTC)
        for day in (today + timedelta(days=days) for days in range(3))  # one may end in an hour that it does not have
        for fold in (0, 1)
    )
    return min(end for end in ends if end > moment and not _is_quiet(quiet, end, place))


def _is_quiet(quiet: QuietHours, moment: datetime, place: ZoneInfo) -> bool:
    there = moment.astimezone(place)
    shown = there.hour * 60 + there.minute
    if quiet.start < quiet.end:
        return quiet.start <= shown < quiet.end
    return shown >= quiet.start or shown < quiet.end
