"""An OpenAI-compatible endpoint on this machine, which answers as it is told: rightly, wrongly, slowly, never."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

KEY = "canary-assistant-0123456789"
MODEL = "small-and-local"

Say: TypeAlias = Callable[[dict[str, Any]], "str | web.StreamResponse"]
"""Says what answers a question (the JSON of the user's message): an answer's content, or a response of its own."""


def answer(reply: str, confidence: object = 95) -> str:
    """What a model says that obeys."""
    return json.dumps({"nothing": False, "reply": reply, "confidence": confidence})


NOTHING = json.dumps({"nothing": True, "reply": "", "confidence": 100})


def failing(status: int) -> Say:
    """Fails with this status."""
    return lambda _: web.json_response({"error": {"message": "no"}}, status=status)


@dataclass
class Model:
    """What it was asked, in order, and how it answers."""

    say: Say = field(default=lambda _: NOTHING)
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """The requests."""
    refuses: tuple[str, ...] = ()
    """Parameters that it does not take."""
    usage: bool = True
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    slow: bool = False
    """It answers nothing until the end."""

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What was asked, without the requests around it."""
        return [question_in(request) for request in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the API has it."""
        wanted = await request.json()
        self.asked.append(wanted)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"error": {"message": "no such key"}}, status=401)
        if self.slow:
            await self.ended.wait()
        if any(name in wanted for name in self.refuses):
            return web.json_response({"error": {"message": "unsupported parameter"}}, status=400)
        said = self.say(question_in(wanted))
        if isinstance(said, web.StreamResponse):
            return said
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120} if self.usage else None
        return web.json_response({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


def question_in(wanted: dict[str, Any]) -> dict[str, Any]:
    """The question in a request: the last message, which is JSON; as it is where it is none."""
    said = wanted["messages"][-1]["content"]
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError:
        return {"text": said}
    return found


@asynccontextmanager
async def assistant() -> AsyncIterator[Model]:
    """Open an endpoint, and close it at the end."""
    model = Model()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        model.ended.set()
        await runner.cleanup()
