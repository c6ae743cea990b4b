"""Which handler answers what: one for each thing that a person, a channel or Telegram may send."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pyrogram.enums import ChatMemberStatus, ChatType, MessageMediaType
from pyrogram.types import ChatAdministratorRights, ChatMember, Message

import plugins
from client.plugins import find_handlers
from locales.texts import Texts
from plugins.commands import commands_for, commands_of
from services.access import ALL, Access, Permission, Rank, Role
from tests.plugins.messages import (
    ADMIN,
    FILES,
    GROUP,
    NOW,
    OWNER,
    READER,
    SOURCE,
    STORAGE,
    channel,
    from_channel,
    from_group,
    from_person,
    membership,
    message,
    private,
    query,
    service,
    user,
    with_contact,
    with_document,
    with_file,
)
from tests.plugins.standing import Roles
from tests.plugins.taking import a_bot, is_note, takers


async def taker(update: Any, *, storage: int | None = STORAGE, access: Access | None = None) -> str | None:
    names = await takers(update, a_bot(storage, access))
    return next((name for name in names if not is_note(name)), None)


@pytest.mark.parametrize(
    ("by", "text", "handler"),
    [
        (READER, "/start", "start.start"),
        (READER, "/start fAbC", "start.start"),
        (OWNER, "/start", "start.start"),
        (READER, "/help", "help.help_"),
        (READER, "/about", "pages.about"),
        (READER, "/faq", "pages.faq"),
        (READER, "/results", "results.results"),
        (READER, "/language", "language.choose_language"),
        (ADMIN, "/links", "links.links"),
        (ADMIN, "/revoke x", "links.revoke"),
        (ADMIN, "/genlink", "store.genlink"),
        (READER, "/links", "strangers.answer_unknown_command"),
        (READER, "/revoke x", "strangers.answer_unknown_command"),
        (READER, "/genlink", "strangers.answer_unknown_command"),
        (OWNER, "/nonsense", "strangers.answer_unknown_command"),
        (OWNER, "/start@other_bot", "strangers.answer_unknown_command"),
        (READER, "/", "strangers.answer_unknown_command"),
        (OWNER, "hello", "strangers.answer_admin"),
        (READER, "hello", "strangers.answer_text"),
    ],
)
async def test_what_is_written(by: int, text: str, handler: str) -> None:
    assert await taker(message(by, text=text)) == handler


async def test_a_yaml_file_is_looked_at_as_a_sequence_where_its_sender_may_write_to_all() -> None:
    assert await taker(with_document("a.yml", OWNER)) == "sequence_drafts.take_file"
    assert await taker(with_document("A.YAML", ADMIN)) == "sequence_drafts.take_file"
    assert await taker(with_document("a.yml.txt", OWNER)) == "store.store"
    assert await taker(with_document("a.yml", OWNER, media_group_id="1")) == "store.collect"
    uploader = Roles({READER: [Permission.UPLOAD]})
    assert await taker(with_document("a.yml", READER), access=uploader) == "store.store"
    assert await taker(with_document("a.yml", READER)) == "strangers.answer_media"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("by", [OWNER, ADMIN])
async def test_files_of_admins_are_stored(by: int, kind: str) -> None:
    assert await taker(with_file(kind, by)) == "store.store"
    assert await taker(with_file(kind, by, media_group_id="1")) == "store.collect"
    assert await taker(with_file(kind, by, caption="/start fAbC")) == "store.store"


@pytest.mark.parametrize("kind", FILES)
async def test_files_of_readers_are_not(kind: str) -> None:
    assert await taker(with_file(kind, READER)) == "strangers.answer_media"
    assert await taker(with_file(kind, READER, forward_origin=from_channel())) == "strangers.answer_media"


async def test_what_is_no_file_is_refused() -> None:
    assert await taker(with_contact(OWNER)) == "store.refuse"
    assert await taker(message(OWNER, media=MessageMediaType.PAID_MEDIA)) == "store.refuse"
    assert await taker(with_file(has_protected_content=True)) == "store.refuse"
    assert await taker(with_contact(READER)) == "strangers.answer_media"
    assert await taker(with_file("photo", READER, media_group_id="1")) == "strangers.answer_album"


async def test_a_page_preview_is_a_text() -> None:
    assert await taker(message(OWNER, text="see", media=MessageMediaType.WEB_PAGE)) == "strangers.answer_admin"


async def test_the_first_forwarded_post_names_the_storage_channel() -> None:
    post, text = with_file(forward_origin=from_channel()), message(text="x", forward_origin=from_channel())
    assert await taker(post, storage=None) == "storage.ask_about_post"
    assert await taker(text, storage=None) == "storage.ask_about_post"
    assert await taker(message(text="x", forward_origin=from_group()), storage=None) == "storage.ask_about_post"


async def test_later_a_forwarded_file_is_a_file_and_a_forwarded_text_names_a_channel() -> None:
    assert await taker(with_file(forward_origin=from_channel())) == "store.store"
    assert await taker(with_file(forward_origin=from_channel(), media_group_id="1")) == "store.collect"
    assert await taker(message(text="x", forward_origin=from_channel())) == "storage.ask_about_post"


async def test_only_the_owner_names_the_storage_channel() -> None:
    for storage in (None, STORAGE):
        assert await taker(message(ADMIN, text="x", forward_origin=from_channel()), storage=storage) == (
            "strangers.answer_admin"
        )
    assert await taker(with_file(by=ADMIN, forward_origin=from_channel()), storage=None) == "store.store"


async def test_what_a_person_wrote_names_no_channel() -> None:
    assert await taker(with_file(forward_origin=from_person()), storage=None) == "store.store"
    assert await taker(message(text="/help", forward_origin=from_person())) == "strangers.answer_admin"


async def test_posts_of_channels() -> None:
    assert await taker(with_file(by=None, chat=channel())) == "channel.record_post"
    assert await taker(with_file(by=None, chat=channel(), media_group_id="1")) == "channel.record_post"
    assert await taker(with_file(by=None, chat=channel(), outgoing=True)) is None
    assert await taker(message(None, chat=channel(), text="hello")) is None
    assert await taker(message(None, chat=channel(), text="/start")) is None


async def test_posts_for_all_readers_are_those_of_the_source_channel_that_begin_with_the_command() -> None:
    there = channel(SOURCE)
    for words in ("/chat Hello", "/CHAT\nHello", "/chat@keeper_bot Hello", "/chat"):
        assert await taker(message(None, chat=there, text=words)) == "channel_posts.send_to_all", words
    assert await taker(with_file(by=None, chat=there, caption="/chat Hello")) == "channel_posts.send_to_all"
    for words in ("Hello", "Say /chat", "/chatter", "/chat@other_bot Hello", "chat"):
        assert await taker(message(None, chat=there, text=words)) is None, words
    assert await taker(message(None, chat=channel(), text="/chat Hello")) is None
    assert await taker(message(None, chat=there, text="/chat Hello", outgoing=True)) is None
    assert await taker(with_file(by=None, chat=channel(), caption="/chat Hello")) == "channel.record_post"


@pytest.mark.parametrize(
    "update",
    [
        service(OWNER),
        service(READER),
        message(None, chat=private(READER), text="x"),
        message(OWNER, chat=channel(GROUP, ChatType.SUPERGROUP), text="/start"),
        message(None, chat=channel(GROUP, ChatType.SUPERGROUP), sender_chat=channel(GROUP), text="/links"),
        with_file(by=OWNER, chat=channel(GROUP, ChatType.GROUP)),
        with_file(by=None, chat=channel(GROUP, ChatType.SUPERGROUP), sender_chat=channel()),
        Message(id=1, empty=True, date=NOW),
    ],
)
async def test_nobody_answers_what_no_person_said_to_the_bot(update: Message) -> None:
    assert await taker(update) is None


@pytest.mark.parametrize(
    ("by", "data", "handler"),
    [
        (READER, "language:ru", "language.change_language"),
        (ADMIN, "links", "links.press_page"),
        (ADMIN, "links:fAbC", "links.press_page"),
        (ADMIN, "link:fAbC", "links.press_link"),
        (ADMIN, "revoke:fAbC", "links.press_revoke"),
        (ADMIN, "restore:fAbC", "links.press_restore"),
        (ADMIN, "new-link:fAbC", "links.press_new_link"),
        (OWNER, "settings", "settings.press_page"),
        (OWNER, "settings:readers", "settings.press_page"),
        (OWNER, "set:greeting", "settings.press_setting"),
        (OWNER, "set-to:protect_content:true", "settings.press_value"),
        (OWNER, "set-reset:greeting", "settings.press_reset"),
        (OWNER, "set-undo:greeting:0123456789abcdef", "settings.press_undo"),
        (OWNER, "set-log:0", "settings.press_log"),
        (ADMIN, "set-to:protect_content:true", "strangers.answer_button"),
        (OWNER, "storage:-100123", "storage.use_channel"),
        (OWNER, "storage-no", "storage.leave_channel_out"),
        (ADMIN, "storage:-100123", "strangers.answer_button"),
        (OWNER, "storage:", "strangers.answer_button"),
        (OWNER, "storage:x", "strangers.answer_button"),
        (OWNER, "storage:١", "strangers.answer_button"),
        (OWNER, f"storage:-{10**20}", "strangers.answer_button"),
        (READER, "revoke:fAbC", "strangers.answer_button"),
        (READER, "link:fAbC", "strangers.answer_button"),
        (READER, "", "strangers.answer_button"),
        (READER, "nonsense", "strangers.answer_button"),
        (READER, b"\xff\xfe", "strangers.answer_button"),
    ],
)
async def test_what_is_pressed(by: int, data: str | bytes, handler: str) -> None:
    assert await taker(query(data, by)) == handler


def a_member(status: ChatMemberStatus, *, may_post: bool = False) -> ChatMember:
    rights = ChatAdministratorRights(can_post_messages=may_post)
    return ChatMember(status=status, user=user(777, is_bot=True), privileges=rights)


async def test_only_the_bots_own_place_in_a_chat_concerns_it() -> None:
    mine = a_member(ChatMemberStatus.ADMINISTRATOR, may_post=True)
    theirs = ChatMember(status=ChatMemberStatus.MEMBER, user=user(READER))
    assert await taker(membership(None, mine)) == "storage.ask_about_channel"
    assert await taker(membership(mine, None)) == "storage.ask_about_channel"
    assert await taker(membership(None, theirs)) is None
    assert await taker(membership(None, None)) is None
    assert await taker(membership(None, mine, chat=private(READER))) is None


def declared_commands() -> Iterator[str]:
    """The commands in the decorators of all plugins."""
    for path in Path(plugins.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef):
                calls = (call for one in node.decorator_list for call in ast.walk(one) if isinstance(call, ast.Call))
                yield from (str(ast.literal_eval(c.args[0])) for c in calls if getattr(c.func, "id", "") == "command")


async def test_every_announced_command_has_a_handler_and_every_command_is_announced() -> None:
    everything = commands_of(Rank(Role.OWNER, ALL))
    assert set(everything) == set(declared_commands())
    texts = Texts.load()
    for language in texts.languages:
        pairs = commands_for(Rank(Role.OWNER, ALL), texts, language)
        assert [name for name, _ in pairs] == list(everything)
        assert all(3 <= len(text) <= 256 for _, text in pairs)


@pytest.mark.parametrize("given", [None, (), *((each,) for each in Permission), tuple(ALL)])
async def test_everybody_is_shown_the_commands_that_they_may_use_and_no_others(
    given: tuple[Permission, ...] | None,
) -> None:
    access = Roles({} if given is None else {READER: given})
    shown = commands_of(access.rank(READER))
    for name in commands_of(Rank(Role.OWNER, ALL)):
        found = str(await taker(message(READER, text=f"/{name}"), access=access))
        assert found.startswith("strangers.") == (name not in shown), name


async def test_the_developers_guide_names_every_command_with_its_file() -> None:
    guide = (Path(plugins.__path__[0]).parent / "docs" / "developers.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.startswith("| ")]
    for name in commands_of(Rank(Role.OWNER, ALL)):
        handler = str(await taker(message(OWNER, text=f"/{name}")))
        file = f"`plugins/{handler.partition('.')[0]}.py`"
        assert any(f"`/{name}`" in row and file in row for row in rows), f"/{name} and {file}"


def test_help_has_a_line_for_each_command_that_needs_one() -> None:
    texts = Texts.load()
    lines = {name: words.help for name, words in commands_of(Rank(Role.OWNER, ALL)).items()}
    assert {name for name, key in lines.items() if key is None} == {"start", "help"}
    for language in texts.languages:
        assert all(texts.text(language, key).startswith(f"/{name}") for name, key in lines.items() if key)


def test_no_handler_is_longer_than_fifteen_lines() -> None:
    for handler, _ in find_handlers(plugins):
        code = cast("Any", handler.callback).__code__
        assert max(line for _, _, line in code.co_lines() if line) - code.co_firstlineno <= 15, code.co_name
