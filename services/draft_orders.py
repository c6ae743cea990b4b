"""Decides what a program may ask a draft to be: its order is read, and all that is wrong with it is said, by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from database.draft import DraftOptions
from services.draft_media import Medium, UnfitMedia, media_in
from services.draft_texts import CAPTION, MESSAGES, parts_of, units_over
from services.entities import BadEntity, html_of, mark_of
from services.errors import UserError
from services.markup import check_markup
from services.templates import LONGEST

FIELDS: Final = ("text", "entities", "html", "media", "targets", "send_at", "options", "key", "long")
"""What an order may have."""

LONG: Final = ("split", "file")
"""What may be done with a text that is too long."""

ENTITIES: Final = 1000
"""Entities of one text at most: Telegram shows 100 of each message."""

TARGETS: Final = 50
"""Chats that one order may name."""

KEY: Final = 128
"""Characters of an idempotency key."""

_TOO_LONG: Final = {
    "draft-text-long": f"It shows more than the {LONGEST} characters of a message, or the {CAPTION} of a caption: "
    'shorten it, or give "long": "split" (several messages) or "long": "file".',
    "draft-text-parts": f'It is longer than {MESSAGES} messages with the media: shorten it, or give "long": "file".',
}
"""What is said of a text that is too long, in place of what people in the chat are told."""

Problem = str | UserError
"""What is wrong with a field: a sentence, or the text that says so."""


class OrderRefused(Exception):  # noqa: N818 - says what happened
    """An order cannot be carried out.

    Attributes:
        fields: what is wrong, by field.
        rest: the order as far as it could be read.
    """

    def __init__(self, fields: Mapping[str, Problem], rest: DraftOrder | None = None) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)
        self.rest = rest


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """What a program asks for.

    `caption` is of the first medium, `texts` are messages of their own, after the media; `paper` goes as a file. All
    are HTML. `targets` are ids or public names; None: the default ones. `send_at` is UTC. The same `key` makes one
    draft.
    """

    caption: str | None = None
    texts: tuple[str, ...] = ()
    paper: str | None = None
    media: tuple[Medium, ...] = ()
    targets: tuple[int | str, ...] | None = None
    send_at: datetime | None = None
    options: DraftOptions = field(default_factory=DraftOptions)
    key: str | None = None

    def digest(self, files: Mapping[str, str]) -> str:
        """Name what is asked for, the key apart; `files` are the SHA-256 of what was uploaded, by field."""
        asked = {
            "said": [self.caption, self.texts, self.paper],
            "media": [[*asdict(each).values(), files.get(each.upload or "")] for each in self.media],
            "targets": self.targets,
            "send_at": self.send_at and self.send_at.isoformat(),
            "options": asdict(self.options),
        }
        return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def order_in(body: object, uploads: Mapping[str, str]) -> DraftOrder:
    """Read an order as JSON has it; `uploads` are the names of the files that came with it, by field.

    Raises:
        OrderRefused: it cannot be carried out; all that is wrong is in it.
    """
    if not isinstance(body, Mapping):
        raise OrderRefused({"": "The order is a JSON object."})
    problems: dict[str, Problem] = {
        str(name): f"There is no such field. There are: {', '.join(FIELDS)}." for name in body if name not in FIELDS
    }
    reading = _Reading(body, uploads, problems)
    media = reading.media()
    caption, texts, paper = reading.said(with_media=body.get("media") not in (None, []))
    order = DraftOrder(
        caption, texts, paper, media,
        reading.targets(), reading.send_at(), reading.options(), reading.key(),
    )  # fmt: skip
    if problems:
        raise OrderRefused(problems, order)
    return order


class _Reading:
    """One order as it is read."""

    def __init__(self, body: Mapping[str, Any], uploads: Mapping[str, str], problems: dict[str, Problem]) -> None:
        self._body = body
        self._uploads = uploads
        self._problems = problems

    def media(self) -> tuple[Medium, ...]:
        """The files, in their order; each upload belongs to one."""
        try:
            media = media_in(self._body.get("media"), self._uploads)
        except UnfitMedia as error:
            self._problems.update(error.fields)
            return ()
        for name in set(self._uploads) - {each.upload for each in media}:
            self._problems[name] = "No medium names this upload."
        return media

    def said(self, *, with_media: bool) -> tuple[str | None, tuple[str, ...], str | None]:
        """The caption, the texts of messages of their own, and what goes as a file."""
        said_in, html = self._html()
        long = self._body.get("long")
        if long is not None and long not in LONG:
            self._problems["long"] = f"It is one of: {', '.join(LONG)}."
        if html is None:
            if not with_media and not {"text", "html", "entities"} & set(self._problems):
                self._problems["html"] = "A draft says something: give html, or text, or media."
            return None, (), None
        longest = CAPTION if with_media else LONGEST
        try:
            check_markup(html)  # first: nonsense takes long to measure
            if units_over(html, longest) and long == "file":
                return None, (), html
            if units_over(html, longest) and long == "split":
                return None, self._split(html, MESSAGES - with_media), None
            [whole] = parts_of(html, longest=longest)
        except UserError as error:
            self._problems[said_in] = _TOO_LONG.get(error.key, error)
            return None, (), None
        return (whole, (), None) if with_media else (None, (whole,), None)

    def _split(self, html: str, most: int) -> tuple[str, ...]:
        texts = parts_of(html, "split")
        if len(texts) > most:
            raise UserError("draft-text-parts", most=most)
        return texts

    def _html(self) -> tuple[str, str | None]:
        """What it says, and the field that says it."""
        text, html, entities = (self._body.get(name) for name in ("text", "html", "entities"))
        if text is not None and html is not None:
            self._problems["html"] = "Give text or html, not both."
        if entities is not None and text is None:
            self._problems["entities"] = "They mark a text: give text as well."
        for name, value in (("text", text), ("html", html)):
            if value is not None and not isinstance(value, str):
                self._problems[name] = "It is a string."
                return name, None
        if isinstance(text, str):
            return ("entities" if entities else "text"), self._marked(text, entities)
        return "html", html if isinstance(html, str) and html.strip() else None

    def _marked(self, text: str, entities: object) -> str | None:
        if entities is not None and not isinstance(entities, list):
            self._problems["entities"] = "They are a list, as in the Bot API."
            return None
        if entities and len(entities) > ENTITIES:
            self._problems["entities"] = f"{ENTITIES} at most."
            return None
        marks = []
        for place, entity in enumerate(entities or ()):
            try:
                if not isinstance(entity, Mapping):
                    raise BadEntity("it is an object with type, offset and length")
                marks.append(mark_of(entity, text))
            except BadEntity as error:
                self._problems[f"entities[{place}]"] = _sentence(error)
        return html_of(text, (mark for mark in marks if mark)) if text.strip() else None

    def targets(self) -> tuple[int | str, ...] | None:
        """The chats that it names."""
        given = self._body.get("targets")
        if given is None:
            return None
        if not isinstance(given, list) or not all(type(each) in {int, str} for each in given):
            self._problems["targets"] = 'They are a list of ids and public names, such as [-1001234567890, "@name"].'
            return None
        if len(given) > TARGETS:
            self._problems["targets"] = f"{TARGETS} at most."
        return tuple(dict.fromkeys(given))

    def send_at(self) -> datetime | None:
        """When it is to go out."""
        given = self._body.get("send_at")
        if given is None:
            return None
        try:
            at = datetime.fromisoformat(given)
            if at.tzinfo is not None:
                return at.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        self._problems["send_at"] = "It is a time with its zone in ISO 8601, such as 2027-01-31T18:00:00+05:00."
        return None

    def options(self) -> DraftOptions:
        """How it is to come."""
        given, known = self._body.get("options"), asdict(DraftOptions())
        if given is None:
            return DraftOptions()
        if not isinstance(given, Mapping):
            self._problems["options"] = f"It is an object with some of: {', '.join(known)}."
            return DraftOptions()
        for name, value in given.items():
            if name not in known:
                self._problems[f"options.{name}"] = f"There is no such option. There are: {', '.join(known)}."
            elif not isinstance(value, bool):
                self._problems[f"options.{name}"] = "It is true or false."
        return DraftOptions(**{name: value for name, value in given.items() if name in known})

    def key(self) -> str | None:
        """What makes the same order twice one draft."""
        given = self._body.get("key")
        if given is None:
            return None
        if not isinstance(given, str) or not is_key(given):
            self._problems["key"] = f"It is a string of 1 to {KEY} printable ASCII characters."
            return None
        return given


def is_key(key: str) -> bool:
    """Tell whether this can be an idempotency key."""
    return 1 <= len(key) <= KEY and key.isascii() and key.isprintable()


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."
