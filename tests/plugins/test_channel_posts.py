"""What becomes of /chat posts: one broadcast each, however often they come; the owner is told why there is none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pyrogram.types import Message

from database.bots import BotDatabase
from locales.texts import Texts
from plugins.channel_posts import WHOLE, send_to_all
from services.broadcasts import Broadcast, BroadcastState, OutButton
from services.registry import Services
from services.users import Profile
from tests.database.mongo import StillClock
from tests.plugins.messages import SOURCE, channel, message, with_file
from tests.services.channel import OWNER, Channel, make_services


class Bot:
    """A bot in whose source channel these messages are."""

    username = "keeper_bot"
    texts = Texts.load()

    def __init__(self, room: BotDatabase, clock: StillClock, **first: Any) -> None:
        self.services: Services = make_services(room, clock, Channel(), source_chat=SOURCE, **first)
        self.clock = clock
        self.there: dict[int, Message] = {}
        self.said: list[str] = []

    async def get_messages(self, chat: int, ids: list[int], replies: int) -> list[Message]:
        return [self.there.get(number) or Message(id=number, empty=True) for number in ids]

    async def told(self, user_id: int, key: str, **_: Any) -> bool:
        assert user_id == OWNER
        self.said.append(key)
        return True

    async def all(self) -> list[Broadcast]:
        return await self.services.broadcasts.page(0, 10)


async def posted(bot: Bot, *posts: Message) -> None:
    """The bot hears of posts, and after a crash once more."""
    anything: Any = bot
    for post in (*posts, *posts):
        await send_to_all(anything, post)


@pytest.fixture
async def bot(room: BotDatabase, clock: StillClock) -> Bot:
    made = Bot(room, clock, join_url="https://t.me/ours")
    await made.services.users.seen(Profile(OWNER))
    clock.move(timedelta(seconds=1))
    return made


async def test_a_post_that_comes_again_is_one_broadcast_with_the_join_button(bot: Bot) -> None:
    await posted(bot, message(None, chat=channel(SOURCE), text="/chat Hello"))
    [cast] = await bot.all()
    assert (cast.state, cast.by, cast.out.html) == (BroadcastState.RUNNING, OWNER, "Hello")
    [[join]] = cast.content.buttons
    assert join == OutButton(join.text, url="https://t.me/ours")
    await bot.services.broadcasts.cancel(cast.code, OWNER, cast.cause)
    await posted(bot, message(None, chat=channel(SOURCE), text="/chat Hello"))
    assert len(await bot.all()) == 1
    assert bot.said == []


async def test_an_album_waits_until_it_is_whole_and_takes_what_comes_late(bot: Bot, clock: StillClock) -> None:
    there = channel(SOURCE)
    parts = [with_file("photo", None, chat=there, id=number, media_group_id=7) for number in (1, 2, 3)]
    parts[0] = with_file("photo", None, chat=there, id=1, media_group_id=7, caption="/chat Three")
    bot.there = {part.id: part for part in parts[:2]}
    await posted(bot, parts[0], parts[1])
    [cast] = await bot.all()
    assert (cast.state, cast.out.message_ids, cast.start_at) == (BroadcastState.SCHEDULED, (1, 2), clock.now() + WHOLE)
    bot.there = {part.id: part for part in parts}
    clock.move(timedelta(seconds=1))
    await posted(bot, parts[2])
    [cast] = await bot.all()
    assert (cast.out.message_ids, cast.start_at) == ((1, 2, 3), clock.now() - timedelta(seconds=1) + WHOLE)


async def test_the_owner_is_told_why_a_post_goes_to_nobody(room: BotDatabase, clock: StillClock) -> None:
    bot = Bot(room, clock)
    await posted(bot, message(None, chat=channel(SOURCE), text="/chat", id=1))
    await posted(bot, message(None, chat=channel(SOURCE), text="/chat Hello", id=2))
    assert bot.said == ["chat-empty"] * 2 + ["cast-to-nobody"] * 2
    assert [cast.state for cast in await bot.all()] == [BroadcastState.DRAFT]
