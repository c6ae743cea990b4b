"""A good link opens; every other has its own answer; nothing else is ever a hit."""

import asyncio
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind, is_code, new_code
from database.connection import Database
from database.files import ProcessedCopy
from database.links import Link, LinkItem, NewLink
from services.errors import UserError
from services.link_life import LinkState
from services.links import LinkService, payload_in
from services.registry import Services
from tests.database.mongo import NOW, Cut, StillClock, cut_at_write, raw
from tests.services.channel import OWNER, READER, STORAGE, Channel, make_services, message, upload

ALPHABET = string.ascii_letters + string.digits + "-_"


async def a_link(bot: BotDatabase, number: int = 1, **values: object) -> Link:
    new = NewLink(LinkKind.FILE, (LinkItem("AgAD1", 5),), STORAGE, "c1", **values)  # type: ignore[arg-type]  # several types
    return await bot.links.create(new, by=OWNER, cause=message(number), now=NOW)


async def refusal(services: Services, payload: str, number: int = 1) -> str:
    with pytest.raises(UserError) as caught:
        await services.links.open(payload, by=READER, cause=message(number, READER))
    return caught.value.key


async def test_a_good_link_opens(services: Services, bot: BotDatabase) -> None:
    link = await a_link(bot)
    delivery = await services.links.open(link.code, by=READER, cause=message(1, READER))
    assert delivery.link == link
    assert delivery.storage_chat == STORAGE
    assert [item.message_id for item in delivery.items] == [5]
    assert delivery.protect is False
    assert delivery.caption_template is None


async def test_a_link_brings_the_processed_copy_as_soon_as_there_is_one_and_while_it_is_there(
    services: Services, bot: BotDatabase
) -> None:
    link = (await services.files.store([upload(7, name="a.txt")], by=OWNER, cause=message(7))).link
    first = link.items[0].message_id
    opened = [await services.links.open(link.code, by=READER, cause=message(1, READER))]
    copy = ProcessedCopy(STORAGE, 900, "BQAP", "AgADp", "a [x].txt", NOW)
    await bot.files.set_processed("AgAD1", copy)
    opened.append(await services.links.open(link.code, by=READER, cause=message(2, READER)))
    await services.losses.mark_gone(STORAGE, [900])
    opened.append(await services.links.open(link.code, by=READER, cause=message(3, READER)))
    assert [each.items[0].message_id for each in opened] == [first, 900, first]
    assert [each.files[0].shown_name for each in opened] == ["a.txt", "a [x].txt", "a.txt"]
    assert {each.link.items for each in opened} == {link.items}
    await bot.files.set_processed("AgAD1", replace(copy, chat=STORAGE - 1))
    elsewhere = await services.links.open(link.code, by=READER, cause=message(4, READER))
    assert elsewhere.items == link.items


