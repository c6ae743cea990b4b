"""Settings: names and aliases, every wrong value at once and by name, and no secret in any message."""

import io
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from config import ALIASES, EXIT_CODE, NOT_YET, Settings, SettingsError, report
from services.options import DECLARED

TOKEN = "123456789:" + "AbC-_" * 7
REQUIRED = {"BOT_TOKEN": TOKEN, "API_ID": "12345", "API_HASH": "0123456789abcdef" * 2, "OWNER_ID": "42"}
CANARY = "canary5ecret-value-that-nobody-may-see"


def load(given: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    return Settings.load({**REQUIRED, **(given or {})}, dotenv)


def wrong(given: Mapping[str, str], dotenv: Path | None = None, *, required: Mapping[str, str] = REQUIRED) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.load({**required, **given}, dotenv)
    return list(caught.value.lines)


def names(lines: list[str]) -> list[str]:
    return [line.partition(":")[0] for line in lines]


@pytest.fixture
def rsa_pem(tmp_path: Path) -> Path:
    path = tmp_path / "server.pem"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    path.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.PKCS1))
    return path


def test_four_settings_are_enough() -> None:
    settings = load()
    assert settings.bot_id == 123456789
    assert settings.api_id == 12345
    assert settings.admin_ids == {42}
    assert settings.database_url is None
    assert settings.port == 8080
    assert settings.lease_seconds == 10
    assert settings.timezone == "UTC"
    assert settings.warnings == ()
    assert settings.telegram_address is None


def test_nothing_set_names_all_four_and_where_to_get_them() -> None:
    lines = wrong({}, required={})
    assert names(lines) == ["BOT_TOKEN", "API_ID", "API_HASH", "OWNER_ID"]
    assert "@BotFather" in lines[0]
    assert "my.telegram.org" in lines[1]
    assert "my.telegram.org" in lines[2]
    assert "@userinfobot" in lines[3]


def test_an_empty_value_is_an_unset_one() -> None:
    assert names(wrong({"BOT_TOKEN": "  "})) == ["BOT_TOKEN"]
    assert load({"PORT": "", "CHANNEL_ID": " "}).port == 8080


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name, all_ in ALIASES.items() for alias in all_])
def test_every_alias_is_read(name: str, alias: str) -> None:
    first = {"CHANNEL_ID": "-1001234567890", "DATABASE_URL": "mongodb://localhost", **REQUIRED}
    second = {alias if each == name else each: value for each, value in first.items()}
    assert Settings.load(second, None) == Settings.load(first, None)


def test_the_aliases_are_those_of_the_conventions() -> None:
    assert {name: set(others) for name, others in ALIASES.items()} == {
        "BOT_TOKEN": {"TG_BOT_TOKEN", "TELEGRAM_BOT_TOKEN"},
        "API_ID": {"APP_ID", "TG_API_ID", "TELEGRAM_API_ID"},
        "API_HASH": {"TG_API_HASH", "TELEGRAM_API_HASH"},
        "OWNER_ID": {"OWNER_TELEGRAM_ID", "ADMIN_USER_ID"},
        "CHANNEL_ID": {"BIN_CHANNEL"},
        "DATABASE_URL": {"MONGO_URI", "MONGODB_URI", "DB_URI"},
    }


def test_aliases_that_disagree_are_an_error_naming_both() -> None:
    (line,) = wrong({"TG_BOT_TOKEN": "987654321:" + "z" * 35})
    assert "BOT_TOKEN" in line
    assert "TG_BOT_TOKEN" in line
    assert "z" * 35 not in line
    assert load({"TG_BOT_TOKEN": TOKEN}).bot_id == 123456789


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# mine\nexport PORT=9000\nTIMEZONE='Asia/Tashkent'\nDATABASE_NAME=other # why\nLOG_LEVEL=\n")
    settings = load({"PORT": "9001", "TIMEZONE": ""}, file)
    assert (settings.port, settings.timezone, settings.database_name) == (9001, "Asia/Tashkent", "other")
    assert settings.log_level == "INFO"


