"""Decides what is kept of one step for one reader: when it goes, what became of it, and which one follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from database.cause import Cause
from database.collection import Document

SEQUENCE: Final = "sequence"
"""The type of tasks that are steps of a sequence."""

_TESTED: Final = timedelta(days=1)
"""How long the tasks of a test are remembered."""


class Status(StrEnum):
    """What became of a task."""

    PENDING = "pending"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED: Final = (Status.SENT, Status.SKIPPED, Status.CANCELLED, Status.FAILED)
"""What a task is that nothing is to be done for any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on tasks: a process, by its lease's epoch, and one of its runners, by a token of its own."""

    epoch: int
    token: str


@dataclass(frozen=True, slots=True)
class Task:
    """One step for one reader.

    `run` tells a reader's times through a sequence apart. `send_at` is when it is to go; it waits until the step before
    it has ended. `retries` are attempts that failed. `payload` says what follows: `next` is the key of the step that
    waits for this one, `leads` those that count their seconds from its end. `reason` says why it was not sent.
    """

    chat_id: int
    sequence: str
    run: str
    step: str
    send_at: datetime
    status: Status = Status.PENDING
    retries: int = 0
    payload: Mapping[str, Any] = field(default_factory=dict)
    task_type: str = SEQUENCE
    is_test: bool = False
    reason: str | None = None
    message_ids: tuple[int, ...] = ()
    done_at: datetime | None = None

    @property
    def cause(self) -> Cause:
        """What its message is sent by: the same at every attempt, another in another run."""
        return Cause(f"task:{self.sequence}:{self.chat_id}:{self.run}:{self.step}")

    @property
    def next(self) -> str | None:
        """The key of the step that waits for this one."""
        return self.payload.get("next")

    @property
    def leads(self) -> Mapping[str, int]:
        """The steps that count their time from the end of this one, each with its seconds."""
        leads: Mapping[str, int] = self.payload.get("leads", {})
        return leads


@dataclass(frozen=True, slots=True)
class End:
    """How a task ended: when, with which messages, or why not."""

    task: Task
    status: Status
    at: datetime
    reason: str | None = None
    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StepCounts:
    """What became of the tasks of one step: how many there are of each status, and how many readers clicked."""

    by_status: Mapping[Status, int]
    clicked: int


def fields_of(task: Task) -> Document:
    """Return what is written of a task, besides its key and its place among those that are due."""
    document: Document = {
        "chat_id": task.chat_id,
        "task_type": task.task_type,
        "sequence": task.sequence,
        "run": task.run,
        "step": task.step,
        "send_at": task.send_at,
        "status": task.status.value,
        "retries": task.retries,
        "payload": dict(task.payload),
        "test": task.is_test,
        "clicked": False,
        "claim": "",
        "epoch": 0,
    }
    if task.reason is not None:
        document["reason"] = task.reason
    if task.done_at is not None:
        document["done_at"] = task.done_at
    if task.is_test:
        document["forget_at"] = task.send_at + _TESTED
    return document


def task_in(document: Document) -> Task:
    """Read a task.

    Raises:
        KeyError: AttributeError, TypeError or ValueError as well: it is none.
    """
    return Task(
        chat_id=document["chat_id"],
        sequence=document["sequence"],
        run=document["run"],
        step=document["step"],
        send_at=document["send_at"],
        status=Status(document["status"]),
        retries=document["retries"],
        payload=document["payload"],
        task_type=document["task_type"],
        is_test=document["test"],
        reason=document.get("reason"),
        message_ids=tuple(document.get("message_ids", ())),
        done_at=document.get("done_at"),
    )
