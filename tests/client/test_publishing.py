"""What drafts do to chats, on a local Telegram: answered, pinned, deleted, linked to; what refuses says so."""

from __future__ import annotations

import pytest
import pytest_asyncio

from client.bot import Bot
from client.gates import Gates
from client.pace import Pace
from database.cause import Cause
from database.outgoing import Outgoing
from sandbox.person import Person
from services.errors import NotThrough
from services.posted import Posted
from services.refusals import Refusal
from tests.client.depot import Depot

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = Outgoing(None, (), "<b>Hello</b>")
FORWARD, SEND = "messages.ForwardMessages", "messages.SendMessage"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def channel(shared_depot: Depot) -> int:
    """A public channel in which the bot may do everything."""
    owner, name = shared_depot.owner, shared_depot.scene.username
    await owner.start_bot(name)
    channel = await owner.create_channel("Market")
    await owner.make_public(channel, "market_square")
    await owner.promote(name, channel)
    return channel


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def group(shared_depot: Depot) -> int:
    """A supergroup that the bot is a plain member of."""
    owner, name = shared_depot.owner, shared_depot.scene.username
    group = await owner.create_channel("Talk", broadcast=False)
    await owner.bring_in(name, group)
    return group


@pytest_asyncio.fixture(loop_scope="session")
async def bot(place: Depot) -> Bot:
    place.bot.calls.pace = Pace()
    place.bot.calls.gates = Gates()
    place.bot.sources.clear()
    return place.bot


@pytest.fixture
def owner(place: Depot) -> Person:
    return place.owner


async def post(bot: Bot, to: int, out: Outgoing, name: str, reply_to: int | None = None) -> Posted:
    return await bot.post_draft(to, out, cause=Cause(f"draft:{name}"), step="version 1 part 1", reply_to=reply_to)


async def test_a_draft_is_sent_once_and_linked_to(bot: Bot, owner: Person, channel: int, group: int) -> None:
    first = await post(bot, channel, TEXT, "once")
    assert first.arrived
    assert await post(bot, channel, TEXT, "once") == first, "the same message, by Telegram's word"
    number = first.message_ids[0]
    assert [each.text for each in await owner.history(channel) if each.id == number] == ["Hello"]
    there = (await post(bot, group, TEXT, "once")).message_ids[0]
    assert await bot.link_to(group, there) == f"https://t.me/c/{-group - 10**12}/{there}"
    assert await bot.link_to(channel, number) == f"https://t.me/c/{-channel - 10**12}/{number}"
    await bot.services.targets.add(channel, bot, by=owner.id, cause=Cause("query:target"))
    assert await bot.link_to(channel, number) == f"https://t.me/market_square/{number}"
    assert await bot.link_to(owner.id, 5) is None


async def test_it_answers_a_message_as_a_text_and_as_a_file_that_is_kept(
    place: Depot, bot: Bot, owner: Person, group: int
) -> None:
    question = await owner.send("What is it?", to=group)
    kept = await place.put(b"an answer", "answer.bin", caption="In here")
    asked = {
        "text": TEXT,
        "kept": Outgoing(place.scene.channel_id, (kept,), None, title="In here"),
        "text of a message": Outgoing(owner.id, (1,), "Word", is_text=True),
    }
    passed_on = place.calls(FORWARD)
    for name, out in asked.items():
        bot.sources.clear()
        posted = await post(bot, group, out, f"answer {name}", question.id)
        assert posted.arrived, (name, posted)
        [found] = [each for each in await owner.history(group) if each.id == posted.message_ids[0]]
        assert found.reply_to_message_id == question.id, name
    assert place.calls(FORWARD) == passed_on, "what is passed on answers nothing"
    await owner.delete(question)
    gone = await post(bot, group, TEXT, "too late", question.id)
    assert (gone.refusal, gone.reason) == (Refusal.CONTENT, "REPLY_MESSAGE_ID_INVALID")


async def test_it_is_pinned_and_taken_back_in_a_channel_and_in_a_private_chat(
    bot: Bot, owner: Person, channel: int
) -> None:
    out = Outgoing(None, (), "Not for long")
    for chat, seen_as in ((channel, channel), (owner.id, bot.username)):
        posted = await post(bot, chat, out, "pinned")
        before = [each.text for each in await owner.history(seen_as)]
        assert "Not for long" in before
        for _ in range(2):
            assert await bot.pin_in(chat, posted.message_ids[0]) == Posted(posted.message_ids)
        assert [each.text for each in await owner.history(seen_as)] == before, "nobody is told of the pin"
        for _ in range(2):
            assert await bot.take_back(chat, posted.message_ids) == posted, "what is gone is no error"
        assert "Not for long" not in [each.text for each in await owner.history(seen_as)]


async def test_a_chat_that_refuses_is_told_from_a_source_that_is_gone(place: Depot, bot: Bot, owner: Person) -> None:
    name = place.scene.username
    closed, source = await owner.create_channel("Closed"), await owner.create_channel("Source")
    for each in (closed, source):
        await owner.promote(name, each)
    message = await owner.post(source, "Kept")
    kept = Outgoing(source, (message.id,), None)
    assert (await post(bot, closed, kept, "open")).arrived
    await owner.demote(name, closed)
    await owner.ban(name, closed)
    for out in (TEXT, kept):
        refused = await post(bot, closed, out, f"closed {out.chat}")
        assert refused.refusal is Refusal.FORBIDDEN, refused
    await owner.demote(name, source)
    await owner.ban(name, source)
    bot.sources.clear()
    gone = await post(bot, owner.id, kept, "gone")
    assert gone.refusal is Refusal.CONTENT, gone


async def test_what_fails_is_tried_once_and_left_to_whoever_counts(place: Depot, bot: Bot, channel: int) -> None:
    fault = await place.order("error", SEND, code=500, name="INTERNAL")
    with pytest.raises(NotThrough):
        await post(bot, channel, TEXT, "fails")
    assert await place.strikes(fault) == 1
    await place.over(fault)
    assert (await post(bot, channel, TEXT, "fails")).arrived
