"""Every kind of media arrives as it was sent: its bytes, its kind, its caption with the formatting, its album."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pyrogram import raw
from pyrogram.errors import ChatForwardsRestricted
from pyrogram.types import Message

from sandbox.attachments import Kind, sent_again, upload
from sandbox.people import People
from sandbox.person import Person
from sandbox.stage import control
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import sha256
from tests.e2e.harness import SandboxProcess, Stage, make_stage
from tests.e2e.words import KINDS, code_in, make_file, said

PAGE = "https://example.org/?a=1&b=2"
NAMED = frozenset({"document", "video", "audio", "animation", "sticker"})
"""Kinds whose files have names."""
CAPTION = "Bold & <b>, 😀 and a page"
ENTITIES: tuple[tuple[type[Any], int, int, dict[str, str]], ...] = (
    (raw.types.MessageEntityBold, 0, 4, {}),
    (raw.types.MessageEntitySpoiler, 12, 2, {}),  # two UTF-16 units: an emoji
    (raw.types.MessageEntityTextUrl, 21, 4, {"url": PAGE}),
)
ALBUMS: dict[str, tuple[Kind, ...]] = {
    "photos and videos": ("photo", "video", "photo", "video"),
    "documents": ("document", "document", "document"),
    "audio": ("audio", "audio"),
}

FORMATTED = [("BOLD", 0, 4), ("SPOILER", 12, 2), ("TEXT_LINK", 21, 4)]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Part:
    """One file as it is sent."""

    path: Path
    kind: Kind
    caption: str = ""

    @property
    def marks(self) -> list[Any]:
        """The caption's formatting."""
        return [kind(offset=at, length=length, **more) for kind, at, length, more in ENTITIES] if self.caption else []


def parts_of(kinds: Iterable[Kind], folder: Path) -> list[Part]:
    """A file for each kind, every second one with a caption."""
    captions = itertools.cycle([CAPTION, ""])
    return [Part(new_file(folder, kind), kind, caption) for kind, caption in zip(kinds, captions, strict=False)]


def new_file(folder: Path, kind: Kind) -> Path:
    """A file of this kind that was never sent before."""
    own = folder / f"{kind} {next(_numbers)}"
    own.mkdir()
    return make_file(own, kind, name=f"{own.name}.jpg" if kind == "photo" else f"{own.name}.bin")


async def send(sender: Person, bot: str, part: Part) -> None:
    """Send one file with its formatted caption."""
    peer: Any = await sender.client.resolve_peer(bot)
    await sender.client.invoke(
        raw.functions.messages.SendMedia(
            peer=peer,
            media=await upload(sender.client, part.path, part.kind),
            message=part.caption,
            entities=part.marks,
            random_id=random.getrandbits(60) + 1,
        )
    )


async def send_album(sender: Person, bot: str, parts: Sequence[Part]) -> None:
    """Send files as one album, of several kinds where they are."""
    peer: Any = await sender.client.resolve_peer(bot)
    media = []
    for part in parts:
        uploaded = await sender.client.invoke(
            raw.functions.messages.UploadMedia(peer=peer, media=await upload(sender.client, part.path, part.kind))
        )
        media.append(
            raw.types.InputSingleMedia(
                media=sent_again(uploaded), random_id=random.getrandbits(60) + 1, message=part.caption,
                entities=part.marks,
            )
        )  # fmt: skip
    await sender.client.invoke(raw.functions.messages.SendMultiMedia(peer=peer, multi_media=media))


async def store(stage: Stage, parts: Sequence[Part]) -> str:
    """The owner sends a file or an album; returns its link's code."""
    if len(parts) == 1:
        await send(stage.owner, stage.scene.username, parts[0])
    else:
        await send_album(stage.owner, stage.scene.username, parts)
    return code_in(await stage.answer(stage.owner))


async def received(stage: Stage, reader: Person, code: str, count: int) -> list[Message]:
    """What somebody gets who opens a link."""
    await reader.start_bot(stage.scene.username, code)
    return [await stage.answer(reader) for _ in range(count)]


async def check(reader: Person, got: Message, part: Part, folder: Path) -> None:
    """Whether a message has this file, and nobody's name on it."""
    assert got.media
    assert got.media.value == part.kind
    assert got.forward_origin is None
    assert sha256(await reader.download(got, folder / "copy")) == sha256(part.path)


def formatting(message: Message) -> list[tuple[str, int, int]]:
    """How a caption is formatted."""
    return [(entity.type.name, entity.offset, entity.length) for entity in message.caption_entities or []]


def page_of(message: Message) -> str | None:
    """The address that a caption leads to."""
    return next((entity.url for entity in message.caption_entities or [] if entity.url), None)


def check_caption(got: Message, part: Part) -> None:
    """Whether a message says what was said to the file, formatted as it was."""
    assert said(got) == part.caption
    assert formatting(got) == (FORMATTED if part.caption else [])
    assert page_of(got) == (PAGE if part.caption else None)


