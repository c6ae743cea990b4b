"""How a bot hands over what is too long for a message: as a text file that is written line by line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from client.keyboard import Keyboard
from client.media import text_file
from client.papers import Papers
from client.refusals import GONE
from database.cause import Cause


class Reporting(Papers):
    """What the bot reports to those who gave it long work."""

    bot_id: int
    workdir: Path

    async def noted(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Keyboard | None = None, **args: object
    ) -> int | None:  # fmt: skip
        """Do as `tell`; None when this person cannot be written to (any more): they need not know it later."""
        try:
            return await self.tell(user_id, key, cause=cause, step=step, keyboard=keyboard, **args)
        except GONE:
            return None

    async def send_lines(
        self, user_id: int, lines: AsyncIterator[str], name: str, key: str, *, cause: Cause, step: str, **args: object
    ) -> bool:  # fmt: skip
        """Send a person a text file with a text under it, once per cause and step.

        However many lines there are, they are not in memory. Returns False when this person cannot be written to.

        Raises:
            TryLater: it has to wait.
        """
        path = self.workdir / "reports" / str(self.bot_id) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("w", encoding="utf-8") as file:
                async for line in lines:
                    file.write(f"{line}\n")
            sent = await self.transfers.upload(path, name, lambda _: None)
        finally:
            path.unlink(missing_ok=True)
        document = text_file(sent, name, "text/csv")
        caption = self.texts.text(await self.services.users.language_of(user_id, None), key, **args)
        try:
            await self.sender.media(user_id, document, caption, cause=cause, step=step)
        except GONE:
            return False
        return True
