"""What the bot finds out of people and chats, and what Telegram's refusals mean there."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import (
    ChannelPrivate,
    ChatAdminRequired,
    InviteHashExpired,
    PeerIdInvalid,
    RPCError,
    UsernameNotOccupied,
    UserNotParticipant,
)
from pyrogram.errors.exceptions.forbidden_403 import UserNotParticipant403
from pyrogram.errors.exceptions.not_acceptable_406 import ChannelPrivate406

from client.lookup import Lookup
from services.errors import TryLater
from services.required import ChatFacts, ChatLost

t: Any = raw.types
CHAT = -1002200000001


class Bot(Lookup):
    """Answers each call with what a test says."""

    def __init__(self, answer: Any, strangers: tuple[int, ...] = ()) -> None:
        self._answer = answer
        self._strangers = strangers
        self.asked: list[Any] = []

    async def resolve_peer(self, peer_id: int) -> Any:
        if peer_id in self._strangers:
            raise PeerIdInvalid
        return peer_id

    async def invoke(self, query: Any) -> Any:
        self.asked.append(query)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def place(participant: Any) -> Any:
    return t.channels.ChannelParticipant(participant=participant, chats=[], users=[])


RIGHTS = t.ChatBannedRights(until_date=0)


@pytest.mark.parametrize(
    ("answer", "inside"),
    [
        (place(t.ChannelParticipant(user_id=5, date=1)), True),
        (place(t.ChannelParticipantCreator(user_id=5, admin_rights=t.ChatAdminRights())), True),
        (place(t.ChannelParticipantLeft(peer=t.PeerUser(user_id=5))), False),
        (
            place(t.ChannelParticipantBanned(peer=t.PeerUser(user_id=5), kicked_by=1, date=1, banned_rights=RIGHTS)),
            True,
        ),
        (
            place(
                t.ChannelParticipantBanned(
                    peer=t.PeerUser(user_id=5), kicked_by=1, date=1, banned_rights=RIGHTS, left=True
                )
            ),
            False,
        ),
        (UserNotParticipant(), False),
        (UserNotParticipant403(), False),
    ],
)
async def test_who_is_in_a_chat(answer: Any, inside: bool) -> None:
    assert await Bot(answer).is_member(CHAT, 5) is inside


@pytest.mark.parametrize("error", [ChannelPrivate(), ChannelPrivate406(), ChatAdminRequired()])
async def test_what_the_bot_may_not_see_is_no_stranger(error: RPCError) -> None:
    for ask in (Bot(error).is_member(CHAT, 5), Bot(error).make_link(CHAT, asks=False)):
        with pytest.raises(ChatLost):
            await ask
    assert await Bot(error).chat_facts(CHAT) == ChatFacts(CHAT, "")


async def test_a_wait_is_no_refusal() -> None:
    for ask in (Bot(TryLater(9, "x")).is_member(CHAT, 5), Bot(TryLater(9, "x")).chat_facts(CHAT)):
        with pytest.raises(TryLater):
            await ask


async def test_a_chat_or_a_person_that_the_bot_never_met() -> None:
    with pytest.raises(ChatLost):
        await Bot(None, strangers=(CHAT,)).is_member(CHAT, 5)
    assert not await Bot(None, strangers=(5,)).is_member(CHAT, 5)
    assert (await Bot(None).chat_facts(-77)).is_basic


async def test_a_chat_is_judged_by_what_the_bot_may_do_there() -> None:
    photo = t.ChatPhotoEmpty()
    shown = t.Channel(
        id=1, title="News", photo=photo, date=1, admin_rights=t.ChatAdminRights(invite_users=True),
        usernames=[t.Username(username="old"), t.Username(username="the_news", active=True)],
    )  # fmt: skip
    facts = await Bot(t.messages.Chats(chats=[shown])).chat_facts(CHAT)
    assert facts == ChatFacts(CHAT, "News", "the_news", is_admin=True, may_invite=True)
    closed = t.ChannelForbidden(id=1, access_hash=1, title="News")
    assert await Bot(t.messages.Chats(chats=[closed])).chat_facts(CHAT) == ChatFacts(CHAT, "News")


async def test_a_link_is_made_and_seen_to_work() -> None:
    invite = t.ChatInviteExported(link="https://t.me/+x", admin_id=1, date=1)
    bot = Bot(invite)
    assert await bot.make_link(CHAT, asks=True) == "https://t.me/+x"
    assert bot.asked[0].request_needed
    assert await Bot(t.messages.ExportedChatInvite(invite=invite, users=[])).link_works(CHAT, "x", asks=False)
    assert not await Bot(InviteHashExpired()).link_works(CHAT, "x", asks=False)
    with pytest.raises(ChatLost):
        await Bot(ChatAdminRequired()).link_works(CHAT, "x", asks=False)


async def test_a_public_name_is_a_persons_or_a_chats() -> None:
    ann = t.User(id=5, first_name="Ann", username="ann")
    found = t.contacts.ResolvedPeer(peer=t.PeerUser(user_id=5), chats=[], users=[ann])
    person = await Bot(found).person_by_name("ann")
    assert person is not None
    assert (person.user_id, person.first_name) == (5, "Ann")
    assert await Bot(found).chat_by_name("ann") is None
    robot = t.User(id=5, first_name="Bot", bot=True)
    assert (
        await Bot(t.contacts.ResolvedPeer(peer=t.PeerUser(user_id=5), chats=[], users=[robot])).person_by_name("x")
        is None
    )
    channel = t.contacts.ResolvedPeer(peer=t.PeerChannel(channel_id=2200000001), chats=[], users=[])
    assert await Bot(channel).chat_by_name("news") == CHAT
    assert await Bot(channel).person_by_name("news") is None
    assert await Bot(UsernameNotOccupied()).chat_by_name("news") is None
