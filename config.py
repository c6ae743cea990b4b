"""What an operator may set, under which names, and what a wrong value is answered with.

The only reader of the environment, and not at import: `Settings.load()` reads. No message made here contains a value
that was given, because a secret may stand under any name by mistake.
"""

import difflib
import os
import re
import warnings
import zoneinfo
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self, TextIO, TypeVar
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri, split_options
from pyrogram.file_id import FileId

EXIT_CODE = 2
"""What a process with wrong settings ends with."""

ALIASES: Mapping[str, tuple[str, ...]] = {
    "BOT_TOKEN": ("TG_BOT_TOKEN", "TELEGRAM_BOT_TOKEN"),
    "API_ID": ("APP_ID", "TG_API_ID", "TELEGRAM_API_ID"),
    "API_HASH": ("TG_API_HASH", "TELEGRAM_API_HASH"),
    "OWNER_ID": ("OWNER_TELEGRAM_ID", "ADMIN_USER_ID"),
    "CHANNEL_ID": ("BIN_CHANNEL",),
    "DATABASE_URL": ("MONGO_URI", "MONGODB_URI", "DB_URI"),
}
"""Names that other bots of the field use for the same setting."""

NOT_YET = frozenset(
    {
        "SOURCE_CHANNEL_ID", "TARGET_CHANNEL_ID", "CHANNEL_URL", "LOG_CHANNEL", "FORCE_SUB_CHANNEL", "AUTO_DELETE_TIME",
        "SHORTLINK_URL", "SHORTLINK_API", "VERIFY_EXPIRE", "RESULTS_CHANNEL", "RESULTS_WORD", "RESULTS_CACHE_HOURS",
        "AI_BASE_URL", "AI_API_KEY", "AI_MODEL", "AUTO_REPLY_CONFIDENCE", "ADMIN_TOKEN", "TIMEZONE",
    }
)  # fmt: skip
"""Settings whose features are still to come: checked, and warned about when set. A feature takes its own away."""

_TOGETHER = ("TELEGRAM_SERVER", "TELEGRAM_PUBLIC_KEY")
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>[0-9]{1,5})")
_API_HASH = re.compile(r"[0-9a-fA-F]{32}")
_BOOLEANS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
_SHORTEST_PIECE = 12  # of an address, whose short pieces are ordinary words
_SHORTEST_REDACTED = 5  # a database password of three letters would black out half of the log

_Text = TypeVar("_Text", bound=str | SecretStr)


class SettingsError(Exception):
    """The settings cannot be used; `lines` says everything that is wrong, each beginning with a setting's name."""

    def __init__(self, lines: Iterable[str], *, alert_url: SecretStr | None = None) -> None:
        self.lines = tuple(lines)
        self.alert_url = alert_url
        """Who is to be told all the same, if that setting is right."""
        super().__init__("\n".join(self.lines))


def report(error: SettingsError, stream: TextIO) -> int:
    """Write what is wrong for the operator to read, and return the exit code that goes with it."""
    stream.write("Draftkeep cannot start. To set right, in the environment or in .env (.env.example explains each):\n")
    stream.writelines(f"  {line}\n" for line in error.lines)
    return EXIT_CODE


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _shape(pattern: str) -> AfterValidator:
    def check(value: _Text) -> _Text:
        if not re.fullmatch(pattern, _plain(value)):
            raise ValueError("not in this form")
        return value

    return AfterValidator(check)


def _address(*schemes: str, local: tuple[str, ...] = ()) -> AfterValidator:
    def check(value: _Text) -> _Text:
        try:
            parts = urlsplit(_plain(value))
            allowed = (*schemes, *local) if parts.hostname in {"127.0.0.1", "localhost"} else schemes
        except ValueError:
            raise ValueError("not an address") from None
        if parts.scheme not in allowed or not parts.hostname:
            raise ValueError("not such an address")
        return value

    return AfterValidator(check)


def _mongodb(value: SecretStr) -> SecretStr:
    """Read the address as the database's library will, which says what it dislikes by quoting it."""
    scheme, _, rest = value.get_secret_value().partition("://")
    place, _, options = rest.partition("?")
    authority, _, name = place.partition("/")
    try:
        if "@" in name + options:  # what stands before it is a part of the password, and would be taken for a host
            raise ValueError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they quote as well; options that are not known have no effect
            if scheme == "mongodb+srv":  # not by parse_uri, which would ask the name servers
                nodes = parse_uri(f"mongodb://{authority}/{name}", default_port=None)["nodelist"]
                if len(nodes) != 1 or nodes[0][1] is not None:
                    raise ValueError
                split_options(options, warn=True) if options else None
            else:
                parse_uri(value.get_secret_value(), warn=True)
    except (PyMongoError, ValueError, TypeError, OSError):
        raise ValueError(
            "not usable (in the user's name and the password, / is written %2F, @ %40, : %3A, ? %3F, # %23, % %25;"
            " files that it names must be readable)"
        ) from None
    return value