def check_filled(got: Message, part: Part) -> None:
    """Whether a message says what the template makes of the file, the file's own formatting in it."""
    name = part.path.name if part.kind in NAMED else ""
    before = f"📄 {name} for Rita: "
    assert said(got) == (before + part.caption).rstrip()
    units = len(before.encode("utf-16-le")) // 2
    marks = [("BOLD", 3, len(name))] if name else []
    marks += [(kind, at + units, length) for kind, at, length in FORMATTED if part.caption]
    assert formatting(got) == marks
    assert page_of(got) == (PAGE if part.caption else None)
    assert got.has_protected_content


def check_together(messages: Sequence[Message]) -> None:
    """Whether messages are one album."""
    assert messages[0].media_group_id
    assert len({message.media_group_id for message in messages}) == 1


async def test_each_kind_arrives_with_its_formatted_caption(stage: Stage, tmp_path: Path) -> None:
    parts = [Part(new_file(tmp_path, kind), kind, CAPTION) for kind in KINDS]
    reader = await stage.reader("Rita")
    for part in parts:
        (got,) = await received(stage, reader, await store(stage, [part]), 1)
        await check(reader, got, part, tmp_path)
        check_caption(got, part)
    assert await reader.quiet(0.5) == []


@pytest.mark.parametrize("kinds", ALBUMS.values(), ids=ALBUMS)
async def test_an_album_of_each_sort_arrives_as_one_album_in_its_order(
    stage: Stage, tmp_path: Path, kinds: tuple[Kind, ...]
) -> None:
    parts = parts_of(kinds, tmp_path)
    code = await store(stage, parts)
    reader = await stage.reader("Rita")
    messages = await received(stage, reader, code, len(parts))
    check_together(messages)
    for got, part in zip(messages, parts, strict=True):
        await check(reader, got, part, tmp_path)
        check_caption(got, part)
    assert await reader.quiet(0.5) == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def templated(
    sandbox: SandboxProcess, people: People, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A bot that puts captions of its own under files and keeps them from being passed on."""
    stage = await make_stage(sandbox, people, tmp_path_factory.mktemp("templated"), database_url)
    await stage.bot(CUSTOM_CAPTION="📄 <b>{filename}</b> for {first}: {caption}", PROTECT_CONTENT="yes").start()
    yield stage
    await stage.close()


async def expire(stage: Stage) -> None:
    """Let every file reference that anybody has expire now."""
    await control(stage.sandbox.info, "POST", "/file_references/expire")


async def fetches(stage: Stage) -> int:
    """How often the bot read the storage channel's messages, which it does for fresh references alone."""
    return (await stage.sandbox.calls(stage.bot_id)).get("channels.GetMessages", 0)


async def test_a_templates_caption_goes_out_without_reading_the_message_again(templated: Stage, tmp_path: Path) -> None:
    (part,) = parts_of(["document"], tmp_path)
    code = await store(templated, [part])
    reader = await templated.reader("Rita")
    (got,) = await received(templated, reader, code, 1)
    check_filled(got, part)
    assert await fetches(templated) == 0


async def test_each_kind_arrives_once_though_its_reference_expired(templated: Stage, tmp_path: Path) -> None:
    parts = parts_of(KINDS, tmp_path)
    reader = await templated.reader("Rita")
    codes = [await store(templated, [part]) for part in parts]
    await expire(templated)
    before = await fetches(templated)
    for part, code in zip(parts, codes, strict=True):
        (got,) = await received(templated, reader, code, 1)
        await check(reader, got, part, tmp_path)
        check_filled(got, part)
        with pytest.raises(ChatForwardsRestricted):
            await reader.forward(got, to=templated.scene.username)
    assert await fetches(templated) - before == len(parts)
    assert await reader.quiet(0.5) == []


async def test_a_reference_that_was_read_again_is_kept(templated: Stage, tmp_path: Path) -> None:
    parts = parts_of(["document", "document"], tmp_path)
    reader = await templated.reader("Rita")
    code = await store(templated, parts)
    await expire(templated)
    before = await fetches(templated)
    for _ in range(2):
        await received(templated, reader, code, len(parts))
    assert await fetches(templated) - before == 1


@pytest.mark.parametrize("kinds", ALBUMS.values(), ids=ALBUMS)
async def test_an_album_arrives_once_though_its_references_expired(
    templated: Stage, tmp_path: Path, kinds: tuple[Kind, ...]
) -> None:
    parts = parts_of(kinds, tmp_path)
    reader = await templated.reader("Rita")
    code = await store(templated, parts)
    await expire(templated)
    before = await fetches(templated)
    messages = await received(templated, reader, code, len(parts))
    assert await fetches(templated) - before == 1
    check_together(messages)
    for got, part in zip(messages, parts, strict=True):
        await check(reader, got, part, tmp_path)
        check_filled(got, part)
    assert await reader.quiet(0.5) == []


async def test_without_a_template_protected_files_are_forwarded_protected(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot(PROTECT_CONTENT="yes").start()
    reader = await stage.reader("Rita")
    parts = parts_of(["document", "document"], tmp_path)
    messages = await received(stage, reader, await store(stage, parts), 2)
    assert all(message.has_protected_content for message in messages)
    with pytest.raises(ChatForwardsRestricted):
        await reader.forward(messages, to=stage.scene.username)
    assert "messages.SendMultiMedia" not in await stage.sandbox.calls(stage.bot_id)
