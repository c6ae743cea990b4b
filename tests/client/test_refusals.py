"""What Telegram's errors mean for a message: nobody is tried again for nothing, nobody is given up too early."""

import pytest
from pyrogram import errors
from pyrogram.errors import RPCError
from pyrogram.errors.exceptions.all import exceptions

from client.calls import MustWait
from client.refusals import CONTENT, GONE, refusal_of
from services.errors import TryLater
from services.refusals import Refusal


def named(name: str) -> list[RPCError]:
    """One error of each code that Telegram sends under this name."""
    return [getattr(errors, table[name])() for table in exceptions.values() if name in table]


@pytest.mark.parametrize(
    ("refusal", "names"),
    {
        Refusal.BLOCKED: ["USER_IS_BLOCKED"],
        Refusal.DEACTIVATED: ["INPUT_USER_DEACTIVATED"],
        Refusal.BAD_PEER: ["PEER_ID_INVALID", "USER_IS_BOT"],
        Refusal.CONTENT: [
            "MEDIA_EMPTY", "MESSAGE_ID_INVALID", "BUTTON_URL_INVALID", "REPLY_MARKUP_INVALID", "CHANNEL_PRIVATE",
            "CHAT_FORWARDS_RESTRICTED", "MESSAGE_TOO_LONG", "ENTITIES_TOO_LONG", "FILE_REFERENCE_EXPIRED",
        ],
        Refusal.FORBIDDEN: [
            "CHAT_WRITE_FORBIDDEN", "USER_PRIVACY_RESTRICTED", "USER_BANNED_IN_CHANNEL", "VOICE_MESSAGES_FORBIDDEN",
        ],
        Refusal.PASSING: ["RANDOM_ID_DUPLICATE", "RPC_CALL_FAIL", "FLOOD_WAIT_X", "SLOWMODE_WAIT_X"],
        Refusal.UNKNOWN: ["SCHEDULE_DATE_INVALID", "PEER_FLOOD"],
    }.items(),
)  # fmt: skip
def test_an_error_is_judged_by_its_name_whatever_code_it_comes_with(refusal: Refusal, names: list[str]) -> None:
    for name in names:
        assert named(name), name
        assert {refusal_of(error) for error in named(name)} == {refusal}, name


def test_every_beginning_is_of_an_error_that_there_is() -> None:
    known = [name for table in exceptions.values() for name in table]
    assert [start for start in CONTENT if not any(name.startswith(start) for name in known)] == []


@pytest.mark.parametrize("error", [OSError(), TimeoutError(), ConnectionError(), TryLater(1, ""), MustWait(9, "")])
def test_what_passes_may_be_tried_again(error: Exception) -> None:
    refusal = refusal_of(error)
    assert refusal is Refusal.PASSING
    assert not refusal.is_for_good
    assert not refusal.is_gone


def test_who_is_gone_is_gone_for_everybody_who_asks() -> None:
    assert {refusal_of(kind()) for kind in GONE} == {each for each in Refusal if each.is_gone}
    assert all(each.is_for_good for each in Refusal if each.is_gone)
    assert refusal_of(ValueError()) is Refusal.UNKNOWN
    assert not Refusal.UNKNOWN.is_for_good
    assert Refusal.CONTENT.is_for_good
    assert not Refusal.CONTENT.is_gone
