"""Roles: the environment's hold whatever the database says, the others are given, taken and known at once."""

import asyncio
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services.access import ALL, FRESH, GIVEN, READER, Access, Admin, Permission, Rank, Role
from services.audit import AuditLog
from services.errors import UserError
from tests.database.mongo import StillClock

OWNER, ADMIN, ANN, BEN = 1, 2, 11, 12


@pytest.fixture
def access(bot: BotDatabase, clock: StillClock) -> Access:
    return Access(OWNER, {OWNER, ADMIN}, bot.standings, AuditLog(bot), clock)


def another_process(bot: BotDatabase, clock: StillClock) -> Access:
    return Access(OWNER, {OWNER, ADMIN}, bot.standings, AuditLog(bot), clock)


def cause(number: int) -> Cause:
    return Cause(f"message:1:{number}")


async def test_everybody_has_one_role(access: Access) -> None:
    people = (OWNER, ADMIN, ANN, 0, -1001)
    assert [access.role(person) for person in people] == [Role.OWNER, Role.ADMIN, Role.READER, Role.READER, Role.READER]
    assert [access.is_admin(person) for person in people] == [True, True, False, False, False]
    assert access.rank(OWNER).permissions == ALL
    assert access.rank(ADMIN).permissions == GIVEN == ALL - {Permission.SETTINGS}
    assert access.rank(ANN) == READER
    assert not any(access.may(ANN, permission) for permission in Permission)


async def test_an_admin_may_what_they_are_given_at_once(access: Access) -> None:
    await access.appoint(ANN, {Permission.UPLOAD}, by=OWNER, cause=cause(1))
    assert access.rank(ANN) == Rank(Role.ADMIN, frozenset({Permission.UPLOAD}))
    given = await access.permit(ANN, Permission.BAN, given=True, by=OWNER, cause=cause(2))
    assert given == Admin(ANN, frozenset({Permission.UPLOAD, Permission.BAN}), fixed=False)
    await access.permit(ANN, Permission.UPLOAD, given=False, by=OWNER, cause=cause(3))
    assert access.rank(ANN).permissions == {Permission.BAN}
    assert [admin.user_id for admin in access.admins()] == [ADMIN, ANN]
    await access.dismiss(ANN, by=OWNER, cause=cause(4))
    assert access.rank(ANN) == READER
    assert [admin.user_id for admin in access.admins()] == [ADMIN]


async def test_who_is_an_admin_already_keeps_what_they_may(access: Access) -> None:
    await access.appoint(ANN, {Permission.UPLOAD}, by=OWNER, cause=cause(1))
    again = await access.appoint(ANN, ALL, by=OWNER, cause=cause(2))
    assert again.permissions == {Permission.UPLOAD}


async def test_who_is_banned_is_nothing_else_until_let_in_again(access: Access) -> None:
    await access.ban(ANN, by=ADMIN, cause=cause(1))
    assert access.role(ANN) is Role.BANNED
    assert access.is_banned(ANN)
    assert not access.is_admin(ANN)
    assert not access.is_banned(BEN)
    await access.unban(ANN, by=ADMIN, cause=cause(2))
    assert access.rank(ANN) == READER


@pytest.mark.parametrize("person", [OWNER, ADMIN])
async def test_the_owner_and_the_admins_of_the_environment_are_not_touched(access: Access, person: int) -> None:
    before = access.rank(person)
    with pytest.raises(UserError, match="ban-fixed"):
        await access.ban(person, by=OWNER, cause=cause(1))
    with pytest.raises(UserError, match="admin-fixed"):
        await access.appoint(person, (), by=OWNER, cause=cause(2))
    with pytest.raises(UserError, match="admin-fixed"):
        await access.dismiss(person, by=OWNER, cause=cause(3))
    with pytest.raises(UserError, match="admin-fixed"):
        await access.permit(person, Permission.UPLOAD, given=False, by=OWNER, cause=cause(4))
    assert access.rank(person) == before


@pytest.mark.parametrize("person", [OWNER, ADMIN])
async def test_what_the_database_says_of_them_has_no_effect(
    access: Access, bot: BotDatabase, clock: StillClock, person: int
) -> None:
    before = access.rank(person)
    await bot.standings.ban(person, by=ANN, cause=cause(1), now=clock.now())
    clock.move(FRESH)
    await access.refresh()
    assert access.rank(person) == before


