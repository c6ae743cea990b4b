"""What a link's maker sees and changes: once per cause, nobody else's, and written down."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from database.audit import Change
from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.links import Link, LinkItem, NewLink
from services.access import Permission
from services.errors import UserError
from services.link_life import LinkState, Property
from services.names import LONGEST_TITLE
from services.registry import Services
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER, READER, STORAGE, Channel, make_services, message, upload


def press(number: int) -> Cause:
    return Cause(f"query:{number}")


async def a_link(bot: BotDatabase, number: int = 1, by: int = OWNER) -> Link:
    new = NewLink(LinkKind.FILE, (LinkItem("AgAD1", 5),), STORAGE, f"c{number}")
    return await bot.links.create(new, by=by, cause=message(number), now=NOW)


async def opened(services: Services, link: Link, number: int) -> str:
    """What became of a reader's opening a link."""
    try:
        await services.links.open(link.code, by=READER, cause=message(number, READER))
    except UserError as error:
        return error.key
    return "opened"


async def logged(services: Services) -> list[tuple[str, object, object]]:
    return [(each.what, each.old, each.new) for each in reversed((await services.audit.page(0, 50)).changes)]


async def test_a_link_ends_when_its_maker_said_and_can_be_given_more_time(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    link, life = await a_link(bot), services.link_life
    card = await life.press(link.code, Property.EXPIRY, "3600", by=OWNER, cause=press(1))
    assert card.link.expires_at == NOW + timedelta(hours=1)
    clock.move(timedelta(minutes=59))
    assert await opened(services, link, 1) == "opened"
    clock.move(timedelta(minutes=1))
    assert await opened(services, link, 2) == "link-expired"
    again = await life.press(link.code, Property.EXPIRY, "3600", by=OWNER, cause=press(1))
    assert again.state is LinkState.EXPIRED, "a press that comes again changes nothing"
    assert (await life.write(link.code, Property.EXPIRY, "2 h", by=OWNER, cause=press(2))).state is LinkState.OPEN
    assert await opened(services, link, 3) == "opened"
    assert (await life.press(link.code, Property.EXPIRY, "none", by=OWNER, cause=press(3))).link.expires_at is None
    assert (await life.write(link.code, Property.EXPIRY, "0", by=OWNER, cause=press(4))).link.expires_at is None


async def test_an_expiry_may_be_a_date_in_the_bots_time_zone(services: Services, bot: BotDatabase) -> None:
    await services.settings.put("timezone", "asia/tashkent", by=OWNER, cause=press(1))
    link = await a_link(bot)
    card = await services.link_life.write(link.code, Property.EXPIRY, "31.12.2026 18:30", by=OWNER, cause=press(2))
    assert card.link.expires_at == datetime(2026, 12, 31, 13, 30, tzinfo=UTC)
    for words in ("2026-02-01", "2126-01-01"):
        with pytest.raises(UserError, match="link-expiry-past"):
            await services.link_life.write(link.code, Property.EXPIRY, words, by=OWNER, cause=press(3))
    for words in ("2026-02-30", "tomorrow", "20 years"):
        with pytest.raises(UserError, match="link-expiry-unclear"):
            await services.link_life.write(link.code, Property.EXPIRY, words, by=OWNER, cause=press(4))


async def test_a_limit_counts_what_was_used_before_it_was_set(services: Services, bot: BotDatabase) -> None:
    link, life = await a_link(bot), services.link_life
    assert [await opened(services, link, number) for number in range(3)] == ["opened"] * 3
    await life.write(link.code, Property.LIMIT, "5", by=OWNER, cause=press(1))
    assert [await opened(services, link, number) for number in range(3, 7)] == [
        "opened", "opened", "link-used-up", "link-used-up",
    ]  # fmt: skip
    card = await life.card(link.code, by=OWNER)
    assert (card.uses, card.state) == (5, LinkState.USED_UP)
    await life.press(link.code, Property.LIMIT, "none", by=OWNER, cause=press(2))
    assert [await opened(services, link, number) for number in range(7, 10)] == ["opened"] * 3
    await life.press(link.code, Property.LIMIT, "10", by=OWNER, cause=press(3))
    assert [await opened(services, link, number) for number in range(10, 14)] == [
        "opened", "opened", "link-used-up", "link-used-up",
    ]  # fmt: skip
    assert (await life.card(link.code, by=OWNER)).uses == 10


async def test_control_a_limit_that_forgot_what_was_before_lets_more_through(
    services: Services, bot: BotDatabase
) -> None:
    link = await a_link(bot)
    assert [await opened(services, link, number) for number in range(3)] == ["opened"] * 3
    await bot.links.amend(Change("link-limit", link.code, OWNER, NOW, press(1), new=4), "use_limit")
    assert [await opened(services, link, number) for number in range(3, 6)] == ["opened"] * 3


async def test_protection_is_the_links_own_or_the_bots(services: Services, bot: BotDatabase) -> None:
    link, life = await a_link(bot), services.link_life

    async def protects(number: int) -> bool:
        return (await services.links.open(link.code, by=READER, cause=message(number, READER))).protect

    assert await protects(1) is False
    await life.press(link.code, Property.PROTECT, "true", by=OWNER, cause=press(1))
    assert await protects(2) is True
    await life.press(link.code, Property.PROTECT, "none", by=OWNER, cause=press(2))
    assert await protects(3) is False


async def test_auto_delete_is_the_links_own_or_the_bots(services: Services, bot: BotDatabase) -> None:
    link, life = await a_link(bot), services.link_life
    await services.settings.put("auto_delete_time", 600, by=OWNER, cause=press(1))

    async def stays(number: int) -> int:
        return (await services.links.open(link.code, by=READER, cause=message(number, READER))).auto_delete

    assert await stays(1) == 600
    assert (await life.card(link.code, by=OWNER)).by_default[Property.DELETE] == 600
    await life.press(link.code, Property.DELETE, "0", by=OWNER, cause=press(2))
    assert await stays(2) == 0
    await life.write(link.code, Property.DELETE, "2 h", by=OWNER, cause=press(3))
    assert await stays(3) == 7200
    with pytest.raises(UserError, match="auto-delete-too-long"):
        await life.write(link.code, Property.DELETE, "2 days", by=OWNER, cause=press(4))


async def test_a_link_is_renamed_and_listed(services: Services, bot: BotDatabase) -> None:
    link, life = await a_link(bot), services.link_life
    card = await life.write(link.code, Property.TITLE, " Summer \n <b>2026</b> ", by=OWNER, cause=press(1))
    assert card.link.title == "Summer <b>2026</b>"
    assert (await life.press(link.code, Property.LISTED, "true", by=OWNER, cause=press(2))).link.listed
    assert (await life.press(link.code, Property.TITLE, "none", by=OWNER, cause=press(3))).link.title is None
    with pytest.raises(UserError, match="setting-long"):
        await life.write(link.code, Property.TITLE, "𝕏" * (LONGEST_TITLE // 2) + "x", by=OWNER, cause=press(4))


async def test_an_admin_has_their_own_links_and_the_owner_all(
    bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    services = make_services(bot, clock, channel)
    other = 77
    await services.access.appoint(other, [Permission.UPLOAD], by=OWNER, cause=message(9))
    mine, theirs = await a_link(bot, 1, by=ADMIN), await a_link(bot, 2, by=other)
    life = services.link_life
    assert (await life.card(mine.code, by=ADMIN)).link == mine
    for number, attempt in enumerate(
        (
            life.card(theirs.code, by=ADMIN),
            life.uses(theirs.code, by=ADMIN),
            life.revoke(theirs.code, by=ADMIN, cause=press(1)),
            life.restore(theirs.code, by=ADMIN, cause=press(2)),
            life.press(theirs.code, Property.LISTED, "true", by=ADMIN, cause=press(3)),
            life.write(theirs.code, Property.TITLE, "x", by=ADMIN, cause=press(4)),
        )
    ):
        with pytest.raises(UserError, match="link-not-yours"):
            await attempt
        assert await bot.links.get(theirs.code) == theirs, number
    assert (await life.revoke(theirs.code, by=OWNER, cause=press(5))).state is LinkState.REVOKED
    pages = [await life.page(by=ADMIN), await life.page(by=OWNER), await life.page(by=OWNER, mine=True)]
    assert [{card.link.code for card in page.cards} for page in pages] == [{mine.code}, {theirs.code, mine.code}, set()]
    assert [(page.mine, page.others) for page in pages] == [(True, False), (False, True), (True, True)]


async def test_a_page_names_the_first_file_of_each_link_and_knows_where_it_stands(
    services: Services, bot: BotDatabase
) -> None:
    uploads = [upload(number, f"u{number}", name=f"{number}.txt", group_id=5) for number in (1, 2)]
    older = (await services.files.store(uploads, by=OWNER, cause=press(1))).link
    await a_link(bot, 3)
    first = await services.link_life.page(size=1, by=OWNER)
    second = await services.link_life.page(first.next_after, size=1, by=OWNER)
    assert (first.newest, second.newest, second.next_after) == (True, False, None)
    [card] = second.cards
    assert card.link.code == older.code
    assert ([file.name for file in card.files], len(card.link.items)) == (["1.txt"], 2)


async def test_two_who_change_a_link_at_once_both_leave_their_mark(services: Services, bot: BotDatabase) -> None:
    link, life = await a_link(bot), services.link_life
    await asyncio.gather(
        life.press(link.code, Property.EXPIRY, "3600", by=OWNER, cause=press(1)),
        life.press(link.code, Property.LIMIT, "10", by=OWNER, cause=press(2)),
        life.press(link.code, Property.LISTED, "true", by=OWNER, cause=press(3)),
        life.write(link.code, Property.TITLE, "both", by=OWNER, cause=press(4)),
    )
    now = (await life.card(link.code, by=OWNER)).link
    assert (now.expires_at, now.use_limit, now.listed, now.title) == (NOW + timedelta(hours=1), 10, True, "both")
    assert {what for what, _, _ in await logged(services)} == {"link-expiry", "link-limit", "link-listed", "link-title"}


async def test_what_is_changed_is_written_down_once_and_what_is_not_is_not(
    services: Services, bot: BotDatabase
) -> None:
    link, life = await a_link(bot), services.link_life
    for _ in range(2):
        await life.write(link.code, Property.TITLE, "one", by=OWNER, cause=press(1))
    for _ in range(2):
        await life.write(link.code, Property.TITLE, "two", by=OWNER, cause=press(2))
    await life.write(link.code, Property.TITLE, "two", by=OWNER, cause=press(3))
    for number in (4, 4, 5):
        await life.revoke(link.code, by=OWNER, cause=press(number))
    for number in (6, 6, 4, 7):
        await life.restore(link.code, by=OWNER, cause=press(number))
    assert sorted(await logged(services), key=str) == [
        ("link-open", False, True),
        ("link-open", True, False),
        ("link-title", "one", "two"),
        ("link-title", None, "one"),
    ]


async def test_a_press_of_a_button_of_another_version_changes_nothing(services: Services, bot: BotDatabase) -> None:
    link = await a_link(bot)
    for what, data in ((Property.EXPIRY, "1"), (Property.LISTED, "none"), (Property.TITLE, "x"), (Property.LIMIT, "")):
        with pytest.raises(UserError, match="button-stale"):
            await services.link_life.press(link.code, what, data, by=OWNER, cause=press(1))
    assert await bot.links.get(link.code) == link


async def test_the_statistics_say_when_and_by_whom(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await services.settings.put("timezone", "Asia/Tashkent", by=OWNER, cause=press(1))
    link = await a_link(bot)
    for number in range(3):
        await services.links.open(link.code, by=READER + number, cause=message(number, READER))
        clock.move(timedelta(hours=7))  # 17:00, 0:00 and 7:00 there
    clock.move(timedelta(days=11))
    card, statistics = await services.link_life.uses(link.code, by=OWNER)
    assert card.uses == 3
    assert statistics.days == {"2026-03-01": 1, "2026-03-02": 2}
    assert [by for by, _ in statistics.last] == [READER + 2, READER + 1, READER]
    assert statistics.last[0][1] == NOW + timedelta(hours=14)
    clock.move(timedelta(days=3))
    assert (await services.link_life.uses(link.code, by=OWNER))[1].days == {}
