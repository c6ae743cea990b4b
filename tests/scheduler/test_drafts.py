"""Drafts to their targets: each once, through deaths at every point, waits and refusals; with a result for each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.cause import Cause
from database.outgoing import Outgoing
from scheduler import drafts as publishing
from scheduler.draft_notices import mind_drafts
from scheduler.drafts import DraftRunner
from services.access import Permission
from services.draft_work import ATTEMPTS, PAUSES
from services.drafts import (
    Draft,
    DraftOptions,
    DraftSource,
    DraftState,
    DraftTarget,
    Origin,
    TargetState,
)
from services.errors import NotThrough, TryLater, UserError
from services.posted import Posted
from services.refusals import Refusal
from services.registry import Services
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER, Channel, make_services

State, At = DraftState, TargetState
ONE, TWO, THREE = (DraftTarget(-100_0 - number, f"Chat {number}") for number in (1, 2, 3))
TEXT = Outgoing(None, (), "hello")
MORE = Outgoing(None, (), "and more")
ORIGIN = Origin(DraftSource.PERSON, OWNER)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FORBIDDEN = Posted(refusal=Refusal.FORBIDDEN, reason="CHAT_WRITE_FORBIDDEN")


class Died(BaseException):
    """The process is gone."""


Trap = Callable[[str, int], Any]


class Telegram:
    """Sends each random_id once; what it is told to, befalls it, before or after it did what was asked."""

    def __init__(self, *, keeps: bool = True) -> None:
        self.keeps = keeps
        self.ids: dict[tuple[str, int, str], int] = {}
        self.chats: dict[int, dict[int, Outgoing]] = {}
        self.ever: Counter[tuple[int, str]] = Counter()
        self.order: list[tuple[int, str]] = []
        self.replies: dict[int, int | None] = {}
        self.pinned: list[tuple[int, int]] = []
        self.calls: Counter[str] = Counter()
        self.answers = True
        self.before: Trap = lambda _, __: None
        self.after: Trap = lambda _, __: None

    def there(self, chat: int) -> list[str | None]:
        """What is in a chat, in its order."""
        return [each.html for _, each in sorted(self.chats.get(chat, {}).items())]

    def do(self, what: str, chat: int, work: Callable[[], Sequence[int]]) -> Posted:
        self.calls[what] += 1
        if isinstance(refused := self.before(what, chat), Posted):
            return refused
        done = Posted(tuple(work()))
        self.after(what, chat)
        return done

    def send(self, to: int, out: Outgoing, key: tuple[str, int, str], reply_to: int | None) -> Sequence[int]:
        if key not in self.ids or not self.keeps:
            number = self.ids[key] = sum(self.ever.values()) + 1
            self.ever[to, str(out.html)] += 1
            self.order.append((to, str(out.html)))
            self.chats.setdefault(to, {})[number] = out
            self.replies[number] = reply_to
        return [self.ids[key]]

    def delete(self, chat: int, numbers: Sequence[int]) -> Sequence[int]:
        for number in numbers:
            self.chats[chat].pop(number, None)
        return numbers

    def pin(self, chat: int, number: int) -> Sequence[int]:
        if (chat, number) not in self.pinned:
            self.pinned.append((chat, number))
        return [number]


class Bot:
    """One process."""

    def __init__(self, telegram: Telegram, room: BotDatabase, clock: StillClock, epoch: int = 1) -> None:
        self.telegram, self.clock = telegram, clock
        self.services: Services = make_services(room, clock, Channel())
        self.drafts = self.services.drafts
        self.lease: Any = SimpleNamespace(epoch=epoch)
        self.said: dict[tuple[Cause, str, int], tuple[str, dict[str, Any]]] = {}
        self.untellable: BaseException | None = None
        self.runner = DraftRunner(self)
        self.carry_out, self.runner._carry_out = self.runner._carry_out, self.carried_out  # type: ignore[method-assign]
        self.died: BaseException | None = None

    async def carried_out(self, draft: Draft, target: DraftTarget) -> None:
        """See one turn through, and know that it was the process's last one."""
        try:
            await self.carry_out(draft, target)
        except Died as error:
            self.died = error

    async def post_draft(
        self, to: int, out: Outgoing, *, cause: Cause, step: str, reply_to: int | None = None
    ) -> Posted:
        await asyncio.sleep(0)
        return self.telegram.do("send", to, lambda: self.telegram.send(to, out, (cause, to, step), reply_to))

    async def take_back(self, chat: int, message_ids: Sequence[int]) -> Posted:
        return self.telegram.do("delete", chat, lambda: self.telegram.delete(chat, message_ids))

    async def pin_in(self, chat: int, message_id: int) -> Posted:
        return self.telegram.do("pin", chat, lambda: self.telegram.pin(chat, message_id))

    async def link_to(self, chat: int, message_id: int) -> str | None:
        return f"https://t.me/c/{-chat}/{message_id}"

    async def answers(self) -> bool:
        return self.telegram.answers

    async def told(self, user_id: int, key: str, *, cause: Cause, step: str, **args: Any) -> bool:
        if self.untellable:
            raise self.untellable
        self.said[cause, step, user_id] = (key, args)
        return True

    async def approved(self, *targets: DraftTarget, parts: Sequence[Outgoing] = (TEXT,), **how: Any) -> Draft:
        """Write a draft down and approve it."""
        cause = f"query:{how.pop('name', 'draft')}"
        draft = await self.drafts.add(parts, targets or (ONE, TWO, THREE), ORIGIN, Cause(cause), **how)
        return await self.drafts.approve(draft.code, 1, ADMIN, Cause(f"{cause} send"))

    async def run(self) -> None:
        """Do what is due now; whoever dies takes the rest along."""
        for _ in range(100):
            due = await self.runner.look()
            tasks = list(self.runner._tasks)
            if tasks and not self.died:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self.died:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                raise self.died
            if not tasks and (due is None or due > self.clock.now()):
                return
        raise AssertionError("it has no end")

    async def dies(self) -> None:
        with pytest.raises(Died):
            await self.run()

    async def settle(self, draft: Draft) -> Draft:
        """Do what is due, now and later, until nothing is left to do."""
        for _ in range(60):
            await self.run()
            if (due := await self.drafts.work.next_due()) is None:
                break
            self.clock.move(max(timedelta(0), due - self.clock.now()))
        return await self.drafts.get(draft.code)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def bot(telegram: Telegram, room: BotDatabase, clock: StillClock) -> Bot:
    return Bot(telegram, room, clock)


