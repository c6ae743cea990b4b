"""Decides what a bot's settings are: the environment's first values, until the chat says otherwise."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from database.cause import Cause
from database.clock import Clock
from database.settings import Before as Before  # noqa: PLC0414 - what `Shown` has
from database.settings import BotSettings
from services.audit import AuditLog
from services.errors import UserError
from services.forms import Several, Value
from services.options import DECLARED, OWNERS, BotOptions, Declared, Group

_FRESH = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What a chat is judged by before files are kept in it; a chat that the bot cannot see makes it no admin there."""

    chat_id: int
    title: str
    is_channel: bool
    is_admin: bool
    may_post: bool
    protected: bool


class Source(StrEnum):
    """Where a setting's value comes from."""

    CHAT = "chat"
    ENVIRONMENT = "environment"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting with its value, as /settings shows it, and what it was before its last change, if it had one."""

    declared: Declared
    value: Value
    source: Source
    before: Before | None = None


class SettingsService:
    """One bot's settings, which services/options.py declares.

    Reads are at most two seconds old: another process of the installation may have changed them. What was changed
    through this service is seen at once.
    """

    def __init__(
        self, settings: BotSettings, audit: AuditLog, clock: Clock, first: BotOptions, named: AbstractSet[str],
        owner_id: int,
    ) -> None:  # fmt: skip
        """Take the environment's values as the first ones, which of them it `named`, and who the owner is."""
        self._owner_id = owner_id
        self._settings = settings
        self._audit = audit
        self._clock = clock
        self._first = first
        self._named = named
        self._changed: Mapping[str, Value] = {}
        self._read: BotOptions | None = None
        self._read_at = clock.now()

    async def current(self) -> BotOptions:
        """Return the settings as they are now."""
        now = self._clock.now()
        if self._read is None or now - self._read_at >= _FRESH:
            self._changed = _known(await self._settings.all())
            self._read, self._read_at = replace(self._first, **self._changed), now
        return self._read

    async def shown(self, name: str) -> Shown:
        """Return one setting as /settings shows it.

        Raises:
            UserError: `button-stale`: this version has no such setting.
        """
        shown = await self._shown(name)
        before = await self._settings.before(name)
        if before is not None and not before.kept:
            before = replace(before, value=getattr(self._first, name))
        return replace(shown, before=before)

    async def group(self, group: Group) -> list[Shown]:
        """Return the settings of one page of /settings, as they are now."""
        return [await self._shown(name) for name, declared in DECLARED.items() if declared.group is group]

    def check_right(self, name: str, by: int) -> None:
        """Refuse a change of what the owner alone decides. Whether somebody may change settings at all is asked before.

        Raises:
            UserError: `no-authority`.
        """
        if name in DECLARED and DECLARED[name].group in OWNERS and by != self._owner_id:
            raise UserError("no-authority")

    async def put(self, name: str, value: Value, *, by: int, cause: Cause) -> BotOptions:
        """Change a setting for good, once per cause; returns the settings after it.

        Raises:
            UserError: The value is not one that the setting takes, and it says what to do; `no-authority`.
        """
        self.check_right(name, by)
        value = DECLARED[name].form.check(value)
        await self._settings.put(name, value, by, self._clock.now(), cause=cause, first=getattr(self._first, name))
        return await self._written()

    async def press(self, name: str, data: str, *, by: int, cause: Cause) -> Shown:
        """Give a setting the value that a button carries: for one of several `+` or `-` and the item.

        Raises:
            UserError: `button-stale`: this version has no such setting or value; `setting-last`.
        """
        form = (await self._shown(name)).declared.form
        if isinstance(form, Several):
            await self.choose(name, form.pressed(data[1:]), chosen=data.startswith("+"), by=by, cause=cause)
        else:
            await self.put(name, form.pressed(data), by=by, cause=cause)
        return await self.shown(name)

    async def choose(self, name: str, item: Value, *, chosen: bool, by: int, cause: Cause) -> BotOptions:
        """Put an item into a setting of several, or take it out, once per cause.

        Raises:
            UserError: `setting-last`: nothing would be left; `no-authority`.
        """
        self.check_right(name, by)
        if not chosen and set(getattr(await self.current(), name)) <= {item}:
            raise UserError("setting-last")
        first = getattr(self._first, name)
        await self._settings.choose(name, item, by, self._clock.now(), chosen=chosen, cause=cause, first=first)
        return await self._written()

    async def reset(self, name: str, *, by: int, cause: Cause) -> BotOptions:
        """Let a setting be as the environment has it, or as it is by default; once per cause.

        Raises:
            UserError: `button-stale`: this version has no such setting; `no-authority`.
        """
        self.check_right(name, by)
        await self._shown(name)
        first = getattr(self._first, name)
        await self._settings.reset(name, by, self._clock.now(), cause=cause, first=first)
        return await self._written()

    async def undo(self, name: str, last: str, *, by: int, cause: Cause) -> Shown:
        """Take back the last change of a setting, the one that `Before.id` names; once per cause.

        Raises:
            UserError: `button-stale`: this version has no such setting; `setting-changed-since`; `no-authority`.
        """
        self.check_right(name, by)
        await self._shown(name)
        first = getattr(self._first, name)
        undone = await self._settings.undo(name, last, by, self._clock.now(), cause=cause, first=first)
        if not undone:
            raise UserError("setting-changed-since")
        await self._written()
        return await self.shown(name)

    async def storage_chat(self) -> int | None:
        """Return the channel where files are kept."""
        return (await self.current()).storage_chat

    def check_storage(self, facts: ChannelFacts) -> None:
        """Refuse a chat where files cannot be kept, or not be handed out from.

        Raises:
            UserError: `storage-not-channel`, `storage-not-admin`, `storage-no-post-right` or `storage-protected`
                (nobody may forward from a channel with protected content), each with its `title`.
        """
        refusals = {
            "storage-not-channel": not facts.is_channel,
            "storage-not-admin": not facts.is_admin,
            "storage-no-post-right": not facts.may_post,
            "storage-protected": facts.protected,
        }
        _refuse(facts, refusals)

    def check_source(self, facts: ChannelFacts) -> None:
        """Refuse a chat whose posts the bot does not hear of, or may not pass on.

        Raises:
            UserError: `source-not-channel`, `source-not-admin` or `source-protected`, each with its `title`.
        """
        refusals = {
            "source-not-channel": not facts.is_channel,
            "source-not-admin": not facts.is_admin,
            "source-protected": facts.protected,
        }
        _refuse(facts, refusals)

    async def choose_storage(self, facts: ChannelFacts, *, by: int, cause: Cause) -> BotOptions:
        """Keep files in this channel from now on, if it is fit for it.

        Raises:
            UserError: as `check_storage` does.
        """
        self.check_storage(facts)
        return await self.set_storage(facts.chat_id, by=by, cause=cause)

    async def choose_source(self, facts: ChannelFacts, *, by: int, cause: Cause) -> BotOptions:
        """Let the `/chat` posts of this channel go to all readers from now on, if it is fit for it.

        Raises:
            UserError: as `check_source` does.
        """
        self.check_source(facts)
        return await self.put("source_chat", facts.chat_id, by=by, cause=cause)

    async def set_storage(self, chat_id: int, *, by: int, cause: Cause) -> BotOptions:
        """Keep files in another channel from now on; what is stored stays where it is."""
        return await self.put("storage_chat", chat_id, by=by, cause=cause)

    async def _shown(self, name: str) -> Shown:
        declared = DECLARED.get(name)
        if declared is None:
            raise UserError("button-stale")
        options = await self.current()
        source = Source.ENVIRONMENT if name in self._named else Source.DEFAULT
        return Shown(declared, getattr(options, name), Source.CHAT if name in self._changed else source)

    async def _written(self) -> BotOptions:
        await self._audit.catch_up()
        self._read = None
        return await self.current()


def _refuse(facts: ChannelFacts, refusals: Mapping[str, bool]) -> None:
    for key, applies in refusals.items():
        if applies:
            raise UserError(key, title=facts.title or str(facts.chat_id))


def _known(changed: Mapping[str, Value]) -> dict[str, Value]:
    """Leave out what this version does not know or does not take: another one may have written it."""
    known: dict[str, Value] = {}
    for name, value in changed.items():
        if name in DECLARED:
            with suppress(UserError):
                known[name] = DECLARED[name].form.check(value)
    return known
