"""The timetable as it is, across a midnight: each job does what it has to, when it has to, and nothing twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from database.bots import BotDatabase
from database.broadcast import Broadcast, BroadcastOptions
from database.broadcast_chunk import Chunk, Result
from database.cause import Cause
from database.connection import Database
from database.deletions import PendingDeletion
from database.outgoing import Outgoing
from database.threads import HeardMessage
from database.tokens import NewToken
from scheduler.jobs import JOBS
from scheduler.timetable import Timetable
from services.jobs import JobState
from services.options import BotOptions
from services.registry import ServiceOptions, Services, build_services
from services.schedules import Daily
from services.tallies import KEPT
from tests.database.mongo import StillClock, bot_of
from tests.services.channel import OWNER, STORAGE, Channel
from tests.services.test_replies import Model

READER = 11
MOMENT, SECOND, HOUR, DAY = timedelta(milliseconds=1), timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


class Bot:
    """A bot whose Telegram does what it is asked to."""

    def __init__(self, services: Services, clock: StillClock) -> None:
        self.services, self.clock = services, clock
        self.lease = SimpleNamespace(epoch=1)

    async def take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        return {}

    async def told(self, user_id: int, key: str, **_: Any) -> bool:
        return True

    async def check_channels(self) -> int:
        return 0

    async def check_room(self) -> bool:
        return False


class Night:
    """One bot's timetable around a midnight of its time zone."""

    def __init__(self, room: BotDatabase, zone: str, before: datetime) -> None:
        self.room = room
        self.midnight = Daily((0,)).next_after(before, zone)
        self.clock = StillClock(self.midnight - 26 * HOUR)
        options = ServiceOptions(
            OWNER,
            first=BotOptions(storage_chat=STORAGE, timezone=zone, replies_private=True),
            assistant=Model(),
            jobs=tuple(job.plan for job in JOBS),
        )
        self.services = build_services(room, self.clock, Channel(), options)
        bot: Any = Bot(self.services, self.clock)
        self.table = Timetable(bot, JOBS, self.tell)

    async def tell(self, state: JobState) -> None:
        raise AssertionError(f"{state.plan.name} fails: {state.run.last}")

    async def fill(self) -> None:
        """Give each job something that is to be done at midnight, not before."""
        room, midnight, now = self.room, self.midnight, self.clock.now()
        self.clock.move(midnight - HOUR - now)
        today = await self.services.gate.numbers.today()
        lent = PendingDeletion(Cause("message:1:1"), "fCode", 1, 1, (1,), 60, now, midnight - MOMENT)
        await room.deletions.begin(lent, midnight)
        await room.deletions.arrived(lent, [7], 0, midnight - MOMENT)
        await room.tallies.add({midnight - KEPT - SECOND: 1}, now)
        await room.tokens.ask(NewToken(Cause("message:1:2"), READER, "fCode", today), now, midnight - MOMENT)
        await room.token_counts.spend(READER, today, Cause("message:1:3"), 15)
        stays = BroadcastOptions(delete_after=3600)
        await room.broadcasts.add(
            Broadcast("code", Cause("query:1"), OWNER, Outgoing(None, (), "x"), now, options=stays)
        )
        chunk = await room.broadcast_chunks.add(Chunk("code", 0, (READER,), midnight, midnight - HOUR, epoch=1))
        got = {READER: Result(0, (8,))}
        await room.broadcast_chunks.flush(
            chunk, cursor=1, results=got, later={}, counts={"sent": 1}, due_at=None, delete_at=midnight
        )
        await room.threads.hear(READER, READER, HeardMessage(1, "Hello?"), who="", title="", now=midnight - MOMENT)
        await room.premiums.give(READER, midnight + DAY - now, OWNER, Cause("message:1:4"), now)

    async def at(self, moment: datetime) -> dict[str, dict[str, int]]:
        """Look at a moment; returns which jobs ran then, and what they did."""
        self.clock.move(moment - self.clock.now())
        await self.table.look()
        while self.table._tasks:
            await asyncio.wait(list(self.table._tasks.values()))
            await self.table.look()
        ended = self.room.job_runs._documents.find({"ended_at": moment})
        runs = [each async for each in ended]
        assert all(each["state"] == "done" for each in runs), runs
        assert len({each["job"] for each in runs}) == len(runs), "each once"
        return {each["job"]: {name: count for name, count in each["report"].items() if count} for each in runs}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("UTC", "2026-03-01", 24),
        ("Asia/Tashkent", "2026-03-01", 24),
        ("Europe/Berlin", "2026-03-28", 23),
        ("Europe/Berlin", "2026-10-24", 25),
        ("America/Santiago", "2026-09-05", 23),  # the midnight after this day does not exist
        ("America/Havana", "2026-10-31", 25),  # the midnight after this day comes twice
    ],
)
async def test_each_job_does_its_work_at_midnight_and_nothing_more_on_the_day_after(
    database: Database, zone: str, day: str, hours: int
) -> None:
    night = Night(bot_of(database), zone, datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC))
    assert await night.at(night.clock.now()) == {}, "the first start makes nothing up"
    await night.fill()
    before = await night.at(night.midnight - SECOND)
    assert before.keys() == {job.plan.name for job in JOBS}, "a day was missed"
    assert not any(before.values()), "and nothing was to be done yet"
    done = await night.at(night.midnight)
    assert done.keys() == {job.plan.name for job in JOBS}
    assert all(sum(did.values()) == 1 for did in done.values()), done
    runs: Counter[str] = Counter()
    for hour in range(1, hours + 1):
        after = await night.at(night.midnight + hour * HOUR)
        assert not any(after.values()), "nothing is done twice"
        runs.update(after.keys())
    daily = {job.plan.name: len(job.plan.schedule.hours) for job in JOBS if isinstance(job.plan.schedule, Daily)}
    assert runs == {job.plan.name: daily.get(job.plan.name, hours) for job in JOBS}
