"""What a title and tags may be, and that an upload is kept and found once."""

from __future__ import annotations

from typing import Any

import pytest

from database.bots import BotDatabase
from services.errors import UserError
from services.names import LONGEST_TITLE
from services.registry import Services
from services.upload import LONGEST_TAG, MOST_TAGS, kept, read
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, STORAGE, Channel, make_services, message, upload


@pytest.mark.parametrize(
    ("words", "suffix", "title"),
    [
        ("Holiday", None, "Holiday"),
        ("Holiday", "@mine", "Holiday @mine"),
        ("Holiday @mine", "@mine", "Holiday @mine"),
        ("a <b> & c", None, "a <b> & c"),
        ("قصة", None, "قصة"),
        ("x" * LONGEST_TITLE, None, "x" * LONGEST_TITLE),
        ("😀" * (LONGEST_TITLE // 2), None, "😀" * (LONGEST_TITLE // 2)),
    ],
)
async def test_a_title_is_one_line_with_the_suffix_once(
    bot: BotDatabase, clock: StillClock, channel: Channel, words: str, suffix: str | None, title: str
) -> None:
    services = make_services(bot, clock, channel, name_suffix=suffix)
    assert await services.upload.title(words) == title


@pytest.mark.parametrize(
    ("words", "suffix", "key", "length"),
    [
        ("", None, "upload-title-empty", None),
        ("x" * (LONGEST_TITLE + 1), None, "upload-title-long", LONGEST_TITLE + 1),
        ("😀" * (LONGEST_TITLE // 2) + "x", None, "upload-title-long", LONGEST_TITLE + 1),
        ("x" * (LONGEST_TITLE - 5), "@mine", "upload-title-long", LONGEST_TITLE + 1),
    ],
)
async def test_a_title_that_cannot_be_is_refused_with_its_length(
    bot: BotDatabase, clock: StillClock, channel: Channel, words: str, suffix: str | None, key: str, length: int | None
) -> None:
    services = make_services(bot, clock, channel, name_suffix=suffix)
    with pytest.raises(UserError) as refusal:
        await services.upload.title(words)
    assert refusal.value.key == key
    assert refusal.value.args_.get("length") == length


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("cats", ("cats",)),
        ("cats dogs", ("cats", "dogs")),
        ("#cats #dogs", ("cats", "dogs")),
        ("cats, small dogs #birds, C# basics", ("cats", "small dogs", "birds", "C# basics")),
        ("funny cats, dogs ,, #birds of prey;", ("funny cats", "dogs", "birds of prey")),
        ("Cats cats CATS dogs", ("Cats", "dogs")),
        ("قطط، كلاب", ("قطط", "كلاب")),
        (" ".join(map(str, range(MOST_TAGS))), tuple(map(str, range(MOST_TAGS)))),
        ("😀" * (LONGEST_TAG // 2), ("😀" * (LONGEST_TAG // 2),)),
    ],
)
def test_tags_are_parted_as_people_write_them(services: Services, words: str, tags: tuple[str, ...]) -> None:
    assert services.upload.tags(words) == tags


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "upload-tags-empty"),
        (" , ;# ", "upload-tags-empty"),
        (" ".join(map(str, range(MOST_TAGS + 1))), "upload-tags-many"),
        ("ok " + "😀" * (LONGEST_TAG // 2) + "x", "upload-tag-long"),
    ],
)
def test_tags_that_cannot_be_are_refused(services: Services, words: str, key: str) -> None:
    with pytest.raises(UserError) as refusal:
        services.upload.tags(words)
    assert refusal.value.key == key


async def test_an_upload_is_kept_once_and_its_link_is_listed(services: Services, bot: BotDatabase) -> None:
    uploads = read(kept([upload(5, "one", name="a.pdf", size=3)]))
    assert uploads == [upload(5, "one", name="a.pdf", size=3)]
    wanted: Any = {"title": "T", "tags": ("a", "b"), "by": OWNER, "cause": message(9)}
    stored = await services.upload.finish(uploads, **wanted)
    assert (await services.upload.finish(uploads, **wanted)).link.code == stored.link.code
    link = await bot.links.get(stored.link.code)
    assert link
    assert (link.title, link.tags, link.listed) == ("T", ("a", "b"), True)
    assert len(await bot.links.page(None, 9)) == 1
    again = await services.upload.finish(uploads, title=None, tags=None, by=OWNER, cause=message(10))
    link = await bot.links.get(again.link.code)
    assert link
    assert (link.title, link.tags) == ("T", ("a", "b")), "what was skipped stays"


async def test_files_of_a_kind_that_is_not_taken_are_refused(
    bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    services = make_services(bot, clock, channel, allowed_kinds=("document", "photo"))
    with pytest.raises(UserError) as refusal:
        await services.files.store([upload(5), upload(6, "b", kind="video")], by=OWNER, cause=message(6))
    assert refusal.value.key == "kind-refused"
    assert refusal.value.args_ == {"kind": "video", "kinds": "document,photo"}
    assert channel.calls == 0
    assert await services.files.check([upload(5)]) == STORAGE
    posted = upload(7, "c", kind="video", chat_id=STORAGE)
    assert (await services.files.record_posts([posted], cause=message(7, STORAGE))).files


async def test_nothing_is_taken_before_there_is_a_storage_channel(
    bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    services = make_services(bot, clock, channel, storage_chat=None)
    with pytest.raises(UserError, match="storage-missing"):
        await services.files.check()