def test_a_setting_is_taken_from_the_environment_under_whatever_name_the_file_has_it(tmp_path: Path) -> None:
    """The bot of a demonstration runs beside a real .env; a container's environment beside a file of other names."""
    file = tmp_path / ".env"
    file.write_text(f"TG_BOT_TOKEN=987654321:{'z' * 35}\nDB_URI=mongodb://theirs\nAPI_ID=none\n")
    settings = load({"MONGO_URI": "mongodb://ours"}, file)
    assert settings.bot_id == 123456789
    assert settings.database_url
    assert settings.database_url.get_secret_value() == "mongodb://ours"
    file.write_text("OWNER_ID=7\nMONGO_URI=mongodb://a\nDB_URI=mongodb://b\n")
    required = {key: value for key, value in REQUIRED.items() if key != "OWNER_ID"}
    (line,) = wrong({"ADMIN_USER_ID": "me", "DATABASE_URL": "mongodb://c"}, file, required=required)
    assert line.startswith("ADMIN_USER_ID: ")
    (line,) = wrong({}, file)
    assert "DB_URI" in line
    assert "disagree" in line


PICTURE = "AgACAgIAAxkBAAIENGfeY4AfRquwTL2LpDrzqvFMVNt_AAIG9DEbXX3wSq3oI7t_PqQGAQADAgADbQADNgQ"