def _picture(value: str) -> str:
    try:
        if not (value.startswith("https://") and urlsplit(value).hostname):
            FileId.decode(value)
    except Exception:  # noqa: BLE001 - the decoder trips over a wrong one in many ways
        raise ValueError("neither an https address nor a file id") from None
    return value


def _at_most(units: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value.encode("utf-16-le")) // 2 > units:
            raise ValueError(f"longer than {units} characters, which is Telegram's limit")
        return value

    return AfterValidator(check)


def _yes_or_no(value: object) -> object:
    return _BOOLEANS.get(value.lower()) if isinstance(value, str) else value  # None is refused as no boolean


def _split(value: object) -> object:
    if isinstance(value, str):
        return [item for item in re.split(r"[\s,]+", value) if item not in {"", "0"}]  # 0: "none", in other bots
    return value


def _time_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone") from None
    return value


def _server(value: str) -> str:
    found = _ADDRESS.fullmatch(value)
    if not found or not 1 <= int(found["port"]) <= 65535:
        raise ValueError("not in this form")
    return value


def _public_key(value: Path) -> Path:
    try:
        key = load_pem_public_key(value.read_bytes())
    except OSError:
        raise ValueError("the file cannot be read") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("the file is no public key in PEM") from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the file's key is not an RSA key")  # noqa: TRY004 - pydantic collects ValueErrors only
    return value


_Boolean = Annotated[bool, BeforeValidator(_yes_or_no)]
_Channel = Annotated[int, Field(ge=-3_999_999_999_999, le=-1_000_000_000_001)]  # to the end of the monoforums
_Person = Annotated[int, Field(gt=0)]
_Https = Annotated[str, _address("https")]
_LongSecret = Annotated[SecretStr, Field(min_length=16)]


