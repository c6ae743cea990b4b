"""Who sees which commands, told to Telegram when they change and not otherwise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect
from pyrogram import raw
from pyrogram.errors import PeerIdInvalid

from client.commands import Announcer
from services.access import Rank, Role
from services.errors import TryLater


class Marks:
    """What was announced before."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.away = False

    async def get(self, name: str) -> str | None:
        if self.away:
            raise AutoReconnect("gone")
        return self.kept.get(name)

    async def put(self, name: str, mark: str) -> None:
        self.kept[name] = mark


class Bot:
    """Remembers what Telegram was told."""

    def __init__(self, strangers: tuple[int, ...] = ()) -> None:
        self.texts = SimpleNamespace(languages={"en": "English", "ru": "Russian"})
        self.strangers = strangers
        self.told: list[tuple[Any, str, list[str]]] = []
        self.waits: list[float] = []
        self.services: Any = None

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


def commands_for(rank: Rank, texts: Any, language: str) -> list[tuple[str, str]]:
    names = {Role.READER: ["start"], Role.ADMIN: ["start", "genlink"], Role.OWNER: ["start", "genlink", "settings"]}
    return [(name, f"{name} in {language}") for name in names[rank.role]]


class Access:
    """Who is more than a reader, or was."""

    def __init__(self, **ranks: Role) -> None:
        self._ranks = [(int(number.strip("_")), Rank(role)) for number, role in ranks.items()]

    async def refresh(self) -> None:
        """Nothing: there is no database."""

    def ranked(self) -> list[tuple[int, Rank]]:
        return self._ranks


PEOPLE = Access(_1=Role.OWNER, _2=Role.ADMIN)


def announcer(bot: Bot, marks: Marks, commands: Any = commands_for, people: Access = PEOPLE) -> Announcer:
    bot.told.clear()
    bot.services = SimpleNamespace(access=people)
    return Announcer(bot, commands, marks)  # type: ignore[arg-type]  # stand-ins


async def tell(bot: Bot, marks: Marks, commands: Any = commands_for, people: Access = PEOPLE) -> None:
    await announcer(bot, marks, commands, people).announce()


async def test_each_role_sees_its_own_commands_in_each_language() -> None:
    bot = Bot()
    await tell(bot, Marks())
    assert len(bot.told) == 3 * 3
    assert (None, "", ["start"]) in bot.told, "for languages that we do not speak"
    assert (None, "ru", ["start"]) in bot.told
    assert (1, "en", ["start", "genlink", "settings"]) in bot.told
    assert (2, "ru", ["start", "genlink"]) in bot.told


async def test_what_was_told_is_not_told_again() -> None:
    bot, marks = Bot(), Marks()
    await tell(bot, marks)
    await tell(bot, marks)
    assert not bot.told


async def test_what_changed_is_told_again() -> None:
    bot, marks = Bot(), Marks()
    await tell(bot, marks)

    def changed(rank: Rank, texts: Any, language: str) -> list[tuple[str, str]]:
        extra = [("stop", "stop")] if (rank.role, language) == (Role.ADMIN, "ru") else []
        return commands_for(rank, texts, language) + extra

    await tell(bot, marks, changed)
    assert bot.told == [(2, "ru", ["start", "genlink", "stop"])]
    await tell(bot, marks, changed, Access(_1=Role.OWNER, _2=Role.OWNER))
    assert [told[0] for told in bot.told] == [2, 2, 2], "somebody has another role now"


async def test_somebody_who_is_no_admin_any_more_is_shown_what_readers_are() -> None:
    bot, marks = Bot(), Marks()
    await tell(bot, marks)
    await tell(bot, marks, people=Access(_1=Role.OWNER, _2=Role.READER))
    assert bot.told == [(2, language, ["start"]) for language in ("", "en", "ru")]


async def test_somebody_who_has_not_started_the_bot_is_told_at_a_later_start() -> None:
    marks = Marks()
    await tell(Bot(strangers=(2,)), marks)
    bot = Bot()
    await tell(bot, marks)
    assert [told[0] for told in bot.told] == [2, 2, 2]


async def test_a_wait_is_obeyed_and_holds_nobody_else() -> None:
    bot, marks = Bot(), Marks()
    bot.waits = [3600]  # at the first call
    calls = announcer(bot, marks)
    with pytest.raises(TryLater) as waits:
        await calls.announce()
    assert waits.value.after == 3600
    assert len(bot.told) == 6, "both others were told"
    await calls.announce()
    assert len(bot.told) == 9
    await calls.announce()
    assert len(bot.told) == 9


async def test_nothing_is_looked_at_until_it_is_said_that_something_changed() -> None:
    bot, marks = Bot(), Marks()
    calls = announcer(bot, marks)
    await calls.announce()
    bot.services = SimpleNamespace(access=Access(_1=Role.OWNER, _2=Role.OWNER))
    bot.told.clear()
    await calls.announce()
    assert not bot.told
    calls.again()
    assert calls.hint.is_set()
    await calls.announce()
    assert [told[0] for told in bot.told] == [2, 2, 2]


async def test_a_database_that_is_away_is_asked_again() -> None:
    bot, marks = Bot(), Marks()
    calls = announcer(bot, marks)
    marks.away = True
    with pytest.raises(AutoReconnect):
        await calls.announce()
    marks.away = False
    await calls.announce()
    assert len(bot.told) == 9
