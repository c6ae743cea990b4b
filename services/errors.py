"""What a rule says when it refuses: errors that know their words, and work that must wait."""

from __future__ import annotations


class UserError(Exception):
    """A refusal that the person is told about.

    Attributes:
        key: the text's key in the locales.
        args_: what the text's placeholders stand for.
    """

    def __init__(self, key: str, **args: object) -> None:
        super().__init__(key)
        self.key = key
        self.args_ = args


class TryLater(Exception):  # noqa: N818 - an instruction, not a failure
    """The same work is to be taken again later; until then it must hold nobody.

    Attributes:
        after: seconds to wait at least.
        reason: for the log.
    """

    def __init__(self, after: float, reason: str) -> None:
        super().__init__(f"{reason}; again in {after:.1f} s")
        self.after = after
        self.reason = reason


class NotThrough(TryLater):
    """A call failed as often as it was tried, with errors that pass: of the server, or of the way there."""
