"""Where the samples of one module take place, all of them in the same one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.proof.ground import Ground, ground


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place() -> AsyncIterator[Ground]:
    async with ground() as shared:
        yield shared
