"""Another server is talked to only with the key that it proves itself with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyrogram.connection import Connection
from pyrogram.crypto import rsa as telegram

from client.server import Server, fingerprint

TELEGRAMS = dict(telegram.server_public_keys)


@pytest.fixture(autouse=True)
def _telegrams_keys_only() -> Iterator[None]:
    yield
    telegram.server_public_keys.clear()
    telegram.server_public_keys.update(TELEGRAMS)


@pytest.mark.parametrize("known", TELEGRAMS)
def test_telegrams_own_keys_have_their_own_fingerprints(known: int) -> None:
    key = TELEGRAMS[known]
    assert fingerprint(key.m, key.e) == known


@pytest.fixture
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize("form", [serialization.PublicFormat.PKCS1, serialization.PublicFormat.SubjectPublicKeyInfo])
def test_a_server_is_reached_whatever_data_centre_is_asked_for(
    key: rsa.RSAPrivateKey, tmp_path: Path, form: serialization.PublicFormat
) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))
    factory = Server("127.0.0.1", 4430, pem).connection_factory()
    connection = factory(dc_id=4, server_address="149.154.167.91", port=443, test_mode=False)
    assert isinstance(connection, Connection)
    assert (connection.dc_id, connection.server_address, connection.port) == (4, "127.0.0.1", 4430)
    numbers = key.public_key().public_numbers()
    trusted = telegram.server_public_keys[fingerprint(numbers.n, numbers.e)]
    assert (trusted.m, trusted.e) == (numbers.n, numbers.e)


def test_a_file_with_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(ValueError, match="no RSA public key"):
        Server("127.0.0.1", 1, pem).connection_factory()
    pem.write_text("nothing")
    with pytest.raises(ValueError, match="PEM"):
        Server("127.0.0.1", 1, pem).connection_factory()
    assert telegram.server_public_keys == TELEGRAMS
