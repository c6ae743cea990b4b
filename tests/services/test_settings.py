"""The environment gives first values; what is changed in the chat wins."""

from datetime import timedelta

from database.bots import BotDatabase
from services.registry import Services
from services.settings import Setting
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, STORAGE, Channel, make_services


async def test_the_chat_wins_over_the_environment(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    assert await services.settings.storage_chat() == STORAGE
    await services.settings.set_storage(-1006, by=OWNER)
    assert await services.settings.storage_chat() == -1006
    # Also after a restart with another environment, and where it was switched off.
    await services.settings.put(Setting.CAPTION, None, by=OWNER)
    again = make_services(bot, clock, channel, storage_chat=-1007, caption_template="{caption}", protect_content=True)
    options = await again.settings.current()
    assert (options.storage_chat, options.caption) == (-1006, None)
    assert options.protect_content is True


async def test_what_another_process_changed_is_seen_within_two_seconds(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    other = make_services(bot, clock, channel)
    assert (await services.settings.current()).protect_content is False
    await other.settings.put(Setting.PROTECT, value=True, by=OWNER)
    assert (await other.settings.current()).protect_content is True
    clock.move(timedelta(seconds=2))
    assert (await services.settings.current()).protect_content is True


async def test_a_setting_that_this_version_does_not_know_is_left_alone(services: Services, bot: BotDatabase) -> None:
    await bot.settings.put("announced_commands", {"all en": "5"}, 0, services.links._clock.now())
    assert (await services.settings.current()).storage_chat == STORAGE
