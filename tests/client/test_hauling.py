"""A stored file becomes another message of the storage channel: once, and what goes wrong is told as what it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

import client.hauling as rules
from client.calls import MustWait
from database.cause import Cause
from database.files import StoredFile
from database.processing import Job, JobState, Receipt
from scheduler.processing import ProcessingRunner
from services.processing import PARSED, TOO_BIG
from services.workshop import DISK_FULL, GONE, REFUSED, STORAGE, CannotProcess, PartsLost, Workshop
from tests.client.depot import Depot, quiet
from tests.e2e.evidence import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

DATA = b"a file of the tests\n" * 100_000


def jpeg(width: int = 320, height: int = 200, color: str = "red") -> bytes:
    made = BytesIO()
    Image.new("RGB", (width, height), color).save(made, "JPEG")
    return made.getvalue()


def stored(job: Job, **values: Any) -> StoredFile:
    fields = {"caption": None, "mime": None, "stored_by": job.by, "stored_at": job.asked_at, **values}
    return StoredFile(
        unique_id=job.unique_id, storage_chat=job.storage_chat, message_id=job.message_id, kind=job.kind, name=job.name,
        size=job.size, **fields,
    )  # fmt: skip


async def uploaded(place: Depot, job: Job, thumbnail: bytes | None = None) -> Receipt:
    """Fetch and upload a job's file."""
    path = place.folder / f"got {job.id}"
    await place.hauling.fetch(job, path, quiet)
    return await place.hauling.upload(job, path, thumbnail, quiet)


async def message(place: Depot, number: int) -> Any:
    """A message of the storage channel, as its owner sees it."""
    return await place.owner.client.get_messages(place.scene.channel_id, number)


async def test_a_copy_has_the_new_name_and_all_else_of_what_was_sent(place: Depot) -> None:
    thumb = place.folder / "thumb.jpg"
    thumb.write_bytes(jpeg())
    number = await place.put(DATA, "film.mp4", kind="video", caption="a film", thumbnail=thumb)
    job = await place.job(number, len(DATA), kind="video", new_name="us film.mp4")
    receipt = await uploaded(place, job)
    copy, replaced = await place.hauling.post(job, stored(job, caption="<b>a</b> film"), receipt)
    before, after = await message(place, number), await message(place, copy.message_id)
    assert (copy.chat, copy.name, replaced) == (place.scene.channel_id, "us film.mp4", False)
    assert (after.video.file_name, str(after.caption)) == ("us film.mp4", "a film")
    for name in ("file_size", "mime_type", "duration", "width", "height"):
        assert getattr(before.video, name) == getattr(after.video, name)
    assert [each.file_size for each in after.video.thumbs] == [len(jpeg())]


@pytest.mark.parametrize(
    ("values", "name"),
    [({"new_name": "b.txt"}, "b.txt"), ({"new_name": None}, "a.txt"), ({"new_name": None, "name": None}, "a.txt")],
)
async def test_a_copy_has_a_name_and_the_thumbnail_that_is_asked_for(
    place: Depot, values: dict[str, Any], name: str
) -> None:
    number = await place.put(DATA, "a.txt")
    job = await place.job(number, len(DATA), **values)
    copy, _ = await place.hauling.post(job, stored(job), await uploaded(place, job, jpeg()))
    document = (await message(place, copy.message_id)).document
    assert (document.file_name, [each.file_size for each in document.thumbs]) == (name, [len(jpeg())])


@pytest.mark.parametrize(("size", "wanted", "replaced"), [(0, True, True), (PARSED, True, False), (0, False, False)])
async def test_a_thumbnail_of_telegrams_own_in_place_of_ours_is_noticed(
    place: Depot, size: int, wanted: bool, replaced: bool
) -> None:
    """A file of `PARSED` bytes is one that Telegram does not look into; the sandbox takes the bytes as they are."""
    number = await place.put(jpeg(800, 400, "blue"), "sea.jpg", kind="document")
    processing = place.bot.services.processing
    digest = await place.room.thumbnails.keep(jpeg(), place.bot.clock.now()) if wanted else None
    job = await place.job(number, size, new_name=f"{size} {wanted}.jpg", thumbnail=digest)
    receipt = await uploaded(place, job, await processing.thumbnail(job))
    copy, ignored = await place.hauling.post(job, stored(job), receipt)
    assert ignored is replaced
    [thumb] = (await message(place, copy.message_id)).document.thumbs
    assert (thumb.width, thumb.height) == (320, 160), "what Telegram made"


async def test_what_is_posted_again_is_the_same_message(place: Depot) -> None:
    job = await place.job(await place.put(DATA), len(DATA))
    receipt = await uploaded(place, job)
    first, _ = await place.hauling.post(job, stored(job), receipt)
    second, _ = await place.hauling.post(job, stored(job), await uploaded(place, job))
    assert first.message_id == second.message_id
    history = await place.owner.history(place.scene.channel_id)
    assert history[-1].id == first.message_id, "nothing was posted after it"


# What goes wrong


@pytest.mark.parametrize(
    ("method", "code", "name", "reason"),
    [
        ("upload.GetFile", 400, "LOCATION_INVALID", REFUSED),
        ("upload.SaveFilePart", 400, "FILE_PART_INVALID", REFUSED),
        ("channels.GetMessages", 400, "CHANNEL_PRIVATE", STORAGE),
        ("messages.SendMedia", 400, "MEDIA_INVALID", REFUSED),
        ("messages.SendMedia", 403, "CHAT_WRITE_FORBIDDEN", STORAGE),
    ],
)
async def test_a_refusal_fails_the_attempt(place: Depot, method: str, code: int, name: str, reason: str) -> None:
    job = await place.job(await place.put(DATA), len(DATA))
    await place.order("error", method, code=code, name=name)
    with pytest.raises(CannotProcess) as caught:
        await place.hauling.post(job, stored(job), await uploaded(place, job))
    assert (caught.value.reason, caught.value.final) == (reason, False)


