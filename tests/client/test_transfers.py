"""How files move, on a local Telegram: nothing that befalls a transfer changes a byte, or stops the next one."""

from __future__ import annotations

import asyncio
import errno
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import BadRequest

import client.transfers as rules
from client import connection, file_connections
from client.calls import MustWait
from client.transfers import PART, PIECE, FileGone
from database.cause import Cause
from sandbox.world.centres import HOME, OTHER
from services.errors import TryLater
from tests.client.depot import Depot, quiet

DATA = os.urandom(3 * PIECE + 1000)
GET, SAVE = "upload.GetFile", "upload.SaveFilePart"


pytestmark = pytest.mark.asyncio(loop_scope="session")


class Fetched:
    """A download that is under way."""

    def __init__(self, place: Depot, message_id: int, report: Any = quiet) -> None:
        self.path = place.folder / "got"
        self.task = asyncio.create_task(
            place.bot.transfers.download(place.scene.channel_id, message_id, self.path, report)
        )

    async def data(self) -> bytes:
        await asyncio.wait_for(self.task, 60)
        return self.path.read_bytes()

    def left(self) -> list[str]:
        return sorted(path.name for path in self.path.parent.glob("got*"))


async def sent(place: Depot, source: Path | bytes) -> str:
    """Upload a file and post it. Returns the SHA-256 of what was posted."""
    file = await asyncio.wait_for(place.bot.transfers.upload(source, "sent.bin", quiet), 60)
    media = raw.types.InputMediaUploadedDocument(file=file, mime_type="a/b", attributes=[])
    await place.bot.sender.media(place.scene.channel_id, media, "", cause=Cause(f"test:{file.id}"), step="file")
    lines = place.box.ledger.since(0)
    return [str(line["media_sha256"]) for line in lines if line.get("media_sha256")][-1]


@pytest.mark.parametrize("size", [1, PART, PIECE, PIECE + 1, len(DATA)])
async def test_what_is_downloaded_and_uploaded_is_the_same(place: Depot, size: int) -> None:
    shares: list[int] = []
    got = Fetched(place, await place.put(DATA[:size]), shares.append)
    assert await got.data() == DATA[:size]
    assert (shares[-1], sorted(shares), got.left()) == (size, shares, ["got"])
    for source in (got.path, DATA[:size]):
        assert await sent(place, source) == sha256(DATA[:size]).hexdigest()


