"""What an admin meets whose files get a new name and a thumbnail: at once a link, soon the copy behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from pyrogram.types import Message

from sandbox.person import Person
from sandbox.stage import control
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import random_file, set_up
from tests.e2e.harness import Stage
from tests.e2e.words import answer, code_in, make_file, said, same_content, shown


def picture(folder: Path, name: str = "picture.png", size: tuple[int, int] = (800, 400), color: str = "red") -> Path:
    path = folder / name
    Image.new("RGB", size, color).save(path)
    return path


async def copies(stage: Stage) -> list[dict[str, Any]]:
    """What the bot put in the storage channel."""
    return await stage.sent_by_bot(stage.scene.channel_id)


async def opened(stage: Stage, code: str, reader: Person) -> Message:
    await reader.start_bot(stage.scene.username, code)
    return await reader.next_message()


async def card(stage: Stage) -> Message:
    """The answer with the link; the message that tells how it goes may come before it."""
    return await stage.owner.next_message(from_=stage.scene.username, predicate=lambda got: "?start=" in said(got))


async def hears(stage: Stage, key: str, **args: Any) -> Message:
    """Wait until the owner is told this, whatever else comes."""
    words = shown("en", key, **args)
    return await stage.owner.next_message(from_=stage.scene.username, predicate=lambda got: said(got) == words)


async def post(stage: Stage, name: str) -> Message:
    """The message of the storage channel with a file of this name."""
    history = await stage.owner.history(stage.scene.channel_id)
    [found] = [each for each in history if each.document and each.document.file_name == name]
    return found


@asynccontextmanager
async def fault(stage: Stage, **order: Any) -> AsyncIterator[None]:
    """Let something go wrong meanwhile."""
    made = await control(stage.sandbox.info, "POST", "/faults", **order)
    try:
        yield
    finally:
        await control(stage.sandbox.info, "DELETE", f"/faults/{made['id']}")


async def told(stage: Stage, person: Person, language: str, **args: Any) -> None:
    """Wait until the message that tells how it goes says how it went."""
    key = "processing-one-over" if "name" in args else "processing-over"
    words = shown(language, key, **{"kind": "document", "failed": 0, "cancelled": 0, "ignored": 0, **args})
    first = await person.next_message(
        from_=stage.scene.username, predicate=lambda got: said(got) == words or said(got).startswith("⏳")
    )
    if said(first) != words:
        await person.next_edit(60, predicate=lambda message: message.id == first.id and said(message) == words)


async def thumbnail(person: Person, message: Message) -> Image.Image:
    """The thumbnail of the document that somebody got."""
    assert message.document
    assert message.document.thumbs
    data: Any = await person.client.download_media(message.document.thumbs[0].file_id, in_memory=True)
    return Image.open(BytesIO(data.getvalue()))


async def test_a_file_gets_its_new_name_and_thumbnail_and_keeps_its_link(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("ru")
    await set_up(stage, name_suffix="[us]")
    await stage.bot().start()
    owner, reader = stage.owner, await stage.reader()
    sent = await owner.send_file(picture(tmp_path), "photo")
    await answer(stage)  # the picture's own link
    await owner.send("/set_thumb", reply_to=sent.id)
    assert said(await answer(stage)) == shown("ru", "thumb-set")
    path = random_file(tmp_path / "film.bin", 11 * 1024 * 1024, seed=1)
    await owner.send_file(path)
    code = code_in(await card(stage))
    await told(stage, owner, "ru", end="done", name="film [us].bin")
    got = await opened(stage, code, reader)
    assert got.document
    assert got.document.file_name == "film [us].bin"
    assert same_content(await reader.download(got, tmp_path / "got"), path)
    assert (await thumbnail(reader, got)).size == (320, 160)
    names = [line.get("file_name") for line in await copies(stage)]
    assert names == [None, "film.bin", "film [us].bin"]
    assert not [each for each in (stage.folder / "data").rglob("*") if each.is_file()]
    # of what Telegram can look into it makes a thumbnail itself
    await owner.send_file(picture(tmp_path, "sea.png"))
    code_of_picture = code_in(await card(stage))
    await told(stage, owner, "ru", end="done", name="sea [us].png", ignored=1)
    assert (await opened(stage, code_of_picture, reader)).document
    # a copy that comes back is known for what it is
    await owner.start_bot(stage.scene.username, code)
    await owner.forward(await answer(stage))
    assert code_in(await card(stage)) == code
    # a copy that is deleted gives way to what was stored
    await owner.delete([await post(stage, "film [us].bin")])
    got = await opened(stage, code, reader)
    assert got.document
    assert got.document.file_name == "film.bin"


async def test_an_album_stays_an_album(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("uz")
    await set_up(stage, name_prefix="us_")
    await stage.bot().start()
    owner, reader = stage.owner, await stage.reader()
    paths = [make_file(tmp_path, f"part {number}", name=f"{number}.txt") for number in range(3)]
    await owner.send_album(paths, captions=["one", "", "three"])
    code = code_in(await card(stage))
    await told(stage, owner, "uz", total=3, done=3)
    await reader.start_bot(stage.scene.username, code)
    arrived = [await reader.next_message() for _ in paths]
    assert [each.document and each.document.file_name for each in arrived] == ["us_0.txt", "us_1.txt", "us_2.txt"]
    assert [said(each) for each in arrived] == ["one", "", "three"]
    assert len({each.media_group_id for each in arrived}) == 1
    assert arrived[0].media_group_id


async def test_a_file_gets_its_own_thumbnail_and_what_is_not_ready_can_be_cancelled(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    await stage.bot().start()
    owner, reader = stage.owner, await stage.reader()
    path = make_file(tmp_path, "plain", name="plain.txt")
    await owner.send_file(path)
    stored = await card(stage)
    await owner.send_file(picture(tmp_path), "photo", reply_to=stored.id)
    await hears(stage, "thumb-own", name="plain.txt", kind="document")
    await told(stage, owner, "en", end="done", name="plain.txt")
    assert (await thumbnail(reader, await opened(stage, code_in(stored), reader))).size == (320, 160)
    await owner.send("/set_thumb")
    await hears(stage, "thumb-ask")
    await owner.send_file(path)
    await hears(stage, "thumb-no-picture")
    await owner.send_file(picture(tmp_path, "wide.png", (1000, 100)), "document")
    await hears(stage, "thumb-set")
    async with fault(stage, kind="hold", method="upload.GetFile", account=stage.bot_id, lost=True):
        await owner.send_file(make_file(tmp_path, "second", name="second.txt"))
        code = code_in(await card(stage))
        progress = await owner.next_message(predicate=lambda got: said(got).startswith("⏳ Getting ready: second.txt"))
        pressed = await owner.press(progress)
        assert pressed.message == shown("en", "toast-processing-cancelled", count=1)
        words = shown("en", "processing-one-over", end="cancelled", name="second.txt", kind="document", ignored=0)
        await owner.next_edit(60, predicate=lambda message: said(message) == words)
    got = await opened(stage, code, reader)
    assert got.document
    assert not got.document.thumbs
    await owner.send("/show_thumb")
    await hears(stage, "thumb-shown")
    await owner.send("/del_thumb")
    await hears(stage, "thumb-deleted")
    await owner.send("/show_thumb")
    await hears(stage, "thumb-none")