@pytest.mark.parametrize("picture", ["https://example.org/a.jpg", PICTURE])
def test_a_picture_is_an_address_or_a_file_id(picture: str) -> None:
    assert load({"START_PIC": picture}).start_pic == picture


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://localhost",
        "mongodb://user:p%40ss%2Fw@a.example:27017,b.example/x?replicaSet=r&w=majority&appName=x",
        "mongodb+srv://user:pass@cluster.example/?retryWrites=true&notAnOption=1",
        "mongodb://%2Frun%2Fmongo.sock/?directConnection=true",
    ],
)
def test_addresses_of_databases_are_taken_as_they_are(url: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settings = load({"DATABASE_URL": url})
    assert settings.database_url
    assert settings.database_url.get_secret_value() == url


def test_a_missing_file_is_fine_and_an_unreadable_one_is_named(tmp_path: Path) -> None:
    assert load({}, tmp_path / "none").port == 8080
    bad = tmp_path / ".env"
    bad.write_bytes(b"START_MESSAGE=\xff\xfe\xff")
    assert names(wrong({}, bad)) == [".env"]


WRONG = {
    "BOT_TOKEN": ["token", "123456789:short", "123456789:" + "a" * 36, "x:" + "a" * 35, TOKEN + "!"],
    "API_ID": ["abc", "0", "-5", "1.5", str(2**31)],
    "API_HASH": ["0" * 31, "g" * 32, "0" * 33],
    "OWNER_ID": ["@me", "0", "-1"],
    "ADMINS": ["1 x", "1,-2"],
    "CHANNEL_ID": ["1234567890", "-1234", "@channel", "-100"],
    "SOURCE_CHANNEL_ID": ["5"],
    "TARGET_CHANNEL_ID": ["5"],
    "LOG_CHANNEL": ["5"],
    "RESULTS_CHANNEL": ["5", "club!", "@ab", "1002200000007", "https://evil.example/s/club"],
    "FORCE_SUB_CHANNEL": ["-1001234567890 5"],
    "CHANNEL_URL": ["t.me/x", "ftp://x", "https://"],
    "DATABASE_URL": [
        "localhost",
        "http://localhost",
        "mongodb://",
        "mongodb://[bad",
        "mongodb://user:Hunter2/xyzzy@db.example",
        "mongodb://user:2/7@db.example",
        "mongodb://user:2?7=8@db.example",
        "mongodb://us:er:x@db.example",
        "mongodb://user:%zz@db.example",
        "mongodb://db.example:none",
        "mongodb+srv://user:x@db.example:27017",
        "mongodb+srv://a.example,b.example",
        "mongodb://db.example/?tlsCAFile=/none",
    ],
    "DATABASE_NAME": ["a b", "a.b", "x" * 64],
    "PROTECT_CONTENT": ["maybe", "2", "y"],
    "AUTO_DELETE_TIME": ["-1", "169201", "1h"],
    "CUSTOM_CAPTION": ["x" * 1025, "😀" * 513],
    "START_MESSAGE": ["x" * 4097],
    "START_PIC": ["garbage", "https://", "http://example.org/x.jpg", "AgAC", "x" * 60, "é"],
    "SHORTLINK_URL": ["http://short.example"],
    "VERIFY_EXPIRE": ["-1", "1", "59", "2592001", "soon"],
    "RESULTS_CACHE_HOURS": ["-1"],
    "AI_BASE_URL": ["http://example.org", "http://8.8.8.8/v1", "ollama:11434", "http:///v1"],
    "AUTO_REPLY_CONFIDENCE": ["-1", "101", "high"],
    "PORT": ["-1", "65536", "http"],
    "ADMIN_TOKEN": ["short"],
    "ALERT_URL": ["http://example.org/hook", "example.org"],
    "SECRET_KEY": ["short"],
    "TIMEZONE": ["Mars/Olympus", "../etc", "Asia"],
    "LEASE_SECONDS": ["0", "301", "1.5"],
    "LOG_LEVEL": ["LOUD"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_reported_by_name_and_with_its_form(name: str, value: str) -> None:
    (line,) = wrong({name: value})
    assert line.startswith(f"{name}: ")
    assert (Settings.model_fields[name.lower()].description or "?") in line


def test_everything_wrong_is_reported_at_once() -> None:
    given = {name: values[0] for name, values in WRONG.items()}
    assert sorted(names(wrong(given))) == sorted(WRONG)


def test_a_wrong_value_is_reported_under_the_name_it_was_given_by() -> None:
    required = {key: value for key, value in REQUIRED.items() if key != "OWNER_ID"}
    assert names(wrong({"ADMIN_USER_ID": "me"}, required=required)) == ["ADMIN_USER_ID"]


@pytest.mark.parametrize("text", ["1", "true", "YES", "On", "0", "False", "no", "OFF"])
def test_booleans_are_read_in_any_case(text: str) -> None:
    assert load({"PROTECT_CONTENT": text}).protect_content is (text in {"1", "true", "YES", "On"})


def test_ids_may_stand_between_spaces_and_commas() -> None:
    settings = load({"ADMINS": "1, 2 3,,4", "FORCE_SUB_CHANNEL": "-1001111111111,-1002222222222 "})
    assert settings.admins == {1, 2, 3, 4}
    assert settings.admin_ids == {1, 2, 3, 4, 42}
    assert settings.force_sub_channel == (-1001111111111, -1002222222222)
    assert load({"FORCE_SUB_CHANNEL": "0"}).force_sub_channel == ()


def test_another_server_needs_its_key_and_the_other_way_round(rsa_pem: Path) -> None:
    settings = load({"TELEGRAM_SERVER": "127.0.0.1:4430", "TELEGRAM_PUBLIC_KEY": str(rsa_pem)})
    assert settings.telegram_address == ("127.0.0.1", 4430)
    settings = load({"TELEGRAM_SERVER": "[::1]:4430", "TELEGRAM_PUBLIC_KEY": str(rsa_pem)})
    assert settings.telegram_address == ("::1", 4430)
    assert names(wrong({"TELEGRAM_SERVER": "127.0.0.1:4430"})) == ["TELEGRAM_PUBLIC_KEY"]
    assert names(wrong({"TELEGRAM_PUBLIC_KEY": str(rsa_pem)})) == ["TELEGRAM_SERVER"]
    assert names(wrong({"TELEGRAM_SERVER": "nowhere", "TELEGRAM_PUBLIC_KEY": str(rsa_pem)})) == ["TELEGRAM_SERVER"]


def test_the_key_of_another_server_must_be_an_rsa_key(tmp_path: Path) -> None:
    server = {"TELEGRAM_SERVER": "127.0.0.1:4430"}
    elliptic = tmp_path / "ec.pem"
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    elliptic.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    text = tmp_path / "text.pem"
    text.write_text("no key")
    for path, why in [(elliptic, "not an RSA"), (text, "no public key"), (tmp_path / "none.pem", "cannot be read")]:
        (line,) = wrong({**server, "TELEGRAM_PUBLIC_KEY": str(path)})
        assert line.startswith("TELEGRAM_PUBLIC_KEY: ")
        assert why in line


def test_another_server_takes_any_api_hash_but_wants_one(rsa_pem: Path) -> None:
    server = {"TELEGRAM_SERVER": "127.0.0.1:4430", "TELEGRAM_PUBLIC_KEY": str(rsa_pem)}
    assert load({**server, "API_HASH": "anything"}).api_hash.get_secret_value() == "anything"
    assert names(wrong({**server, "API_HASH": ""})) == ["API_HASH"]


def test_names_that_look_mistyped_are_warned_about() -> None:
    assert load({"TIME_ZONE": "UTC", "PATH": "/bin", "HOME": "/root"}).warnings == (
        "TIME_ZONE: not a setting. Did you mean TIMEZONE?",
    )
    lines = wrong({"BOT_TOKN": TOKEN}, required={key: value for key, value in REQUIRED.items() if key != "BOT_TOKEN"})
    assert names(lines) == ["BOT_TOKEN", "BOT_TOKN"]
    assert "BOT_TOKEN" in lines[1]


def test_the_batch_size_of_other_bots_is_said_to_mean_nothing() -> None:
    (line,) = load({"BROADCAST_BATCH_SIZE": "100"}).warnings
    assert line.startswith("BROADCAST_BATCH_SIZE: ")


def test_a_shortener_without_its_key_is_warned_about() -> None:
    url = {"SHORTLINK_URL": "https://short.example/api"}
    (line,) = load(url).warnings
    assert line.startswith("SHORTLINK_URL: set without SHORTLINK_API")
    assert load({**url, "SHORTLINK_API": "key"}).warnings == ()


@pytest.mark.parametrize("seconds", [0, 60, 2592000])
def test_a_verification_lasts_what_the_chat_takes_as_well(seconds: int) -> None:
    assert load({"VERIFY_EXPIRE": str(seconds)}).verify_expire == seconds
    assert DECLARED["gate_duration"].form.check(seconds) == seconds


@pytest.mark.parametrize("given", ["@club", "t.me/club", "https://t.me/s/club"])
def test_a_channel_of_results_is_kept_by_its_name_or_id(given: str) -> None:
    assert load({"RESULTS_CHANNEL": given}).results_channel == "@club"
    assert load({"RESULTS_CHANNEL": "-1002200000007"}).results_channel == "-1002200000007"


def test_settings_without_effect_yet_are_warned_about() -> None:
    (line,) = load({"LOG_CHANNEL": "-1002200000007"}).warnings
    assert line == "LOG_CHANNEL: read, and without effect in this version."
    assert {name.upper() for name in Settings.model_fields} >= NOT_YET


@pytest.mark.parametrize("alone", [{"AI_MODEL": "small"}, {"AI_BASE_URL": "https://api.example.org/v1"}])
def test_half_an_ai_is_none_and_said_to_be(alone: dict[str, str]) -> None:
    (line,) = load(alone).warnings
    assert line == "AI_BASE_URL and AI_MODEL: one is set without the other, so there are no AI replies."
    assert not load({"AI_BASE_URL": "https://api.example.org/v1", "AI_MODEL": "small"}).warnings


@pytest.mark.parametrize("host", ["127.0.0.1:11434", "localhost", "ollama:11434", "192.168.1.5", "[fd00::1]:80"])
def test_an_ai_of_this_network_needs_no_https(host: str) -> None:
    assert load({"AI_BASE_URL": f"http://{host}/v1", "AI_MODEL": "small"}).ai_base_url == f"http://{host}/v1"


def test_settings_are_frozen() -> None:
    settings = load()
    with pytest.raises(ValidationError):
        settings.port = 1


def test_nothing_is_read_from_the_environment_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()  # type: ignore[call-arg]  # the environment has them
    assert Settings.load(dotenv_path=None).bot_id == 123456789


def test_the_report_names_everything_and_returns_two() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load({}, None)
    stream = io.StringIO()
    assert report(caught.value, stream) == EXIT_CODE == 2
    for name in REQUIRED:
        assert f"  {name}: missing" in stream.getvalue()


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_no_message_contains_the_value_that_was_given(name: str) -> None:
    """A secret may be put under any name by mistake, and may be wrong itself."""
    with pytest.raises(SettingsError) as caught:
        load({"PORT": "none", name: CANARY + " \x00"})
    stream = io.StringIO()
    report(caught.value, stream)
    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in stream.getvalue()
    assert CANARY not in shown
    assert CANARY not in repr(caught.value)


def test_no_secret_is_in_the_representation_and_all_are_listed_for_the_log() -> None:
    secrets = {
        "BOT_TOKEN": TOKEN,
        "API_HASH": "f" * 32,
        "SHORTLINK_API": CANARY + "1",
        "AI_API_KEY": CANARY + "2",
        "ADMIN_TOKEN": CANARY + "3",
        "SECRET_KEY": CANARY + "4",
        "ALERT_URL": f"https://example.org/{CANARY}5",
        "DATABASE_URL": f"mongodb://user:{CANARY}%406@db.example.org/x",
    }
    settings = load(secrets)
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        for secret in (*secrets.values(), CANARY):
            assert secret not in text
    assert "pa#ss" in load({"DATABASE_URL": "mongodb://user:pa#ss@db.example/x"}).secrets()
    listed = settings.secrets()
    assert listed >= set(secrets.values())
    assert TOKEN.partition(":")[2] in listed
    assert {CANARY + "%406", CANARY + "@6"} <= listed


@pytest.mark.parametrize(
    ("url", "piece"),
    [
        (f"https://hooks.example.org/services/T0/{CANARY}", CANARY),
        (f"https://example.org/notify?chat=1&token={CANARY}#x", CANARY),
        (f"https://user:{CANARY}@example.org/notify", CANARY),
        ("https://example.org/topic%2Fof-somebody-secret", "topic/of-somebody-secret"),
        ("https://ntfy.example.org/short", "/short"),
    ],
)
def test_pieces_of_the_alerts_address_are_secrets_as_well(url: str, piece: str) -> None:
    listed = load({"ALERT_URL": url}).secrets()
    assert {url, piece} <= listed
    assert not listed & {"example.org", "hooks.example.org", "https", "notify", "services"}


def test_who_is_to_be_told_of_wrong_settings_is_known_where_that_one_is_right() -> None:
    def told(given: Mapping[str, str]) -> str | None:
        with pytest.raises(SettingsError) as caught:
            load(given)
        url = caught.value.alert_url
        return url.get_secret_value() if url else None

    url = "https://example.org/hook"
    assert told({"ALERT_URL": url, "PORT": "none"}) == url
    assert told({"ALERT_URL": url, "TELEGRAM_SERVER": "127.0.0.1:1"}) == url
    assert told({"ALERT_URL": "ftp://example.org", "PORT": "none"}) is None
    assert told({"PORT": "none"}) is None
