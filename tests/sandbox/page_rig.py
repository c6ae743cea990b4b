"""What the tests of the page stand on: a sandbox, people on its page, a bot that echoes, and the page's HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from pyrogram import Client, filters, raw, types
from pyrogram.handlers import CallbackQueryHandler, InlineQueryHandler, MessageHandler

from sandbox.network import connection_factory
from sandbox.page.seat import Seat
from sandbox.server import Sandbox

TOKEN, BOT, BOT_ID = "777001:secret", "echo_bot", 777001
WITHIN = 30.0


@dataclass(slots=True)
class Answer:
    """What came of a request: its status, headers, and body as bytes."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class PageRig:
    """A running sandbox with Olga and Rita on its page and a bot that answers."""

    box: Sandbox
    http: aiohttp.ClientSession
    bot: Any
    olga: Seat
    rita: Seat

    async def meet(self) -> None:
        """Let everybody know each other and the bot, by their names."""
        for seat, name in ((self.olga, "olga_here"), (self.rita, "rita_here")):
            await seat.call(raw.functions.account.UpdateUsername(username=name))
        for seat, other in ((self.olga, "rita_here"), (self.rita, "olga_here")):
            for name in (other, BOT):
                await self.do(seat, "/open", {"link": f"@{name}"})

    async def ask(self, method: str, path: str, *, seat: Seat | None = None, **fields: Any) -> Answer:
        """A request to the page; `seat` puts its person's path in front."""
        prefix = f"/api/people/{seat.id}" if seat is not None else ""
        async with self.http.request(method, f"{self.box.info.control}{prefix}{path}", **fields) as response:
            return Answer(response.status, response.headers, await response.read())

    async def do(self, seat: Seat, path: str, body: Any = None) -> Any:
        """A POST of a person's that works; the JSON it answers."""
        answer = await self.ask("POST", path, seat=seat, json={} if body is None else body)
        assert answer.status == 200, answer.body
        return answer.json

    async def refused(self, seat: Seat, path: str, body: Any = None, status: int = 400) -> Any:
        """A POST of a person's that is refused; the JSON it answers."""
        answer = await self.ask("POST", path, seat=seat, json={} if body is None else body)
        assert answer.status == status, answer.body
        assert answer.json["error"]
        return answer.json

    async def messages(self, seat: Seat, chat: int) -> list[Any]:
        """The newest messages of a chat, oldest first."""
        found: list[Any] = (await self.ask("GET", f"/chats/{chat}/messages", seat=seat)).json["messages"]
        return found

    async def until(self, seat: Seat, chat: int, text: str) -> Any:
        """The message with this text, as soon as it is there."""
        async with asyncio.timeout(WITHIN):
            while True:
                for message in await self.messages(seat, chat):
                    if message["text"] == text:
                        return message
                await asyncio.sleep(0.05)

    async def upload(self, seat: Seat, chat: int, *files: tuple[str, bytes, str], **fields: str) -> Answer:
        """Files, each with its name, its bytes and its content type."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, data, content_type in files:
            form.add_field("file", data, filename=name, content_type=content_type)
        for field_name, value in fields.items():
            form.add_field(field_name.rstrip("_"), value)
        return await self.ask("POST", f"/chats/{chat}/files", seat=seat, data=form)


async def _echo(_: Client, message: Any) -> None:
    """Text comes back with buttons, as many as a number in it says."""
    count = int(message.text) if (message.text or "").isdigit() else 2
    rows = [[types.InlineKeyboardButton(f"b{n}", callback_data=f"press {n}")] for n in range(count)]
    await message.reply(f"echo {message.text}", reply_markup=types.InlineKeyboardMarkup(rows))


async def _answer(_: Client, query: Any) -> None:
    if query.data != "press 1":  # the second button is never answered
        await query.answer(f"you said {query.data}", show_alert=True)


async def _offer(_: Client, query: Any) -> None:
    content = types.InputTextMessageContent(f"offer for {query.query}")
    offers = [types.InlineQueryResultArticle(f"Offer {n}", content, id=str(n), description="one") for n in range(2)]
    await query.answer(
        offers, cache_time=0, next_offset="more", switch_pm_text="Ask in private", switch_pm_parameter="help"
    )


@asynccontextmanager
async def page_rig() -> AsyncIterator[PageRig]:
    """Everything started, and ended after it."""
    async with Sandbox(bots=[(TOKEN, BOT)]) as box, aiohttp.ClientSession() as http:
        bot = Client(
            "echo", api_id=1, api_hash="x", bot_token=TOKEN, in_memory=True,
            connection_factory=connection_factory(box.info),
        )  # fmt: skip
        bot.add_handler(MessageHandler(_echo, filters.private & filters.incoming & filters.text))
        bot.add_handler(CallbackQueryHandler(_answer))
        bot.add_handler(InlineQueryHandler(_offer))
        await bot.start()
        olga = await box.page.roster.include("9996600001", "Olga", knows=[BOT])
        rita = await box.page.roster.include("9996600002", "Rita", language_code="ru", knows=[BOT])
        rig = PageRig(box, http, bot, olga, rita)
        try:
            await rig.meet()
            yield rig
        finally:
            await bot.stop()
