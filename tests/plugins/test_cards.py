"""What is said about files and links: the right text, all of its placeholders, buttons that lead somewhere."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from client.keyboard import Button, Keyboard
from database.cause import Cause
from database.codes import LinkKind
from database.files import StoredFile
from database.links import Link, LinkItem
from locales.texts import LANGUAGES, Texts
from plugins.cards import Card, album_card, stored_card
from plugins.link_cards import (
    link_card,
    links_card,
    new_link_card,
    property_card,
    restored_card,
    revoked_card,
    uses_card,
)
from services.albums import AlbumReady
from services.errors import UserError
from services.files import Stored
from services.link_life import LinkCard, LinkPage, LinkState, Property, Statistics

BOTH = (False, True)
NOW = datetime(2026, 1, 2, tzinfo=UTC)
CODE = "f" + "x" * 22


class Urls:
    """A bot, as far as a card asks for it."""

    def link_url(self, code: str) -> str:
        return f"https://t.me/keeper_bot?start={code}"


BOT = cast("Any", Urls())


def file(unique_id: str = "u", name: str | None = "a.pdf", size: int = 1024) -> StoredFile:
    return StoredFile(
        unique_id=unique_id,
        kind="document",
        name=name,
        size=size,
        mime=None,
        caption=None,
        storage_chat=-100,
        message_id=1,
        stored_by=1,
        stored_at=NOW,
    )


def link(count: int = 1, code: str = CODE) -> Link:
    items = tuple(LinkItem(f"u{n}", n, None) for n in range(count))
    return Link(
        code=code,
        kind=LinkKind.FILE,
        items=items,
        storage_chat=-100,
        content="c",
        cause=Cause("x"),
        origin=Cause("x"),
        created_by=1,
        created_at=NOW,
        revoked_at=None,
        expires_at=None,
        use_limit=None,
        protect=None,
    )


def shown(state: LinkState = LinkState.OPEN, count: int = 1, uses: int = 0, code: str = CODE) -> LinkCard:
    return LinkCard(link(count, code), [file(f"u{n}") for n in range(count)], uses, state)


def pressed(keyboard: Keyboard) -> list[str]:
    return [button.data for row in keyboard for button in row if button.data]


def shared(keyboard: Keyboard) -> list[str]:
    return [button.url for row in keyboard for button in row if button.url]


@pytest.mark.parametrize(
    ("posted", "count", "existing", "key"),
    [
        (False, 1, False, "stored"),
        (False, 1, True, "stored-again"),
        (False, 3, False, "stored-album"),
        (False, 3, True, "stored-album-again"),
        (True, 1, False, "posted"),
        (True, 1, True, "posted-again"),
        (True, 3, False, "posted-album"),
        (True, 3, True, "posted-album-again"),
    ],
)
def test_what_was_stored_is_answered_with_its_link(posted: bool, count: int, existing: bool, key: str) -> None:
    stored = Stored(link(count), [file(f"u{n}") for n in range(count)], existing)
    card = stored_card(BOT, stored, posted=posted)
    assert card.key == key
    assert card.args["url"] == f"https://t.me/keeper_bot?start={CODE}"
    assert (card.args["count"], card.args["size"]) == (count, count * 1024)
    assert shared(card.keyboard) == [f"https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fkeeper_bot%3Fstart%3D{CODE}"]
    assert pressed(card.keyboard) == [f"link:{CODE}", *([f"new-link:{CODE}"] if existing else [])]


def test_an_album_is_answered_with_its_link_or_why_there_is_none() -> None:
    album = cast("Any", None)
    stored = Stored(link(2), [file(), file("v")], existing=False)
    assert album_card(BOT, AlbumReady(album, posted=False, stored=stored)).key == "stored-album"
    assert album_card(BOT, AlbumReady(album, posted=True, stored=stored)).key == "posted-album"
    refused = album_card(BOT, AlbumReady(album, posted=False, refusal=UserError("storage-missing")))
    assert (refused.key, refused.args, list(refused.keyboard)) == ("storage-missing", {}, [])


def test_a_link_can_be_closed_while_open_and_opened_while_closed() -> None:
    assert pressed(link_card(BOT, shown()).keyboard)[0] == f"revoke:{CODE}"
    assert pressed(link_card(BOT, shown(LinkState.REVOKED)).keyboard)[0] == f"restore:{CODE}"
    assert pressed(revoked_card(BOT, shown(LinkState.REVOKED)).keyboard) == [f"restore:{CODE}", "links"]
    expired = pressed(link_card(BOT, shown(LinkState.EXPIRED)).keyboard)
    assert not {f"revoke:{CODE}", f"restore:{CODE}"} & set(expired)


def test_all_that_can_be_set_of_a_link_is_offered_on_its_card() -> None:
    offered = pressed(link_card(BOT, shown()).keyboard)
    assert [each for each in offered if each.startswith("link-set:")] == [
        f"link-set:{each}:{CODE}" for each in Property
    ]
    protect = property_card(shown(), Property.PROTECT)
    assert pressed(protect.keyboard) == [
        *(f"link-to:protect:{value}:{CODE}" for value in ("true", "false", "none")),
        f"link:{CODE}",
    ]


def test_a_link_opened_again_that_has_run_out_meanwhile_says_so() -> None:
    assert restored_card(BOT, shown()).key == "restored"
    assert restored_card(BOT, shown(LinkState.USED_UP)).key == "link-card"


def test_a_page_has_a_number_for_each_link_and_turns_where_there_is_more() -> None:
    codes = [f"f{n:022}" for n in range(8)]
    cards = [shown(code=code) for code in codes]
    first = links_card(LinkPage(cards, 9, codes[-1], newest=True))
    assert pressed(first.keyboard) == [*(f"link:{code}" for code in codes), f"links:{codes[-1]}"]
    second = links_card(LinkPage(cards, 17, codes[-1]))
    assert pressed(second.keyboard) == [*(f"link:{code}" for code in codes), "links", f"links:{codes[-1]}"]
    assert pressed(links_card(LinkPage(cards[:1], 9, None)).keyboard) == [f"link:{codes[0]}", "links"]
    assert pressed(links_card(LinkPage(cards[:1], 1, None)).keyboard) == [f"link:{codes[0]}"]
    assert links_card(LinkPage([], 0, None)).key == "links-empty"


def test_the_owner_turns_between_all_links_and_their_own() -> None:
    everybody = links_card(LinkPage([shown()], 9, CODE, others=True))
    assert pressed(everybody.keyboard)[1:] == ["links", f"links:{CODE}", "links:mine:"]
    mine = links_card(LinkPage([shown()], 9, CODE, mine=True, others=True))
    assert pressed(mine.keyboard)[1:] == ["links:mine:", f"links:mine:{CODE}", "links"]
    assert pressed(links_card(LinkPage([], 0, None, mine=True, others=True)).keyboard) == ["links"]
    assert pressed(links_card(LinkPage([shown()], 1, None, mine=True)).keyboard) == [f"link:{CODE}"]


def cards() -> Sequence[Card]:
    lost = replace(shown(), files=[])
    set_up = replace(link(), expires_at=NOW, use_limit=5, protect=True, title="A title", listed=True)
    statistics = Statistics({"2026-01-02": 3, "2025-12-30": 1}, [(1, NOW), (2, NOW)])
    return [
        *(
            stored_card(BOT, Stored(link(n), [file()], existing=e), posted=p)
            for n in (1, 2)
            for e in BOTH
            for p in BOTH
        ),
        *(link_card(BOT, shown(state, count=n, uses=n)) for state in LinkState for n in (1, 5)),
        *(new_link_card(BOT, shown(count=n)) for n in (1, 2)),
        *(
            make(BOT, card)
            for make in (revoked_card, restored_card, link_card, new_link_card)
            for card in (shown(), lost)
        ),
        *(property_card(card, each) for card in (shown(), replace(lost, link=set_up)) for each in Property),
        link_card(BOT, replace(shown(), link=set_up)),
        uses_card(shown(uses=4), statistics, {1: "Ann"}, {"u": 7}, NOW),
        uses_card(shown(), Statistics({}, []), {}, {}, NOW),
        links_card(LinkPage([shown(), lost, shown(LinkState.REVOKED, 3, 7)], 100, CODE)),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_has_all_that_its_text_asks_for(language: str, caplog: pytest.LogCaptureFixture) -> None:
    texts = Texts.load()
    with caplog.at_level(logging.ERROR):
        for card in cards():
            assert texts.text(language, card.key, **card.args)
            buttons: list[Button] = [button for row in card.keyboard for button in row]
            assert all(button.render(texts, language).text for button in buttons)
    assert not caplog.records
