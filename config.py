"""What an operator may set, under which names, and what a wrong value is answered with.

The only reader of the environment, and not at import: `Settings.load()` reads. No message made here contains a value
that was given, because a secret may stand under any name by mistake.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self, TextIO

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

import formats

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

NOT_YET = frozenset({"LOG_CHANNEL"})
"""Settings whose features are still to come: checked, and warned about when set. A feature takes its own away."""

_TOGETHER = ("TELEGRAM_SERVER", "TELEGRAM_PUBLIC_KEY")
_SHORTEST_REDACTED = 5  # a database password of three letters would black out half of the log


class SettingsError(Exception):
    """The settings cannot be used; `lines` says everything that is wrong, each beginning with a setting's name."""

    def __init__(
        self, lines: Iterable[str], *, alert_url: SecretStr | None = None, data_dir: str | Path = "data"
    ) -> None:
        self.lines = tuple(lines)
        self.alert_url = alert_url
        """Who is to be told all the same, if that setting is right."""
        self.data_dir = Path(data_dir)
        """Where it is remembered that they were told."""
        super().__init__("\n".join(self.lines))


def report(error: SettingsError, stream: TextIO) -> int:
    """Write what is wrong for the operator to read, and return the exit code that goes with it."""
    stream.write("Draftkeep cannot start. To set right, in the environment or in .env (.env.example explains each):\n")
    stream.writelines(f"  {line}\n" for line in error.lines)
    return EXIT_CODE


