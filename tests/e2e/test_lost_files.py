"""What goes from the storage channel: the owner hears of it once, and puts another file in its place."""

from __future__ import annotations

from pathlib import Path

from pyrogram.types import InlineKeyboardMarkup, Message

from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.words import answer, code_in, make_file, said, same_content, shown, store


async def post_of(stage: Stage, name: str) -> Message:
    """The post of a file in the storage channel."""
    history = await stage.owner.history(stage.scene.channel_id)
    return next(post for post in history if post.document and post.document.file_name == name)


def buttons(message: Message) -> list[str]:
    """What the buttons under a message say."""
    markup = message.reply_markup
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    return [button.text for row in rows for button in row]


async def test_a_lost_file_is_told_once_and_replaced_by_a_press_and_a_forward(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("ru")
    await stage.bot().start()
    await stage.owner.send("/start")
    await answer(stage)
    code = await store(stage, make_file(tmp_path, "film", name="film.bin"))
    await stage.owner.send_album([make_file(tmp_path, f"part {n}") for n in range(3)])
    album = code_in(await answer(stage))
    await stage.owner.delete([await post_of(stage, "film.bin"), await post_of(stage, "part 1.bin")])
    reader, citizen = await stage.reader("Rita"), await stage.reader("Rustam", "uz")
    for person, language in ((reader, "en"), (citizen, "uz")):  # each meets the gap
        await person.start_bot(stage.scene.username, code)
        assert said(await stage.answer(person)) == shown(language, "delivery-gone")
    told = await answer(stage)
    assert said(told).startswith("⚠️ Из канала-хранилища пропали 2 файла")
    assert "1. film.bin\n2. part 1.bin, № 2 из 3 по своей ссылке" in said(told)
    assert buttons(told) == ["1", "2"]

    await stage.owner.press(told, text="1")
    assert said(await answer(stage)) == shown(
        "ru", "relink-ask-file", name="film.bin", kind="document", place=1, count=1
    )
    await stage.owner.send("вот он")
    assert said(await answer(stage)) == shown("ru", "relink-no-file")
    new = make_file(tmp_path, "new", name="new.bin")
    elsewhere = await stage.owner.send_file(new, to=await stage.owner.create_channel("Elsewhere"))
    await stage.owner.forward(elsewhere, to=stage.scene.username)
    done = await answer(stage)
    url = f"https://t.me/{stage.scene.username}?start={code}"
    assert said(done).startswith("✅ Готово: теперь по ссылке я выдаю new.bin.")
    assert url in said(done)
    await reader.start_bot(stage.scene.username, code)
    assert same_content(await reader.download(await stage.answer(reader), tmp_path / "copy"), new)

    # The file first, then the link; which place of it is clear, as one file is gone.
    part = await stage.owner.send_file(make_file(tmp_path, "part new"))
    await answer(stage)
    await stage.owner.send("/relink", reply_to=part.id)
    assert said(await answer(stage)) == shown("ru", "relink-ask-link")
    await stage.owner.send(f"https://t.me/{stage.scene.username}?start={album}")
    assert said(await answer(stage)).startswith("✅ Готово: теперь по ссылке я выдаю part new.bin (№ 2 из 3).")
    await citizen.start_bot(stage.scene.username, album)
    got = [(await stage.answer(citizen)).document for _ in range(3)]
    assert [each and each.file_name for each in got] == ["part 0.bin", "part new.bin", "part 2.bin"]

    # By number, where nothing is gone.
    await stage.owner.send(f"/relink {album}", reply_to=done.id)
    assert said(await answer(stage)) == shown("ru", "relink-ask-place", count=3, missing=0, gone="")
    await stage.owner.send("4")
    assert said(await answer(stage)) == shown("ru", "relink-place", count=3)
    await stage.owner.send("/cancel")
    assert said(await answer(stage)) == shown("ru", "conversation-cancelled")
    assert not [each for each in await stage.owner.quiet(1) if said(each).startswith("⚠️")], "it was told once"
