"""Waits are obeyed for what they name and nothing else; what got lost is asked again; what is refused is not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import (
    FloodPremiumWait,
    FloodWait,
    MessageNotModified,
    PeerIdInvalid,
    RandomIdDuplicate,
    RPCError,
    ServiceUnavailable,
    SlowmodeWait,
    UnknownError,
    UserIsBlocked,
)
from pyrogram.errors.exceptions.internal_server_error_500 import InternalServerError

from client import calls
from client.calls import ATTEMPTS, HOLD, MANY, PATIENCE, Calls, Gates, chat_of, method_of
from services.errors import TryLater
from tests.client.virtual import elapsed, virtual


def user(number: int) -> raw.types.InputPeerUser:
    return raw.types.InputPeerUser(user_id=number, access_hash=0)


def message(to: Any = None) -> Any:
    return raw.functions.messages.SendMessage(peer=to or user(1), message="hello", random_id=7)


def media(to: Any) -> Any:
    return raw.functions.messages.SendMedia(peer=to, media=raw.types.InputMediaEmpty(), message="", random_id=8)


LOGIN: Any = raw.functions.auth.ImportBotAuthorization(flags=0, api_id=1, api_hash="", bot_auth_token="1:a")


def telegram_says(code: int, name: str) -> RPCError:
    """The error that the library makes of the server's words."""
    with pytest.raises(RPCError) as caught:
        RPCError.raise_it(raw.types.RpcError(error_code=code, error_message=name), raw.functions.messages.SendMessage)
    return caught.value


class Telegram:
    """Answers each call with the next of what it was told to."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[tuple[float, Any]] = []
        self.meter = Meter()
        self.calls = Calls(self.send, meter=self.meter)
        self.calls.gates = Gates(now=elapsed)

    async def send(self, query: Any, timeout: float) -> Any:
        assert timeout == 15
        self.asked.append((elapsed(), query))
        outcome = self.outcomes.pop(0) if self.outcomes else "done"
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def make(self, query: Any = None) -> Any:
        return await self.calls.make(message() if query is None else query, timeout=15)


class Meter:
    """Keeps what was counted."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, str]] = []
        self.waits: list[float] = []

    def call(self, method: str, outcome: str, seconds: float) -> None:
        self.outcomes.append((method, outcome))

    def flood_wait(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture(autouse=True)
def _the_loops_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=elapsed))


# Gates


class Now:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_closed_chat_closes_no_other() -> None:
    gates = Gates(now=Now())
    gates.close("messages.sendMessage", 1, 30)
    assert gates.wait("messages.sendMessage", 1) == 30
    assert gates.wait("messages.sendMessage", 2) == 0
    assert gates.wait("messages.sendMedia", 1) == 0


def test_many_chats_that_are_told_to_wait_at_once_close_the_method_for_all() -> None:
    now = Now()
    gates = Gates(now=now)
    for chat in range(1, MANY):
        gates.close("messages.sendMessage", chat, 30)
    assert gates.wait("messages.sendMessage", 99) == 0
    gates.close("messages.sendMessage", MANY, 10)
    assert gates.wait("messages.sendMessage", 99) == 10
    assert gates.wait("messages.sendMessage", 1) == 30
    assert gates.wait("messages.sendMedia", 99) == 0
    now.seconds += 10
    assert gates.wait("messages.sendMessage", 99) == 0
    assert gates.wait("messages.sendMessage", 1) == 20


def test_many_chats_that_are_told_to_wait_over_time_close_nothing_for_others() -> None:
    now = Now()
    gates = Gates(now=now)
    for chat in range(1, 4 * MANY):
        gates.close("messages.sendMessage", chat, 3600)
        now.seconds += 0.5
    assert gates.wait("messages.sendMessage", 99) == 0


def test_two_chats_one_after_the_other_are_two_scopes() -> None:
    now = Now()
    gates = Gates(now=now)
    gates.close("messages.sendMessage", 1, 30)
    now.seconds += 30
    gates.close("messages.sendMessage", 2, 30)
    assert gates.wait("messages.sendMessage", 3) == 0


def test_the_same_chat_again_does_not_close_the_method() -> None:
    gates = Gates(now=Now())
    gates.close("messages.sendMessage", 1, 30)
    gates.close("messages.sendMessage", 1, 40)
    assert gates.wait("messages.sendMessage", 1) == 40
    assert gates.wait("messages.sendMessage", 2) == 0


