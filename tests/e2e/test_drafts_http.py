"""Drafts over HTTP, from the call to the channel: kept with their files through a kill, published once."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import FormData, web
from PIL import Image

from database.cause import Cause
from database.connection import Database
from services.targets import TargetFacts, TargetKind
from tests.e2e.casting import services_of
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import errors, until
from tests.e2e.harness import ROOT, BotProcess, Stage

TOKEN = "a-token-of-this-test"
KEY = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "the only one"}
CLIP = b"a clip" * 1000


class Seen:
    """A channel as the bot would see it."""

    async def target_facts(self, name: int | str) -> TargetFacts:
        return TargetFacts(int(name), "News", TargetKind.CHANNEL, "mychannel")


@asynccontextmanager
async def a_host() -> AsyncIterator[int]:
    """A host on this machine: a picture, a clip behind a redirect, and what leads inside. Yields its port."""

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/clip.mp4":
            raise web.HTTPFound("/real/clip.mp4")
        if request.path == "/inside.mp4":
            raise web.HTTPFound("https://169.254.169.254/latest/meta-data/")
        return web.Response(body=CLIP if request.path.endswith("mp4") else picture())

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def picture() -> bytes:
    """A small picture."""
    file = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "PNG")
    return file.getvalue()


async def post(bot: BotProcess, order: dict[str, Any], file: bytes) -> tuple[int, dict[str, Any]]:
    """Order a draft with one upload, as curl -F does."""
    form = FormData()
    form.add_field("draft", json.dumps(order), content_type="application/json")
    form.add_field("cat", file, filename="cat.png")
    url = f"http://127.0.0.1:{bot.port}/drafts"
    async with aiohttp.ClientSession(headers=KEY) as http, http.post(url, data=form) as response:
        return response.status, await response.json()


async def examples(bot: BotProcess, folder: Path) -> list[dict[str, Any]]:
    """Do what the guide for operators says, with curl. Returns what is answered."""
    (folder / "before.jpg").write_bytes(picture())
    guide = (ROOT / "docs" / "operators.md").read_text("utf-8")
    section = guide.partition("## Drafts over HTTP")[2].partition("\n## ")[0]
    answers: list[dict[str, Any]] = []
    commands = "\n\n".join(re.findall(r"```\n(.*?)\n```", section, re.DOTALL)).split("\n\n")
    for command in commands:
        place = f"127.0.0.1:{bot.port}"
        words = command.replace("localhost:8080", place).replace("$ADMIN_TOKEN", TOKEN).replace("\\\n", " ")
        words = words.replace("<id>", answers[-1]["id"] if answers else "")
        run = await asyncio.create_subprocess_exec(
            *shlex.split(words), "-sS", cwd=folder, stdout=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"]}
        )
        said, _ = await asyncio.wait_for(run.communicate(), 60)
        answers.append(json.loads(said))
    return answers


async def target(stage: Stage) -> int:
    """Make a channel of the owner's to which drafts go."""
    channel = await stage.owner.create_channel("News")
    await stage.owner.promote(stage.scene.username, channel)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        targets = services_of(stage, database).targets
        await targets.add(channel, Seen(), by=stage.owner.id, cause=Cause("test:target"))
    return channel


async def test_a_draft_with_files_survives_a_kill_and_is_published_once(make: MakeStage) -> None:
    stage = await make("ru")
    channel = await target(stage)
    async with a_host() as port:
        near = [part for host in ("media", "example") for part in ("--near", f"{host}.com=127.0.0.1:{port}")]
        bot = await stage.bot(*near, ADMIN_TOKEN=TOKEN).start()
        media = [{"upload": "cat"}, {"url": "https://media.com/clip.mp4"}]
        order = {"html": "<b>Кот</b> & клип", "media": media}
        for url in ("https://media.com/inside.mp4", "https://127.0.0.1/x.mp4", "https://localhost/x.mp4"):
            status, answer = await post(bot, {**order, "media": [media[0], {"url": url}]}, picture())
            assert (status, list(answer.get("fields", answer))) == (422, ["media[1].url"]), answer
        status, answer = await post(bot, order, picture())
        assert status == 201, answer
        await bot.kill()
        bot = await stage.bot(*near, ADMIN_TOKEN=TOKEN).start()
        assert await post(bot, order, picture()) == (200, answer)
        assert (await post(bot, {**order, "html": "Another"}, picture()))[0] == 409
        assert len(await stage.sent_by_bot(stage.scene.channel_id)) == 2
        if shutil.which("curl"):
            first, second, seen = await examples(bot, stage.folder)
            assert (first["state"], second["state"]) == ("pending", "pending"), (first, second)
            assert (seen["id"], seen["targets"][0]["chat"]) == (second["id"], channel)

    async with await Database.connect(stage.database_url, stage.database_name) as database:
        drafts = services_of(stage, database).drafts
        await drafts.approve(answer["id"], 1, stage.owner.id, Cause("test:approve"))

    async def published() -> dict[str, Any] | None:
        _, text = await bot.get(answer["status"], **KEY)
        told: dict[str, Any] = json.loads(text)
        return told if told["state"] == "published" else None

    told = await until(published, 60)
    assert told
    assert [each["chat"] for each in told["targets"]] == [channel]
    album = await stage.sent_by_bot(channel)
    assert len(album) == 2
    _, metrics = await bot.get("/metrics")
    assert 'draftkeep_drafts{state="published"} 1.0' in metrics
    assert "draftkeep_draft_publish_seconds_count 1.0" in metrics
    assert errors(bot.text()) == []
