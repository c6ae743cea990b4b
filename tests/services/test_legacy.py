"""Links of the bot before this one open what an import recorded of the channel named there, and nothing else."""

import random
from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.posts import Post
from services.errors import UserError
from services.imports import PostsRead
from services.legacy import LONGEST, messages_in, numbers_in
from services.registry import Services
from tests.database.mongo import BOT_ID, Cut, StillClock, bot_of, cut_at_write, raw
from tests.services.channel import OWNER, READER, STORAGE, message, upload

FORMER = -1001234567890


def words_of(*messages: int, chat: int = FORMER) -> str:
    return "-".join(["get", *(str(number * abs(chat)) for number in messages)])


def payload_of(*messages: int, chat: int = FORMER) -> str:
    """What the former bot's links carry."""
    return urlsafe_b64encode(words_of(*messages, chat=chat).encode()).decode().rstrip("=")


async def recorded(bot: BotDatabase, clock: StillClock, *numbers: int, chat: int = FORMER) -> None:
    await bot.imports.ask(chat, 1, 10_000, clock.now())
    await bot.posts.record(chat, [Post(number, f"AgAD{number}", number) for number in numbers])


async def opened(services: Services, payload: str, update: int = 1) -> list[int]:
    delivery = await services.links.open(payload, by=READER, cause=message(update, READER))
    return [item.message_id for item in delivery.items]


async def refusal(services: Services, payload: str) -> str:
    with pytest.raises(UserError) as refused:
        await opened(services, payload, 99)
    return refused.value.key


# Reading


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1), st.integers(-3_999_999_999_999, -1_000_000_000_001))
def test_what_the_former_bot_wrote_is_read(first: int, last: int, chat: int) -> None:
    assert numbers_in(payload_of(first, chat=chat)) == (first * -chat,)
    assert numbers_in(payload_of(first, last, chat=chat)) == (first * -chat, last * -chat)
    assert messages_in((first * -chat,), chat) == (first, first)
    assert messages_in((first * -chat, last * -chat), chat) == (min(first, last), max(first, last))


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_both_alphabets_of_base64_write_it_alike(first: int, last: int) -> None:
    words = f"get-{first * 1001234567890}-{last * 1001234567890}".encode()
    assert b64encode(words) == urlsafe_b64encode(words)


@pytest.mark.parametrize("padding", ["", "=", "==", "==="])
@pytest.mark.parametrize("number", [7, 70, 700])
def test_padding_may_be_missing_or_wrong(number: int, padding: str) -> None:
    assert numbers_in(payload_of(number) + padding) == (number * -FORMER,)


@pytest.mark.parametrize(
    "words",
    [
        "get-", "get-0", "get-007", "get--7", "get-7-", "get-7-8-9", "get-7 ", " get-7", "Get-7", "get-+7", "get-7.0",
        "get-1e9", "get-٧", "give-7", "get-" + "9" * 26, "getget-7", "get-7\n", "", "fget-7",
    ],
)  # fmt: skip
def test_anything_else_is_none_of_them(words: str) -> None:
    assert numbers_in(urlsafe_b64encode(words.encode()).decode().rstrip("=")) is None


def test_a_payload_is_written_in_one_way_only() -> None:
    payload = urlsafe_b64encode(b"get-70").decode()
    assert payload == "Z2V0LTcw"
    longer = urlsafe_b64encode(b"get-7").decode().rstrip("=")
    assert longer == "Z2V0LTc"
    assert numbers_in("Z2V0LTc") == (7,)
    assert numbers_in("Z2V0LTd") is None, "the last two bits say nothing and must be zero"
    for wrong in ("Z2V0LTc====", "=Z2V0LTc", "Z2V0=LTc", "Z2V0 LTc", "Z2V0LTcw\n"):
        assert numbers_in(wrong) is None, wrong


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    found = numbers_in(text)
    assert found is None or text.startswith("Z2V0L")


@pytest.mark.parametrize("number", [7 * -FORMER + 1, -FORMER - 1, 2**31 * -FORMER, 3])
def test_a_number_that_means_no_message_of_the_channel(number: int) -> None:
    assert messages_in((number,), FORMER) is None
    assert messages_in((7 * -FORMER, number), FORMER) is None


# Opening


