"""What /custom_batch and /batch do: many files behind one link, collected here or found in the storage channel."""

from __future__ import annotations

import re
from typing import Any, Final

from pyrogram import Client
from pyrogram.errors import BadRequest, ChannelPrivate
from pyrogram.types import CallbackQuery, Message, MessageOriginChannel
from pyrogram.utils import get_channel_id

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from plugins.people import person_of
from plugins.recognize import command, kind_of_no_file, person, pressed, pressed_argument, text_of, upload_of
from plugins.rewording import reword
from plugins.talk import BACK, CANCEL, DONE, TALKING, UNDO, YES, Talk, answers, ask, chose, talking
from services.access import Permission
from services.conversations import Question
from services.errors import UserError
from services.files import Upload

uploader = may(Permission.UPLOAD)

FIRST: Final = "first"
LAST: Final = "last"
READING: Final = "reading"
FOUND: Final = "found"

ALBUM: Final = "album"
"""Which album, forwarded whole, has named an end of the posts: its other messages name nothing."""

ASK_FIRST: Final = Question("range-first", {}, ((CANCEL,),))

_POST: Final = re.compile(
    r"(?:https?://)?(?:t|telegram)\.(?:me|dog)/(?:c/(?P<id>[0-9]{1,15})|(?P<name>[A-Za-z]\w{3,31}))/(?P<post>[1-9][0-9]{0,8})/?(?:\?\S*)?",
    re.ASCII,
)


def collecting(count: int) -> Question:
    """Say how many files there are, and ask for more."""
    return Question("bundle-collecting", {"count": count}, ((DONE, UNDO), (CANCEL,)))


def reading(done: int, total: int) -> Question:
    """Say how far the reading is; there is nothing to answer but CANCEL."""
    return Question("range-reading", {"done": done, "total": total}, ((CANCEL,),))


# What is collected


@Client.on_message(command("custom_batch") & uploader)
async def custom_batch(bot: Bot, message: Message) -> None:
    """Ask for files, when they can be kept at all."""
    await bot.services.files.check()
    await ask(bot, message, "bundle", collecting(0))


@Client.on_message(answers("bundle") & uploader, group=TALKING)
async def collect(bot: Bot, message: Message) -> None:
    """Take a file or a text into the bundle, or do what the command says."""
    async with talking(bot, message) as talk:
        if talk.choice:
            await take_choice(bot, talk, message)
        elif upload := upload_of(message) or text_of(message):
            await take_file(bot, talk, upload, by=person_of(message).id)
        else:
            raise UserError("not-a-file", kind=kind_of_no_file(message))


@Client.on_callback_query(chose("bundle") & uploader, group=TALKING)
async def press_collected(bot: Bot, query: CallbackQuery) -> None:
    """Make the link, or take the last file back."""
    async with talking(bot, query) as talk:
        await take_choice(bot, talk, query)


async def take_file(bot: Bot, talk: Talk, upload: Upload, *, by: int) -> None:
    """Take a file; that there is no room for more is said once."""
    try:
        await bot.services.bundles.collect(talk.conversation.code, upload, by=by)
    except UserError as refusal:
        if refusal.key != "bundle-full":
            raise
        await bot.tell(by, refusal.key, cause=talk.cause, step="full", keyboard=None, **refusal.args_)
    await talk.stay()


async def take_choice(bot: Bot, talk: Talk, update: Message | CallbackQuery) -> None:
    """Make the link, or take the last file back."""
    if talk.choice == DONE.name:
        await make(bot, talk)
        return
    code, by = talk.conversation.code, person_of(update).id
    left = await bot.services.bundles.undo(code, by=by, cause=cause_of(update))
    await reword(bot, talk.conversation, collecting(left))
    await talk.stay()
    if isinstance(update, CallbackQuery):
        await bot.toast(update)


