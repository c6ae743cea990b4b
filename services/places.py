"""Decides how a channel is named in words: by its id, by its public name, or by its address."""

import re
from dataclasses import dataclass
from typing import ClassVar

from services.errors import UserError
from services.forms import Form, Value

_ID = re.compile(r"-[123][0-9]{12}")
_NAME = re.compile(r"(?:@|(?:https?://)?(?:www\.)?t\.me/(?:s/)?)([A-Za-z][A-Za-z0-9_]{3,31})/?")


@dataclass(frozen=True, kw_only=True)
class ChannelPlace(Form):
    """A channel by its id (mostly `-100` and digits) or its public name; it is kept as the id or as `@name`."""

    optional: bool = True
    typed: ClassVar[bool] = True

    def checked(self, value: Value) -> Value:
        """Take ids, names and addresses."""
        words = value.strip() if isinstance(value, str) else ""
        if _ID.fullmatch(words):
            return words
        named = _NAME.fullmatch(words)
        if named is None:
            raise UserError("setting-channel-wrong")
        return f"@{named[1]}"
