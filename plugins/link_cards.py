"""What is said about links: the list of them, one with all that can be done with it, and how it was used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Final

from client.keyboard import Button, Keyboard
from locales.arguments import clean
from locales.texts import Html, Part
from plugins.cards import Card, link_buttons
from plugins.values import in_rows, offered, question, said
from services.conversations import Question
from services.forms import Value
from services.link_life import DAYS, FORMS, LinkCard, LinkPage, LinkState, Property, Statistics
from services.losses import numbers
from services.times import written

if TYPE_CHECKING:
    from client.bot import Bot

COUNTED: Final = 10
"""Files of a link whose own counts are shown; a bundle may have a thousand."""

_NONE: Final = {
    Property.EXPIRY: "link-expiry-none",
    Property.LIMIT: "link-limit-none",
    Property.PROTECT: "link-as-bot",
    Property.DELETE: "link-as-bot",
    Property.TITLE: "link-title-none",
}
"""What it is called when a property has no value."""


def new_link_card(bot: Bot, shown: LinkCard) -> Card:
    """Say that another link to the same content was made."""
    code = shown.link.code
    args = _named(shown) | {"count": len(shown.link.items), "url": bot.link_url(code)}
    key = "new-link" if len(shown.link.items) == 1 else "new-link-album"
    return Card(key, args, [link_buttons(bot, code)])


def link_card(bot: Bot, shown: LinkCard) -> Card:
    """Show one link: what is behind it, how often it was used, and what can be done with it."""
    code = shown.link.code
    rows = tuple(
        Part("settings-row", {"name": Part(f"link-{each}"), "value": value_of(shown, each)}) for each in Property
    )
    args = _named(shown) | {
        "count": len(shown.link.items),
        "size": shown.size,
        "uses": shown.uses,
        "state": shown.state.value,
        "rows": rows,
        "missing": len(shown.gone),
        "gone": numbers(shown.gone),
        "url": bot.link_url(code),
    }
    properties = [Button(f"link-{each}", data=f"link-set:{each}:{code}") for each in Property]
    more = [Button("button-link-uses", data=f"link-uses:{code}"), Button("button-relink", data=f"relink:{code}")]
    return Card("link-card", args, [*_switch(bot, shown), *in_rows(properties), more, [_ALL]])


def property_card(shown: LinkCard, what: Property) -> Card:
    """Show one property of a link: what it does, what it is, and what else it may be."""
    code, form = shown.link.code, FORMS[what]
    args = _named(shown) | {"title": Part(f"link-{what}"), "about": Part(f"link-{what}-about")}
    values = offered(
        form,
        f"link-{what}",
        shown.value(what),
        lambda data: f"link-to:{what}:{data}:{code}",
        none=_NONE.get(what, "value-none"),
    )
    write = [Button("button-write", data=f"link-type:{what}:{code}")] if form.typed else []
    return Card("link-property", args | {"value": value_of(shown, what)}, [*values, write, [_back(shown)]])


def property_question(shown: LinkCard, what: Property, name: str) -> Question:
    """Ask for a property in words; `name` is what it is called by who is asked."""
    asked = question(FORMS[what], name)
    if what is Property.EXPIRY:
        return replace(asked, key="ask-expiry", args={"name": name, "zone": shown.options.timezone})
    return asked


def revoked_card(bot: Bot, shown: LinkCard) -> Card:
    """Say that a link was closed, and offer to open it again."""
    return Card("revoked", _named(shown) | {"url": bot.link_url(shown.link.code)}, [*_switch(bot, shown), [_ALL]])


def restored_card(bot: Bot, shown: LinkCard) -> Card:
    """Say that a link is open again, or why it still hands nothing out."""
    if shown.state is not LinkState.OPEN:
        return link_card(bot, shown)
    return Card("restored", _named(shown) | {"url": bot.link_url(shown.link.code)}, [*_switch(bot, shown), [_ALL]])


def links_card(page: LinkPage) -> Card:
    """List one page of links, with a numbered button for each; the owner may see all or their own."""
    scope = ":mine" if page.mine and page.others else ""
    turn: list[Button] = []
    if not page.newest and len(page.cards) < page.total:
        turn.append(Button("button-newest", data=f"links{scope}:" if scope else "links"))
    if page.next_after:
        turn.append(Button("button-older", data=f"links{scope}:{page.next_after}"))
    switch = Button("button-links-all", data="links") if page.mine else Button("button-links-mine", data="links:mine:")
    others = [switch] if page.others else []
    if not page.cards:
        return Card("links-empty", {}, [others] if page.mine else [])
    rows = tuple(
        Part(
            "links-row",
            _named(shown)
            | {
                "number": number,
                "more": len(shown.link.items) - 1,
                "uses": shown.uses,
                "state": shown.state.value,
            },
        )
        for number, shown in enumerate(page.cards, 1)
    )
    numbers = [Button(text=str(n), data=f"link:{shown.link.code}") for n, shown in enumerate(page.cards, 1)]
    half = (len(numbers) + 1) // 2
    return Card("links", {"total": page.total, "rows": rows}, [numbers[:half], numbers[half:], turn, others])


def uses_card(
    shown: LinkCard, statistics: Statistics, names: dict[int, str], counts: dict[str, int], now: datetime
) -> Card:
    """Say how often a link was used on each of the last days, and by whom last; `counts` are those of its files."""
    zone = shown.options.timezone
    dates = [written(now - timedelta(days=back), zone)[:10] for back in range(DAYS)]
    days = tuple(
        Part("link-uses-day", {"day": date, "uses": uses}) for date in dates if (uses := statistics.days.get(date))
    )
    last = tuple(
        Part("link-uses-reader", {"at": written(at, zone), "who": names.get(by) or str(by)})
        for by, at in statistics.last
    )
    files = tuple(
        Part("link-uses-file", {"name": file.shown_name, "kind": file.kind, "uses": counts[file.unique_id]})
        for file in shown.files
        if file.unique_id in counts
    )
    args = _named(shown) | {"uses": shown.uses, "days": days, "last": last, "files": files, "zone": zone}
    return Card("link-uses" if statistics.last else "link-uses-none", args, [[_back(shown)]])


def value_of(shown: LinkCard, what: Property) -> Part | str:
    """Say what a property of a link is set to; a title whole."""
    value, zone = shown.value(what), shown.options.timezone
    if what is Property.TITLE and value is not None:
        return Html(escape(clean(value)))
    if what is Property.EXPIRY and value is not None:
        return Part("link-expiry-at", {"at": written(value, zone), "zone": zone})
    if what in shown.by_default:
        return Part("link-as-bot-now", {"value": said(FORMS[what], "", shown.by_default[what])})
    return value_said(what, value)


def value_said(what: Property, value: Value) -> Part | str:
    """Say a value of a property in a few words."""
    return Part(_NONE[what]) if value is None and what in _NONE else said(FORMS[what], f"link-{what}", value)


_ALL: Final = Button("button-all-links", data="links")


def _back(shown: LinkCard) -> Button:
    return Button("button-back", data=f"link:{shown.link.code}")


def _named(shown: LinkCard) -> dict[str, Any]:
    """Name a link by its title or its first file; by the kind that is most of all files where its record is gone."""
    first = shown.files[0] if shown.files else None
    name = shown.link.title or (first.shown_name if first else None)
    return {"name": name, "kind": first.kind if first else "document"}


def _switch(bot: Bot, shown: LinkCard) -> Keyboard:
    """Share and close an open link, open a closed one again; one that ran out by itself can be neither."""
    code = shown.link.code
    if shown.state is LinkState.OPEN:
        return [[Button("button-share", share=bot.link_url(code)), Button("button-revoke", data=f"revoke:{code}")]]
    if shown.state is LinkState.REVOKED:
        return [[Button("button-restore", data=f"restore:{code}")]]
    return []
