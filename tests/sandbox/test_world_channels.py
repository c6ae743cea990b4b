"""Channels: who comes in, who may what, who is told."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.world_rig import Actor, Rig, f, t


async def joined(rig: Rig, owner: Actor, channel: Any, digits: str) -> Actor:
    """A new person who came in by the channel's link."""
    person = await rig.person(digits, f"P{digits}")
    invite = await owner(f.messages.ExportChatInvite(peer=owner.to(channel)))
    await person(f.messages.ImportChatInvite(hash=invite.link.rpartition("+")[2]))
    return person


async def test_a_channel_is_its_creators_and_is_closed_to_others(rig: Rig) -> None:
    ann, eve = await rig.person("20001"), await rig.person("20009")
    channel = await rig.channel(ann, "Storage")
    assert (channel.title, channel.creator, channel.broadcast, channel.id > 2**31) == ("Storage", True, True, True)
    rig.reopen()
    [again] = (await ann(f.channels.GetChannels(id=[ann.channel(channel)]))).chats
    assert again == channel
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        await eve(f.channels.GetFullChannel(channel=eve.channel(channel)))
    with pytest.raises(RpcError, match="CHANNEL_INVALID"):
        await ann(f.channels.GetFullChannel(channel=t.InputChannel(channel_id=channel.id, access_hash=1)))
    with pytest.raises(RpcError, match="BOT_METHOD_INVALID"):
        await (await rig.bot())(f.channels.CreateChannel(title="x", about="", broadcast=True))