def states(draft: Draft) -> list[str]:
    return [each.state.value for each in draft.targets]


def once(number: int, error: BaseException | Posted, what: str = "send", chat: int | None = None) -> Trap:
    """Let something befall the call of a kind with this number, from 1."""
    seen = Counter[str]()

    def trap(kind: str, where: int) -> Any:
        if kind == what and chat in {None, where}:
            seen[kind] += 1
            if seen[kind] == number:
                if isinstance(error, BaseException):
                    raise error
                return error
        return None

    return trap


# Published


async def test_each_target_gets_it_once_with_its_link(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, replace(TWO, reply_to=77))
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent", "sent"])
    assert telegram.there(ONE.chat) == telegram.there(TWO.chat) == ["hello"]
    [first], [second] = (each.message_ids for each in done.targets)
    assert done.targets[0].link == f"https://t.me/c/{-ONE.chat}/{first}"
    assert (telegram.replies[first], telegram.replies[second]) == (None, 77)
    assert (done.published_at, done.targets[0].sent_at) == (NOW, NOW)
    assert await bot.drafts.work.next_due() is None
    assert done.revision > draft.revision


async def test_parts_come_in_order_with_the_options(bot: Bot, telegram: Telegram) -> None:
    options = DraftOptions(silent=True, pin=True, protect=True)
    draft = await bot.approved(ONE, TWO, parts=[TEXT, MORE], options=options)
    await bot.run()
    done = await bot.drafts.get(draft.code)
    for each in done.targets:
        assert telegram.there(each.chat) == ["hello", "and more"]
        sent = telegram.chats[each.chat]
        assert all(out.silent and out.protect for out in sent.values())
        assert each.message_ids == tuple(sent)
        assert (each.chat, each.message_ids[0]) in telegram.pinned
    assert len(telegram.pinned) == 2


async def test_what_has_a_time_waits_for_it(bot: Bot, telegram: Telegram, clock: StillClock) -> None:
    draft = await bot.approved(ONE, send_at=NOW + HOUR)
    await bot.run()
    assert (telegram.calls["send"], (await bot.drafts.get(draft.code)).state) == (0, State.SCHEDULED)
    assert await bot.drafts.work.next_due() == NOW + HOUR
    other = await bot.approved(ONE, send_at=NOW + HOUR, name="taken off")
    await bot.drafts.unschedule(other.code, ADMIN, Cause("query:off"))
    clock.move(HOUR)
    await bot.run()
    assert telegram.there(ONE.chat) == ["hello"]
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert (await bot.drafts.get(other.code)).state is State.PENDING


