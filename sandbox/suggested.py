"""What a newcomer is offered to try with this bot: three stories, step by step, for the page of the local Telegram."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sandbox.stage import OWNER_PHONE, READER_PHONES

SAMPLE: Final = Path(__file__).with_name("sample") / "sunrise.jpg"
"""A picture for who has no file at hand."""
NEWS: Final = "draftkeep_news"
"""The public channel that drafts go to."""
READER_LANGUAGES: Final = ("uz", "ru")
DRAFT: Final = "/draft Good morning! The first issue is out."
WORDS: Final = "Tomorrow we open at ten. Come early!"


def suggestions(bot: str, status: str) -> dict[str, Any]:
    """The suggestions file of a bot with this user name, whose status page is there."""
    owner, reader, other = OWNER_PHONE, *READER_PHONES
    chat, news = f"@{bot}", f"@{NEWS}"
    own = {"person": owner, "chat": chat}
    languages = dict(zip(READER_PHONES, READER_LANGUAGES, strict=True))
    readers = [
        {"phone": phone, "first_name": name, "language_code": languages[phone], "note": note, "knows": [chat]}
        for phone, name, note in ((reader, "Rustam", "a reader, in Uzbek"), (other, "Anna", "a reader, in Russian"))
    ]
    return {
        "title": "Draftkeep on a local Telegram",
        "people": [
            {"phone": owner, "first_name": "Olivia", "language_code": "en", "note": "owns the bot", "knows": [chat]},
            *readers,
        ],
        "links": [
            {"title": "Status page of the bot", "url": f"{status}/"},
            {"title": "Whether it is ready, for programs", "url": f"{status}/readyz"},
            {"title": "Its metrics, for Prometheus", "url": f"{status}/metrics"},
        ],
        "tries": [_store(own, reader), _draft(own, news, reader, other), _broadcast(own, reader, other)],
    }


def _store(own: dict[str, str], reader: str) -> dict[str, Any]:
    link = r"[?&]start="
    return {
        "id": "store",
        "title": "Store a file, open its link",
        "text": "The bot keeps the file, and hands it to whoever has the link.",
        "seconds": 20,
        "steps": [
            {
                "text": "Olivia sends the bot a file. It answers with a link.",
                "do": "attach",
                **own,
                "sample": str(SAMPLE),
                "seen": {**own, "out": False, "text": link},
            },
            {
                "text": "Rustam opens the link, and has the file.",
                "do": "link",
                "person": reader,
                "chat": own["chat"],
                "value": link,
                "from": own,
                "seen": {"person": reader, "chat": own["chat"], "out": False, "media": True},
            },
        ],
    }


def _draft(own: dict[str, str], news: str, reader: str, other: str) -> dict[str, Any]:
    return {
        "id": "draft",
        "title": "Review a draft",
        "text": "Nothing goes out before somebody says yes.",
        "seconds": 30,
        "steps": [
            {
                "text": "Olivia drafts a post for the News channel.",
                "do": "send",
                **own,
                "value": DRAFT,
                "seen": {**own, "out": False, "button": "^sketch-done:"},
            },
            {
                "text": "She hands it in. Whoever reviews gets it to decide.",
                "do": "press",
                **own,
                "data": "^sketch-done:",
                "seen": {**own, "out": False, "button": "^draft-send:"},
            },
            {
                "text": "She presses Send: it is published, once.",
                "do": "press",
                **own,
                "data": "^draft-send:",
                "seen": {"person": reader, "chat": news, "text": "."},
            },
            {"text": "Rustam reads it in News.", "do": "open", "person": reader, "chat": news},
            {"text": "Anna reads it there, too.", "do": "open", "person": other, "chat": news},
        ],
    }


def _broadcast(own: dict[str, str], reader: str, other: str) -> dict[str, Any]:
    return {
        "id": "broadcast",
        "title": "Write to all readers",
        "text": "A broadcast reaches everybody once, whatever happens meanwhile.",
        "seconds": 30,
        "steps": [
            {"text": "Olivia writes what everybody is to read.", "do": "send", **own, "value": WORDS},
            {
                "text": "She answers it with /broadcast, and sees it as readers will.",
                "do": "reply",
                **own,
                "to": "^[^/]",
                "value": "/broadcast",
                "seen": {**own, "out": False, "button": "^cast-start:"},
            },
            {
                "text": "She presses Send now.",
                "do": "press",
                **own,
                "data": "^cast-start:",
                "seen": {"person": other, "chat": own["chat"], "out": False, "text": "."},
            },
            {"text": "Rustam has it.", "do": "open", "person": reader, "chat": own["chat"]},
            {"text": "So has Anna.", "do": "open", "person": other, "chat": own["chat"]},
        ],
    }
