"""Who somebody is; and what people change about themselves."""

from __future__ import annotations

import re
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import RpcError, bad_request
from sandbox.world.accounts import Account
from sandbox.world.bot_commands import bot_info
from sandbox.world.peers import Peer, resolve, resolve_user
from sandbox.world.registry import Call, Who, serves
from sandbox.world.sending import target

account_ = raw.functions.account
contacts = raw.functions.contacts
USERNAME: Final = re.compile(r"[A-Za-z](?!.*__)[A-Za-z0-9_]{3,30}[A-Za-z0-9]")


@serves(raw.functions.users.GetUsers)
async def get_users(call: Call, query: Any) -> object:
    """Users by id; those that nobody is are UserEmpty."""
    view = call.view()
    found: list[Any] = []
    for given in query.id:
        try:
            found.append(view.user(resolve_user(call, given)))
        except RpcError:
            if getattr(given, "user_id", None) is None:
                raise
            found.append(raw.types.UserEmpty(id=given.user_id))
    return found


@serves(raw.functions.users.GetFullUser)
async def get_full_user(call: Call, query: Any) -> object:
    """Everything about one user."""
    user = resolve_user(call, query.id)
    view = call.view()
    view.peer(user.id)
    blocked = call.world.accounts.is_blocked(user.id, by=call.me.id)
    return raw.types.users.UserFull(
        full_user=raw.types.UserFull(
            id=user.id,
            settings=raw.types.PeerSettings(),
            notify_settings=raw.types.PeerNotifySettings(),
            common_chats_count=0,
            blocked=blocked or None,
            can_pin_message=True,
            about=user.about or None,
            bot_info=bot_info(call, user) if user.bot else None,
            pinned_msg_id=call.world.pins.newest(call.me.id, user.id),
        ),
        chats=view.chats,
        users=view.users,
    )


@serves(contacts.ResolveUsername)
async def resolve_username(call: Call, query: Any) -> object:
    """Who has this public name."""
    name = query.username.strip().lstrip("@")
    if not USERNAME.fullmatch(name):
        raise bad_request("USERNAME_INVALID")
    found = call.world.accounts.by_username(name) or call.world.channels.by_username(name)
    if found is None:
        raise bad_request("USERNAME_NOT_OCCUPIED")
    return _resolved(call, found)


@serves(contacts.ResolvePhone, Who.USER)
async def resolve_phone(call: Call, query: Any) -> object:
    """Who has this phone number."""
    found = call.world.accounts.by_phone(query.phone.lstrip("+"))
    if found is None:
        raise bad_request("PHONE_NOT_OCCUPIED")
    return _resolved(call, found)


@serves(contacts.GetContacts, Who.USER)
async def get_contacts(_call: Call, _query: Any) -> object:
    """Nobody keeps contacts here."""
    return raw.types.contacts.Contacts(contacts=[], saved_count=0, users=[])


@serves(contacts.Block, Who.USER)
async def block(call: Call, query: Any) -> object:
    """Take no more messages from somebody; a bot is told that it was stopped."""
    other = resolve(call, query.id)
    if not isinstance(other, Account) or other is call.me:
        raise bad_request("PEER_ID_INVALID")
    if call.world.accounts.block(call.me, other, call.world.now):
        _tell_blocked(call, other, blocked=True)
    return True


@serves(contacts.Unblock, Who.USER)
async def unblock(call: Call, query: Any) -> object:
    """Take their messages again."""
    other = resolve(call, query.id)
    if not isinstance(other, Account) or other is call.me:
        raise bad_request("PEER_ID_INVALID")
    if call.world.accounts.unblock(call.me, other):
        _tell_blocked(call, other, blocked=False)
    return True


@serves(contacts.GetBlocked, Who.USER)
async def get_blocked(call: Call, query: Any) -> object:
    """Whom the caller blocked."""
    view = call.view()
    rows = call.world.accounts.blocked_by(call.me)[query.offset : query.offset + max(0, query.limit)]
    blocked = [raw.types.PeerBlocked(peer_id=view.peer(number), date=date) for number, date in rows]
    return raw.types.contacts.Blocked(blocked=blocked, chats=view.chats, users=view.users)


