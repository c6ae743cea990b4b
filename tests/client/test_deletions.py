"""Lending: written down before, announced once, written down after; and what is written down where it breaks off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect
from pyrogram import raw
from pyrogram.errors import ChatWriteForbidden, MessageDeleteForbidden, RPCError, UserIsBlocked

from client.deletions import Lending
from client.delivery import Arrived
from client.sender import Sender
from database.cause import Cause
from services.deletions import Outcome, PendingDeletion
from services.errors import TryLater, UserError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CAUSE = Cause("message:5:1")


class Deletions:
    """Notes what is written down, in order."""

    def __init__(self, **first: Any) -> None:
        self.first = first
        self.notes: list[Any] = []

    async def begin(self, delivery: Any, *, reader: int, cause: Cause, random_ids: Sequence[int]) -> PendingDeletion:
        self.notes.append("begun")
        return PendingDeletion(cause, "fCode", reader, reader, tuple(random_ids), 60, NOW, NOW, **self.first)

    async def arrived(self, _: Any, ids: Sequence[int], notice: int, *, ago: timedelta) -> None:
        self.notes.append(("arrived", list(ids), notice, ago.total_seconds()))

    async def broken_off(self, _: Any, ids: Sequence[int], reason: str, *, gone: bool = False) -> None:
        self.notes.append(("broken off", list(ids), reason, gone))


class Bot(Lending):
    """Delivers two messages, and breaks where it is told to."""

    def __init__(self, deletions: Deletions, **breaks: Exception) -> None:
        self.services: Any = SimpleNamespace(deletions=deletions)
        self.sender: Any = SimpleNamespace(random_id=Sender(self, 777).random_id, delete=self.delete, edit=self.edit)
        self.texts: Any = None
        self.username = "b"
        self.breaks = breaks
        self.notes = deletions.notes
        self.deleted: list[Sequence[int]] = []
        self.forbidden: set[int] = set()
        self.asked: list[str] = []

    async def handing_over(self, chat_id: int, delivery: Any, *, cause: Cause) -> AsyncIterator[Arrived]:
        for number in delivery.sends:
            if f"at_{number}" in self.breaks:
                raise self.breaks[f"at_{number}"]
            yield Arrived(number, is_file=True)

    async def tell(self, user_id: int, key: str, **args: Any) -> int:
        if "at_notice" in self.breaks:
            raise self.breaks["at_notice"]
        self.notes.append((key, args["count"], args["seconds"]))
        return 99

    async def retell(self, user_id: int, message_id: int, key: str, **_: Any) -> None:
        if "at_edit" in self.breaks:
            raise self.breaks["at_edit"]
        self.notes.append((key, message_id))

    async def invoke(self, query: Any) -> Any:
        self.asked.append(type(query).__name__)
        if isinstance(query, raw.functions.updates.GetState):
            return SimpleNamespace(date=1_000_100)
        assert query.id[0].id == 8
        return SimpleNamespace(messages=[SimpleNamespace(date=1_000_000)])

    async def delete(self, ids: Sequence[int]) -> None:
        self.deleted.append(ids)
        if self.forbidden & set(ids):
            raise MessageDeleteForbidden

    async def edit(self, *_: Any, **__: Any) -> None: ...


def a_delivery(sends: Sequence[int] = (7, 8), *, auto_delete: int = 60, code: str = "fCode") -> Any:
    return SimpleNamespace(
        sends=sends, auto_delete=auto_delete, items=[1, 2], link=SimpleNamespace(code=code), storage_chat=-1
    )


async def test_it_is_written_down_before_and_after_and_announced_once_in_between() -> None:
    bot = Bot(Deletions())
    assert await bot.deliver(5, a_delivery(), cause=CAUSE) == [7, 8]
    assert bot.notes == ["begun", ("deletion-notice", 2, 60), ("arrived", [7, 8], 99, 0.0)]
    assert bot.asked == []


async def test_what_is_kept_for_good_is_not_written_down() -> None:
    bot = Bot(Deletions())
    assert await bot.deliver(5, a_delivery(auto_delete=0), cause=CAUSE) == [7, 8]
    assert bot.notes == []


async def test_a_replay_of_what_has_arrived_sends_nothing() -> None:
    bot = Bot(Deletions(is_known=True, message_ids=(7, 8)))
    assert await bot.deliver(5, a_delivery(), cause=CAUSE) == [7, 8]
    assert bot.notes == ["begun"]


async def test_after_an_earlier_attempt_telegram_is_asked_since_when_it_is_there() -> None:
    bot = Bot(Deletions(is_new=False))
    await bot.deliver(5, a_delivery(), cause=CAUSE)
    assert bot.notes[-1] == ("arrived", [7, 8], 99, 99.0)
    assert bot.asked == ["GetMessages", "GetState"]


@pytest.mark.parametrize(
    ("breaks", "wanted"),
    [
        ({"at_7": UserIsBlocked()}, ("broken off", [], "USER_IS_BLOCKED", True)),
        ({"at_8": UserIsBlocked()}, ("broken off", [7], "USER_IS_BLOCKED", True)),
        ({"at_notice": UserIsBlocked()}, ("broken off", [7, 8], "USER_IS_BLOCKED", True)),
        ({"at_8": UserError("delivery-unavailable")}, ("broken off", [7], "delivery-unavailable", False)),
        ({"at_notice": ValueError("unforeseen")}, ("broken off", [7, 8], "ValueError", False)),
    ],
)
async def test_where_it_breaks_off_for_good_it_is_written_down_what_arrived(
    breaks: dict[str, Exception], wanted: tuple[Any, ...]
) -> None:
    bot = Bot(Deletions(), **breaks)
    [error] = breaks.values()
    with pytest.raises(type(error)):
        await bot.deliver(5, a_delivery(), cause=CAUSE)
    assert bot.notes[-1] == wanted


@pytest.mark.parametrize("error", [TryLater(5, "told to"), AutoReconnect("away")])
async def test_what_is_taken_again_stays_open(error: Exception) -> None:
    bot = Bot(Deletions(), at_8=error)
    with pytest.raises(type(error)):
        await bot.deliver(5, a_delivery(), cause=CAUSE)
    assert bot.notes == ["begun"]


async def test_where_nothing_is_left_nothing_is_announced() -> None:
    bot = Bot(Deletions())
    assert await bot.deliver(5, a_delivery(()), cause=CAUSE) == []
    assert bot.notes[-1] == ("broken off", [], "nothing was left to be sent", False)


async def pending(bot: Bot) -> PendingDeletion:
    random_ids = [bot.sender.random_id(CAUSE, 5, f"fCode file {number}") for number in (1, 2)]
    deletion = await bot.services.deletions.begin(None, reader=5, cause=CAUSE, random_ids=random_ids)
    bot.notes.clear()
    return deletion  # type: ignore[no-any-return]  # the service is a stand-in


async def test_what_was_left_by_a_crash_is_learned_by_sending_it_again() -> None:
    bot = Bot(Deletions(is_new=False))
    await bot.learn(await pending(bot), a_delivery())
    assert bot.notes == [("deletion-notice", 2, 60), ("arrived", [7, 8], 99, 99.0)]


async def test_what_would_be_sent_under_other_ids_is_not_sent() -> None:
    bot = Bot(Deletions(is_new=False, message_ids=(7,)))
    await bot.learn(await pending(bot), a_delivery(code="fOther"))
    assert bot.notes == [("broken off", [7], "the link has changed", False)]


async def test_learning_of_somebody_who_is_gone_is_no_failure() -> None:
    bot = Bot(Deletions(is_new=False), at_7=UserIsBlocked())
    await bot.learn(await pending(bot), a_delivery())
    assert bot.notes == [("broken off", [], "USER_IS_BLOCKED", True)]


async def test_one_message_that_cannot_be_deleted_keeps_none_of_the_others() -> None:
    bot = Bot(Deletions())
    bot.forbidden = {37}
    assert await bot.take_away(list(range(100))) == {37: "MESSAGE_DELETE_FORBIDDEN"}
    done = {number for call in bot.deleted if not bot.forbidden & set(call) for number in call}
    assert done == set(range(100)) - {37}
    assert len(bot.deleted) < 16


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (None, Outcome.DELETED, None),
        (UserIsBlocked(), Outcome.GONE, "USER_IS_BLOCKED"),
        (ChatWriteForbidden(), Outcome.DELETED, "the notice stays as it is: CHAT_WRITE_FORBIDDEN"),
    ],
)
async def test_a_notice_that_cannot_be_changed_ends_the_matter_too(
    error: RPCError | None, outcome: Outcome, reason: str | None
) -> None:
    bot = Bot(Deletions(notice_id=99), **({"at_edit": error} if error else {}))
    assert await bot.tell_of_deletion(await pending(bot)) == (outcome, reason)


async def test_a_notice_that_has_to_wait_waits() -> None:
    bot = Bot(Deletions(notice_id=99), at_edit=TryLater(5, "told to"))
    with pytest.raises(TryLater):
        await bot.tell_of_deletion(await pending(bot))