def test_a_shorter_wait_does_not_open_what_a_longer_one_closed() -> None:
    gates = Gates(now=Now())
    gates.close("messages.sendMessage", 1, 30)
    gates.close("messages.sendMessage", 1, 5)
    assert gates.wait("messages.sendMessage", 1) == 30


def test_slow_mode_closes_the_chat_for_every_method_and_no_other_chat() -> None:
    gates = Gates(now=Now())
    gates.close("messages.sendMessage", 1, 30, whole_chat=True)
    assert gates.wait("messages.sendMedia", 1) == 30
    assert gates.wait("messages.sendMessage", 2) == 0
    gates.close("messages.sendMessage", 2, 5)
    assert gates.wait("messages.sendMessage", 3) == 0, "slow mode elsewhere is no sign of a wait for all"


def test_slow_mode_of_no_chat_does_not_close_every_call_without_a_chat() -> None:
    gates = Gates(now=Now())
    gates.close("messages.sendMessage", None, 30, whole_chat=True)
    assert gates.wait("messages.sendMessage", None) == 30
    assert gates.wait("updates.getDifference", None) == 0


def test_what_has_opened_again_is_forgotten() -> None:
    now = Now()
    gates = Gates(now=now)
    for chat in range(1000):
        gates.close("messages.sendMessage", chat, 1)
        now.seconds += 2
    assert len(gates._closed) == 1


def test_a_call_is_known_by_its_method_and_its_chat() -> None:
    assert method_of(message()) == "messages.sendMessage"
    assert chat_of(message(user(5))) == 5
    channel = raw.types.InputPeerChannel(channel_id=9, access_hash=0)
    forward = raw.functions.messages.ForwardMessages(from_peer=channel, to_peer=user(5), id=[1], random_id=[1])
    assert chat_of(forward) == 5, "the chat that is written to"
    delete: Any = raw.functions.channels.DeleteMessages(channel=channel, id=[1])  # type: ignore[arg-type]  # same fields
    assert chat_of(delete) == 9
    assert chat_of(raw.functions.updates.GetState()) is None


# Calls


@virtual
async def test_an_answer_is_an_answer() -> None:
    telegram = Telegram("done")
    assert await telegram.make() == "done"
    assert telegram.meter.outcomes == [("messages.sendMessage", "ok")]


@pytest.mark.parametrize("error", [FloodWait(2), FloodPremiumWait(2), SlowmodeWait("2")])
@virtual
async def test_a_short_wait_is_obeyed_in_place(error: RPCError) -> None:
    telegram = Telegram(error, "done")
    began = elapsed()
    assert await telegram.make() == "done"
    assert elapsed() - began >= 2
    assert [outcome for _, outcome in telegram.meter.outcomes] == ["flood_wait", "ok"]
    assert telegram.meter.waits == [2]


@virtual
async def test_a_long_wait_gives_the_worker_back_with_the_right_time() -> None:
    telegram = Telegram(FloodWait(3600))
    with pytest.raises(TryLater) as caught:
        await telegram.make()
    assert caught.value.after == pytest.approx(3600)
    await asyncio.sleep(600)
    with pytest.raises(TryLater) as caught:
        await telegram.make()
    assert caught.value.after == pytest.approx(3000)
    assert len(telegram.asked) == 1, "no request into a closed scope"
    assert await telegram.make(message(user(2))) == "done", "another chat goes on"
    await asyncio.sleep(3000)
    assert await telegram.make() == "done"


@virtual
async def test_nobody_knocks_at_a_closed_gate() -> None:
    telegram = Telegram(FloodWait(2))
    began = elapsed()
    await asyncio.gather(*(telegram.make() for _ in range(10)))
    late = [at for at, _ in telegram.asked[10:]]
    assert all(at - began >= 2 for at in late)


@virtual
async def test_waits_are_no_failures() -> None:
    telegram = Telegram(*(FloodWait(1) for _ in range(ATTEMPTS + 3)), "done")
    assert await telegram.make() == "done"


@virtual
async def test_a_wait_of_nothing_does_not_spin() -> None:
    telegram = Telegram(*(FloodWait(0) for _ in range(10_000)))
    with pytest.raises(TryLater):
        await telegram.make()
    assert len(telegram.asked) < 200


