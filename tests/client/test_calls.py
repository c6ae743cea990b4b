"""Waits are obeyed for what they name and nothing else; what got lost is asked again; what is refused is not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
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
from client.calls import ATTEMPTS, HOLD, HOLDERS, PATIENCE, Calls, Reopened
from client.evidence import PROBES, Scope
from client.gates import Gates
from client.identity import Identity
from client.queries import chat_of, method_of
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

    def __init__(self, *outcomes: Any, obey: bool = True) -> None:
        self.outcomes = list(outcomes)
        self.remembered: list[list[Scope]] = []
        self.asked: list[tuple[float, Any]] = []
        self.meter = Meter()
        self.calls = Calls(self.send, meter=self.meter, obey=obey)
        self.calls.gates = Gates(now=elapsed)
        self.calls.remember = self.remember

    async def send(self, query: Any, timeout: float) -> Any:
        assert timeout == 15
        self.asked.append((elapsed(), query))
        outcome = self.outcomes.pop(0) if self.outcomes else "done"
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def make(self, query: Any = None) -> Any:
        return await self.calls.make(message() if query is None else query, timeout=15)

    async def remember(self, scopes: Iterable[Scope]) -> None:
        self.remembered.append(list(scopes))


class Meter:
    """Keeps what was counted."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, str]] = []
        self.waits: list[float] = []
        self.mishaps: list[str] = []

    def call(self, method: str, outcome: str, seconds: float) -> None:
        self.outcomes.append((method, outcome))

    def flood_wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def mishap(self, kind: str) -> None:
        self.mishaps.append(kind)


@pytest.fixture(autouse=True)
def _the_loops_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=elapsed))


def test_a_call_is_known_by_its_method_and_its_chat() -> None:
    assert method_of(message()) == "messages.sendMessage"
    assert chat_of(message(user(5))) == 5
    channel = raw.types.InputPeerChannel(channel_id=9, access_hash=0)
    forward = raw.functions.messages.ForwardMessages(from_peer=channel, to_peer=user(5), id=[1], random_id=[1])
    assert chat_of(forward) == 5, "the chat that is written to"
    delete: Any = raw.functions.channels.DeleteMessages(channel=channel, id=[1])  # type: ignore[arg-type]  # same fields
    assert chat_of(delete) == 9
    assert chat_of(raw.functions.updates.GetState()) is None


def test_a_login_is_known_by_its_credentials() -> None:
    def login(token: str) -> Any:
        return raw.functions.auth.ImportBotAuthorization(flags=0, api_id=1, api_hash="a", bot_auth_token=token)

    first = chat_of(login("1:a"))
    assert first == Identity("1:a", 1, "a").credentials
    assert first != chat_of(login("1:b"))
    assert "1:a" not in str(first)


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
        telegram_says(408, "TIMEOUT"),
        telegram_says(502, "BAD_GATEWAY"),
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


@virtual
async def test_long_waits_are_written_down_and_short_ones_are_not() -> None:
    telegram = Telegram(FloodWait(int(HOLD)), "done", FloodWait(int(HOLD) + 1))
    await telegram.make()
    assert not telegram.remembered
    with pytest.raises(TryLater):
        await telegram.make()
    assert telegram.remembered == [[("messages.sendMessage", 1)]]


@virtual
async def test_a_method_that_is_closed_to_all_is_learned_with_few_calls() -> None:
    closed = elapsed() + 3600

    class Closed(Telegram):
        async def send(self, query: Any, timeout: float) -> Any:
            await super().send(query, timeout)
            raise FloodWait(int(closed - elapsed()) + 1)

    telegram = Closed()
    for chat in range(1, 100):
        with pytest.raises(TryLater):
            await telegram.make(message(user(chat)))
        await asyncio.sleep(0.1)
    assert len(telegram.asked) == PROBES
    assert telegram.remembered[-1] == [("messages.sendMessage", PROBES), ("messages.sendMessage", None)]


