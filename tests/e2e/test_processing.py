"""What an admin meets whose files get a new name and a thumbnail: at once a link, soon the copy behind it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from pyrogram.types import Message

from database.cause import Cause
from database.connection import Database
from database.secrets import Vault
from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import random_file
from tests.e2e.harness import Stage
from tests.e2e.words import answer, code_in, said, same_content, shown


async def set_up(stage: Stage, **settings: Any) -> None:
    """Change settings as the chat would."""
    vault = Vault.from_secret(stage.scene.token, stage.bot_id)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        bot = database.bot(stage.bot_id, vault)
        for name, value in settings.items():
            await bot.settings.put(name, value, 1, database.clock.now(), cause=Cause(f"test:{name}"), first=None)


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


async def over(stage: Stage, person: Person, language: str, end: str, name: str) -> Message:
    """Wait until a person is told how it went, in the message that told them how it goes."""
    words = shown(language, "processing-one-over", end=end, name=name, kind="document", ignored=0)
    return await person.next_edit(60, from_=stage.scene.username, predicate=lambda message: said(message) == words)


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
    code = code_in(await answer(stage))
    await over(stage, owner, "ru", "done", "film [us].bin")
    got = await opened(stage, code, reader)
    assert got.document
    assert got.document.file_name == "film [us].bin"
    assert same_content(await reader.download(got, tmp_path / "got"), path)
    assert (await thumbnail(reader, got)).size == (320, 160)
    names = [line.get("file_name") for line in await copies(stage)]
    assert names == [None, "film.bin", "film [us].bin"]
    assert not [each for each in (stage.folder / "data").rglob("*") if each.is_file()]