@serves(account_.UpdateProfile, Who.USER)
async def update_profile(call: Call, query: Any) -> object:
    """Change one's names and one's about."""
    me = call.me
    first = me.first_name if query.first_name is None else query.first_name.strip()
    if not 1 <= len(first) <= 64:
        raise bad_request("FIRSTNAME_INVALID")
    if query.about is not None and len(query.about) > 70:
        raise bad_request("ABOUT_TOO_LONG")
    me.first_name = first
    me.last_name = me.last_name if query.last_name is None else query.last_name.strip()
    me.about = me.about if query.about is None else query.about
    call.world.accounts.touch(me)
    call.world.record("profile", from_id=me.id, text=f"{me.first_name} {me.last_name}".strip())
    return call.view().user(me)


@serves(account_.CheckUsername, Who.USER)
async def check_username(call: Call, query: Any) -> object:
    """Whether a public name is free."""
    if not USERNAME.fullmatch(query.username):
        raise bad_request("USERNAME_INVALID")
    return is_free(call, query.username)


@serves(account_.UpdateUsername, Who.USER)
async def update_username(call: Call, query: Any) -> object:
    """Take a public name, or give it up."""
    take_username(call, call.me.username, query.username)
    call.world.accounts.rename(call.me, query.username)
    call.world.record("username", from_id=call.me.id, text=query.username)
    return call.view().user(call.me)


@serves(account_.UpdateStatus, Who.USER)
async def update_status(_call: Call, _query: Any) -> object:
    """Being online is not shown here."""
    return True


@serves(account_.DeleteAccount, Who.USER)
async def delete_account(call: Call, _: Any) -> object:
    """Leave for good; bots get INPUT_USER_DEACTIVATED from now on."""
    call.world.record("delete_account", from_id=call.me.id)
    call.world.accounts.delete(call.me)
    return True


@serves(account_.GetPassword)
async def get_password(_call: Call, _query: Any) -> object:
    """Nobody has one."""
    unknown = raw.types.PasswordKdfAlgoUnknown()
    return raw.types.account.Password(
        new_algo=unknown, new_secure_algo=raw.types.SecurePasswordKdfAlgoUnknown(), secure_random=b"", has_password=None
    )


def is_free(call: Call, username: str) -> bool:
    """Whether nobody has this public name."""
    return call.world.accounts.by_username(username) is None and call.world.channels.by_username(username) is None


def take_username(call: Call, old: str, new: str) -> None:
    """Raise when a public name cannot become another."""
    if new == old:
        raise bad_request("USERNAME_NOT_MODIFIED")
    if new and not USERNAME.fullmatch(new):
        raise bad_request("USERNAME_INVALID")
    if new and new.lower() != old.lower() and not is_free(call, new):
        raise bad_request("USERNAME_OCCUPIED")


def _resolved(call: Call, found: Peer) -> Any:
    view = call.view()
    return raw.types.contacts.ResolvedPeer(peer=view.peer(target(found)), chats=view.chats, users=view.users)


def _tell_blocked(call: Call, other: Account, *, blocked: bool) -> None:
    world, me = call.world, call.me
    world.record("block" if blocked else "unblock", from_id=me.id, peer_id=other.id)
    world.tell(
        me,
        lambda view: [raw.types.UpdatePeerBlocked(peer_id=view.peer(other.id), blocked=blocked or None)],
        but=call.caller.auth_key_id,
    )
    if other.bot and world.messages.wrote(me.id, other.id):
        stopped = raw.types.UpdateBotStopped(user_id=me.id, date=world.now, stopped=blocked, qts=0)
        world.boxes.quiet(other, stopped)
        world.accounts.touch(other)
        world.tell(other, lambda _: [stopped], mention=[me.id])
