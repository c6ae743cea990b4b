"""What can keep a bot from serving: in words that a stranger may read, and what its operator can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from pyrogram.errors import RPCError
from pyrogram.session.session import TransportError


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason why a bot does not serve. Nothing in it is a secret or about a person."""

    kind: str
    """What is broken, in one word: connection, silence, server, session, database, lease, or telegram (it refuses or
    orders a wait)."""
    what: str
    """The reason, in words for anybody: `/readyz` shows it."""
    advice: str
    """What the operator can do; the log and `ALERT_URL` say it."""


@dataclass(slots=True)
class Incident:
    """Something that broke and is not healed yet, with what was tried so far."""

    trouble: Trouble
    """The newest reason."""
    began: float
    """When it broke, monotonic seconds."""
    kind: str
    """As what its end is counted: a session that was refused, else what broke first."""
    failures: int = 0
    """Tries that failed; pauses grow with them."""
    refusals: int = 0
    """How often Telegram refused the session that is stored."""
    wait: float = 0.0
    """Seconds that the next try has to wait in any case."""


SEE_NETWORK = (
    "Nothing to do if it passes. Else look whether this machine reaches Telegram: TCP to 149.154.160.0/20 and"
    " 91.108.0.0/16, ports 443 and 80 (or TELEGRAM_SERVER, if it is set); some countries and hosters block it."
)
UNREACHABLE = Trouble("connection", "Telegram cannot be reached", SEE_NETWORK)
CONNECTION_DEAD = Trouble("connection", "the connection to Telegram was dead", SEE_NETWORK)
SILENT = Trouble("silence", "Telegram fell silent", SEE_NETWORK)
RECONNECTING = Trouble("connection", "reconnecting to Telegram", SEE_NETWORK)

SERVER_FAILS = Trouble(
    "server",
    "Telegram's server fails; what can wait waits",
    "Nothing to do if it passes: it is tried again by itself, and what waits is in the database. Else see whether"
    " others have the same trouble with Telegram.",
)
DATABASE_AWAY = Trouble(
    "database",
    "the database is away; updates wait until it is back",
    "See that MongoDB runs, that its disk is not full, and that this machine reaches the host in DATABASE_URL. Nothing"
    " is lost: the bot goes on by itself when it is back.",
)
LEASE_LOST = Trouble(
    "lease",
    "the lease ran out",
    "Nothing to do if it happens once: this process stood still for longer than LEASE_SECONDS (a suspended machine, too"
    " little CPU). If it comes back, give it more CPU or set LEASE_SECONDS higher.",
)
SUPERSEDED = Trouble(
    "lease", "another process took over", "Nothing to do where two processes are wanted; else stop one of them."
)


def session_refused(error: Exception) -> Trouble:
    """Telegram does not know the stored session any more, or says so: that may pass."""
    return Trouble(
        "session",
        f"Telegram refuses the session ({_name(error)})",
        "Nothing to do: it is tried three times more, then the bot logs in anew. If it comes back within days, another"
        " program uses this bot's session or token, or somebody ended it: make a new token with @BotFather.",
    )


def login_waits(seconds: float) -> Trouble:
    """The session is gone and the last login is too fresh."""
    minutes = f"{max(1, round(seconds / 60))} minutes"
    return Trouble(
        "session",
        f"a new login has to wait for {minutes}",
        f"Nothing to do: the bot logs in by itself in {minutes}; logins that follow each other faster earn waits of an"
        " hour. If sessions go on being lost, see that no other program uses BOT_TOKEN and that the database lasts.",
    )


def told_to_wait(seconds: float) -> Trouble:
    """Telegram ordered a wait for something that the start needs."""
    return Trouble(
        "telegram",
        "Telegram asks to wait",
        f"Nothing to do: the wait is {seconds:.0f} s, then the bot goes on. Do not start it again meanwhile.",
    )


def refused_call(error: RPCError) -> Trouble:
    """Telegram refused something that the start needs, for a reason of its own."""
    return Trouble(
        "telegram",
        f"Telegram refused a call ({_name(error)})",
        "It is tried again by itself. If it stays, look the name up at https://core.telegram.org/api/errors.",
    )


def _name(error: Exception) -> str:
    if isinstance(error, RPCError):
        return str(error.ID or error.CODE)
    return "-404" if isinstance(error, TransportError) else type(error).__name__
