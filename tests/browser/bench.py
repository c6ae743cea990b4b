"""Messages shown without a Telegram: the page's own modules under its own policy, a conversation made up for a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
from itertools import count
from typing import Any, Final

from aiohttp import web
from PIL import Image

from sandbox.page import guard, site

OWNER: Final = 1001
BOT: Final = 7_000_000_001
NOON: Final = 1_795_003_200
"""2026-11-18 12:00 UTC: when the first message was sent."""
STARTS: Final = """
import { Pane } from "/site/pane.js";
import { store } from "/site/store.js";

const { person, chats, messages } = await (await fetch("/bench.json")).json();
store.people.set(person.id, person);
store.chatsOf.set(person.id, { chats: new Map(chats.map((chat) => [chat.id, chat])), sorted: null });
const thread = store.conversation(person.id, chats[0].id);
Object.assign(thread, { messages, older: false, newer: false, loaded: true });
const pane = new Pane(person);
pane.shown = true;
document.querySelector("main").append(pane.element);
// Pictures that do not come must not keep the window from having been loaded.
if (document.readyState !== "complete") await new Promise((go) => addEventListener("load", go));
await pane.open(chats[0].id);
document.body.dataset.ready = "yes";
"""
EMPTY: Final[Mapping[str, Any]] = {
    "name": None, "size": None, "mime": None, "width": None, "height": None, "duration": None, "title": None,
    "performer": None, "spoiler": False, "thumb": None, "url": None,
}  # fmt: skip


class Bench:
    """One conversation of one person; what is pressed is answered as `answers` says, by the press's data."""

    def __init__(self, kind: str = "bot") -> None:
        self._ids = count(1)
        self.kind = kind
        self.messages: list[dict[str, Any]] = []
        self.answers: dict[str, web.Response] = {}
        self.pictures = asyncio.Event()
        """Set when pictures may come."""
        self.answering = asyncio.Event()
        """Set, as at first, when presses are answered."""
        self.answering.set()
        self.asked: list[tuple[str, Any]] = []
        """What the page asked the server for, paths shortened to what is behind the chat's."""
        self._news = asyncio.Event()
        self.url = ""

    def say(self, text: str = "", *marks: tuple[Any, ...], **more: Any) -> int:
        """Add a message with these marks, each (kind, words, what else it says). Returns its id."""
        number = next(self._ids)
        self.messages.append(
            {
                "id": number, "chat": BOT, "date": NOON + 60 * number, "edited": None, "out": False,
                "from": {"id": BOT, "name": "Draftkeep", "kind": "bot"}, "signature": None, "via_bot": None,
                "forward": None, "reply_to": None, "text": text, "entities": [_mark(text, *mark) for mark in marks],
                "media": None, "album": None, "buttons": None, "keyboard": None, "service": None, "pinned": False,
                "silent": False, "views": None, "protected": False, "read": False, **more,
            }
        )  # fmt: skip
        return number

    def picture(self, width: int, height: int, **more: Any) -> dict[str, Any]:
        """A photo's media; its bytes come when `pictures` is set."""
        where = f"/picture/{width}x{height}.jpg"
        return {**EMPTY, "kind": "photo", "width": width, "height": height, "url": where, "thumb": where, **more}

    async def told(self, what: str, body: Any) -> None:
        """Wait until the page has asked for this.

        Raises:
            TimeoutError: it did not within a minute.
        """
        async with asyncio.timeout(60):
            while (what, body) not in self.asked:
                self._news.clear()
                await self._news.wait()

    async def served(self, request: web.Request) -> web.StreamResponse:
        """Serve whatever belongs to no file of the page."""
        if request.path == "/":
            page = (site.SITE / "index.html").read_text("utf-8").replace("/site/app.js", "/bench.js")
            page = page.replace("</body>", "<main><h1>Messages</h1></main></body>")
            return web.Response(text=page, content_type="text/html")
        if request.path == "/bench.js":
            return web.Response(text=STARTS, content_type="text/javascript")
        if request.path == "/bench.json":
            return web.json_response(self._known())
        if request.path.startswith("/picture/"):
            await self.pictures.wait()
            return web.Response(body=_drawn(request.path), content_type="image/jpeg")
        return await self._told(request)

    async def _told(self, request: web.Request) -> web.Response:
        body = await request.json() if request.method == "POST" else None
        what = request.path.rpartition(f"/chats/{BOT}/")[2]
        self.asked.append((what, body))
        self._news.set()
        if "data" in (body or {}):
            await self.answering.wait()
        return self.answers.get((body or {}).get("data", what), web.json_response({"messages": [], "commands": []}))

    def _known(self) -> dict[str, Any]:
        chat = {
            "id": BOT, "kind": self.kind, "title": "Draftkeep", "username": "draftkeep_bot", "member": True,
            "can_write": True, "creator": False, "admin": False, "blocked": False, "members": None, "protected": False,
            "unread": 0, "read_up_to": 10_000, "read_outbox_up_to": 0, "pinned": None, "last": None,
        }  # fmt: skip
        person = {"id": OWNER, "name": "Olivia", "first_name": "Olivia", "note": ""}
        return {"person": person, "chats": [chat], "messages": self.messages}


@asynccontextmanager
async def serving(bench: Bench) -> AsyncIterator[Bench]:
    """Serve it under the page's own headers."""
    app = web.Application()
    app.on_response_prepare.append(guard.harden)
    app.router.add_get("/site/{name:.+}", site.file)
    app.router.add_route("*", "/{anything:.*}", bench.served)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bench.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield bench
    finally:
        bench.pictures.set()
        bench.answering.set()
        await runner.cleanup()


def _mark(text: str, kind: str, words: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    before = text[: text.index(words)]
    return {"type": kind, "offset": _units(before), "length": _units(words), **(more or {})}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _drawn(path: str) -> bytes:
    width, height = path.rpartition("/")[2].removesuffix(".jpg").split("x")
    out = BytesIO()
    Image.new("RGB", (int(width), int(height)), "steelblue").save(out, "JPEG")
    return out.getvalue()