async def test_every_other_link_has_its_own_answer(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    revoked, expiring = await a_link(bot, 1), await a_link(bot, 2, expires_at=NOW + timedelta(hours=1))
    limited = await a_link(bot, 3, use_limit=1)
    await services.link_life.revoke(revoked.code, by=OWNER, cause=Cause("query:1"))
    await services.links.open(limited.code, by=READER, cause=message(1, READER))
    clock.move(timedelta(hours=1))
    assert await refusal(services, "hello") == "link-malformed"
    assert await refusal(services, new_code(LinkKind.FILE)) == "link-unknown"
    assert await refusal(services, revoked.code) == "link-revoked"
    assert await refusal(services, expiring.code) == "link-expired"
    assert await refusal(services, limited.code, 2) == "link-used-up"
    assert await bot.links.uses(revoked.code) == await bot.links.uses(expiring.code) == 0


async def test_a_revocation_holds_from_the_moment_it_is_confirmed(services: Services, bot: BotDatabase) -> None:
    link = await a_link(bot)
    for number in range(50):
        await services.links.open(link.code, by=READER, cause=message(number, READER))
        await services.link_life.revoke(link.code, by=OWNER, cause=Cause(f"query:{number}"))
        assert await refusal(services, link.code, number + 1000) == "link-revoked"
        await services.link_life.restore(link.code, by=OWNER, cause=Cause(f"query:{number}:again"))


async def test_an_opening_before_the_revocation_is_answered_again_as_it_was(
    services: Services, bot: BotDatabase
) -> None:
    link = await a_link(bot)
    first = await services.links.open(link.code, by=READER, cause=message(1, READER))
    await services.link_life.revoke(link.code, by=OWNER, cause=Cause("query:1"))
    replayed = await services.links.open(link.code, by=READER, cause=message(1, READER))
    assert replayed.items == first.items
    assert await refusal(services, link.code, 2) == "link-revoked"
    assert await bot.links.uses(link.code) == 1


async def test_fifty_readers_of_ten_uses(services: Services, bot: BotDatabase) -> None:
    link = await a_link(bot, use_limit=10)

    async def opened(number: int) -> str:
        try:
            await services.links.open(link.code, by=number, cause=message(1, number))
        except UserError as error:
            return error.key
        return "opened"

    answers = await asyncio.gather(*(opened(number) for number in range(50)))
    assert (answers.count("opened"), answers.count("link-used-up")) == (10, 40)
    assert await bot.links.uses(link.code) == 10


@pytest.mark.parametrize("applied", [False, True])
async def test_an_opening_that_was_cut_off_is_counted_once(
    services: Services, bot: BotDatabase, *, applied: bool
) -> None:
    link = await a_link(bot, use_limit=1)
    with cut_at_write(0, applied=applied), pytest.raises(Cut):
        await services.links.open(link.code, by=READER, cause=message(1, READER))
    for _ in range(3):
        await services.links.open(link.code, by=READER, cause=message(1, READER))
    assert await bot.links.uses(link.code) == 1
    assert await refusal(services, link.code, 2) == "link-used-up"


async def test_protection_is_the_links_own_or_the_settings(services: Services, bot: BotDatabase) -> None:
    plain, protected = await a_link(bot, 1), await a_link(bot, 2, protect=True)
    free = await a_link(bot, 3, protect=False)

    async def protects(link: Link, number: int) -> bool:
        return (await services.links.open(link.code, by=READER, cause=message(number, READER))).protect

    assert [await protects(link, 1) for link in (plain, protected, free)] == [False, True, False]
    await services.settings.put("protect_content", value=True, by=OWNER, cause=Cause("query:9"))
    assert [await protects(link, 2) for link in (plain, protected, free)] == [True, True, False]


async def test_a_caption_template_speaks_of_the_file_and_the_reader(
    bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    services = make_services(bot, clock, channel, caption_template="{filename} for {first}")
    sent = upload(7, name="a.txt", caption="its own")
    stored = await services.files.store([sent], by=OWNER, cause=message(7))
    names = {"first": "&lt;Ann&gt;"}
    delivery = await services.links.open(stored.link.code, by=READER, cause=message(1, READER), names=names)
    assert [delivery.caption(file, "1 KB") for file in delivery.files] == ["a.txt for &lt;Ann&gt;"]


@pytest.mark.parametrize(
    "text",
    [
        "{code}",
        "  {code}\n",
        "https://t.me/a_bot?start={code}",
        "http://telegram.me/a_bot?start={code}",
        "t.me/a_bot?start={code}",
        "https://T.me/a_bot?start={code}&x=1",
        "tg://resolve?domain=a_bot&start={code}",
    ],
)
async def test_a_link_is_revoked_by_any_form_of_it(services: Services, bot: BotDatabase, text: str) -> None:
    link = await a_link(bot)
    card = await services.link_life.revoke(text.format(code=link.code), by=OWNER, cause=Cause("query:1"))
    assert card.link.code == link.code
    assert card.state is LinkState.REVOKED


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "https://t.me/a_bot",
        "https://evil.example/a_bot?start={code}",
        "https://t.me/a_bot?start={code}x",
        "https://t.me/a_bot?start={code}&start={code}",
        "https://[t.me/?start={code}",
        "{code} {code}",
        "javascript:{code}",
    ],
)
async def test_what_is_no_link_is_malformed(services: Services, bot: BotDatabase, text: str) -> None:
    link = await a_link(bot)
    with pytest.raises(UserError, match="link-malformed"):
        await services.link_life.revoke(text.format(code=link.code), by=OWNER, cause=Cause("query:1"))


