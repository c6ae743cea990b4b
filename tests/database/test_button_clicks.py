"""Each press is kept once, whoever else presses at the same time, and is found by button and person."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from database.bots import BotDatabase
from database.button_clicks import ButtonClick
from database.cause import Cause
from tests.database.mongo import NOW


def press(number: int, chat_id: int = 11, button: str = "joined") -> ButtonClick:
    return ButtonClick(chat_id, button, NOW + timedelta(minutes=number), Cause(f"query:{number}"))


async def test_a_press_counts_once_also_in_a_crowd(bot: BotDatabase, other_bot: BotDatabase) -> None:
    crowd = [press(number, chat_id=number % 7) for number in range(30)]
    assert all(await asyncio.gather(*(bot.button_clicks.record(each) for each in crowd)))
    again = await asyncio.gather(*(bot.button_clicks.record(each) for each in [*crowd, press(30)]))
    assert again == [False] * 30 + [True]
    assert await bot.button_clicks.by_button(NOW) == {"joined": 31}
    assert await other_bot.button_clicks.by_button(NOW) == {}


async def test_who_pressed_what_and_when(bot: BotDatabase) -> None:
    await bot.button_clicks.add([press(1), press(2, 12), press(20, 12), press(21, 13, "more")])
    assert await bot.button_clicks.of("joined", [11, 12, 13, 14]) == {11, 12}
    assert await bot.button_clicks.of("joined", [13]) == set()
    assert await bot.button_clicks.by_button(NOW + timedelta(minutes=2)) == {"joined": 2, "more": 1}
    assert await bot.button_clicks.totals() == {"joined": 3, "more": 1}
    minutes = [NOW + timedelta(minutes=each) for each in (0, 2, 20, 30)]
    by_span = [await bot.button_clicks.by_button(*span) for span in pairwise(minutes)]
    assert by_span == [{"joined": 1}, {"joined": 1}, {"joined": 1, "more": 1}]
