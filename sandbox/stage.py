"""The scene that a bot is tried in: an owner, a storage channel with the bot as its admin, and readers."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.network import ServerInfo
from sandbox.people import Person

OWNER_PHONE = "9996600001"
READER_PHONES = ("9996600002", "9996600003")


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands on the stage, as far as a later start must know it."""

    token: str
    username: str
    owner_id: int
    channel_id: int

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

    def save(self, path: Path) -> None:
        """Keep the scene for the next start."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        path.chmod(0o600)

    @classmethod
    def load(cls, path: Path) -> Scene | None:
        """Read a scene that was kept; None when there is none."""
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def new_token() -> str:
    """A bot token of the sandbox: Telegram's form, a number and 35 characters."""
    return f"{secrets.randbelow(9_000_000_000) + 1_000_000_000}:{secrets.token_hex(18)[:35]}"


async def control(info: ServerInfo, method: str, path: str, **body: Any) -> Any:
    """Call the sandbox's control server; JSON lines come back as a list."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session:
        payload = body if method == "POST" else None
        async with session.request(method, f"{info.control}{path}", json=payload) as response:
            text = await response.text()
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {text}")
    if path.startswith("/ledger"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text) if text.strip() else None


async def set_scene(info: ServerInfo, *, username: str, owner: Person, title: str = "Storage") -> Scene:
    """Make a bot, and a storage channel of the owner's with the bot as its admin."""
    token = new_token()
    await control(info, "POST", "/bots", token=token, username=username)
    channel = await owner.create_channel(title)
    await owner.promote(username, channel)
    return Scene(token, username, owner.id, channel)
