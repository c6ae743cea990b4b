"""Who passes the gate: one token, one reader, one link, one use; and what holds in crowds, at replays and at night."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.links import LinkItem, NewLink
from database.users import Profile
from services.errors import UserError
from services.gate import LOCKED_FOR, TOKEN_LASTS, TRIES, GateService, NoWay, Passed
from services.gate_numbers import GateEvent, Refused
from services.options import BotOptions, GateMode
from services.registry import ServiceOptions, Services, build_services
from services.shorteners import Shortener, ShortenerFailed
from tests.database.mongo import BOT_ID, Cut, StillClock, bot_of, cut_at_write, dump
from tests.services.channel import ADMIN, OWNER, STORAGE, Channel

ANN, BOB = 11, 12


class Shop:
    """Shorteners that answer, or do not; `long` is what each short address leads to."""

    def __init__(self) -> None:
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self.long: dict[str, str] = {}

    async def shorten(self, shortener: Shortener, url: str) -> str:
        self.asked.append(shortener.host)
        await asyncio.sleep(0)
        if shortener.host in self.failing:
            raise ShortenerFailed("HTTP 500")
        short = f"https://short.example/{len(self.long)}"
        self.long[short] = url
        return short


@pytest.fixture
def shop() -> Shop:
    return Shop()


def make(bot: BotDatabase, clock: StillClock, shop: Shop, *, shortener: bool = True, **first: Any) -> Services:
    options = ServiceOptions(
        OWNER,
        frozenset({ADMIN}),
        BotOptions(**{"storage_chat": STORAGE, **first}),
        shortening=shop,
        shortener=Shortener("good.example", "https://good.example/api", "key") if shortener else None,
    )
    return build_services(bot, clock, Channel(), options)


@pytest.fixture
def services(bot: BotDatabase, clock: StillClock, shop: Shop) -> Services:
    return make(bot, clock, shop)


@pytest.fixture
def gate(services: Services) -> GateService:
    return services.gate


@pytest.fixture
async def link(bot: BotDatabase, clock: StillClock) -> str:
    new = NewLink(LinkKind.FILE, (LinkItem("u", 1),), STORAGE, "content")
    return (await bot.links.create(new, by=OWNER, cause=Cause("a link"), now=clock.now())).code


def cause(number: int, by: int = ANN) -> Cause:
    return Cause(f"message:{by}:{number}")


def address(token: str) -> str:
    return f"https://t.me/keeper_bot?start={token}"


async def tokens(gate: GateService, shop: Shop | None = None) -> list[str]:
    """Hand over whatever waits; returns what the readers come back with."""
    found = []
    for token in await gate.waiting(1000):
        offered = await gate.offer(token, address)
        assert offered
        await gate.handed(token, offered)
        found.append((shop.long[offered.url] if shop else offered.url).partition("?start=")[2])
    return found


async def a_token(services: Services, link: str, shop: Shop, number: int = 1, by: int = ANN) -> str:
    await services.users.seen(Profile(by))
    assert await services.gate.enter(link, by=by, cause=cause(number, by)) is None
    [token] = await tokens(services.gate, shop)
    return token


async def refused(gate: GateService, payload: str, number: int, by: int = ANN) -> str:
    with pytest.raises(UserError) as error:
        await gate.enter(payload, by=by, cause=cause(number, by))
    return error.value.key


# The way through


async def test_a_reader_goes_through_the_shortener_and_is_verified_for_hours(
    services: Services, link: str, shop: Shop, clock: StillClock, bot: BotDatabase
) -> None:
    token = await a_token(services, link, shop)
    assert (token[0], len(token)) == ("v", 23)
    clock.move(timedelta(seconds=15))
    assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)
    assert await services.gate.enter(link, by=ANN, cause=cause(3)) == Passed(link)
    clock.move(timedelta(hours=11))
    assert await services.gate.clean_tokens() == 1
    assert await services.gate.enter(link, by=ANN, cause=cause(4)) == Passed(link), "cleaning takes nobody's time"
    clock.move(timedelta(hours=1))
    assert await services.gate.enter(link, by=ANN, cause=cause(5)) is None
    user = await bot.users.get(ANN)
    assert user
    assert user.verified_until == datetime(2026, 3, 2, 0, 0, 15, tzinfo=UTC)


async def test_what_the_database_holds_of_a_token_opens_nothing(
    services: Services, link: str, shop: Shop, database: Database
) -> None:
    token = await a_token(services, link, shop)
    everything = await dump(database)
    assert link.encode() in everything
    assert token.encode() not in everything
    assert token[1:].encode() not in everything
    assert base64.urlsafe_b64decode(token[1:] + "==") not in everything


@pytest.mark.parametrize("by", [OWNER, ADMIN])
async def test_the_owner_and_the_admins_are_not_verified(gate: GateService, link: str, by: int) -> None:
    assert await gate.enter(link, by=by, cause=cause(1, by)) == Passed(link)


async def test_premium_readers_are_not_verified_until_their_time_is_over(
    services: Services, link: str, clock: StillClock
) -> None:
    await services.premium.give(ANN, timedelta(days=1), by=OWNER, cause=cause(1, OWNER))
    assert await services.gate.enter(link, by=ANN, cause=cause(2)) == Passed(link)
    clock.move(timedelta(days=1))
    assert await services.gate.enter(link, by=ANN, cause=cause(3)) is None


@pytest.mark.parametrize(
    ("mode", "shortener", "on"),
    [
        (GateMode.SHORTENER, False, False),
        (GateMode.SHORTENER, True, True),
        (GateMode.ALWAYS, False, True),
        (GateMode.NEVER, True, False),
    ],
)
async def test_when_readers_are_verified(
    bot: BotDatabase, clock: StillClock, shop: Shop, link: str, mode: GateMode, shortener: bool, on: bool
) -> None:
    services = make(bot, clock, shop, shortener=shortener, gate=mode)
    assert (await services.gate.enter(link, by=ANN, cause=cause(1)) is None) is on
    assert await services.gate.is_on() is on


async def test_without_a_shortener_the_button_leads_straight_back_and_nobody_is_too_fast(
    bot: BotDatabase, clock: StillClock, shop: Shop, link: str
) -> None:
    services = make(bot, clock, shop, shortener=False, gate=GateMode.ALWAYS)
    assert await services.gate.enter(link, by=ANN, cause=cause(1)) is None
    [token] = await tokens(services.gate)
    assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)
    assert shop.asked == []


async def test_a_verification_may_hold_for_one_link_alone(
    bot: BotDatabase, clock: StillClock, shop: Shop, link: str
) -> None:
    services = make(bot, clock, shop, gate_duration=0, gate_minimum=0)
    token = await a_token(services, link, shop)
    assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 0)
    assert await services.gate.enter(link, by=ANN, cause=cause(3)) is None


async def test_a_link_that_opens_nothing_costs_no_verification(
    gate: GateService, link: str, bot: BotDatabase, clock: StillClock
) -> None:
    assert await refused(gate, "f" + "x" * 21 + "A", 1) == "link-unknown"
    await bot.links.revoke(link, OWNER, Cause("closed"), clock.now())
    assert await refused(gate, link, 2) == "link-revoked"
    assert await bot.token_counts.spent(ANN, "2026-03-01") == 0


async def test_whose_use_is_counted_gets_the_rest_of_it_also_when_the_verification_is_over(
    gate: GateService, services: Services, link: str
) -> None:
    await services.links.open(link, by=ANN, cause=cause(1))
    assert await gate.enter(link, by=ANN, cause=cause(1)) == Passed(link)


# What is refused


async def test_a_token_with_wrong_characters_is_refused_and_counted_and_a_word_is_none(
    services: Services, link: str, shop: Shop
) -> None:
    token = await a_token(services, link, shop)
    wrong = [
        token[:-1],
        token[:-3],
        f"{token}A",
        f"{token[:-1]}!",
        f"{token[:9]}.{token[10:]}",
        "v" * 64,
        f"{token[:22]}B",
    ]
    assert {await refused(services.gate, each, 10 + place) for place, each in enumerate(wrong)} == {"gate-refused"}
    assert await refused(services.gate, wrong[0], 10) == "gate-refused", "a replay counts once"
    numbers = await services.gate.numbers.of_today()
    assert numbers.of(GateEvent.REFUSED, reason=Refused.UNKNOWN) == len(wrong)
    for place, word in enumerate(("vk", "v", "video", "V" + token[1:])):
        assert (await refused(services.gate, word, 30 + place)).startswith("link-")
    assert (await services.gate.numbers.of_today()).of(GateEvent.REFUSED) == len(wrong)


async def test_every_bit_flip_another_person_and_another_bot_are_refused_in_the_same_words(
    services: Services, link: str, shop: Shop, database: Database, clock: StillClock
) -> None:
    token = await a_token(services, link, shop)
    clock.move(timedelta(minutes=1))
    bits = int.from_bytes(base64.urlsafe_b64decode(token[1:] + "=="))
    flipped = [(bits ^ 1 << place).to_bytes(16) for place in range(128)]
    others = ["v" + base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in flipped]
    keys = {await refused(services.gate, other, 100 + number) for number, other in enumerate(others)}
    keys.add(await refused(services.gate, token, 1, BOB))
    another = make(bot_of(database, BOT_ID + 1), clock, shop)
    keys.add(await refused(another.gate, token, 1))
    assert keys == {"gate-refused"}
    numbers = await services.gate.numbers.of_today()
    assert [numbers.of(GateEvent.REFUSED, reason=each) for each in Refused] == [128, 1, 0, 0]
    assert numbers.of(GateEvent.REFUSED, shortener="good.example") == 1, "of what nobody knows no shortener is known"
    assert await services.gate.enter(token, by=ANN, cause=cause(3)) == Passed(link, 12 * 3600), "the control"
    assert await refused(services.gate, token, 4) == "gate-refused"
    clock.move(timedelta(hours=13))
    late = await a_token(services, link, shop, 5)
    clock.move(TOKEN_LASTS)
    assert await refused(services.gate, late, 6) == "gate-refused"
    numbers = await services.gate.numbers.of_today()
    assert numbers.day == "2026-03-02"
    assert [numbers.of(GateEvent.REFUSED, reason=each) for each in Refused] == [0, 0, 0, 1]
    assert numbers.of(GateEvent.REFUSED, shortener="good.example") == 1


async def test_of_a_thousand_redemptions_at_once_one_succeeds(
    services: Services, link: str, shop: Shop, clock: StillClock
) -> None:
    token = await a_token(services, link, shop)
    clock.move(timedelta(minutes=1))
    calls = (services.gate.enter(token, by=ANN, cause=cause(100 + number)) for number in range(1000))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, Passed)] == [Passed(link, 12 * 3600)]
    assert {answer.key for answer in answers if isinstance(answer, UserError)} == {"gate-refused"}
    assert len(answers) - 1 == (await services.gate.numbers.of_today()).of(GateEvent.REFUSED, reason=Refused.USED)


async def test_of_a_hundred_requests_at_once_as_many_get_a_token_as_the_day_has_room_for(
    gate: GateService, link: str, shop: Shop, bot: BotDatabase
) -> None:
    calls = (gate.enter(link, by=ANN, cause=cause(number)) for number in range(100))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers.count(None) == 15
    assert {answer.key for answer in answers if isinstance(answer, UserError)} == {"gate-limit"}
    assert len(await tokens(gate, shop)) == len(shop.long) == 15
    assert await bot.token_counts.spent(ANN, "2026-03-01") == 15
    assert await gate.enter(link, by=BOB, cause=cause(1, BOB)) is None, "each reader has a day of their own"


async def test_the_day_is_that_of_the_bots_time_zone(
    bot: BotDatabase, clock: StillClock, shop: Shop, link: str
) -> None:
    services = make(bot, clock, shop, gate_limit=1, timezone="Asia/Tashkent")  # five hours ahead: it is 17:00 there
    assert await services.gate.enter(link, by=ANN, cause=cause(1)) is None
    clock.move(timedelta(hours=7) - timedelta(seconds=1))
    with pytest.raises(UserError) as error:
        await services.gate.enter(link, by=ANN, cause=cause(2))
    assert (error.value.key, error.value.args_) == ("gate-limit", {"count": 1, "seconds": 2})
    assert await services.gate.forget_counts() == 0
    clock.move(timedelta(seconds=1))
    assert await services.gate.enter(link, by=ANN, cause=cause(3)) is None
    assert await services.gate.forget_counts() == 1
    assert await bot.token_counts.spent(ANN, "2026-03-02") == 1


# Who is too fast


async def test_who_is_back_too_soon_is_refused_and_after_some_times_waits_an_hour(
    services: Services, link: str, shop: Shop, clock: StillClock
) -> None:
    for number in range(3):
        token = await a_token(services, link, shop, number * 10)
        clock.move(timedelta(seconds=14.9))
        with pytest.raises(UserError) as error:
            await services.gate.enter(token, by=ANN, cause=cause(number * 10 + 1))
        assert error.value.key == "gate-bypassed"
        assert error.value.args_["locked"] is (number == 2)
        clock.move(timedelta(minutes=1))
        assert await refused(services.gate, token, number * 10 + 2) == "gate-refused"
    assert await refused(services.gate, link, 50) == "gate-locked"
    clock.move(LOCKED_FOR)
    token = await a_token(services, link, shop, 60)
    clock.move(timedelta(seconds=15))
    assert await services.gate.enter(token, by=ANN, cause=cause(61)) == Passed(link, 12 * 3600)
    numbers = await services.gate.numbers.of_today()
    assert [numbers.of(event) for event in GateEvent] == [4, 1, 3, 3, 0]


async def test_a_verification_in_between_forgives_the_bypasses_before(
    services: Services, link: str, shop: Shop, clock: StillClock
) -> None:
    for number in range(5):
        token = await a_token(services, link, shop, number * 10)
        if number == 2:
            clock.move(timedelta(seconds=15))
            await services.gate.enter(token, by=ANN, cause=cause(number * 10 + 1))
            clock.move(timedelta(hours=12))
        else:
            assert await refused(services.gate, token, number * 10 + 1) == "gate-bypassed"
    assert await services.gate.enter(link, by=ANN, cause=cause(99)) is None


# Replays and crashes


async def test_an_update_that_comes_again_spends_nothing_again(
    gate: GateService, link: str, shop: Shop, bot: BotDatabase
) -> None:
    for _ in range(3):
        assert await gate.enter(link, by=ANN, cause=cause(1)) is None
    assert len(await tokens(gate, shop)) == 1
    assert await gate.enter(link, by=ANN, cause=cause(1)) is None
    assert await gate.waiting(10) == []
    assert await bot.token_counts.spent(ANN, "2026-03-01") == 1


async def test_an_update_that_comes_again_when_its_reader_is_verified_hands_nothing_out_twice(
    services: Services, link: str, shop: Shop, clock: StillClock
) -> None:
    token = await a_token(services, link, shop)
    clock.move(timedelta(seconds=15))
    assert await services.gate.enter(token, by=ANN, cause=cause(2))
    assert await services.gate.enter(link, by=ANN, cause=cause(1)) is None, "its answer was the way, not the files"
    assert await services.gate.waiting(10) == []
    assert await services.gate.enter(link, by=ANN, cause=cause(3)) == Passed(link)


async def test_it_stays_one_token_when_the_process_dies_at_any_of_its_writes(
    bot: BotDatabase, link: str, shop: Shop, clock: StillClock
) -> None:
    for number, applied in ((number, applied) for number in range(4) for applied in (False, True)):
        reader = 1000 + 10 * number + applied
        with cut_at_write(number, applied=applied), suppress(Cut):
            await make(bot, clock, shop).gate.enter(link, by=reader, cause=cause(1, reader))
        services = make(bot, clock, shop)
        assert await services.gate.enter(link, by=reader, cause=cause(1, reader)) is None
        [token] = await tokens(services.gate, shop)
        assert await bot.token_counts.spent(reader, "2026-03-01") == 1
        clock.move(timedelta(seconds=15))
        with cut_at_write(number, applied=applied), suppress(Cut):
            await services.gate.enter(token, by=reader, cause=cause(2, reader))
        again = make(bot, clock, shop)
        assert await again.gate.enter(token, by=reader, cause=cause(2, reader)) == Passed(link, 12 * 3600)
        assert await again.gate.enter(link, by=reader, cause=cause(3, reader)) == Passed(link)
    numbers = await make(bot, clock, shop).gate.numbers.of_today()
    assert (numbers.of(GateEvent.MADE), numbers.of(GateEvent.VERIFIED), numbers.of(GateEvent.REFUSED)) == (8, 8, 0)


async def test_whichever_of_two_tries_reached_the_reader_it_counts_and_only_one_of_them(
    services: Services, gate: GateService, link: str, shop: Shop, clock: StillClock
) -> None:
    assert await gate.enter(link, by=ANN, cause=cause(1)) is None
    [waiting] = await gate.waiting(10)
    assert await gate.offer(waiting, address)  # and the process died before it was written down that it was sent
    again = await tokens(gate, shop)
    first, second = (url.partition("?start=")[2] for url in shop.long.values())
    assert [second] == again
    clock.move(timedelta(seconds=15))
    assert await gate.enter(first, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)
    assert await refused(gate, second, 3) == "gate-refused"


async def test_a_verification_that_comes_again_gets_the_first_answer_also_when_the_token_is_deleted(
    services: Services, link: str, shop: Shop, clock: StillClock
) -> None:
    token = await a_token(services, link, shop)
    clock.move(timedelta(seconds=15))
    for _ in range(2):
        assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)
    await services.gate.clean_tokens()
    assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)
    assert await refused(services.gate, token, 3) == "gate-refused"
    numbers = await services.gate.numbers.of_today()
    assert (numbers.of(GateEvent.VERIFIED), numbers.of(GateEvent.REFUSED)) == (1, 1)
    clock.move(timedelta(days=1))
    await services.gate.forget_counts()
    assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)
    clock.move(timedelta(days=1))
    await services.gate.forget_counts()
    assert await refused(services.gate, token, 2) == "gate-refused"


async def test_a_bypass_that_comes_again_is_counted_once(
    services: Services, link: str, shop: Shop, clock: StillClock
) -> None:
    token = await a_token(services, link, shop)
    for _ in range(5):
        assert await refused(services.gate, token, 2) == "gate-bypassed"
    assert (await services.gate.numbers.of_today()).of(GateEvent.BYPASSED) == 1
    assert await services.gate.enter(link, by=ANN, cause=cause(3)) is None


# When shorteners do not answer


async def test_where_none_answers_readers_are_kept_out_and_their_day_is_not_spent(
    gate: GateService, link: str, shop: Shop, bot: BotDatabase
) -> None:
    shop.failing = {"good.example"}
    assert await gate.enter(link, by=ANN, cause=cause(1)) is None
    [waiting] = await gate.waiting(10)
    with pytest.raises(NoWay):
        await gate.offer(waiting, address)
    await gate.give_up(waiting)
    assert await bot.token_counts.spent(ANN, "2026-03-01") == 0
    assert await gate.waiting(10) == []
    assert (await gate.numbers.of_today()).of(GateEvent.FAILED, shortener="good.example") == 1


async def test_where_none_answers_readers_are_led_straight_back_if_the_owner_chose_that(
    bot: BotDatabase, clock: StillClock, shop: Shop, link: str
) -> None:
    shop.failing = {"good.example"}
    services = make(bot, clock, shop, gate_open=True)
    assert await services.gate.enter(link, by=ANN, cause=cause(1)) is None
    [token] = await tokens(services.gate)
    assert await services.gate.enter(token, by=ANN, cause=cause(2)) == Passed(link, 12 * 3600)


async def test_what_cannot_be_shown_is_not_taken_to_shorteners_for_ever(
    gate: GateService, link: str, shop: Shop
) -> None:
    assert await gate.enter(link, by=ANN, cause=cause(1)) is None
    for _ in range(TRIES):
        [waiting] = await gate.waiting(10)
        assert await gate.offer(waiting, address)
    [waiting] = await gate.waiting(10)
    with pytest.raises(NoWay):
        await gate.offer(waiting, address)


async def test_who_waited_for_an_hour_is_not_answered_any_more(
    gate: GateService, link: str, bot: BotDatabase, clock: StillClock
) -> None:
    assert await gate.enter(link, by=ANN, cause=cause(1)) is None
    clock.move(timedelta(hours=1))
    assert await gate.waiting(10) == []
    assert await gate.next_waiting() is None
    assert await bot.token_counts.spent(ANN, "2026-03-01") == 0


async def test_who_is_put_off_keeps_nobody_waiting(gate: GateService, link: str, clock: StillClock) -> None:
    for by in (ANN, BOB):
        assert await gate.enter(link, by=by, cause=cause(1, by)) is None
    first, _ = await gate.waiting(10)
    await gate.postpone(first, 60)
    assert [token.user_id for token in await gate.waiting(10)] == [BOB]
    assert await gate.next_waiting() == clock.now() + timedelta(seconds=60)
