"""What the bot may do in a chat, judged by what Telegram shows of it."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import ChannelPrivate, PeerIdInvalid, UsernameNotOccupied

from client.targets import Targeting
from services.errors import TryLater
from services.targets import TargetFacts, TargetKind

t: Any = raw.types
CHANNEL, BASIC, ANN = -1002200000001, -77, 5
PHOTO = t.ChatPhotoEmpty()


class Bot(Targeting):
    """Answers each call with what a test says."""

    def __init__(self, answer: Any, strangers: tuple[int, ...] = ()) -> None:
        self._answer = answer
        self._strangers = strangers

    async def resolve_peer(self, peer_id: int) -> Any:
        if peer_id in self._strangers:
            raise PeerIdInvalid
        return peer_id

    async def invoke(self, _: Any) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def rights(**given: bool) -> Any:
    return t.ChatAdminRights(**given)


def bans(**given: bool) -> Any:
    return t.ChatBannedRights(until_date=0, **given)


def channel(**fields: Any) -> Any:
    return t.Channel(id=1, title="News", photo=PHOTO, date=1, broadcast=True, **fields)


def group(**fields: Any) -> Any:
    fields = {"default_banned_rights": bans(), **fields}
    return t.Channel(id=1, title="Club", photo=PHOTO, date=1, megagroup=True, **fields)


def basic(**fields: Any) -> Any:
    fields = {"default_banned_rights": bans(), **fields}
    return t.Chat(id=77, title="Club", photo=PHOTO, participants_count=2, date=1, version=1, **fields)


async def facts(shown: Any, chat: int = CHANNEL) -> TargetFacts:
    found = await Bot(t.messages.Chats(chats=[shown])).target_facts(chat)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("shown", "refusal", "lacks"),
    [
        (channel(admin_rights=rights(post_messages=True, edit_messages=True)), "", ()),
        (channel(admin_rights=rights(post_messages=True)), "", ("target-no-pin",)),
        (channel(admin_rights=rights(edit_messages=True)), "target-no-post", ()),
        (channel(), "target-not-admin", ()),
        (group(), "", ()),
        (group(left=True), "target-not-member", ()),
        (group(default_banned_rights=bans(send_messages=True)), "target-no-writing", ()),
        (group(default_banned_rights=bans(send_plain=True)), "target-no-writing", ()),
        (group(banned_rights=bans(send_messages=True)), "target-restricted", ()),
        (group(default_banned_rights=bans(pin_messages=True)), "", ("target-no-pin",)),
        (
            group(default_banned_rights=bans(send_photos=True, pin_messages=True)),
            "",
            ("target-no-media", "target-no-pin"),
        ),
        (group(banned_rights=bans(send_media=True)), "", ("target-no-media",)),
        (
            group(admin_rights=rights(pin_messages=True), default_banned_rights=bans(send_messages=True)),
            "",
            (),
        ),
        (group(admin_rights=rights(invite_users=True)), "", ("target-no-pin",)),
        (group(creator=True), "", ()),
    ],
)
async def test_what_the_bot_may_do_in_a_channel_or_supergroup(shown: Any, refusal: str, lacks: tuple[str, ...]) -> None:
    found = await facts(shown)
    assert (found.refusal, found.lacks) == (refusal, lacks)
    assert found.kind is (TargetKind.CHANNEL if shown.broadcast else TargetKind.GROUP)


@pytest.mark.parametrize(
    ("shown", "refusal"),
    [
        (basic(), ""),
        (basic(left=True), "target-not-member"),
        (basic(default_banned_rights=bans(send_messages=True)), "target-no-writing"),
        (basic(deactivated=True, migrated_to=t.InputChannel(channel_id=1, access_hash=1)), "target-moved"),
    ],
)
async def test_what_the_bot_may_do_in_a_basic_group(shown: Any, refusal: str) -> None:
    assert (await facts(shown, BASIC)).refusal == refusal


async def test_a_chat_that_the_bot_cannot_see() -> None:
    unseen = TargetFacts(CHANNEL, "", TargetKind.GROUP, refusal="target-unseen")
    assert await Bot(ChannelPrivate()).target_facts(CHANNEL) == unseen
    assert await Bot(None, strangers=(CHANNEL,)).target_facts(CHANNEL) == unseen
    closed = await facts(t.ChannelForbidden(id=1, access_hash=1, title="News", broadcast=True))
    assert (closed.title, closed.kind, closed.refusal) == ("News", TargetKind.CHANNEL, "target-unseen")
    assert (await facts(t.ChatForbidden(id=77, title="Club"), BASIC)).refusal == "target-unseen"


async def test_a_person() -> None:
    ann = await Bot([t.User(id=ANN, first_name="Ann", last_name="Lee", username="ann")]).target_facts(ANN)
    assert ann == TargetFacts(ANN, "Ann Lee", TargetKind.PRIVATE, "ann")
    for user, refusal in ((t.User(id=ANN, deleted=True), "target-gone"), (t.User(id=ANN, bot=True), "target-bot")):
        found = await Bot([user]).target_facts(ANN)
        assert found is not None
        assert found.refusal == refusal
    stranger = await Bot(None, strangers=(ANN,)).target_facts(ANN)
    assert stranger == TargetFacts(ANN, "", TargetKind.PRIVATE, refusal="target-stranger")


async def test_a_name_that_is_nobodys_and_a_wait() -> None:
    assert await Bot(UsernameNotOccupied()).target_facts("nobody_here") is None
    with pytest.raises(TryLater):
        await Bot(TryLater(9, "x")).target_facts(CHANNEL)
