"""What a reader meets: a greeting, files behind links, and a clear answer to everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.attachments import Kind
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.words import KINDS, TEXTS, answer, code_in, make_file, said, same_content, shown, store


@pytest.mark.parametrize("language", ["en", "ru", "uz", "pt"])
async def test_everybody_is_greeted_in_their_language(stage: Stage, language: str) -> None:
    reader = await stage.reader("Rita & <b>", language=language)
    await reader.send("/start")
    greeting = said(await reader.next_message())
    assert "Rita & <b>" in greeting
    assert {"en": "Hello", "ru": "Здравствуйте", "uz": "Assalomu alaykum", "pt": "Hello"}[language] in greeting


@pytest.mark.parametrize("kind", KINDS)
async def test_whoever_opens_a_link_gets_the_file(stage: Stage, tmp_path: Path, kind: Kind) -> None:
    path = make_file(tmp_path, kind)
    code = await store(stage, path, kind)
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    got = await reader.next_message()
    assert got.media
    assert got.media.value == kind
    assert got.forward_origin is None
    copy = await reader.download(got, tmp_path / "copy")
    assert same_content(copy, path)
    assert await reader.quiet(0.5) == []


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        ("f" + "A" * 22, "link-unknown"),
        ("f" + "A" * 21, "link-malformed"),
        ("f" + "A" * 23, "link-malformed"),
        ("f" + "A" * 21 + "!", "link-malformed"),
        ("Z2V0LTE2MjQ5MTU4NTU3MTE0", "link-unknown"),  # of a former bot, and never brought over
        ("' OR 1=1 --", "link-malformed"),
        ("<b>", "link-malformed"),
        ("../../etc/passwd", "link-malformed"),
        ("ссылка 𝕏", "link-malformed"),
    ],
)
async def test_a_bad_link_is_told_what_it_is(stage: Stage, payload: str, key: str) -> None:
    reader = await stage.reader()
    await reader.send(f"/start {payload}")
    assert said(await reader.next_message()) == shown("en", key)


async def test_texts_files_and_unknown_commands_get_a_hint(stage: Stage, tmp_path: Path) -> None:
    reader = await stage.reader()
    path = make_file(tmp_path, "mine", name="mine.txt")
    for words, key in (
        ("hello", "reader-text"),
        ("/nonsense", "unknown-command"),
        ("/links", "unknown-command"),
        ("/revoke f" + "A" * 22, "unknown-command"),
        ("/genlink", "unknown-command"),
    ):
        await reader.send(words)
        assert said(await reader.next_message()) == shown("en", key)
    await reader.send_file(path, caption="/start")
    assert said(await reader.next_message()) == shown("en", "reader-file")
    assert not [line for line in await stage.sent_by_bot(stage.scene.channel_id) if line.get("file_name") == "mine.txt"]


async def test_a_readers_album_is_answered_once(stage: Stage, tmp_path: Path) -> None:
    reader = await stage.reader()
    await reader.send_album([make_file(tmp_path, f"part {n}") for n in (1, 2, 3)])
    assert said(await reader.next_message()) == shown("en", "reader-file")
    assert await reader.quiet(1.5) == []


async def test_help_and_about(stage: Stage) -> None:
    reader = await stage.reader(language="ru")
    await reader.send("/help")
    assert said(await reader.next_message()).startswith("Как это работает")
    await reader.send("/about")
    about = said(await reader.next_message())
    assert about.startswith("Draftkeep 0.")
    assert "None" not in about


async def test_the_owner_writes_pages_and_readers_read_them(stage: Stage) -> None:
    owner, reader = stage.owner, await stage.reader("Rita & <b>", language="ru")
    await reader.send("/faq")
    assert said(await reader.next_message()) == shown("ru", "faq-none")
    other = await stage.reader("Umid", language="uz")
    await other.send("/faq")
    assert said(await other.next_message()) == shown("uz", "faq-none")
    await owner.send("/faq")
    empty = await answer(stage)
    assert said(empty) == shown("en", "faq-unwritten")
    await owner.press(empty, text=TEXTS.label("en", "button-write"))
    assert said(await answer(stage)).startswith("FAQ: ")
    await owner.send("<b>Why?</b> Because of you, {first} {nobody}")
    assert "{nobody}" in said(await answer(stage))
    await owner.send("<b>Why?</b> Because of you, {first}")
    assert said(await answer(stage)) == "Why? Because of you, Olivia"
    await owner.press(await answer(stage), text=TEXTS.label("en", "button-yes"))
    await owner.next_edit()
    await reader.send("/faq")
    read = await reader.next_message()
    assert (said(read), read.reply_markup) == ("Why? Because of you, Rita & <b>", None)


async def test_a_chosen_language_holds_at_once_and_automatic_gives_it_back(stage: Stage) -> None:
    reader = await stage.reader(language="ru")
    await reader.send("/language")
    choice = await reader.next_message()
    assert said(choice) == shown("ru", "language-choose")
    await reader.press(choice, text="O‘zbekcha")
    changed = await reader.next_edit()
    assert said(changed) == shown("uz", "language-changed")
    await reader.send("/nonsense")
    assert said(await reader.next_message()) == shown("uz", "unknown-command")
    await reader.press(changed, data="language:automatic")
    assert said(await reader.next_edit()) == shown("ru", "language-followed")
    await reader.send("/nonsense")
    assert said(await reader.next_message()) == shown("ru", "unknown-command")


async def test_what_was_deleted_from_the_storage_channel_is_told(stage: Stage, tmp_path: Path) -> None:
    code = await store(stage, make_file(tmp_path, "single"))
    await stage.owner.send_album([make_file(tmp_path, f"member {n}") for n in range(3)])
    album = code_in(await answer(stage))
    posts = {
        post.document.file_name: post for post in await stage.owner.history(stage.scene.channel_id) if post.document
    }
    await stage.owner.delete([posts["single.bin"], posts["member 1.bin"]])
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    assert said(await reader.next_message()) == shown("en", "delivery-gone")
    await reader.start_bot(stage.scene.username, album)
    names = [got.document.file_name for _ in range(2) if (got := await reader.next_message()).document]
    assert names == ["member 0.bin", "member 2.bin"]
    assert said(await reader.next_message()) == shown("en", "delivery-incomplete", count=1)
    told = said(await answer(stage))
    assert told.startswith("⚠️ 2 files are gone from the storage channel")
    assert "1. single.bin\n2. member 1.bin, no. 2 of 3 behind its link" in told


async def test_the_owners_own_greeting_is_filled_in_for_each_reader(make: MakeStage) -> None:
    stage = await make()
    await stage.bot(START_MESSAGE="Hi <b>{first}</b>, {mention}, {id}! {other} {").start()
    reader = await stage.reader("A<b>&amp;")
    await reader.send("/start")
    greeting = await reader.next_message()
    assert said(greeting) == f"Hi A<b>&amp;, A<b>&amp;, {reader.id}! {{other}} {{"
    assert [entity.type.name for entity in greeting.entities or []] == ["BOLD", "TEXT_MENTION"]


async def test_the_owners_texts_reach_everybody_though_names_make_them_too_long(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    await stage.bot(START_MESSAGE="y" * 4080 + "{first}", CUSTOM_CAPTION="<b>" + "x" * 950 + "</b> {filename}").start()
    reader = await stage.reader("A reader with a long name")
    await reader.send("/start")
    assert said(await reader.next_message()) == "y" * 4080 + "A reader with a…"
    code = await store(stage, make_file(tmp_path, "long", name="n" * 150 + ".txt"))
    await reader.start_bot(stage.scene.username, code)
    assert said(await reader.next_message()) == "x" * 950 + " " + "n" * 72 + "…"