async def test_an_admin_is_not_banned_and_nobody_banned_is_made_an_admin(access: Access) -> None:
    await access.appoint(ANN, (), by=OWNER, cause=cause(1))
    with pytest.raises(UserError, match="ban-admin"):
        await access.ban(ANN, by=OWNER, cause=cause(2))
    assert access.role(ANN) is Role.ADMIN
    await access.ban(BEN, by=OWNER, cause=cause(3))
    with pytest.raises(UserError, match="admin-banned"):
        await access.appoint(BEN, (), by=OWNER, cause=cause(4))
    assert access.role(BEN) is Role.BANNED


async def test_nobody_is_made_an_admin_by_a_permission_or_by_being_let_in(access: Access) -> None:
    with pytest.raises(UserError, match="admin-unknown"):
        await access.permit(ANN, Permission.UPLOAD, given=True, by=OWNER, cause=cause(1))
    await access.unban(ANN, by=OWNER, cause=cause(2))
    await access.dismiss(ANN, by=OWNER, cause=cause(3))
    assert access.rank(ANN) == READER


async def test_a_replay_changes_nothing_again(access: Access) -> None:
    await access.ban(ANN, by=OWNER, cause=cause(1))
    await access.unban(ANN, by=ADMIN, cause=cause(2))
    await access.ban(ANN, by=OWNER, cause=cause(1))
    assert not access.is_banned(ANN)
    await access.appoint(BEN, {Permission.BAN}, by=OWNER, cause=cause(3))
    await access.dismiss(BEN, by=OWNER, cause=cause(4))
    await access.appoint(BEN, {Permission.BAN}, by=OWNER, cause=cause(3))
    assert access.rank(BEN) == READER


async def test_another_process_knows_within_two_seconds(access: Access, bot: BotDatabase, clock: StillClock) -> None:
    other = another_process(bot, clock)
    await other.refresh()
    await access.ban(ANN, by=OWNER, cause=cause(1))
    await access.appoint(BEN, {Permission.UPLOAD}, by=OWNER, cause=cause(2))
    await other.refresh()
    assert not other.is_banned(ANN), "read within the last two seconds"
    clock.move(timedelta(seconds=2))
    await other.refresh()
    assert other.is_banned(ANN)
    assert other.rank(BEN).permissions == {Permission.UPLOAD}
    await access.unban(ANN, by=OWNER, cause=cause(3))
    clock.move(timedelta(seconds=2))
    await other.refresh()
    assert not other.is_banned(ANN)


async def test_a_new_process_knows_before_its_first_update(access: Access, bot: BotDatabase, clock: StillClock) -> None:
    await access.ban(ANN, by=OWNER, cause=cause(1))
    other = another_process(bot, clock)
    await other.refresh()
    assert other.is_banned(ANN)


async def test_what_is_changed_here_survives_a_reading_at_the_same_time(access: Access, clock: StillClock) -> None:
    for number in range(20):
        clock.move(FRESH)
        await asyncio.gather(access.refresh(), access.ban(100 + number, by=OWNER, cause=cause(number)))
        assert access.is_banned(100 + number)


async def test_the_menu_of_whoever_was_an_admin_is_known(access: Access, bot: BotDatabase, clock: StillClock) -> None:
    await access.appoint(ANN, {Permission.UPLOAD}, by=OWNER, cause=cause(1))
    await access.appoint(BEN, (), by=OWNER, cause=cause(2))
    await access.dismiss(BEN, by=OWNER, cause=cause(3))
    other = another_process(bot, clock)
    await other.refresh()
    for one in (access, other):
        assert one.ranked() == [
            (OWNER, Rank(Role.OWNER, ALL)),
            (ADMIN, Rank(Role.ADMIN, GIVEN)),
            (ANN, Rank(Role.ADMIN, frozenset({Permission.UPLOAD}))),
            (BEN, READER),
        ]


async def test_pages_of_those_who_are_banned(access: Access, bot: BotDatabase, clock: StillClock) -> None:
    for number in range(5):
        clock.move(timedelta(seconds=1))
        await access.ban(100 + number, by=ADMIN, cause=cause(number))
    assert [each.user_id for each in await bot.standings.banned(0, 3)] == [104, 103, 102]
    assert [each.user_id for each in await bot.standings.banned(3, 3)] == [101, 100]
    assert await bot.standings.count_banned() == 5
