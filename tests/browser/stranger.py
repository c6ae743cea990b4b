"""A bot of somebody else's, who means no good: it sends whoever starts it the words, files and buttons it is given."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pyrogram import Client
from pyrogram.enums import ParseMode
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.network import ServerInfo, connection_factory
from sandbox.stage import control, new_token


class Stranger:
    """A bot that is connected to the sandbox, as bots of others are to Telegram."""

    def __init__(self, info: ServerInfo, username: str) -> None:
        self._info = info
        self.username = username
        self._client: Client | None = None

    async def start(self) -> None:
        """Become known to BotFather, and connect."""
        token = new_token()
        await control(self._info, "POST", "/bots", token=token, username=self.username)
        self._client = Client(
            self.username, api_id=1, api_hash="0" * 32, bot_token=token, in_memory=True, no_updates=True,
            connection_factory=connection_factory(self._info), parse_mode=ParseMode.DISABLED,
        )  # fmt: skip
        await self._client.start()

    async def end(self) -> None:
        """Go away."""
        if self._client:
            await self._client.stop()

    async def say(self, to: int, *texts: str, labels: Sequence[str] = ()) -> None:
        """Send texts, the last of them with buttons: eight in a row, as many as Telegram takes."""
        assert self._client
        rows = [
            [InlineKeyboardButton(label, callback_data="pressed") for label in labels[at : at + 8]]
            for at in range(0, len(labels), 8)
        ]
        for text in texts:
            markup = InlineKeyboardMarkup(rows) if rows and text == texts[-1] else None
            await self._client.send_message(to, text, reply_markup=markup)

    async def send(self, to: int, name: str, content: bytes) -> None:
        """Send a file under this name."""
        assert self._client
        await self._client.send_document(to, io.BytesIO(content), file_name=name)
