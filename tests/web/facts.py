"""A bot with something of everything that the status page shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from web.overview import BroadcastFacts, DraftFacts, HourFacts, OverviewFacts, QueueFacts, TargetFacts
from web.status import BotFacts, BreakerFacts, JobFacts, RecoveryFacts

NOW = datetime(2026, 3, 1, 14, 20, tzinfo=UTC)
CHAT = "News of the <b>town</b>"
ERROR = "ValueError: the reason of the failure"


def at(**ago: float) -> str:
    """A time as programs read it, so long ago."""
    return (NOW - timedelta(**ago)).isoformat(timespec="milliseconds")


def hour(number: int) -> HourFacts:
    """An hour of that day, with something in it where it has begun."""
    begins = NOW.replace(hour=number, minute=0).isoformat(timespec="milliseconds")
    if number > NOW.hour:
        return HourFacts(begins, 0, 0, 0, 0.0)
    return HourFacts(begins, number * 37 % 90, number * 211 % 800, int(number == 9), 42.0 * (number == 9))


OVERVIEW = OverviewFacts(
    as_of=at(seconds=3),
    timezone="UTC",
    counted_to=10_000,
    hours=tuple(map(hour, range(24))),
    queues=(
        QueueFacts("steps", 10_000, 12, at(minutes=-2)),
        QueueFacts("deletions", 340, 0, at(minutes=-7)),
        QueueFacts("drafts", 0, 0, None),
        QueueFacts("processing", 2, 2, at(seconds=4)),
    ),
    broadcasts=(
        BroadcastFacts("running", 12_000, 3_400, at(minutes=4)),
        BroadcastFacts("scheduled", None, 0, at(hours=-3)),
    ),
    drafts=(DraftFacts("pending", 3, at(hours=2)), DraftFacts("scheduled", 0, None)),
    targets=(TargetFacts(CHAT, may_write=True, lacks=()), TargetFacts("Old channel", may_write=False, lacks=())),
)  # fmt: skip

BOT = BotFacts(
    "files_bot",
    "running",
    backlog=3,
    last_update_age=2.0,
    lease_epoch=4,
    logins=1,
    recoveries=2,
    recovered={"connection": RecoveryFacts(2, 1.5, 3.0)},
    mishaps={"wait": 1, "blocked": 12},
    mishaps_seconds=93784,
    breaker=BreakerFacts("closed", 0, 0.0, 0.0),
    jobs=(
        JobFacts("draft_cycle", "waiting", at(minutes=-12), at(minutes=8), "done", 0.2, at(minutes=8), {"sent": 2}),
        JobFacts("upkeep", "waiting", at(minutes=-40), at(minutes=20), "failed", 1.5, None, {}, ERROR),
        JobFacts("message_deleter", "paused", None),
    ),
    overview=OVERVIEW,
)
