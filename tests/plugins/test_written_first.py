"""What a person is told is in the database by then: where a write fails nothing was said, a replay says it once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.links import LinkItem, NewLink
from plugins import admins, bans, channel, fsub, language, links, source, start, storage, store
from services.links import Delivery
from services.registry import Services
from services.required import ChatFacts
from services.settings import ChannelFacts
from tests.database.mongo import BOT_ID, NOW, Cut, StillClock, bot_of, cut_at_write
from tests.plugins.messages import OWNER, READER, STORAGE, message, query, with_file
from tests.plugins.messages import channel as a_channel
from tests.services.channel import Channel, make_services

CODE_CAUSE = Cause("message:1:1")


@dataclass
class Speaker:
    """A bot that remembers what it said."""

    services: Services
    said: list[str] = field(default_factory=list)

    async def answer(self, _: Any, key: str, **__: Any) -> None:
        self.said.append(key)

    async def told(self, _: int, key: str, **__: Any) -> bool:
        self.said.append(key)
        return True

    async def edit_answer(self, _: Any, key: str, **__: Any) -> None:
        self.said.append(key)

    async def toast(self, *_: Any, **__: Any) -> None:
        """An answer to the button itself says nothing here."""

    async def deliver(self, _: int, delivery: Delivery, **__: Any) -> list[int]:
        self.said.append("files")
        return [item.message_id for item in delivery.items]

    def follow(self, chat_id: int) -> None:
        """Nothing is posted here."""

    async def channel_facts(self, chat_id: int) -> ChannelFacts:
        return ChannelFacts(chat_id, "Store", is_channel=True, is_admin=True, may_post=True, protected=False)

    async def chat_facts(self, chat_id: int) -> ChatFacts:
        return ChatFacts(chat_id, "News", is_admin=True, may_invite=True)

    def link_url(self, code: str) -> str:
        return code

    def announce(self) -> None:
        """Nobody is told of commands here."""


def a_bot(room: BotDatabase) -> Speaker:
    """A bot that starts: nothing is in its memory."""
    return Speaker(make_services(room, StillClock(), Channel(), storage_chat=STORAGE))


async def a_link(room: BotDatabase) -> str:
    """A link that is good for one reader."""
    new = NewLink(LinkKind.FILE, (LinkItem("u", 3, None),), STORAGE, "content", use_limit=1)
    return (await room.links.create(new, by=OWNER, cause=Cause("message:1:1"), now=NOW)).code


async def open_link(bot: Any, code: str) -> None:
    await start.start(bot, message(READER, text=f"/start {code}", command=["start", code]))


async def store_file(bot: Any, _: str) -> None:
    await store.store(bot, with_file("document", OWNER))


async def post_file(bot: Any, _: str) -> None:
    await channel.record_post(bot, with_file("document", None, chat=a_channel(STORAGE)))


async def revoke(bot: Any, code: str) -> None:
    await links.press_revoke(bot, query(f"revoke:{code}"))


async def restore(bot: Any, code: str) -> None:
    await bot.services.link_life.revoke(code, by=OWNER, cause=Cause("message:1:2"))
    await links.press_restore(bot, query(f"restore:{code}"))


async def another(bot: Any, code: str) -> None:
    await links.press_new_link(bot, query(f"new-link:{code}"))


async def choose_language(bot: Any, _: str) -> None:
    await language.change_language(bot, query("language:ru", READER))


async def choose_storage(bot: Any, _: str) -> None:
    await storage.use_channel(bot, query("storage:-1001111111111"))


async def choose_source(bot: Any, _: str) -> None:
    await source.use_channel(bot, query("source:-1001111111111"))


async def ban(bot: Any, _: str) -> None:
    await bans.ban(bot, message(OWNER, text="/ban 5"))


async def let_in(bot: Any, _: str) -> None:
    await bot.services.access.ban(5, by=OWNER, cause=Cause("message:1:9"))
    await bans.press_unban(bot, query("unban:5"))


async def dismiss(bot: Any, _: str) -> None:
    await bot.services.access.appoint(5, (), by=OWNER, cause=Cause("message:1:9"))
    await admins.del_admin(bot, message(OWNER, text="/del_admin 5"))


async def require(bot: Any, _: str) -> None:
    await fsub.fsub(bot, message(OWNER, text="/fsub -1001234567890"))


async def require_no_more(bot: Any, _: str) -> None:
    facts = await bot.chat_facts(-1001234567890)
    await bot.services.fsub.chats.add(facts, by=OWNER, cause=Cause("message:1:9"))
    await fsub.press_remove(bot, query("fsub-del:-1001234567890"))


ACTS: dict[str, tuple[Callable[[Any, str], Awaitable[None]], str]] = {
    "open a link": (open_link, "files"),
    "store a file": (store_file, "stored"),
    "post a file": (post_file, "posted"),
    "revoke": (revoke, "revoked"),
    "restore": (restore, "restored"),
    "make another link": (another, "new-link"),
    "choose a language": (choose_language, "language-changed"),
    "choose the storage": (choose_storage, "storage-set"),
    "choose the source": (choose_source, "source-set"),
    "ban": (ban, "banned"),
    "let in again": (let_in, "unbanned"),
    "dismiss an admin": (dismiss, "admin-dismissed"),
    "require a chat": (require, "fsub-chat"),
    "require a chat no more": (require_no_more, "fsub-none"),
}


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ACTS)
async def test_where_a_write_fails_nothing_was_said_and_a_replay_says_it_once(
    act: str, database: Database, applied: bool
) -> None:
    do, said = ACTS[act]
    for number in range(50):
        room = bot_of(database, BOT_ID + number)
        code = await a_link(room)
        bot = a_bot(room)
        with cut_at_write(number, applied=applied) as begun:
            try:
                await do(bot, code)
            except Cut:
                assert bot.said == [], f"said before {begun[-1]}"
            else:
                break
        bot = a_bot(room)
        await do(bot, code)
        assert bot.said == [said]
        if act == "open a link":
            assert await room.links.uses(code) == 1
    assert number > 0, "it writes something"