async def test_a_recorded_message_is_handed_out(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await recorded(bot, clock, 5, 7)
    assert await opened(services, payload_of(7)) == [7]
    delivery = await services.links.open(payload_of(7), by=READER, cause=message(2, READER))
    assert (delivery.storage_chat, delivery.link.created_by) == (FORMER, OWNER)


@pytest.mark.parametrize(("first", "last"), [(4, 9), (9, 4), (5, 8)])
async def test_a_range_is_what_is_recorded_of_it_in_order(
    services: Services, bot: BotDatabase, clock: StillClock, first: int, last: int
) -> None:
    await recorded(bot, clock, 3, 5, 7, 8, 10)
    assert await opened(services, payload_of(first, last)) == [5, 7, 8]


async def test_nothing_else_is_opened(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    assert await refusal(services, payload_of(7)) == "link-unknown"
    await recorded(bot, clock, 7)
    await recorded(bot, clock, 3, chat=-1009999999999)
    own = (await services.files.store([upload(1)], by=OWNER, cause=message(1))).link.items[0].message_id
    for payload in (
        payload_of(8),
        payload_of(8, 20),
        payload_of(7, chat=STORAGE),
        payload_of(own, chat=STORAGE),
        payload_of(3),
        urlsafe_b64encode(f"get-{7 * -FORMER + 1}".encode()).decode(),
    ):
        assert await refusal(services, payload) == "link-unknown", payload
    assert await refusal(services, "Z2V0LTd") == "link-malformed"
    assert await opened(services, payload_of(3, chat=-1009999999999)) == [3]


async def test_every_guess_at_what_is_not_recorded_misses(
    services: Services, bot: BotDatabase, clock: StillClock, database: Database
) -> None:
    await recorded(bot, clock, *range(100, 110))
    dice = random.Random(4)
    for number in dice.sample(range(1, 10_000), 300):
        if number in range(100, 110):
            continue
        assert await refusal(services, payload_of(number)) == "link-unknown"
    assert await raw(database)["links"].count_documents({}) == 0, "a guess leaves nothing behind"


async def test_it_becomes_a_link_like_any_other_once(
    services: Services, bot: BotDatabase, clock: StillClock, database: Database
) -> None:
    await recorded(bot, clock, 5, 7)
    for update in (1, 1, 2):
        assert await opened(services, payload_of(7), update) == [7]
    [shown] = (await services.link_life.page(by=OWNER)).cards
    assert shown.uses == 2, "a replay counts once"
    assert await opened(services, shown.link.code, 3) == [7]
    url = f"https://t.me/former_bot?start={payload_of(7)}"
    await services.link_life.revoke(url, by=OWNER, cause=Cause("query:1"))
    assert await refusal(services, payload_of(7)) == "link-revoked"
    assert (await services.link_life.card(url, by=OWNER)).link.code == shown.link.code
    assert await raw(database)["links"].count_documents({}) == 1


async def test_albums_stay_together(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await bot.imports.ask(FORMER, 1, 9, clock.now())
    await bot.posts.record(FORMER, [Post(n, f"AgAD{n}", n, {2: 77, 3: 77, 5: 88, 6: 88}.get(n)) for n in range(1, 7)])
    delivery = await services.links.open(payload_of(1, 6), by=READER, cause=message(1, READER))
    assert [item.group for item in delivery.items] == [None, 1, 1, None, 2, 2]


async def test_a_range_has_as_many_files_as_a_bundle_and_no_more(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await recorded(bot, clock, *range(1, LONGEST + 2))
    assert len(await opened(services, payload_of(1, LONGEST))) == LONGEST
    assert await refusal(services, payload_of(1, LONGEST + 1)) == "link-too-many"


async def test_two_bots_have_posts_of_their_own(services: Services, database: Database, clock: StillClock) -> None:
    await recorded(bot_of(database, BOT_ID + 1), clock, 7)
    assert await refusal(services, payload_of(7)) == "link-unknown"


async def test_switched_off_all_of_them_are_unknown(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await recorded(bot, clock, 5, 7)
    assert await opened(services, payload_of(7)) == [7]
    [shown] = (await services.link_life.page(by=OWNER)).cards
    await services.settings.put("former_links", False, by=OWNER, cause=Cause("query:1"))
    for payload in (payload_of(7), payload_of(5), payload_of(5, 7)):
        assert await refusal(services, payload) == "link-unknown"
    assert await opened(services, shown.link.code, 5) == [7], "its own code is none that can be guessed"
    await services.settings.put("former_links", True, by=OWNER, cause=Cause("query:2"))
    assert await opened(services, payload_of(5), 6) == [5]


# Recording


async def read(services: Services, bot: BotDatabase, *messages_read: int, others: int = 0) -> None:
    claimed = await services.imports.claim(1)
    assert claimed
    uploads = [upload(number, f"AgAD{number}", chat_id=FORMER) for number in messages_read]
    await services.imports.record(claimed, 1, PostsRead(uploads, others))


async def test_what_is_read_is_counted_and_recorded(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    await bot.imports.ask(FORMER, 1, 250, clock.now())
    await read(services, bot, 3, 5, others=4)
    half = await bot.imports.get(FORMER)
    assert half
    assert (half.next, half.state, half.found.files, half.found.others, half.found.absent) == (
        201,
        "reading",
        2,
        4,
        194,
    )
    await read(services, bot, 249)
    done = await bot.imports.get(FORMER)
    assert done
    assert (done.state, done.found.files, done.found.absent) == ("done", 3, 243)
    assert await opened(services, payload_of(3, 249)) == [3, 5, 249]
    assert await services.imports.claim(1) is None
    [listed] = (await services.link_life.page(by=OWNER)).cards
    assert (await services.link_life.card(listed.link.code, by=OWNER)).files[0].storage_chat == FORMER


async def test_what_this_bot_stored_stays_unguessable(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    """The same channel goes on being used: what has a link that nobody can guess gets none that anybody can."""
    await services.settings.set_storage(FORMER, by=OWNER, cause=Cause("query:0"))
    own = (await services.files.store([upload(1, "AgADown")], by=OWNER, cause=message(1))).link.items[0].message_id
    await bot.imports.ask(FORMER, 1, 200, clock.now())
    await read(services, bot, 5, own)
    assert await refusal(services, payload_of(own)) == "link-unknown"
    assert await opened(services, payload_of(1, 200)) == [5]
    await bot.imports.ask(FORMER, 1, 200, clock.now())  # once more, now that its own links lead there
    await read(services, bot, 5, own)
    assert await opened(services, payload_of(5), 9) == [5]
    assert await refusal(services, payload_of(own)) == "link-unknown"


@pytest.mark.parametrize("write", range(4))
@pytest.mark.parametrize("applied", [False, True])
async def test_cut_at_any_write_it_goes_on(
    services: Services, bot: BotDatabase, clock: StillClock, write: int, *, applied: bool
) -> None:
    await bot.imports.ask(FORMER, 1, 100, clock.now())
    try:
        with cut_at_write(write, applied=applied):
            await read(services, bot, 3, 5)
    except Cut:
        pass
    else:
        assert write > 2, "there were as many writes"
    if await services.imports.claim(1):
        await read(services, bot, 3, 5)
    done = await bot.imports.get(FORMER)
    assert done
    assert (done.state, done.found.files) == ("done", 2)
    assert await opened(services, payload_of(1, 100)) == [3, 5]


async def test_a_process_that_lost_the_lease_writes_no_progress(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.imports.ask(FORMER, 1, 100, clock.now())
    old = await services.imports.claim(1)
    assert old
    assert await services.imports.claim(2)
    assert await services.imports.claim(1) is None
    await services.imports.record(old, 1, PostsRead([], 0))
    current = await bot.imports.get(FORMER)
    assert current
    assert (current.next, current.state) == (1, "reading")


async def test_asking_again_begins_anew_joins_or_goes_on(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    first = await bot.imports.ask(FORMER, 1, 500, clock.now())
    assert (await bot.imports.ask(FORMER, 1, 900, clock.now())) == first, "it is being read"
    await read(services, bot, 3)
    claimed = await services.imports.claim(1)
    assert claimed
    await services.imports.refuse(claimed, 1, UserError("storage-not-admin", title="Old"))
    [ended] = await services.imports.untold()
    assert (ended.reason, ended.details, ended.next) == ("storage-not-admin", {"title": "Old"}, 201)
    again = await bot.imports.ask(FORMER, 1, 500, clock.now())
    assert (again.next, again.found.files, again.run) == (201, 1, 2), "the same posts: it goes on"
    claimed = await services.imports.claim(1)
    assert claimed
    await services.imports.refuse(claimed, 1, UserError("storage-protected", title="Old"))
    other = await bot.imports.ask(FORMER, 100, 500, clock.now())
    assert (other.next, other.found.files) == (100, 0), "other posts: it begins"
