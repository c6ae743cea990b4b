"""Every command, every button and every other handler against every role; one that is not listed here fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from pyrogram.enums import ChatMemberStatus, ChatType

import plugins
from client.filters import rule_of
from client.plugins import find_handlers
from services.access import ALL, DRAFTERS, GIVEN, Access, Permission
from tests.cases import cases
from tests.plugins.messages import (
    ADMIN,
    GROUP,
    READER,
    SOURCE,
    channel,
    from_channel,
    inline_query,
    membership,
    message,
    query,
    with_contact,
    with_document,
    with_file,
)
from tests.plugins.standing import Roles
from tests.plugins.taking import a_bot, in_conversation, name_of, takers
from tests.plugins.test_dispatch import a_member

Sample: TypeAlias = Callable[[int], Any]
"""An update of this person that the handler is for."""


def text(words: str) -> Sample:
    return lambda by: message(by, text=words)


def press(data: str) -> Sample:
    return lambda by: query(data, by)


def a_yaml(by: int) -> Any:
    return with_document("Welcome.YAML", by)


def post(_: int) -> Any:
    return with_file("document", None, chat=channel())


def place(by: int) -> Any:
    return membership(None, a_member(ChatMemberStatus.ADMINISTRATOR, may_post=True), by=by)


TABLE: dict[str, tuple[str, Sample | None]] = {
    # the handler, the rule, a sample; None where a handler is told of updates as they come
    "admins.add_admin": ("owner", text("/add_admin 5")),
    "admins.add_named": ("owner", lambda by: in_conversation(message(by, text="5"), "add-admin")),
    "admins.admins": ("owner", text("/admins")),
    "admins.del_admin": ("owner", text("/del_admin 5")),
    "admins.press_admin": ("owner", press("admin:5")),
    "admins.press_admins": ("owner", press("admins:1")),
    "admins.press_dismiss": ("owner", press("admin-del:5")),
    "admins.press_permission": ("owner", press("admin-may:5:upload:on")),
    "bans.ban": ("ban", text("/ban 5")),
    "bans.ban_named": ("ban", lambda by: in_conversation(message(by, text="5"), "ban")),
    "bans.banlist": ("ban", text("/banlist")),
    "bans.press_banlist": ("ban", press("banlist:1")),
    "bans.press_banned": ("ban", press("banned:5")),
    "bans.press_unban": ("ban", press("unban:5")),
    "bans.unban_named": ("ban", lambda by: in_conversation(message(by, text="5"), "unban")),
    "bans.unban": ("ban", text("/unban 5")),
    "blocks.note_block": ("telegram", None),
    "broadcast_control.press_delete": ("broadcast", press("cast-delete:x")),
    "broadcast_control.press_delete_yes": ("broadcast", press("cast-delete-yes:x")),
    "broadcast_control.press_edit": ("broadcast", press("cast-edit:x")),
    "broadcast_control.press_pause": ("broadcast", press("cast-pause:x")),
    "broadcast_control.press_resume": ("broadcast", press("cast-resume:x")),
    "broadcast_control.press_stop": ("broadcast", press("cast-stop:x")),
    "broadcast_control.press_stop_yes": ("broadcast", press("cast-stop-yes:x")),
    "broadcast_control.press_sure": (
        "broadcast",
        lambda by: in_conversation(query("talk:code:0:yes", by), "cast-edit", "yes"),
    ),
    "broadcast_control.take_text": ("broadcast", lambda by: in_conversation(message(by, text="x"), "cast-edit")),
    "broadcast_options.press_audience": ("broadcast", press("cast-who:x")),
    "broadcast_options.press_feature": ("broadcast", press("cast-set:pin:x")),
    "broadcast_options.press_type": ("broadcast", press("cast-type:active:x")),
    "broadcast_options.press_value": ("broadcast", press("cast-to:pin:true:x")),
    "broadcast_options.take_words": ("broadcast", lambda by: in_conversation(message(by, text="x"), "cast-type")),
    "broadcasts.broadcast": ("broadcast", text("/broadcast")),
    "broadcasts.broadcasts": ("broadcast", text("/broadcasts")),
    "broadcasts.passing_broadcast": ("broadcast", text("/dbroadcast 2h")),
    "broadcasts.pinned_broadcast": ("broadcast", text("/pbroadcast")),
    "broadcasts.press_broadcast": ("broadcast", press("cast:x")),
    "broadcasts.press_drop": ("broadcast", press("cast-drop:x")),
    "broadcasts.press_page": ("broadcast", press("casts:1")),
    "broadcasts.press_show": ("broadcast", press("cast-show:x")),
    "broadcasts.press_start": ("broadcast", press("cast-start:x")),
    "broadcasts.press_time": ("broadcast", press("cast-at:x")),
    "broadcasts.send": ("broadcast", text("/send")),
    "broadcasts.take_message": ("broadcast", lambda by: in_conversation(with_file("photo", by), "cast")),
    "broadcasts.take_time": ("broadcast", lambda by: in_conversation(message(by, text="x"), "cast-at")),
    "bundles.batch": ("upload", text("/batch")),
    "bundles.collect": ("upload", lambda by: in_conversation(with_file("document", by), "bundle")),
    "bundles.custom_batch": ("upload", text("/custom_batch")),
    "bundles.press_again": ("upload", press("bundle-again:code")),
    "bundles.press_collected": (
        "upload",
        lambda by: in_conversation(query("talk:code:0:done", by), "bundle", "done"),
    ),
    "bundles.press_range": ("upload", lambda by: in_conversation(query("talk:code:0:yes", by), "range", "yes")),
    "bundles.take_post": ("upload", lambda by: in_conversation(message(by, text="x"), "range")),
    "channel.note_deleted": ("telegram", None),
    "channel_posts.send_to_all": ("telegram", lambda _: message(None, chat=channel(SOURCE), text="/chat Hello")),
    "channel.record_post": ("telegram", post),
    "clicks.note_press": ("everyone", press("anything")),
    "clicks.press_click": ("everyone", press("click:more")),
    "conversations.begin_anew": ("everyone", press("talk-new:code")),
    "conversations.cancel": ("everyone", text("/cancel")),
    "conversations.go_on": ("everyone", press("talk-on:code")),
    "conversations.pass_over": (
        "everyone",
        lambda by: in_conversation(message(by, text="hello"), "upload", last=9),
    ),
    "conversations.press_cancel": (
        "everyone",
        lambda by: in_conversation(query("talk:code:0:cancel", by), "upload", "cancel"),
    ),
    "conversations.say_that_it_is_over": ("everyone", press("talk:code:0:skip")),
    "conversations.say_that_nothing_is_asked": ("everyone", text("/skip")),
    "deletions.autodelete": ("settings", text("/autodelete 2h")),
    "deletions.close_notice": ("everyone", press("notice-close")),
    "deletions.protect": ("settings", text("/protect")),
    "draft.draft": ("drafter", text("/draft")),
    "draft.press_done": ("drafter", press("sketch-done:x")),
    "draft.press_drop": ("drafter", press("sketch-drop:x")),
    "draft.press_now": ("drafter", press("sketch-now:x")),
    "draft.press_sketch": ("drafter", press("sketch:x")),
    "draft.press_target": ("drafter", press("sketch-to:x:-100123")),
    "draft.press_time": ("drafter", press("sketch-at:x")),
    "draft.take_message": ("drafter", lambda by: in_conversation(message(by, text="x"), "draft")),
    "draft.take_time": ("drafter", lambda by: in_conversation(message(by, text="18:30"), "sketch-at")),
    "draft_edits.press_choice": (
        "review",
        lambda by: in_conversation(query("talk:code:0:caption", by), "draft-edit", "caption"),
    ),
    "draft_edits.press_edit": ("review", press("draft-edit:x:1")),
    "draft_edits.take_answer": ("review", lambda by: in_conversation(with_file("photo", by), "draft-edit")),
    "draft_review.press_back": ("review", press("draft-back:x")),
    "draft_review.press_option": ("review", press("draft-set:silent:on:x")),
    "draft_review.press_reopen": ("review", press("draft-reopen:x")),
    "draft_review.press_restore": ("review", press("draft-restore:1:2:x")),
    "draft_review.press_retry": ("review", press("draft-retry:x")),
    "draft_review.press_send": ("review", press("draft-send:x:1")),
    "draft_review.press_skip": ("review", press("draft-skip:x:1")),
    "draft_review.press_target": ("review", press("draft-to:-1001:x")),
    "draft_review.press_time": ("review", press("draft-at:x:1")),
    "draft_review.press_undo": ("review", press("draft-undo:x")),
    "draft_review.press_version": ("review", press("draft-version:1:x")),
    "draft_review.press_view": ("review", press("draft-view:more:x")),
    "draft_review.take_time": ("review", lambda by: in_conversation(message(by, text="x"), "draft-at")),
    "drafts.drafts": ("review", text("/drafts")),
    "drafts.press_draft": ("review", press("draft:x")),
    "drafts.press_page": ("review", press("drafts:pending:0")),
    "fsub.fsub": ("settings", text("/fsub")),
    "fsub.note_membership": ("telegram", None),
    "fsub.press_add": ("settings", press("fsub-add")),
    "fsub.press_asks": ("settings", press("fsub-asks:-100123:on")),
    "fsub.press_chat": ("settings", press("fsub-chat:-100123")),
    "fsub.press_chats": ("settings", press("fsub")),
    "fsub.press_link": ("settings", press("fsub-link:-100123")),
    "fsub.press_remove": ("settings", press("fsub-del:-100123")),
    "fsub.take_chat": ("settings", lambda by: in_conversation(message(by, text="@name"), "fsub")),
    "gate.gate": ("settings", text("/gate")),
    "gate.press_add": ("settings", press("shortener-add")),
    "gate.press_remove": ("settings", press("shortener-del:0a")),
    "gate.press_shortener": ("settings", press("shortener:0a")),
    "gate.press_shorteners": ("settings", press("shorteners")),
    "gate.press_switch": ("settings", press("shortener-set:0a:on")),
    "gate.take_shortener": ("settings", lambda by: in_conversation(message(by, text="x"), "shortener")),
    "help.help_": ("everyone", text("/help")),
    "jobs.jobs": ("owner", text("/jobs")),
    "jobs.press_job": ("owner", press("job:message_deleter")),
    "jobs.press_jobs": ("owner", press("jobs")),
    "jobs.press_pause": ("owner", press("job-pause:message_deleter")),
    "jobs.press_resume": ("owner", press("job-resume:message_deleter")),
    "jobs.press_run": ("owner", press("job-run:message_deleter")),
    "mishaps.errors": ("owner", text("/errors")),
    "mishaps.press_errors": ("owner", press("errors")),
    "mishaps.press_reset": ("owner", press("errors-reset")),
    "joining.press_joined": ("everyone", press("click:joined")),
    "language.change_language": ("everyone", press("language:ru")),
    "language.choose_language": ("everyone", text("/language")),
    "links.links": ("upload", text("/links")),
    "links.press_link": ("upload", press("link:fAbC")),
    "links.press_type": ("upload", press("link-type:title:fAbC")),
    "links.take_words": ("upload", lambda by: in_conversation(message(by, text="Hi"), "link")),
    "links.press_property": ("upload", press("link-set:expiry:fAbC")),
    "links.press_uses": ("upload", press("link-uses:fAbC")),
    "links.press_value": ("upload", press("link-to:expiry:3600:fAbC")),
    "links.press_new_link": ("upload", press("new-link:fAbC")),
    "links.press_page": ("upload", press("links")),
    "links.press_restore": ("upload", press("restore:fAbC")),
    "links.press_revoke": ("upload", press("revoke:fAbC")),
    "links.revoke": ("upload", text("/revoke x")),
    "relink.answer_relink": ("upload", lambda by: in_conversation(message(by, text="fAbC"), "relink")),
    "relink.press_relink": ("upload", press("relink:fAbC")),
    "relink.relink": ("upload", text("/relink")),
    "sequence_drafts.press_example": (
        "broadcast",
        lambda by: in_conversation(query("talk:code:0:example", by), "sequence", "example"),
    ),
    "sequence_drafts.press_save": ("broadcast", press("sequence-save:5:0a")),
    "sequence_drafts.press_store": ("upload", press("sequence-store:5")),
    "sequence_drafts.take_answer": ("broadcast", lambda by: in_conversation(message(by, text="x"), "sequence")),
    "sequence_drafts.take_file": ("broadcast", a_yaml),
    "sequences.press_delete": ("broadcast", press("sequence-delete:welcome")),
    "sequences.press_delete_yes": ("broadcast", press("sequence-delete-yes:welcome")),
    "sequences.press_edit": ("broadcast", press("sequence-edit:welcome")),
    "sequences.press_funnel": ("broadcast", press("sequence-funnel:welcome")),
    "sequences.press_new": ("broadcast", press("sequence-new")),
    "sequences.press_pause": ("broadcast", press("sequence-pause:welcome")),
    "sequences.press_resume": ("broadcast", press("sequence-resume:welcome")),
    "sequences.press_sequence": ("broadcast", press("sequence:welcome")),
    "sequences.press_sequences": ("broadcast", press("sequences")),
    "sequences.press_test": ("broadcast", press("sequence-test:welcome")),
    "sequences.press_timeline": ("broadcast", press("sequence-timeline:welcome")),
    "sequences.sequences": ("broadcast", text("/sequences")),
    "settings.press_log": ("settings", press("set-log:0")),
    "settings.press_page": ("settings", press("settings")),
    "settings.press_reset": ("settings", press("set-reset:greeting")),
    "settings.press_undo": ("settings", press("set-undo:greeting:0123456789abcdef")),
    "settings.press_setting": ("settings", press("set:greeting")),
    "settings.press_save": ("settings", lambda by: in_conversation(query("talk:code:0:yes", by), "setting", "yes")),
    "settings.press_type": ("settings", press("set-type:greeting")),
    "settings.take_words": ("settings", lambda by: in_conversation(message(by, text="Hi"), "setting")),
    "settings.press_value": ("settings", press("set-to:greeting:x")),
    "settings.settings": ("settings", text("/settings")),
    "inline.offer": ("everyone", lambda by: inline_query("words", by)),
    "pages.about": ("everyone", text("/about")),
    "pages.faq": ("everyone", text("/faq")),
    "premium.add_premium": ("settings", text("/add_premium 5 30 days")),
    "premium.del_premium": ("settings", text("/del_premium 5")),
    "premium.premium": ("everyone", text("/premium")),
    "premium.press_end": ("settings", press("premium-del:5")),
    "premium.press_premiums": ("settings", press("premiums:1")),
    "premium.take_premium": ("settings", lambda by: in_conversation(message(by, text="5"), "premium")),
    "processing.dress": ("upload", lambda by: with_file("photo", by, reply_to_message_id=5)),
    "processing.press_cancel": ("upload", press("process-cancel:abc")),
    "replies.hear_edit": ("everyone", None),
    "replies.hear_group": (
        "everyone",
        lambda by: message(by, text="hello", chat=channel(GROUP, ChatType.SUPERGROUP)),
    ),
    "replies.hear_person": ("everyone", None),
    "replies.note_deleted": ("telegram", None),
    "reply_settings.press_add": ("owner", press("replies-add")),
    "reply_settings.press_chat": ("owner", press("replies-chat:-100123")),
    "reply_settings.press_name": ("owner", press("replies-name:-100123")),
    "reply_settings.press_overview": ("owner", press("replies")),
    "reply_settings.press_remove": ("owner", press("replies-del:-100123")),
    "reply_settings.press_try": ("owner", press("replies-try")),
    "reply_settings.take_trial": ("owner", lambda by: in_conversation(message(by, text="x"), "replies-trial")),
    "reply_settings.press_switch": ("owner", press("replies-on:yes")),
    "reply_settings.press_type": ("owner", press("replies-type")),
    "reply_settings.replies": ("owner", text("/replies")),
    "reply_settings.take_chat": ("owner", lambda by: in_conversation(message(by, text="x"), "replies")),
    "results.note_edit": ("telegram", None),
    "results.note_gone": ("telegram", None),
    "results.note_post": ("telegram", None),
    "results.results": ("everyone", text("/results")),
    "search.search": ("everyone", text("/search words")),
    "search.turn": ("everyone", press("found:0a:8")),
    "stats.stats": ("owner", text("/stats")),
    "start.try_again": ("everyone", press("fsub-again:fAbC")),
    "source.use_channel": ("owner", press("source:-100123")),
    "start.start": ("everyone", text("/start fAbC")),
    "stop.press_again": ("everyone", press("again:yes")),
    "stop.stop": ("everyone", text("/stop")),
    "storage.ask_about_channel": ("telegram", place),
    "storage.ask_about_post": ("owner", lambda by: message(by, text="x", forward_origin=from_channel())),
    "storage.leave_channel_out": ("owner", press("storage-no")),
    "storage.use_channel": ("owner", press("storage:-100123")),
    "target_news.note_own_place": ("telegram", place),
    "target_news.note_rights": ("telegram", None),
    "targets.press_add": ("owner", press("target-add:-100123")),
    "targets.press_default": ("owner", press("target-default:-100123:on")),
    "targets.press_list": ("owner", press("targets")),
    "targets.press_new": ("owner", press("target-new")),
    "targets.press_remove": ("owner", press("target-del:-100123")),
    "targets.press_target": ("owner", press("target:-100123")),
    "targets.take_chat": ("owner", lambda by: in_conversation(message(by, text="x"), "target")),
    "targets.targets": ("owner", text("/targets")),
    "store.collect": ("upload", lambda by: with_file("photo", by, media_group_id="1")),
    "store.genlink": ("upload", text("/genlink")),
    "store.refuse": ("upload", with_contact),
    "store.store": ("upload", lambda by: with_file("document", by)),
    "strangers.answer_admin": ("admin", text("hello")),
    "strangers.answer_album": ("everyone", lambda by: with_file("photo", by, media_group_id="1")),
    "strangers.answer_button": ("everyone", press("nonsense")),
    "strangers.answer_media": ("everyone", with_contact),
    "strangers.answer_text": ("everyone", text("hello")),
    "strangers.answer_unknown_command": ("everyone", text("/nonsense")),
    "thumbnails.del_thumb": ("upload", text("/del_thumb")),
    "thumbnails.set_thumb": ("upload", text("/set_thumb")),
    "thumbnails.show_thumb": ("upload", text("/show_thumb")),
    "thumbnails.take_picture": ("upload", lambda by: in_conversation(with_file("photo", by), "thumbnail")),
    "timezone.press_type": ("everyone", press("timezone-type")),
    "timezone.press_zone": ("everyone", press("timezone:Asia/Tashkent")),
    "timezone.take_zone": ("everyone", lambda by: in_conversation(message(by, text="Asia/Tashkent"), "timezone")),
    "timezone.timezone": ("everyone", text("/timezone")),
    "upload.press": ("upload", lambda by: in_conversation(query("talk:code:0:skip", by), "upload", "skip")),
    "upload.take": ("upload", lambda by: in_conversation(message(by, text="hello"), "upload")),
    "upload.upload": ("upload", text("/upload")),
    "users.meet_presser": ("everyone", press("language:ru")),
    "users.meet_writer": ("everyone", text("hello")),
    "users.press_users": ("ban", press("users:1")),
    "users.users": ("ban", text("/users")),
}

PERSON = READER
PEOPLE: dict[str, tuple[int, Access]] = {
    "owner": (PERSON, Roles(owner=PERSON)),
    "ADMINS": (ADMIN, Roles()),
    **{permission.value: (PERSON, Roles({PERSON: [permission]})) for permission in Permission},
    "admin of nothing": (PERSON, Roles({PERSON: []})),
    "reader": (PERSON, Roles()),
    "banned": (PERSON, Roles(banned=[PERSON])),
}
"""Somebody of each role, admins with one permission each."""


def allowed(rule: str) -> set[str]:
    """The roles that a rule lets through."""
    if rule == "telegram":
        return set(PEOPLE)
    if rule == "everyone":
        return set(PEOPLE) - {"banned"}
    if rule == "admin":
        return set(PEOPLE) - {"banned", "reader"}
    if rule == "owner":
        return {"owner"}
    if rule == "drafter":
        return {"owner", "ADMINS", *(permission.value for permission in DRAFTERS)}
    return {"owner", rule} | ({"ADMINS"} if Permission(rule) in GIVEN else set())


def registered() -> list[str]:
    return [name_of(handler) for handler, _ in find_handlers(plugins)]


def test_every_handler_is_listed_with_its_rule() -> None:
    declared = {}
    for handler, _ in find_handlers(plugins):
        rule = rule_of(handler)
        assert rule
        declared[name_of(handler)] = rule.name
    assert declared == {name: rule for name, (rule, _) in TABLE.items()}
    assert len(registered()) == len(set(registered())), "two handlers of one name"


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_handler_takes_what_those_send_who_may_and_nobody_else(role: str) -> None:
    person, access = PEOPLE[role]
    with cases() as case:
        for name, (rule, sample) in TABLE.items():
            if sample is None:
                continue
            with case(name):
                taken = name in await takers(sample(person), a_bot(access=access))
                assert taken == (role in allowed(rule))


def test_control_the_rules_tell_the_roles_apart() -> None:
    for permission in ALL:
        others = {each.value for each in ALL - {permission}} | {"admin of nothing", "reader", "banned"}
        assert allowed(permission.value).isdisjoint(others)
    assert len({frozenset(allowed(rule)) for rule in ("telegram", "everyone", "admin", "owner", *ALL)}) == 4 + len(ALL)
