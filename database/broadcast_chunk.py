"""Decides what a chunk of a broadcast is: some of its readers, what became of each, and how many that makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Final

from database.collection import Document


@dataclass(frozen=True, slots=True)
class Counts:
    """How many readers of a broadcast, by what became of them.

    `total` are those in the chunks that are cut: each of them is one of `sent`, `blocked`, `deactivated`, `failed`,
    `later` (they have to wait), or has not had their turn. Of those who got it, it was `deleted`, was `too_old` for
    that or could not be deleted (`kept`); it was `edited`, or could not be (`unedited`).
    """

    total: int = 0
    sent: int = 0
    blocked: int = 0
    deactivated: int = 0
    failed: int = 0
    later: int = 0
    deleted: int = 0
    too_old: int = 0
    kept: int = 0
    edited: int = 0
    unedited: int = 0

    @property
    def finished(self) -> int:
        """Those of whom it is known what became of them."""
        return self.sent + self.blocked + self.deactivated + self.failed

    @property
    def held(self) -> int:
        """Those who have it still."""
        return max(0, self.sent - self.deleted)

    @property
    def within_reach(self) -> int:
        """Those of them for whom it can still be changed, or deleted."""
        return max(0, self.held - self.too_old - self.kept)


COUNTED: Final = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one reader.

    They got the messages with these ids, `after` seconds after the chunk was begun; none are left once they are
    deleted. Or they did not, by this `refusal` (services.refusals) and for this `reason`.
    """

    after: int = 0
    message_ids: tuple[int, ...] = ()
    refusal: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """A reader who waits: until when, how often it was tried for nothing, and whether only their pin is left."""

    at: datetime
    tries: int = 0
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of a broadcast's readers, by id, and what became of them.

    All readers before `cursor`, a place in `readers`, have a result or wait `later`; some after it may have. `due_at`
    is when there is somebody to be sent to; None: all have their result. `begun_at` is what results count from. It
    covers the ids up to `end`, all that there are where it `is_last`. `delete_at` is when some of its messages are to
    be deleted. `passed` numbers the last pass that is over here, `passing` the one that was begun last: `place` is how
    far that is in `readers`, and `again` are those before it whose turn comes again.
    """

    broadcast: str
    number: int
    readers: tuple[int, ...]
    due_at: datetime | None
    begun_at: datetime
    end: int = 0
    is_last: bool = False
    cursor: int = 0
    results: Mapping[int, Result] = field(default_factory=dict)
    later: Mapping[int, Later] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    delete_at: datetime | None = None
    passed: int = 0
    passing: int = 0
    place: int = 0
    again: tuple[int, ...] = ()
    epoch: int = 0

    def time_of(self, after: int, stays: int = 0) -> datetime:
        """When something was sent that a result dates `after`, or `stays` seconds later."""
        return self.begun_at + timedelta(seconds=after + stays)


def written_result(result: Result) -> Any:
    """Write a result down in few bytes: there are a million of them."""
    if result.refusal is not None:
        return {"refusal": result.refusal, "reason": result.reason}
    return [result.after, *result.message_ids]


def result_in(value: Any) -> Result:
    """Read a result."""
    if isinstance(value, dict):
        return Result(refusal=value["refusal"], reason=value["reason"])
    return Result(value[0], tuple(value[1:]))


def chunk_in(document: Document) -> Chunk:
    """Read a chunk's document."""
    readers: Sequence[int] = document["readers"]
    return Chunk(
        broadcast=document["broadcast"],
        number=document["number"],
        readers=tuple(readers),
        due_at=document.get("due_at"),
        begun_at=document["begun_at"],
        cursor=document["cursor"],
        end=document["end"],
        is_last=document["is_last"],
        results={int(reader): result_in(value) for reader, value in document["results"].items()},
        later={int(reader): Later(**value) for reader, value in document["later"].items()},
        counts=Counts(**document["counts"]),
        delete_at=document.get("delete_at"),
        passed=document["passed"],
        passing=document["passing"],
        place=document["place"],
        again=tuple(document["again"]),
        epoch=document["epoch"],
    )
