"""Processes that are stopped without knowing it, as a suspended machine stops them: SIGSTOP, and SIGCONT later."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.e2e.evidence import until


def state_of(pid: int) -> str:
    """What the kernel says of a process: R runs, S sleeps, T is stopped, Z is dead; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


@asynccontextmanager
async def frozen(pid: int) -> AsyncIterator[float]:
    """Stop a process for as long as the block lasts, whatever it is doing at that moment.

    Yields when it was stopped (`time.time()`). Its connections stay up, and what others send it waits in the kernel.
    """
    since = time.time()
    os.kill(pid, signal.SIGSTOP)

    async def stopped() -> bool:
        return state_of(pid) in {"T", "Z", ""}

    try:
        await until(stopped, 60, every=0.001)
        yield since
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def freeze(pid: int, seconds: float) -> None:
    """Stop a process for so many seconds; longer than a lease, and another has taken over meanwhile."""
    async with frozen(pid):
        await asyncio.sleep(seconds)
