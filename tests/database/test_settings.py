"""What was changed in the chat wins, and who changed it is written down."""

from datetime import timedelta

from database.bots import BotDatabase
from database.settings import Change
from tests.database.mongo import NOW

LATER = NOW + timedelta(hours=1)


async def test_a_setting_that_was_never_changed_is_not_there(bot: BotDatabase) -> None:
    assert await bot.settings.all() == {}
    assert await bot.settings.changes("protect_content") == []


async def test_a_changed_setting_has_its_value_and_its_history(bot: BotDatabase) -> None:
    await bot.settings.put("caption_template", "{caption}", 1, NOW)
    await bot.settings.put("caption_template", None, 2, LATER)
    assert await bot.settings.all() == {"caption_template": None}
    assert await bot.settings.changes("caption_template") == [
        Change("caption_template", 1, NOW, None, "{caption}"),
        Change("caption_template", 2, LATER, "{caption}", None),
    ]


async def test_the_same_value_again_is_no_change(bot: BotDatabase) -> None:
    await bot.settings.put("x", None, 1, NOW)
    await bot.settings.put("x", None, 1, LATER)
    await bot.settings.put("y", value=False, by=1, now=NOW)
    await bot.settings.put("y", value=False, by=1, now=LATER)
    assert len(await bot.settings.changes("x")) == 1
    assert len(await bot.settings.changes("y")) == 1
    assert await bot.settings.all() == {"x": None, "y": False}


async def test_values_are_never_taken_for_instructions(bot: BotDatabase) -> None:
    for value in ("$owner", "$$NOW", {"$set": {"a": 1}}, {"all en": "5", "$x": [1, "$y"]}):
        await bot.settings.put("greeting", value, 1, NOW)
        assert await bot.settings.all() == {"greeting": value}


async def test_the_history_has_an_end(bot: BotDatabase) -> None:
    for number in range(203):
        await bot.settings.put("x", number, 1, NOW)
    changes = await bot.settings.changes("x")
    assert [change.new for change in changes] == list(range(3, 203))


async def test_bots_have_settings_of_their_own(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.settings.put("x", 1, 1, NOW)
    assert await other_bot.settings.all() == {}
