"""What the targets of drafts got, by the ledger of the local Telegram."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.drafts import DraftTarget
from tests.e2e import drafting
from tests.e2e.harness import Stage

TARGETS = 3
"""Of a draft."""


@dataclass
class Arrivals:
    """What the targets got, by the ledger."""

    stage: Stage
    targets: Sequence[DraftTarget]
    got: Counter[drafting.Published] = field(default_factory=Counter)
    last: dict[int, float] = field(default_factory=dict)
    """When each target got something last (seconds since 1970)."""
    _seen: int = 0

    @property
    def groups(self) -> list[Sequence[DraftTarget]]:
        """The targets that get the same drafts."""
        return [self.targets[start : start + TARGETS] for start in range(0, len(self.targets), TARGETS)]

    def of(self, targets: Sequence[DraftTarget]) -> int:
        """How much these got."""
        chats = {target.chat for target in targets}
        return sum(chat in chats for _, chat in self.got)

    async def look(self) -> int:
        """Read on. Returns how much has arrived by now."""
        lines = await self.stage.sandbox.ledger(self._seen)
        new = drafting.sends(lines, self.stage.bot_id, self.targets)
        self._seen = lines[-1]["seq"] if lines else self._seen
        self.got += new
        self.last |= {chat: time.time() for _, chat in new}
        return len(self.got)