async def test_to_one_chat_drafts_go_in_the_order_of_their_approval(bot: Bot, telegram: Telegram) -> None:
    texts = [f"text {number}" for number in range(30)]
    for text in texts:
        await bot.approved(ONE, TWO, parts=[Outgoing(None, (), text)], name=text)
        bot.clock.move(SECOND)
    await bot.run()
    assert telegram.there(ONE.chat) == telegram.there(TWO.chat) == texts


async def test_nothing_that_nobody_approved_goes_out(bot: Bot, telegram: Telegram) -> None:
    for number, verb in enumerate(("skip", "nothing", "edit")):
        draft = await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause(f"query:{number}"))
        if verb == "skip":
            await bot.drafts.skip(draft.code, 1, ADMIN, Cause("query:skip"))
        if verb == "edit":
            await bot.drafts.edit(draft.code, [MORE], ADMIN, Cause("query:edit"))
    await bot.run()
    assert not telegram.calls


# Dead at every point

POINTS: dict[str, Callable[[Telegram], None]] = {
    "before the first send": lambda t: setattr(t, "before", once(1, Died())),
    "after the first send": lambda t: setattr(t, "after", once(1, Died())),
    "before the last send": lambda t: setattr(t, "before", once(6, Died())),
    "after the last send": lambda t: setattr(t, "after", once(6, Died())),
    "before a pin": lambda t: setattr(t, "before", once(2, Died(), "pin")),
    "after a pin": lambda t: setattr(t, "after", once(2, Died(), "pin")),
}
WRITES = ("begin", "note")


async def killed(bot: Bot, again: Bot, draft: Draft) -> Draft:
    """Let a process die, and the next one go on."""
    await bot.dies()
    bot.telegram.before = bot.telegram.after = lambda _, __: None
    return await again.settle(draft)


@pytest.mark.parametrize("point", POINTS)
async def test_a_death_at_any_call_loses_and_doubles_nothing(
    bot: Bot, telegram: Telegram, room: BotDatabase, point: str
) -> None:
    draft = await bot.approved(parts=[TEXT, MORE], options=DraftOptions(pin=True))
    POINTS[point](telegram)
    done = await killed(bot, Bot(telegram, room, bot.clock, epoch=2), draft)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent"] * 3)
    assert set(telegram.ever.values()) == {1}
    for each in done.targets:
        assert telegram.there(each.chat) == ["hello", "and more"]
        assert each.message_ids == tuple(telegram.chats[each.chat])
    assert len(telegram.pinned) == 3


@pytest.mark.parametrize("applied", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("write", WRITES)
async def test_a_death_at_any_write_loses_and_doubles_nothing(
    bot: Bot, telegram: Telegram, room: BotDatabase, monkeypatch: pytest.MonkeyPatch, write: str, number: int,
    applied: bool,
) -> None:  # fmt: skip
    if write == "begin" and number > 1:
        return
    draft = await bot.approved(parts=[TEXT, MORE])
    original, count = getattr(room.drafts, write), Counter[str]()

    async def dying(*args: Any, **kwargs: Any) -> Any:
        count[write] += 1
        if count[write] != number:
            return await original(*args, **kwargs)
        if applied:
            await original(*args, **kwargs)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(room.drafts, write, dying)
        await bot.dies()
    done = await Bot(telegram, room, bot.clock, epoch=2).settle(draft)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent"] * 3)
    assert set(telegram.ever.values()) == {1}
    assert all(telegram.there(each.chat) == ["hello", "and more"] for each in done.targets)


async def test_control_a_telegram_that_forgets_random_ids_doubles(room: BotDatabase, clock: StillClock) -> None:
    telegram = Telegram(keeps=False)
    bot = Bot(telegram, room, clock)
    draft = await bot.approved(ONE)
    telegram.after = once(1, Died())
    await killed(bot, Bot(telegram, room, clock, epoch=2), draft)
    assert telegram.there(ONE.chat) == ["hello", "hello"]


async def test_who_lost_the_lease_writes_nothing_down(bot: Bot, telegram: Telegram, room: BotDatabase) -> None:
    draft = await bot.approved(ONE)
    successor = Bot(telegram, room, bot.clock, epoch=2)

    async def late(to: int, *args: Any, **kwargs: Any) -> Posted:
        await successor.runner.look()
        return Posted((999,))

    bot.post_draft = late  # type: ignore[method-assign]
    await bot.run()
    assert (await bot.drafts.get(draft.code)).targets[0].message_ids != (999,)
    await successor.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, telegram.there(ONE.chat)) == (State.PUBLISHED, ["hello"])
    assert done.targets[0].message_ids == tuple(telegram.chats[ONE.chat])