class Settings(BaseSettings):
    """Everything that an operator may set: a field's name in capitals is the setting's first name.

    A field's docstring is what the operator reads when its value is missing or wrong.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, str_strip_whitespace=True, use_attribute_docstrings=True
    )

    bot_token: formats.BotToken
    """Digits, a colon and 35 characters. Get it from @BotFather with /newbot, or /token for a bot that you have."""
    api_id: Annotated[int, Field(gt=0, lt=2**31)]
    """A number. Get it from my.telegram.org, "API development tools"."""
    api_hash: SecretStr
    """32 hexadecimal digits. Get it from my.telegram.org, "API development tools", beside API_ID."""
    owner_id: formats.Person
    """Your own user id, a positive number. @userinfobot tells it."""
    admins: formats.People = frozenset()
    """User ids with spaces or commas between them: who may do what the owner may, settings and admins apart."""

    channel_id: formats.Channel | None = None
    """The storage channel's id, -100 and digits. Forward a post of it to @userinfobot, or name it in the chat."""
    source_channel_id: formats.Channel | None = None
    """Id, -100 and digits, of the channel with /chat posts and what sequences send."""
    target_channel_id: formats.Channel | None = None
    """Id, -100 and digits, of one more channel that a reader must have joined; people join it at CHANNEL_URL."""
    channel_url: formats.Https | None = None
    """The https address where people join TARGET_CHANNEL_ID, also under /chat posts; unset: the bot finds one."""
    msg_immediate_id: formats.PostNumber | None = None
    """The number of the post in SOURCE_CHANNEL_ID that welcomes newcomers; read into a sequence at the first start."""
    msg_30s_id: formats.PostNumber | None = None
    """The number of the post that newcomers get after 40 seconds; read into a sequence at the first start."""
    msg_3min_id: formats.PostNumber | None = None
    """The number of the post that they get after 3 minutes; read into a sequence at the first start."""
    msg_2h_id: formats.PostNumber | None = None
    """The number of the post for those who did not press "I joined" in 2 hours; read at the first start as well."""
    cleanup_delay_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = None
    """Minutes from the post of 3 minutes to the farewell, 1 to 525600; read into a sequence at the first start."""
    log_channel: formats.Channel | None = None
    """Id, -100 and digits, of a channel that is told what happens."""
    force_sub_channel: formats.Channels = ()
    """Ids, -100 and digits each, of the channels and groups that a reader must have joined; /fsub changes them."""

    database_url: formats.MongoAddress | None = None
    """A MongoDB address, mongodb://… or mongodb+srv://…; unset: a MongoDB of the bot's own, in DATA_DIR."""
    database_name: Annotated[str, formats.shape(r"[A-Za-z0-9_-]{1,63}")] = "draftkeep"
    """The database's name: at most 63 letters, digits, - and _."""
    old_database_url: formats.MongoAddress | None = None
    """The MongoDB address of a bot that this one takes over from; import_links.py reads it, and the bot never does."""
    old_database_name: Annotated[str, formats.shape(r"[^\s/\\.\"$]{1,63}")] = "filesharexbot"
    """The name of its database, as its DATABASE_NAME has it."""
    data_dir: Path = Path("data")
    """The folder of the bot's own MongoDB and of files in work."""

    protect_content: formats.Boolean = False
    """True or false: whether readers are kept from forwarding and saving what they get."""
    auto_delete_time: Annotated[int, Field(ge=0, le=47 * 3600)] = 0
    """Seconds after which readers lose what they got: 0 for never, at most 169200 (47 of Telegram's 48 hours)."""
    custom_caption: Annotated[str, formats.at_most(1024)] | None = None
    """The caption of delivered files, at most 1024 characters; {filename} {size} {caption} {first} … are filled in."""
    start_message: Annotated[str, formats.at_most(4096)] | None = None
    """The greeting of /start, at most 4096 characters; {first} {last} {username} {mention} {id} are filled in."""
    start_pic: formats.Picture | None = None
    """The picture of /start: an https address or a file id."""

    shortlink_url: formats.Https | None = None
    """The https address of a link shortener's API, such as https://example.com/api; unset: readers are not verified."""
    shortlink_api: SecretStr | None = None
    """That shortener's API key, from its own site. More shorteners are named in the chat."""
    verify_expire: Annotated[int, formats.none_or(60, 30 * 86400)] = 12 * 3600
    """Seconds that a verification lasts, 60 to 2592000 (30 days), or 0: for the one link that was opened."""
    results_channel: formats.ChannelPlace | None = None
    """The channel that /results shows posts of: @name, or id, -100 and digits, where the bot is an administrator."""
    results_word: Annotated[str, formats.at_most(100)] | None = None
    """The word that these posts contain, at most 100 characters; unset: every post with a text."""
    results_cache_hours: Annotated[int, Field(ge=0, le=8760)] = 24
    """Hours for which they are kept before the channel's public page is read again, 0 to 8760; 0: at each asking."""

    ai_base_url: Annotated[str, formats.address("https", local=("http",), near=True)] | None = None
    """The address of an OpenAI-compatible endpoint, http only on this machine or its network; unset: no AI replies."""
    ai_api_key: SecretStr | None = None
    """That endpoint's API key, from its own site; unset: it asks for none."""
    ai_model: str | None = None
    """The name of that endpoint's model."""
    auto_reply_confidence: Annotated[int, Field(ge=0, le=100)] = 85
    """0 to 100: from which confidence on an AI reply is sent without review."""

    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The port of the status page, health and metrics: 1 to 65535, or 0 for any free one."""
    admin_token: formats.LongSecret | None = None
    """At least 16 characters of your own, such as `openssl rand -hex 24` prints: the key to HTTP admin calls."""
    alert_url: Annotated[SecretStr, formats.address("https", local=("http",))] | None = None
    """An https address that is told by POST when the bot crashes or cannot heal itself; its path is kept secret."""
    secret_key: formats.LongSecret | None = None
    """At least 16 characters of your own, such as `openssl rand -hex 24` prints: encrypts the database's secrets."""
    timezone: formats.TimeZone = "UTC"
    """A time zone's name as in the tz database, such as Asia/Tashkent."""
    lease_seconds: Annotated[int, Field(ge=1, le=300)] = 10
    """Seconds, 1 to 300, after which a standby takes over from a process that died."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    telegram_server: formats.Server | None = None
    """host:port of another server than Telegram's; with TELEGRAM_PUBLIC_KEY."""
    telegram_public_key: formats.PublicKey | None = None
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
        mistyped = formats.near_misses(given, [each for names in known.values() for each in names])
        warnings = list(mistyped)
        warnings += [f"{name}: read, and without effect in this version." for name in sorted(NOT_YET & given)]
        if "shortlink_url" in values and "shortlink_api" not in values:
            warnings.append(
                "SHORTLINK_URL: set without SHORTLINK_API, so the shortener is asked without a key, which most refuse."
                f" {_looks(cls, 'SHORTLINK_API')}"
            )
        if len({"ai_base_url", "ai_model"} & values.keys()) == 1:
            warnings.append("AI_BASE_URL and AI_MODEL: one is set without the other, so there are no AI replies.")
        if "broadcast_batch_size" in values:
            warnings.append(f"BROADCAST_BATCH_SIZE: {_looks(cls, 'BROADCAST_BATCH_SIZE')}")
        if "telegram_server" not in values and not formats.is_api_hash(values.get("api_hash", "0" * 32)):
            problems.append(f"{shown['API_HASH']}: not in this form. {_looks(cls, 'API_HASH')}")
        place = values.get("data_dir", "data")
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            wrong_alert = any(detail["loc"][0] == "alert_url" for detail in error.errors(include_input=False))
            alert_url = SecretStr(values["alert_url"]) if "alert_url" in values and not wrong_alert else None
            lines = [*problems, *_wrong(cls, error, shown), *mistyped]
            raise SettingsError(lines, alert_url=alert_url, data_dir=place) from None
        if problems:
            raise SettingsError([*problems, *mistyped], alert_url=settings.alert_url, data_dir=place)
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
        return formats.host_and_port(self.telegram_server or "")

    def secrets(self) -> frozenset[str]:
        """Every string that no log line may contain, parts of secrets that are secrets themselves included."""
        found = {value.get_secret_value() for _, value in self if isinstance(value, SecretStr)}
        found.add(self.bot_token.get_secret_value().partition(":")[2])
        for address in (self.database_url, self.old_database_url):
            if address is not None:
                found |= formats.password_in(address.get_secret_value())
        if self.alert_url is not None:
            found |= formats.secrets_in(self.alert_url.get_secret_value())
        return frozenset(secret for secret in found if len(secret) >= _SHORTEST_REDACTED)


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
