"""What readers have of a broadcast goes at its time, or when somebody says so, or becomes something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.broadcast import Broadcast
from database.cause import Cause
from database.outgoing import Outgoing
from scheduler.broadcast_recalls import delete_due_broadcasts, go_over_broadcasts
from scheduler.jobs import delete_due_broadcast_messages
from services.broadcasts import BroadcastOptions, BroadcastState
from services.errors import NotThrough, TryLater, UserError
from services.jobs import JobReport
from services.posted import Posted
from services.refusals import Refusal
from tests.database.mongo import StillClock
from tests.scheduler import test_broadcasts as sending
from tests.scheduler.test_broadcasts import SECOND, Telegram, people
from tests.services.channel import OWNER

HOUR = timedelta(hours=1)
NEW = Outgoing(None, (), "new")


class Bot(sending.Bot):
    """One process, which deletes and edits as well."""

    def __init__(self, telegram: Telegram, room: BotDatabase, clock: StillClock, epoch: int = 1) -> None:
        super().__init__(telegram, room, clock, epoch)
        self.deletions: list[Sequence[int]] = []
        self.refuses: Callable[[int], Any] = lambda _: None
        self.edits: dict[int, str | None] = {}
        self.edited: Counter[int] = Counter()

    @property
    def left(self) -> set[int]:
        """The ids of messages that readers have."""
        return set(self.telegram.messages.values()) - {number for call in self.deletions for number in call}

    async def take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        refused = {number: why for number in message_ids if (why := self.refuses(number))}
        for why in refused.values():
            if isinstance(why, Exception):
                raise why
        self.deletions.append([number for number in message_ids if number not in refused])
        return refused

    async def post_edit(self, to: int, message_ids: Sequence[int], out: Outgoing) -> Posted:
        why = self.refuses(to)
        if isinstance(why, Exception):
            raise why
        if isinstance(why, Posted):
            return why
        self.edits[to] = out.html
        self.edited[to] += 1
        return Posted(tuple(message_ids))


@pytest.fixture
def bot(room: BotDatabase, clock: StillClock) -> Bot:
    return Bot(Telegram(), room, clock)


async def sent(bot: Bot, room: BotDatabase, count: int = 250, **options: Any) -> Broadcast:
    """A broadcast that so many readers have got."""
    await people(room, bot.clock, range(100, 100 + count))
    await bot.started(options=BroadcastOptions(**options))
    await bot.run()
    return await bot.state()


def move(bot: Bot, by: timedelta) -> None:
    clock: Any = bot.clock
    clock.move(by)


async def test_it_deletes_itself_at_its_time_in_few_calls_and_once(bot: Bot, room: BotDatabase) -> None:
    begun = bot.clock.now() + SECOND
    await sent(bot, room, delete_after=3600)
    assert await delete_due_broadcasts(bot) == begun + HOUR
    move(bot, HOUR - SECOND)
    assert await delete_due_broadcast_messages(bot) == JobReport()
    assert len(bot.left) == 250
    move(bot, SECOND)
    assert await delete_due_broadcast_messages(bot) == JobReport(deleted=250)
    assert (bot.left, len(bot.deletions)) == (set(), 3)
    assert await delete_due_broadcasts(bot) is None
    assert len(bot.deletions) == 3
    assert (await bot.state()).counts.deleted == 250


async def test_each_reader_keeps_it_as_long_as_the_others(bot: Bot, room: BotDatabase) -> None:
    def slowly(to: int) -> Posted | None:
        late = to >= 150 and bot.telegram.got[100] and not waited
        return Posted(refusal=Refusal.PASSING, after=600.0) if late else None

    waited: list[int] = []
    bot.telegram.before = slowly
    await sent(bot, room, 100, delete_after=3600)
    move(bot, timedelta(minutes=10))
    waited.append(1)
    assert await bot.run() is None
    move(bot, timedelta(minutes=50))
    assert await delete_due_broadcasts(bot) == bot.clock.now() + timedelta(minutes=10)
    assert len(bot.left) == 50
    move(bot, timedelta(minutes=10))
    assert await delete_due_broadcasts(bot) is None
    assert bot.left == set()
    assert (await bot.state()).counts.deleted == 100


async def test_what_has_to_wait_and_what_cannot_be_deleted_is_told_apart(bot: Bot, room: BotDatabase) -> None:
    await sent(bot, room, delete_after=3600)
    move(bot, HOUR)
    bot.refuses = lambda number: TryLater(60, "told to") if number == 120 else None
    with pytest.raises(TryLater):
        await delete_due_broadcasts(bot)
    assert bot.services.broadcasts.recalls.report() == JobReport(deleted=150, skipped=100)
    bot.refuses = lambda number: "MESSAGE_DELETE_FORBIDDEN" if number == 120 else None
    assert await delete_due_broadcast_messages(bot) == JobReport(deleted=99, failed=1)
    counts = (await bot.state()).counts
    assert (counts.deleted, counts.kept) == (249, 1)
    assert await delete_due_broadcasts(bot) is None


async def test_a_death_between_deleting_and_writing_it_down_harms_nothing(
    bot: Bot, room: BotDatabase, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(bot, room, delete_after=3600)
    move(bot, HOUR)

    async def die(*_: Any) -> bool:
        raise sending.Died

    with monkeypatch.context() as patch:
        patch.setattr(room.broadcast_chunks, "taken_back", die)
        with pytest.raises(sending.Died):
            await delete_due_broadcasts(bot)
    assert bot.left == set()
    again = Bot(bot.telegram, room, clock, 2)
    assert await delete_due_broadcast_messages(again) == JobReport(deleted=250)
    assert (await bot.state()).counts.deleted == 250


async def test_an_outage_of_two_days_leaves_what_is_too_old(bot: Bot, room: BotDatabase) -> None:
    await sent(bot, room, delete_after=47 * 3600)
    move(bot, timedelta(hours=48, minutes=2))
    assert await delete_due_broadcast_messages(bot) == JobReport(failed=250)
    assert bot.deletions == []
    assert (await bot.state()).counts.too_old == 250


async def test_all_of_it_is_deleted_when_somebody_says_so(bot: Bot, room: BotDatabase) -> None:
    done = await sent(bot, room)
    await bot.services.broadcasts.delete_everywhere(done.code, OWNER, Cause("query:delete"))
    await go_over_broadcasts(bot)
    assert bot.left == set()
    assert len(bot.deletions) == 3
    over = await bot.state()
    assert (over.counts.deleted, over.last_pass and over.last_pass.over) == (250, True)
    await go_over_broadcasts(bot)
    assert len(bot.deletions) == 3


async def test_what_is_being_sent_is_stopped_and_deleted(bot: Bot, room: BotDatabase) -> None:
    def strike(_: int) -> None:
        if len(bot.telegram.got) >= 100:
            raise TryLater(60, "told to")

    bot.telegram.before = strike
    running = await sent(bot, room)
    assert running.state is BroadcastState.RUNNING
    cancelled = await bot.services.broadcasts.delete_everywhere(running.code, OWNER, Cause("query:delete"))
    assert cancelled.state is BroadcastState.CANCELLED
    bot.services.broadcasts.work.in_hand.add(running.code)
    assert await go_over_broadcasts(bot), "what was sent last is not written down yet"
    assert bot.deletions == []
    bot.services.broadcasts.work.in_hand.clear()
    await go_over_broadcasts(bot)
    assert bot.left == set()
    assert (await bot.state()).counts.deleted == len(bot.telegram.got)


async def test_what_is_older_than_two_days_is_refused_at_once(bot: Bot, room: BotDatabase) -> None:
    done = await sent(bot, room, 10)
    move(bot, timedelta(hours=48, minutes=1))
    with pytest.raises(UserError, match="broadcast-too-old"):
        await bot.services.broadcasts.delete_everywhere(done.code, OWNER, Cause("query:delete"))


async def test_everybody_gets_the_new_text_and_who_comes_later_gets_nothing_else(bot: Bot, room: BotDatabase) -> None:
    def strike(_: int) -> None:
        if len(bot.telegram.got) >= 100:
            raise TryLater(60, "told to")

    bot.telegram.before = strike
    running = await sent(bot, room)
    await bot.services.broadcasts.edit_everywhere(running.code, OWNER, Cause("query:edit"), NEW)
    await go_over_broadcasts(bot)
    assert bot.edits == {}, "not while it is sent"
    await bot.services.broadcasts.pause(running.code, OWNER, Cause("query:pause"))
    before = set(bot.telegram.got)
    await go_over_broadcasts(bot)
    assert bot.edits == dict.fromkeys(before, "new")
    await bot.services.broadcasts.resume(running.code, OWNER, Cause("query:resume"))
    bot.telegram.before = lambda _: None
    move(bot, timedelta(minutes=1))
    await bot.run()
    await go_over_broadcasts(bot)
    later = set(bot.telegram.got) - before
    assert {bot.telegram.texts[reader] for reader in later} == {"new"}
    done = await bot.state()
    assert (done.state, done.counts.edited, done.last_pass and done.last_pass.over) == (BroadcastState.DONE, 250, True)


async def test_edits_that_wait_come_again_and_those_that_fail_are_counted(bot: Bot, room: BotDatabase) -> None:
    done = await sent(bot, room)
    waits = Posted(refusal=Refusal.PASSING, after=600.0)
    gone = Posted(refusal=Refusal.CONTENT, reason="MESSAGE_ID_INVALID")
    bot.refuses = {101: waits, 102: gone, 103: NotThrough(5, "this one")}.get
    await bot.services.broadcasts.edit_everywhere(done.code, OWNER, Cause("query:edit"), NEW)
    await go_over_broadcasts(bot)
    assert len(bot.edits) == 247
    bot.refuses = lambda _: None
    await go_over_broadcasts(bot)
    assert 101 not in bot.edits, "not before its time"
    move(bot, timedelta(minutes=10))
    await go_over_broadcasts(bot)
    counts = (await bot.state()).counts
    assert (counts.edited, counts.unedited) == (248, 2)
    assert max(bot.edited.values()) == 1
    other = Outgoing(None, (), "newest")
    await bot.services.broadcasts.edit_everywhere(done.code, OWNER, Cause("query:again"), other)
    await go_over_broadcasts(bot)
    assert set(bot.edits.values()) == {"newest"}
    assert (await bot.state()).counts.edited == 250


async def test_an_edit_goes_on_where_it_was(bot: Bot, room: BotDatabase, clock: StillClock) -> None:
    done = await sent(bot, room)
    bot.refuses = lambda _: TryLater(60, "told to") if len(bot.edits) >= 100 else None
    await bot.services.broadcasts.edit_everywhere(done.code, OWNER, Cause("query:edit"), NEW)
    with pytest.raises(TryLater):
        await go_over_broadcasts(bot)
    again = Bot(bot.telegram, room, clock, 2)
    await go_over_broadcasts(again)
    assert bot.edits.keys() | again.edits.keys() == set(range(100, 350))
    assert len(again.edits) <= 250 - 96
    assert (await bot.state()).counts.edited == 250
