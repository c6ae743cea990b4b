"""What the end of a handler means: finished, or said to the person in plain words; and who is told to slow down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pyrogram
import pytest
from pymongo.errors import AutoReconnect
from pyrogram import filters, raw
from pyrogram.errors import UserIsBlocked
from pyrogram.handlers import CallbackQueryHandler, EditedMessageHandler, MessageHandler, RawUpdateHandler
from pyrogram.types import CallbackQuery, Message

from client.guard import Guard
from services.errors import TryLater, UserError
from tests.client.house import MESSAGE, NEW, POST, PRESS, PRIVATE, QUERY, House, never, raising
from tests.client.virtual import virtual
from tests.plugins.standing import Roles


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
async def test_an_album_that_is_refused_hears_it_once_and_single_messages_each() -> None:
    causes: list[str | None] = []
    for number, group in ((1, 7), (2, 7), (3, None), (4, None)):
        each = Message(id=number, chat=PRIVATE, from_user=MESSAGE.from_user, media_group_id=group)
        house = House(each)
        house.on(raising(UserError("kind-refused")))
        await house.handle()
        causes += house.causes
    assert causes == ["album:5:7", "album:5:7", "message:5:3", "message:5:4"]


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


# Those who are banned

PERSON = raw.types.PeerUser(user_id=5)
GROUP = raw.types.PeerChannel(channel_id=50)


async def test_a_press_of_nobody_reaches_no_handler() -> None:
    """Telegram names who presses; what comes without cannot be judged, and nobody waits for an answer."""
    nobodys: Any = {"from_user": None}
    house = House(CallbackQuery(id="9", chat_instance="1", **nobodys), CallbackQueryHandler)

    async def handler(_: Any, query: CallbackQuery) -> None:
        raise AssertionError

    house.on(handler, kind=CallbackQueryHandler)
    assert await house.handle(PRESS) is None
    assert (house.finished, house.outcomes, house.said) == (True, ["unparsed"], [])


def said_by(author: Any, place: Any) -> Any:
    message = raw.types.Message(id=1, peer_id=place, from_id=author, date=1, message="")
    return raw.types.UpdateNewMessage(message=message, pts=2, pts_count=1)


OF_A_PERSON = {
    "a message": said_by(None, PERSON),
    "in a group": said_by(PERSON, GROUP),
    "an edit": raw.types.UpdateEditMessage(message=said_by(None, PERSON).message, pts=2, pts_count=1),
    "a press": PRESS,
    "a press under an inline message": raw.types.UpdateInlineBotCallbackQuery(
        query_id=9, user_id=5, msg_id=raw.types.InputBotInlineMessageID(dc_id=2, id=1, access_hash=1), chat_instance=1
    ),
    "an inline query": raw.types.UpdateBotInlineQuery(query_id=9, user_id=5, query="x", offset=""),
    "a chosen result": raw.types.UpdateBotInlineSend(user_id=5, query="x", id="1"),
    "a payment": raw.types.UpdateBotPrecheckoutQuery(
        query_id=9, user_id=5, payload=b"", currency="XTR", total_amount=1
    ),
}
"""One update of each kind in which a person asks for something."""

ABOUT_A_PERSON = {
    "blocked the bot": raw.types.UpdateBotStopped(user_id=5, date=1, stopped=True, qts=2),
    "joined a channel": raw.types.UpdateChannelParticipant(channel_id=50, date=1, actor_id=5, user_id=5, qts=2),
    "asked to join": raw.types.UpdateBotChatInviteRequester(
        peer=GROUP, date=1, user_id=5, about="", invite=raw.types.ChatInvitePublicJoinRequests(), qts=2
    ),
}
"""What is told about a person who asks for nothing by it."""


async def heard(house: House, update: Any) -> bool:
    """Whether any handler, raw ones included, hears of an update."""
    seen: list[Any] = []

    async def note(_: Any, *update: Any) -> None:
        seen.append(update)

    house.on(note, group=-1)
    house.on(note, kind=RawUpdateHandler, group=1)
    assert await house.handle(update) is None
    assert house.finished
    return bool(seen)


@pytest.mark.parametrize("kind", OF_A_PERSON)
@virtual
async def test_nothing_of_somebody_banned_is_heard_and_nobody_is_told(kind: str) -> None:
    house = House()
    house.services.access = Roles(banned=[5])
    assert not await heard(house, OF_A_PERSON[kind])
    assert (house.said, house.outcomes) == ([], ["banned"])
    control = House()
    control.services.access = Roles(banned=[6])
    assert await heard(control, OF_A_PERSON[kind])


@pytest.mark.parametrize("kind", ABOUT_A_PERSON)
@virtual
async def test_what_became_of_somebody_banned_is_known_all_the_same(kind: str) -> None:
    house = House()
    house.services.access = Roles(banned=[5])
    assert await heard(house, ABOUT_A_PERSON[kind])


@virtual
async def test_a_post_of_a_channel_is_nobodys() -> None:
    house = House()
    house.services.access = Roles(banned=[5, 50])
    assert await heard(house, said_by(None, GROUP))


@virtual
async def test_a_ban_holds_for_what_waits_already() -> None:
    house = House()
    roles = house.services.access = Roles()
    later = raising(TryLater(1, "a flood wait"))
    house.on(later)
    assert await house.handle(said_by(None, PERSON)) == 1
    roles._banned.add(5)
    assert await house.again() is None
    assert house.outcomes == ["later", "banned"]


@virtual
async def test_somebody_banned_is_not_told_to_slow_down() -> None:
    house = House()
    house.services.access = Roles(banned=[5])
    await house.guard.too_fast(5)
    assert (house.said, house.outcomes) == ([], [])


@virtual
async def test_while_the_database_does_not_say_who_is_banned_nobody_is_served() -> None:
    house = House()

    async def away() -> None:
        raise AutoReconnect("the database is away")

    house.services.access.refresh = away
    house.on(raising(RuntimeError("it must not come here")))
    assert await house.handle() is not None
    assert (house.said, house.outcomes) == ([], ["database_away"])


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