async def make(bot: Bot, talk: Talk) -> None:
    """Let the link be made of what is there; that takes longer than an answer may."""
    code = talk.conversation.code
    count = await bot.services.bundles.ready(code)
    number = await talk.tell("bundle-making", count=count)
    await bot.services.bundles.make(code, number)
    await talk.end()


@Client.on_callback_query(person & uploader & pressed("bundle-again"))
async def press_again(bot: Bot, query: CallbackQuery) -> None:
    """Try to make a link once more."""
    number = query.message.id if query.message else 0
    count = await bot.services.bundles.again(pressed_argument(query), number, by=person_of(query).id)
    if not count:
        await bot.toast(query, "button-stale", alert=True)
        return
    await bot.edit_answer(query, "bundle-making", count=count)
    await bot.toast(query)


# What is found in the storage channel


@Client.on_message(command("batch") & uploader)
async def batch(bot: Bot, message: Message) -> None:
    """Ask for the first post, when there is a storage channel."""
    await bot.services.files.check()
    await ask(bot, message, "range", ASK_FIRST, step=FIRST)


@Client.on_message(answers("range") & uploader, group=TALKING)
async def take_post(bot: Bot, message: Message) -> None:
    """Take the first or the last post."""
    async with talking(bot, message) as talk:
        if talk.choice:
            await take_range_choice(bot, talk)
        elif message.media_group_id and message.media_group_id == talk.data.get(ALBUM):
            await talk.stay()  # the rest of the album that has named an end
        elif talk.step == FIRST:
            await ask_last(talk, await post_of(bot, message), message.media_group_id)
        elif talk.step == LAST:
            await read(bot, talk, await post_of(bot, message), message)
        else:
            await talk.pass_on()


@Client.on_callback_query(chose("range") & uploader, group=TALKING)
async def press_range(bot: Bot, query: CallbackQuery) -> None:
    """Go back, or make the link."""
    async with talking(bot, query) as talk:
        await take_range_choice(bot, talk)


async def take_range_choice(bot: Bot, talk: Talk) -> None:
    """Go back to the first post, or make the link."""
    if talk.choice == BACK.name:
        await talk.next(FIRST, ASK_FIRST)
    elif talk.choice == YES.name:
        await make(bot, talk)


async def ask_last(talk: Talk, first: int, album: Any) -> None:
    """Ask for the other end."""
    await talk.next(LAST, Question("range-last", {}, ((BACK,), (CANCEL,))), **{FIRST: first, ALBUM: album})


async def read(bot: Bot, talk: Talk, last: int, message: Message) -> None:
    """Let the posts be read; what is found is asked about when that is done (plugins/bundle_news.py)."""
    first = talk.data[FIRST]
    await bot.services.bundles.read(talk.conversation.code, first, last, by=person_of(message).id)
    await talk.next(READING, reading(0, abs(last - first) + 1), **{ALBUM: message.media_group_id})


async def post_of(bot: Bot, message: Message) -> int:
    """The number of the storage channel's post that a message forwards or links to.

    Raises:
        UserError: `range-no-post` or `range-other-channel`.
    """
    storage = await bot.services.files.check()
    origin = message.forward_origin
    number: int | None
    if isinstance(origin, MessageOriginChannel) and origin.chat:
        chat, title, number = origin.chat.id, origin.chat.title, origin.message_id
    else:
        found = _POST.fullmatch(str(message.text or "").strip())
        if found is None:
            raise UserError("range-no-post")
        name = found["name"]
        chat = await channel_called(bot, name) if name else get_channel_id(int(found["id"]))
        title, number = name or f"t.me/c/{found['id']}", int(found["post"])
    if chat != storage or number is None:
        raise UserError("range-other-channel", title=title)
    return number


async def channel_called(bot: Bot, name: str) -> int | None:
    """The id of the channel with a public name; None where there is none."""
    try:
        peer = await bot.resolve_peer(name)
    except (BadRequest, ChannelPrivate, KeyError):
        return None
    channel = getattr(peer, "channel_id", None)
    return get_channel_id(channel) if channel else None
