"""What is kept of people: names as they are now, the first payload, the language they chose."""

import asyncio
from datetime import timedelta

from database.bots import BotDatabase
from database.users import Profile, User
from tests.database.mongo import NOW

ANN = Profile(11, "ann", "Ann", None, "ru")
LATER = NOW + timedelta(hours=1)


async def test_a_newcomer_is_recorded(bot: BotDatabase) -> None:
    user = await bot.users.seen(ANN, NOW, "fabc")
    assert user == User(11, "ann", "Ann", None, "ru", None, "fabc", NOW, NOW, None)
    assert await bot.users.get(11) == user
    assert await bot.users.get(12) is None


async def test_who_comes_back_is_the_same_person_with_new_names(bot: BotDatabase) -> None:
    await bot.users.seen(ANN, NOW, "fabc")
    user = await bot.users.seen(Profile(11, None, "Anna", "B", "en"), LATER, "fother")
    assert user == User(11, None, "Anna", "B", "en", None, "fabc", NOW, LATER, None)
    assert await bot.users.count() == 1


async def test_the_first_payload_stays_even_if_it_came_second(bot: BotDatabase) -> None:
    await bot.users.seen(ANN, NOW)
    assert (await bot.users.seen(ANN, NOW, "ffirst")).start_payload == "ffirst"
    assert (await bot.users.seen(ANN, NOW, "fsecond")).start_payload == "ffirst"
    assert (await bot.users.seen(ANN, NOW)).start_payload == "ffirst"


async def test_a_replayed_update_does_not_set_the_time_back(bot: BotDatabase) -> None:
    await bot.users.seen(ANN, LATER)
    assert (await bot.users.seen(ANN, NOW)).last_seen == LATER


async def test_newcomers_at_once_are_one_person(bot: BotDatabase) -> None:
    users = await asyncio.gather(*(bot.users.seen(ANN, NOW, f"f{number}") for number in range(20)))
    assert len({user.start_payload for user in users}) == 1
    assert await bot.users.count() == 1


async def test_names_are_never_taken_for_instructions(bot: BotDatabase) -> None:
    tricky = Profile(11, "$owner", "$$ROOT", "$first_name", "$literal")
    user = await bot.users.seen(tricky, NOW, "$$NOW")
    assert (user.username, user.first_name, user.last_name) == ("$owner", "$$ROOT", "$first_name")
    assert (user.language_code, user.start_payload) == ("$literal", "$$NOW")


async def test_a_chosen_language_stays_until_it_is_given_up(bot: BotDatabase) -> None:
    await bot.users.seen(ANN, NOW)
    assert (await bot.users.set_language(11, "uz", NOW)).language == "uz"
    assert (await bot.users.seen(ANN, LATER)).language == "uz"
    assert (await bot.users.set_language(11, None, NOW)).language is None


async def test_a_language_may_be_chosen_before_anything_else(bot: BotDatabase) -> None:
    assert (await bot.users.set_language(12, "uz", NOW)).language == "uz"
    user = await bot.users.seen(Profile(12, "bob"), LATER)
    assert (user.language, user.username, user.first_seen) == ("uz", "bob", NOW)


async def test_blocking_is_remembered_from_its_first_time_until_they_write(bot: BotDatabase) -> None:
    await bot.users.mark(NOW, blocked=[11])
    assert await bot.users.get(11) is None  # a stranger is not recorded for that
    await bot.users.seen(ANN, NOW)
    await bot.users.mark(NOW, blocked=[11])
    await bot.users.mark(LATER, blocked=[11])
    blocked = await bot.users.get(11)
    assert blocked
    assert blocked.blocked_at == NOW
    assert (await bot.users.seen(ANN, LATER)).blocked_at is None
    await bot.users.mark(LATER, blocked=[11], gone=[11], unseen=LATER)
    seen = await bot.users.get(11)
    assert seen
    assert (seen.blocked_at, seen.gone_at) == (None, None), "they were seen since they were refused"
    await bot.users.mark(LATER, blocked=[11], gone=[11])
    assert await bot.users.count_gone() == 1
    await bot.users.unblocked(11, LATER)
    assert await bot.users.count_gone() == 0
    unblocked = await bot.users.get(11)
    assert unblocked
    assert unblocked.blocked_at is None


async def test_bots_do_not_share_people(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.users.seen(ANN, NOW)
    assert await other_bot.users.get(11) is None
    assert await other_bot.users.count() == 0
