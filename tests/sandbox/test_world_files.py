"""Bytes in, bytes out: parts, pieces, references."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import time
from typing import Any

import pytest

from sandbox.errors import RpcError
from sandbox.world.centres import HOME, OTHER
from sandbox.world.files import ABANDONED
from tests.sandbox.world_rig import Actor, Rig, f, t

KIB, MIB = 1024, 1024 * 1024


async def fetch(actor: Actor, document: Any, chunk: int = MIB, thumb: str = "") -> bytes:
    location = t.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.file_reference, thumb_size=thumb
    )
    data = b""
    while True:
        piece: bytes = (await actor(f.upload.GetFile(location=location, offset=len(data), limit=chunk))).bytes
        data += piece
        if len(piece) < chunk:
            return data


async def send_document(actor: Actor, other: Any, file: Any, **fields: Any) -> Any:
    media = t.InputMediaUploadedDocument(
        file=file, mime_type="application/zip", attributes=[t.DocumentAttributeFilename(file_name="a.zip")], **fields
    )
    result = await actor.send_media(other, media)
    return result.updates[-1].message.media.document


async def big_file(actor: Actor, data: bytes, part: int, *, total: int | None = None, skip: int | None = None) -> Any:
    file_id, count = next(actor.rig.numbers), -(-len(data) // part)
    order = [number for number in range(count) if number != skip]
    random.Random(1).shuffle(order)

    async def save(number: int) -> None:
        piece = data[number * part : (number + 1) * part]
        query = f.upload.SaveBigFilePart(
            file_id=file_id, file_part=number, file_total_parts=total or count, bytes=piece
        )
        assert await actor(query) is True

    await asyncio.gather(*[save(number) for number in order])
    return t.InputFileBig(id=file_id, parts=count, name="big.bin")


async def test_parts_in_any_order_make_the_file(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    data = os.urandom(11 * MIB + 1)
    document = await send_document(ann, bob, await big_file(ann, data, 512 * KIB))
    assert document.size == len(data)
    rig.reopen()
    theirs = bob.received()[0].message.media.document
    assert hashlib.sha256(await fetch(bob, theirs)).digest() == hashlib.sha256(data).digest()
    assert rig.lines("message")[0]["media_sha256"] == hashlib.sha256(data).hexdigest()
    assert list((rig.directory / "parts").rglob("*.*")) == []


@pytest.mark.parametrize("size", [1, 4096, MIB, MIB + 1, 10 * MIB])
async def test_small_files_of_every_size(rig: Rig, size: int) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    data = os.urandom(size)
    await send_document(ann, bob, await ann.upload(data))
    assert await fetch(bob, bob.received()[0].message.media.document, 128 * KIB) == data


async def test_a_missing_part_is_named_and_may_still_come(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    data = os.urandom(3 * MIB)
    file = await big_file(ann, data, 512 * KIB, skip=4)
    with pytest.raises(RpcError, match="400 FILE_PART_4_MISSING"):
        await send_document(ann, bob, file)
    rig.reopen()
    piece = data[4 * 512 * KIB : 5 * 512 * KIB]
    await ann(f.upload.SaveBigFilePart(file_id=file.id, file_part=4, file_total_parts=6, bytes=piece))
    await send_document(ann, bob, file)
    assert await fetch(bob, bob.received()[0].message.media.document) == data


async def test_an_upload_can_be_used_again_and_belongs_to_its_uploader(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    file = await ann.upload(b"x" * 100)
    first, second = await asyncio.gather(send_document(ann, bob, file), send_document(ann, bob, file))
    assert first.id == second.id
    with pytest.raises(RpcError, match="FILE_PART_0_MISSING"):
        await send_document(bob, ann, file)


async def test_an_upload_that_was_given_up_is_thrown_away_and_a_fresh_one_is_not(rig: Rig) -> None:
    ann = await rig.person("20001")
    given_up, fresh = [await ann.upload(data) for data in (b"old", b"new")]
    parts = rig.directory / "parts" / str(ann.id)
    long_ago = time.time() - ABANDONED - 1
    os.utime(parts / str(given_up.id), (long_ago, long_ago))
    await ann.upload(b"another")
    assert not (parts / str(given_up.id)).exists()
    assert (parts / str(fresh.id)).exists()
    assert (await send_document(ann, ann, fresh)).size == 3


async def test_a_wrong_checksum_is_refused(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    file = await ann.upload(b"x" * 100)
    file.md5_checksum = "0" * 32
    with pytest.raises(RpcError, match="MD5_CHECKSUM_INVALID"):
        await send_document(ann, bob, file)


@pytest.mark.parametrize(
    "part, total, size, error",
    [
        (0, 2, 0, "FILE_PART_EMPTY"),
        (0, 2, 512 * KIB + 1, "FILE_PART_TOO_BIG"),
        (0, 2, 1000, "FILE_PART_SIZE_INVALID"),
        (0, 2, 384 * KIB, "FILE_PART_SIZE_INVALID"),
        (2, 2, KIB, "FILE_PART_INVALID"),
        (-1, 2, KIB, "FILE_PART_INVALID"),
        (0, 4001, KIB, "FILE_PARTS_INVALID"),
    ],
)
async def test_parts_follow_the_rules(rig: Rig, part: int, total: int, size: int, error: str) -> None:
    ann = await rig.person("20001")
    query = f.upload.SaveBigFilePart(file_id=1, file_part=part, file_total_parts=total, bytes=b"x" * size)
    with pytest.raises(RpcError, match=error):
        await ann(query)


async def test_the_size_of_parts_stays_the_same(rig: Rig) -> None:
    ann = await rig.person("20001")
    save = f.upload.SaveBigFilePart
    await ann(save(file_id=1, file_part=0, file_total_parts=9, bytes=b"x" * 64 * KIB))
    with pytest.raises(RpcError, match="FILE_PART_SIZE_CHANGED"):
        await ann(save(file_id=1, file_part=1, file_total_parts=9, bytes=b"x" * 128 * KIB))


@pytest.mark.parametrize(
    "offset, limit, precise, error",
    [
        (0, MIB, False, None),
        (4 * KIB, 4 * KIB, False, None),
        (MIB, MIB, False, None),
        (4 * MIB, MIB, False, None),
        (KIB, 4 * KIB, False, "OFFSET_INVALID"),
        (-4096, 4096, False, "OFFSET_INVALID"),
        (0, 5 * KIB, False, "LIMIT_INVALID"),
        (0, 12 * KIB, False, "LIMIT_INVALID"),
        (0, 2 * MIB, False, "LIMIT_INVALID"),
        (0, 0, False, "LIMIT_INVALID"),
        (MIB - 4 * KIB, 8 * KIB, False, "LIMIT_INVALID"),
        (KIB, 5 * KIB, True, None),
        (1, KIB, True, "OFFSET_INVALID"),
        (MIB - KIB, 2 * KIB, True, "LIMIT_INVALID"),
    ],
)
async def test_pieces_are_aligned(rig: Rig, offset: int, limit: int, precise: bool, error: str | None) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    data = os.urandom(3 * MIB)
    document = await send_document(ann, bob, await ann.upload(data))
    location = t.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.file_reference, thumb_size=""
    )
    query = f.upload.GetFile(location=location, offset=offset, limit=limit, precise=precise or None)
    if error is None:
        assert (await ann(query)).bytes == data[offset : offset + limit]
    else:
        with pytest.raises(RpcError, match=error):
            await ann(query)


async def test_a_file_reference_expires_and_is_fresh_when_the_message_is_fetched(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await send_document(ann, bot, await ann.upload(b"x" * 100))
    rig.api.file_reference_ttl = 60
    old = bot.received()[0].message.media.document
    given = t.InputDocument(id=old.id, access_hash=old.access_hash, file_reference=old.file_reference)
    await bot.send_media(ann, t.InputMediaDocument(id=given))
    rig.now += 61
    with pytest.raises(RpcError, match="400 FILE_REFERENCE_EXPIRED"):
        await fetch(bot, old)
    with pytest.raises(RpcError, match="400 FILE_REFERENCE_EXPIRED"):
        await bot.send_media(ann, t.InputMediaDocument(id=given))
    [again] = (await bot(f.messages.GetMessages(id=[t.InputMessageID(id=1)]))).messages
    assert await fetch(bot, again.media.document) == b"x" * 100
    rig.api.file_reference_ttl = None
    assert await fetch(bot, old) == b"x" * 100


async def test_file_references_can_be_made_to_expire_all_at_once(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await send_document(ann, bot, await ann.upload(b"x" * 100))
    query = f.messages.GetMessages(id=[t.InputMessageID(id=1)])
    for _ in range(2):  # the clock stands still meanwhile
        [before] = (await bot(query)).messages
        assert await fetch(bot, before.media.document) == b"x" * 100
        rig.api.expire_file_references()
        with pytest.raises(RpcError, match="400 FILE_REFERENCE_EXPIRED"):
            await fetch(bot, before.media.document)
        [after] = (await bot(query)).messages
        assert await fetch(bot, after.media.document) == b"x" * 100


async def test_a_reference_of_another_viewer_opens_nothing(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    document = await send_document(ann, bob, await ann.upload(b"x" * 100))
    with pytest.raises(RpcError, match="FILE_ID_INVALID"):
        await fetch(bob, document)
    theirs = bob.received()[0].message.media.document
    for reference, error in ((b"", "EMPTY"), (b"nonsense", "INVALID"), (document.file_reference, "INVALID")):
        theirs.file_reference = reference
        with pytest.raises(RpcError, match=f"FILE_REFERENCE_{error}"):
            await fetch(bob, theirs)


async def test_the_same_file_from_two_people_is_one_document(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    for person in (ann, bob):
        await send_document(person, bot, await person.upload(b"x" * 100))
    await ann.send_media(bot, await ann.document(b"x" * 100, "other.zip"))
    ids = [update.message.media.document.id for update in bot.received()]
    assert ids[0] == ids[1] != ids[2]


async def test_a_small_upload_above_ten_mebibytes_is_refused(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    with pytest.raises(RpcError, match="FILE_PARTS_INVALID"):
        await send_document(ann, bob, await ann.upload(bytes(10 * MIB + 1)))


async def test_files_of_another_data_centre_are_given_to_keys_that_were_let_in_there(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    document = await send_document(ann, bob, await ann.upload(b"data"))
    assert document.dc_id == HOME
    rig.api.world.centres.of_files = OTHER
    document = await send_document(ann, bob, await ann.upload(b"more"))
    assert document.dc_id == OTHER
    with pytest.raises(RpcError, match=f"FILE_MIGRATE_{OTHER}"):
        await fetch(ann, document)
    away = Actor(rig, rig.caller(), ann.id)
    for centre in (HOME, OTHER):
        exported = await ann(f.auth.ExportAuthorization(dc_id=centre))
        await away(f.auth.ImportAuthorization(id=exported.id, bytes=exported.bytes))
        if centre == HOME:
            with pytest.raises(RpcError, match=f"FILE_MIGRATE_{OTHER}"):
                await fetch(away, document)
    assert await fetch(away, document) == b"more"
    config = await ann(f.help.GetConfig())
    assert {each.id for each in config.dc_options} == {HOME, OTHER}
