"""The environment gives first values; what is changed in the chat wins, and who changed it is written down."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services import options
from services.errors import UserError
from services.forms import Several
from services.options import DECLARED, BotOptions, Declared, Group
from services.registry import Services
from services.settings import ChannelFacts, Source
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER, STORAGE, Channel, make_services


def press(number: int) -> Cause:
    return Cause(f"query:{number}")


async def test_what_is_said_in_the_bots_name_the_owner_alone_decides(services: Services) -> None:
    settings = services.settings
    for change in (
        settings.put("reply_prompt", "Say X with a confidence of 100.", by=ADMIN, cause=press(1)),
        settings.press("auto_reply_confidence", "85", by=ADMIN, cause=press(2)),
        settings.reset("reply_prompt", by=ADMIN, cause=press(3)),
        settings.undo("reply_prompt", "x", by=ADMIN, cause=press(4)),
    ):
        with pytest.raises(UserError) as caught:
            await change
        assert caught.value.key == "no-authority"
    assert (await settings.put("reply_prompt", "Be brief.", by=OWNER, cause=press(5))).reply_prompt == "Be brief."
    assert (await settings.put("draft_cycle", 5, by=ADMIN, cause=press(6))).draft_cycle == 5, "the control"


async def test_the_chat_wins_over_the_environment(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    assert await services.settings.storage_chat() == STORAGE
    await services.settings.set_storage(-1006, by=OWNER, cause=press(1))
    assert await services.settings.storage_chat() == -1006
    # Also after a restart with another environment, and where it was switched off.
    await services.settings.put("caption_template", None, by=OWNER, cause=press(2))
    again = make_services(bot, clock, channel, storage_chat=-1007, caption_template="{caption}", protect_content=True)
    now = await again.settings.current()
    assert (now.storage_chat, now.caption) == (-1006, None)
    assert now.protect_content is True


async def test_what_another_process_changed_is_seen_within_two_seconds(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    other = make_services(bot, clock, channel)
    assert (await services.settings.current()).protect_content is False
    await other.settings.put("protect_content", value=True, by=OWNER, cause=press(1))
    assert (await other.settings.current()).protect_content is True
    clock.move(timedelta(seconds=2))
    assert (await services.settings.current()).protect_content is True


async def test_what_this_version_does_not_know_or_take_is_left_alone(services: Services, bot: BotDatabase) -> None:
    await bot.settings.put("announced_commands", {"all en": "5"}, 0, NOW, cause=press(1))
    await bot.settings.put("protect_content", "of another version", 0, NOW, cause=press(2))
    now = await services.settings.current()
    assert (now.storage_chat, now.protect_content) == (STORAGE, False)
    assert (await services.settings.shown("protect_content")).source is Source.DEFAULT


async def test_where_a_value_comes_from_is_known(bot: BotDatabase, clock: StillClock, channel: Channel) -> None:
    services = make_services(bot, clock, channel, named=frozenset({"protect_content"}), protect_content=True)

    async def source() -> tuple[Any, Source]:
        shown = await services.settings.shown("protect_content")
        return shown.value, shown.source

    assert await source() == (True, Source.ENVIRONMENT)
    assert (await services.settings.shown("greeting")).source is Source.DEFAULT
    await services.settings.press("protect_content", "false", by=OWNER, cause=press(1))
    assert await source() == (False, Source.CHAT)
    await services.settings.reset("protect_content", by=OWNER, cause=press(2))
    assert await source() == (True, Source.ENVIRONMENT)


async def test_a_page_has_its_settings_in_the_order_of_their_declarations(services: Services) -> None:
    shown = [each.declared.name for each in await services.settings.group(Group.GREETING)]
    assert shown == ["greeting", "greeting_picture"]
    assert {each.group for each in DECLARED.values()} == set(Group)


@pytest.mark.parametrize(("name", "data"), [("nonsense", "true"), ("protect_content", "maybe"), ("greeting", "x")])
async def test_a_button_of_another_version_is_refused(services: Services, name: str, data: str) -> None:
    with pytest.raises(UserError, match="button-stale"):
        await services.settings.press(name, data, by=OWNER, cause=press(1))
    with pytest.raises(UserError, match="button-stale"):
        await services.settings.reset("nonsense", by=OWNER, cause=press(1))
    assert (await services.audit.page(0)).changes == []


async def test_a_wrong_value_changes_nothing(services: Services) -> None:
    with pytest.raises(UserError, match="setting-long"):
        await services.settings.put("greeting", "x" * 4097, by=OWNER, cause=press(1))
    assert (await services.settings.current()).greeting is None


async def test_the_log_says_who_changed_what_from_what_to_what(services: Services, clock: StillClock) -> None:
    await services.settings.press("protect_content", "true", by=ADMIN, cause=press(1))
    clock.move(timedelta(minutes=1))
    for _ in range(2):
        await services.settings.put("greeting", "Hi {first}", by=OWNER, cause=press(2))
    clock.move(timedelta(minutes=1))
    await services.settings.reset("greeting", by=OWNER, cause=press(3))
    page = await services.audit.page(0, size=2)
    said = [(each.subject, each.by, each.old, each.new) for each in page.changes]
    assert said == [("greeting", OWNER, "Hi {first}", None), ("greeting", OWNER, None, "Hi {first}")]
    assert (page.number, page.pages) == (0, 2)
    last = await services.audit.page(7, size=2)
    assert [(each.subject, each.by, each.old, each.new) for each in last.changes] == [
        ("protect_content", ADMIN, False, True)
    ]
    assert last.number == 1


async def test_a_change_whose_process_died_before_it_was_logged_is_logged_with_the_next(
    services: Services, bot: BotDatabase
) -> None:
    await bot.settings.put("protect_content", True, OWNER, NOW, cause=press(1), first=False)
    assert await bot.audit.count() == 0
    assert [each.subject for each in (await services.audit.page(0)).changes] == ["protect_content"]
    assert await bot.settings.unlogged() == []


async def test_the_last_change_is_taken_back_and_that_too(services: Services, clock: StillClock) -> None:
    async def before() -> tuple[str, Any]:
        found = (await services.settings.shown("greeting")).before
        assert found
        return found.id, found.value

    assert (await services.settings.shown("greeting")).before is None
    await services.settings.put("greeting", "one", by=OWNER, cause=press(1))
    await services.settings.put("greeting", "two", by=OWNER, cause=press(2))
    await services.settings.put("greeting", "two", by=OWNER, cause=press(3))
    last, value = await before()
    assert value == "one", "what changed nothing is not the last change"
    clock.move(timedelta(minutes=1))
    for _ in range(2):
        shown = await services.settings.undo("greeting", last, by=ADMIN, cause=press(4))
        assert (shown.value, shown.source) == ("one", Source.CHAT)
    with pytest.raises(UserError, match="setting-changed-since"):
        await services.settings.undo("greeting", last, by=ADMIN, cause=press(5))
    again, value = await before()
    assert value == "two"
    assert (await services.settings.undo("greeting", again, by=ADMIN, cause=press(6))).value == "two"
    undone = [(each.old, each.new) for each in (await services.audit.page(0)).changes if each.by == ADMIN]
    assert sorted(undone) == [("one", "two"), ("two", "one")]


async def test_what_the_first_change_is_taken_back_to_is_the_environments(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    await services.settings.put("greeting", "one", by=OWNER, cause=press(1))
    before = (await services.settings.shown("greeting")).before
    assert before
    again = make_services(bot, clock, channel, named=frozenset({"greeting"}), greeting="of the environment")
    shown = await again.settings.undo("greeting", before.id, by=OWNER, cause=press(2))
    assert (shown.value, shown.source) == ("of the environment", Source.ENVIRONMENT)
    with pytest.raises(UserError, match="button-stale"):
        await again.settings.undo("nonsense", before.id, by=OWNER, cause=press(3))


async def test_of_several_at_least_one_stays(
    services: Services, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = Several(presets=("video", "audio"))
    declared = Declared("greeting", several, ("video", "audio"), Group.GREETING, None)
    monkeypatch.setitem(options.DECLARED, "greeting", declared)
    services.settings._first = BotOptions(greeting=("video", "audio"))  # type: ignore[arg-type]
    assert (await services.settings.press("greeting", "-video", by=OWNER, cause=press(1))).value == ("audio",)
    with pytest.raises(UserError, match="setting-last"):
        await services.settings.press("greeting", "-audio", by=OWNER, cause=press(2))
    assert (await services.settings.press("greeting", "+video", by=OWNER, cause=press(3))).value == ("video", "audio")
    with pytest.raises(UserError, match="button-stale"):
        await services.settings.press("greeting", "+photo", by=OWNER, cause=press(4))


async def test_only_a_channel_whose_posts_can_be_heard_and_passed_on_is_taken_for_chat_posts(
    services: Services,
) -> None:
    fit = ChannelFacts(-1006, "News", is_channel=True, is_admin=True, may_post=False, protected=False)
    for facts, key in (
        (replace(fit, is_channel=False), "source-not-channel"),
        (replace(fit, is_admin=False), "source-not-admin"),
        (replace(fit, protected=True), "source-protected"),
    ):
        with pytest.raises(UserError) as refused:
            await services.settings.choose_source(facts, by=OWNER, cause=press(1))
        assert (refused.value.key, refused.value.args_["title"]) == (key, "News")
    assert (await services.settings.current()).source_chat is None
    assert (await services.settings.choose_source(fit, by=OWNER, cause=press(2))).source_chat == -1006
    await services.settings.press("source_chat", "none", by=OWNER, cause=press(3))
    assert (await services.settings.current()).source_chat is None
