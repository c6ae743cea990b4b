"""What is said around bundles, in which place, and which words name a post of the storage channel."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import ContinuePropagation
from pyrogram.errors import UsernameNotOccupied
from pyrogram.raw.types import InputPeerChannel, InputPeerUser
from pyrogram.types import Document, Message

from database.bots import BotDatabase
from database.connection import Database
from plugins.bundle_news import tell_bundle
from plugins.bundles import batch, collect, custom_batch, post_of, press_again, press_collected, press_range, take_post
from services import bundles
from services.bundles import COUNTED_AFTER, News, Stage
from services.errors import TryLater, UserError
from services.imports import PostsRead
from tests.database.mongo import StillClock, bot_of
from tests.plugins.messages import OWNER, STORAGE, from_channel, from_person, message, query, with_file
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services, upload

CHANNEL = str(STORAGE)[4:]


class World(Speaker):
    """A bot with a channel of its own and posts of the storage channel, all with files."""

    def __init__(self, room: BotDatabase) -> None:
        self.clock, self.channel, self.room = StillClock(), Channel(), room
        super().__init__(make_services(room, self.clock, self.channel, storage_chat=STORAGE))
        self.files = True

    async def resolve_peer(self, name: str) -> Any:
        if name == "nobody":
            raise UsernameNotOccupied
        return InputPeerUser(user_id=5, access_hash=0) if name == "someone" else InputPeerChannel(
            channel_id=int(CHANNEL), access_hash=0
        )  # fmt: skip

    async def read(self, chat: int, numbers: Any) -> PostsRead:
        files = [upload(number, f"u{number}", chat_id=chat) for number in numbers] if self.files else []
        return PostsRead(files, len(numbers) - len(files))

    async def work(self) -> list[News]:
        """What the runner does until nothing is left."""
        bundles, news = self.services.bundles, list[News]()
        while bundle := await bundles.claim(1):
            news.append(await bundles.work(bundle, self.read))
            if news[-1].worth_telling:
                await tell_bundle(self, news[-1])  # type: ignore[arg-type]  # a bot, as far as it is needed
            await bundles.written(news[-1], 1)
        return news

    async def press(self, handler: Any, choice: str, number: str = "9") -> None:
        found = await self.room.conversations.open_of(OWNER, OWNER)
        assert found
        pressed = query(f"talk:{found.code}:{found.turn}:{choice}")
        pressed.id = number
        await handler(self, pressed)


@pytest.fixture
def bot(database: Database) -> Any:
    return World(bot_of(database))


def a_file(number: int) -> Message:
    made = with_file("document", id=number)
    made.document = Document(file_id="r", file_unique_id=f"u{number}", file_name="a.pdf", file_size=10)
    return made


async def test_one_message_counts_and_the_link_comes_in_another(bot: Any) -> None:
    await custom_batch(bot, message(text="/custom_batch", id=5))
    for number in (6, 7, 8):
        await collect(bot, a_file(number))
    assert bot.said == ["bundle-collecting"]
    bot.clock.move(COUNTED_AFTER)
    await bot.work()
    assert bot.said == ["bundle-collecting", "100 bundle-collecting"]
    await bot.press(press_collected, "undo")
    assert bot.said[2:] == ["100 bundle-collecting"]
    await bot.press(press_collected, "done")
    news = await bot.work()
    assert news[-1].done == 2
    assert bot.said[3:] == ["edit bundle-making", "bundle-done", "5 bundle-made"]
    await tell_bundle(bot, news[-1])
    assert bot.said.count("bundle-done") == 1


async def test_done_by_command_and_what_is_left_out(bot: Any) -> None:
    await custom_batch(bot, message(text="/custom_batch", id=5))
    with pytest.raises(UserError, match="bundle-empty"):
        await collect(bot, message(text="/done", id=6))
    with pytest.raises(UserError, match="not-a-file"):
        await collect(bot, message(text="/nonsense", id=7))
    await collect(bot, message(text="words", id=8))
    await collect(bot, message(text="/undo", id=9))
    await collect(bot, a_file(10))
    await collect(bot, message(text="/done", id=11))
    assert (await bot.work())[-1].done == 1
    assert bot.said[-3:] == ["bundle-making", "bundle-done", "101 bundle-made"]


async def test_that_it_is_full_is_said_once(bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_FILES", 2)
    await custom_batch(bot, message(text="/custom_batch", id=5))
    for number in range(6, 12):
        await collect(bot, a_file(number))
    assert bot.said == ["bundle-collecting", "bundle-full"]
    await collect(bot, message(text="/done", id=12))
    assert (await bot.work())[-1].done == 2


async def test_what_could_not_be_made_can_be_tried_again(bot: Any) -> None:
    await custom_batch(bot, message(text="/custom_batch", id=5))
    await collect(bot, a_file(6))
    await collect(bot, message(text="/done", id=7))
    bot.channel.refuses = UserError("storage-failed")
    [*_, news] = await bot.work()
    assert bot.said[-2:] == ["storage-failed", "101 bundle-not-made"]
    again = query(f"bundle-again:{news.bundle.code}")
    bot.channel.refuses = None
    await press_again(bot, again)
    await bot.work()
    assert bot.said[-3:] == ["edit bundle-making", "bundle-done", "5 bundle-made"]
    await press_again(bot, again)
    assert bot.said[-1] == "toast button-stale"


async def test_posts_are_counted_and_asked_about_in_one_message(bot: Any) -> None:
    await batch(bot, message(text="/batch", id=5))
    await take_post(bot, message(text=f"t.me/c/{CHANNEL}/20", id=6))
    await bot.press(press_range, "back")
    await take_post(bot, message(text=f"t.me/c/{CHANNEL}/30", id=7))
    await take_post(bot, message(text=f"t.me/c/{CHANNEL}/11", id=8))
    said = ["range-first", "range-last", "edit range-first", "range-last", "range-reading"]
    assert bot.said == said
    await bot.work()
    assert bot.said[5:] == ["103 range-found"]
    await bot.press(press_range, "yes")
    assert (await bot.work())[-1].done == 20
    assert bot.said[6:] == ["edit bundle-making", "bundle-done", "5 bundle-made"]


async def test_an_album_forwarded_whole_names_one_end(bot: Any) -> None:
    def part(number: int, post: int, group: int) -> Message:
        origin = from_channel(STORAGE)
        origin.message_id = post
        return with_file(id=number, media_group_id=group, forward_origin=origin)

    await batch(bot, message(text="/batch", id=5))
    for number, post in ((6, 11), (7, 12), (8, 13)):
        await take_post(bot, part(number, post, 70))
    assert bot.said == ["range-first", "range-last"]
    for number, post in ((9, 21), (10, 22)):
        await take_post(bot, part(number, post, 71))
    assert bot.said[2:] == ["range-reading"]
    [*_, news] = await bot.work()
    assert news.done == 11
    await take_post(bot, part(11, 23, 71))
    assert bot.said[3:] == ["102 range-found"], "what comes late of it names nothing, and is no file to be stored"
    with pytest.raises(ContinuePropagation):
        await take_post(bot, a_file(12))


async def test_posts_without_files_end_it_in_the_same_place(bot: Any) -> None:
    bot.files = False
    await batch(bot, message(text="/batch", id=5))
    for number, post in ((6, 1), (7, 9)):
        await take_post(bot, message(text=f"t.me/c/{CHANNEL}/{post}", id=number))
    await bot.work()
    assert bot.said[-1].endswith(" range-empty")
    assert await bot.room.conversations.open_of(OWNER, OWNER) is None


async def test_what_is_found_waits_for_the_question_that_it_replaces(bot: Any) -> None:
    await batch(bot, message(text="/batch", id=5))
    await take_post(bot, message(text=f"t.me/c/{CHANNEL}/1", id=6))
    going = await bot.room.conversations.open_of(OWNER, OWNER)
    await bot.services.bundles.read(going.code, 1, 9, by=OWNER)
    bundle = await bot.services.bundles.claim(1)
    news = await bot.services.bundles.work(bundle, bot.read)
    assert news.stage is Stage.FOUND
    with pytest.raises(TryLater):
        await tell_bundle(bot, news)
    await take_post(bot, message(text=f"t.me/c/{CHANNEL}/9", id=7))
    for _ in range(2):
        await tell_bundle(bot, news)
    assert bot.said[-1].endswith(" range-found")
    assert len([each for each in bot.said if each.endswith("range-found")]) == 1


async def test_nothing_is_said_of_what_was_cancelled(bot: Any) -> None:
    await custom_batch(bot, message(text="/custom_batch", id=5))
    await collect(bot, a_file(6))
    going = await bot.room.conversations.open_of(OWNER, OWNER)
    await bot.services.conversations.end(going)
    bot.clock.move(COUNTED_AFTER)
    await bot.work()
    assert bot.said == ["bundle-collecting"]


@pytest.mark.parametrize(
    "words",
    [
        f"https://t.me/c/{CHANNEL}/3",
        f"http://telegram.me/c/{CHANNEL}/3",
        f" t.me/c/{CHANNEL}/3/ ",
        f"t.me/c/{CHANNEL}/3?single",
        "https://t.me/the_store/3",
        "telegram.dog/the_store/3?comment=5",
    ],
)
async def test_a_post_is_named_by_its_link(bot: Any, words: str) -> None:
    assert await post_of(bot, message(text=words)) == 3


async def test_a_post_is_named_by_forwarding_it(bot: Any) -> None:
    assert await post_of(bot, with_file(forward_origin=from_channel(STORAGE))) == 3
    assert await post_of(bot, message(text="words", forward_origin=from_channel(STORAGE))) == 3


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "range-no-post"),
        ("3", "range-no-post"),
        (f"t.me/c/{CHANNEL}", "range-no-post"),
        (f"t.me/c/{CHANNEL}/{10**10}", "range-no-post"),
        (f"t.me/c/{CHANNEL}/٣", "range-no-post"),
        (f"https://example.com/c/{CHANNEL}/3", "range-no-post"),
        (f"t.me/c/{CHANNEL}/0", "range-no-post"),
        ("t.me/c/1/3", "range-other-channel"),
        ("t.me/nobody/3", "range-other-channel"),
        ("t.me/someone/3", "range-other-channel"),
    ],
)
async def test_what_names_no_post_is_refused(bot: Any, words: str, key: str) -> None:
    with pytest.raises(UserError, match=key):
        await post_of(bot, message(text=words))


async def test_forwards_from_elsewhere_are_refused(bot: Any) -> None:
    with pytest.raises(UserError, match="range-other-channel"):
        await post_of(bot, with_file(forward_origin=from_channel()))
    with pytest.raises(UserError, match="range-no-post"):
        await post_of(bot, with_file(forward_origin=from_person()))
