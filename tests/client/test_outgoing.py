"""What goes out to many, on a local Telegram: as it was meant, once per cause, and what is refused is said."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import pytest_asyncio
from pyrogram.types import Message

from client.bot import Bot
from client.calls import MustWait
from client.gates import Gates
from client.pace import Pace
from client.sources import GONE
from database.cause import Cause
from database.outgoing import OutButton, Outgoing
from sandbox.person import Person
from services.posted import Posted
from services.refusals import Refusal
from tests.client.depot import Depot

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUTTONS = ((OutButton("Open", url="https://example.org/"), OutButton("Count me", click="yes")),)
FORWARD, TEXT, MEDIA = "messages.ForwardMessages", "messages.SendMessage", "messages.SendMedia"
READ = "channels.GetMessages"
TEXT_METHOD = "messages.sendMessage"


@dataclass
class Broadcaster:
    """A bot with a channel to take messages from, and a reader who has said hello to it."""

    place: Depot
    source: int

    @property
    def bot(self) -> Bot:
        return self.place.bot

    @property
    def reader(self) -> Person:
        return self.place.owner

    async def post(self, out: Outgoing, name: str) -> Posted:
        return await self.bot.post_broadcast(self.reader.id, out, cause=Cause(f"broadcast:{name}"), step="message")

    async def got(self, count: int = 1) -> list[Message]:
        return [await self.reader.next_message(from_=self.place.scene.username) for _ in range(count)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def source(shared_depot: Depot) -> int:
    """A channel of the owner's from which messages are taken."""
    owner = shared_depot.owner
    await owner.start_bot(shared_depot.scene.username)
    await owner.next_message(from_=shared_depot.scene.username)
    channel = await owner.create_channel("News")
    await owner.promote(shared_depot.scene.username, channel)
    await owner.next_message(from_=shared_depot.scene.username)  # whether files are to be kept there
    return channel


@pytest_asyncio.fixture(loop_scope="session")
async def cast(place: Depot, source: int) -> Broadcaster:
    """Everything calm: nothing is unread, and nobody has to wait for what an earlier test sent."""
    place.bot.calls.pace = Pace()
    place.bot.sources.clear()
    place.owner.mailbox.messages.clear()
    return Broadcaster(place, source)


async def test_a_plain_source_is_passed_on_in_one_call_without_its_author_and_once(cast: Broadcaster) -> None:
    post = await cast.reader.post(cast.source, "<b>Hello</b>")
    out = Outgoing(cast.source, (post.id,), None, protect=True, silent=True)
    before = cast.place.calls(FORWARD)
    posted = await cast.post(out, "plain")
    assert posted.arrived
    assert await cast.post(out, "plain") == posted, "the same message, by Telegram's word"
    assert cast.place.calls(FORWARD) - before == 2
    [message] = await cast.got()
    assert (message.text, message.forward_origin) == ("<b>Hello</b>", None)
    assert message.has_protected_content
    assert message.silent
    assert (await cast.post(out, "other")).message_ids != posted.message_ids, "another cause sends anew"
    await cast.got()


async def test_a_text_outlives_its_source_and_takes_buttons(cast: Broadcaster) -> None:
    post = await cast.reader.post(cast.source, "R&D <today>")
    kept = Outgoing(cast.source, (post.id,), "R&amp;D <b>kept</b>", is_text=True)
    plain = Outgoing(cast.source, (post.id,), None)
    buttons = Outgoing(cast.source, (post.id,), None, BUTTONS)
    assert (await cast.post(buttons, "text 1")).arrived
    [message] = await cast.got()
    assert message.text == "R&D <today>"
    [row] = message.reply_markup.inline_keyboard  # type: ignore[union-attr]
    assert [button.callback_data or button.url for button in row] == ["https://example.org/", "click:yes"]
    await cast.reader.delete(post)
    assert (await cast.post(kept, "text 2")).arrived
    [message] = await cast.got()
    assert message.text == "R&D kept"
    assert (await cast.post(plain, "text 3")) == Posted(refusal=Refusal.CONTENT, reason=GONE)
    cast.bot.sources.clear()  # or a minute later
    assert (await cast.post(buttons, "text 4")) == Posted(refusal=Refusal.CONTENT, reason=GONE)


async def test_media_keep_their_caption_or_get_ours_and_their_references_are_read_once(cast: Broadcaster) -> None:
    path = cast.place.folder / "film.bin"
    path.write_bytes(b"a film")
    film = await cast.reader.send_file(path, caption="its own", to=cast.source)
    sent, read = cast.place.calls(MEDIA), cast.place.calls(READ)
    for html, said in ((None, "its own"), ("<i>ours</i>", "ours"), ("", None)):
        assert (await cast.post(Outgoing(cast.source, (film.id,), html, BUTTONS), f"media {html}")).arrived
        [message] = await cast.got()
        assert (message.caption, bool(message.document), bool(message.reply_markup)) == (said, True, True)
    assert cast.place.calls(MEDIA) - sent == 3
    assert cast.place.calls(READ) - read == 1, "once for all readers"
    assert (await cast.post(Outgoing(cast.source, (film.id,), "alone"), "media 4")).arrived
    [message] = await cast.got()
    assert (message.caption, message.reply_markup) == ("alone", None)


async def test_a_caption_is_changed_where_readers_have_it_and_its_medium_stays(cast: Broadcaster) -> None:
    path = cast.place.folder / "picture.bin"
    path.write_bytes(b"a picture")
    source = (cast.source, ((await cast.reader.send_file(path, caption="old", to=cast.source)).id,))
    posted = await cast.post(Outgoing(*source, None), "caption")
    await cast.got()
    assert (await cast.bot.post_edit(cast.reader.id, posted.message_ids, Outgoing(*source, "new", BUTTONS))).arrived
    edited = await cast.reader.next_edit(from_=cast.place.scene.username)
    assert (edited.caption, bool(edited.document), bool(edited.reply_markup)) == ("new", True, True)