class Settings(BaseSettings):
    """Everything that an operator may set: a field's name in capitals is the setting's first name.

    A field's docstring is what the operator reads when its value is missing or wrong.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, str_strip_whitespace=True, use_attribute_docstrings=True
    )

    bot_token: Annotated[SecretStr, _shape(r"[0-9]{3,16}:[A-Za-z0-9_-]{35}")]
    """Digits, a colon and 35 characters. Get it from @BotFather with /newbot, or /token for a bot that you have."""
    api_id: Annotated[int, Field(gt=0, lt=2**31)]
    """A number. Get it from my.telegram.org, "API development tools"."""
    api_hash: SecretStr
    """32 hexadecimal digits. Get it from my.telegram.org, "API development tools", beside API_ID."""
    owner_id: _Person
    """Your own user id, a positive number. @userinfobot tells it."""
    admins: Annotated[frozenset[_Person], BeforeValidator(_split)] = frozenset()
    """User ids with spaces or commas between them: who may do what the owner may, settings and admins apart."""

    channel_id: _Channel | None = None
    """The storage channel's id, -100 and digits. Forward a post of it to @userinfobot, or name it in the chat."""
    source_channel_id: _Channel | None = None
    """Id, -100 and digits, of the channel with /chat posts and what sequences send."""
    target_channel_id: _Channel | None = None
    """Id, -100 and digits, of the channel whose membership is checked."""
    channel_url: _Https | None = None
    """The https address at which people join the channel, such as https://t.me/name."""
    log_channel: _Channel | None = None
    """Id, -100 and digits, of a channel that is told what happens."""
    force_sub_channel: Annotated[tuple[_Channel, ...], BeforeValidator(_split)] = ()
    """Ids, -100 and digits each, of the channels that a reader must have joined."""

    database_url: Annotated[SecretStr, _address("mongodb", "mongodb+srv"), AfterValidator(_mongodb)] | None = None
    """A MongoDB address, mongodb://… or mongodb+srv://…; unset: a MongoDB of the bot's own, in DATA_DIR."""
    database_name: Annotated[str, _shape(r"[A-Za-z0-9_-]{1,63}")] = "draftkeep"
    """The database's name: at most 63 letters, digits, - and _."""
    data_dir: Path = Path("data")
    """The folder of the bot's own MongoDB and of files in work."""

    protect_content: _Boolean = False
    """True or false: whether readers are kept from forwarding and saving what they get."""
    auto_delete_time: Annotated[int, Field(ge=0, le=47 * 3600)] = 0
    """Seconds after which readers lose what they got: 0 for never, at most 169200 (47 of Telegram's 48 hours)."""
    custom_caption: Annotated[str, _at_most(1024)] | None = None
    """The caption of delivered files, at most 1024 characters; {filename} {size} {caption} {first} … are filled in."""
    start_message: Annotated[str, _at_most(4096)] | None = None
    """The greeting of /start, at most 4096 characters; {first} {last} {username} {mention} {id} are filled in."""
    start_pic: Annotated[str, AfterValidator(_picture)] | None = None
    """The picture of /start: an https address or a file id."""

    shortlink_url: _Https | None = None
    """The link shortener's https address; unset: verification without one."""
    shortlink_api: SecretStr | None = None
    """The link shortener's API key, from its own site."""
    verify_expire: Annotated[int, Field(ge=1)] = 12 * 3600
    """Seconds that a verification lasts, at least 1."""
    results_channel: _Channel | None = None
    """Id, -100 and digits, of the channel that /results shows posts of."""
    results_word: str | None = None
    """The word by which /results knows its posts."""
    results_cache_hours: Annotated[int, Field(ge=0, le=8760)] = 24
    """Hours that /results keeps what it found, 0 to 8760."""

    ai_base_url: Annotated[str, _address("https", local=("http",))] | None = None
    """The https address of an OpenAI-compatible endpoint; unset: no AI replies."""
    ai_api_key: SecretStr | None = None
    """That endpoint's API key, from its own site."""
    ai_model: str | None = None
    """The name of that endpoint's model."""
    auto_reply_confidence: Annotated[int, Field(ge=0, le=100)] = 85
    """0 to 100: from which confidence on an AI reply is sent without review."""

    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The port of the status page, health and metrics: 1 to 65535, or 0 for any free one."""
    admin_token: _LongSecret | None = None
    """At least 16 characters of your own, such as `openssl rand -hex 24` prints: the key to HTTP admin calls."""
    alert_url: Annotated[SecretStr, _address("https", local=("http",))] | None = None
    """An https address that is told by POST when the bot crashes or cannot heal itself; its path is kept secret."""
    secret_key: _LongSecret | None = None
    """At least 16 characters of your own, such as `openssl rand -hex 24` prints: encrypts the database's secrets."""
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    """A time zone's name as in the tz database, such as Asia/Tashkent."""
    lease_seconds: Annotated[int, Field(ge=1, le=300)] = 10
    """Seconds, 1 to 300, after which a standby takes over from a process that died."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    telegram_server: Annotated[str, AfterValidator(_server)] | None = None
    """host:port of another server than Telegram's; with TELEGRAM_PUBLIC_KEY."""
    telegram_public_key: Annotated[Path, AfterValidator(_public_key)] | None = None
    """The path of a PEM file with that server's RSA public key; with TELEGRAM_SERVER."""
    broadcast_batch_size: str | None = None
    """Read and without meaning: broadcasts go at the rate that Telegram allows."""

    _warnings: tuple[str, ...] = PrivateAttr(default=())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the constructor is given and nothing else: `load` reads the environment."""
        return (init_settings,)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, dotenv_path: Path | None = Path(".env")) -> Self:
        """Read the settings from the environment and a .env file.

        What the environment sets, under whichever of its names, is taken from there and not looked for in the file.

        Args:
            environ: the environment, the process's own by default.
            dotenv_path: the .env file; it need not exist.

        Raises:
            SettingsError: with one line for everything that is wrong or missing.
        """
        from_file, problems = _from_file(dotenv_path)
        sources = (_filled(os.environ if environ is None else environ), from_file)
        given = {*sources[0], *sources[1]}
        known = {name: (name, *ALIASES.get(name, ())) for name in map(str.upper, cls.model_fields)}
        values: dict[str, str] = {}
        shown = {name: name for name in known}  # the name by which it was given
        for name, names in known.items():
            source = next((each for each in sources if not each.keys().isdisjoint(names)), {})
            used = [each for each in names if each in source]
            if len({source[each] for each in used}) > 1:
                problems.append(f"{' and '.join(used)}: they are one setting and disagree; keep {used[0]}.")
            if used:
                shown[name], values[name.lower()] = used[0], source[used[0]]
        together = [name for name in _TOGETHER if name.lower() in values]
        if len(together) == 1:
            (missing,) = set(_TOGETHER) - set(together)
            problems.append(f"{missing}: missing, and needed with {together[0]}. {_looks(cls, missing)}")
        mistyped = _near_misses(given, [each for names in known.values() for each in names])
        warnings = list(mistyped)
        warnings += [f"{name}: read, and without effect in this version." for name in sorted(NOT_YET & given)]
        if "broadcast_batch_size" in values:
            warnings.append(f"BROADCAST_BATCH_SIZE: {_looks(cls, 'BROADCAST_BATCH_SIZE')}")
        if "telegram_server" not in values and not _API_HASH.fullmatch(values.get("api_hash", "0" * 32)):
            problems.append(f"{shown['API_HASH']}: not in this form. {_looks(cls, 'API_HASH')}")
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            wrong_alert = any(detail["loc"][0] == "alert_url" for detail in error.errors(include_input=False))
            alert_url = SecretStr(values["alert_url"]) if "alert_url" in values and not wrong_alert else None
            raise SettingsError([*problems, *_wrong(cls, error, shown), *mistyped], alert_url=alert_url) from None
        if problems:
            raise SettingsError([*problems, *mistyped], alert_url=settings.alert_url)
        settings._warnings = tuple(warnings)  # noqa: SLF001 - our own instance
        return settings

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not wrong and yet worth a line in the log: names that look mistyped, settings without meaning."""
        return self._warnings

    @property
    def bot_id(self) -> int:
        """The bot's user id: the number before the token's colon."""
        return int(self.bot_token.get_secret_value().partition(":")[0])

    @property
    def admin_ids(self) -> frozenset[int]:
        """The owner and the admins that the environment names."""
        return self.admins | {self.owner_id}

    @property
    def telegram_address(self) -> tuple[str, int] | None:
        """Host and port of the server to use in Telegram's place, or None for Telegram."""
        found = _ADDRESS.fullmatch(self.telegram_server or "")
        return (found["six"] or found["host"], int(found["port"])) if found else None

    def secrets(self) -> frozenset[str]:
        """Every string that no log line may contain, parts of secrets that are secrets themselves included."""
        found = {value.get_secret_value() for _, value in self if isinstance(value, SecretStr)}
        found.add(self.bot_token.get_secret_value().partition(":")[2])
        if self.database_url is not None:
            user = self.database_url.get_secret_value().partition("://")[2].rpartition("@")[0]
            password = user.partition(":")[2]
            found |= {password, unquote(password)}
        if self.alert_url is not None:
            found |= _parts_of(self.alert_url.get_secret_value())
        return frozenset(secret for secret in found if len(secret) >= _SHORTEST_REDACTED)


