"""Which commands there are, who may use them, and how Telegram's menu and /help describe them."""

from __future__ import annotations

from typing import Final, NamedTuple

from locales.texts import Texts
from services.access import DRAFTERS, Permission, Rank, Role


class Words(NamedTuple):
    """The texts that describe a command: in the menu, and as a line of /help (None: it needs none there)."""

    menu: str
    help: str | None


READER: Final = {
    "start": Words("command-start", None),
    "help": Words("command-help", None),
    "search": Words("command-search", "help-search"),
    "language": Words("command-language", "help-language"),
    "premium": Words("command-premium", "help-premium"),
    "timezone": Words("command-timezone", "help-timezone"),
    "stop": Words("command-stop", "help-stop"),
    "cancel": Words("command-cancel", "help-cancel"),
    "results": Words("command-results", "help-results"),
    "faq": Words("command-faq", "help-faq"),
    "about": Words("command-about", "help-about"),
}
"""Commands of everyone, in the order of the menu."""

BY_PERMISSION: Final = {
    Permission.UPLOAD: {
        "upload": Words("command-upload", "help-guided"),
        "custom_batch": Words("command-custom-batch", "help-custom-batch"),
        "batch": Words("command-batch", "help-batch"),
        "genlink": Words("command-genlink", "help-genlink"),
        "links": Words("command-links", "help-links"),
        "revoke": Words("command-revoke", "help-revoke"),
        "set_thumb": Words("command-set-thumb", "help-set-thumb"),
        "show_thumb": Words("command-show-thumb", "help-show-thumb"),
        "del_thumb": Words("command-del-thumb", "help-del-thumb"),
        "relink": Words("command-relink", "help-relink"),
    },
    Permission.BROADCAST: {
        "broadcast": Words("command-broadcast", "help-broadcast"),
        "pbroadcast": Words("command-pbroadcast", "help-pbroadcast"),
        "dbroadcast": Words("command-dbroadcast", "help-dbroadcast"),
        "broadcasts": Words("command-broadcasts", "help-broadcasts"),
        "send": Words("command-send", "help-send"),
        "sequences": Words("command-sequences", "help-sequences"),
    },
    Permission.REVIEW: {
        "drafts": Words("command-drafts", "help-drafts"),
    },
    Permission.SETTINGS: {
        "fsub": Words("command-fsub", "help-fsub"),
        "gate": Words("command-gate", "help-gate"),
        "add_premium": Words("command-add-premium", "help-add-premium"),
        "del_premium": Words("command-del-premium", "help-del-premium"),
        "settings": Words("command-settings", "help-settings"),
        "autodelete": Words("command-autodelete", "help-autodelete"),
        "protect": Words("command-protect", "help-protect"),
    },
    Permission.BAN: {
        "users": Words("command-users", "help-users"),
        "ban": Words("command-ban", "help-ban"),
        "unban": Words("command-unban", "help-unban"),
        "banlist": Words("command-banlist", "help-banlist"),
    },
}
"""Commands of the owner and of those admins who have a permission."""

DRAFTER: Final = {"draft": Words("command-draft", "help-draft")}
"""Commands of those who may make drafts."""

OWNER: Final = {
    "stats": Words("command-stats", "help-stats"),
    "jobs": Words("command-jobs", "help-jobs"),
    "errors": Words("command-errors", "help-errors"),
    "targets": Words("command-targets", "help-targets"),
    "replies": Words("command-replies", "help-replies"),
    "admins": Words("command-admins", "help-admins"),
    "add_admin": Words("command-add-admin", "help-add-admin"),
    "del_admin": Words("command-del-admin", "help-del-admin"),
}
"""Commands of the owner alone."""


HELP_ON_DRAFTS: Final = "help-on-drafts"

TITLES: Final = {
    Permission.UPLOAD: "help-on-upload",
    Permission.BROADCAST: "help-on-broadcast",
    Permission.REVIEW: HELP_ON_DRAFTS,
    Permission.SETTINGS: "help-on-settings",
    Permission.BAN: "help-on-ban",
}
"""What the commands of a permission are about, as /help says it."""


def sections_of(rank: Rank) -> dict[str, dict[str, Words]]:
    """List the commands that somebody of a rank may use, by what they are about: their own first, then everyone's."""
    permitted = {
        TITLES[permission]: BY_PERMISSION[permission] for permission in TITLES if permission in rank.permissions
    }
    if not DRAFTERS.isdisjoint(rank.permissions):
        permitted[HELP_ON_DRAFTS] = DRAFTER | permitted.get(HELP_ON_DRAFTS, {})
    own = {"help-on-bot": OWNER} if rank.role is Role.OWNER else {}
    return permitted | own | {"help-on-everyone": READER}


def commands_of(rank: Rank) -> dict[str, Words]:
    """List the commands that somebody of a rank may use."""
    return {name: words for commands in sections_of(rank).values() for name, words in commands.items()}


def commands_for(rank: Rank, texts: Texts, language: str) -> list[tuple[str, str]]:
    """List the commands of a rank with their descriptions in one language."""
    return [(name, texts.label(language, words.menu)) for name, words in commands_of(rank).items()]
