"""Who joins gets a sequence once; who stops gets no more of it, until they say so."""

from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.sequences import Plan, Step, StepButton
from database.task import Claim, End, Status
from services.errors import UserError
from services.former_messages import FormerMessages
from services.registry import ServiceOptions, Services, build_services
from services.sequences import StepFunnel
from services.users import Profile
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, READER, Channel

BUTTONS = ((StepButton("I joined", click="joined", answer="Thank you!"),),)
PLAN = Plan("welcome", (Step("hello", 0, html="Hello", buttons=BUTTONS), Step("more", 60, html="More")))
US = Claim(1, "us")


async def joins(services: Services, user_id: int = READER) -> None:
    await services.sequences.joined(await services.users.seen(Profile(user_id)))


async def statuses(bot: BotDatabase, user_id: int = READER) -> list[Status]:
    return [task.status for task in await bot.tasks.of(user_id)]


async def test_who_joins_gets_all_steps_once(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    for _ in range(2):
        await joins(services)
    clock.move(timedelta(days=400))
    await joins(services)
    tasks = await bot.tasks.of(READER)
    assert [(task.step, task.status) for task in tasks] == [("hello", Status.PENDING), ("more", Status.PENDING)]
    assert services.step_work.came.is_set()


async def test_who_was_there_before_is_no_newcomer(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await services.users.seen(Profile(READER))
    await bot.users.bring([12], clock.now())
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    await joins(services, 12)
    clock.move(timedelta(days=2))
    await joins(services)
    assert await statuses(bot) == await statuses(bot, 12) == []


async def test_a_replay_after_a_crash_makes_what_is_missing(services: Services, bot: BotDatabase) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    user = await services.users.seen(Profile(READER))
    await services.sequences.joined(user)
    await bot.tasks._documents.delete_one({"step": "more"})
    await services.sequences.joined(user)
    assert await statuses(bot) == [Status.PENDING] * 2


async def test_a_paused_sequence_is_not_begun(services: Services, bot: BotDatabase) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    assert (await services.sequences.pause("welcome", OWNER, Cause("b"))).paused
    await joins(services)
    assert await statuses(bot) == []
    assert not (await services.sequences.resume("welcome", OWNER, Cause("c"))).paused
    await joins(services, 12)
    assert len(await statuses(bot, 12)) == 2


async def test_stop_and_begin_again(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    await joins(services)
    assert not await services.sequences.may_begin_again(READER)
    assert not await services.sequences.begin_again(READER, Cause("query:0"))
    assert await services.sequences.stop(READER) == 2
    assert await services.sequences.stop(READER) == 0
    assert await services.sequences.may_begin_again(READER)
    clock.move(timedelta(hours=1))
    for _ in range(2):
        assert await services.sequences.begin_again(READER, Cause("query:1"))
    assert not await services.sequences.begin_again(READER, Cause("query:2"))
    assert not await services.sequences.may_begin_again(READER)
    assert await statuses(bot) == [Status.CANCELLED] * 2 + [Status.PENDING] * 2
    assert len({task.cause for task in await bot.tasks.of(READER)}) == 4
    await services.sequences.stop(READER)
    assert await services.sequences.begin_again(READER, Cause("query:3"))


async def test_who_dies_while_a_reader_begins_again_leaves_them_asked_and_begun_once(
    services: Services, bot: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    await joins(services)
    await services.sequences.stop(READER)

    async def dies(*_: object) -> bool:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr(services.users, "go_on", dies)
        with pytest.raises(SystemError):
            await services.sequences.begin_again(READER, Cause("query:1"))
    assert await services.sequences.may_begin_again(READER)
    assert await services.sequences.begin_again(READER, Cause("query:2"))
    assert sorted(await statuses(bot)) == [Status.CANCELLED] * 2 + [Status.PENDING] * 2


async def test_there_is_nothing_to_begin_again_without_a_sequence(services: Services) -> None:
    await services.sequences.stop(READER)
    assert not await services.sequences.may_begin_again(READER)


async def test_the_funnel_counts_readers_and_not_tests(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    await services.sequences.test("welcome", OWNER, Cause("b"))
    for reader in (11, 12):
        await joins(services, reader)
    tasks = await bot.tasks.claim(US, clock.now(), 10)
    assert len(tasks) == 3
    await bot.tasks.end([End(task, Status.SENT, clock.now()) for task in tasks], US)
    await services.sequences.clicked(11, "joined")
    await services.sequences.clicked(OWNER, "joined")
    await services.sequences.stop(12)
    assert await services.sequences.funnel("welcome") == [
        StepFunnel("hello", due=2, sent=2, skipped=0, clicked=1, stopped=0, failed=0, waiting=0),
        StepFunnel("more", due=2, sent=0, skipped=0, clicked=0, stopped=1, failed=0, waiting=1),
    ]


async def test_a_button_answers_what_the_newest_sequence_says(services: Services, clock: StillClock) -> None:
    assert await services.sequences.answer_to("joined") is None
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    assert await services.sequences.answer_to("joined") == "Thank you!"
    clock.move(timedelta(seconds=1))
    other = ((StepButton("I joined", click="joined", answer="Welcome!"),),)
    await services.sequences.save(Plan("news", (Step("one", 0, html="x", buttons=other),)), OWNER, Cause("b"))
    assert await services.sequences.answer_to("joined") == "Welcome!"


async def test_what_is_deleted_is_gone(services: Services) -> None:
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    await services.sequences.delete("welcome", OWNER, Cause("b"))
    assert await services.sequences.all() == []
    with pytest.raises(UserError, match="sequence-gone"):
        await services.sequences.pause("welcome", OWNER, Cause("c"))
    log = await services.audit.page(0)
    assert [(change.what, change.subject) for change in log.changes] == [("sequence", "welcome")] * 2


async def test_a_time_zone_is_one_that_there_is(services: Services) -> None:
    assert (await services.users.choose_timezone(READER, "asia/tashkent")).timezone == "Asia/Tashkent"
    with pytest.raises(UserError, match="setting-timezone-wrong"):
        await services.users.choose_timezone(READER, "Mars/Olympus")
    assert (await services.users.choose_timezone(READER, None)).timezone is None


async def test_the_messages_of_an_older_bot_become_a_sequence_once(bot: BotDatabase, clock: StillClock) -> None:
    former = FormerMessages(immediate=12, after_2h=15, farewell_minutes=20, join_url="https://t.me/club")
    services = build_services(bot, clock, Channel(), ServiceOptions(OWNER, former=former))
    for _ in range(2):
        await services.sequences.bring_former()
    [brought] = await services.sequences.all()
    steps = {step.key: step for step in brought.plan.steps}
    assert {key: (step.messages, step.delay, step.after) for key, step in steps.items()} == {
        "hello": ((12,), 0, None),
        "join": ((), 40, None),
        "how": ((), 180, None),
        "farewell": ((), 1200, "how"),
        "reminder": ((15,), 7200, None),
    }
    assert [button.url for row in steps["join"].buttons for button in row] == ["https://t.me/club", None]
    assert (steps["reminder"].clicks, steps["hello"].html) == (("joined",), None)
    await services.sequences.delete("welcome", OWNER, Cause("x"))
    await services.sequences.bring_former()  # at the next start
    assert await services.sequences.all() == []


@pytest.mark.parametrize("former", [FormerMessages(), FormerMessages(join_url="https://t.me/club")])
async def test_without_such_messages_there_is_no_sequence(
    bot: BotDatabase, clock: StillClock, former: FormerMessages
) -> None:
    services = build_services(bot, clock, Channel(), ServiceOptions(OWNER, former=former))
    await services.sequences.bring_former()
    assert await services.sequences.all() == []


async def test_a_sequence_of_ones_own_is_not_replaced(bot: BotDatabase, clock: StillClock) -> None:
    services = build_services(bot, clock, Channel(), ServiceOptions(OWNER, former=FormerMessages(immediate=12)))
    await services.sequences.save(PLAN, OWNER, Cause("a"))
    await services.sequences.bring_former()
    assert (await services.sequences.get("welcome")).plan == PLAN
