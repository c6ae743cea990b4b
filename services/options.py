"""What can be set for a bot without redeploying: each setting is one declaration here.

A declaration is a field of `BotOptions` made with `setting`: its form, its default, the page of /settings that shows
it, and the environment variable of its first value, if it has one. /settings shows and changes it without more code. It
needs two texts in each language, `setting-<name>` (a button, and what it is called) and `setting-<name>-about` (what it
does), with hyphens for the underscores of its name; a choice has one more for each name, `setting-<name>-<choice>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final, TypeVar

from services.buttons import Rows, rows_in
from services.captions import LONGEST as CAPTION_LONGEST
from services.captions import PLACEHOLDERS as CAPTION_PLACEHOLDERS
from services.captions import CaptionTemplate
from services.forms import (
    Buttons,
    Choice,
    Duration,
    Form,
    Line,
    Number,
    Picture,
    Several,
    Text,
    TimeZone,
    Value,
    Web,
    YesNo,
)
from services.names import EDGE
from services.places import ChannelPlace
from services.reply_prompts import DEFAULT_PROMPT, Prompt
from services.templates import LONGEST, PLACEHOLDERS

T = TypeVar("T")

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR

AUTO_DELETE: Final = Duration(
    least=10,
    most=47 * _HOUR,
    too_long="auto-delete-too-long",
    presets=(0, 600, 1800, _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR, 47 * _HOUR),
)
"""After how long readers lose what they got. Telegram lets bots delete 48 hours; one of them is kept for outages."""

KINDS: Final = ("document", "video", "audio", "photo", "animation", "voice", "video_note", "sticker")
"""Kinds of files, in the order in which people are told of them."""


class Group(StrEnum):
    """A page of /settings; its text is `settings-<group>`."""

    READERS = "readers"
    GATE = "gate"
    STORING = "storing"
    GREETING = "greeting"
    AUDIENCE = "audience"
    DRAFTS = "drafts"
    REPLIES = "replies"
    PAGES = "pages"
    GENERAL = "general"


OWNERS: Final = frozenset({Group.REPLIES})
"""Pages whose settings the owner alone changes: they decide what is said in the bot's name, with nobody's review."""


class GateMode(StrEnum):
    """When readers have to be verified."""

    SHORTENER = "shortener"
    """While there is a shortener to send them through."""
    ALWAYS = "always"
    NEVER = "never"


class Shows(StrEnum):
    """What a setting is shown with before it is saved."""

    FILE = "file"
    GREETING = "greeting"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting as it is declared; `env` is the environment variable of its first value.

    `shows` is what it is tried on before it is saved; None: it is saved as soon as it is written.
    """

    name: str
    form: Form
    default: Value
    group: Group
    env: str | None
    shows: Shows | None = None

    @property
    def key(self) -> str:
        """The key of the text that names it."""
        return f"setting-{self.name.replace('_', '-')}"


def setting(form: Form, default: T, group: Group, env: str | None = None, *, shows: Shows | None = None) -> T:
    """Declare a setting: a field of `BotOptions`."""
    declared: T = field(default=default, metadata={"form": form, "group": group, "env": env, "shows": shows})
    return declared


