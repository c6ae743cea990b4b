"""Every kind of message that this Telegram can make is shown with all that it says; nothing becomes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import raw, types
from pyrogram.enums import ParseMode
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.page.seat import Seat
from sandbox.page.shown import Eyes, line_of, shown_message
from sandbox.page.shown_buttons import shown_buttons, shown_keyboard
from sandbox.page.shown_media import media_words, shown_media
from sandbox.page.shown_service import shown_service
from sandbox.page.shown_text import shown_entities
from tests.sandbox.seats_rig import BOT, USERNAME, PageRig, bot_in, chat_path, page_rig

r = raw.types
ME, HER, CHANNEL, GROUP = 1, 2, 10, 11
CHANNEL_ID, GROUP_ID = -(10**12) - CHANNEL, -(10**12) - GROUP


def user(number: int, first: str, last: str | None = None, **more: Any) -> Any:
    return r.User(id=number, first_name=first, last_name=last, access_hash=1, **more)


def channel(number: int, title: str, **more: Any) -> Any:
    return r.Channel(id=number, title=title, photo=r.ChatPhotoEmpty(), date=1, access_hash=1, **more)


EYES = Eyes(
    ME,
    {ME: user(ME, "Ann"), HER: user(HER, "Bella", "Lee"), 3: user(3, "Botto", bot=True, username="botto_bot")},
    {CHANNEL: channel(CHANNEL, "News", broadcast=True), GROUP: channel(GROUP, "Talk", megagroup=True)},
    {HER: 5},
)


def message(text: str = "", *, number: int = 7, peer: Any = None, **more: Any) -> Any:
    peer = peer or r.PeerUser(user_id=HER)
    return r.Message(id=number, peer_id=peer, date=1_000, message=text, **more)


def said(action: Any, *, by: int = HER, peer: Any = None) -> str:
    sent = r.MessageService(
        id=1, peer_id=peer or r.PeerChannel(channel_id=GROUP), date=1, action=action, from_id=r.PeerUser(user_id=by)
    )
    shown = shown_message(sent, EYES)
    assert shown["text"] == ""
    assert line_of(sent, EYES) == shown["service"]["text"]
    return str(shown["service"]["text"])


def test_every_mark_has_its_name_and_its_place() -> None:
    at: dict[str, Any] = {"offset": 2, "length": 3}
    marks: list[tuple[Any, dict[str, Any]]] = [
        (r.MessageEntityBold(**at), {"type": "bold"}),
        (r.MessageEntityItalic(**at), {"type": "italic"}),
        (r.MessageEntityUnderline(**at), {"type": "underline"}),
        (r.MessageEntityStrike(**at), {"type": "strike"}),
        (r.MessageEntitySpoiler(**at), {"type": "spoiler"}),
        (r.MessageEntityCode(**at), {"type": "code"}),
        (r.MessageEntityPre(**at, language="py"), {"type": "pre", "language": "py"}),
        (r.MessageEntityPre(**at, language=""), {"type": "pre"}),
        (r.MessageEntityBlockquote(**at), {"type": "quote"}),
        (r.MessageEntityBlockquote(**at, collapsed=True), {"type": "quote", "collapsed": True}),
        (r.MessageEntityUrl(**at), {"type": "url"}),
        (r.MessageEntityTextUrl(**at, url="https://a.example"), {"type": "text_link", "url": "https://a.example"}),
        (r.MessageEntityMention(**at), {"type": "mention"}),
        (r.MessageEntityMentionName(**at, user_id=5), {"type": "text_mention", "user": 5}),
        (r.MessageEntityHashtag(**at), {"type": "hashtag"}),
        (r.MessageEntityCashtag(**at), {"type": "cashtag"}),
        (r.MessageEntityBotCommand(**at), {"type": "command"}),
        (r.MessageEntityEmail(**at), {"type": "email"}),
        (r.MessageEntityPhone(**at), {"type": "phone"}),
        (r.MessageEntityBankCard(**at), {"type": "card"}),
        (r.MessageEntityCustomEmoji(**at, document_id=9), {"type": "custom_emoji"}),
    ]
    assert shown_entities([mark for mark, _ in marks]) == [{**expected, **at} for _, expected in marks]
    assert shown_entities([r.MessageEntityUnknown(**at)]) == []
    assert shown_entities(None) == []


def test_every_button_does_what_it_says() -> None:
    buttons: list[tuple[Any, dict[str, Any]]] = [
        (r.InlineButtonTypeCallback(data=b"\x00\xff"), {"kind": "callback", "data": "AP8="}),
        (r.InlineButtonTypeUrl(url="https://a.example"), {"kind": "url", "url": "https://a.example"}),
        (r.InlineButtonTypeUrlAuth(url="https://b.example", button_id=1), {"kind": "url", "url": "https://b.example"}),
        (r.InlineButtonTypeSwitchInline(query="", same_peer=True), {"kind": "inline", "query": "", "same_chat": True}),
        (r.InlineButtonTypeSwitchInline(query=""), {"kind": "inline", "query": "", "same_chat": False}),
        (r.InlineButtonTypeCopy(copy_text="c"), {"kind": "copy", "copy": "c"}),
        (r.InlineButtonTypeBuy(), {"kind": "other"}),
        (r.InlineButtonTypeUserProfile(user_id=3), {"kind": "url", "url": "tg://user?id=3"}),
    ]  # fmt: skip
    rows = [r.KeyboardInlineButtonRow(buttons=[r.KeyboardInlineButton(text="T", type=kind)]) for kind, _ in buttons]
    assert shown_buttons(r.ReplyInlineMarkup(rows=rows)) == [[{"text": "T", **expected}] for _, expected in buttons]
    red = r.KeyboardInlineButton(text="T", type=buttons[0][0], style=r.KeyboardButtonStyle(bg_danger=True))
    [[shown]] = shown_buttons(r.ReplyInlineMarkup(rows=[r.KeyboardInlineButtonRow(buttons=[red])])) or [[{}]]
    assert shown["style"] == "danger"
    assert shown_buttons(None) is None


def test_a_keyboard_comes_goes_and_asks() -> None:
    row = r.KeyboardButtonRow(buttons=[r.KeyboardButton(text=text, type=r.ButtonTypeDefault()) for text in "ab"])
    markup = r.ReplyKeyboardMarkup(rows=[row], resize=True, single_use=True, placeholder="Say")
    rest: dict[str, Any] = {"resize": False, "once": False, "placeholder": None, "selective": False, "rows": []}
    assert shown_keyboard(markup) == {
        "kind": "reply", "rows": [[{"text": "a"}, {"text": "b"}]], "resize": True, "once": True, "placeholder": "Say",
        "selective": False,
    }  # fmt: skip
    phone = r.KeyboardButton(text="c", type=r.ButtonTypeRequestPhone())
    asking = shown_keyboard(r.ReplyKeyboardMarkup(rows=[r.KeyboardButtonRow(buttons=[phone])]))
    assert asking is not None
    assert asking["rows"] == [[{"text": "c", "asks": "your phone number"}]]
    assert shown_keyboard(r.ReplyKeyboardHide()) == {**rest, "kind": "remove"}
    assert shown_keyboard(r.ReplyKeyboardForceReply(placeholder="?")) == {**rest, "kind": "force", "placeholder": "?"}
    assert shown_keyboard(r.ReplyInlineMarkup(rows=[])) is None


def document(*attributes: Any, **more: Any) -> Any:
    return r.MessageMediaDocument(
        document=r.Document(
            id=1, access_hash=1, file_reference=b"", date=1, mime_type="a/b", size=9, dc_id=2,
            attributes=list(attributes), thumbs=[r.PhotoSize(type="m", w=9, h=9, size=9)],
        ),
        **more,
    )  # fmt: skip


NAMED = r.DocumentAttributeFilename(file_name="../../x <b>.pdf")
FILM = r.DocumentAttributeVideo(duration=3.5, w=4, h=5)
ROUND = r.DocumentAttributeVideo(duration=1, w=2, h=2, round_message=True)
SOUND = r.DocumentAttributeAudio(duration=3, title="Song", performer="Band")
PLACE = r.GeoPoint(lat=1.5, long=2.5, access_hash=0)


@pytest.mark.parametrize(
    "media, kind, more, words",
    [
        (document(NAMED), "document", {"name": "../../x <b>.pdf", "size": 9, "mime": "a/b"}, "../../x <b>.pdf"),
        (document(), "document", {"name": None}, "File"),
        (document(NAMED, FILM, spoiler=True), "video", {"duration": 3.5, "width": 4, "spoiler": True}, "Video"),
        (document(FILM, r.DocumentAttributeAnimated()), "animation", {"height": 5}, "GIF"),
        (document(r.DocumentAttributeAnimated(), FILM), "animation", {"height": 5}, "GIF"),
        (document(SOUND), "audio", {"title": "Song", "performer": "Band", "duration": 3}, "Music"),
        (document(r.DocumentAttributeAudio(duration=3, voice=True)), "voice", {"duration": 3}, "Voice message"),
        (document(ROUND), "video_note", {}, "Video message"),
        (
            document(r.DocumentAttributeSticker(alt="🙂", stickerset=r.InputStickerSetEmpty())),
            "sticker", {"emoji": "🙂"}, "🙂 Sticker",
        ),
        (r.MessageMediaContact(phone_number="+1", first_name="A", last_name="B", vcard="", user_id=2), "contact",
         {"name": "A B", "phone": "+1", "user": 2}, "Contact"),
        (r.MessageMediaGeo(geo=PLACE), "location", {"latitude": 1.5, "longitude": 2.5}, "Location"),
        (r.MessageMediaVenue(geo=PLACE, title="T", address="A", provider="", venue_id="", venue_type=""), "location",
         {"title": "T", "address": "A"}, "Location"),
        (r.MessageMediaDice(value=4, emoticon="🎲"), "dice", {"emoji": "🎲", "value": 4}, "🎲"),
        (r.MessageMediaUnsupported(), "unsupported", {}, "Unsupported message"),
        (r.MessageMediaPhoto(), "unsupported", {}, "Unsupported message"),
    ],
)  # fmt: skip
def test_every_media_is_shown(media: Any, kind: str, more: dict[str, Any], words: str) -> None:
    shown = shown_media(media, "/place") or {}
    assert shown["kind"] == kind
    assert more.items() <= shown.items()
    assert media_words(media) == words
    if isinstance(media, r.MessageMediaDocument):
        assert (shown["url"], shown["thumb"]) == ("/place/file?of=1", "/place/thumb?of=1")
    else:
        assert (shown["url"], shown["thumb"]) == (None, None)


def test_what_happened_is_said_in_a_line() -> None:
    news = r.PeerChannel(channel_id=CHANNEL)
    assert said(r.MessageActionChannelCreate(title="x")) == "Bella Lee created the group"
    assert said(r.MessageActionChannelCreate(title="x"), peer=news) == "Channel created"
    assert said(r.MessageActionChatAddUser(users=[ME, 3])) == "Bella Lee added Ann, Botto"
    assert said(r.MessageActionChatAddUser(users=[HER])) == "Bella Lee joined the group"
    assert said(r.MessageActionChatJoinedByLink(inviter_id=ME)) == "Bella Lee joined the group by an invite link"
    assert said(r.MessageActionChatJoinedByRequest()) == "Bella Lee was let into the group"
    assert said(r.MessageActionChatDeleteUser(user_id=ME)) == "Bella Lee removed Ann"
    assert said(r.MessageActionChatDeleteUser(user_id=HER)) == "Bella Lee left the group"
    assert said(r.MessageActionChatEditTitle(title="New")) == "Bella Lee changed the group's name to “New”"
    assert said(r.MessageActionChatEditTitle(title="New"), peer=news) == "Channel renamed to “New”"
    assert said(r.MessageActionPinMessage()) == "Bella Lee pinned a message"
    assert said(r.MessageActionHistoryClear()) == "The history was cleared"
    assert said(r.MessageActionEmpty())
    kind = shown_service(r.MessageService(id=1, peer_id=news, date=1, action=r.MessageActionPinMessage()), "A", str,
                         broadcast=True)["kind"]  # fmt: skip
    assert kind == "pinned"


def test_whose_it_is_where_it_comes_from_and_what_it_answers() -> None:
    asked = message("what  was\nsaid", number=6, out=True)
    seen = Eyes(ME, EYES.users, EYES.chats, EYES.read_up_to, {(HER, 6): asked})
    reply = r.MessageReplyHeader(reply_to_msg_id=6)
    shown = shown_message(message("so", reply_to=reply), seen)
    assert shown["reply_to"] == {"id": 6, "name": "Ann", "text": "what was said", "media": None}
    assert shown["from"] == {"id": HER, "name": "Bella Lee", "kind": "private"}
    gone = shown_message(message("so", reply_to=reply), EYES)["reply_to"]
    assert (gone["id"], gone["text"]) == (6, "Deleted message")
    quote = r.MessageReplyHeader(reply_to_msg_id=6, quote=True, quote_text="was")
    assert shown_message(message("so", reply_to=quote), seen)["reply_to"]["text"] == "was"

    post = message("x", peer=r.PeerChannel(channel_id=CHANNEL), post=True, views=3, post_author="Ann", silent=True)
    shown = shown_message(post, EYES)
    assert (shown["chat"], shown["from"]["id"], shown["from"]["kind"]) == (CHANNEL_ID, CHANNEL_ID, "channel")
    assert (shown["views"], shown["signature"], shown["silent"], shown["out"]) == (3, "Ann", True, False)

    for header, expected in (
        (
            r.MessageFwdHeader(date=5, from_id=r.PeerChannel(channel_id=CHANNEL), channel_post=9),
            ("News", CHANNEL_ID, 9),
        ),
        (r.MessageFwdHeader(date=5, from_id=r.PeerUser(user_id=HER)), ("Bella Lee", HER, None)),
        (r.MessageFwdHeader(date=5, from_name="Hidden"), ("Hidden", None, None)),
    ):
        forward = shown_message(message("x", fwd_from=header), EYES)["forward"]
        assert (forward["name"], forward["chat"], forward["message"], forward["date"]) == (*expected, 5)
    via = shown_message(message("x", via_bot_id=3, edit_date=8, edit_hide=True, grouped_id=2**60), EYES)
    assert (via["via_bot"], via["edited"], via["album"]) == ("botto_bot", None, str(2**60))
    assert shown_message(message("x", edit_date=8), EYES)["edited"] == 8
    assert [shown_message(message("x", number=each, out=True), EYES)["read"] for each in (5, 6)] == [True, False]


def test_a_line_is_one_short_line_of_words() -> None:
    assert line_of(message("a\n\n b" + "c" * 500), EYES) == "a b" + "c" * 197
    assert line_of(message("caption", media=document(NAMED)), EYES) == "../../x <b>.pdf, caption"


async def shown_to(rig: PageRig, seat: Seat, chat_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await rig.get(chat_path(seat, chat_id, "/messages")))["messages"]
    return found


async def test_what_a_real_bot_sends_arrives_whole() -> None:
    text = "<b>bold</b> <tg-spoiler>no</tg-spoiler> 👩‍👩‍👧 مرحبا <a href='https://t.me/x?start=1'>link</a> <script>"
    async with page_rig() as rig:
        ann = await rig.add("Ann")
        await ann.person.send(USERNAME, "/start")
        async with bot_in(rig) as bot:
            buttons = [[InlineKeyboardButton(f"{number}", callback_data=f"{number}")] for number in range(100)]
            written, markup = text.replace("<script>", "&lt;script&gt;"), InlineKeyboardMarkup(buttons)
            await bot.send_message(ann.id, written, parse_mode=ParseMode.HTML, reply_markup=markup)
            await bot.send_message(ann.id, "x" * 4096)
            await bot.send_message(
                ann.id, "keys", reply_markup=types.ReplyKeyboardMarkup([["A", "B"], ["C"]], resize_keyboard=True)
            )
            await bot.send_dice(ann.id)
            await bot.send_location(ann.id, 1.0, 2.0)
        rich, long, keys, dice, place = (await shown_to(rig, ann, BOT))[1:]
        assert rich["text"] == "bold no 👩‍👩‍👧 مرحبا link <script>"
        units = rich["text"].encode("utf-16-le")
        places = {each["type"]: (each["offset"] * 2, each["length"] * 2) for each in rich["entities"]}
        words = {kind: units[at : at + size].decode("utf-16-le") for kind, (at, size) in places.items()}
        assert words == {"bold": "bold", "spoiler": "no", "text_link": "link"}
        assert [row[0]["text"] for row in rich["buttons"]] == [str(number) for number in range(100)]
        assert long["text"] == "x" * 4096
        assert keys["keyboard"]["rows"] == [[{"text": "A"}, {"text": "B"}], [{"text": "C"}]]
        assert (dice["media"]["kind"], place["media"]["kind"]) == ("dice", "location")
