"""Decides how a funnel bot's records are brought: each once, whoever and whatever is here already stays as it is."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final, TypeVar

from database.bots import BotDatabase
from database.button_clicks import ButtonClick
from database.cause import Cause
from database.funnel_files import Record
from database.funnel_stage import AT_ONCE, FunnelStage, Row
from database.sequences import Plan
from database.task import Status, Task
from database.users import Former
from services.funnel import FormerClick, FormerTask, LeftOut, Wanted, taken
from services.steps import FIRST

LATE: Final = "late"
"""Why an old task is cancelled that was to be sent too long ago."""

TWICE: Final = "its reader waits for the same step twice, and gets it once"
"""Why a task is left out of which there is another one to be sent."""

Note = Callable[[str, str], None]
"""Who writes down what is left out: where it stands, and why."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Brought:
    """How many there are, and how many of them are new here."""

    there: int = 0
    new: int = 0

    def __add__(self, other: "Brought") -> "Brought":
        return Brought(self.there + other.there, self.new + other.new)


def put_in_order(stage: FunnelStage, records: Iterable[Record], wanted: Wanted, leave_out: Note) -> int:
    """Take the records of a file; returns how many there were."""
    count = 0
    for some in _pieces(records):
        count += len(some)
        people: list[Row] = []
        tasks: list[Row] = []
        clicks: list[Row] = []
        for record in some:
            try:
                match taken(record, wanted):
                    case Former() as person:
                        people.append(_person_row(person))
                    case FormerTask() as task:
                        tasks.append(_task_row(task))
                    case FormerClick() as click:
                        clicks.append((click.key, click.chat_id, click.button, click.at.timestamp()))
            except LeftOut as reason:
                leave_out(f"{record.file} {record.number}", str(reason))
        stage.add_people(people)
        stage.add_tasks(tasks)
        stage.add_clicks(clicks)
    return count


async def bring_people(stage: FunnelStage, room: BotDatabase, now: datetime, *, really: bool) -> Brought:
    """Record everybody who is not known here; they are no newcomers, and begin no sequence by writing."""
    brought = Brought()
    for rows in stage.people():
        known = await room.users.known(row[0] for row in rows)
        new = [_former(row) for row in rows if row[0] not in known]
        if really:
            await room.users.bring_former(new, now)
        brought += Brought(len(rows), len(new))
    return brought


async def bring_clicks(stage: FunnelStage, room: BotDatabase) -> Brought:
    """Record every press, under a cause that is made of what the old bot had of it."""
    brought = Brought()
    for rows in stage.clicks():
        presses = [ButtonClick(chat, button, _moment(at), Cause(f"former:{key}")) for key, chat, button, at in rows]
        brought += Brought(len(rows), sum(await room.button_clicks.add(presses)))
    return brought


async def bring_tasks(
    stage: FunnelStage, room: BotDatabase, plan: Plan, wanted: Wanted, leave_out: Note, *, really: bool
) -> Brought:
    """Record every task as a step of a sequence; what a reader has of it here already stays as it is."""
    brought = Brought()
    for readers in stage.tasks():
        runs = [run for rows in readers.values() for run in _runs(rows, plan, wanted, leave_out)]
        known = await room.tasks.known(plan.name, readers)
        new = [[each for each in run if (each.chat_id, each.run, each.step) not in known] for run in runs]
        if really:
            await asyncio.gather(*(room.tasks.add(_chained(run)) for run in new if run))
        brought += Brought(sum(map(len, runs)), sum(map(len, new)))
    return brought


def _runs(rows: list[Row], plan: Plan, wanted: Wanted, leave_out: Note) -> Iterator[list[Task]]:
    """Put one reader's tasks into runs: of each step the one that is to be sent, else the last, into the first run."""
    first: dict[str, Task] = {}
    for row in rows:
        task = _task(row, plan.name, wanted.since)
        before = first.get(task.step)
        if before is None:
            first[task.step] = task
        elif before.status is task.status is Status.PENDING:
            leave_out(f"task {row[0]}", TWICE)
        else:
            stays = before.status is Status.PENDING
            first[task.step] = before if stays else task
            earlier = task if stays else before
            yield [replace(earlier, run=f"former-{earlier.payload['former']['key']}")]
    yield list(first.values())


def _chained(run: list[Task]) -> list[Task]:
    """Let each task that waits be followed by the next one that does."""
    waiting = [task.step for task in run if task.status is Status.PENDING]
    follows = dict(pairwise(waiting))
    return [replace(task, payload={**task.payload, "next": follows.get(task.step), "leads": {}}) for task in run]


def _task(row: Row, sequence: str, since: datetime) -> Task:
    key, chat, step, at, status, retries, former = row
    task = Task(
        chat_id=chat,
        sequence=sequence,
        run=FIRST,
        step=step,
        send_at=_moment(at),
        status=Status(status),
        retries=retries,
        payload={"former": {"key": key, **_object(former)}},
    )
    if task.status is not Status.PENDING:
        return replace(task, done_at=task.send_at)  # what the old bot kept comes nearest to it
    return replace(task, status=Status.CANCELLED, reason=LATE) if task.send_at < since else task


def _former(row: Row) -> Former:
    user_id, username, first_name, last_name, start_payload, joined_at = row
    joined = None if joined_at is None else _moment(joined_at)
    return Former(user_id, username, first_name or "", last_name, start_payload, joined)


def _person_row(person: Former) -> Row:
    joined_at = person.joined_at.timestamp() if person.joined_at else None
    names = (person.username, person.first_name, person.last_name, person.start_payload)
    return (person.user_id, *names, joined_at)


def _task_row(task: FormerTask) -> Row:
    when = (task.send_at.timestamp(), task.status.value, task.retries)
    return (task.key, task.chat_id, task.step, *when, task.former)


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _object(written: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(written)
    return found


def _pieces(records: Iterable[_T]) -> Iterator[list[_T]]:
    some: list[_T] = []
    for record in records:
        some.append(record)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some
