"""Where drafts may go: what the owner names, what is chosen for every draft, and what the bot may not write to."""

from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.users import Profile
from services.errors import TryLater, UserError
from services.registry import Services
from services.targets import MOST, SIGHT, TargetFacts, TargetKind
from tests.database.mongo import StillClock

OWNER, ANN = 1, 11
NEWS, CLUB = -1001000000001, -1001000000002


class Telegram:
    """Chats as Telegram would show them; what it does not have is nobody's."""

    def __init__(self) -> None:
        self.chats = {
            NEWS: TargetFacts(NEWS, "News", TargetKind.CHANNEL, "The_News"),
            CLUB: TargetFacts(CLUB, "Club", TargetKind.GROUP, refusal="target-no-writing"),
            ANN: TargetFacts(ANN, "Ann", TargetKind.PRIVATE),
        }
        self.asked: list[int | str] = []
        self.trouble: Exception | None = None

    async def target_facts(self, name: int | str) -> TargetFacts | None:
        self.asked.append(name)
        if self.trouble:
            raise self.trouble
        if isinstance(name, int):
            return self.chats.get(name) or TargetFacts(name, "", TargetKind.CHANNEL, refusal="target-unseen")
        return next((each for each in self.chats.values() if (each.username or "").lower() == name.lower()), None)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


def cause(number: int) -> Cause:
    return Cause(f"message:1:{number}")


async def refusal_of(services: Services, telegram: Telegram, name: int | str) -> UserError:
    with pytest.raises(UserError) as refused:
        await services.targets.add(name, telegram, by=OWNER, cause=cause(99))
    return refused.value


async def test_the_first_target_is_chosen_for_every_draft_and_the_others_are_not(
    services: Services, telegram: Telegram, clock: StillClock
) -> None:
    first = await services.targets.add("https://t.me/the_news", telegram, by=OWNER, cause=cause(1))
    assert (first.chat, first.title, first.username, first.may_write) == (NEWS, "News", "The_News", True)
    clock.move(timedelta(seconds=1))
    second = await services.targets.add(CLUB, telegram, by=OWNER, cause=cause(2))
    assert not second.is_default
    assert not second.may_write
    assert second.reason == "target-no-writing"
    assert [each.chat for each in await services.targets.all()] == [NEWS, CLUB]
    assert [each.chat for each in await services.targets.defaults()] == [NEWS]


async def test_a_target_is_found_by_its_id_and_by_its_name_in_any_case(services: Services, telegram: Telegram) -> None:
    await services.targets.add(NEWS, telegram, by=OWNER, cause=cause(1))
    for name in (NEWS, str(NEWS), "@the_news", "THE_NEWS", "t.me/the_news"):
        found = await services.targets.find(name)
        assert found is not None
        assert found.chat == NEWS
    for name in (CLUB, "@club", "", "@", "not a name", "9" * 400):
        assert await services.targets.find(name) is None


async def test_what_cannot_be_named_or_seen_is_refused_with_what_to_do(services: Services, telegram: Telegram) -> None:
    assert (await refusal_of(services, telegram, "@nobody_here")).key == "target-unknown"
    assert (await refusal_of(services, telegram, "two words")).key == "target-unknown"
    unseen = await refusal_of(services, telegram, -1007)
    assert (unseen.key, unseen.args_) == ("target-unseen", {"title": "-1007"})
    assert await services.targets.all() == []


async def test_a_person_is_a_target_once_they_have_written_and_until_they_block(
    services: Services, telegram: Telegram
) -> None:
    stranger = await services.targets.add(ANN, telegram, by=OWNER, cause=cause(1))
    assert stranger.reason == "target-stranger"
    await services.users.seen(Profile(ANN, None, "Ann"))
    assert (await services.targets.refresh(ANN, telegram)).may_write
    await services.users.mark_blocked(ANN)
    assert (await services.targets.refresh(ANN, telegram)).reason == "target-blocked"


async def test_choosing_a_target_looks_at_it_anew(services: Services, telegram: Telegram) -> None:
    await services.targets.add(CLUB, telegram, by=OWNER, cause=cause(1))
    with pytest.raises(UserError, match="target-no-writing"):
        await services.targets.open_to(CLUB, telegram)
    telegram.chats[CLUB] = TargetFacts(CLUB, "Club", TargetKind.GROUP, lacks=("target-no-pin",))
    assert (await services.targets.open_to(CLUB, telegram)).lacks == ("target-no-pin",)
    with pytest.raises(UserError, match="target-none"):
        await services.targets.open_to(NEWS, telegram)


async def test_a_list_is_looked_at_anew_when_it_is_old_and_a_title_that_is_lost_stays(
    services: Services, telegram: Telegram, clock: StillClock
) -> None:
    await services.targets.add(NEWS, telegram, by=OWNER, cause=cause(1))
    del telegram.chats[NEWS]
    assert (await services.targets.fresh(telegram))[0].may_write
    clock.move(SIGHT)
    [lost] = await services.targets.fresh(telegram)
    assert (lost.title, lost.username, lost.reason) == ("News", "The_News", "target-unseen")


async def test_a_replay_changes_nothing(services: Services, telegram: Telegram, bot: BotDatabase) -> None:
    await services.targets.add(NEWS, telegram, by=OWNER, cause=cause(1))
    await services.targets.set_default(NEWS, default=False, by=OWNER, cause=cause(2))
    await services.targets.set_default(NEWS, default=True, by=OWNER, cause=cause(3))
    await services.targets.set_default(NEWS, default=False, by=OWNER, cause=cause(2))
    assert (await services.targets.get(NEWS)).is_default
    await services.targets.remove(NEWS, by=OWNER, cause=cause(4))
    with pytest.raises(UserError, match="target-none"):
        await services.targets.add(NEWS, telegram, by=OWNER, cause=cause(1))
    assert await services.targets.all() == []
    again = await services.targets.add(NEWS, telegram, by=OWNER, cause=cause(5))
    assert again.is_default
    assert [change.what for change in (await services.audit.page(0)).changes].count("target") == 3


async def test_there_is_an_end_to_how_many(services: Services, telegram: Telegram) -> None:
    for number in range(MOST):
        chat = -1002000000000 - number
        telegram.chats[chat] = TargetFacts(chat, str(number), TargetKind.CHANNEL)
        await services.targets.add(chat, telegram, by=OWNER, cause=cause(number))
    assert (await refusal_of(services, telegram, NEWS)).key == "targets-many"
    await services.targets.add(-1002000000000, telegram, by=OWNER, cause=cause(98))  # one of them again


async def test_while_telegram_wants_us_to_wait_a_list_is_as_it_was_seen_and_nothing_is_chosen(
    services: Services, telegram: Telegram, clock: StillClock
) -> None:
    await services.targets.add(NEWS, telegram, by=OWNER, cause=cause(1))
    clock.move(SIGHT)
    telegram.trouble = TryLater(9, "x")
    assert [each.chat for each in await services.targets.fresh(telegram)] == [NEWS]
    with pytest.raises(TryLater):
        await services.targets.open_to(NEWS, telegram)
