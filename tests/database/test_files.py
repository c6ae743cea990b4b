"""The same content is one file: the one stored first."""

import asyncio
from dataclasses import replace

import pytest

from database.bots import BotDatabase
from database.files import StoredFile
from tests.database.mongo import NOW, Cut, cut_at_write

FILE = StoredFile("AgAD1", "document", "a.txt", 3, "text/plain", "<b>hi</b>", -1005, 7, 1, NOW, file_ref="BQAC")


async def test_a_file_is_kept_as_it_was_stored(bot: BotDatabase) -> None:
    video = StoredFile("AgAD2", "video", None, None, None, None, -1005, 8, 1, NOW, width=640, height=480, duration=9)
    assert await bot.files.add([FILE, video]) == [FILE, video]
    assert await bot.files.get("AgAD1") == FILE
    assert await bot.files.get_many(["AgAD2", "nothing", "AgAD1"]) == {"AgAD1": FILE, "AgAD2": video}
    assert await bot.files.get("nothing") is None
    assert await bot.files.add([]) == []


async def test_the_first_one_stored_stands(bot: BotDatabase) -> None:
    later = replace(FILE, message_id=99, name="b.txt")
    added = await asyncio.gather(*(bot.files.add([replace(FILE, message_id=number)]) for number in range(1, 21)))
    standing = {files[0] for files in added}
    assert len(standing) == 1
    assert await bot.files.add([later]) == list(standing)


async def test_an_album_may_hold_the_same_content_twice(bot: BotDatabase) -> None:
    twin = replace(FILE, message_id=8)
    assert await bot.files.add([FILE, twin, replace(FILE, unique_id="AgAD2", message_id=9)]) == [
        FILE,
        FILE,
        replace(FILE, unique_id="AgAD2", message_id=9),
    ]


@pytest.mark.parametrize("applied", [False, True])
async def test_a_cut_leaves_files_whole(bot: BotDatabase, *, applied: bool) -> None:
    with cut_at_write(0, applied=applied), pytest.raises(Cut):
        await bot.files.add([FILE])
    assert await bot.files.add([FILE]) == [FILE]


async def test_a_reference_can_be_renewed(bot: BotDatabase) -> None:
    await bot.files.add([FILE])
    await bot.files.set_ref("AgAD1", "BQAD")
    assert await bot.files.get("AgAD1") == replace(FILE, file_ref="BQAD")


async def test_bots_do_not_share_files(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.files.add([FILE])
    assert await other_bot.files.get("AgAD1") is None
    mine = replace(FILE, message_id=1)
    assert await other_bot.files.add([mine]) == [mine]
