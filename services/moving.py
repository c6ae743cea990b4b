"""Decides how the people of the bot that was here before are taken over: each once, and nobody known is changed."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

from database.clock import Clock
from database.users import Users


class Remembered(Protocol):
    """Who reads the people of the bot before (database.oldbot)."""

    def people(self) -> AsyncIterator[list[int | None]]:
        """Yield the ids of everybody, some at a time; None for what is nobody's id."""
        ...


@dataclass(frozen=True, slots=True)
class People:
    """How many there are, how many of them are new here, and how many entries are nobody's id."""

    there: int = 0
    new: int = 0
    wrong: int = 0


async def count_people(old: Remembered, users: Users) -> People:
    """Count what `bring_people` would do."""
    return await _each(old, users, None, lambda _: None)


async def bring_people(old: Remembered, users: Users, clock: Clock, progress: Callable[[People], None]) -> People:
    """Record everybody who is not known here; the same again records nobody twice. `progress` is told on the way."""
    return await _each(old, users, clock, progress)


async def _each(old: Remembered, users: Users, clock: Clock | None, progress: Callable[[People], None]) -> People:
    so_far = People()
    async for together in old.people():
        ids = {each for each in together if each is not None}
        new = ids - await users.known(ids)
        if clock is not None:
            await users.bring(new, clock.now())
        so_far = People(so_far.there + len(ids), so_far.new + len(new), so_far.wrong + together.count(None))
        progress(so_far)
    return so_far
