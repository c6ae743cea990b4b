"""Marks are kept by name, apart from the owner's settings and from other bots' marks."""

from database.bots import BotDatabase


async def test_a_mark_is_kept_until_it_is_set_anew(bot: BotDatabase, other_bot: BotDatabase) -> None:
    assert await bot.marks.get("commands") is None
    for mark in ("1", "2"):
        await bot.marks.put("commands", mark)
        assert await bot.marks.get("commands") == mark
    assert await other_bot.marks.get("commands") is None
    assert await bot.settings.all() == {}
