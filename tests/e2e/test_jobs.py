"""/jobs: what runs by the clock, seen and run out of turn by the owner; the record is there after a crash."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from pyrogram.types import Message

from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.words import TEXTS, answer, said, shown


async def test_the_owner_sees_the_jobs_and_runs_pauses_and_resumes_one(make: MakeStage) -> None:
    language = "uz"
    stage = await make(language)
    bot = await stage.bot().start()
    owner = stage.owner

    def button(key: str) -> str:
        return TEXTS.label(language, key)

    await owner.send("/jobs")
    table = await answer(stage)
    assert shown(language, "job-message-deleter") in said(table)
    await owner.press(table, text=button("job-message-deleter"))
    card = await owner.next_edit()
    toast = await owner.press(card, text=button("button-job-run"))
    assert toast.message in {button("job-ordered"), button("job-under-way")}  # at the full minute it runs by itself

    async def sees(key: str) -> Message | None:
        """Press "Refresh": where nothing changed since, nothing is edited."""
        await owner.press(card, data="job:message_deleter")
        [message] = [each for each in await owner.history(stage.scene.username) if each.id == card.id]
        return message if shown(language, key) in said(message) else None

    ran = await until(lambda: sees("job-did-nothing"), 60)
    assert ran
    await owner.press(ran, text=button("button-job-pause"))
    paused = await until(lambda: sees("job-paused"), 60)
    assert paused
    await bot.kill()
    await stage.bot().start()
    await owner.press(paused, text=button("button-job-resume"))
    resumed = await until(lambda: sees("job-did-nothing"), 60)  # what is known of the last run is not lost
    assert resumed
    assert shown(language, "job-paused") not in said(resumed)


async def test_a_run_is_ordered_over_http_and_seen_everywhere(make: MakeStage) -> None:
    stage = await make("ru")
    token = "a token of this test"
    bot = await stage.bot(ADMIN_TOKEN=token).start()
    assert (await bot.get("/force_run"))[0] == 401
    shows = {"Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{bot.port}/force_run?job=message_deleter"

    async def ordered() -> dict[str, Any] | None:
        async with aiohttp.ClientSession(headers=shows) as session, session.post(url) as response:
            assert response.status in {202, 409}  # at the full minute it runs by itself
            told: dict[str, Any] = await response.json()
            return told if response.status == 202 else None

    order = await until(ordered, 60)
    assert order

    async def ended() -> dict[str, Any] | None:
        _, text = await bot.get(order["status"], **shows)
        told: dict[str, Any] = json.loads(text)
        return told if told["state"] == "done" else None

    told = await until(ended, 60)
    assert told
    assert told["id"] == order["id"]
    began, ended_at = told["runs"][0]["started"], told["runs"][0]["ended"]
    assert began <= ended_at < told["runs"][0]["next_run"]

    async def listed() -> bool:
        [shown_bot] = json.loads((await bot.get("/", Accept="application/json"))[1])["bots"]
        [job] = [each for each in shown_bot["jobs"] if each["name"] == "message_deleter"]
        return bool(job["last_run"] and job["last_run"] >= began and job["last_outcome"] == "done")

    await until(listed, 60)
    assert 'draftkeep_job_runs_total{job="message_deleter"} ' in (await bot.get("/metrics"))[1]
    await stage.owner.send("/jobs")
    table = said(await answer(stage))
    assert shown("ru", "job-message-deleter") in table
    assert shown("ru", "job-did-nothing") in table