async def test_a_bot_becomes_admin_and_is_told_with_qts(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    with pytest.raises(RpcError, match="USER_BOT"):
        await ann(f.channels.InviteToChannel(channel=ann.channel(channel), users=[ann.user(bot)]))
    await rig.promote(ann, channel, bot)
    [told] = bot.received(t.UpdateChannelParticipant)
    assert (told.qts, told.actor_id, told.user_id, told.prev_participant) == (2, ann.id, bot.id, None)
    assert told.new_participant.admin_rights.post_messages
    [seen] = [chat for chat in bot.inbox[-1].chats if chat.id == channel.id]
    assert (seen.admin_rights.post_messages, seen.creator, seen.left) == (True, None, None)
    assert {user.id for user in bot.inbox[-1].users} == {ann.id, bot.id}
    rig.reopen()
    await bot(f.messages.SendMessage(
        peer=t.InputPeerChannel(channel_id=channel.id, access_hash=0), message="posted", random_id=1
    ))  # fmt: skip
    [post] = ann.received(t.UpdateNewChannelMessage)
    assert (post.message.post, post.message.from_id, post.message.views, post.message.out) == (True, None, 1, None)


async def test_a_demoted_bot_is_out(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    await rig.promote(ann, channel, bot, post_messages=False)
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        await bot.say(channel, "still here?")
    last = bot.received(t.UpdateChannelParticipant)[-1]
    assert isinstance(last.prev_participant, t.ChannelParticipantAdmin)
    assert last.new_participant is None


async def test_a_bot_that_is_an_admin_of_a_group_again_hears_of_it_after_a_restart_too(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    group = await rig.channel(ann, broadcast=False)
    await rig.promote(ann, group, bot)
    before = await bot.state()
    await rig.promote(ann, group, bot, invite_users=False)
    await rig.promote(ann, group, bot)
    rig.reopen()
    missed = (await bot.difference(before)).other_updates
    fell, rose = (update for update in missed if isinstance(update, t.UpdateChannelParticipant))
    assert isinstance(fell.new_participant, t.ChannelParticipantSelf)
    assert (rose.new_participant.is_self, rose.new_participant.inviter_id) == (True, ann.id)
    assert rose.new_participant.admin_rights.invite_users


async def test_an_admin_without_the_right_cannot_post(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot, invite_users=True)
    with pytest.raises(RpcError, match="400 CHAT_ADMIN_REQUIRED"):
        await bot.say(channel, "hello?")
    bob = await joined(rig, ann, channel, "20002")
    with pytest.raises(RpcError, match="403 CHAT_WRITE_FORBIDDEN"):
        await bob.say(channel, "hello?")


async def test_members_get_posts_and_the_bot_hears_who_comes_and_goes(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    bob = await joined(rig, ann, channel, "20002")
    await ann.say(channel, "news")
    await bob(f.channels.LeaveChannel(channel=bob.channel(channel)))
    await ann.say(channel, "more news")
    assert [u.message.message for u in bob.received(t.UpdateNewChannelMessage)] == ["news"]
    moves = [
        (u.user_id, type(u.prev_participant).__name__, type(u.new_participant).__name__)
        for u in bot.received(t.UpdateChannelParticipant)[1:]
    ]
    assert moves == [(bob.id, "NoneType", "ChannelParticipant"), (bob.id, "ChannelParticipant", "NoneType")]
    assert [line["kind"] for line in rig.lines() if line.get("user_id") == bob.id] == ["join", "leave"]


async def test_who_made_the_invitation_is_named_beside_it(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    state = await bot.state()
    await joined(rig, ann, channel, "20002")
    assert bot.received(t.UpdateChannelParticipant)[-1].invite.admin_id == ann.id
    missed = await bot.difference(state)
    assert ann.id in {user.id for user in bot.inbox[-1].users} & {user.id for user in missed.users}


async def test_membership_is_seen_by_admins(rig: Rig) -> None:
    ann, bot, eve = await rig.person("20001"), await rig.bot(), await rig.person("20009")
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    bob = await joined(rig, ann, channel, "20002")
    await eve.say(bot, "/start")

    async def place(other: Actor) -> Any:
        result = await bot(f.channels.GetParticipant(channel=bot.channel(channel), participant=bot.to(other)))
        return type(result.participant)

    assert await place(ann) is t.ChannelParticipantCreator
    assert await place(bob) is t.ChannelParticipant
    with pytest.raises(RpcError, match="USER_NOT_PARTICIPANT"):
        await place(eve)
    with pytest.raises(RpcError, match="CHAT_ADMIN_REQUIRED"):
        await bob(f.channels.GetParticipant(channel=bob.channel(channel), participant=bob.to(ann)))
    everybody = f.channels.GetParticipants(
        channel=bot.channel(channel), filter=t.ChannelParticipantsRecent(), offset=0, limit=100, hash=0
    )
    assert {p.user_id for p in (await bot(everybody)).participants} == {ann.id, bot.id, bob.id}


async def test_a_banned_person_stays_out(rig: Rig) -> None:
    ann = await rig.person("20001")
    channel = await rig.channel(ann)
    bob = await joined(rig, ann, channel, "20002")
    rights = t.ChatBannedRights(until_date=0, view_messages=True)
    ban = f.channels.EditBanned(channel=ann.channel(channel), participant=ann.to(bob), banned_rights=rights)
    await ann(ban)
    with pytest.raises(RpcError, match="INVITE_HASH_EXPIRED"):
        await joined(rig, ann, channel, "20002")
    rights.view_messages = None
    await ann(ban)
    await joined(rig, ann, channel, "20002")


async def test_an_admin_cannot_give_what_they_lack(rig: Rig) -> None:
    ann, eve = await rig.person("20001"), await rig.person("20009")
    channel = await rig.channel(ann)
    bob = await joined(rig, ann, channel, "20002")
    with pytest.raises(RpcError, match="400 CHAT_ADMIN_REQUIRED"):
        await rig.promote(bob, channel, eve)
    await rig.promote(ann, channel, bob, add_admins=True)
    with pytest.raises(RpcError, match="403 RIGHT_FORBIDDEN"):
        await rig.promote(bob, channel, eve, post_messages=True)
    with pytest.raises(RpcError, match="USER_CREATOR"):
        await rig.promote(bob, channel, ann)


async def test_a_public_channel_is_found_and_joined_by_its_name(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    channel = await rig.channel(ann)
    await ann(f.channels.UpdateUsername(channel=ann.channel(channel), username="The_News"))
    found = await bob(f.contacts.ResolveUsername(username="the_news"))
    assert (found.chats[0].id, found.chats[0].left) == (channel.id, True)
    await bob(f.channels.JoinChannel(channel=bob.channel(channel)))
    with pytest.raises(RpcError, match="USER_ALREADY_PARTICIPANT"):
        await bob(f.channels.JoinChannel(channel=bob.channel(channel)))
    [again] = (await bob(f.channels.GetChannels(id=[bob.channel(channel)]))).chats
    assert again.left is None


async def test_a_new_link_closes_the_old_one(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    channel = await rig.channel(ann)
    old = await ann(f.messages.ExportChatInvite(peer=ann.to(channel)))
    new = await ann(f.messages.ExportChatInvite(peer=ann.to(channel), legacy_revoke_permanent=True))
    with pytest.raises(RpcError, match="INVITE_HASH_EXPIRED"):
        await bob(f.messages.CheckChatInvite(hash=old.link.rpartition("+")[2]))
    seen = await bob(f.messages.CheckChatInvite(hash=new.link.rpartition("+")[2]))
    assert (seen.title, seen.broadcast, seen.participants_count) == ("Channel", True, 1)


async def test_a_group_shows_who_speaks_and_a_bot_hears_what_is_for_it(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    group = await rig.channel(ann, "Group", broadcast=False)
    bob = await joined(rig, ann, group, "20002")
    await ann(f.channels.InviteToChannel(channel=ann.channel(group), users=[ann.user(bot)]))
    await bob.say(group, "not for bots")
    await bob.say(group, "/help")
    await bob.say(group, "hello @the_bot")
    heard = [u.message for u in bot.received(t.UpdateNewChannelMessage) if isinstance(u.message, t.Message)]
    assert [(m.message, m.from_id.user_id, m.post) for m in heard] == [
        ("/help", bob.id, None), ("hello @the_bot", bob.id, None),
    ]  # fmt: skip
    assert [u.message.message for u in ann.received(t.UpdateNewChannelMessage)] == [
        "not for bots",
        "/help",
        "hello @the_bot",
    ]


async def test_a_deleted_channel_is_closed(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    await ann(f.channels.DeleteChannel(channel=ann.channel(channel)))
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        await bot.say(channel, "x")
    assert isinstance(bot.inbox[-1].chats[0], t.ChannelForbidden)
    query = f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=100, hash=0)
    assert (await ann(query)).dialogs == []


async def test_reading_a_channel_moves_its_mark(rig: Rig) -> None:
    ann = await rig.person("20001")
    channel = await rig.channel(ann)
    bob = await joined(rig, ann, channel, "20002")
    for text in "abc":
        await ann.say(channel, text)
    assert await bob(f.channels.ReadHistory(channel=bob.channel(channel), max_id=3)) is True
    assert await bob(f.channels.ReadHistory(channel=bob.channel(channel), max_id=2)) is False
    rig.reopen()
    peer = t.InputDialogPeer(peer=bob.to(channel))
    [dialog] = (await bob(f.messages.GetPeerDialogs(peers=[peer]))).dialogs
    assert (dialog.read_inbox_max_id, dialog.unread_count, dialog.top_message) == (3, 1, 4)


def bans(**banned: bool) -> Any:
    return t.ChatBannedRights(until_date=0, **banned)


async def group_of(rig: Rig, *, forbidden: Any = None) -> tuple[Actor, Actor, Any]:
    """A group with a bot as its member, and what everybody may not do there."""
    ann, bot = await rig.person("20001"), await rig.bot()
    group = await rig.channel(ann, broadcast=False)
    await ann(f.channels.InviteToChannel(channel=ann.channel(group), users=[ann.user(bot)]))
    if forbidden is not None:
        await ann(f.messages.EditChatDefaultBannedRights(peer=ann.to(group), banned_rights=forbidden))
    return ann, bot, group


async def shown_to(actor: Actor, channel: Any) -> Any:
    [shown] = (await actor(f.channels.GetChannels(id=[actor.channel(channel)]))).chats
    return shown


async def test_a_member_of_a_group_writes_until_that_is_forbidden_to_all_and_admins_go_on(rig: Rig) -> None:
    ann, bot, group = await group_of(rig)
    await bot.say(group, "hello")
    await ann(f.messages.EditChatDefaultBannedRights(peer=ann.to(group), banned_rights=bans(send_messages=True)))
    assert bot.received(t.UpdateChatDefaultBannedRights)[0].default_banned_rights.send_messages
    rig.reopen()
    with pytest.raises(RpcError, match="CHAT_WRITE_FORBIDDEN"):
        await bot.say(group, "me too?")
    assert (await shown_to(bot, group)).default_banned_rights.send_messages
    await ann.say(group, "I may")
    await rig.promote(ann, group, bot, invite_users=True)
    await bot.say(group, "me too")
    with pytest.raises(RpcError, match="CHAT_NOT_MODIFIED"):
        await ann(f.messages.EditChatDefaultBannedRights(peer=ann.to(group), banned_rights=bans(send_messages=True)))
    with pytest.raises(RpcError, match="CHAT_ADMIN_REQUIRED"):
        await bot(f.messages.EditChatDefaultBannedRights(peer=bot.to(group), banned_rights=bans()))


async def test_a_group_forbids_texts_or_kinds_of_media(rig: Rig) -> None:
    _, bot, group = await group_of(rig, forbidden=bans(send_docs=True))
    await bot.say(group, "words")
    document = t.InputMediaUploadedDocument(
        file=await bot.upload(b"x" * 100), mime_type="text/plain", attributes=[], force_file=True
    )
    with pytest.raises(RpcError, match="CHAT_SEND_DOCS_FORBIDDEN"):
        await bot(f.messages.SendMedia(peer=bot.to(group), media=document, message="", random_id=5))
    _, other, plain = await group_of(rig, forbidden=bans(send_plain=True))
    with pytest.raises(RpcError, match="CHAT_SEND_PLAIN_FORBIDDEN"):
        await other.say(plain, "words")
    media = t.InputMediaUploadedDocument(
        file=await other.upload(b"x" * 100), mime_type="text/plain", attributes=[], force_file=True
    )
    await other(f.messages.SendMedia(peer=other.to(plain), media=media, message="", random_id=6))


async def test_one_member_is_restricted_sees_it_and_is_let_go(rig: Rig) -> None:
    ann, bot, group = await group_of(rig)
    restrict = f.channels.EditBanned
    await ann(restrict(channel=ann.channel(group), participant=ann.to(bot), banned_rights=bans(send_messages=True)))
    [told] = [each for each in bot.received(t.UpdateChannelParticipant) if each.prev_participant is not None]
    assert (told.new_participant.banned_rights.send_messages, told.new_participant.left) == (True, None)
    rig.reopen()
    shown = await shown_to(bot, group)
    assert (shown.banned_rights.send_messages, shown.admin_rights, shown.left) == (True, None, None)
    with pytest.raises(RpcError, match="CHAT_RESTRICTED"):
        await bot.say(group, "me?")
    await ann(restrict(channel=ann.channel(group), participant=ann.to(bot), banned_rights=bans()))
    await bot.say(group, "again")
    assert (await shown_to(bot, group)).banned_rights is None


async def test_members_pin_in_a_group_unless_that_is_forbidden(rig: Rig) -> None:
    ann, bot, group = await group_of(rig)
    await bot.say(group, "first", random_id=9)
    pin = f.messages.UpdatePinnedMessage
    heard = [each.message for each in ann.received(t.UpdateNewChannelMessage)]
    number = next(each.id for each in heard if each.message == "first")
    await bot(pin(peer=bot.to(group), id=number, silent=True))
    await ann(f.messages.EditChatDefaultBannedRights(peer=ann.to(group), banned_rights=bans(pin_messages=True)))
    with pytest.raises(RpcError, match="CHAT_ADMIN_REQUIRED"):
        await bot(pin(peer=bot.to(group), id=number, silent=True, unpin=True))