@virtual
async def test_calls_that_get_through_show_that_waits_are_apart() -> None:
    telegram = Telegram(FloodWait(3600), "done", FloodWait(3600), "done", FloodWait(3600), "done")
    for chat in range(1, 7):
        if chat % 2:
            with pytest.raises(TryLater):
                await telegram.make(message(user(chat)))
        else:
            assert await telegram.make(message(user(chat))) == "done"
        await asyncio.sleep(0.1)


@virtual
async def test_what_was_closed_wrongly_is_no_longer_remembered() -> None:
    telegram = Telegram()
    slow = asyncio.Event()
    send = telegram.send

    async def slowly(query: Any, timeout: float) -> Any:
        if chat_of(query) == 99:
            await slow.wait()
        return await send(query, timeout)

    telegram.calls._send = slowly
    telegram.outcomes = [FloodWait(3600) for _ in range(PROBES)]
    with pytest.raises(TryLater):
        await telegram.make(message(user(1)))
    await asyncio.sleep(0.1)
    under_way = asyncio.create_task(telegram.make(message(user(99))))
    await asyncio.sleep(0.1)
    for chat in range(2, PROBES + 1):
        with pytest.raises(TryLater):
            await telegram.make(message(user(chat)))
    with pytest.raises(TryLater):
        await telegram.make(message(user(50)))
    slow.set()
    assert await under_way == "done"
    assert telegram.remembered[-1] == [("messages.sendMessage", None)]
    assert await telegram.make(message(user(50))) == "done"


@virtual
async def test_many_short_waits_hold_a_part_of_the_workers_only() -> None:
    count = HOLDERS + 20
    telegram = Telegram(*(SlowmodeWait(str(int(HOLD))) for _ in range(count)))
    began = elapsed()
    answers = await asyncio.gather(
        *(telegram.make(message(user(chat))) for chat in range(count)), return_exceptions=True
    )
    put_off = [answer for answer in answers if isinstance(answer, TryLater)]
    assert len(put_off) == 20
    assert elapsed() - began >= HOLD
    assert telegram.calls._holding.total() == 0


@virtual
async def test_what_closed_while_the_connection_was_away_is_not_asked() -> None:
    telegram = Telegram(Reopened())
    telegram.calls.gates.close("messages.sendMessage", 1, HOLD)
    began = elapsed()
    assert await telegram.make() == "done"
    assert elapsed() - began >= HOLD
    telegram.outcomes = [Reopened()]

    async def close(_: Any) -> None:
        telegram.calls.gates.close("messages.sendMessage", 1, 3600)

    send = telegram.send

    async def closing(query: Any, timeout: float) -> Any:
        await close(query)
        return await send(query, timeout)

    telegram.calls._send = closing
    with pytest.raises(TryLater) as caught:
        await telegram.make()
    assert caught.value.after == pytest.approx(3600)


@virtual
async def test_control_a_wait_that_is_not_obeyed_puts_off_nothing_but_its_own_call() -> None:
    telegram = Telegram(FloodWait(3600), "done", obey=False)
    with pytest.raises(TryLater) as caught:
        await telegram.make()
    assert caught.value.after == 3600
    assert await telegram.make() == "done"
    assert not telegram.remembered


@virtual
async def test_after_a_wait_for_all_they_do_not_all_ask_at_once() -> None:
    opens = elapsed() + HOLD
    asked: list[float] = []

    async def send(query: Any, timeout: float) -> Any:
        asked.append(elapsed())
        now = elapsed()
        await asyncio.sleep(0.01)
        if now < opens:
            raise FloodWait(max(1, round(opens - now)))
        return "done"

    telegram = Telegram()
    telegram.calls._send = send
    for chat in range(PROBES):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(telegram.make(message(user(chat))), 0.05)
    answers = await asyncio.gather(*(telegram.make(message(user(chat))) for chat in range(100, 120)))
    assert answers == ["done"] * 20
    first, second, *_ = sorted(at for at in asked if at >= opens)
    assert second - first >= 0.01