async def test_parts_that_telegram_has_lost_are_to_be_uploaded_again(place: Depot) -> None:
    job = await place.job(await place.put(DATA), len(DATA))
    receipt = await uploaded(place, job)
    await place.order("error", "messages.SendMedia", code=400, name="FILE_PART_0_MISSING", count=1)
    with pytest.raises(PartsLost):
        await place.hauling.post(job, stored(job), receipt)
    with pytest.raises(PartsLost):
        await place.hauling.post(job, stored(job), b"what another version wrote down")


async def test_what_was_deleted_is_gone_for_good(place: Depot) -> None:
    number = await place.put(DATA)
    job = await place.job(number, len(DATA))
    await place.owner.delete([await message(place, number)])
    with pytest.raises(CannotProcess) as caught:
        await uploaded(place, job)
    assert (caught.value.reason, caught.value.final) == (GONE, True)


async def test_a_copy_that_is_deleted_as_it_appears_is_gone_for_good(place: Depot) -> None:
    job = await place.job(await place.put(DATA), len(DATA))
    receipt = await uploaded(place, job)
    fault = await place.order("hold", "channels.GetMessages", count=1)
    posting = asyncio.create_task(place.hauling.post(job, stored(job), receipt))
    await place.struck(fault)
    history = await place.owner.history(place.scene.channel_id)
    await place.owner.delete(history[-1])
    await place.over(fault)
    with pytest.raises(CannotProcess) as caught:
        await posting
    assert (caught.value.reason, caught.value.final) == (GONE, True)


@pytest.mark.parametrize(("seconds", "waits"), [(1000, True), (60, False)])
async def test_what_could_not_be_uploaded_for_long_is_not_downloaded(place: Depot, seconds: int, waits: bool) -> None:
    job = await place.job(await place.put(DATA), len(DATA))
    place.bot.transfers.calls.gates.close("upload.saveFilePart", None, seconds)
    path = place.folder / f"got {job.id}"
    if waits:
        with pytest.raises(MustWait) as caught:
            await place.hauling.fetch(job, path, quiet)
        assert caught.value.after == pytest.approx(seconds, abs=60)
    else:
        await place.hauling.fetch(job, path, quiet)
    assert path.exists() is not waits


async def test_what_is_larger_than_bots_may_upload_is_not_tried(place: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LARGEST", len(DATA) - 1)
    job = await place.job(await place.put(DATA), 0)
    before = place.calls("upload.SaveFilePart")
    with pytest.raises(CannotProcess) as caught:
        await uploaded(place, job)
    assert (caught.value.reason, caught.value.final) == (TOO_BIG, True)
    assert place.calls("upload.SaveFilePart") == before


# With the steps of a job


async def a_job(place: Depot, name: str) -> Job:
    """Store a file, ask for a thumbnail on it, and take the job."""
    number = await place.put(DATA, name)
    file = stored(await place.job(number, len(DATA), unique_id=name))
    await place.room.files.add([file])
    processing = place.bot.services.processing
    await processing.dress(name, jpeg(), by=place.owner.id, cause=Cause(f"test:{name}"))
    job = await processing.claim(1)
    assert job
    return job


def workshop(place: Depot) -> Workshop:
    return Workshop(place.bot.services.processing, place.hauling, place.folder / "work")


def left(place: Depot) -> list[str]:
    """What lies on the disk."""
    return sorted(path.name for path in (place.folder / "work").glob("*"))


async def test_a_full_disk_fails_the_one_job_and_leaves_nothing(place: Depot) -> None:
    job, other = await a_job(place, "full.txt"), await a_job(place, "fits.txt")
    (place.folder / "work").mkdir(exist_ok=True)
    (place.folder / "work" / f"{job.id}.part").symlink_to("/dev/full")
    both = workshop(place)
    await asyncio.gather(both.carry_out(replace(job, failures=2)), both.carry_out(other))
    ended = [await place.room.processing.get(each.id) for each in (job, other)]
    assert [(each and each.state, each and each.reason) for each in ended] == [
        (JobState.FAILED, DISK_FULL),
        (JobState.DONE, None),
    ]
    assert left(place) == []
    files = await place.room.files.get_many(["full.txt", "fits.txt"])
    assert (files["full.txt"].processed_message_id, bool(files["fits.txt"].processed_message_id)) == (None, True)


@pytest.mark.parametrize("method", ["upload.GetFile", "upload.SaveFilePart"])
async def test_what_is_cancelled_in_the_middle_leaves_nothing(place: Depot, method: str) -> None:
    job = await a_job(place, f"{method}.txt")
    processing = place.bot.services.processing
    await processing.give_back([job.id], 1)
    fault = await place.order("hold", method, count=1, lost=True)
    runner = ProcessingRunner(processing, workshop(place), epoch=lambda: 1, now=place.bot.clock.now)
    runner.start()
    await place.struck(fault)
    assert left(place)
    await processing.cancel(job.notice, by=place.owner.id)

    async def is_clear() -> bool:
        return not left(place)

    await until(is_clear, 60, every=0.02)
    calls = place.calls(method)
    await place.over(fault)
    await runner.stop(grace=5)
    assert (left(place), place.calls(method)) == ([], calls)
