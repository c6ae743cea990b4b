"""Who is on the page: signed up by phone as real clients of this Telegram, kept, and back after a restart."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.body import WrongError
from sandbox.ending import end
from sandbox.network import ServerInfo
from sandbox.page.events import Events
from sandbox.page.missing import NoMessage, NoPerson
from sandbox.page.record import Record
from sandbox.page.seat import ANSWER_WITHIN, Seat

log = logging.getLogger(__name__)
WATCH: Final = 1.0
"""Seconds between two looks at who is there."""
LOOK_AFTER: Final = 30.0
"""Seconds after which a person asks whether something was not told."""
ID_MAX: Final = 2**31 - 1
"""The highest id that a message can have."""
_NUMBERS: Final = range(10_000, 100_000)


class Roster:
    """The people of the page."""

    def __init__(self, path: Path, events: Events, is_taken: Callable[[str], bool]) -> None:
        """`path` is the file they are kept in; `is_taken` tells whether somebody has a number already."""
        self.events = events
        self._path = path
        self._is_taken = is_taken
        self._info: ServerInfo | None = None
        self._seats: list[Seat] = []
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._watch: asyncio.Task[None] | None = None

    def start(self, info: ServerInfo) -> None:
        """Let everybody of last time come back, at once and beside each other; nobody waits for it.

        Raises:
            ValueError: what was kept of them cannot be read.
        """
        self._info = info
        self._seats = [Seat(record, self.events) for record in _read(self._path)]
        self._watch = asyncio.get_running_loop().create_task(self._keep_watch())

    async def stop(self) -> None:
        """Everybody leaves."""
        await end([self._watch])  # first, as it opens seats
        await end(self._opening.values())
        await asyncio.gather(*(seat.close() for seat in self._seats), return_exceptions=True)
        self._seats.clear()

    def people(self) -> list[dict[str, Any]]:
        """Everybody, for the page."""
        return [seat.record.shown() for seat in self._seats if seat.id]

    async def include(
        self,
        phone: str,
        first_name: str,
        last_name: str = "",
        language_code: str = "en",
        *,
        note: str = "",
        knows: Iterable[str] = (),
    ) -> Seat:
        """Have somebody with this number on the page, from now on and after every restart.

        `note` says who they are in the play; `knows` are user names that stand in their list of chats from the start.

        Raises:
            RPCError: Telegram refuses the number or the name.
            TimeoutError: it does not answer.
        """
        seat = next((each for each in self._seats if each.record.phone == phone), None)
        if seat is None:
            seat = Seat(Record(phone, first_name, last_name, language_code), self.events)
            self._seats.append(seat)
        seat.record.note, seat.record.knows = note, list(knows)
        try:
            await self._opened(seat)
        except BaseException:
            if not seat.id:
                await self._give_up(seat)
            raise
        self._keep()
        self.events.publish(None, "people", people=self.people())
        return seat

    async def add(self, first_name: str, last_name: str, language_code: str) -> Seat:
        """Sign somebody up with a number that nobody has.

        Raises:
            WrongError: there is none left.
        """
        mine = {seat.record.phone for seat in self._seats}
        begin = random.choice(_NUMBERS)
        numbers = (f"99966{number}" for number in (*range(begin, _NUMBERS.stop), *range(_NUMBERS.start, begin)))
        phone = next((each for each in numbers if each not in mine and not self._is_taken(each)), None)
        if phone is None:
            raise WrongError("every number of this Telegram is taken: nobody can be added")
        return await self.include(phone, first_name, last_name, language_code)

    async def seat(self, person_id: int) -> Seat:
        """A person, open and ready.

        Raises:
            NoPerson: nobody has this id.
            TimeoutError: the local Telegram does not let them in within 20 seconds.
        """
        seat = next((each for each in self._seats if each.id == person_id), None)
        if seat is None:
            raise NoPerson(person_id)
        await self._opened(seat)
        return seat

    async def _keep_watch(self) -> None:
        """Bring back who is not there, and look after who is quiet."""
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            for seat in self._seats:
                self._begin(seat)
            if loop.time() - looked >= LOOK_AFTER:
                await asyncio.gather(*(seat.look_after() for seat in self._seats), return_exceptions=True)
                looked = loop.time()
            await asyncio.sleep(WATCH)

    def _begin(self, seat: Seat) -> asyncio.Task[None]:
        """Open a seat, unless that is under way or done."""
        task = self._opening.get(seat.record.phone)
        if task is None or (task.done() and (not seat.is_open or seat.is_lost)):
            task = asyncio.get_running_loop().create_task(self._open(seat))
            task.add_done_callback(_note)
            self._opening[seat.record.phone] = task
        return task

    async def _opened(self, seat: Seat) -> None:
        await asyncio.wait_for(asyncio.shield(self._begin(seat)), ANSWER_WITHIN)

    async def _give_up(self, seat: Seat) -> None:
        """Somebody new could not come: nothing of them stays, and no client goes on trying."""
        if seat in self._seats:
            self._seats.remove(seat)
            await end([self._opening.pop(seat.record.phone, None)])
            await seat.close()

    async def _open(self, seat: Seat) -> None:
        if self._info is None:
            raise ConnectionError("the page is not served yet")
        await seat.open(self._info)
        seat.record.took(seat.users[seat.person.id])
        seat.record.session = await seat.person.session_string()
        self._keep()

    def _keep(self) -> None:
        kept = [asdict(seat.record) for seat in self._seats if seat.id]
        new = self._path.with_name(f"{self._path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(kept, file)
        new.replace(self._path)


ROSTER: Final = web.AppKey("roster", Roster)


async def seat_of(request: web.Request) -> Seat:
    """The person that a path names, open and ready."""
    return await request.app[ROSTER].seat(int(request.match_info["person"]))


def chat_of(request: web.Request) -> int:
    """The chat that a path names."""
    return int(request.match_info["chat"])


def message_of(request: web.Request) -> int:
    """The message that a path names.

    Raises:
        NoMessage: no message can have such an id.
    """
    message_id = int(request.match_info["message"])
    if not 0 < message_id <= ID_MAX:
        raise NoMessage(message_id)
    return message_id


def _read(path: Path) -> list[Record]:
    try:
        return [Record(**each) for each in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError):
        raise ValueError(f"{path} is damaged: remove it, and the people of the page begin anew") from None


def _note(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("somebody of the page could not come: %r", error)
