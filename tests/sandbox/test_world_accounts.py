"""Who gets in, and who is who."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.errors import RpcError
from sandbox.world.centres import HOME, OTHER
from tests.sandbox.world_rig import TOKEN, Rig, f, t


async def test_a_person_signs_up_once_and_in_from_then_on(rig: Rig) -> None:
    first = await rig.person("20001", "Ann")
    again = await rig.person("20001")
    assert first.id == again.id
    assert [line["kind"] for line in rig.lines()] == ["signup", "login", "login"]


@pytest.mark.parametrize(
    "phone, code, hash_, error",
    [
        ("79991234567", "22222", "right", "PHONE_NUMBER_INVALID"),
        ("9996620001", "11111", "right", "PHONE_CODE_INVALID"),
        ("9996620001", "", "right", "PHONE_CODE_EMPTY"),
        ("9996620001", "22222", "wrong", "PHONE_CODE_EXPIRED"),
    ],
)
async def test_a_wrong_number_or_code_is_refused(rig: Rig, phone: str, code: str, hash_: str, error: str) -> None:
    caller = rig.caller()
    sent = await rig.call(
        caller, f.auth.SendCode(phone_number="+999 662 0001", api_id=1, api_hash="", settings=t.CodeSettings())
    )
    given = sent.phone_code_hash if hash_ == "right" else hash_
    with pytest.raises(RpcError, match=error):
        await rig.call(caller, f.auth.SignIn(phone_number=phone, phone_code_hash=given, phone_code=code))


@pytest.mark.parametrize(
    "token, error",
    [
        ("123:x", "ACCESS_TOKEN_INVALID"),
        ("nonsense", "ACCESS_TOKEN_INVALID"),
        ("²:x", "ACCESS_TOKEN_INVALID"),
        ("7000001:other", "ACCESS_TOKEN_EXPIRED"),
    ],
)
async def test_a_wrong_token_is_refused(rig: Rig, token: str, error: str) -> None:
    rig.api.add_bot(TOKEN, "the_bot")
    query = f.auth.ImportBotAuthorization(flags=0, api_id=1, api_hash="", bot_auth_token=token)
    with pytest.raises(RpcError, match=error):
        await rig.call(rig.caller(), query)


async def test_nobody_is_served_before_signing_in_but_config(rig: Rig) -> None:
    caller = rig.caller()
    config = await rig.call(caller, f.help.GetConfig())
    assert [(dc.id, dc.ip_address, dc.port, dc.media_only) for dc in config.dc_options] == [
        (HOME, "127.0.0.1", 4430, None),
        (OTHER, "127.0.0.1", 4430, None),
    ]
    with pytest.raises(RpcError, match="401 AUTH_KEY_UNREGISTERED"):
        await rig.call(caller, f.updates.GetState())
    assert rig.api.calls[0, "help.GetConfig"] == 1


async def test_a_session_survives_a_restart_until_it_logs_out(rig: Rig) -> None:
    ann = await rig.person("20001")
    rig.reopen()
    [me] = await ann(f.users.GetUsers(id=[t.InputUserSelf()]))
    assert (me.id, me.is_self, me.phone) == (ann.id, True, "9996620001")
    await ann(f.auth.LogOut())
    rig.reopen()
    with pytest.raises(RpcError, match="AUTH_KEY_UNREGISTERED"):
        await ann(f.updates.GetState())


async def test_what_is_not_served_says_so_and_is_counted(rig: Rig) -> None:
    ann = await rig.person("20001")
    with pytest.raises(RpcError, match="400 METHOD_NOT_IMPLEMENTED"):
        await ann(f.messages.GetEmojiKeywords(lang_code="en"))
    assert rig.api.calls[ann.id, "messages.GetEmojiKeywords"] == 1


async def test_bots_and_people_have_methods_of_their_own(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    with pytest.raises(RpcError, match="BOT_METHOD_INVALID"):
        await bot(f.contacts.GetBlocked(offset=0, limit=1))
    with pytest.raises(RpcError, match="USER_BOT_REQUIRED"):
        await ann(f.bots.GetBotCommands(scope=t.BotCommandScopeDefault(), lang_code=""))


async def test_a_username_leads_to_its_owner_until_it_is_given_up(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    await ann(f.account.UpdateUsername(username="Ann_Lee"))
    with pytest.raises(RpcError, match="USERNAME_OCCUPIED"):
        await bob(f.account.UpdateUsername(username="ann_lee"))
    found = await bob(f.contacts.ResolveUsername(username="ann_lee"))
    assert (found.peer.user_id, found.users[0].username, found.users[0].phone) == (ann.id, "Ann_Lee", None)
    assert found.users[0].access_hash == bob.to(ann).access_hash != ann.to(bob).access_hash
    await ann(f.account.UpdateUsername(username=""))
    rig.reopen()
    with pytest.raises(RpcError, match="USERNAME_NOT_OCCUPIED"):
        await bob(f.contacts.ResolveUsername(username="ann_lee"))


async def test_an_access_hash_is_good_for_its_viewer_only(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    stolen = t.InputPeerUser(user_id=ann.id, access_hash=ann.to(bob).access_hash)
    with pytest.raises(RpcError, match="PEER_ID_INVALID"):
        await bob(f.messages.SendMessage(peer=stolen, message="x", random_id=5))
    [found] = await bob(f.users.GetUsers(id=[t.InputUser(user_id=ann.id, access_hash=1)]))
    assert isinstance(found, t.UserEmpty)


async def test_an_exported_authorization_works_once_and_is_no_login(rig: Rig) -> None:
    ann = await rig.person("20001")
    exported = await ann(f.auth.ExportAuthorization(dc_id=2))
    media = rig.caller()
    result = await rig.call(media, f.auth.ImportAuthorization(id=exported.id, bytes=exported.bytes))
    assert result.user.id == ann.id
    with pytest.raises(RpcError, match="AUTH_BYTES_INVALID"):
        await rig.call(media, f.auth.ImportAuthorization(id=exported.id, bytes=exported.bytes))
    assert len(rig.lines("login")) == 1
    with pytest.raises(RpcError, match="DC_ID_INVALID"):
        await ann(f.auth.ExportAuthorization(dc_id=9))


async def test_only_calls_that_subscribe_make_a_session_want_updates(rig: Rig) -> None:
    ann = await rig.person("20001")
    await ann(f.help.GetConfig())
    await ann(f.updates.GetState(), without_updates=True)
    assert ann.caller.wants_updates is False
    await ann(f.updates.GetState())
    assert ann.caller.wants_updates is True


async def test_latency_is_added_to_every_call(rig: Rig) -> None:
    ann = await rig.person("20001")
    rig.api.latency = 0.05
    before = asyncio.get_running_loop().time()
    await ann(f.updates.GetState())
    assert asyncio.get_running_loop().time() - before >= 0.05


async def test_a_deleted_account_takes_no_messages(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    await ann(f.account.DeleteAccount(reason=""))
    rig.reopen()
    with pytest.raises(RpcError, match="INPUT_USER_DEACTIVATED"):
        await bot.say(ann, "still there?")
    [shell] = await bot(f.users.GetUsers(id=[bot.user(ann)]))
    assert shell.deleted
    assert shell.first_name is None
