"""Decides which chats readers must have joined: those of the environment, and those named in the chat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from database.cause import Cause
from database.clock import Clock
from database.fsub import RequiredChat as RequiredChat  # noqa: PLC0414 - what callers of `all` get
from database.fsub import RequiredChats
from services.audit import AuditLog
from services.errors import UserError

FRESH: Final = timedelta(seconds=2)
"""How old the list may be."""


class ChatLost(Exception):  # noqa: N818 - says what is the case
    """The bot cannot see who is in a chat, or not make links into it."""


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """What a chat is judged by before readers must join it; one that the bot cannot see makes it no admin there."""

    chat_id: int
    title: str
    username: str | None = None
    is_admin: bool = False
    may_invite: bool = False
    is_basic: bool = False


class Chats(Protocol):
    """What the rules need of Telegram; `client.lookup` implements it."""

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """Tell whether somebody is in a chat.

        Raises:
            ChatLost: the bot may not see that.
            TryLater: it has to wait.
        """

    async def chat_facts(self, chat_id: int) -> ChatFacts:
        """Look at a chat."""

    async def make_link(self, chat_id: int, *, asks: bool) -> str:
        """Make a link into a chat.

        Raises:
            ChatLost: the bot may not.
        """

    async def link_works(self, chat_id: int, link: str, *, asks: bool) -> bool:
        """Tell whether a link of the bot's leads into a chat.

        Raises:
            ChatLost: the bot may not ask.
        """

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        """Write to the owner, once per cause; False when Telegram does not let the bot write to them."""


@dataclass(frozen=True, slots=True)
class FirstChat:
    """A chat that the environment names; `url` is the address at which people join, None: the bot finds one.

    `target`: it is the one whose members count as such for whoever presses "I joined".
    """

    chat_id: int
    url: str | None = None
    target: bool = False


def first_chats(required: Iterable[int], target: int | None, target_url: str | None) -> tuple[FirstChat, ...]:
    """Return the chats that the environment wants readers to have joined; of one of them it names the address."""
    chats = {chat_id: FirstChat(chat_id) for chat_id in required}
    chats |= {target: FirstChat(target, target_url, target=True)} if target else {}
    return tuple(chats.values())


class RequiredService:
    """One bot's required chats. The list is at most `FRESH` old; what is changed through this service holds at once."""

    def __init__(self, chats: RequiredChats, audit: AuditLog, clock: Clock, first: Sequence[FirstChat] = ()) -> None:
        """Take what the environment names first."""
        self.kept = chats
        self._audit = audit
        self._clock = clock
        self._first = {each.chat_id: each for each in first}
        self._known: list[RequiredChat] | None = None
        self._read_at = clock.now()

    async def all(self) -> list[RequiredChat]:
        """Return the chats that readers must have joined, in the order in which they were named."""
        now = self._clock.now()
        if self._known is None or now - self._read_at >= FRESH:
            stored = {chat.chat_id: chat for chat in await self.kept.all()}
            first = [stored.pop(chat_id, RequiredChat(chat_id)) for chat_id in self._first]
            named = [chat for chat in first if chat.required is not False]
            self._known, self._read_at = [*named, *(chat for chat in stored.values() if chat.required)], now
        return self._known

    async def find(self, chat_id: int) -> RequiredChat | None:
        """Return one of them; None where readers need not join it."""
        return next((chat for chat in await self.all() if chat.chat_id == chat_id), None)

    async def get(self, chat_id: int) -> RequiredChat:
        """Return one of them.

        Raises:
            UserError: `fsub-gone`: readers need not join it any more.
        """
        found = await self.find(chat_id)
        if found is None:
            raise UserError("fsub-gone")
        return found

    def url_of(self, chat_id: int) -> str | None:
        """Return the address at which people join, where the environment names one."""
        first = self._first.get(chat_id)
        return first.url if first else None

    @property
    def target(self) -> int | None:
        """The chat that "I joined" is about; None where the environment names none."""
        return next((each.chat_id for each in self._first.values() if each.target), None)

    def changed(self) -> None:
        """Read the list anew the next time."""
        self._known = None

    async def add(self, facts: ChatFacts, *, by: int, cause: Cause) -> RequiredChat:
        """Let readers join this chat first from now on.

        Raises:
            UserError: `fsub-basic`, `fsub-not-admin` or `fsub-no-invite-right`, each with its `title`.
        """
        refusals = {
            "fsub-basic": facts.is_basic,
            "fsub-not-admin": not facts.is_admin,
            "fsub-no-invite-right": facts.username is None and not facts.may_invite,
        }
        for key, applies in refusals.items():
            if applies:
                raise UserError(key, title=facts.title or str(facts.chat_id))
        await self.kept.describe(facts.chat_id, facts.title, facts.username, self._clock.now())
        await self._require(facts.chat_id, required=True, by=by, cause=cause)
        await self.kept.regain(facts.chat_id)
        self.changed()
        chat = await self.find(facts.chat_id)
        return chat or RequiredChat(facts.chat_id, facts.title, facts.username)  # at a replay it may be gone again

    async def remove(self, chat_id: int, *, by: int, cause: Cause) -> None:
        """Let readers in without this chat from now on."""
        await self._require(chat_id, required=False, by=by, cause=cause)

    async def ask(self, chat_id: int, *, asks: bool, by: int, cause: Cause) -> RequiredChat:
        """Let people ask to join a chat, by a link of the bot's, or join at once.

        Raises:
            UserError: `fsub-gone`.
        """
        await self.get(chat_id)
        await self.kept.ask(chat_id, asks=asks, by=by, cause=cause, now=self._clock.now())
        await self._audit.catch_up()
        self.changed()
        return await self.get(chat_id)

    async def forget_link(self, chat_id: int) -> RequiredChat:
        """Forget the bot's link into a chat: the next reader gets a new one.

        Raises:
            UserError: `fsub-gone`.
        """
        await self.get(chat_id)
        await self.kept.keep_link(chat_id, None, asks=False, now=self._clock.now())
        self.changed()
        return await self.get(chat_id)

    async def _require(self, chat_id: int, *, required: bool, by: int, cause: Cause) -> None:
        first, now = chat_id in self._first, self._clock.now()
        await self.kept.require(chat_id, required=required, first=first, by=by, cause=cause, now=now)
        await self._audit.catch_up()
        self.changed()
