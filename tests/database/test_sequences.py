"""A sequence is kept as its file says, each change once, and the log has it."""

from datetime import timedelta

from database.bots import BotDatabase
from database.cause import Cause
from database.sequences import Condition, Plan, QuietHours, Step, StepButton
from tests.database.mongo import NOW

PLAN = Plan(
    "welcome",
    (
        Step("hello", 0, html="$HOME, <b>hi</b>"),
        Step(
            "join",
            7200,
            after="hello",
            messages=(5,),
            buttons=((StepButton("Join", url="https://t.me/x"), StepButton("I joined", click="joined", answer="!")),),
            condition=Condition(not_clicked="joined", languages=("en", "ru"), premium=False),
        ),
    ),
    QuietHours(1320, 480),
)


async def test_what_is_kept_is_what_was_said(bot: BotDatabase, other_bot: BotDatabase) -> None:
    kept = await bot.sequences.put(PLAN, 1, Cause("a"), NOW)
    assert (kept.plan, kept.revision, kept.paused) == (PLAN, 1, False)
    assert await bot.sequences.all() == [kept]
    assert PLAN.steps[1].clicks == ("joined",)
    assert await other_bot.sequences.all() == []
    assert await bot.sequences.get("other") is None


async def test_each_change_is_made_once_and_logged(bot: BotDatabase) -> None:
    later = NOW + timedelta(hours=1)
    shorter = Plan("welcome", PLAN.steps[:1])
    for _ in range(2):
        await bot.sequences.put(PLAN, 1, Cause("a"), NOW)
    for _ in range(2):
        await bot.sequences.pause("welcome", paused=True, by=1, cause=Cause("b"), now=NOW)
    changed = await bot.sequences.put(shorter, 2, Cause("c"), later)
    assert (changed.revision, changed.paused, changed.plan.quiet) == (2, True, None)
    assert (changed.created_at, changed.changed_at) == (NOW, later)
    await bot.sequences.put(PLAN, 1, Cause("a"), later)  # an old update that comes again
    assert (await bot.sequences.all())[0].plan == shorter
    await bot.sequences.remove("welcome", by=1, cause=Cause("d"), now=later)
    await bot.sequences.pause("welcome", paused=False, by=1, cause=Cause("e"), now=later)
    assert await bot.sequences.all() == []
    assert await bot.sequences.get("welcome") is None
    changes = [(change.what, change.old, change.new) for change in await bot.sequences.unlogged()]
    assert changes == [("sequence", None, 1), ("sequence-open", True, False), ("sequence", 1, 2), ("sequence", 2, None)]
    assert (await bot.sequences.put(PLAN, 1, Cause("f"), later)).revision == 3
