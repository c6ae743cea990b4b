"""What the owner hears when a target closes or opens: once, also where the process dies before it is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pyrogram import ContinuePropagation, raw

from database.bots import BotDatabase
from database.cause import Cause
from plugins.target_news import look_again, note_rights
from services.registry import Services
from services.targets import TargetFacts, TargetKind
from tests.database.mongo import Cut, StillClock, cut_at_write
from tests.services.channel import OWNER, Channel, make_services

CLUB = -1001000000002


class Bot:
    """A bot that says a thing once per cause and step, and a group that closes when it is told to."""

    def __init__(self, room: BotDatabase, clock: StillClock) -> None:
        self.services: Services = make_services(room, clock, Channel())
        self.refusal = ""
        self.told_: dict[tuple[Cause, str], str] = {}

    async def target_facts(self, name: int | str) -> TargetFacts | None:
        return TargetFacts(int(name), "Club", TargetKind.GROUP, refusal=self.refusal)

    async def told(self, user_id: int, key: str, *, cause: Cause, step: str, **_: Any) -> bool:
        assert user_id == OWNER
        self.told_.setdefault((cause, step), key)
        return True

    @property
    def said(self) -> list[str]:
        return list(self.told_.values())


@pytest.fixture
async def bot(room: BotDatabase, clock: StillClock) -> Any:
    bot = Bot(room, clock)
    await bot.services.targets.add(CLUB, bot, by=OWNER, cause=Cause("message:1:1"))
    return bot


async def rights_change(bot: Any, channel: int = 1000000002) -> None:
    """A group lets its members do something else."""
    peer, rights = raw.types.PeerChannel(channel_id=channel), raw.types.ChatBannedRights(until_date=0)
    update = raw.types.UpdateChatDefaultBannedRights(peer=peer, default_banned_rights=rights, version=0)
    with pytest.raises(ContinuePropagation):
        await note_rights(bot, update, {}, {})


async def test_the_owner_hears_when_a_target_closes_and_opens_and_of_nothing_else(bot: Any, clock: StillClock) -> None:
    await rights_change(bot)
    assert bot.said == []
    for refusal, said in (("target-no-writing", "target-lost"), ("target-restricted", None), ("", "target-back")):
        bot.refusal, before = refusal, bot.said
        clock.move(timedelta(seconds=1))
        await rights_change(bot)
        assert bot.said == before + ([said] if said else [])
        assert (await bot.services.targets.get(CLUB)).reason == refusal
    bot.refusal = "target-no-writing"
    await rights_change(bot, channel=1000000009)
    assert len(bot.said) == 2, "drafts do not go there"


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
async def test_where_the_write_is_cut_off_the_replay_tells_the_same_once(bot: Any, applied: bool) -> None:
    bot.refusal = "target-no-writing"
    with cut_at_write(0, applied=applied), pytest.raises(Cut):
        await look_again(bot, CLUB)
    await look_again(bot, CLUB)
    assert bot.said == ["target-lost"]
    assert not (await bot.services.targets.get(CLUB)).may_write
