"""The named points at which a bot is killed that sends the steps of sequences: between any two writes and messages."""

from __future__ import annotations

from collections.abc import Callable

from tests.proof.mongo_proxy import Command, Side
from tests.proof.points import Point, in_database, in_telegram

_TASKS = "tasks"
_SAY = "messages.SendMessage"


def _sets(name: str) -> Callable[[Command], bool]:
    """Whether an update gives a field a value."""
    return lambda command: any(
        part["u"].get("$set", {}).get(name) for part in command.parts if isinstance(part["u"], dict)
    )


def _hands_on(command: Command) -> bool:
    """Whether it lets the step wait for its time that comes after one that is done."""
    return any(isinstance(part["u"], list) for part in command.parts)


DUE: dict[str, Point] = {
    point.name: point
    for point in (
        in_database("before a newcomer's steps are written", Side.BEFORE, "insert", _TASKS),
        in_database("after a newcomer's steps are written", Side.AFTER, "insert", _TASKS),
        in_database("before steps are taken", Side.BEFORE, "update", _TASKS, where=_sets("claim")),
        in_database("after steps are taken", Side.AFTER, "update", _TASKS, where=_sets("claim")),
        in_telegram("before a message is applied", _SAY, applied=False),
        in_telegram("after a message, before its reply", _SAY, applied=True),
        in_database("before the end of a step is written", Side.BEFORE, "update", _TASKS, where=_sets("status")),
        in_database("after the end of a step is written", Side.AFTER, "update", _TASKS, where=_sets("status")),
        in_database("before the next step is let wait", Side.BEFORE, "update", _TASKS, where=_hands_on),
        in_database("after the next step is let wait", Side.AFTER, "update", _TASKS, where=_hands_on),
    )
}
"""Each point by the name under which its strikes are counted."""
