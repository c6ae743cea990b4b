"""Decides what a bot's settings are: the environment's first values, until the chat says otherwise."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from database.clock import Clock
from database.settings import BotSettings
from services.captions import CaptionTemplate
from services.errors import UserError

_FRESH = timedelta(seconds=2)


class Setting(StrEnum):
    """What the owner can change in the chat."""

    STORAGE_CHAT = "storage_chat"
    PROTECT = "protect_content"
    CAPTION = "caption_template"
    GREETING = "greeting"
    PICTURE = "greeting_picture"


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What a chat is judged by before files are kept in it; a chat that the bot cannot see makes it no admin there."""

    chat_id: int
    title: str
    is_channel: bool
    is_admin: bool
    may_post: bool
    protected: bool


@dataclass(frozen=True, slots=True)
class BotOptions:
    """A bot's settings at one moment.

    `storage_chat` is the channel where files are kept (None: not set yet), `protect` keeps readers from saving and
    forwarding what they get, `caption` is the template of delivered captions (None: the files' own), `greeting` and
    `greeting_picture` answer /start in place of our own text.
    """

    storage_chat: int | None = None
    protect_content: bool = False
    caption_template: str | None = None
    greeting: str | None = None
    greeting_picture: str | None = None

    @property
    def caption(self) -> CaptionTemplate | None:
        """The template of delivered captions; None leaves the files their own."""
        return CaptionTemplate(self.caption_template) if self.caption_template else None


class SettingsService:
    """One bot's settings.

    Reads are at most two seconds old: another process of the installation may have changed them. What was changed
    through this service is seen at once.
    """

    def __init__(self, settings: BotSettings, clock: Clock, first: BotOptions) -> None:
        """Take the environment's values as the first ones."""
        self._settings = settings
        self._clock = clock
        self._first = first
        self._read: BotOptions | None = None
        self._read_at = clock.now()

    async def current(self) -> BotOptions:
        """Return the settings as they are now."""
        now = self._clock.now()
        if self._read is None or now - self._read_at >= _FRESH:
            changed = await self._settings.all()
            known: dict[str, Any] = {name.value: changed[name.value] for name in Setting if name.value in changed}
            self._read, self._read_at = replace(self._first, **known), now
        return self._read

    async def put(self, name: Setting, value: str | int | bool | None, *, by: int) -> BotOptions:
        """Change a setting for good; returns the settings after it."""
        await self._settings.put(name.value, value, by, self._clock.now())
        return await self._again()

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
        for key, applies in refusals.items():
            if applies:
                raise UserError(key, title=facts.title)

    async def choose_storage(self, facts: ChannelFacts, *, by: int) -> BotOptions:
        """Keep files in this channel from now on, if it is fit for it.

        Raises:
            UserError: as `check_storage` does.
        """
        self.check_storage(facts)
        return await self.set_storage(facts.chat_id, by=by)

    async def set_storage(self, chat_id: int, *, by: int) -> BotOptions:
        """Keep files in another channel from now on; what is stored stays where it is."""
        return await self.put(Setting.STORAGE_CHAT, chat_id, by=by)

    async def _again(self) -> BotOptions:
        self._read = None
        return await self.current()
