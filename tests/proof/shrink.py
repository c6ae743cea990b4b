"""Makes an update that fails smaller: what it need not have to fail in the same way is left out."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from pyrogram.raw.core import TLObject

from tests.proof.forge import fields_of

TRIES = 400


async def smaller(update: Any, fails: Callable[[Any], Awaitable[bool]]) -> Any:
    """A copy without the optional fields and list items that its failing does not need, as far as `TRIES` reach."""
    made, left = copy.deepcopy(update), TRIES
    todo = [made]
    while todo and left:
        thing = todo.pop(0)
        for put, value in _less(thing):
            if not left:
                break
            left -= 1
            before = put(value)
            if not await fails(made):
                put(before)
        todo += _inside(thing)
    return made


def _less(thing: Any) -> Iterator[tuple[Callable[[Any], Any], Any]]:
    """How each optional field is left out, and each list made of its first item only; `put` returns what was there."""
    kind: Any = type(thing)
    for field in fields_of(kind):
        value = getattr(thing, field.name)

        def put(new: Any, name: str = field.name) -> Any:
            old = getattr(thing, name)
            setattr(thing, name, new)
            return old

        if field.flag and value not in (None, []):
            yield put, [] if isinstance(value, list) else None
        if isinstance(value, list) and len(value) > 1:
            yield put, value[:1]


def _inside(thing: Any) -> list[Any]:
    found: list[Any] = []
    kind: Any = type(thing)
    for field in fields_of(kind):
        value = getattr(thing, field.name)
        found += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, TLObject)]
    return found
