"""Signing in: bots by their token, people by a test phone number and its code."""

from __future__ import annotations

import re
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import RpcError, bad_request
from sandbox.world.accounts import Account
from sandbox.world.registry import Call, Who, serves

auth = raw.functions.auth
PHONE: Final = re.compile(r"99966\d{5}")
"""Telegram's own test numbers."""
CODE: Final = "22222"


@serves(auth.SendCode, Who.ANYBODY)
async def send_code(call: Call, query: Any) -> object:
    """Announce a code, which is known beforehand."""
    return _sent_code(call, _phone(query.phone_number))


@serves(auth.ResendCode, Who.ANYBODY)
async def resend_code(call: Call, query: Any) -> object:
    """Announce it again."""
    return _sent_code(call, _phone(query.phone_number))


@serves(auth.CancelCode, Who.ANYBODY)
async def cancel_code(_call: Call, query: Any) -> object:
    """Forget that a code was asked for."""
    _phone(query.phone_number)
    return True


@serves(auth.SignIn, Who.ANYBODY)
async def sign_in(call: Call, query: Any) -> object:
    """Let a person in, or ask a new one to sign up."""
    phone = _phone(query.phone_number)
    if not query.phone_code:
        raise bad_request("PHONE_CODE_EMPTY")
    _check_hash(call, phone, query.phone_code_hash)
    if query.phone_code != CODE:
        raise bad_request("PHONE_CODE_INVALID")
    account = call.world.accounts.by_phone(phone)
    if account is None:
        return raw.types.auth.AuthorizationSignUpRequired()
    return _let_in(call, account)


@serves(auth.SignUp, Who.ANYBODY)
async def sign_up(call: Call, query: Any) -> object:
    """Make a new person and let them in."""
    phone = _phone(query.phone_number)
    _check_hash(call, phone, query.phone_code_hash)
    if call.world.accounts.by_phone(phone) is not None:
        raise bad_request("PHONE_NUMBER_OCCUPIED")
    first, last = query.first_name.strip(), query.last_name.strip()
    if not 1 <= len(first) <= 64:
        raise bad_request("FIRSTNAME_INVALID")
    if len(last) > 64:
        raise bad_request("LASTNAME_INVALID")
    account = call.world.accounts.sign_up(phone, first, last)
    call.world.record("signup", from_id=account.id, text=f"{first} {last}".strip())
    return _let_in(call, account)


@serves(auth.ImportBotAuthorization, Who.ANYBODY)
async def import_bot_authorization(call: Call, query: Any) -> object:
    """Let a bot in by its token."""
    return _let_in(call, call.world.accounts.by_token(query.bot_auth_token))


@serves(auth.LogOut)
async def log_out(call: Call, _: Any) -> object:
    """Let the caller's auth key stand for nobody again."""
    call.world.record("logout", from_id=call.me.id)
    call.world.accounts.sign_out(call.caller.auth_key_id)
    return raw.types.auth.LoggedOut()


@serves(auth.ExportAuthorization)
async def export_authorization(call: Call, query: Any) -> object:
    """A ticket with which another auth key becomes the caller, in one data centre."""
    ticket = call.world.centres.export(call.me.id, query.dc_id)
    return raw.types.auth.ExportedAuthorization(id=call.me.id, bytes=ticket)


@serves(auth.ImportAuthorization, Who.ANYBODY)
async def import_authorization(call: Call, query: Any) -> object:
    """Use such a ticket, once. It is no login: the session belongs to the one that asked for it."""
    call.world.centres.let_in(query.bytes, query.id, call.caller.auth_key_id)
    account = call.world.accounts[query.id]
    call.world.accounts.sign_in(account, call.caller.auth_key_id, call.caller.lang_code)
    return _authorization(call, account)


@serves(auth.BindTempAuthKey, Who.ANYBODY)
async def bind_temp_auth_key(_call: Call, _query: Any) -> object:
    """Temporary keys are not served."""
    raise bad_request("METHOD_NOT_IMPLEMENTED")


def _phone(given: str) -> str:
    phone = re.sub(r"[\s()+-]", "", given)
    if not PHONE.fullmatch(phone):
        raise bad_request("PHONE_NUMBER_INVALID")
    return phone


def _sent_code(call: Call, phone: str) -> Any:
    phone_code_hash = call.world.sign(b"code", phone.encode()).hex()[:18]
    return raw.types.auth.SentCode(
        type=raw.types.auth.SentCodeTypeApp(length=len(CODE)), phone_code_hash=phone_code_hash, timeout=60
    )


def _check_hash(call: Call, phone: str, given: str) -> None:
    if not given:
        raise bad_request("PHONE_CODE_HASH_EMPTY")
    if given != call.world.sign(b"code", phone.encode()).hex()[:18]:
        raise bad_request("PHONE_CODE_EXPIRED")


def _let_in(call: Call, account: Account) -> Any:
    if account.deleted:
        raise RpcError(401, "USER_DEACTIVATED")
    world = call.world
    world.accounts.sign_in(account, call.caller.auth_key_id, call.caller.lang_code)
    if not account.bot and account.lang_code != call.caller.lang_code:
        account.lang_code = call.caller.lang_code
        world.accounts.touch(account)
    world.record("login", from_id=account.id, bot=account.bot or None)
    return _authorization(call, account)


def _authorization(call: Call, account: Account) -> Any:
    return raw.types.auth.Authorization(user=call.world.view(account).user(account))
