"""What is ended is over, also what does not hear it the first time."""

from __future__ import annotations

import asyncio

import pytest

from sandbox import ending


async def deaf(times: int, heard: list[int]) -> None:
    """Goes on after so many cancellations, as Python 3.11's wait_for lets a task do."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append(len(heard))
            if len(heard) > times:
                raise


async def test_a_task_that_forgets_a_cancellation_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_AGAIN", 0.01)
    heard: list[int] = []
    task = asyncio.create_task(deaf(2, heard))
    await asyncio.sleep(0)
    task.cancel()
    assert not (await asyncio.wait([task], timeout=0.05))[0], "one telling would have been enough: this tests nothing"
    await asyncio.wait_for(ending.end([task, None]), 30)
    assert task.cancelled()
    assert len(heard) == 3


async def test_nothing_is_ended_at_once() -> None:
    await ending.end([])
    await ending.end([None])
