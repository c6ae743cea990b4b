"""One process of the proof of odd updates: `python -m tests.proof.fuzzing '{…}'` prints what it found, as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from pyrogram import ContinuePropagation, raw
from pyrogram.handlers import RawUpdateHandler

from client.intake import Update, Work
from tests.bench.rig import resident
from tests.database.mongo import fresh_database
from tests.e2e.evidence import until
from tests.proof.adrift import Adrift, Counts, a_cast, adrift, make_links
from tests.proof.nowhere import Nowhere
from tests.proof.odd import Odd
from tests.proof.shrink import smaller

PEOPLE = 5_000
LINKS = 40

IN_HAND = 512
"""Updates in hand above which no more are pushed: what is turned away proves nothing."""

WARM = 0.2
"""Share of the updates after which memory is looked at for the first time."""

PATIENCE = 20.0
"""Seconds in which something must be finished where much is in hand."""

REST = 60.0
"""Seconds in which everything must be finished at the end."""

SHOWN = 5
"""Different findings that are told, each with the first update that led there."""

LONGEST = 4000
"""Characters of such an update that are told."""


@dataclass
class Order:
    """What is to be done."""

    url: str
    folder: str
    seed: int
    updates: int
    control: str = ""
    """What is broken on purpose: `handler` or `guard`; nothing else may be found then."""


@dataclass
class Found:
    """What came of it."""

    updates: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    """What was logged as an error, or reached the event loop, or came out of the inbox: how often."""
    examples: dict[str, str] = field(default_factory=dict)
    left: int = 0
    answered: int = 0
    """Of three people who write at the end as people do: how many were answered."""
    memory: list[int] = field(default_factory=list)
    """Bytes resident after the first part, and at the end."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Calls that the Telegram of the proof does not know."""
    calls: int = 0
    seconds: float = 0.0


class Listener(logging.Handler):
    """Hears of everything that nobody had foreseen, and notes which update was in hand."""

    def __init__(self, found: Found) -> None:
        super().__init__(logging.ERROR)
        self._found = found
        self.at = ""
        """What is being pushed: the seed and the number."""
        self.work: Work | None = None
        """The update whose handler has just failed."""
        self.failed: dict[str, Work] = {}

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.note(record.getMessage()[:200], error)

    def note(self, what: str, error: BaseException | None, example: str = "") -> None:
        """Count one, and keep the first of its kind."""
        name = f"{what}: {place_of(error)}" if error else what
        if name not in self._found.errors:
            print(f"{self.at}: {name}", file=sys.stderr, flush=True)  # at once: the rest may take an hour
        self._found.errors[name] = self._found.errors.get(name, 0) + 1
        if name not in self._found.examples and len(self._found.examples) < SHOWN:
            self._found.examples[name] = f"{self.at}: {example}"[:LONGEST]
            if self.work:
                self.failed[name] = self.work

    async def shrink(self, judge: Callable[[Work], Awaitable[Any]]) -> None:
        """Tell of each first update that failed what of it is needed for that."""
        for name, work in list(self.failed.items()):  # what is smaller may fail in ways of its own
            update, users, chats = work.update
            counted = dict(self._found.errors)

            async def fails(made: Any, name: str = name, users: Any = users, chats: Any = chats) -> bool:
                before = self._found.errors.get(name, 0)
                await judge(Work(Update(made, users, chats), None))
                return self._found.errors.get(name, 0) > before

            made = await smaller(update, fails)
            self._found.errors = counted
            self._found.examples[name] = f"{self._found.examples[name].partition(':')[0]}: {made!r}"[:LONGEST]


def place_of(error: BaseException) -> str:
    """What an error is and where it came from, without what differs from one update to the next."""
    trace, place = error.__traceback__, ""
    while trace:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} in {place}"


