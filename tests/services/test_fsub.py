"""Who passes the gate: members, admins, people who asked to join; and what holds while the bot cannot see who is in."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services import fsub
from services.access import Access
from services.audit import AuditLog
from services.doors import CHECKED_FOR, Door
from services.errors import TryLater, UserError
from services.fsub import LOST_FOR, MEMBER_FOR, ForceSubscribe
from services.options import BotOptions
from services.required import FRESH, ChatFacts, ChatLost, FirstChat, RequiredService
from services.settings import SettingsService
from tests.database.mongo import StillClock

OWNER, ADMIN, ANN = 1, 2, 11
NEWS, CLUB, ENV = -1001000000001, -1001000000002, -1001000000003


class Telegram:
    """Chats with members, which may be closed to the bot, slow, or not answer at all."""

    def __init__(self) -> None:
        self.members: set[tuple[int, int]] = set()
        self.lost: set[int] = set()
        self.trouble: Exception | None = None
        self.waits: asyncio.Barrier | None = None
        self.asked: list[int] = []
        self.usernames: dict[int, str] = {}
        self.links: dict[int, tuple[str, bool]] = {}
        self.revoked: set[str] = set()
        self.told: dict[Cause, dict[str, Any]] = {}

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        self.asked.append(chat_id)
        if self.waits:
            await self.waits.wait()
        if self.trouble:
            raise self.trouble
        if chat_id in self.lost:
            raise ChatLost("CHAT_ADMIN_REQUIRED")
        return (chat_id, user_id) in self.members

    async def chat_facts(self, chat_id: int) -> ChatFacts:
        lost = chat_id in self.lost
        return ChatFacts(chat_id, "" if lost else f"Chat {chat_id}", self.usernames.get(chat_id), not lost, not lost)

    async def make_link(self, chat_id: int, *, asks: bool) -> str:
        if chat_id in self.lost:
            raise ChatLost("CHAT_ADMIN_REQUIRED")
        self.links[chat_id] = f"https://t.me/+{chat_id}/{len(self.revoked)}/{asks}", asks
        return self.links[chat_id][0]

    async def link_works(self, chat_id: int, link: str, *, asks: bool) -> bool:
        return link not in self.revoked

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        self.told.setdefault(cause, {"key": key, **args})
        return True


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


def make(bot: BotDatabase, clock: StillClock, *first: FirstChat, **options: Any) -> ForceSubscribe:
    access = Access(OWNER, {ADMIN}, bot.standings, AuditLog(bot), clock)
    settings = SettingsService(bot.settings, AuditLog(bot), clock, BotOptions(**options), frozenset(), OWNER)
    required = RequiredService(bot.required_chats, AuditLog(bot), clock, first)
    return ForceSubscribe(required, bot.join_requests, access, settings, clock)


@pytest.fixture
def gate(bot: BotDatabase, clock: StillClock) -> ForceSubscribe:
    return make(bot, clock)


def cause(number: int) -> Cause:
    return Cause(f"message:1:{number}")


async def add(gate: ForceSubscribe, *chats: int) -> None:
    for number, chat in enumerate(chats):
        facts = ChatFacts(chat, f"Chat {chat}", None, is_admin=True, may_invite=True)
        await gate.chats.add(facts, by=OWNER, cause=Cause(f"add:{number}:{chat}"))


async def missing(gate: ForceSubscribe, telegram: Telegram, user: int = ANN) -> list[int]:
    return [chat.chat_id for chat in await gate.missing(user, telegram)]


# Who passes


async def test_without_chats_everybody_passes_and_nobody_is_asked_about(
    gate: ForceSubscribe, telegram: Telegram
) -> None:
    assert await missing(gate, telegram) == []
    assert telegram.asked == []


async def test_what_is_missing_is_what_was_not_joined_in_the_order_of_naming(
    gate: ForceSubscribe, telegram: Telegram, clock: StillClock
) -> None:
    await add(gate, CLUB)
    clock.move(timedelta(seconds=1))
    await add(gate, NEWS)
    assert await missing(gate, telegram) == [CLUB, NEWS]
    telegram.members.add((CLUB, ANN))
    assert await missing(gate, telegram) == [NEWS]
    telegram.members.add((NEWS, ANN))
    assert await missing(gate, telegram) == []


@pytest.mark.parametrize("person", [OWNER, ADMIN])
async def test_admins_are_not_asked_about(gate: ForceSubscribe, telegram: Telegram, person: int) -> None:
    await add(gate, NEWS)
    assert await missing(gate, telegram, person) == []
    assert telegram.asked == []


async def test_all_chats_are_asked_at_the_same_time(gate: ForceSubscribe, telegram: Telegram) -> None:
    await add(gate, NEWS, CLUB)
    telegram.waits = asyncio.Barrier(2)  # lets nobody through alone
    async with asyncio.timeout(30):
        assert set(await missing(gate, telegram)) == {NEWS, CLUB}


async def test_a_member_is_asked_about_once_in_five_minutes_and_a_stranger_each_time(
    gate: ForceSubscribe, telegram: Telegram, clock: StillClock
) -> None:
    await add(gate, NEWS, CLUB)
    telegram.members = {(NEWS, ANN)}
    for _ in range(3):
        assert await missing(gate, telegram) == [CLUB]
    assert sorted(telegram.asked) == [CLUB, CLUB, CLUB, NEWS]
    telegram.members.clear()
    clock.move(MEMBER_FOR)
    assert set(await missing(gate, telegram)) == {NEWS, CLUB}


async def test_coming_and_going_is_noted_at_once(gate: ForceSubscribe, telegram: Telegram, clock: StillClock) -> None:
    await add(gate, NEWS)
    await gate.note_place(NEWS, ANN, inside=True, at=clock.now())
    assert await missing(gate, telegram) == []
    assert telegram.asked == []
    await gate.note_place(NEWS, ANN, inside=False, at=clock.now())
    assert await missing(gate, telegram) == [NEWS]


async def test_other_chats_are_not_remembered(gate: ForceSubscribe, clock: StillClock, bot: BotDatabase) -> None:
    await gate.note_place(CLUB, ANN, inside=True, at=clock.now())
    await gate.note_request(CLUB, ANN, clock.now())
    assert len(gate._members) == 0
    assert await bot.join_requests.waiting([CLUB], ANN, clock.now()) == set()


async def test_memory_is_bounded(gate: ForceSubscribe, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fsub, "REMEMBERED", 10)
    await add(gate, NEWS)
    for person in range(100, 150):
        await gate.note_place(NEWS, person, inside=True, at=clock.now())
    assert [person for _, person in gate._members] == list(range(140, 150))


# Requests to join


async def test_who_asked_to_join_passes_for_thirty_days(
    gate: ForceSubscribe, telegram: Telegram, bot: BotDatabase, clock: StillClock
) -> None:
    await add(gate, NEWS, CLUB)
    await gate.note_request(NEWS, ANN, clock.now())
    assert await missing(gate, telegram) == [CLUB]
    assert await missing(make(bot, clock), telegram) == [CLUB], "after a restart as well"
    clock.move(timedelta(days=29, hours=23))
    assert await missing(gate, telegram) == [CLUB]
    clock.move(timedelta(hours=2))
    assert await missing(gate, telegram) == [NEWS, CLUB]


@pytest.mark.parametrize("inside", [True, False])
async def test_a_request_is_over_once_something_became_of_it(
    gate: ForceSubscribe, telegram: Telegram, clock: StillClock, inside: bool
) -> None:
    await add(gate, NEWS)
    await gate.note_request(NEWS, ANN, clock.now())
    assert await missing(gate, telegram) == []
    clock.move(timedelta(seconds=5))
    await gate.note_place(NEWS, ANN, inside=inside, at=clock.now())
    assert await missing(gate, telegram) == ([] if inside else [NEWS])
    await gate.note_place(NEWS, ANN, inside=False, at=clock.now())
    assert await missing(gate, telegram) == [NEWS]


async def test_a_request_after_leaving_counts(gate: ForceSubscribe, telegram: Telegram, clock: StillClock) -> None:
    await add(gate, NEWS)
    left = clock.now()
    await gate.note_request(NEWS, ANN, clock.move(timedelta(seconds=9)))
    await gate.note_place(NEWS, ANN, inside=False, at=left)  # told late
    assert await missing(gate, telegram) == []


# A chat that the bot cannot see into


@pytest.mark.parametrize("strict", [False, True])
async def test_a_chat_that_is_closed_to_the_bot_is_reported_once_and_lets_in_as_the_owner_chose(
    bot: BotDatabase, telegram: Telegram, clock: StillClock, strict: bool
) -> None:
    gate = make(bot, clock, fsub_strict=strict)
    await add(gate, NEWS)
    telegram.lost = {NEWS}
    for _ in range(3):
        assert await missing(gate, telegram) == ([NEWS] if strict else [])
        clock.move(LOST_FOR)
    assert await missing(make(bot, clock, fsub_strict=strict), telegram) == ([NEWS] if strict else [])
    [told] = telegram.told.values()
    assert told == {"key": "fsub-lost", "title": f"Chat {NEWS}", "strict": strict}
    telegram.lost, telegram.members = set(), {(NEWS, ANN)}
    clock.move(LOST_FOR)
    assert await missing(gate, telegram) == []
    assert (await gate.chats.get(NEWS)).lost_at is None
    telegram.lost = {NEWS}
    clock.move(MEMBER_FOR)
    await missing(gate, telegram)
    assert len(telegram.told) == 2, "lost again, reported again"


async def test_a_closed_chat_is_not_asked_at_every_reader(
    gate: ForceSubscribe, telegram: Telegram, clock: StillClock
) -> None:
    await add(gate, NEWS)
    telegram.lost = {NEWS}
    for person in range(100, 120):
        assert await missing(gate, telegram, person) == []
    assert telegram.asked == [NEWS]


async def test_what_telegram_tells_of_the_bots_own_place_counts_at_once(
    gate: ForceSubscribe, telegram: Telegram
) -> None:
    await add(gate, NEWS)
    await gate.note_own_place(NEWS, sees=False, telegram=telegram)
    assert len(telegram.told) == 1
    assert await missing(gate, telegram) == []
    await gate.note_own_place(NEWS, sees=True, telegram=telegram)
    assert await missing(gate, telegram) == [NEWS]
    await gate.note_own_place(CLUB, sees=False, telegram=telegram)
    assert len(telegram.told) == 1, "readers need not join that one"


@pytest.mark.parametrize("trouble", [TryLater(300, "a flood wait"), TimeoutError()])
async def test_while_telegram_does_not_say_readers_go_on_or_wait_as_the_owner_chose(
    bot: BotDatabase, telegram: Telegram, clock: StillClock, trouble: Exception
) -> None:
    lenient, strict = make(bot, clock), make(bot, clock, fsub_strict=True)
    await add(lenient, NEWS)
    telegram.trouble = trouble
    assert await missing(lenient, telegram) == []
    with pytest.raises(TryLater):
        await missing(strict, telegram)
    telegram.trouble = None
    assert await missing(lenient, telegram) == [NEWS], "that somebody went on is not remembered"
    assert telegram.told == {}


async def test_a_question_that_takes_too_long_is_given_up(
    bot: BotDatabase, telegram: Telegram, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fsub, "PATIENCE", 0.05)
    gate = make(bot, clock)
    await add(gate, NEWS)
    telegram.waits = asyncio.Barrier(2)
    assert await missing(gate, telegram) == []


# Which chats there are


async def test_the_environments_chats_come_first_and_can_be_taken_away(
    bot: BotDatabase, telegram: Telegram, clock: StillClock
) -> None:
    gate = make(bot, clock, FirstChat(ENV))
    await add(gate, NEWS)
    assert await missing(gate, telegram) == [ENV, NEWS]
    await gate.chats.remove(ENV, by=OWNER, cause=cause(1))
    assert await missing(gate, telegram) == [NEWS]
    again = make(bot, clock, FirstChat(ENV))
    assert await missing(again, telegram) == [NEWS], "what was said in the chat wins"
    await add(again, ENV)
    assert set(await missing(again, telegram)) == {ENV, NEWS}


async def test_what_the_environment_names_no_longer_is_required_no_longer(
    bot: BotDatabase, telegram: Telegram, clock: StillClock
) -> None:
    gate = make(bot, clock, FirstChat(ENV))
    await gate.doors.of(await gate.missing(ANN, telegram), telegram)
    telegram.lost = {ENV}
    await missing(gate, telegram)
    assert await missing(make(bot, clock), telegram) == []


async def test_another_process_knows_of_a_change_within_two_seconds(
    gate: ForceSubscribe, bot: BotDatabase, telegram: Telegram, clock: StillClock
) -> None:
    other = make(bot, clock)
    assert await missing(other, telegram) == []
    await add(gate, NEWS)
    clock.move(FRESH)
    assert await missing(other, telegram) == [NEWS]


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (ChatFacts(-5, "Old", is_basic=True), "fsub-basic"),
        (ChatFacts(NEWS, "News"), "fsub-not-admin"),
        (ChatFacts(NEWS, ""), "fsub-not-admin"),
        (ChatFacts(NEWS, "News", is_admin=True), "fsub-no-invite-right"),
    ],
)
async def test_a_chat_that_cannot_be_watched_is_refused(gate: ForceSubscribe, facts: ChatFacts, key: str) -> None:
    with pytest.raises(UserError, match=key) as refusal:
        await gate.chats.add(facts, by=OWNER, cause=cause(1))
    assert refusal.value.args_["title"] == (facts.title or str(facts.chat_id))
    assert await gate.chats.all() == []


async def test_a_replay_requires_nothing_again_and_each_change_is_logged_once(
    gate: ForceSubscribe, bot: BotDatabase
) -> None:
    facts = ChatFacts(NEWS, "News", "news", is_admin=True)
    await gate.chats.add(facts, by=OWNER, cause=cause(1))
    await gate.chats.remove(NEWS, by=ADMIN, cause=cause(2))
    assert (await gate.chats.add(facts, by=OWNER, cause=cause(1))).title == "News"
    assert await gate.chats.all() == []
    changes = [(change.what, change.by, change.old, change.new) for change in await bot.audit.page(0, 9)]
    assert sorted(changes) == [("fsub", OWNER, False, True), ("fsub", ADMIN, True, False)]


# Where to join


async def doors(gate: ForceSubscribe, telegram: Telegram) -> list[Door]:
    return await gate.doors.of(await gate.missing(ANN, telegram), telegram)


async def test_a_public_chat_is_joined_by_its_name_and_a_private_one_by_a_link_that_is_kept(
    gate: ForceSubscribe, telegram: Telegram
) -> None:
    await add(gate, NEWS, CLUB)
    telegram.usernames = {NEWS: "the_news"}
    first = {door.chat_id: door for door in await doors(gate, telegram)}
    assert first[NEWS] == Door(NEWS, f"Chat {NEWS}", "https://t.me/the_news")
    assert first[CLUB].url == telegram.links[CLUB][0]
    assert NEWS not in telegram.links
    telegram.links.clear()
    assert {door.chat_id: door for door in await doors(gate, telegram)} == first
    assert telegram.links == {}


async def test_readers_who_come_together_get_one_link(gate: ForceSubscribe, telegram: Telegram) -> None:
    await add(gate, NEWS)
    found = await asyncio.gather(*(doors(gate, telegram) for _ in range(9)))
    assert len({door.url for [door] in found}) == 1
    assert len(telegram.links) == 1


async def test_a_link_that_was_revoked_is_made_anew_within_the_hour(
    gate: ForceSubscribe, telegram: Telegram, clock: StillClock
) -> None:
    await add(gate, NEWS)
    [old] = await doors(gate, telegram)
    telegram.revoked.add(str(old.url))
    clock.move(CHECKED_FOR)
    [new] = await doors(gate, telegram)
    assert new.url == telegram.links[NEWS][0] != old.url
    await gate.chats.forget_link(NEWS)
    telegram.revoked.add("another")
    [newest] = await doors(gate, telegram)
    assert newest.url not in {old.url, new.url}


async def test_a_chat_that_lets_people_ask_has_a_link_for_that_even_if_it_is_public(
    gate: ForceSubscribe, telegram: Telegram
) -> None:
    await add(gate, NEWS)
    telegram.usernames = {NEWS: "the_news"}
    await gate.chats.ask(NEWS, asks=True, by=OWNER, cause=cause(1))
    [door] = await doors(gate, telegram)
    assert (door.url, True) == telegram.links[NEWS]
    await gate.chats.ask(NEWS, asks=False, by=OWNER, cause=cause(2))
    assert [door.url for door in await doors(gate, telegram)] == ["https://t.me/the_news"]


async def test_the_environment_may_name_the_address(bot: BotDatabase, telegram: Telegram, clock: StillClock) -> None:
    gate = make(bot, clock, FirstChat(ENV, "https://example.org/join"))
    assert await doors(gate, telegram) == [Door(ENV, f"Chat {ENV}", "https://example.org/join")]
    assert telegram.links == {}


async def test_a_chat_into_which_no_way_is_known_is_named_all_the_same(
    bot: BotDatabase, telegram: Telegram, clock: StillClock
) -> None:
    gate = make(bot, clock, FirstChat(ENV), fsub_strict=True)
    telegram.lost = {ENV}
    assert await doors(gate, telegram) == [Door(ENV, str(ENV), None)]
