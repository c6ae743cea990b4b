"""The round in which the AI answers what waits; the owner hears once that it is away, and once that it is back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.reply_counts import ALL, Budget
from scheduler import replies as module
from scheduler.jobs import make_drafts
from scheduler.replies import AT_ONCE, SHOWN, AssistantWatch, answer_waiting, try_replies
from services.assistants import AssistantAway, Completion, Trouble
from services.errors import TryLater, UserError
from services.jobs import JobReport
from services.reply_work import TRIES
from tests.database.mongo import StillClock
from tests.services.channel import OWNER
from tests.services.test_replies import NOTHING, House, reply


class Bot:
    """A bot that remembers what it told the owner, once per cause as Telegram does."""

    def __init__(self, house: House) -> None:
        self.services, self.clock = house.services, house.clock
        self.lease = SimpleNamespace(epoch=1)
        self.said: dict[tuple[str, Cause], dict[str, object]] = {}
        self.refuses: Exception | None = None

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        self.said.setdefault((key, cause), args)
        return True

    async def tell_owner(self, key: str, *, cause: Cause, **args: object) -> None:
        self.said.setdefault((key, cause), args)

    async def told(self, _: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object) -> bool:
        assert (step, keyboard) == ("tried", None)
        if self.refuses:
            raise self.refuses
        self.said.setdefault((key, cause), args)
        return True

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.said]


@pytest.fixture
def house(room: BotDatabase, clock: StillClock) -> House:
    return House(room, clock)


async def a_round(bot: Any, house: House) -> JobReport:
    house.clock.move(timedelta(milliseconds=1))
    return await answer_waiting(bot)


async def test_a_round_reports_what_it_did(house: House) -> None:
    bot: Any = Bot(house)
    texts = {"Thanks": NOTHING, "Sure?": reply("Yes.", 99), "Unsure?": reply("Perhaps.", 10), "Odd": "no JSON"}
    house.model.says = lambda asked: texts[asked["messages"][0]]
    for person, text in enumerate(texts, start=100):
        await house.say(text, chat=person, person=person)
    assert await a_round(bot, house) == JobReport(sent=2, failed=1, skipped=1)
    assert await a_round(bot, house) == JobReport(failed=1), "what could not be used is tried again, the rest is done"
    assert bot.keys == []


async def test_several_are_asked_about_at_the_same_time_but_not_all(house: House) -> None:
    bot: Any = Bot(house)
    at_once, most, free = 0, 0, asyncio.Event()

    async def complete(_: str, __: str) -> Completion:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == AT_ONCE:
            free.set()
        await asyncio.wait_for(free.wait(), 60)
        at_once -= 1
        return Completion(reply("Yes."), 1, 1)

    house.model.complete = complete  # type: ignore[assignment,method-assign]  # one that takes its time
    for person in range(100, 100 + 2 * AT_ONCE):
        await house.say("Question", chat=person, person=person)
    assert await a_round(bot, house) == JobReport(sent=2 * AT_ONCE)
    assert most == AT_ONCE


async def test_nobody_else_is_asked_about_while_it_is_away(house: House) -> None:
    bot: Any = Bot(house)
    house.model.says = lambda _: AssistantAway(Trouble.SILENT, "no answer in time")
    for person in range(100, 120):
        await house.say("Question", chat=person, person=person)
    assert await a_round(bot, house) == JobReport()
    assert len(house.model.asked) <= AT_ONCE
    assert (await house.replies.overview()).waiting == 20


async def test_one_that_nobody_foresaw_stops_no_other(house: House) -> None:
    bot: Any = Bot(house)
    house.model.says = lambda asked: RuntimeError("odd") if asked["messages"] == ["Odd"] else reply("Yes.")
    for person, text in enumerate(("Odd", "One", "Two", "Three"), start=100):
        await house.say(text, chat=person, person=person)
    with pytest.raises(RuntimeError):
        await a_round(bot, house)
    assert len(await house.drafts()) == 3
    assert (await house.replies.overview()).waiting == 1


async def test_a_round_that_takes_too_long_leaves_the_rest_to_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot: Any = Bot(house)
    await house.say("Question")
    monkeypatch.setattr(module, "ROUND", -1.0)
    assert await a_round(bot, house) == JobReport()
    assert house.model.asked == []


async def test_the_owner_hears_of_what_nobody_answers_and_of_a_budget_that_is_used_up(
    room: BotDatabase, clock: StillClock
) -> None:
    house = House(room, clock, reply_calls=TRIES)
    bot: Any = Bot(house)
    house.model.says = lambda _: "no JSON"
    await house.say("Question")
    for _ in range(TRIES):
        assert await a_round(bot, house) == JobReport(failed=1)
    assert bot.keys == ["replies-given-up"]
    await house.say("Another", chat=12, person=12)
    await a_round(bot, house)
    assert bot.keys == ["replies-given-up", "replies-all-spent"]


async def look(watch: AssistantWatch) -> None:
    """Let it take all the steps that there are."""
    while await watch.look() is not None:
        pass


async def test_the_owner_hears_once_that_it_is_away_and_once_that_it_is_back_through_restarts(house: House) -> None:
    bot: Any = Bot(house)
    house.model.says = lambda _: AssistantAway(Trouble.KEY, "HTTP 401")
    await house.say("Question")
    for _ in range(3):
        await a_round(bot, house)
        assert house.replies.judged.is_set()
        await look(AssistantWatch(bot, house.bot.marks))
        house.clock.move(timedelta(minutes=20))
    assert list(bot.said.values()) == [{"why": "key"}]

    after = House(house.bot, house.clock)  # another process, which has not asked yet
    later: Any = Bot(after)
    await look(AssistantWatch(later, after.bot.marks))
    assert later.keys == []
    assert await a_round(later, after) == JobReport(sent=1)
    for _ in range(2):
        await look(AssistantWatch(later, after.bot.marks))
    [(key, args)] = [(key, args) for (key, _), args in later.said.items()]
    assert (key, args) == ("replies-back", {"seconds": 3600})

    after.model.says = lambda _: AssistantAway(Trouble.SERVER, "HTTP 500")
    await after.say("Question", number=2)
    await a_round(later, after)
    await look(AssistantWatch(later, after.bot.marks))
    assert later.keys == ["replies-back", "replies-away"], "the next time is another one"


async def test_a_crash_between_telling_and_noting_it_tells_nothing_twice(house: House) -> None:
    bot: Any = Bot(house)
    house.model.says = lambda _: AssistantAway(Trouble.LIMIT, "HTTP 429")
    await house.say("Question")
    await a_round(bot, house)
    watch = AssistantWatch(bot, house.bot.marks)
    await watch.look()
    before = await house.bot.marks.get(module.MARK)
    assert before
    await watch.look()
    await house.bot.marks.put(module.MARK, before)
    house.clock.move(timedelta(minutes=1))
    await look(AssistantWatch(bot, house.bot.marks))
    assert bot.keys == ["replies-away"]


@pytest.mark.parametrize(
    ("said", "key", "args"),
    [
        (reply("It's <10> & more.", 70), "replies-tried", {"excerpt": "It's &lt;10&gt; &amp; more.", "confidence": 70}),
        (reply("😀" * 2000), "replies-tried", {"excerpt": "😀" * (SHOWN // 2 - 1) + "…", "confidence": 90}),
        (NOTHING, "replies-tried-nothing", {}),
        ("no JSON", "replies-tried-failed", {"why": "unusable"}),
        (AssistantAway(Trouble.KEY, "HTTP 401"), "replies-tried-failed", {"why": "key"}),
    ],
)
async def test_the_owner_tries_it_on_a_text_and_nothing_goes_out(
    house: House, said: str | Exception, key: str, args: dict[str, object]
) -> None:
    bot: Any = Bot(house)
    house.model.says = lambda _: said
    trials = house.replies.trials
    for _ in range(2):
        await trials.ask("How much is it?", to=OWNER, cause=Cause("message:1:1"))
    assert trials.came.is_set()
    bot.refuses = TryLater(6, "must wait")
    with pytest.raises(TryLater):
        await try_replies(bot)
    house.clock.move(timedelta(seconds=6))
    bot.refuses = None
    assert await try_replies(bot) == house.clock.now()
    assert await try_replies(bot) is None, "it is asked and told once"
    assert bot.said == {(key, Cause("message:1:1")): args}
    assert [asked["messages"] for asked in house.model.asked] == [["How much is it?"]]
    assert await house.drafts() == []
    assert (await house.replies.overview()).today.calls == (0 if isinstance(said, Exception) else 1)


async def test_a_trial_is_of_the_days_budget_and_needs_a_text(room: BotDatabase, clock: StillClock) -> None:
    house = House(room, clock, reply_calls=1)
    bot: Any = Bot(house)
    for number in range(2):
        await house.replies.trials.ask("How much is it?", to=OWNER, cause=Cause(f"message:1:{number}"))
        await try_replies(bot)
    assert bot.keys == ["replies-tried", "replies-tried-failed"]
    with pytest.raises(UserError) as caught:
        await house.replies.trials.ask(" ", to=OWNER, cause=Cause("message:1:9"))
    assert caught.value.key == "replies-try-text"


async def test_the_cycle_tries_again_what_waits_to_be_published_too(house: House) -> None:
    bot: Any = Bot(house)
    tried = []

    async def retry_waiting() -> int:
        tried.append(1)
        return 1

    house.services.drafts.work.retry_waiting = retry_waiting  # type: ignore[method-assign]  # only whether it is asked
    await house.say("Question")
    house.clock.move(timedelta(milliseconds=1))
    assert await make_drafts(bot) == JobReport(sent=1)
    assert tried == [1]


async def test_calls_at_the_same_moment_are_counted_though_they_are_the_days_first(house: House) -> None:
    counts, budget = house.bot.reply_counts, Budget(30, 1_000)
    for number in range(300):
        calls = (counts.spend(f"day {number}", ALL, budget, house.clock.now()) for _ in range(AT_ONCE))
        assert all(await asyncio.gather(*calls))
