"""What a newcomer gets by itself: in time, in order, each once, through the death of the bot, and as they press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.task import Status
from sandbox.person import Person
from services.sequence_files import plan_in
from tests.database.mongo import bot_of
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import make_file, said, shown

PLAN = """
name: welcome
steps:
  - key: hello
    after: 0
    text: Welcome, <b>{first}</b>!
    buttons:
      - {text: More, click: more, answer: There you are!}
      - {text: Hm, click: hm}
  - key: soon
    after: 2s
    text: Soon
  - key: pressed
    after_previous: 1s
    text: For those who pressed
    condition: {clicked: more}
  - key: last
    after: 2s
    text: For those who did not
    condition: {not_clicked: more}
"""


@asynccontextmanager
async def room_of(stage: Stage) -> AsyncIterator[BotDatabase]:
    """The bot's database, with the sequence in it."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        room = bot_of(database, stage.bot_id)
        await room.sequences.put(plan_in(PLAN.encode(), ["en"]).plan, 1, Cause("save"), database.clock.now())
        yield room


async def hears(stage: Stage, person: Person, words: str) -> Person:
    await stage.answer(person, predicate=lambda got: said(got) == words)
    return person


async def test_newcomers_get_the_sequence_once_through_a_crash_and_as_they_press(make: MakeStage) -> None:
    stage = await make()
    async with room_of(stage) as room:
        bot = await stage.bot(LEASE_SECONDS="1").start()
        ann, rosa = await stage.reader("Ann"), await stage.reader("Роза", "ru")
        for person in (ann, rosa):
            await person.send("/start")
        hello = await stage.answer(ann, predicate=lambda got: said(got) == "Welcome, Ann!")
        greeted = await stage.answer(rosa, predicate=lambda got: said(got) == "Welcome, Роза!")
        assert (await ann.press(hello, text="More")).message == "There you are!"
        assert (await rosa.press(greeted, text="Hm")).message == shown("ru", "click-noted")
        await bot.kill()
        await stage.bot(LEASE_SECONDS="1").start()
        for person, words in ((ann, "Soon"), (rosa, "Soon"), (ann, "For those who pressed")):
            await hears(stage, person, words)
        await hears(stage, rosa, "For those who did not")
        for person in (ann, rosa):
            await person.quiet(0)
            await person.send("/start")  # nobody gets a second set
            await stage.answer(person)
            assert await person.quiet(0.5) == []
        tasks = {each.step: each for person in (ann, rosa) for each in await room.tasks.of(person.id)}
        assert {step: each.status for step, each in tasks.items()} == {
            "hello": Status.SENT, "soon": Status.SENT, "pressed": Status.SKIPPED, "last": Status.SENT,
        }  # fmt: skip
        assert await room.button_clicks.of("more", [ann.id, rosa.id]) == {ann.id}
        assert await room.button_clicks.of("hm", [ann.id, rosa.id]) == {rosa.id}
        assert [task for task in await room.tasks.of(ann.id) if task.done_at and task.done_at < task.send_at] == []
    texts = [line["text"] for line in await stage.sent_by_bot(to=ann.id)]
    greeting = shown("en", "greeting", first="Ann")
    assert [text for text in texts if text != greeting] == ["Welcome, Ann!", "Soon", "For those who pressed"]


async def test_posts_of_an_older_bot_go_to_newcomers_and_the_owner_hears_once_of_one_that_is_gone(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    channel = stage.scene.channel_id
    post = await stage.owner.send_file(make_file(tmp_path, "video"), "video", "Come in", to=channel)
    await stage.bot(SOURCE_CHANNEL_ID=str(channel), MSG_IMMEDIATE_ID=str(post.id), CHANNEL_URL="https://t.me/x").start()
    rita = await stage.reader("Rita", "uz")
    await rita.send("/start")
    got = await stage.answer(rita, predicate=lambda got: got.media is not None)
    assert (got.media and got.media.value, said(got), got.forward_origin) == ("video", "Come in", None)
    await stage.owner.delete(post)
    await stage.owner.send("/start")  # who is a newcomer as well
    args = {"name": "welcome", "which": "hello", "reason": "SOURCE_GONE"}
    await hears(stage, stage.owner, shown("en", "sequence-step-broken", **args))
    late = await stage.reader("Late")
    await late.send("/start")
    await stage.answer(late)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        room = bot_of(database, stage.bot_id)
        await until(lambda: _failed(room, late), 60)
    broken = [line for line in await stage.sent_by_bot(to=stage.owner.id) if "SOURCE_GONE" in line["text"]]
    assert len(broken) == 1


async def _failed(room: BotDatabase, person: Person) -> bool:
    return any(task.status is Status.FAILED for task in await room.tasks.of(person.id))
