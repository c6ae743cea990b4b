"""Decides what happens to equal work that is asked for at the same time: it is done in one operation."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from pymongo.errors import ConnectionFailure, PyMongoError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

AT_MOST = 100
"""Questions that one operation answers."""


class Together(Generic[K, V]):
    """Joins the questions of many callers, so that a crowd costs the database one operation and not one for each.

    A question that is alone is asked at once. What comes while an operation is under way waits for the next one: every
    answer is younger than its question, as if each had been asked for itself. One that the database refuses fails
    nobody else: what was refused together is asked one by one, unless the database is away.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Sequence[V | Exception]]]) -> None:
        """Take how to answer several questions: one answer for each, an exception where one failed."""
        self._ask = ask
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._task: asyncio.Task[None] | None = None

    async def one(self, question: K) -> V:
        """Return the answer to one question.

        Raises:
            Exception: What the operation raised, or the exception that it gave as this answer.
        """
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting[:AT_MOST], self._waiting[AT_MOST:]
                await self._answer(asked)
        finally:
            self._task = None
            for _, answer in self._waiting:  # only where this task was cancelled: its loop is being closed
                answer.cancel()
            self._waiting = []

    async def _answer(self, asked: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        try:
            answers = await self._answers([question for question, _ in asked])
        except asyncio.CancelledError:
            for _, future in asked:
                future.cancel()
            raise
        for (_, future), answer in zip(asked, answers, strict=True):
            if future.done():  # its caller is gone
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    async def _answers(self, questions: Sequence[K]) -> Sequence[V | Exception]:
        try:
            return await self._ask(questions)
        except Exception as error:  # noqa: BLE001 - each caller gets its own
            if len(questions) == 1 or _is_away(error):
                return [error] * len(questions)
        return [answer for question in questions for answer in await self._answers([question])]


def _is_away(error: Exception) -> bool:
    return isinstance(error, ConnectionFailure | OSError) or (isinstance(error, PyMongoError) and error.timeout)
