"""Whether a handler wants an update: its filters are taken apart once, and each is asked once per update.

The library asks every filter of every handler anew, and looks up each time how to call it: for thirty handlers that
was a tenth of the time that an update took.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

from pyrogram.filters import AndFilter, Filter, InvertFilter, OrFilter
from pyrogram.handlers.handler import Handler

Known: TypeAlias = dict[int, bool]
"""What the filters have said about one update so far."""

Want: TypeAlias = Callable[[Any, Any, Known], Awaitable[bool]]
"""Says whether something is wanted, given the bot, the update, and what is known about it."""

MARKING: Final = frozenset({"CommandFilter", "RegexFilter"})
"""The library's filters that leave a mark on the update (its `command`, its `matches`): asked each time."""


class Wants:
    """Answers for handlers. Filters must not change their mind about an update while it is handled."""

    def __init__(self) -> None:
        self._handlers: dict[Handler, Want] = {}

    async def ask(self, handler: Handler, bot: Any, update: Any, known: Known) -> bool:
        """Say whether this handler wants this update; `known` is empty for a new one, and filled here."""
        want = self._handlers.get(handler)
        if want is None:
            want = self._handlers[handler] = _anything if handler.filters is None else _taken_apart(handler.filters)
        return await want(bot, update, known)


async def _anything(*_: Any) -> bool:
    return True


def _taken_apart(given: Any) -> Want:
    if isinstance(given, AndFilter | OrFilter):
        return _joined(given, until=isinstance(given, OrFilter))
    if isinstance(given, InvertFilter):
        return _inverted(_taken_apart(given.base))
    return _single(given)


def _joined(given: AndFilter | OrFilter, *, until: bool) -> Want:
    parts = [(id(part), _taken_apart(part)) for part in _flat(given, type(given))]

    async def joined(bot: Any, update: Any, known: Known) -> bool:
        for key, want in parts:
            answer = known.get(key)
            if answer is None:
                answer = await want(bot, update, known)
            if answer is until:
                return until
        return not until

    return joined


def _flat(given: Any, kind: type[Filter]) -> Sequence[Any]:
    if not isinstance(given, kind):
        return [given]
    assert isinstance(given, AndFilter | OrFilter)  # noqa: S101 - the caller's kind is one of them
    return [*_flat(given.base, kind), *_flat(given.other, kind)]


def _inverted(want: Want) -> Want:
    async def inverted(bot: Any, update: Any, known: Known) -> bool:
        return not await want(bot, update, known)

    return inverted


def _single(given: Any) -> Want:
    key, marks = id(given), type(given).__name__ in MARKING
    starts = _starts_of(given) if type(given).__name__ == "CommandFilter" else ()
    waits = inspect.iscoroutinefunction(given.__call__)

    async def single(bot: Any, update: Any, known: Known) -> bool:
        if key in known:
            return known[key]
        if starts and not _starts(update, starts):
            update.command = None  # as the filter would leave it
            return False
        # one that is no coroutine may block: in a thread, as the library does
        answer = given(bot, update) if waits else bot.loop.run_in_executor(bot.executor, given, bot, update)
        wanted = bool(await answer)
        if not marks:
            known[key] = wanted
        return wanted

    return single


def _starts_of(given: Any) -> tuple[str, ...]:
    """What a message begins with, in lower case, if it is one of a filter's commands.

    The filter itself makes an expression for each message and looks for it: for forty commands that was a twentieth of
    the time that an opened link took.
    """
    return tuple((prefix + each).lower() for prefix in given.prefixes for each in given.commands)


def _starts(update: Any, starts: tuple[str, ...]) -> bool:
    # never cut: the library's texts are cut by UTF-16 units, and an emoji at the end is none of its halves
    return (update.text or update.caption or "").lower().startswith(starts)
