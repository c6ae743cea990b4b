"""What was changed in the chat wins, and who changed it is handed to the log."""

import asyncio
from datetime import timedelta
from typing import Any

from database.audit import Change
from database.bots import BotDatabase
from database.cause import Cause
from tests.database.mongo import NOW

LATER = NOW + timedelta(hours=1)


def cause(number: int) -> Cause:
    return Cause(f"query:{number}")


def change(number: int, by: int, old: object, new: object, name: str = "x") -> Change:
    return Change("setting", name, by, NOW, cause(number), old, new)


async def test_a_setting_that_was_never_changed_is_not_there(bot: BotDatabase) -> None:
    assert await bot.settings.all() == {}
    assert await bot.settings.unlogged() == []


async def test_a_changed_setting_has_its_value_and_its_history(bot: BotDatabase) -> None:
    await bot.settings.put("x", "{caption}", 1, NOW, cause=cause(1), first="{filename}")
    await bot.settings.put("x", None, 2, NOW, cause=cause(2), first="{filename}")
    assert await bot.settings.all() == {"x": None}
    assert await bot.settings.unlogged() == [change(1, 1, "{filename}", "{caption}"), change(2, 2, "{caption}", None)]
    await bot.settings.logged(change(1, 1, "{filename}", "{caption}"))
    assert await bot.settings.unlogged() == [change(2, 2, "{caption}", None)]


async def test_a_setting_that_is_reset_has_no_value_of_its_own(bot: BotDatabase) -> None:
    await bot.settings.put("x", 5, 1, NOW, cause=cause(1), first=3)
    await bot.settings.reset("x", 2, NOW, cause=cause(2), first=3)
    assert await bot.settings.all() == {}
    assert (await bot.settings.unlogged())[1:] == [change(2, 2, 5, 3)]
    await bot.settings.reset("never set", 2, NOW, cause=cause(3), first=3)
    assert len(await bot.settings.unlogged()) == 2


async def test_the_value_it_has_already_is_no_change_and_is_kept_all_the_same(bot: BotDatabase) -> None:
    await bot.settings.put("x", None, 1, NOW, cause=cause(1))
    await bot.settings.put("y", value=False, by=1, now=NOW, cause=cause(2), first=False)
    await bot.settings.put("y", value=False, by=1, now=LATER, cause=cause(3), first=True)
    assert await bot.settings.unlogged() == []
    assert await bot.settings.all() == {"x": None, "y": False}


async def test_a_replay_does_not_undo_what_was_changed_since(bot: BotDatabase) -> None:
    await bot.settings.put("x", 1, 1, NOW, cause=cause(1))
    await bot.settings.put("x", 2, 2, NOW, cause=cause(2))
    await bot.settings.put("x", 1, 1, NOW, cause=cause(1))
    await bot.settings.reset("y", 1, NOW, cause=cause(3))
    await bot.settings.put("y", 5, 1, NOW, cause=cause(4))
    await bot.settings.reset("y", 1, NOW, cause=cause(3))
    assert await bot.settings.all() == {"x": 2, "y": 5}
    assert len(await bot.settings.unlogged()) == 3


async def test_items_are_chosen_by_many_at_once_and_none_is_lost(bot: BotDatabase) -> None:
    async def choose(number: int, item: str, *, chosen: bool) -> None:
        await bot.settings.choose(
            "x", item, 1, NOW, chosen=chosen, cause=cause(number), first=["video", "audio", "photo"]
        )

    await asyncio.gather(choose(1, "video", chosen=False), choose(2, "voice", chosen=True), choose(3, "x", chosen=True))
    assert sorted((await bot.settings.all())["x"]) == ["audio", "photo", "voice", "x"]
    logged = len(await bot.settings.unlogged())
    await choose(4, "x", chosen=True)
    await choose(5, "video", chosen=False)
    await choose(1, "audio", chosen=False)
    assert sorted((await bot.settings.all())["x"]) == ["audio", "photo", "voice", "x"]
    assert len(await bot.settings.unlogged()) == logged == 3


async def test_values_are_never_taken_for_instructions(bot: BotDatabase) -> None:
    values: list[Any] = ["$owner", "$$NOW", {"$set": {"a": 1}}, {"all en": "5", "$x": [1, "$y"]}]
    for number, value in enumerate(values):
        await bot.settings.put("greeting", value, 1, NOW, cause=cause(number), first="$name")
        assert await bot.settings.all() == {"greeting": value}
    assert [each.new for each in await bot.settings.unlogged()] == values
    await bot.settings.choose("chosen", "$a", 1, NOW, chosen=True, cause=cause(9), first=["$b"])
    assert (await bot.settings.all())["chosen"] == ["$b", "$a"]


async def test_what_waits_for_the_log_has_an_end(bot: BotDatabase) -> None:
    for number in range(103):
        await bot.settings.put("x", number, 1, NOW, cause=cause(number))
    assert [each.new for each in await bot.settings.unlogged()] == list(range(3, 103))


async def test_bots_have_settings_of_their_own(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.settings.put("x", 1, 1, NOW, cause=cause(1))
    assert await other_bot.settings.all() == {}
    assert await other_bot.settings.unlogged() == []
