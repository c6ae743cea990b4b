"""The same content is one file: the one stored first."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.files import ProcessedCopy, StoredFile
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
    await bot.files.set_ref("AgAD1", 7, "BQAD")
    assert await bot.files.get("AgAD1") == replace(FILE, file_ref="BQAD")


COPY = ProcessedCopy(-1005, 70, "BQAP", "AgADp", "a [x].txt", NOW)


async def test_a_processed_copy_is_kept_beside_the_stored_one(bot: BotDatabase) -> None:
    await bot.files.add([FILE])
    assert (FILE.shown_name, FILE.processed_in(-1005)) == ("a.txt", None)
    await bot.files.set_processed("AgAD1", COPY)
    file = await bot.files.get("AgAD1")
    assert file is not None
    assert (file.name, file.shown_name, file.message_id, file.file_ref) == ("a.txt", "a [x].txt", 7, "BQAC")
    assert (file.processed_in(-1005), file.processed_in(-1006)) == (70, None)
    assert (file.ref_of(70), file.ref_of(7)) == ("BQAP", "BQAC")
    assert await bot.files.stored_as(["AgADp", "AgAD1"]) == {"AgADp": "AgAD1"}


async def test_what_was_asked_for_last_stands_whichever_is_ready_first(bot: BotDatabase) -> None:
    await bot.files.add([FILE])
    later = replace(COPY, message_id=71, asked_at=NOW + timedelta(seconds=1))
    for copy in (COPY, later, COPY):
        await bot.files.set_processed("AgAD1", copy)
    file = await bot.files.get("AgAD1")
    assert file
    assert file.processed_message_id == 71


async def test_a_processed_copy_that_is_gone_is_forgotten(bot: BotDatabase, other_bot: BotDatabase) -> None:
    for room in (bot, other_bot):
        await room.files.add([FILE])
        await room.files.set_processed("AgAD1", COPY)
    await bot.files.lose_processed(-1006, [70])
    await bot.files.lose_processed(-1005, [7])
    assert (await bot.files.get_many(["AgAD1"]))["AgAD1"].processed_message_id == 70
    await bot.files.lose_processed(-1005, [69, 70])
    assert await bot.files.get("AgAD1") == FILE
    assert (await other_bot.files.get_many(["AgAD1"]))["AgAD1"].processed_message_id == 70


async def test_each_copy_has_a_reference_of_its_own(bot: BotDatabase) -> None:
    await bot.files.add([FILE])
    await bot.files.set_processed("AgAD1", COPY)
    await bot.files.set_ref("AgAD1", 70, "BQAQ")
    await bot.files.set_ref("AgAD1", 7, "BQAD")
    file = await bot.files.get("AgAD1")
    assert file
    assert (file.file_ref, file.processed_file_id) == ("BQAD", "BQAQ")


async def test_bots_do_not_share_files(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.files.add([FILE])
    assert await other_bot.files.get("AgAD1") is None
    mine = replace(FILE, message_id=1)
    assert await other_bot.files.add([mine]) == [mine]
