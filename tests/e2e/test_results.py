"""/results: what the public page shows, then what the bot sees as the channel's admin; in two languages."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.person import Person
from services.results import ResultPost
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import said, shown
from tests.services.test_results import html_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Site:
    """The public page of a channel."""

    posts: list[ResultPost] = field(default_factory=list)
    port: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with the last posts; there are none before them."""
        posts = [] if "before" in request.query else self.posts
        return web.Response(body=html_of(posts, request.match_info["name"]), content_type="text/html")


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """Open the site, and close it at the end."""
    made, app = Site(), web.Application()
    app.router.add_get("/s/{name}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        await runner.cleanup()


async def told(stage: Stage, reader: Person, *words: str, gone: str = "") -> str:
    """What /results says once it says all of these words, and not the one that is gone."""

    async def says() -> Any:
        await reader.send("/results")
        text = said(await stage.answer(reader))
        return text if all(word in text for word in words) and (not gone or gone not in text) else None

    return str(await until(says, 60))


async def test_results_come_from_the_page_and_then_from_what_the_bot_sees(make: MakeStage) -> None:
    async with site() as page:
        stage = await make()
        name = f"club{os.getpid()}_{stage.bot_id}"
        club = await stage.owner.create_channel("Club")
        await stage.owner.make_public(club, name)
        for text in ("Погода", "ИТОГИ недели: <b>Анна</b>", "Наши итоги &amp; призы"):
            page.posts.append(ResultPost((await stage.owner.post(club, text)).id, AT, text))
        await stage.bot(
            "--near", f"t.me=127.0.0.1:{page.port}", RESULTS_CHANNEL=f"https://t.me/{name}", RESULTS_WORD="Итог"
        ).start()
        reader, other = await stage.reader("Rita", language="ru"), await stage.reader("Umid", language="uz")
        text = await told(stage, reader, "Анна")
        rows = "2026-03-01 12:00\nНаши итоги & призы\n\n2026-03-01 12:00\nИТОГИ недели: Анна"
        assert text == shown("ru", "results", rows="", old=None, trouble=None).rstrip() + f"\n\n{rows}"
        assert shown("uz", "results", rows="", old=None, trouble=None).strip() in await told(stage, other, "Анна")

        await stage.owner.promote(stage.scene.username, club)
        await stage.owner.post(club, "просто пост")
        posted = await stage.owner.post(club, "итоги дня: Борис")
        await told(stage, reader, "Борис", "Анна")
        await stage.owner.edit(posted, "итоги дня: Вера")
        await told(stage, reader, "Вера", gone="Борис")
        await stage.owner.delete(posted)
        text = await told(stage, reader, "Анна", gone="Вера")
        assert "просто" not in text
