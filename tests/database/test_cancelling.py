"""Operations that are told twice to stop while the server is away leave a client that works."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pymongo.lock
import pytest
from pymongo import AsyncMongoClient

from database.cancelling import mend

WAITING = 10
"""Operations that wait for the server at the same time: one alone gets the lock at once."""


async def left_usable(folder: Path) -> bool:
    """Cancel operations twice that wait for a server; whether others can get at the client's lock afterwards."""
    url = f"mongodb://{str(folder / 'nobody.sock').replace('/', '%2F')}/?directConnection=true"
    client: AsyncMongoClient[Any] = AsyncMongoClient(url, timeoutMS=60_000)
    lock = (await client._get_topology())._lock

    async def ping() -> None:
        await client.admin.command("ping")

    waiting = [asyncio.create_task(ping()) for _ in range(WAITING)]
    await asyncio.sleep(0.3)
    for _ in range(2):
        for task in waiting:
            task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait(waiting, timeout=60)
    try:
        async with asyncio.timeout(2), lock:
            usable = True
    except TimeoutError:
        usable = False
        for _ in range(2 * WAITING):  # those who lost it want it still, and cannot be cancelled
            if lock.locked():
                lock.release()
            await asyncio.sleep(0.01)
    await client.close()
    return usable


async def test_a_client_outlives_operations_that_are_cancelled_twice(tmp_path: Path) -> None:
    mend()
    assert await left_usable(tmp_path)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the library's own wait does that since Python 3.12")
async def test_control_without_it_the_client_does_nothing_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pymongo.lock, "wait_for", asyncio.wait_for)
    assert not await left_usable(tmp_path)
