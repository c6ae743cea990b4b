"""Messages are numbered by Telegram's time, whatever this machine's clock says, and whenever it is set."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pyrogram
import pytest
import time_machine
from pyrogram.session.internals import MsgFactory

from client.server_time import AHEAD, Numbers, ServerTime
from client.session import ObedientSession
from tests.database.mongo import NOW, StillClock

HOUR = timedelta(hours=1)
TOLD = 1_800_000_000
"""Telegram's time when it tells it, in Unix seconds."""


class Client(ServerTime):
    """As much of a bot as numbers need."""

    def __init__(self) -> None:
        self.clock = StillClock()


def told(client: Any, at: float = TOLD) -> None:
    client._set_server_time(int(at * 2**32))


def seconds(number: int) -> float:
    return number / 2**32


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_step_of_this_machines_clock_is_none_of_telegrams(off: timedelta) -> None:
    client = Client()
    told(client)
    with time_machine.travel(off):
        assert client.server_time == pytest.approx(TOLD, abs=60)


def test_control_the_library_follows_this_machines_clock() -> None:
    client = pyrogram.Client("control", in_memory=True)
    told(client)
    with time_machine.travel(HOUR):
        assert client.server_time == pytest.approx(TOLD + 3600, abs=60)


def test_until_telegram_tells_its_time_it_is_the_installations() -> None:
    assert Client().server_time == NOW.timestamp()


async def test_each_number_is_higher_than_the_last_one() -> None:
    client: Any = SimpleNamespace(server_time=float(TOLD))
    numbers = Numbers(client)
    made = [await numbers.allocate_message_identity() for _ in range(3)]
    client.server_time = TOLD - AHEAD / 2  # Telegram told again what time it is
    made.append(await numbers.allocate_message_identity())
    assert made == sorted(set(made))
    assert all(not number % 4 and seconds(number) == pytest.approx(TOLD, abs=1) for number in made)


@pytest.mark.parametrize(("kind", "taken"), [(Numbers, True), (MsgFactory, False)])
async def test_what_was_too_far_ahead_to_be_taken_is_left_behind_and_the_librarys_never_is(
    kind: type[MsgFactory], taken: bool
) -> None:
    client: Any = SimpleNamespace(server_time=TOLD + 3600.0)
    numbers = kind(client)
    await numbers.allocate_message_identity()
    client.server_time = float(TOLD)
    assert (seconds(await numbers.allocate_message_identity()) < TOLD + AHEAD) is taken


async def test_sessions_number_so() -> None:
    session: Any = ObedientSession(Client(), 2, "127.0.0.1", 443, b"key", test_mode=False)
    assert isinstance(session.msg_factory, Numbers)


def test_time_goes_on() -> None:
    client = Client()
    told(client)
    before = client.server_time
    time.sleep(0.01)
    assert client.server_time > before
