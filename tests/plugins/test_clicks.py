"""Each press is recorded once under its button's name, whatever a person's program makes of it, and is answered."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import ContinuePropagation

import plugins.language
from database.bots import BotDatabase
from database.cause import Cause
from database.sequences import Plan, Step, StepButton
from plugins.clicks import note_press, press_click
from services.errors import UserError
from services.registry import Services
from tests.database.mongo import NOW, StillClock
from tests.plugins.messages import OWNER, READER, query
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services

LANGUAGE = plugins.language.__name__  # its button is known because it is imported


class Bot(Speaker):
    """A bot that remembers its answers to presses."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.sender: Any = self

    async def answer_query(self, _: int, text: str | None, **__: Any) -> None:
        self.said.append(str(text))


@pytest.fixture
def bot(room: BotDatabase) -> Any:
    return Bot(make_services(room, StillClock(), Channel()))


@pytest.mark.parametrize(
    ("data", "button"),
    [
        ("language:ru", "language"),
        ("click:more", "more"),
        ("click:No Name", "click"),
        ("nonsense:5", "unknown"),
        ("", "unknown"),
        ("x" * 64, "unknown"),
    ],
)
async def test_a_press_is_recorded_once_under_its_name(bot: Any, room: BotDatabase, data: str, button: str) -> None:
    for _ in range(2):
        with pytest.raises(ContinuePropagation):
            await note_press(bot, query(data, READER))
    assert await room.button_clicks.by_button(NOW) == {button: 1}
    assert await room.button_clicks.of(button, [READER]) == {READER}


async def test_what_a_press_of_i_joined_counts_for_is_recorded_elsewhere(bot: Any, room: BotDatabase) -> None:
    with pytest.raises(ContinuePropagation):
        await note_press(bot, query("click:joined", READER))
    assert await room.button_clicks.by_button(NOW) == {}


async def test_a_press_is_answered_with_what_the_owner_wrote_or_that_it_is_noted(bot: Any) -> None:
    buttons = ((StepButton("More", click="more", answer="There you are!"),),)
    plan = Plan("welcome", (Step("one", 0, html="x", buttons=buttons),))
    await bot.services.sequences.save(plan, OWNER, Cause("save"))
    await press_click(bot, query("click:more", READER))
    await press_click(bot, query("click:other", READER))
    with pytest.raises(UserError, match="button-stale"):
        await press_click(bot, query("click:No Name", READER))
    assert bot.said == ["There you are!", "toast click-noted"]
