"""What is said at the gate: to readers who are to be verified, and to whoever looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from client.keyboard import Button, Keyboard
from locales.texts import Part
from plugins.cards import Card
from services.gate import Offered
from services.gate_numbers import GateEvent, Numbers, Refused
from services.options import Group
from services.shorteners import Shortener


@dataclass(frozen=True, slots=True)
class Listed:
    """A shortener in a list; `paused`: it failed, and is left out for a while."""

    shortener: Shortener
    paused: bool

    @property
    def args(self) -> dict[str, Any]:
        """What texts say of it."""
        return {"name": self.shortener.host, "works": self._state}

    @property
    def _state(self) -> str:
        if self.shortener.key is None:
            return "lost"
        if not self.shortener.enabled:
            return "off"
        return "paused" if self.paused else "on"


def verify_card(offered: Offered) -> Card:
    """Show a reader the way to a verification, and where it is explained."""
    keyboard: list[list[Button]] = [[Button("button-verify", url=offered.url)]]
    if offered.how_to:
        keyboard.append([Button("button-how-to", url=offered.how_to)])
    return Card("gate", {"seconds": offered.seconds, "direct": offered.shortener is None}, keyboard)


def gate_card(numbers: Numbers, shorteners: Sequence[Listed], *, on: bool, mode: str) -> Card:
    """Say what happened at the gate today, in all and with each shortener."""
    known = {each.shortener.host: each for each in shorteners}
    rows = tuple(_row(name, numbers, known.get(name)) for name in sorted({*known, *numbers.shorteners}))
    args = {
        "on": on,
        "mode": Part(f"setting-gate-{mode}"),
        "date": numbers.day,
        "made": numbers.of(GateEvent.MADE),
        "verified": numbers.of(GateEvent.VERIFIED),
        "bypassed": numbers.of(GateEvent.BYPASSED),
        "refused": numbers.of(GateEvent.REFUSED),
        "reasons": Part("gate-reasons", {each.value: numbers.of(GateEvent.REFUSED, reason=each) for each in Refused}),
        "rows": rows or Part("gate-no-shortener"),
    }
    return Card("gate-numbers", args, _ways())


def shorteners_card(shorteners: Sequence[Listed]) -> Card:
    """List the shorteners, with a button for each."""
    last = [
        [Button("button-shortener-add", data="shortener-add")],
        [Button("button-settings-gate", data=f"settings:{Group.GATE}")],
    ]
    if not shorteners:
        return Card("shorteners-none", {}, last)
    rows = tuple(Part("shorteners-row", each.args) for each in shorteners)
    buttons = [[Button(text=each.shortener.host, data=f"shortener:{each.shortener.host}")] for each in shorteners]
    return Card("shorteners", {"rows": rows}, [*buttons, *last])


def shortener_card(listed: Listed, *, fixed: bool) -> Card:
    """Show one shortener, and what can be done with it; `fixed` ones are named by the environment."""
    host, enabled = listed.shortener.host, listed.shortener.enabled
    key = "button-shortener-off" if enabled else "button-shortener-on"
    rows: list[list[Button]] = [[Button(key, data=f"shortener-set:{host}:{'off' if enabled else 'on'}")]]
    if not fixed:
        rows.append([Button("button-shortener-del", data=f"shortener-del:{host}")])
    return Card("shortener", {**listed.args, "fixed": fixed}, [*rows, [Button("button-shorteners", data="shorteners")]])


def _row(name: str, numbers: Numbers, listed: Listed | None) -> Part:
    args = {
        **(listed.args if listed else {"name": name, "works": "gone"}),
        "made": numbers.of(GateEvent.MADE, shortener=name),
        "verified": numbers.of(GateEvent.VERIFIED, shortener=name),
        "bypassed": numbers.of(GateEvent.BYPASSED, shortener=name),
        "refused": numbers.of(GateEvent.REFUSED, shortener=name),
        "failed": numbers.of(GateEvent.FAILED, shortener=name),
    }
    return Part("gate-row", args)


def _ways() -> Keyboard:
    return [
        [Button("button-settings-gate", data=f"settings:{Group.GATE}")],
        [Button("button-shorteners", data="shorteners")],
    ]
