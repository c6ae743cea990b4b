"""What the end of a handler means: finished, taken again, or said to the person in plain words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pyrogram
import pytest
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError
from pyrogram import filters, raw
from pyrogram.enums import ChatType
from pyrogram.errors import ChatWriteForbidden, InputUserDeactivated, PeerIdInvalid, UserIsBlocked
from pyrogram.handlers import CallbackQueryHandler, EditedMessageHandler, MessageHandler, RawUpdateHandler
from pyrogram.types import CallbackQuery, Chat, Message, User

from client.boxes import Box, Mark, receive
from client.calls import MustWait
from client.guard import AWAY, FAILURES, LIMIT, Guard
from client.inbox import Inbox
from client.intake import Update, Work
from services.errors import TryLater, UserError
from tests.client.rig import Telegram
from tests.client.virtual import elapsed, virtual
from tests.database.mongo import StillClock

PERSON = User(id=5, first_name="Ada")
PRIVATE = Chat(id=5, type=ChatType.PRIVATE)
CHANNEL = Chat(id=-1000000000050, type=ChatType.CHANNEL)

NEW = raw.types.UpdateNewMessage(message=raw.types.MessageEmpty(id=1), pts=2, pts_count=1)
PRESS = raw.types.UpdateBotCallbackQuery(
    query_id=9, user_id=5, peer=raw.types.PeerUser(user_id=5), msg_id=1, chat_instance=1
)

MESSAGE = Message(id=1, chat=PRIVATE, from_user=PERSON)
POST = Message(id=1, chat=CHANNEL)
QUERY = CallbackQuery(id="9", from_user=PERSON, chat_instance="1", message=MESSAGE)


class House:
    """A bot that remembers what it said, with an inbox whose parsers give what they are told to."""

    def __init__(self, body: Any = MESSAGE, kind: type = MessageHandler) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.speechless: list[BaseException] = []
        self.outcomes: list[str] = []
        self.recoveries: list[str] = []
        self.guard = Guard(self, meter=self)
        self.inbox = Inbox(Telegram(), self.guard.run, on_finished=lambda: None)
        self.box = Box.at(Mark(1))
        self.clock = StillClock()

        async def parse(*_: Any) -> Any:
            if isinstance(body, BaseException):
                raise body
            return body, kind

        self.inbox.parsers.update({raw.types.UpdateNewMessage: parse, raw.types.UpdateBotCallbackQuery: parse})

    def on(self, callback: Callable[..., Awaitable[None]], *, group: int = 0, kind: Any = MessageHandler) -> None:
        self.inbox.add_handler(kind(callback), group)

    async def handle(self, raw_update: Any = NEW) -> float | None:
        """Let the guard handle one update."""
        self.work = Work(Update(raw_update, {}, {}), receive(1, (self.box, 2)))
        return await self.again()

    async def again(self) -> float | None:
        return await self.guard.run(self.work)

    @property
    def finished(self) -> bool:
        assert self.box.finished
        return self.box.finished.value == 2

    # What the guard asks of a bot

    async def answer(self, body: Any, key: str, *, step: str = "answer", **args: object) -> int:
        if self.speechless:
            raise self.speechless.pop(0)
        self.said.append(("answer", key, step, args))
        return 1

    async def toast(self, body: Any, key: str | None = None, *, alert: bool = False, **args: object) -> None:
        if self.speechless:
            raise self.speechless.pop(0)
        self.said.append(("toast", key, alert, args))

    async def tell(self, user_id: int, key: str, *, cause: str, step: str) -> int:
        if self.speechless:
            raise self.speechless.pop(0)
        self.said.append(("tell", user_id, key, cause, step))
        return 1

    def note_recovery(self, kind: str, seconds: float) -> None:
        assert seconds >= 0
        self.recoveries.append(kind)

    def update(self, kind: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.outcomes.append(outcome)

    def left_out(self, kind: str) -> None:
        self.outcomes.append(f"left out {kind}")

    def slowed(self) -> None:
        self.outcomes.append("slowed")


async def never(*_: Any) -> bool:
    return False


def raising(error: BaseException) -> Callable[..., Awaitable[None]]:
    async def handler(*_: Any) -> None:
        raise error

    return handler


@virtual
async def test_a_handler_that_returns_finishes_its_update() -> None:
    house = House()
    seen: list[Any] = []

    async def handler(bot: Any, message: Any) -> None:
        seen.append((bot, message))

    house.on(handler)
    assert await house.handle() is None
    assert seen == [(house, MESSAGE)]
    assert (house.finished, house.outcomes, house.said) == (True, ["ok"], [])


@virtual
async def test_an_update_that_nobody_wants_is_finished() -> None:
    house = House()
    house.on(raising(RuntimeError()), kind=EditedMessageHandler)
    assert await house.handle() is None
    assert house.finished


@virtual
async def test_the_first_handler_that_wants_it_is_the_only_one() -> None:
    house = House()
    seen: list[str] = []

    def noting(name: str, then: BaseException | None = None) -> Callable[..., Awaitable[None]]:
        async def handler(*_: Any) -> None:
            seen.append(name)
            if then:
                raise then

        return handler

    house.on(noting("last"), group=100)
    house.inbox.add_handler(MessageHandler(noting("unwanted"), filters.create(never)), -1)
    house.on(noting("goes on", pyrogram.ContinuePropagation()), group=-1)
    house.on(noting("first"), group=0)
    house.on(noting("second"), group=0)
    await house.handle()
    assert seen == ["goes on", "first"]
    seen.clear()
    house.inbox.groups.clear()
    house.on(noting("stops", pyrogram.StopPropagation()), group=0)
    house.on(noting("never"), group=1)
    await house.handle()
    assert (seen, house.outcomes[-1]) == (["stops"], "ok")


@virtual
async def test_a_raw_handler_gets_the_raw_update() -> None:
    house = House()
    seen: list[Any] = []

    async def handler(bot: Any, update: Any, users: Any, chats: Any) -> None:
        seen.append(update)

    house.on(handler, kind=RawUpdateHandler)
    await house.handle()
    assert seen == [NEW]


# Refusals


@virtual
async def test_a_refusal_is_said_in_its_own_words() -> None:
    house = House()
    house.on(raising(UserError("link-revoked", name="x")))
    assert await house.handle() is None
    assert house.said == [("answer", "link-revoked", "error link-revoked", {"name": "x"})]
    assert (house.finished, house.outcomes) == (True, ["refused"])


@virtual
async def test_a_short_refusal_of_a_press_is_shown_over_the_chat() -> None:
    house = House(QUERY, CallbackQueryHandler)
    house.on(raising(UserError("no-authority")), kind=CallbackQueryHandler)
    assert await house.handle(PRESS) is None
    assert house.said == [("toast", "no-authority", True, {})]


@virtual
async def test_a_long_refusal_of_a_press_is_a_message() -> None:
    house = House(QUERY, CallbackQueryHandler)
    house.on(raising(UserError("link-revoked", name="x")), kind=CallbackQueryHandler)
    await house.handle(PRESS)
    assert house.said == [
        ("toast", None, True, {}),
        ("answer", "link-revoked", "error link-revoked", {"name": "x"}),
    ]


@virtual
async def test_a_channel_is_not_spoken_to() -> None:
    house = House(POST)
    house.on(raising(RuntimeError("a bug")))
    assert await house.handle() is None
    assert (house.said, house.outcomes, house.finished) == ([], ["failed"], True)


# Waits


@virtual
async def test_what_must_wait_is_taken_again_and_says_nothing() -> None:
    house = House()
    house.on(raising(TryLater(3600, "a flood wait")))
    assert await house.handle() == 3600
    assert (house.finished, house.said, house.outcomes) == (False, [], ["later"])


@virtual
async def test_words_that_must_wait_are_said_later() -> None:
    house = House()
    house.on(raising(UserError("link-revoked")))
    house.speechless = [TryLater(30, "a flood wait")]
    assert await house.handle() == 30
    assert not house.finished
    assert await house.again() is None
    assert [said[1] for said in house.said] == ["link-revoked"]
    assert house.finished


@pytest.mark.parametrize(
    "error", [AutoReconnect("gone"), ServerSelectionTimeoutError("nobody"), OperationFailure("stepped down", 189)]
)
@virtual
async def test_while_the_database_is_away_updates_wait(error: Exception) -> None:
    house = House()
    house.on(raising(error))
    assert await house.handle() == AWAY
    since = house.guard.database_away_since
    assert since is not None
    assert (house.finished, house.said, house.outcomes) == (False, [], ["database_away"])
    for _ in range(100):
        assert await house.again() == AWAY, "however long it takes"
    assert house.guard.database_away_since == since


@pytest.mark.parametrize("then", [None, UserError("link-unknown"), RuntimeError("a bug")])
@virtual
async def test_any_update_that_ends_shows_that_the_database_is_back(then: Exception | None) -> None:
    house = House()
    ends: list[Any] = [AutoReconnect("gone"), then]

    async def handler(*_: Any) -> None:
        if error := ends.pop(0):
            raise error

    house.on(handler)
    assert await house.handle() == AWAY
    assert await house.again() is None
    assert house.guard.database_away_since is None
    assert house.recoveries == ["database"]
    assert house.finished


@virtual
async def test_what_telegram_puts_off_says_that_the_database_is_back() -> None:
    """On a quiet day nothing else comes: the bot would be ill for as long as the wait lasts."""
    house = House()
    ends: list[Exception] = [AutoReconnect("gone"), TryLater(1, "a peer cannot be read"), MustWait(3600, "a flood")]

    async def handler(*_: Any) -> None:
        raise ends.pop(0)

    house.on(handler)
    assert await house.handle() == AWAY
    assert await house.again() == 1
    assert house.recoveries == []
    assert await house.again() == 3600
    assert house.guard.database_away_since is None
    assert house.recoveries == ["database"]
    assert house.guard.failures.seen(time.monotonic()) == (0, 0), "it has not ended"


@virtual
async def test_an_update_that_was_in_hand_when_the_database_went_does_not_show_that_it_is_back() -> None:
    house = House()
    turn = asyncio.Event()

    async def handler(*_: Any) -> None:
        if turn.is_set():
            raise AutoReconnect("gone")
        turn.set()
        await asyncio.sleep(1)

    house.on(handler)
    early = asyncio.create_task(house.handle())
    await turn.wait()
    assert await house.handle() == AWAY
    await early
    assert house.guard.database_away_since is not None
    assert house.recoveries == []


@virtual
async def test_what_ended_is_counted_and_what_failed_among_it() -> None:
    house = House()
    ends: list[Any] = [RuntimeError("a bug"), None, AutoReconnect("gone"), UserError("link-unknown")]

    async def handler(*_: Any) -> None:
        if error := ends.pop(0):
            raise error

    house.on(handler)
    while ends:
        await house.handle()
    assert house.guard.failures.seen(time.monotonic()) == (3, 1)


@virtual
async def test_the_database_may_be_away_for_the_words_too() -> None:
    house = House()
    house.on(raising(UserError("link-revoked")))
    house.speechless = [AutoReconnect("gone")]
    assert await house.handle() == AWAY
    assert not house.finished


@virtual
async def test_a_wrong_query_is_no_absence() -> None:
    house = House()
    house.on(raising(OperationFailure("unknown operator", 2)))
    assert await house.handle() is None
    assert house.said[0][1] == "apology"


# Failures


@virtual
async def test_a_failure_is_logged_and_apologised_for(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.on(raising(RuntimeError("the secret of the house")))
    assert await house.handle() is None
    assert house.said == [("answer", "apology", "error apology", {})]
    assert "the secret of the house" in caplog.text
    assert (house.finished, house.outcomes) == (True, ["failed"])


@virtual
async def test_a_handler_that_hangs_is_given_up() -> None:
    house = House()

    async def handler(*_: Any) -> None:
        await asyncio.sleep(10_000)

    house.on(handler)
    began = elapsed()
    delays = [await house.handle()] + [await house.again() for _ in range(FAILURES - 1)]
    assert elapsed() - began == pytest.approx(FAILURES * LIMIT)
    assert all(delays[:-1])
    assert delays[-1] is None
    assert [said[1] for said in house.said] == ["apology"]
    assert house.outcomes == ["timeout"] * (FAILURES - 1) + ["failed"]


@virtual
async def test_a_parser_that_hangs_is_given_up() -> None:
    house = House()

    async def parse(*_: Any) -> None:
        await asyncio.sleep(10_000)

    house.inbox.parsers[raw.types.UpdateNewMessage] = parse
    began = elapsed()
    await house.handle()
    assert elapsed() - began <= LIMIT


@virtual
async def test_what_the_library_cannot_read_is_finished_counted_and_answered_by_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House(KeyError(5))
    house.on(raising(AssertionError("never called")))
    seen: list[Any] = []

    async def note(_: Any, update: Any, *__: Any) -> None:
        seen.append(update)
        raise pyrogram.ContinuePropagation

    house.on(note, kind=RawUpdateHandler)
    assert await house.handle() is None
    assert house.finished
    assert house.outcomes == ["unparsed"]
    assert seen == [NEW]
    assert not house.said
    [line] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "UpdateNewMessage: KeyError(5) in test_guard.py" in line.getMessage()
    assert line.exc_info is None


@virtual
@pytest.mark.parametrize("error", [TryLater(3.0, "a wait"), AutoReconnect("away"), TimeoutError("silence")])
async def test_what_passes_while_an_update_is_read_is_waited_for(error: Exception) -> None:
    house = House(error)
    assert await house.handle() is not None
    assert not house.finished


@virtual
async def test_a_filter_that_fails_is_a_failure() -> None:
    house = House()

    async def broken(*_: Any) -> bool:
        raise RuntimeError("a bug in a filter")

    house.inbox.add_handler(MessageHandler(raising(AssertionError()), filters.create(broken)), 0)
    assert await house.handle() is None
    assert house.said[0][1] == "apology"


@virtual
async def test_an_update_of_an_unknown_kind_is_finished() -> None:
    house = House()
    assert await house.handle(raw.types.UpdateConfig()) is None
    assert house.finished


# Nobody there


@pytest.mark.parametrize("error", [UserIsBlocked(), InputUserDeactivated(), PeerIdInvalid()], ids=lambda e: e.ID)
@virtual
async def test_somebody_who_is_gone_is_not_answered(error: Exception) -> None:
    house = House()
    house.on(raising(error))
    assert await house.handle() is None
    assert (house.said, house.outcomes, house.finished) == ([], ["gone"], True)
    house.inbox.groups.clear()
    house.on(raising(RuntimeError("a bug")))
    house.speechless = [error]
    assert await house.handle() is None
    assert house.outcomes[-1] == "gone"


@pytest.mark.parametrize("error", [ChatWriteForbidden(), TimeoutError(), RuntimeError("a bug in the words")])
@virtual
async def test_words_that_cannot_be_said_do_not_hold_the_update(error: Exception) -> None:
    house = House()
    house.on(raising(UserError("link-revoked")))
    house.speechless = [error]
    assert await house.handle() is None
    assert house.finished


# Cancellation


async def cancels_itself(*_: Any) -> None:
    task = asyncio.current_task()
    assert task
    task.cancel()
    await asyncio.sleep(1)


async def raises_cancellation(*_: Any) -> None:
    raise asyncio.CancelledError


async def awaits_what_is_cancelled(*_: Any) -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_later(1, task.cancel)
    await task


@pytest.mark.parametrize("handler", [raises_cancellation, awaits_what_is_cancelled], ids=lambda h: h.__name__)
@virtual
async def test_a_cancellation_from_within_is_a_failure(handler: Any) -> None:
    house = House()
    house.on(handler)
    assert await house.handle() is None
    assert house.said[0][1] == "apology"
    assert house.finished


@pytest.mark.parametrize(
    "handler", [raises_cancellation, awaits_what_is_cancelled, cancels_itself], ids=lambda h: h.__name__
)
@virtual
async def test_no_cancellation_kills_a_lane(handler: Any) -> None:
    house = House()
    seen: list[int] = []

    async def first_then(bot: Any, message: Any) -> None:
        seen.append(1)
        if len(seen) == 1:
            await handler()

    house.on(first_then)
    for value in (2, 3):
        house.inbox.lanes.put("a", Work(Update(NEW, {}, {}), receive(1, (house.box, value))))
    async with asyncio.timeout(60):
        await house.inbox.lanes.below(1)
    assert len(seen) >= 2
    assert house.box.finished == Mark(3)


@virtual
async def test_the_end_cancels_a_handler_and_leaves_its_update_unfinished() -> None:
    house = House()

    async def handler(*_: Any) -> None:
        await asyncio.sleep(60)

    house.on(handler)
    house.inbox.lanes.put("a", Work(Update(NEW, {}, {}), receive(1, (house.box, 2))))
    await asyncio.sleep(1)
    assert await house.inbox.close(grace=1) == 1
    assert (house.finished, house.said) == (False, [])


# Those who are too fast


@virtual
async def test_who_is_too_fast_is_told_with_one_cause_an_hour() -> None:
    house = House()
    await house.guard.too_fast(5)
    house.clock.move(timedelta(minutes=59))
    await house.guard.too_fast(5)
    house.clock.move(timedelta(minutes=2))
    await house.guard.too_fast(5)
    first, again, later = house.said
    assert first == again == ("tell", 5, "too-fast", "job:too-fast:2026-03-01T12", "notice")
    assert later != first
    assert house.outcomes == ["slowed"] * 3


@pytest.mark.parametrize(
    "error",
    [
        TryLater(3600, "a flood wait"),
        UserIsBlocked(),
        TimeoutError(),
        AutoReconnect("the database is away"),
        RuntimeError("a bug"),
    ],
)
@virtual
async def test_who_cannot_be_told_is_slowed_all_the_same(error: Exception) -> None:
    house = House()
    house.speechless = [error]
    await house.guard.too_fast(5)
    assert not house.said


@virtual
async def test_what_is_left_out_is_counted() -> None:
    house = House()
    house.guard.left_out("UpdateNewMessage")
    assert house.outcomes == ["left out UpdateNewMessage"]
    Guard(house).left_out("UpdateNewMessage")
