"""Who has premium, until when: each gift once, and a word a day before the end."""

from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services.audit import AuditLog
from services.errors import UserError
from services.premium import PremiumService, reminder
from tests.database.mongo import StillClock
from tests.services.channel import OWNER

ANN, BOB = 11, 12
DAY = timedelta(days=1)


@pytest.fixture
def premium(bot: BotDatabase, clock: StillClock) -> PremiumService:
    return PremiumService(bot.premiums, AuditLog(bot), clock)


async def test_a_gift_counts_once_and_adds_to_what_is_left(premium: PremiumService, clock: StillClock) -> None:
    began = clock.now()
    for _ in range(3):
        assert await premium.give(ANN, 10 * DAY, by=OWNER, cause=Cause("one")) == began + 10 * DAY
    clock.move(4 * DAY)
    assert await premium.give(ANN, DAY, by=OWNER, cause=Cause("two")) == began + 11 * DAY
    clock.move(7 * DAY)
    assert await premium.until(ANN) is None
    assert await premium.give(ANN, DAY, by=OWNER, cause=Cause("three")) == clock.now() + DAY


async def test_what_was_taken_stays_taken_though_the_gift_comes_again(
    premium: PremiumService, clock: StillClock, bot: BotDatabase
) -> None:
    await premium.give(ANN, 10 * DAY, by=OWNER, cause=Cause("one"))
    for _ in range(2):
        await premium.take(ANN, by=OWNER, cause=Cause("two"))
    assert await premium.give(ANN, 10 * DAY, by=OWNER, cause=Cause("one")) is None
    assert await premium.until(ANN) is None
    assert await premium.page(0, 10) == []
    await premium.give(ANN, DAY, by=OWNER, cause=Cause("three"))
    await premium.take(ANN, by=OWNER, cause=Cause("two"))
    assert await premium.until(ANN) == clock.now() + DAY, "a replay takes nothing that was given since"
    await premium.take(BOB, by=OWNER, cause=Cause("four"))
    assert await bot.audit.count() == 3


async def test_the_list_has_the_first_to_end_first(premium: PremiumService, clock: StillClock) -> None:
    for number, days in enumerate((3, 1, 2)):
        await premium.give(100 + number, days * DAY, by=OWNER, cause=Cause(f"{number}"))
    assert [each.user_id for each in await premium.page(0, 2)] == [101, 102]
    assert [each.user_id for each in await premium.page(2, 2)] == [100]
    clock.move(DAY)
    assert [each.user_id for each in await premium.page(0, 5)] == [102, 100]


async def test_a_reader_is_told_once_a_day_before_the_end(premium: PremiumService, clock: StillClock) -> None:
    await premium.give(ANN, 3 * DAY, by=OWNER, cause=Cause("one"))
    await premium.give(BOB, timedelta(hours=20), by=OWNER, cause=Cause("two"))
    assert await premium.to_remind() == [], "who got it for less than a day was just told"
    clock.move(2 * DAY)
    [due] = await premium.to_remind()
    assert due.user_id == ANN
    await premium.reminded(due)
    assert await premium.to_remind() == []
    await premium.give(ANN, 3 * DAY, by=OWNER, cause=Cause("three"))
    assert await premium.to_remind() == []
    clock.move(3 * DAY)
    [again] = await premium.to_remind()
    assert reminder(again) != reminder(due)
    clock.move(DAY)
    assert await premium.to_remind() == [], "it is over"


@pytest.mark.parametrize(("words", "lasts"), [("30 days", 30 * DAY), ("2 недели", 14 * DAY), ("1 kun", DAY)])
def test_times_are_read(premium: PremiumService, words: str, lasts: timedelta) -> None:
    assert premium.time_in(words) == lasts


@pytest.mark.parametrize("words", ["", "30", "soon", "10 sec", "99999 days", "999999999 weeks"])
def test_other_times_are_refused(premium: PremiumService, words: str) -> None:
    with pytest.raises(UserError, match="premium-time"):
        premium.time_in(words)
