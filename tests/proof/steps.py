"""The named points at which a bot is killed that makes files anew: between any two of a job's steps."""

from __future__ import annotations

from tests.proof.mongo_proxy import Command, Side
from tests.proof.points import Fuel, Point, in_database, in_telegram, storage_of


def _sets(command: Command, name: str) -> bool:
    """Whether an update gives a field a value."""
    return any(part["u"].get("$set", {}).get(name) for part in command.parts if isinstance(part["u"], dict))


def _keeps_receipt(command: Command) -> bool:
    return _sets(command, "receipt")


def _ends(command: Command) -> bool:
    return _sets(command, "forget_at")


def _takes_copy(command: Command) -> bool:
    return _sets(command, "processed_message_id")


_JOBS = "processing"
_POST = "messages.SendMedia"

STEPS: dict[str, Point] = {
    point.name: point
    for point in (
        in_database("before a job is written", Side.BEFORE, "insert", _JOBS, Fuel.FILE),
        in_database("after a job is written", Side.AFTER, "insert", _JOBS, Fuel.FILE),
        in_telegram("before a download", "upload.GetFile", Fuel.FILE, applied=False),
        in_telegram("in a download", "upload.GetFile", Fuel.FILE, applied=True),
        in_telegram("in an upload", "upload.Save*", Fuel.FILE, applied=True),
        in_database("before the receipt is written", Side.BEFORE, "update", _JOBS, Fuel.FILE, _keeps_receipt),
        in_database("after the receipt is written", Side.AFTER, "update", _JOBS, Fuel.FILE, _keeps_receipt),
        in_telegram("before the copy is posted", _POST, Fuel.FILE, applied=False, chat=storage_of),
        in_telegram("after the copy is posted, before the reply", _POST, Fuel.FILE, applied=True, chat=storage_of),
        in_telegram("the copy is posted late", _POST, Fuel.FILE, applied=False, chat=storage_of, late=True),
        in_database("before the row is written", Side.BEFORE, "update", "files", Fuel.FILE, _takes_copy),
        in_database("after the row is written", Side.AFTER, "update", "files", Fuel.FILE, _takes_copy),
        in_database("before a job's end is written", Side.BEFORE, "update", _JOBS, Fuel.FILE, _ends),
        in_database("after a job's end is written", Side.AFTER, "update", _JOBS, Fuel.FILE, _ends),
        in_database("before what is left is cleared", Side.AFTER, "find", _JOBS, Fuel.START),
    )
}
"""Each point by the name under which its strikes are counted."""

LOSING = ("before a download", "in a download", "before the receipt is written")
"""Where a queue in memory must lose what it has in hand."""
