"""The end comes in time whatever hangs, and each part of it has its turn."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest

from client import ending as ending_module
from client.ending import BUDGET, LIFE, Ending
from tests.client.virtual import elapsed, virtual


@pytest.fixture(autouse=True)
def _last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    """In virtual time a thread's own is none."""
    monkeypatch.setattr(ending_module, "LAST_RESORT", 3600.0)


def wanted_after(seconds: float) -> Ending:
    ending = Ending(last_resort=lambda: None)
    asyncio.get_running_loop().call_later(seconds, ending.begin)
    return ending


async def stubborn(seconds: float) -> None:
    """What does not end when it is told to."""
    end = elapsed() + seconds
    while elapsed() < end:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(end - elapsed())


@virtual
async def test_work_before_life_is_done_or_stopped() -> None:
    ending = wanted_after(5)
    assert await ending.unless(asyncio.sleep(1))
    began = elapsed()
    assert not await ending.unless(asyncio.sleep(100))
    assert elapsed() - began == pytest.approx(4)
    assert not await ending.unless(asyncio.sleep(100)), "and what comes after the signal is not begun"
    assert elapsed() - began == pytest.approx(4)


@virtual
async def test_a_life_that_ends_in_time_is_not_disturbed() -> None:
    ending = wanted_after(5)
    done: list[str] = []

    async def life() -> None:
        await ending.wanted.wait()
        await asyncio.sleep(LIFE - 1)
        done.append("all")

    await ending.live(life())
    assert done == ["all"]


@virtual
async def test_the_error_of_a_life_is_raised() -> None:
    async def life() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await wanted_after(5).live(life())


@pytest.mark.parametrize("life", [asyncio.sleep, stubborn], ids=["it hangs", "it does not listen"])
@virtual
async def test_everything_is_over_in_time_though_everything_hangs(life: Callable[[float], Any]) -> None:
    ending = wanted_after(0)
    began = elapsed()
    await ending.live(life(1000))
    reached: list[str] = []

    async def end(name: str) -> None:
        reached.append(name)
        await asyncio.sleep(1000)

    for name in ("database", "server", "web"):
        await ending.close(name, lambda name=name: end(name), 5)  # type: ignore[misc]  # a default binds the name
    assert reached == ["database", "server", "web"]
    assert elapsed() - began < BUDGET + 0.5


@virtual
async def test_an_end_that_fails_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    ending = Ending()

    async def end() -> None:
        raise RuntimeError("a bug")

    await ending.close("the web server", end, 1)
    assert "While ending the web server: a bug" in caplog.text


async def test_the_last_resort_is_reached_though_the_loop_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending_module, "LAST_RESORT", 0.1)
    left: list[str] = []
    ending = Ending(last_resort=lambda: left.append("left"))
    ending.begin()
    ending.begin()
    by = time.monotonic() + 60
    while not left and time.monotonic() < by:
        time.sleep(0.01)  # noqa: ASYNC251 - it stands still
    assert left == ["left"]