async def test_readers_whom_another_bot_left_us_are_asked_for_together(cast: Broadcaster) -> None:
    left = [7_000_000 + number for number in range(150)]
    before = cast.place.calls("users.GetUsers")
    await cast.bot.meet_readers([cast.reader.id, *left])
    assert cast.place.calls("users.GetUsers") - before == 2
    cast.bot.store.peers._known.clear()
    await cast.bot.store.flush()
    await cast.bot.meet_readers([cast.reader.id])
    assert cast.place.calls("users.GetUsers") - before == 2, "who is known is in the database"
    assert cast.bot.store.peers.get(cast.reader.id)


async def test_an_album_stays_one_and_its_buttons_follow(cast: Broadcaster) -> None:
    paths = [cast.place.folder / f"part{number}.bin" for number in range(2)]
    for path in paths:
        path.write_bytes(path.name.encode())
    album = await cast.reader.send_album(paths, captions=("one", "two"), to=cast.source)
    ids = tuple(each.id for each in album)
    forwards = cast.place.calls(FORWARD)
    posted = await cast.post(Outgoing(cast.source, ids, None), "album 1")
    assert cast.place.calls(FORWARD) - forwards == 1
    messages = await cast.got(2)
    assert len({each.media_group_id for each in messages}) == 1
    assert [each.caption for each in messages] == ["one", "two"]
    assert len(posted.message_ids) == 2
    cast.bot.calls.pace = Pace()
    buttons = Outgoing(cast.source, ids, "ours", BUTTONS)
    posted = await cast.post(buttons, "album 2")
    assert len(posted.message_ids) == 3
    *files, under = await cast.got(3)
    assert [each.caption for each in files] == ["ours", None]
    assert under.reply_markup
    cast.bot.calls.pace = Pace()
    assert await cast.post(buttons, "album 2") == posted
    new = Outgoing(cast.source, ids, "newer", ((OutButton("Only this", click="only"),),))
    cast.bot.calls.pace = Pace()
    assert (await cast.bot.post_edit(cast.reader.id, posted.message_ids, new)).arrived
    edits = [await cast.reader.next_edit(from_=cast.place.scene.username) for _ in range(2)]
    assert edits[0].caption == "newer"
    assert edits[1].id == under.id
    assert [button.text for button in edits[1].reply_markup.inline_keyboard[0]] == ["Only this"]  # type: ignore[union-attr]


async def test_a_text_is_changed_where_readers_have_it_and_taken_away(cast: Broadcaster) -> None:
    posted = await cast.post(Outgoing(None, (), "old", BUTTONS), "edit")
    await cast.got()
    new = Outgoing(None, (), "<b>new</b>", BUTTONS)
    assert (await cast.bot.post_edit(cast.reader.id, posted.message_ids, new)).arrived
    edited = await cast.reader.next_edit(from_=cast.place.scene.username)
    assert (edited.text, bool(edited.reply_markup)) == ("new", True)
    assert (await cast.bot.post_edit(cast.reader.id, posted.message_ids, new)).arrived, "the same again is no error"
    assert await cast.bot.take_away(posted.message_ids) == {}
    assert not (await cast.bot.post_edit(cast.reader.id, posted.message_ids, new)).arrived


async def test_a_message_is_pinned_once_and_nobody_hears_of_it(cast: Broadcaster) -> None:
    [number] = (await cast.post(Outgoing(None, (), "look"), "pin")).message_ids
    assert (await cast.bot.post_pin(cast.reader.id, number)).arrived
    assert (await cast.bot.post_pin(cast.reader.id, number)).arrived
    assert [line["message_id"] for line in cast.place.box.ledger.since(0) if line["kind"] == "pin"] == [number]
    assert [each.text for each in await cast.got()] == ["look"]
    assert not (await cast.bot.post_pin(cast.reader.id, number + 1000)).arrived
    assert list(cast.reader.mailbox.messages) == []


async def test_who_cannot_be_reached_is_said_and_a_source_that_is_not_seen_is_not_their_fault(
    cast: Broadcaster,
) -> None:
    text, cause = Outgoing(None, (), "hello"), Cause("broadcast:who")
    stranger = await cast.bot.post_broadcast(987654321, text, cause=cause, step="message")
    assert stranger.refusal is Refusal.BAD_PEER
    await cast.reader.block(cast.place.scene.username)
    try:
        assert await cast.post(text, "who") == Posted(refusal=Refusal.BLOCKED, reason="USER_IS_BLOCKED")
    finally:
        await cast.reader.unblock(cast.place.scene.username)
    elsewhere = Outgoing(-1000000000999, (1,), None)
    assert (await cast.post(elsewhere, "who")).refusal is Refusal.CONTENT


async def test_a_reader_who_has_to_wait_keeps_nobody_else(cast: Broadcaster) -> None:
    text = Outgoing(None, (), "hello")
    fault = await cast.place.order("error", TEXT, chat=cast.reader.id, code=420, name="FLOOD_WAIT_30", count=1)
    waiting = await cast.post(text, "wait")
    assert waiting.refusal is Refusal.PASSING
    assert 25 < waiting.after <= 30
    await cast.place.over(fault)
    cast.bot.calls.gates.close(TEXT_METHOD, None, 60)
    with pytest.raises(MustWait):  # nobody can be sent anything
        await cast.post(text, "wait")
    cast.bot.calls.gates = Gates()
    assert (await cast.post(text, "wait")).arrived
    await cast.got()
