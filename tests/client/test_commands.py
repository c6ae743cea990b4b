"""Who sees which commands, told to Telegram when they change and not otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import PeerIdInvalid

from client.commands import announce
from services.errors import TryLater
from tests.client.virtual import elapsed, virtual

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Settings:
    """What was announced before."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def get(self, name: str, default: Any = None) -> Any:
        return self.kept.get(name, default)

    async def put(self, name: str, value: Any, by: int, now: datetime) -> None:
        assert now == NOW
        self.kept[name] = value


class Bot:
    """Remembers what Telegram was told."""

    def __init__(self, strangers: tuple[int, ...] = ()) -> None:
        self.texts = SimpleNamespace(languages={"en": "English", "ru": "Russian"})
        self.clock = SimpleNamespace(now=lambda: NOW)
        self.strangers = strangers
        self.told: list[tuple[Any, str, list[str]]] = []
        self.waits: list[float] = []

    async def resolve_peer(self, person: int) -> Any:
        if person in self.strangers:
            raise PeerIdInvalid
        return raw.types.InputPeerUser(user_id=person, access_hash=1)

    async def invoke(self, query: Any) -> bool:
        if self.waits:
            raise TryLater(self.waits.pop(0), "a flood wait")
        peer = getattr(query.scope, "peer", None)
        self.told.append((peer and peer.user_id, query.lang_code, [each.command for each in query.commands]))
        return True


def commands_for(role: str, texts: Any, language: str) -> list[tuple[str, str]]:
    names = {"reader": ["start"], "admin": ["start", "genlink"], "owner": ["start", "genlink", "settings"]}[role]
    return [(name, f"{name} in {language}") for name in names]


PEOPLE = [(1, "owner"), (2, "admin")]


async def tell(bot: Bot, settings: Settings, commands: Any = commands_for, people: Any = PEOPLE) -> None:
    bot.told.clear()
    await announce(bot, commands, settings, people)  # type: ignore[arg-type]


@virtual
async def test_each_role_sees_its_own_commands_in_each_language() -> None:
    bot = Bot()
    await tell(bot, Settings())
    assert len(bot.told) == 3 * 3
    assert (None, "", ["start"]) in bot.told, "for languages that we do not speak"
    assert (None, "ru", ["start"]) in bot.told
    assert (1, "en", ["start", "genlink", "settings"]) in bot.told
    assert (2, "ru", ["start", "genlink"]) in bot.told


@virtual
async def test_what_was_told_is_not_told_again() -> None:
    bot, settings = Bot(), Settings()
    await tell(bot, settings)
    await tell(bot, settings)
    assert not bot.told


@virtual
async def test_what_changed_is_told_again() -> None:
    bot, settings = Bot(), Settings()
    await tell(bot, settings)

    def changed(role: str, texts: Any, language: str) -> list[tuple[str, str]]:
        extra = [("stop", "stop")] if (role, language) == ("admin", "ru") else []
        return commands_for(role, texts, language) + extra

    await tell(bot, settings, changed)
    assert bot.told == [(2, "ru", ["start", "genlink", "stop"])]
    await tell(bot, settings, changed, [(1, "owner"), (2, "owner")])
    assert [told[0] for told in bot.told] == [2, 2, 2], "somebody has another role now"


@virtual
async def test_somebody_who_has_not_started_the_bot_is_told_at_a_later_start() -> None:
    settings = Settings()
    await tell(Bot(strangers=(2,)), settings)
    bot = Bot()
    await tell(bot, settings)
    assert [told[0] for told in bot.told] == [2, 2, 2]


@pytest.mark.parametrize("wait", [5, 3600])
@virtual
async def test_a_wait_is_obeyed_and_the_rest_is_told_after_it(wait: float) -> None:
    bot = Bot()
    bot.waits = [wait]
    began = elapsed()
    await tell(bot, Settings())
    assert len(bot.told) == 9
    assert elapsed() - began >= wait
