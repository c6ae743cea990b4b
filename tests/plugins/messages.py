"""Messages as they reach a plugin, made without Telegram: what the tests of this folder are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pyrogram.enums import ChatType, MessageMediaType, MessageServiceType, StickerType
from pyrogram.types import (
    Animation,
    Audio,
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Contact,
    Document,
    InlineQuery,
    LivePhoto,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
    Photo,
    Sticker,
    User,
    Video,
    VideoNote,
    Voice,
)
from pyrogram.types.messages_and_media.message import Str

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OWNER, ADMIN, READER, BOT = 1000001, 1000002, 1000003, 777
STORAGE, OTHER_CHANNEL, GROUP = -1001111111111, -1002222222222, -1003333333333
SOURCE = -1004444444444

FILES: dict[str, tuple[MessageMediaType, Any]] = {
    "document": (
        MessageMediaType.DOCUMENT,
        Document(file_id="r", file_unique_id="u", file_name="a.pdf", mime_type="application/pdf", file_size=10),
    ),
    "video": (
        MessageMediaType.VIDEO,
        Video(file_id="r", file_unique_id="u", width=640, height=360, duration=9, codec="h264", file_name="a.mp4"),
    ),
    "audio": (MessageMediaType.AUDIO, Audio(file_id="r", file_unique_id="u", duration=9, file_name="a.mp3")),
    "voice": (MessageMediaType.VOICE, Voice(file_id="r", file_unique_id="u", duration=9)),
    "video_note": (MessageMediaType.VIDEO_NOTE, VideoNote(file_id="r", file_unique_id="u", length=240, duration=9)),
    "animation": (
        MessageMediaType.ANIMATION,
        Animation(file_id="r", file_unique_id="u", width=10, height=20, duration=1, file_name="a.gif"),
    ),
    "photo": (
        MessageMediaType.PHOTO,
        Photo(file_id="r", file_unique_id="u", width=10, height=20, file_size=30, date=NOW),
    ),
    "live_photo": (
        MessageMediaType.LIVE_PHOTO,
        LivePhoto(file_id="r", file_unique_id="u", width=10, height=20, duration=2),
    ),
    "sticker": (
        MessageMediaType.STICKER,
        Sticker(
            file_id="r",
            file_unique_id="u",
            type=StickerType.REGULAR,
            width=512,
            height=512,
            is_animated=False,
            is_video=False,
        ),
    ),
}
"""Every kind of file, as the library shows it."""


def user(user_id: int, *, is_bot: bool = False, **fields: Any) -> User:
    return User(id=user_id, is_bot=is_bot, is_self=user_id == BOT, first_name=fields.pop("first_name", "Ann"), **fields)


def private(user_id: int) -> Chat:
    return Chat(id=user_id, type=ChatType.PRIVATE)


def channel(chat_id: int = STORAGE, kind: ChatType = ChatType.CHANNEL) -> Chat:
    return Chat(id=chat_id, type=kind, title="Store & <b>")


def message(by: int | None = OWNER, **fields: Any) -> Message:
    """A message in the private chat with this person, or in `chat`."""
    text, caption = fields.pop("text", None), fields.pop("caption", None)
    return Message(
        id=fields.pop("id", 5),
        date=NOW,
        chat=fields.pop("chat", private(by or READER)),
        from_user=user(by) if by else None,
        text=Str(text).init([]) if text else None,
        caption=Str(caption).init([]) if caption else None,
        **fields,
    )


def with_file(kind: str = "document", by: int | None = OWNER, **fields: Any) -> Message:
    media, file = FILES[kind]
    return message(by, media=media, **{media.value: file}, **fields)


def with_document(name: str, by: int | None = OWNER, **fields: Any) -> Message:
    """A file of this name."""
    file = Document(file_id="r", file_unique_id="u", file_name=name, mime_type="text/plain", file_size=10)
    return message(by, media=MessageMediaType.DOCUMENT, document=file, **fields)


def with_contact(by: int = OWNER) -> Message:
    return message(by, media=MessageMediaType.CONTACT, contact=Contact(phone_number="1", first_name="A"))


def from_channel(chat_id: int = OTHER_CHANNEL) -> MessageOriginChannel:
    return MessageOriginChannel(date=NOW, chat=channel(chat_id), message_id=3)


def from_group() -> MessageOriginChat:
    return MessageOriginChat(date=NOW, sender_chat=channel(GROUP, ChatType.SUPERGROUP))


def from_person() -> MessageOriginUser:
    return MessageOriginUser(date=NOW, sender_user=user(READER))


def service(by: int = OWNER) -> Message:
    return message(by, service=MessageServiceType.PINNED_MESSAGE)


def query(data: str | bytes, by: int = OWNER) -> CallbackQuery:
    return CallbackQuery(
        id="9",
        from_user=user(by),
        chat_instance="1",
        message=message(BOT, chat=private(by)),
        data=data,
    )


def inline_query(text: str, by: int = OWNER, offset: str = "") -> InlineQuery:
    return InlineQuery(id="9", from_user=user(by), query=text, offset=offset, chat_type=ChatType.PRIVATE)


def membership(
    was: ChatMember | None, now: ChatMember | None, *, by: int = OWNER, chat: Chat | None = None
) -> ChatMemberUpdated:
    return ChatMemberUpdated(
        chat=chat or channel(OTHER_CHANNEL), from_user=user(by), date=NOW, old_chat_member=was, new_chat_member=now
    )
