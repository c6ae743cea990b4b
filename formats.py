"""What form settings have: what is refused, in words without the value, what is a secret, and which name is meant."""

import difflib
import ipaddress
import re
import warnings
import zoneinfo
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri, split_options
from pyrogram.file_id import FileId

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>[0-9]{1,5})")
_API_HASH = re.compile(r"[0-9a-fA-F]{32}")
_BOOLEANS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
_CHANNEL_ID = re.compile(r"-[123][0-9]{12}")
_CHANNEL_NAME = re.compile(r"(?:@|(?:https?://)?(?:www\.)?t\.me/(?:s/)?)([A-Za-z][A-Za-z0-9_]{3,31})/?")
_SHORTEST_PIECE: Final = 12  # of an address, whose short pieces are ordinary words

_Text = TypeVar("_Text", bound=str | SecretStr)


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def shape(pattern: str) -> AfterValidator:
    """Take what a pattern matches from end to end."""

    def check(value: _Text) -> _Text:
        if not re.fullmatch(pattern, _plain(value)):
            raise ValueError("not in this form")
        return value

    return AfterValidator(check)


def address(*schemes: str, local: tuple[str, ...] = (), near: bool = False) -> AfterValidator:
    """Take addresses of these schemes; on this machine, and where `near` on its network, of the local ones as well."""

    def check(value: _Text) -> _Text:
        try:
            parts = urlsplit(_plain(value))
            inside = parts.hostname in {"127.0.0.1", "localhost"} or (near and _is_near(parts.hostname or ""))
            allowed = (*schemes, *local) if inside else schemes
        except ValueError:
            raise ValueError("not an address") from None
        if parts.scheme not in allowed or not parts.hostname:
            raise ValueError("not such an address")
        return value

    return AfterValidator(check)


def _is_near(host: str) -> bool:
    """Tell whether a host is one of this network: a name without a domain, or a private address."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return bool(host) and "." not in host


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


def at_most(units: int) -> AfterValidator:
    """Take texts of so many UTF-16 units, as Telegram measures them."""

    def check(value: str) -> str:
        if len(value.encode("utf-16-le")) // 2 > units:
            raise ValueError(f"longer than {units} characters, which is Telegram's limit")
        return value

    return AfterValidator(check)


def none_or(least: int, most: int) -> AfterValidator:
    """Take numbers within bounds, and 0."""

    def check(value: int) -> int:
        if value and not least <= value <= most:
            raise ValueError("out of bounds")
        return value

    return AfterValidator(check)


def _yes_or_no(value: object) -> object:
    return _BOOLEANS.get(value.lower()) if isinstance(value, str) else value  # None is refused as no boolean


def _split(value: object) -> object:
    if isinstance(value, str):
        return [item for item in re.split(r"[\s,]+", value) if item not in {"", "0"}]  # 0: "none", in other bots
    return value


def _place(value: str) -> str:
    """Take a channel's id, name or address; a name is kept with its @."""
    if _CHANNEL_ID.fullmatch(value):
        return value
    if named := _CHANNEL_NAME.fullmatch(value):
        return f"@{named[1]}"
    raise ValueError("not in this form")


def _time_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone") from None
    return value


def _server(value: str) -> str:
    found = host_and_port(value)
    if not found or not 1 <= found[1] <= 65535:
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


Boolean = Annotated[bool, BeforeValidator(_yes_or_no)]
Channel = Annotated[int, Field(ge=-3_999_999_999_999, le=-1_000_000_000_001)]  # to the end of the monoforums
ChannelPlace = Annotated[str, AfterValidator(_place)]
Channels = Annotated[tuple[Channel, ...], BeforeValidator(_split)]
Person = Annotated[int, Field(gt=0)]
PostNumber = Annotated[int, Field(gt=0, lt=2**31)]
People = Annotated[frozenset[Person], BeforeValidator(_split)]
BotToken = Annotated[SecretStr, shape(r"[0-9]{3,16}:[A-Za-z0-9_-]{35}")]
LongSecret = Annotated[SecretStr, Field(min_length=16)]
Https = Annotated[str, address("https")]
MongoAddress = Annotated[SecretStr, address("mongodb", "mongodb+srv"), AfterValidator(_mongodb)]
Picture = Annotated[str, AfterValidator(_picture)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Server = Annotated[str, AfterValidator(_server)]
PublicKey = Annotated[Path, AfterValidator(_public_key)]


def is_api_hash(value: str) -> bool:
    """Whether it has the form of those that Telegram gives out."""
    return bool(_API_HASH.fullmatch(value))


def host_and_port(value: str) -> tuple[str, int] | None:
    """Read a `Server`; None where it is none."""
    found = _ADDRESS.fullmatch(value)
    return (found["six"] or found["host"], int(found["port"])) if found else None


def secrets_in(url: str) -> set[str]:
    """What of a web address may be a secret: everything behind its host, piece by piece, and what stands before it."""
    parts = urlsplit(url)
    pieces = [*re.split("[/?&=#;]", f"{parts.path}?{parts.query}"), parts.username or "", parts.password or ""]
    long = {each for piece in pieces for each in (piece, unquote(piece)) if len(each) >= _SHORTEST_PIECE}
    return long | {parts.path, parts.query}


def password_in(url: str) -> set[str]:
    """The password of a database's address, as it is written there and as it is meant."""
    password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    return {password, unquote(password)}


def near_misses(given: Iterable[str], known: list[str]) -> list[str]:
    """A line for each name that is set, is no setting, and reads like one."""
    lines = []
    for name in sorted(set(given) - set(known)):
        close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if close:
            lines.append(f"{name}: not a setting. Did you mean {close[0]}?")
    return lines
