"""What the tests of conversations share: files to send, texts to compare, links to read."""

from __future__ import annotations

import hashlib
import time
from html.parser import HTMLParser
from pathlib import Path

from pyrogram.types import Message

from locales.texts import Texts
from plugins.help import help_card
from sandbox.attachments import Kind
from sandbox.person import Person
from services.access import ALL, GIVEN, Rank, Role
from tests.e2e.harness import Stage

TEXTS = Texts.load()
KINDS: tuple[Kind, ...] = (
    "document",
    "video",
    "audio",
    "voice",
    "video_note",
    "animation",
    "sticker",
    "photo",
)


class _Plain(HTMLParser):
    """Reads what HTML shows."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""

    def handle_data(self, data: str) -> None:
        self.shown += data


def shown(language: str, key: str, **args: object) -> str:
    """A text as a person sees it, without its markup."""
    plain = _Plain()
    plain.feed(TEXTS.text(language, key, **args))
    plain.close()
    return plain.shown


def helped(language: str, role: Role) -> str:
    """What /help says to the owner, to an admin of the environment, or to a reader."""
    rank = Rank(role, {Role.OWNER: ALL, Role.ADMIN: GIVEN}.get(role, frozenset()))
    card = help_card(rank)
    return shown(language, card.key, **card.args)


def said(message: Message) -> str:
    """What a message says."""
    return str(message.text or message.caption or "")


def code_in(message: Message) -> str:
    """The code of the link in an answer."""
    words = [word for word in said(message).split() if "?start=" in word]
    assert words, said(message)
    return words[0].partition("?start=")[2]


def make_file(folder: Path, content: str, *, name: str | None = None) -> Path:
    """A small file of its own content, a picture where that is the content's name."""
    path = folder / (name or f"{content}.bin")
    path.write_bytes(_picture(folder) if content == "photo" else f"{folder} {content} ".encode() * 50)
    return path


def same_content(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes."""
    return hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()


async def store(stage: Stage, path: Path, kind: Kind = "document") -> str:
    """The owner stores a file; returns its link's code. What the bot says of something else is left for later."""
    await stage.owner.send_file(path, kind)
    named = "?start="
    return code_in(await stage.owner.next_message(from_=stage.scene.username, predicate=lambda got: named in said(got)))


async def answer(stage: Stage, timeout: float = 60) -> Message:
    """What the bot says next to the owner, who also sees what is posted in the storage channel."""
    return await stage.owner.next_message(timeout, from_=stage.scene.username)


async def answered(stage: Stage, reader: Person) -> float:
    """Let Rita greet the bot now. Returns after how many seconds the one answer came."""
    began = time.monotonic()
    await reader.send("/start")
    assert said(await stage.answer(reader)) == shown("en", "greeting", first="Rita")
    taken = time.monotonic() - began
    assert await reader.quiet(0.5) == []
    return taken


def _picture(folder: Path) -> bytes:
    """A JPEG's beginning and end, 64 by 48 pixels, with a comment that makes it this folder's own."""
    comment = str(folder).encode()
    return (
        bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
        + b"\xff\xfe"
        + (len(comment) + 2).to_bytes(2, "big")
        + comment
        + bytes.fromhex("ffc0001108003000400301220002110103110100")
        + bytes.fromhex("ffda000c03010002110311003f00")
        + b"\x00" * 200
        + bytes.fromhex("ffd9")
    )
