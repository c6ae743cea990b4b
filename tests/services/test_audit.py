"""The log of changes: every kind of change is in it once, with its values, wherever the process died."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.links import LinkItem, NewLink
from services.access import Permission
from services.link_life import Property
from services.registry import Services
from services.required import ChatFacts
from tests.database.mongo import NOW, Cut, StillClock, cut_at_write
from tests.services.channel import OWNER, STORAGE, Channel, make_services, upload

Act = Callable[[Services, int, Cause], Awaitable[object]]
Way = tuple[Act | None, Act, tuple[str, object, object]]
"""What goes before, the change itself, and what the log says of it: kind, old and new. A number names its subject."""

ALL_BUT_BAN = ["broadcast", "review", "settings", "upload"]


async def make_link(bot: BotDatabase, number: int) -> str:
    new = NewLink(LinkKind.FILE, (LinkItem(f"Old{number}", number),), STORAGE, f"c{number}")
    return (await bot.links.create(new, by=OWNER, cause=Cause(f"link:{number}"), now=NOW)).code


async def code_of(services: Services, number: int) -> str:
    """The code of the link with this number."""
    link = await services.link_life._links.made_for(Cause(f"link:{number}"))
    assert link
    return link.code


def facts(number: int) -> ChatFacts:
    return ChatFacts(-100 - number, f"Chat {number}", None, is_admin=True, may_invite=True)


async def appoint(services: Services, number: int, cause: Cause) -> None:
    await services.access.appoint(100 + number, set(Permission) - {Permission.BAN}, by=OWNER, cause=cause)


async def permit(services: Services, number: int, cause: Cause) -> None:
    await services.access.permit(100 + number, Permission.BAN, given=True, by=OWNER, cause=cause)


async def dismiss(services: Services, number: int, cause: Cause) -> None:
    await services.access.dismiss(100 + number, by=OWNER, cause=cause)


async def ban(services: Services, number: int, cause: Cause) -> None:
    await services.access.ban(100 + number, by=OWNER, cause=cause)


async def unban(services: Services, number: int, cause: Cause) -> None:
    await services.access.unban(100 + number, by=OWNER, cause=cause)


async def revoke(services: Services, number: int, cause: Cause) -> None:
    await services.link_life.revoke(await code_of(services, number), by=OWNER, cause=cause)


async def restore(services: Services, number: int, cause: Cause) -> None:
    await services.link_life.restore(await code_of(services, number), by=OWNER, cause=cause)


async def entitle(services: Services, number: int, cause: Cause) -> None:
    await services.link_life.write(await code_of(services, number), Property.TITLE, "new", by=OWNER, cause=cause)


async def limit(services: Services, number: int, cause: Cause) -> None:
    await services.link_life.press(await code_of(services, number), Property.LIMIT, "10", by=OWNER, cause=cause)


async def relink(services: Services, number: int, cause: Cause) -> None:
    code = await code_of(services, number)
    await services.relink.replace(code, 1, upload(500 + number, f"New{number}", name="n"), by=OWNER, cause=cause)


async def require(services: Services, number: int, cause: Cause) -> None:
    await services.fsub.chats.add(facts(number), by=OWNER, cause=cause)


async def let_ask(services: Services, number: int, cause: Cause) -> None:
    await services.fsub.chats.ask(facts(number).chat_id, asks=True, by=OWNER, cause=cause)


async def protect(services: Services, number: int, cause: Cause) -> None:
    await services.settings.put("protect_content", value=True, by=OWNER, cause=cause)


async def unprotect(services: Services, number: int, cause: Cause) -> None:
    await services.settings.reset("protect_content", by=OWNER, cause=cause)


WAYS: dict[str, Way] = {
    "an admin is made": (None, appoint, ("admin", None, ALL_BUT_BAN)),
    "an admin may more": (appoint, permit, ("admin", ALL_BUT_BAN, [*ALL_BUT_BAN, "ban"])),
    "an admin is one no more": (appoint, dismiss, ("admin", ALL_BUT_BAN, None)),
    "somebody is banned": (None, ban, ("ban", False, True)),
    "somebody is let in again": (ban, unban, ("ban", True, False)),
    "a link is closed": (None, revoke, ("link-open", True, False)),
    "a link is opened again": (revoke, restore, ("link-open", False, True)),
    "a link is renamed": (None, entitle, ("link-title", None, "new")),
    "a link has a limit": (None, limit, ("link-limit", None, 10)),
    "a link hands out another file": (None, relink, ("link-file", None, "n")),
    "a chat is required": (None, require, ("fsub", False, True)),
    "a chat lets people ask": (require, let_ask, ("fsub-asks", False, True)),
    "a setting is changed": (unprotect, protect, ("setting", False, True)),
}


async def lines(bot: BotDatabase, cause: Cause) -> list[tuple[str, object, object]]:
    """What the log has of a cause."""
    return [(each.what, each.old, each.new) for each in await bot.audit.page(0, 200) if each.cause == cause]


@pytest.mark.parametrize("way", WAYS)
async def test_no_crash_leaves_a_change_out_of_the_log_or_writes_it_twice(
    bot: BotDatabase, clock: StillClock, channel: Channel, way: str
) -> None:
    before, act, said = WAYS[way]
    lacking, whole = 0, False
    for number in count():
        place, applied = divmod(number, 2)
        services, cause = make_services(bot, clock, channel), Cause(f"query:{number}")
        await make_link(bot, number)
        if before:
            await before(services, number, Cause(f"before:{number}"))
        try:
            with cut_at_write(place, applied=bool(applied)):
                await act(services, number, cause)
            whole = True
        except Cut:
            lacking += not await lines(bot, cause)
            again = make_services(bot, clock, channel)
            await again.access.refresh()
            await act(again, number, cause)
        assert await lines(bot, cause) == [said], f"cut at {place}, applied: {bool(applied)}"
        if whole:
            break
    assert lacking > 1, "some were cut between the change and its line"


async def test_what_no_replay_completes_is_in_the_log_when_it_is_looked_at(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.standings.ban(7, by=OWNER, cause=Cause("query:1"), now=clock.now())
    await bot.links.revoke(await make_link(bot, 1), OWNER, Cause("query:2"), clock.now())
    assert await bot.audit.count() == 0
    assert {each.what for each in (await services.audit.page(0)).changes} == {"ban", "link-open"}
    assert await bot.links.unlogged() == await bot.standings.unlogged() == []
