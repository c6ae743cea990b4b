"""Links into channels, requests to join, and what a bot may learn of somebody's place there."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.world_rig import START, Actor, Rig, f, t


def hash_of(invite: Any) -> str:
    return str(invite.link.rpartition("+")[2])


async def link(admin: Actor, channel: Any, **fields: Any) -> Any:
    return await admin(f.messages.ExportChatInvite(peer=admin.to(channel), **fields))


async def use(person: Actor, invite: Any) -> None:
    await person(f.messages.ImportChatInvite(hash=hash_of(invite)))


async def hide(admin: Actor, channel: Any, other: Actor, *, approved: bool) -> Any:
    query = f.messages.HideChatJoinRequest
    return await admin(query(peer=admin.to(channel), user_id=admin.user(other), approved=approved))


async def place(asker: Actor, channel: Any, other: Actor) -> Any:
    found = await asker(f.channels.GetParticipant(channel=asker.channel(channel), participant=asker.to(other)))
    return found.participant


async def test_a_bot_makes_a_link_beside_the_others(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    channel = await rig.channel(ann)
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        await link(bot, channel)
    await rig.promote(ann, channel, bot, post_messages=True)
    with pytest.raises(RpcError, match="400 CHAT_ADMIN_REQUIRED"):
        await link(bot, channel)
    await rig.promote(ann, channel, bot)
    one, other = await link(bot, channel, title="gate"), await link(bot, channel)
    assert (one.admin_id, one.title, one.permanent, one.request_needed) == (bot.id, "gate", None, None)
    assert one.link != other.link
    rig.reopen()
    await use(bob, one)
    assert bot.received(t.UpdateChannelParticipant)[-1].invite.link == one.link
    with pytest.raises(RpcError, match="USER_ALREADY_PARTICIPANT"):
        await use(bob, other)


async def test_a_link_that_was_revoked_leads_nowhere_and_is_not_edited(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    made = await link(bot, channel)
    edit = f.messages.EditExportedChatInvite
    same = await bot(edit(peer=bot.to(channel), link=made.link, title="x"))
    assert (same.invite.link, same.invite.title, same.invite.revoked) == (made.link, "x", None)
    with pytest.raises(RpcError, match="403 EDIT_BOT_INVITE_FORBIDDEN"):
        await ann(edit(peer=ann.to(channel), link=made.link, title="mine"))
    assert (await ann(edit(peer=ann.to(channel), link=made.link, revoked=True))).invite.revoked
    with pytest.raises(RpcError, match="INVITE_HASH_EXPIRED"):
        await bot(edit(peer=bot.to(channel), link=made.link, title="y"))
    with pytest.raises(RpcError, match="INVITE_HASH_EXPIRED"):
        await use(bob, made)


@pytest.mark.parametrize("fields", [{"usage_limit": 1}, {"expire_date": int(START) + 60}])
async def test_a_link_that_is_used_up_or_over_leads_nowhere(rig: Rig, fields: dict[str, int]) -> None:
    ann, bob, eve = await rig.person("20001"), await rig.person("20002"), await rig.person("20003")
    channel = await rig.channel(ann)
    made = await link(ann, channel, **fields)
    await use(bob, made)
    rig.now += 61
    with pytest.raises(RpcError, match="INVITE_HASH_EXPIRED"):
        await use(eve, made)


async def test_a_request_is_told_to_admins_who_may_let_in(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    blind = await rig.bot("7000002:secret", "blind_bot")
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    await rig.promote(ann, channel, blind, post_messages=True)
    made = await link(bot, channel, request_needed=True)
    assert made.request_needed
    assert (await bob(f.messages.CheckChatInvite(hash=hash_of(made)))).request_needed
    before = await bot.state()
    for _ in range(2):
        with pytest.raises(RpcError, match="400 INVITE_REQUEST_SENT"):
            await use(bob, made)
    [told] = bot.received(t.UpdateBotChatInviteRequester)
    assert (told.user_id, told.peer.channel_id, told.invite.link, told.date) == (bob.id, channel.id, made.link, START)
    assert blind.received(t.UpdateBotChatInviteRequester) == []
    [pending] = ann.received(t.UpdatePendingJoinRequests)
    assert (pending.requests_pending, pending.recent_requesters) == (1, [bob.id])
    with pytest.raises(RpcError, match="USER_NOT_PARTICIPANT"):
        await place(bot, channel, bob)
    rig.reopen()
    assert told.qts in [getattr(update, "qts", 0) for update in (await bot.difference(before)).other_updates]


async def test_who_asked_is_let_in_or_not_once(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    made = await link(bot, channel, request_needed=True)
    with pytest.raises(RpcError, match="HIDE_REQUESTER_MISSING"):
        await hide(bot, channel, bob, approved=True)
    with pytest.raises(RpcError, match="INVITE_REQUEST_SENT"):
        await use(bob, made)
    await hide(ann, channel, bob, approved=False)
    with pytest.raises(RpcError, match="USER_NOT_PARTICIPANT"):
        await place(bot, channel, bob)
    with pytest.raises(RpcError, match="INVITE_REQUEST_SENT"):
        await use(bob, made)
    await hide(ann, channel, bob, approved=True)
    assert isinstance(await place(bot, channel, bob), t.ChannelParticipant)
    with pytest.raises(RpcError, match="HIDE_REQUESTER_MISSING"):
        await hide(bot, channel, bob, approved=True)
    assert bot.received(t.UpdateChannelParticipant)[-1].user_id == bob.id


async def test_a_public_group_lets_people_ask_by_its_name(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    group, news = await rig.channel(ann, broadcast=False), await rig.channel(ann)
    await rig.promote(ann, group, bot)

    async def toggle(who: Actor, chat: Any, *, enabled: bool) -> Any:
        return await who(f.channels.ToggleJoinRequest(channel=who.channel(chat), enabled=enabled))

    for chat, error in ((news, "CHAT_ID_INVALID"), (group, "CHAT_PUBLIC_REQUIRED")):
        with pytest.raises(RpcError, match=f"400 {error}"):
            await toggle(ann, chat, enabled=True)
    await ann(f.channels.UpdateUsername(channel=ann.channel(group), username="the_group"))
    with pytest.raises(RpcError, match="400 CHAT_ADMIN_REQUIRED"):
        await toggle(bob, group, enabled=True)
    [shown] = (await toggle(ann, group, enabled=True)).chats
    assert shown.join_request
    with pytest.raises(RpcError, match="400 CHAT_NOT_MODIFIED"):
        await toggle(ann, group, enabled=True)
    rig.reopen()
    for _ in range(2):
        with pytest.raises(RpcError, match="400 INVITE_REQUEST_SENT"):
            await bob(f.channels.JoinChannel(channel=bob.channel(group)))
    [told] = bot.received(t.UpdateBotChatInviteRequester)
    assert (told.user_id, type(told.invite)) == (bob.id, t.ChatInvitePublicJoinRequests)
    await hide(ann, group, bob, approved=True)
    came = bot.received(t.UpdateChannelParticipant)[-1]
    assert (came.user_id, type(came.invite)) == (bob.id, t.ChatInvitePublicJoinRequests)
    with pytest.raises(RpcError, match="USER_ALREADY_PARTICIPANT"):
        await bob(f.channels.JoinChannel(channel=bob.channel(group)))
    await toggle(ann, group, enabled=False)
    eve = await rig.person("20003")
    await eve(f.channels.JoinChannel(channel=eve.channel(group)))
    assert isinstance(await place(bot, group, eve), t.ChannelParticipant)


async def test_a_bot_learns_of_somebodys_place_what_telegram_tells(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    channel = await rig.channel(ann)
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        await place(bot, channel, bob)
    await ann(f.channels.UpdateUsername(channel=ann.channel(channel), username="the_news"))
    with pytest.raises(RpcError, match="CHAT_ADMIN_REQUIRED"):
        await place(bot, channel, bob)
    await rig.promote(ann, channel, bot)
    with pytest.raises(RpcError, match="USER_NOT_PARTICIPANT"):
        await place(bot, channel, bob)
    await bob(f.channels.JoinChannel(channel=bob.channel(channel)))
    assert isinstance(await place(bot, channel, bob), t.ChannelParticipant)
    assert isinstance(await place(bot, channel, ann), t.ChannelParticipantCreator)
    banned = t.ChatBannedRights(until_date=0, view_messages=True)
    await ann(f.channels.EditBanned(channel=ann.channel(channel), participant=ann.to(bob), banned_rights=banned))
    assert (await place(bot, channel, bob)).left
    with pytest.raises(RpcError, match="INVITE_HASH_EXPIRED"):
        await use(bob, await link(bot, channel))
