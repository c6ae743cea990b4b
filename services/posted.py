"""What became of a message that the bot sent of its own accord."""

from __future__ import annotations

from dataclasses import dataclass

from services.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one message, or album, to one reader.

    It arrived where `refusal` is None, as the messages with these ids (its separate buttons among them). Otherwise
    `reason` is Telegram's own word for why not. `after`, with `Refusal.PASSING`, are the seconds for which this reader
    alone has to wait: nobody else does.
    """

    message_ids: tuple[int, ...] = ()
    refusal: Refusal | None = None
    reason: str = ""
    after: float = 0.0

    @property
    def arrived(self) -> bool:
        """Whether the reader has it."""
        return self.refusal is None