def _parts_of(url: str) -> set[str]:
    """What of a web address may be a secret: everything behind its host, piece by piece, and what stands before it."""
    parts = urlsplit(url)
    pieces = [*re.split("[/?&=#;]", f"{parts.path}?{parts.query}"), parts.username or "", parts.password or ""]
    long = {each for piece in pieces for each in (piece, unquote(piece)) if len(each) >= _SHORTEST_PIECE}
    return long | {parts.path, parts.query}


def _filled(given: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in given.items() if value and value.strip()}


def _from_file(path: Path | None) -> tuple[dict[str, str], list[str]]:
    """What a .env file sets, and what is wrong with it."""
    if path is None or not path.is_file():
        return {}, []
    try:
        return _filled(dotenv_values(path, interpolate=False, encoding="utf-8-sig")), []
    except (OSError, ValueError) as error:
        return {}, [f"{path.name}: cannot be read ({type(error).__name__}); it must be text in UTF-8."]


def _looks(settings: type[Settings], name: str) -> str:
    return settings.model_fields[name.lower()].description or ""


def _wrong(settings: type[Settings], error: ValidationError, shown: Mapping[str, str]) -> list[str]:
    """One line for each field that did not pass, under the name it was given by."""
    reasons: dict[str, str] = {}
    for detail in error.errors(include_input=False, include_url=False):
        if detail["type"] == "value_error":  # raised here, so free of the value; pydantic's own words may not be
            reason = str(detail["ctx"]["error"])
        else:
            reason = "missing" if detail["type"] == "missing" else "not in this form"
        reasons.setdefault(str(detail["loc"][0]).upper(), reason)
    return [f"{shown[name]}: {why}. {_looks(settings, name)}" for name, why in reasons.items()]


def _near_misses(given: Iterable[str], known: list[str]) -> list[str]:
    """A line for each name that is set, is no setting, and reads like one."""
    lines = []
    for name in sorted(set(given) - set(known)):
        close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if close:
            lines.append(f"{name}: not a setting. Did you mean {close[0]}?")
    return lines