async def fuzz(order: Order) -> Found:
    """Push odd updates into a bot, and see what becomes of it."""
    found, began = Found(), time.monotonic()
    listener = Listener(found)
    logging.getLogger().addHandler(listener)
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: listener.note(str(context["message"]), context.get("exception"))
    )
    cast, meter = a_cast(PEOPLE), Counts()
    odd = Odd(cast, order.seed)
    async with fresh_database(order.url) as database:
        await make_links(database, cast, LINKS)
        nowhere = Nowhere(odd, order.seed)
        async with adrift(database, nowhere, Path(order.folder), meter) as bot:
            _watch(bot, listener)
            _break(bot, order.control)
            await _push_all(bot, odd, order, found, listener)
            await _rest(bot, found)
            await listener.shrink(bot.guard.run)
            found.answered = await _is_answered(bot, odd, nowhere)
            found.memory.append(resident(_pid()))
    found.outcomes, found.unknown = dict(meter.outcomes), dict(nowhere.unknown)
    found.calls, found.seconds = nowhere.asked.total(), time.monotonic() - began
    return found


async def _push_all(bot: Adrift, odd: Odd, order: Order, found: Found, listener: Listener) -> None:
    number = 0
    while found.updates < order.updates:
        number += 1
        push, count = odd.push(number)
        listener.at = f"seed {order.seed}, until push {number}"
        try:
            await bot.handle_updates(push)
        except Exception as error:  # noqa: BLE001 - in the library it would end a task that nobody waits for
            listener.note("came out of the inbox", error, repr(push))
        found.updates += count
        if bot.backlog >= IN_HAND and not await _fewer(bot):
            listener.note("nothing is finished any more", None)
            return
        if not found.memory and found.updates >= order.updates * WARM:
            found.memory.append(resident(_pid()))


async def _fewer(bot: Adrift) -> bool:
    """Wait until half of what may be in hand is finished; False when that does not come."""
    try:
        await asyncio.wait_for(bot.inbox.lanes.below(IN_HAND // 2), PATIENCE)
    except TimeoutError:
        return False
    return True


async def _rest(bot: Adrift, found: Found) -> None:
    """Wait until everything is finished."""

    async def at_rest() -> bool:
        return not (bot.backlog or bot.difference.busy)

    with contextlib.suppress(AssertionError):
        await until(at_rest, REST, every=0.05)
    found.left = bot.backlog


async def _is_answered(bot: Adrift, odd: Odd, nowhere: Nowhere) -> int:
    """Let three people who were not there before say something; returns how many were answered."""
    nowhere.refuses = False
    await bot.handle_updates(raw.types.UpdatesTooLong())  # so that nothing is missing in front of what they say
    await bot.difference.settled()
    people = [odd.cast.people[-1] + number for number in (1, 2, 3)]
    for person in people:
        await bot.handle_updates(odd.plain(person, "/help"))

    async def answered() -> bool:
        return all(nowhere.told[person] for person in people)

    with contextlib.suppress(AssertionError):
        await until(answered, 20, every=0.05)
    return sum(nowhere.told[person] == 1 for person in people)


def _watch(bot: Adrift, listener: Listener) -> None:
    """Note which update was in hand where a handler failed."""
    judge = bot.guard._fail

    async def fail(work: Work, parsed: Any, error: Exception) -> Any:
        listener.work = work  # what is logged before the first await is about this one
        judging = asyncio.ensure_future(judge(work, parsed, error))
        await asyncio.sleep(0)
        listener.work = None
        return await judging

    bot.guard._fail = fail  # type: ignore[method-assign]  # the proof looks over its shoulder


def _break(bot: Adrift, what: str) -> None:
    """Break something on purpose, where a rare field has a rare value."""

    async def raising(_: Any, update: Any, *__: Any) -> None:
        message: Any = getattr(update, "message", None)
        if getattr(message, "ttl_period", None) == -(2**31):
            raise LookupError("planted")
        raise ContinuePropagation

    async def unguarded(*_: Any) -> Any:
        raise RuntimeError("no judge")

    if what:
        bot.inbox.add_handler(RawUpdateHandler(raising), -100)
    if what == "guard":
        bot.guard._fail = unguarded  # type: ignore[method-assign, assignment]


def _pid() -> int:
    return int(Path("/proc/self").readlink().name)


async def main(order: Order) -> None:
    """Do it and print what was found."""
    print(json.dumps(asdict(await fuzz(order))))


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR, handlers=[logging.NullHandler()])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Order(**json.loads(sys.argv[1]))))
