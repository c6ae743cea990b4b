"""/jobs: what runs by the clock, seen and run out of turn by the owner; the record is there after a crash."""

from __future__ import annotations

import pytest
from pyrogram.types import Message

from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.words import TEXTS, answer, said, shown


@pytest.mark.parametrize("language", ["ru", "uz"])
async def test_the_owner_sees_the_jobs_and_runs_pauses_and_resumes_one(make: MakeStage, language: str) -> None:
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
    assert shown(language, "job-last-none") in said(card)
    toast = await owner.press(card, text=button("button-job-run"))
    assert toast.message == button("job-ordered")

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
