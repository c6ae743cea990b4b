"""How a file of text that a person sends is read, and how one of ours is given to them."""

from __future__ import annotations

from pyrogram.types import CallbackQuery, Message

from client.cause import cause_of
from client.keyboard import Keyboard, render
from client.media import text_file
from client.pictures import Picturing
from client.speech import chat_of
from services.errors import UserError


class Papers(Picturing):
    """What the bot does with files of text: written by a person, or made by the bot itself."""

    async def paper(self, message: Message, most: int) -> bytes:
        """Read the file that a message carries.

        Raises:
            UserError: `paper-none`: it carries none (any more); `paper-too-large`: more than `most` bytes.
        """
        found = message.document
        if found is None:
            raise UserError("paper-none")
        if (found.file_size or 0) > most:
            raise UserError("paper-too-large", most=most)
        read = await self._carried(message, lambda each: each.document)
        if read is None:
            raise UserError("paper-none")
        return read

    async def hand_over(
        self, update: Message | CallbackQuery, file_name: str, content: bytes, key: str, *, step: str = "paper",
        keyboard: Keyboard | None = None, **args: object,
    ) -> None:  # fmt: skip
        """Answer a person with a file of text of this name and a text under it, once per update and step."""
        language = await self.language_of(update.from_user)
        file = await self.transfers.upload(content, file_name, lambda _: None)
        medium = text_file(file, file_name, "text/plain")
        caption, markup = self.texts.text(language, key, **args), render(keyboard, self.texts, language)
        await self.sender.media(chat_of(update), medium, caption, cause=cause_of(update), step=step, markup=markup)
