"""What of a secret may be read in a log: nothing, in none of the forms that it takes on its way there."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus

MASK = "[secret]"

SHORTEST = 5
"""Characters of the shortest form that is searched for: shorter ones would black out ordinary words."""

SHORTEST_ENCODED = 8
"""The same for the encoded forms, whose pieces are met by chance more easily."""


class Redactor:
    """Knows every secret of this process and takes them out of texts."""

    def __init__(self) -> None:
        self._forms: list[str] = []

    def protect(self, secret: str | bytes) -> None:
        """Let no text contain this secret from now on: not plain, quoted, escaped, in hex or in base64."""
        # The longest first: where one form contains another, nothing of it may be left over.
        self._forms = sorted({*self._forms, *forms_of(secret)}, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """Return the text with every secret replaced by `[secret]`."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text


def forms_of(secret: str | bytes) -> set[str]:
    """Every form in which a secret is looked for."""
    raw = secret.encode("utf-8", "surrogateescape") if isinstance(secret, str) else bytes(secret)
    plain = {repr(raw)[2:-1]}
    if isinstance(secret, str):
        plain |= {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]}
    plain |= {_escaped_again(form) for form in plain}
    quoted = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    quoted |= {re.sub("%..", lambda found: found[0].lower(), form) for form in quoted}
    encoded = quoted | {raw.hex(), raw.hex().upper()} | _base64_pieces(raw)
    kept = {form for form in plain if len(form) >= SHORTEST}
    return kept | {form for form in encoded if len(form) >= SHORTEST_ENCODED}


def _escaped_again(text: str) -> str:
    """A text as it reads inside a string of JSON: a repr is escaped once more when the line is JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _base64_pieces(raw: bytes) -> set[str]:
    """What stays the same of the base64 of any bytes around these: one piece for each of the three alignments."""
    pieces = set()
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * before + raw).decode().rstrip("=")
            end = (before + len(raw)) * 8 // 6  # characters made of these bytes and none that follow
            pieces.add(text[(before * 8 + 5) // 6 : end])
    return pieces
