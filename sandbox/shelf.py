"""Where things wait in the order they came, until somebody asks for one of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Deletion:
    """Messages that are gone."""

    chat_id: int | None
    """The channel; None for private chats, whose ids are unique over all of them."""
    message_ids: tuple[int, ...]


class Shelf(Generic[_T]):
    """Things in the order they came, each handed out once."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: deque[_T] = deque()
        self._waiting: list[tuple[Callable[[_T], bool], asyncio.Future[_T]]] = []

    def __iter__(self) -> Iterator[_T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: _T) -> None:
        """Add a thing, or hand it to who waits for such a one."""
        for entry in self._waiting:
            wanted, future = entry
            if not future.done() and wanted(item):
                self._waiting.remove(entry)
                future.set_result(item)
                return
        self._items.append(item)

    async def take(self, wanted: Callable[[_T], bool], timeout: float) -> _T:
        """Hand out the first thing that is wanted; what is passed over stays.

        Raises:
            TimeoutError: none came within `timeout` seconds; the text says what is there instead.
        """
        for position, item in enumerate(self._items):
            if wanted(item):
                del self._items[position]
                return item
        future: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        entry = (wanted, future)
        self._waiting.append(entry)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            there = "; ".join(str(item)[:300] for item in list(self._items)[-3:])
            raise TimeoutError(f"no {self._what} within {timeout:g} s; unseen: {there or 'nothing'}") from None
        finally:
            with contextlib.suppress(ValueError):
                self._waiting.remove(entry)

    def clear(self) -> None:
        """Forget what was not looked at."""
        self._items.clear()
