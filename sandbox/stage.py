"""The scene that a bot is tried in: an owner, a storage channel with the bot as its admin, readers, a news channel."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.network import ServerInfo
from sandbox.people import Person

OWNER_PHONE = "9996600001"
READER_PHONES = ("9996600002", "9996600003")


class BrokenScene(Exception):  # noqa: N818 - told to a person
    """What was kept of a scene cannot be read; the text says which file."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands on the stage, as far as a later start must know it. `channel_id` is 0 until the channel is made."""

    token: str
    username: str
    owner_id: int
    channel_id: int
    news_id: int = 0
    """The public channel that drafts go to; 0 until it is made, and where nobody wants one."""
    is_introduced: bool = False
    """Whether the bot knows that channel and its readers."""

    def environment(self, info: ServerInfo) -> dict[str, str]:
        """The settings with which a bot finds itself here."""
        return {
            "BOT_TOKEN": self.token,
            "API_ID": "1",
            "API_HASH": "0" * 32,
            "OWNER_ID": str(self.owner_id),
            "CHANNEL_ID": str(self.channel_id),
            "TELEGRAM_SERVER": info.address,
            "TELEGRAM_PUBLIC_KEY": info.public_key,
        }

    @property
    def is_set(self) -> bool:
        """Whether everything that belongs to it was made."""
        return self.channel_id != 0

    def save(self, path: Path) -> None:
        """Keep the scene for the next start: whole, and for its owner's eyes only."""
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        new.replace(path)

    @classmethod
    def load(cls, path: Path) -> Scene | None:
        """Read a scene that was kept; None when there is none.

        Raises:
            BrokenScene: what is there is no scene.
        """
        try:
            scene = cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise BrokenScene(f"{path.name} is empty or damaged") from None
        kinds = {
            "token": str,
            "username": str,
            "owner_id": int,
            "channel_id": int,
            "news_id": int,
            "is_introduced": bool,
        }
        if not all(isinstance(getattr(scene, name), kind) for name, kind in kinds.items()):
            raise BrokenScene(f"{path.name} is damaged")
        return scene


def new_token() -> str:
    """A bot token of the sandbox: Telegram's form, a number and 35 characters."""
    return f"{secrets.randbelow(9_000_000_000) + 1_000_000_000}:{secrets.token_hex(18)[:35]}"


async def control(info: ServerInfo, method: str, path: str, /, **body: Any) -> Any:
    """Call the sandbox's control server; JSON lines come back as a list."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(120)) as session:
        payload = body if method == "POST" else None
        async with session.request(method, f"{info.control}{path}", json=payload) as response:
            text = await response.text()
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {text}")
    if path.startswith("/ledger"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text) if text.strip() else None


async def set_scene(
    info: ServerInfo, *, username: str, owner: Person, title: str = "Storage", kept: Path | None = None
) -> Scene:
    """Make a bot, and a storage channel of the owner's with the bot as its admin.

    With a file in `kept`, what an interrupted start began is gone on with: the token is on disk before the bot is made.

    Raises:
        BrokenScene: what is in the file is no scene.
    """
    scene = (Scene.load(kept) if kept else None) or Scene(new_token(), username, owner.id, 0)
    if kept:
        scene.save(kept)
    await control(info, "POST", "/bots", token=scene.token, username=scene.username)
    channel = await owner.create_channel(title)
    await owner.promote(scene.username, channel)
    scene = replace(scene, channel_id=channel)
    if kept:
        scene.save(kept)
    return scene