async def test_the_database_away_after_a_send_is_waited_for(
    bot: Bot, telegram: Telegram, room: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await bot.approved(ONE)
    monkeypatch.setattr(publishing, "AFTER_FAILURE", 0)
    original, failures = room.drafts.note, iter(range(3))

    async def away(*args: Any, **kwargs: Any) -> Any:
        if next(failures, None) is not None:
            raise AutoReconnect
        return await original(*args, **kwargs)

    monkeypatch.setattr(room.drafts, "note", away)
    await bot.run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert telegram.there(ONE.chat) == ["hello"]


# Refused, and tried again


async def test_a_target_that_refuses_keeps_no_other_one_and_is_tried_again_when_somebody_says_so(
    bot: Bot, telegram: Telegram
) -> None:
    draft = await bot.approved()
    telegram.before = lambda _, chat: FORBIDDEN if chat == TWO.chat else None
    await bot.run()
    partly = await bot.drafts.get(draft.code)
    assert (partly.state, states(partly)) == (State.PARTLY, ["sent", "failed", "sent"])
    assert (partly.targets[1].refusal, partly.targets[1].reason) == ("forbidden", "CHAT_WRITE_FORBIDDEN")
    telegram.before = lambda _, __: None
    await bot.drafts.retry(draft.code, ADMIN, Cause("query:retry"))
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent"] * 3)
    assert set(telegram.ever.values()) == {1}
    assert done.targets[1].reason == ""


async def test_nobody_takes_it(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved()
    telegram.before = lambda _, __: Posted(refusal=Refusal.CONTENT, reason="MESSAGE_TOO_LONG")
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, done.published_at) == (State.FAILED, NOW)
    assert {each.reason for each in done.targets} == {"MESSAGE_TOO_LONG"}


async def test_what_passes_is_tried_four_times_and_then_with_the_next_cycle(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)

    def fails(_: str, chat: int) -> None:
        if chat == ONE.chat:
            raise NotThrough(3, "500")

    telegram.before = fails
    pauses = []
    for attempt in range(1, ATTEMPTS + 1):
        await bot.run()
        found = await bot.drafts.get(draft.code)
        assert (found.state, states(found)) == (State.PUBLISHING, ["waiting", "sent"])
        assert found.targets[0].attempts == attempt, "the reviewer sees it"
        assert found.targets[0].due_at is not None
        pauses.append(found.targets[0].due_at - bot.clock.now())
        due = await bot.drafts.work.next_due()
        assert due is not None
        assert due <= found.targets[0].due_at
        if attempt < ATTEMPTS:
            bot.clock.move(pauses[-1])
    for pause, seconds in zip(pauses, PAUSES, strict=False):
        assert 0.8 * seconds <= pause.total_seconds() <= 1.2 * seconds
    assert pauses[-1] == 20 * MINUTE
    calls = telegram.calls["send"]
    bot.clock.move(MINUTE)
    await bot.run()
    assert telegram.calls["send"] == calls
    assert await bot.drafts.work.next_due() == bot.clock.now() - MINUTE + pauses[-1], "nothing is looked at until then"
    assert await bot.drafts.work.retry_waiting() == 1
    assert (await bot.drafts.get(draft.code)).targets[0].attempts == 0
    telegram.before = lambda _, __: None
    await bot.run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert await bot.drafts.work.retry_waiting() == 0


async def test_the_next_cycle_comes_without_its_job_too(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE)
    failures = iter(range(ATTEMPTS))

    def fails(_: str, __: int) -> None:
        if next(failures, None) is not None:
            raise NotThrough(3, "500")

    telegram.before = fails
    assert (await bot.settle(draft)).state is State.PUBLISHED
    assert bot.clock.now() - NOW > 20 * MINUTE


async def test_what_nobody_can_explain_fails_after_four_attempts(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE)
    telegram.before = lambda _, __: Posted(refusal=Refusal.UNKNOWN, reason="ODD")
    done = await bot.settle(draft)
    assert (done.state, done.targets[0].reason, telegram.calls["send"]) == (State.FAILED, "ODD", ATTEMPTS)


async def test_a_wait_is_obeyed_and_is_no_attempt_and_holds_up_no_other(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)
    telegram.before = once(1, Posted(refusal=Refusal.PASSING, reason="slow mode", after=600), chat=ONE.chat)
    await bot.run()
    found = await bot.drafts.get(draft.code)
    assert states(found) == ["waiting", "sent"]
    assert (found.targets[0].attempts, found.targets[0].due_at) == (0, NOW + 10 * MINUTE)
    assert (await bot.settle(draft)).state is State.PUBLISHED
    assert bot.clock.now() == NOW + 10 * MINUTE


async def test_an_outage_is_no_attempt_and_is_over_as_soon_as_it_is(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved()
    for error in (NotThrough(4, "nothing gets through"), TryLater(300, "the server fails")):
        telegram.answers = False

        def away(_: str, __: int, error: BaseException = error) -> None:
            raise error

        telegram.before = away
        await bot.run()
        found = await bot.drafts.get(draft.code)
        assert {(each.attempts, each.due_at, each.reason) for each in found.targets} == {(0, None, "")}
        assert found.revision == draft.revision + 1, "nobody has to see it"
        bot.runner.wake()
    telegram.before, telegram.answers = (lambda _, __: None), True
    await bot.run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert bot.clock.now() == NOW


async def test_what_is_wrong_with_one_keeps_no_other_one(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved()
    telegram.before = once(1, ZeroDivisionError(), chat=TWO.chat)
    await bot.run()
    assert states(await bot.drafts.get(draft.code)) == ["sent", "waiting", "sent"]
    assert (await bot.settle(draft)).state is State.PUBLISHED


async def test_a_pin_that_is_refused_is_said_and_the_message_stays(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, options=DraftOptions(pin=True))
    telegram.before = once(1, FORBIDDEN, "pin")
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, states(done), done.targets[0].reason) == (State.PUBLISHED, ["sent"], "CHAT_WRITE_FORBIDDEN")
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    assert states(await bot.settle(draft)) == ["deleted"]


# Taken back


async def test_it_is_deleted_everywhere(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(parts=[TEXT, MORE])
    await bot.run()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert states(done) == ["deleted"] * 3
    assert not any(telegram.there(each.chat) for each in done.targets)
    with pytest.raises(UserError, match="draft-nothing-failed"):
        await bot.drafts.retry(draft.code, ADMIN, Cause("query:again"))


async def test_what_may_not_be_deleted_stays_and_says_why(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)
    await bot.run()
    reason = Posted(refusal=Refusal.FORBIDDEN, reason="MESSAGE_DELETE_FORBIDDEN")
    telegram.before = once(1, reason, "delete", chat=TWO.chat)
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    done = await bot.settle(draft)
    assert (states(done), done.targets[1].reason) == (["deleted", "sent"], "MESSAGE_DELETE_FORBIDDEN")
    assert telegram.there(TWO.chat) == ["hello"]
    assert await bot.drafts.work.untold() == []


@pytest.mark.parametrize("trap", ["before", "after"])
async def test_a_death_while_it_is_taken_back_leaves_nothing(
    bot: Bot, telegram: Telegram, room: BotDatabase, trap: str
) -> None:
    draft = await bot.approved()
    await bot.run()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    setattr(telegram, trap, once(2, Died(), "delete"))
    done = await killed(bot, Bot(telegram, room, bot.clock, epoch=2), draft)
    assert states(done) == ["deleted"] * 3
    assert not any(telegram.there(each.chat) for each in done.targets)


async def test_what_a_crash_hid_is_found_and_deleted_and_what_never_went_out_does_not(
    bot: Bot, telegram: Telegram, room: BotDatabase
) -> None:
    waits = {ONE.chat: 1, TWO.chat: 600}
    draft = await bot.approved(ONE, TWO)
    telegram.before = lambda _, chat: Posted(refusal=Refusal.PASSING, reason="slow mode", after=waits[chat])
    await bot.run()
    telegram.before, telegram.after = (lambda _, __: None), once(1, Died())
    bot.clock.move(SECOND)
    await bot.dies()
    assert telegram.there(ONE.chat) == ["hello"], "it is there, and nobody knows"
    telegram.before = telegram.after = lambda _, __: None
    again = Bot(telegram, room, bot.clock, epoch=2)
    await again.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    done = await again.settle(draft)
    assert states(done) == ["deleted", "deleted"]
    assert telegram.there(ONE.chat) == []
    assert telegram.ever == {(ONE.chat, "hello"): 1}, "the one that waited never had it"
    assert done.published_at is not None


async def test_what_fails_to_be_deleted_for_a_while_is_deleted_then(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE)
    await bot.run()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    telegram.before = once(1, NotThrough(3, "500"), "delete")
    await bot.run()
    assert states(await bot.drafts.get(draft.code)) == ["sent"]
    assert states(await bot.settle(draft)) == ["deleted"]


# Told


async def test_the_owner_hears_once_of_a_chat_that_refuses_until_it_takes_something(
    bot: Bot, telegram: Telegram, room: BotDatabase, clock: StillClock
) -> None:
    telegram.before = lambda _, chat: FORBIDDEN if chat == TWO.chat else None
    for name in ("first", "second"):
        await bot.approved(name=name)
        await bot.run()
        bot.untellable = TryLater(1, "not now")
        if await bot.drafts.work.untold():
            with pytest.raises(TryLater):
                await mind_drafts(bot)
        bot.untellable = None
        await mind_drafts(bot)
        clock.move(MINUTE)
    again = Bot(telegram, room, clock, epoch=2)
    again.said = bot.said
    await mind_drafts(again)
    assert list(bot.said.values()) == [("draft-target-refuses", {"title": "Chat 2", "reason": "CHAT_WRITE_FORBIDDEN"})]
    for name, trap in (("taken", lambda _, __: None), ("refused again", telegram.before)):
        telegram.before = trap
        await again.approved(name=name)
        await again.run()
        await mind_drafts(again)
        clock.move(MINUTE)
    assert [user for _, _, user in bot.said] == [OWNER, OWNER]


async def test_who_may_decide_is_reminded_once_of_what_waits(bot: Bot, clock: StillClock, room: BotDatabase) -> None:
    await bot.services.access.appoint(9, [Permission.REVIEW], by=OWNER, cause=Cause("query:appoint"))
    await bot.services.access.appoint(10, [Permission.UPLOAD], by=OWNER, cause=Cause("query:appoint 2"))
    for number in range(3):
        await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause(f"query:{number}"))
    await bot.approved(ONE, name="decided")
    assert await mind_drafts(bot) == NOW + 6 * HOUR
    assert not bot.said
    clock.move(6 * HOUR)
    await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause("query:young"))
    bot.untellable = Died()
    with pytest.raises(Died):
        await mind_drafts(bot)
    bot.untellable = None
    again = Bot(bot.telegram, room, clock, epoch=2)
    await again.services.access.refresh()
    await mind_drafts(again)
    told = {user: (key, args) for (_, _, user), (key, args) in again.said.items()}
    assert told == dict.fromkeys(again.drafts.reviewers(), ("drafts-wait", {"count": 3}))
    assert 9 in again.drafts.reviewers()
    assert 10 not in told
    again.said.clear()
    await mind_drafts(again)
    assert not again.said


async def test_what_nobody_decides_on_expires_and_can_be_reopened(bot: Bot, clock: StillClock) -> None:
    draft = await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause("query:1"))
    clock.move(timedelta(days=7))
    await mind_drafts(bot)
    found = await bot.drafts.get(draft.code)
    assert (found.state, found.revision) == (State.EXPIRED, draft.revision + 1)
    with pytest.raises(UserError, match="draft-decided"):
        await bot.drafts.approve(draft.code, 1, ADMIN, Cause("query:2"))
    again = await bot.drafts.reopen(draft.code, ADMIN, Cause("query:3"))
    assert again.expire_at == clock.now() + timedelta(days=7)


async def test_where_there_is_no_reminder_and_no_expiry_a_draft_waits_for_ever(bot: Bot, clock: StillClock) -> None:
    for name in ("draft_reminder", "draft_expiry"):
        await bot.services.settings.put(name, 0, by=OWNER, cause=Cause(f"query:{name}"))
    await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause("query:1"))
    clock.move(timedelta(days=1000))
    assert await mind_drafts(bot) is None
    assert not bot.said
    assert await bot.drafts.counts() == {State.PENDING: 1}
