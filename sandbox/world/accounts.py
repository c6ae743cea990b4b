"""Who exists: people and bots, their sessions, their names, whom they blocked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sandbox.errors import bad_request
from sandbox.world.state import Row, State

FIRST_USER: Final = 5_000_001
TOKEN_NUMBER: Final = re.compile(r"[1-9][0-9]{0,15}")
COLUMNS: Final = (
    "id, bot, phone, secret, username, first_name, last_name, about, lang_code, deleted, pts, qts, last_id, "
    "info_version"
)


@dataclass(slots=True, eq=False)
class Account:
    """A person or a bot. `pts` counts the events of its box, `last_id` the messages of all its private chats."""

    id: int
    bot: bool
    phone: str = ""
    secret: str = ""
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    about: str = ""
    lang_code: str = "en"
    deleted: bool = False
    pts: int = 1
    qts: int = 1
    last_id: int = 0
    info_version: int = 1
    keys: set[int] = field(default_factory=set)
    """The auth keys that are signed in as this account."""


class Accounts:
    """Every account, in memory, written through."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_id: dict[int, Account] = {}
        self._by_phone: dict[str, int] = {}
        self._by_username: dict[str, int] = {}
        self._by_key: dict[int, int] = {}
        self._dirty: set[Account] = set()
        for row in state.rows(f"SELECT {COLUMNS} FROM accounts"):  # noqa: S608 - a constant
            self._index(_load(row))
        for key_id, account_id, _ in state.rows("SELECT key_id, account, lang_code FROM sessions"):
            self._by_id[account_id].keys.add(key_id)
            self._by_key[key_id] = account_id
        self._blocks: set[tuple[int, int]] = set(state.rows("SELECT account, blocked FROM blocks"))
        self._next_user = max((a.id + 1 for a in self._by_id.values() if not a.bot), default=FIRST_USER)

    def get(self, account_id: int) -> Account | None:
        """The account with this id."""
        return self._by_id.get(account_id)

    def __getitem__(self, account_id: int) -> Account:
        return self._by_id[account_id]

    def bots(self) -> list[Account]:
        """Every bot, in the order in which they were made."""
        return [account for account in self._by_id.values() if account.bot]

    def by_phone(self, phone: str) -> Account | None:
        """The person with this phone number (digits only)."""
        return self._by_id.get(self._by_phone.get(phone, 0))

    def by_username(self, username: str) -> Account | None:
        """The account with this username, in any case."""
        return self._by_id.get(self._by_username.get(username.lower(), 0))

    def of_key(self, key_id: int) -> Account | None:
        """Who is signed in on this auth key."""
        return self._by_id.get(self._by_key.get(key_id, 0))

    def sign_up(self, phone: str, first_name: str, last_name: str) -> Account:
        """Make a person."""
        while self._next_user in self._by_id:
            self._next_user += 1
        account = Account(self._next_user, bot=False, phone=phone, first_name=first_name, last_name=last_name)
        self._index(account)
        self.touch(account)
        return account

    def add_bot(self, token: str, username: str) -> Account:
        """Make a bot, or give a known one this token and username. Raises ValueError when the token is no token."""
        number, _, secret = token.partition(":")
        if not TOKEN_NUMBER.fullmatch(number) or not secret:
            raise ValueError("a bot token is a number, a colon and a secret")
        account = self._by_id.get(int(number))
        if account is None:
            account = Account(int(number), bot=True, first_name=username)
            self._index(account)
        account.secret = secret
        self.rename(account, username)
        return account

    def rename(self, account: Account, username: str) -> None:
        """Give the account another username; an empty one takes it away. The caller checked that it is free."""
        if account.username:
            self._by_username.pop(account.username.lower(), None)
        account.username = username
        if username:
            self._by_username[username.lower()] = account.id
        self.touch(account)

    def by_token(self, token: str) -> Account:
        """The bot with this token; raises as Telegram does for a wrong one."""
        number, _, secret = token.partition(":")
        account = self._by_id.get(int(number)) if TOKEN_NUMBER.fullmatch(number) else None
        if account is None or not account.bot:
            raise bad_request("ACCESS_TOKEN_INVALID")
        if account.secret != secret:
            raise bad_request("ACCESS_TOKEN_EXPIRED")
        return account

    def sign_in(self, account: Account, key_id: int, lang_code: str) -> None:
        """Let an auth key stand for the account."""
        self.sign_out(key_id)
        account.keys.add(key_id)
        self._by_key[key_id] = account.id
        self._state.write("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)", (key_id, account.id, lang_code))

    def sign_out(self, key_id: int) -> None:
        """Let an auth key stand for nobody again."""
        account_id = self._by_key.pop(key_id, None)
        if account_id is not None:
            self._by_id[account_id].keys.discard(key_id)
            self._state.write("DELETE FROM sessions WHERE key_id = ?", (key_id,))

    def delete(self, account: Account) -> None:
        """Leave the shell of an account that its owner deleted."""
        for key_id in list(account.keys):
            self.sign_out(key_id)
        self._by_phone.pop(account.phone, None)
        self.rename(account, "")
        account.phone = account.first_name = account.last_name = account.about = ""
        account.deleted = True

    def block(self, account: Account, other: Account, date: int) -> bool:
        """Block; False when it was so already."""
        if (account.id, other.id) in self._blocks:
            return False
        self._blocks.add((account.id, other.id))
        self._state.write("INSERT OR IGNORE INTO blocks VALUES (?, ?, ?)", (account.id, other.id, date))
        return True

    def unblock(self, account: Account, other: Account) -> bool:
        """Unblock; False when it was so already."""
        if (account.id, other.id) not in self._blocks:
            return False
        self._blocks.discard((account.id, other.id))
        self._state.write("DELETE FROM blocks WHERE account = ? AND blocked = ?", (account.id, other.id))
        return True

    def is_blocked(self, account_id: int, by: int) -> bool:
        """Whether `by` has blocked the account."""
        return (by, account_id) in self._blocks

    def blocked_by(self, account: Account) -> list[tuple[int, int]]:
        """Whom the account blocked, and when."""
        return self._state.rows("SELECT blocked, date FROM blocks WHERE account = ? ORDER BY date DESC", (account.id,))

    def touch(self, account: Account) -> None:
        """Remember that the account changed; `flush` writes it."""
        self._dirty.add(account)

    def flush(self) -> None:
        """Write what changed since the last time."""
        if self._dirty:
            marks = ", ".join("?" * 14)
            self._state.write_many(
                f"INSERT OR REPLACE INTO accounts ({COLUMNS}) VALUES ({marks})",  # noqa: S608 - constants
                [
                    (
                        a.id, a.bot, a.phone, a.secret, a.username, a.first_name, a.last_name, a.about, a.lang_code,
                        a.deleted, a.pts, a.qts, a.last_id, a.info_version,
                    )
                    for a in self._dirty
                ],
            )  # fmt: skip
            self._dirty.clear()

    def _index(self, account: Account) -> None:
        self._by_id[account.id] = account
        if account.phone:
            self._by_phone[account.phone] = account.id
        if account.username:
            self._by_username[account.username.lower()] = account.id


def _load(row: Row) -> Account:
    (number, bot, phone, secret, username, first_name, last_name, about, lang_code, deleted, *counts) = row
    pts, qts, last_id, info_version = counts
    return Account(
        number, bool(bot), phone, secret, username, first_name, last_name, about, lang_code, bool(deleted), pts, qts,
        last_id, info_version,
    )  # fmt: skip
