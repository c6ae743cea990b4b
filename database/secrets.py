"""Decides how secrets rest in the database: sealed with AES-GCM under a key that is never stored."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_NONCE_BYTES = 12
_SALT = b"draftkeep vault 1"


class WrongSecret(Exception):  # noqa: N818 - says what is the case
    """What was sealed cannot be opened with this secret; the text says what to do."""


class Vault:
    """Seals and opens one bot's secrets."""

    def __init__(self, key: bytes, bot_id: int) -> None:
        """Take the key (32 bytes) and the bot whose secrets these are."""
        self._cipher = AESGCM(key)
        self._bot_id = bot_id

    @classmethod
    def from_secret(cls, secret: str, bot_id: int) -> "Vault":
        """Derive the vault of one bot from `SECRET_KEY` or, where that is unset, from the bot's token.

        HKDF-SHA256: it separates the bots' keys; it does not make a short secret strong.

        Raises:
            ValueError: The secret is empty.
        """
        if not secret:
            raise ValueError("a vault needs a secret")
        kdf = HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=f"bot:{bot_id}".encode())
        return cls(kdf.derive(secret.encode()), bot_id)

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """Encrypt; only the same secret, bot and context (what the value is, such as `auth_key`) open it again."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, self._associated(context))

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt what `seal` made.

        Raises:
            WrongSecret: Sealed with another secret, for another bot or context, or damaged since.
        """
        head = len(_VERSION) + _NONCE_BYTES
        if not sealed.startswith(_VERSION) or len(sealed) <= head:
            raise WrongSecret(f"The stored {context} of bot {self._bot_id} is damaged or of a newer version.")
        try:
            return self._cipher.decrypt(sealed[len(_VERSION) : head], sealed[head:], self._associated(context))
        except InvalidTag:
            raise WrongSecret(
                f"The stored {context} of bot {self._bot_id} was sealed with another secret. Set SECRET_KEY to what it"
                " was when the bot was first started (if it was not set then: unset it and use the bot token of that"
                " time), or remove the bot's document from the collection `sessions` to log in anew."
            ) from None

    def _associated(self, context: str) -> bytes:
        return f"{self._bot_id}:{context}".encode()