async def test_a_big_file_takes_the_other_method(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "BIG", PIECE)
    path = place.folder / "big"
    path.write_bytes(DATA)
    assert await sent(place, path) == sha256(DATA).hexdigest()
    assert place.calls("upload.SaveBigFilePart") == -(-len(DATA) // PART)


async def test_what_is_no_file_any_more_is_gone(place: Depot) -> None:
    number = await place.put(b"data")
    history = await place.owner.history(place.scene.channel_id)
    await place.owner.delete([message for message in history if message.id == number])
    with pytest.raises(FileGone):
        await Fetched(place, number).data()


# File references


async def test_a_reference_that_expires_in_a_download_is_fetched_again(place: Depot) -> None:
    def expire(done: int) -> None:
        if done == PIECE:
            place.box.api.expire_file_references()

    number = await place.put(DATA)
    before = place.calls("channels.GetMessages")
    assert await Fetched(place, number, expire).data() == DATA
    assert place.calls("channels.GetMessages") == before + 2, "once for all pieces that found it too old"


async def test_control_without_another_reference_the_download_ends(
    place: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "EXPIRED", ())
    got = Fetched(place, await place.put(DATA), lambda _: place.box.api.expire_file_references())
    with pytest.raises(BadRequest, match="FILE_REFERENCE_EXPIRED"):
        await got.data()


async def test_references_that_expire_at_once_put_the_job_off(place: Depot) -> None:
    number = await place.put(DATA)
    fault = await place.order("error", GET, code=400, name="FILE_REFERENCE_EXPIRED")
    with pytest.raises(TryLater):
        await Fetched(place, number).data()
    assert await place.strikes(fault) <= 2 * rules.RENEWALS


# Connections


@pytest.mark.parametrize("method", [GET, SAVE])
async def test_what_was_under_way_on_a_lost_connection_is_asked_again(place: Depot, method: str) -> None:
    number = await place.put(DATA)
    fault = await place.order("hold", method, count=2, lost=True)
    working: asyncio.Task[Any] = asyncio.create_task(
        Fetched(place, number).data() if method == GET else sent(place, DATA)
    )
    await place.struck(fault, 2)
    await place.drop()
    await place.over(fault)
    assert await working in {DATA, sha256(DATA).hexdigest()}


async def test_an_answer_that_never_comes_is_asked_for_again(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PART_WITHIN", 0.5)
    number = await place.put(DATA)
    fault = await place.order("drop_reply", GET, count=1)
    assert await Fetched(place, number).data() == DATA
    assert await place.strikes(fault) == 1


async def test_a_connection_that_was_given_up_half_open_is_made_anew(
    place: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_connections, "CONNECT_WITHIN", 5)
    number = await place.put(DATA)
    asked, opening = [await place.order("hold", "help.GetConfig", count=1) for _ in range(2)]
    got = Fetched(place, number)
    await place.struck(asked)
    await place.over(asked)  # that was the library's question where the data centre is; what comes is the connection
    await place.struck(opening)
    got.task.cancel()
    await asyncio.wait([got.task])
    await place.over(opening)
    assert await Fetched(place, number).data() == DATA


async def test_a_connection_that_is_not_signed_in_is_made_anew(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_connections, "SIGNED_IN_AFTER", 0.1)
    number = await place.put(DATA)
    assert await Fetched(place, number).data() == DATA
    [before] = place.bot.media_sessions.values()
    await place.order("error", GET, code=401, name="AUTH_KEY_UNREGISTERED", count=1)
    assert await Fetched(place, number).data() == DATA
    assert [before] != list(place.bot.media_sessions.values())


async def test_a_connection_that_reads_no_more_is_made_anew(place: Depot) -> None:
    number = await place.put(DATA)
    assert await Fetched(place, number).data() == DATA
    [session] = place.bot.media_sessions.values()
    reading: Any = session.recv_task
    reading.cancel()
    await asyncio.wait([reading])
    assert session.is_started.is_set(), "it says that it is well"
    assert await Fetched(place, number).data() == DATA


async def test_nothing_moves_without_the_lease(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "STAY", 0)
    number = await place.put(DATA)

    def lose(_: int) -> None:
        place.lease.ours = False

    with pytest.raises(TryLater):
        await Fetched(place, number, lose).data()


# Data centres


async def test_files_of_another_data_centre_are_fetched_from_there(place: Depot) -> None:
    number = await place.put(DATA)
    place.box.api.world.centres.of_files = OTHER
    assert await Fetched(place, number).data() == DATA
    assert set(place.bot.media_sessions) == {OTHER}
    before = place.calls("auth.ExportAuthorization")
    await sent(place, DATA)
    assert set(place.bot.media_sessions) == {HOME, OTHER}, "what is uploaded goes to the bot's own"
    assert await Fetched(place, number).data() == DATA
    assert place.calls("auth.ExportAuthorization") == before, "one key is enough"


async def test_a_key_that_another_data_centre_signed_out_is_let_in_again(
    place: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_connections, "SIGNED_IN_AFTER", 0.1)
    monkeypatch.setattr(connection, "LOOK_BACK", 0)
    number = await place.put(DATA)
    place.box.api.world.centres.of_files = OTHER
    assert await Fetched(place, number).data() == DATA
    session: Any = place.bot.media_sessions[OTHER]
    key = int.from_bytes(session.auth_key_id, "little", signed=True)
    place.box.api.world.accounts.sign_out(key)
    before = place.calls("auth.ExportAuthorization")
    assert await Fetched(place, number).data() == DATA
    assert place.calls("auth.ExportAuthorization") > before


# Waits


@pytest.mark.parametrize("name", ["FLOOD_WAIT_n", "FLOOD_PREMIUM_WAIT_n"])
async def test_a_wait_for_files_holds_up_files_alone(place: Depot, name: str) -> None:
    number = await place.put(DATA)
    order = {"code": 420, "name": name, "range": [1, 1], "count": 1, "closes": "method"}
    fault = await place.order("error", GET, **order)
    got = Fetched(place, number)
    await place.struck(fault)
    await asyncio.wait_for(place.bot.invoke(raw.functions.updates.GetState()), 60)
    assert not got.task.done(), "the rest goes on meanwhile"
    assert await got.data() == DATA


async def test_a_long_wait_puts_the_job_off(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "STAY", 10)
    number = await place.put(DATA)
    await place.order("error", GET, code=420, name="FLOOD_WAIT_n", range=[1000, 1000], count=1, closes="method")
    with pytest.raises(MustWait) as caught:
        await Fetched(place, number).data()
    assert caught.value.after == pytest.approx(1000, abs=60)


async def test_updates_in_hand_go_first(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "COURTESY", 0.3)
    number, looks = await place.put(DATA[:PIECE]), 0

    def active(_: Any) -> int:
        nonlocal looks
        looks += 1
        return 1

    monkeypatch.setattr(type(place.bot.inbox.lanes), "active", property(active))
    assert await Fetched(place, number).data() == DATA[:PIECE]
    assert looks == round(0.3 / rules.LOOK_EVERY), "and then it goes all the same"


# The disk


async def test_a_full_disk_ends_the_download(place: Depot) -> None:
    number = await place.put(DATA)
    (place.folder / "got.part").symlink_to("/dev/full")
    got = Fetched(place, number)
    with pytest.raises(OSError, match="No space") as caught:
        await got.data()
    assert caught.value.errno == errno.ENOSPC
    assert not got.path.exists()


async def test_what_was_not_downloaded_to_its_end_has_no_name(place: Depot) -> None:
    number = await place.put(DATA)
    fault = await place.order("hold", GET, count=1, lost=True)
    got = Fetched(place, number)
    await place.struck(fault)
    got.task.cancel()
    await asyncio.wait([got.task])
    assert got.left() == ["got.part"]
    calls = place.calls(GET)
    await place.over(fault)
    await asyncio.sleep(0.2)
    assert place.calls(GET) == calls, "nothing goes on after it"