@dataclass(frozen=True, slots=True)
class BotOptions:
    """A bot's settings at one moment."""

    storage_chat: int | None = setting(Form(), None, Group.STORING, "CHANNEL_ID")
    """The channel where files are kept; None: not set yet."""
    name_prefix: str | None = setting(Line(longest=EDGE), None, Group.STORING)
    """What begins the names of files that are stored from then on."""
    name_suffix: str | None = setting(Line(longest=EDGE), None, Group.STORING)
    """What ends them, before the extension, and the titles of /upload."""
    protect_content: bool = setting(YesNo(), False, Group.READERS, "PROTECT_CONTENT")
    """Keeps readers from saving and forwarding what they get."""
    auto_delete_time: int = setting(AUTO_DELETE, 0, Group.READERS, "AUTO_DELETE_TIME")
    """The seconds after which readers lose what they got; 0: never."""
    caption_template: str | None = setting(
        Text(longest=CAPTION_LONGEST, placeholders=CAPTION_PLACEHOLDERS),
        None,
        Group.READERS,
        "CUSTOM_CAPTION",
        shows=Shows.FILE,
    )
    """The template of delivered captions; None: the files' own."""
    file_buttons: str | None = setting(Buttons(), None, Group.READERS, shows=Shows.FILE)
    """The buttons under delivered files, as services/buttons.py reads them."""
    former_links: bool = setting(YesNo(), True, Group.READERS)
    """Honours the links of a bot before this one."""
    fsub_strict: bool = setting(YesNo(), False, Group.READERS)
    """Keeps readers out where the bot cannot see whether they joined what /fsub requires."""
    gate: str = setting(Choice(presets=tuple(GateMode)), GateMode.SHORTENER, Group.GATE)
    """When readers have to be verified."""
    gate_duration: int = setting(
        Duration(least=60, most=30 * _DAY, presets=(0, _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 7 * _DAY)),
        12 * _HOUR,
        Group.GATE,
        "VERIFY_EXPIRE",
    )
    """The seconds for which a verification holds; 0: for the link alone that was opened."""
    gate_minimum: int = setting(Duration(least=1, most=600, presets=(0, 5, 10, 15, 30, 60)), 15, Group.GATE)
    """The seconds before which coming back from a shortener is a bypass; 0: none is."""
    gate_bypasses: int = setting(Number(least=1, most=100, presets=(1, 2, 3, 5, 10)), 3, Group.GATE)
    """The bypasses in a row after which a reader waits an hour."""
    gate_limit: int = setting(Number(least=1, most=1000, presets=(5, 10, 15, 30, 50, 100)), 15, Group.GATE)
    """The tokens that a reader gets on one day."""
    gate_open: bool = setting(YesNo(), False, Group.GATE)
    """Lets readers in without a shortener while none answers."""
    gate_how_to: str | None = setting(Web(), None, Group.GATE)
    """Where readers see how a verification is done."""
    list_new_links: bool = setting(YesNo(), False, Group.STORING)
    """Lets readers find every new link."""
    allowed_kinds: tuple[str, ...] = setting(Several(presets=KINDS), KINDS, Group.STORING)
    """The kinds of files that are taken from people."""
    greeting: str | None = setting(
        Text(longest=LONGEST, placeholders=PLACEHOLDERS), None, Group.GREETING, "START_MESSAGE", shows=Shows.GREETING
    )
    """What answers /start in place of our own text."""
    greeting_picture: str | None = setting(Picture(), None, Group.GREETING, "START_PIC", shows=Shows.GREETING)
    """What stands over the greeting."""
    source_chat: int | None = setting(Form(optional=True), None, Group.AUDIENCE, "SOURCE_CHANNEL_ID")
    """The channel whose /chat posts go to all readers, and from which sequences send; None: there is none."""
    paid_broadcasts: bool = setting(YesNo(), False, Group.AUDIENCE)
    """Pays Telegram for sending broadcasts and sequences faster than is free."""
    join_url: str | None = setting(Web(), None, Group.AUDIENCE, "CHANNEL_URL")
    """What the button under `/chat` posts opens; None: they have none."""
    draft_cycle: int = setting(Number(least=1, most=1440, presets=(5, 10, 20, 60, 180)), 20, Group.DRAFTS)
    """The minutes after which waiting messages are answered, and what failed before is tried again."""
    draft_reminder: int = setting(
        Duration(least=300, most=30 * _DAY, presets=(0, _HOUR, 3 * _HOUR, 6 * _HOUR, _DAY)), 6 * _HOUR, Group.DRAFTS
    )
    """The seconds after which people are reminded of a draft that nobody decided on; 0: never."""
    draft_expiry: int = setting(
        Duration(least=_HOUR, most=365 * _DAY, presets=(0, _DAY, 3 * _DAY, 7 * _DAY, 30 * _DAY)),
        7 * _DAY,
        Group.DRAFTS,
    )
    """The seconds after which such a draft expires; 0: never."""
    replies: bool = setting(YesNo(), True, Group.REPLIES)
    """Lets the AI answer, where it does."""
    replies_private: bool = setting(YesNo(), False, Group.REPLIES)
    """Lets it answer what readers write to the bot."""
    auto_reply_confidence: int = setting(
        Number(least=0, most=100, presets=(70, 80, 85, 90, 95, 100)), 85, Group.REPLIES, "AUTO_REPLY_CONFIDENCE"
    )
    """From which confidence on its reply goes out by itself."""
    reply_review_all: bool = setting(YesNo(), False, Group.REPLIES)
    """Lets no reply go out by itself."""
    reply_prompt: str = setting(Prompt(), DEFAULT_PROMPT, Group.REPLIES)
    """What it is told about how to answer, in plain words."""
    reply_calls: int = setting(Number(least=1, most=100_000, presets=(50, 200, 1000, 5000)), 200, Group.REPLIES)
    """How often it is asked on one day at most."""
    reply_chat_calls: int = setting(Number(least=1, most=100_000, presets=(10, 50, 200, 1000)), 50, Group.REPLIES)
    """How often on one day in one chat."""
    reply_tokens: int = setting(
        Number(least=1000, most=1_000_000_000, presets=(100_000, 500_000, 2_000_000, 10_000_000)), 500_000,
        Group.REPLIES,
    )  # fmt: skip
    """The tokens after which it is asked no more on that day."""
    reply_chat_tokens: int = setting(
        Number(least=1000, most=1_000_000_000, presets=(20_000, 100_000, 500_000, 2_000_000)), 100_000, Group.REPLIES
    )
    """The tokens in one chat after which it is asked no more there on that day."""
    faq: str | None = setting(Text(longest=LONGEST, placeholders=PLACEHOLDERS), None, Group.PAGES, shows=Shows.PAGE)
    """What /faq answers; None: there is none."""
    about: str | None = setting(Text(longest=LONGEST, placeholders=PLACEHOLDERS), None, Group.PAGES, shows=Shows.PAGE)
    """What answers /about in place of our own text."""
    results_channel: str | None = setting(ChannelPlace(), None, Group.PAGES, "RESULTS_CHANNEL")
    """The channel that /results shows posts of, by its id or as `@name`; None: it shows none."""
    results_word: str | None = setting(Line(longest=100), None, Group.PAGES, "RESULTS_WORD")
    """The word that these posts contain; None: every post with a text."""
    results_cache_hours: int = setting(
        Number(least=0, most=8760, presets=(1, 6, 12, 24, 72)), 24, Group.PAGES, "RESULTS_CACHE_HOURS"
    )
    """The hours for which they are kept before the channel is read again; 0: whenever somebody asks."""
    timezone: str = setting(TimeZone(), "UTC", Group.GENERAL, "TIMEZONE")
    """That of times that people read and write."""

    @property
    def buttons(self) -> Rows:
        """The buttons under delivered files, row by row."""
        return rows_in(self.file_buttons or "")

    @property
    def caption(self) -> CaptionTemplate | None:
        """The template of delivered captions; None leaves the files their own."""
        return CaptionTemplate(self.caption_template) if self.caption_template else None


DECLARED: Final[Mapping[str, Declared]] = {
    each.name: Declared(each.name, default=each.default, **each.metadata) for each in fields(BotOptions)
}
"""Every setting by its name, in the order in which /settings shows them."""
