"""People are recorded without a query per update, and spoken to in the language that they chose."""

from datetime import timedelta

from database.bots import BotDatabase
from database.users import Profile
from services.registry import Services
from tests.database.mongo import StillClock, cut_at_write

ANN = Profile(11, "ann", "Ann", None, "ru-RU")
NEVER = 10**6


async def test_an_update_of_somebody_just_seen_writes_nothing(services: Services, clock: StillClock) -> None:
    with cut_at_write(NEVER, applied=False) as writes:
        first = await services.users.seen(ANN)
        clock.move(timedelta(seconds=59))
        assert await services.users.seen(ANN) == first
        assert len(writes) == 1
        clock.move(timedelta(seconds=1))
        assert (await services.users.seen(ANN)).last_seen == clock.now()
        assert len(writes) == 2


async def test_what_is_new_is_written_at_once(services: Services, bot: BotDatabase) -> None:
    await services.users.seen(ANN)
    await services.users.seen(Profile(11, "anna", "Ann", None, "ru-RU"))
    assert (await services.users.seen(ANN, "fabc")).start_payload == "fabc"
    assert (await services.users.seen(ANN, "fother")).start_payload == "fabc"
    await services.users.mark_blocked(11)
    assert (await services.users.seen(ANN)).blocked_at is None
    stored = await bot.users.get(11)
    assert stored
    assert (stored.username, stored.start_payload, stored.blocked_at) == ("ann", "fabc", None)


async def test_only_what_a_deep_link_can_carry_is_recorded_of_a_start(services: Services) -> None:
    for words in ("x" * 65, "two words", "é", "", "fabc\n"):
        assert (await services.users.seen(ANN, words)).start_payload is None
    assert (await services.users.seen(ANN, "x" * 64)).start_payload == "x" * 64


async def test_the_language_is_the_chosen_one_or_telegrams(services: Services) -> None:
    assert await services.users.language_of(11, "ru-RU") == "ru"
    assert await services.users.language_of(11, None) == "en"
    await services.users.seen(ANN)
    assert await services.users.language_of(11, None) == "ru"
    await services.users.choose_language(11, "uz")
    assert await services.users.language_of(11, "ru-RU") == "uz"
    assert (await services.users.seen(ANN)).language == "uz"
    await services.users.choose_language(11, None)
    assert await services.users.language_of(11, "de") == "de"


async def test_what_another_process_wrote_is_seen_within_a_minute(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await services.users.seen(ANN)
    await bot.users.set_language(11, "uz", clock.now())
    assert await services.users.language_of(11, "ru") == "ru"
    clock.move(timedelta(seconds=60))
    assert await services.users.language_of(11, "ru") == "uz"
