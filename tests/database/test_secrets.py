"""Secrets open with the secret, the bot and the context that they were sealed with, and with nothing else."""

import pytest

from database.secrets import Vault, WrongSecret

PLAIN = b"an auth key, 256 bytes in truth"


def test_what_was_sealed_opens_again() -> None:
    sealed = Vault.from_secret("a secret", 1).seal(PLAIN, context="auth_key")
    assert Vault.from_secret("a secret", 1).open(sealed, context="auth_key") == PLAIN


def test_a_sealed_value_does_not_show_what_it_is() -> None:
    vault = Vault.from_secret("a secret", 1)
    first, second = vault.seal(PLAIN, context="auth_key"), vault.seal(PLAIN, context="auth_key")
    assert PLAIN not in first
    assert first != second


@pytest.mark.parametrize(
    ("vault", "context"),
    [
        (Vault.from_secret("another secret", 1), "auth_key"),
        (Vault.from_secret("a secret", 2), "auth_key"),
        (Vault.from_secret("a secret", 1), "api_key"),
    ],
)
def test_another_secret_bot_or_context_does_not_open_it(vault: Vault, context: str) -> None:
    sealed = Vault.from_secret("a secret", 1).seal(PLAIN, context="auth_key")
    with pytest.raises(WrongSecret, match="SECRET_KEY") as caught:
        vault.open(sealed, context=context)
    assert "a secret" not in str(caught.value)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(12)])
def test_damage_is_told_as_such(damage: bytes) -> None:
    with pytest.raises(WrongSecret, match="damaged"):
        Vault.from_secret("a secret", 1).open(damage, context="auth_key")


def test_a_changed_byte_is_noticed() -> None:
    vault = Vault.from_secret("a secret", 1)
    sealed = bytearray(vault.seal(PLAIN, context="auth_key"))
    sealed[-1] ^= 1
    with pytest.raises(WrongSecret):
        vault.open(bytes(sealed), context="auth_key")


def test_an_empty_secret_is_none() -> None:
    with pytest.raises(ValueError, match="secret"):
        Vault.from_secret("", 1)
