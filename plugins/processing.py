"""What an admin does with files that are made anew: give one a thumbnail of its own, cancel what is not ready."""

from __future__ import annotations

from pyrogram import Client, ContinuePropagation
from pyrogram.filters import Filter, create
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.pictures import picture_in
from plugins.links import link_in
from plugins.people import person_of
from plugins.recognize import person, pressed, pressed_argument, upload_of
from services.access import Permission
from services.errors import UserError

uploader = may(Permission.UPLOAD)


async def _answers_with_picture(_: Filter, __: Bot, message: Message) -> bool:
    return bool(message.reply_to_message_id and not message.media_group_id and picture_in(message))


answers_with_picture: Filter = create(_answers_with_picture, "answers_with_picture")
"""Pictures that answer a message."""


@Client.on_message(person & uploader & answers_with_picture)
async def dress(bot: Bot, message: Message) -> None:
    """Give the file of the message that this picture answers a thumbnail; a picture that answers none is a file."""
    replied = await bot.replied(message)
    by = person_of(message).id
    unique_id = await file_of(bot, replied, by) if replied else None
    if unique_id is None:
        raise ContinuePropagation
    picture = await bot.picture(message)
    file = await bot.services.thumbnails.dress(unique_id, picture, by=by, cause=cause_of(message))
    await bot.answer(message, "thumb-own", name=file.shown_name, kind=file.kind)


@Client.on_callback_query(person & uploader & pressed("process-cancel"))
async def press_cancel(bot: Bot, query: CallbackQuery) -> None:
    """Leave the files as they were sent that are not ready yet."""
    count = await bot.services.processing.cancel(pressed_argument(query), by=person_of(query).id)
    await bot.toast(query, "toast-processing-cancelled", count=count)


async def file_of(bot: Bot, message: Message, by: int) -> str | None:
    """The file that a message is about: a card by its link, an upload by what it carries; None where it is about none.

    Raises:
        UserError: `thumb-several`: the link has more than one; as `LinkLife.card` does.
    """
    if url := link_in(message):
        items = (await bot.services.link_life.card(url, by=by)).link.items
        if len(items) > 1:
            raise UserError("thumb-several")
        return items[0].unique_id
    upload = upload_of(message)
    return await bot.services.files.known(upload.unique_id) if upload else None