@virtual
async def test_slow_mode_closes_the_chat_to_other_methods() -> None:
    telegram = Telegram(SlowmodeWait(60))
    with pytest.raises(TryLater):
        await telegram.make()
    with pytest.raises(TryLater):
        await telegram.make(media(user(1)))
    assert await telegram.make(media(user(2))) == "done"


@pytest.mark.parametrize(
    "lost",
    [
        None,
        raw.types.BadMsgNotification(bad_msg_id=1, bad_msg_seqno=1, error_code=16),
        TimeoutError("Request timed out"),
        ConnectionResetError(),
        OSError("no route"),
        RandomIdDuplicate(),
        telegram_says(400, "RANDOM_ID_DUPLICATE"),
        telegram_says(500, "RANDOM_ID_DUPLICATE"),
        telegram_says(500, "RPC_CALL_FAIL"),
        telegram_says(500, "PERSISTENT_TIMESTAMP_OUTDATED"),
        telegram_says(503, "Timeout"),
        telegram_says(-503, "Timeout"),
        InternalServerError(),
        ServiceUnavailable(),
    ],
    ids=lambda lost: f"{type(lost).__name__} {lost}"[:50],
)
@virtual
async def test_what_got_lost_is_asked_again_and_with_the_same_query(
    lost: Any,
) -> None:
    telegram = Telegram(lost, lost, "done")
    query = message()
    assert await telegram.make(query) == "done"
    assert [asked for _, asked in telegram.asked] == [query] * 3
    assert telegram.asked[1][0] > telegram.asked[0][0], "after a pause"


@virtual
async def test_what_never_gets_through_is_put_off_in_bounded_time() -> None:
    telegram = Telegram(*(TimeoutError() for _ in range(1000)))
    began = elapsed()
    with pytest.raises(TryLater) as caught:
        await telegram.make()
    assert len(telegram.asked) <= ATTEMPTS
    assert elapsed() - began <= PATIENCE + 15
    assert 0 < caught.value.after <= 60


@virtual
async def test_a_duplicate_random_id_is_asked_again_soon() -> None:
    telegram = Telegram(*(telegram_says(500, "RANDOM_ID_DUPLICATE") for _ in range(3)))
    began = elapsed()
    await telegram.make()
    assert elapsed() - began < 1


@pytest.mark.parametrize(
    "error",
    [
        PeerIdInvalid(),
        UserIsBlocked(),
        MessageNotModified(),
        telegram_says(401, "AUTH_KEY_UNREGISTERED"),
        telegram_says(403, "CHAT_WRITE_FORBIDDEN"),
        telegram_says(406, "AUTH_KEY_DUPLICATED"),
        UnknownError("[600 WHAT]"),
    ],
    ids=lambda error: type(error).__name__,
)
@virtual
async def test_a_refusal_is_raised_at_once(error: RPCError) -> None:
    telegram = Telegram(error)
    began = elapsed()
    with pytest.raises(type(error)):
        await telegram.make()
    assert len(telegram.asked) == 1
    assert elapsed() == began
    assert telegram.meter.outcomes[0][1] != "ok"


@pytest.mark.parametrize(
    "lost", [TimeoutError(), OSError(), None, telegram_says(500, "RPC_CALL_FAIL"), PeerIdInvalid()]
)
@virtual
async def test_a_login_is_never_repeated(lost: Any) -> None:
    telegram = Telegram(lost)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it was
        await telegram.make(LOGIN)
    assert len(telegram.asked) == 1


@virtual
async def test_a_login_that_must_wait_is_put_off() -> None:
    telegram = Telegram(FloodWait(1600))
    with pytest.raises(TryLater) as caught:
        await telegram.make(LOGIN)
    assert caught.value.after == pytest.approx(1600)
    assert len(telegram.asked) == 1


@virtual
async def test_work_that_must_wait_elsewhere_is_not_asked_again() -> None:
    telegram = Telegram(TryLater(1.0, "the lease is not ours"))
    with pytest.raises(TryLater):
        await telegram.make()
    assert len(telegram.asked) == 1


@virtual
async def test_a_wait_holds_nobody_longer_than_it_says() -> None:
    telegram = Telegram(FloodWait(int(HOLD)), "done", FloodWait(int(HOLD) + 1))
    assert await telegram.make() == "done"
    with pytest.raises(TryLater):
        await telegram.make()
