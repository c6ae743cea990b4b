"""What /timezone offers: zones that there are, named as the reader's language does, and the one in use marked."""

from __future__ import annotations

from typing import Any

import pytest

from client.keyboard import DATA
from database.connection import Database
from locales.texts import LANGUAGES, Texts
from plugins.timezone import COMMON, buttons, press_zone, timezone
from services.errors import UserError
from services.times import zone_called
from tests.database.mongo import StillClock, bot_of
from tests.plugins.messages import READER, message, query
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services

TEXTS = Texts.load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_zones_that_there_are_are_offered_by_their_cities(language: str) -> None:
    cities = {zone: TEXTS.city(language, zone) for zone in COMMON}
    assert [zone_called(zone) for zone in COMMON] == list(COMMON)
    if language == "ru":
        assert all(city[0] >= "А" for city in cities.values()), "no city is left in Latin letters"
    offered = [button for row in buttons(cities, "Asia/Tashkent") for button in row]
    assert all(len((button.data or "").encode()) <= DATA for button in offered)
    marked = [button.render(TEXTS, language).text for button in offered if button.key == "button-chosen"]
    assert marked == [f"✓ {cities['Asia/Tashkent']}"]


async def test_a_zone_is_chosen_by_its_name_or_a_button_and_given_up_again(database: Database) -> None:
    house: Any = Speaker(make_services(bot_of(database, 777), StillClock(), Channel(), timezone="Europe/London"))
    house.texts, house.clock = TEXTS, StillClock()

    async def language_of(_: Any) -> str:
        return "en"

    async def chosen() -> str | None:
        user = await house.services.users.get(READER)
        return user.timezone if user else None

    house.language_of = language_of
    await timezone(house, message(READER, text="/timezone asia/samarkand"))
    assert await chosen() == "Asia/Samarkand"
    with pytest.raises(UserError, match="setting-timezone-wrong"):
        await timezone(house, message(READER, text="/timezone Nowhere/Else"))
    await press_zone(house, query("timezone:Europe/Moscow", READER))
    assert await chosen() == "Europe/Moscow"
    await press_zone(house, query("timezone", READER))
    assert await chosen() is None
    assert house.said == ["timezone", "edit timezone", "edit timezone"]