async def test_cards_show_what_a_link_is_good_for(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    stored = await services.files.store([upload(7, size=3)], by=OWNER, cause=message(7))
    await services.links.open(stored.link.code, by=READER, cause=message(1, READER))
    card = await services.link_life.card(stored.link.code, by=OWNER)
    assert (card.uses, card.size, card.state, card.files) == (1, 3, LinkState.OPEN, stored.files)
    limited = await a_link(bot, 8, use_limit=1)
    await services.links.open(limited.code, by=READER, cause=message(2, READER))
    assert (await services.link_life.card(limited.code, by=OWNER)).state is LinkState.USED_UP
    expiring = await a_link(bot, 9, expires_at=NOW)
    assert (await services.link_life.card(expiring.code, by=OWNER)).state is LinkState.EXPIRED
    with pytest.raises(UserError, match="link-unknown"):
        await services.link_life.card(new_code(LinkKind.FILE), by=OWNER)


async def test_pages_go_on_until_there_are_no_more(services: Services, bot: BotDatabase) -> None:
    codes = [(await a_link(bot, number)).code for number in range(5)]
    first = await services.link_life.page(size=2, by=OWNER)
    second = await services.link_life.page(first.next_after, size=2, by=OWNER)
    third = await services.link_life.page(second.next_after, size=2, by=OWNER)
    shown = [card.link.code for page in (first, second, third) for card in page.cards]
    assert sorted(shown) == sorted(codes)
    assert (first.total, third.next_after) == (5, None)
    assert (await services.link_life.page(by=404)).cards == []


def mutated(code: str, dice: random.Random) -> str:
    """Return what chance or malice makes of a code; now and then it is only reordered or cut."""
    letters = list(code)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(letters)) if letters else 0
        match dice.randrange(8):
            case 0:
                letters[place : place + 1] = [dice.choice(ALPHABET)]
            case 1:
                letters[place : place + 1] = []
            case 2:
                letters.insert(place, dice.choice(ALPHABET))
            case 3:
                letters[place : place + 1] = [letters[place].swapcase()] if letters else []
            case 4:
                letters[place : place + 1] = [chr(dice.randrange(0x20, 0x3000))]
            case 5:
                dice.shuffle(letters)
            case 6:
                letters = letters[: place + 1]
            case _:
                letters.append(dice.choice(["=", "\n", "\0", " ", "%00", "А", "é", "\ud800", "x" * 5000]))
    return "".join(letters)


def parsed(read: Callable[[str], str], text: str) -> str:
    """Return what a text is read as: a code, or the key of the refusal."""
    try:
        return read(text)
    except UserError as error:
        return error.key


async def hits(database: Database, payloads: Sequence[str]) -> int:
    """Count the payloads that the query of an opening would find, in one query."""
    keys = [f"{7000000001}:{payload}" for payload in payloads]
    return int(await raw(database)["links"].count_documents({"_id": {"$in": keys}}))


async def test_mutated_payloads_never_hit(services: Services, bot: BotDatabase, database: Database) -> None:
    codes = [(await a_link(bot, number)).code for number in range(100)]
    assert await hits(database, codes) == 100  # the count can count
    dice = random.Random(20260301)
    wrong = {mutated(dice.choice(codes), dice) for _ in range(110_000)} - set(codes)
    wrong |= {code.swapcase() for code in codes} - set(codes)
    assert len(wrong) > 90_000
    plausible = []
    for payload in wrong:
        answer = parsed(services.links.parse, payload)
        assert answer in (payload, "link-malformed")
        plausible += [payload] if answer == payload else []
    # A good part gets past the form: it is the 128 bits that protect, not the form.
    assert len(plausible) > 5_000
    assert await hits(database, plausible) == 0
    for payload in dice.sample(sorted(plausible), 200):
        assert await refusal(services, payload) == "link-unknown"
    for payload in dice.sample(sorted(wrong - set(plausible)), 200):
        assert await refusal(services, payload) == "link-malformed"
    assert await raw(database)["uses"].count_documents({}) == 0


@given(st.text())
def test_any_text_is_a_code_or_malformed(text: str) -> None:
    service = LinkService(None, None, None, None, None)  # type: ignore[arg-type]  # parsing needs none of them
    for read in (service.parse, lambda words: service.parse(payload_in(words))):
        answer = parsed(read, text)
        assert is_code(answer) or answer == "link-malformed"


def test_codes_are_random_and_canonical() -> None:
    codes = {new_code(LinkKind.FILE) for _ in range(1000)}
    assert len(codes) == 1000
    assert all(is_code(code) and len(code) == 23 for code in codes)
    # Every place varies; a constant one would be bits lost.
    assert all(len({code[place] for code in codes}) > 40 for place in range(1, 22))
    code = codes.pop()
    others = [code[:-1] + letter for letter in ALPHABET]
    assert sum(is_code(other) for other in others) == 4
