"""Reads the posts of a channel's public preview page: a program of its own, as a page may be made to take for ever.

The page comes in on the standard input, its posts go out on the standard output as JSON: number, time, text. The
standard parser needs a minute for 120 KB of `<a b='`, so it runs within limits, which `services.results` gives it.
"""

import json
import sys
from html.parser import HTMLParser
from typing import Any

POSTS = 100
"""Posts of a page at most; Telegram shows twenty."""

TEXT = 4096
"""Characters of a post's text at most (Telegram's limit)."""


def main() -> int:
    """Read a page, write its posts. Returns the exit code."""
    reader = Reader()
    reader.feed(sys.stdin.buffer.read().decode("utf-8", "replace"))
    reader.close()
    json.dump(reader.posts, sys.stdout)
    return 0


class Reader(HTMLParser):
    """Collects posts: what begins with `data-post`, its own text and its date, without what it quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict[str, Any]] = []
        self._post: dict[str, Any] | None = None
        self._depth = 0
        """How many elements of its kind are open in a post's text, its own counted; 0: outside of one."""
        self._kind = ""
        self._dated = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a post, its text or its date."""
        values = dict(attrs)
        classes = (values.get("class") or "").split()
        if values.get("data-post"):
            self._begin(str(values["data-post"]), classes)
        elif self._depth:
            self._depth += tag == self._kind
            if tag == "br":
                self._write("\n")
        elif "js-message_text" in classes:
            self._write("\n")
            self._kind, self._depth = tag, 1
        elif tag == "a":
            self._dated = "tgme_widget_message_date" in classes
        elif tag == "time" and self._dated and self._post is not None:
            self._post["at"] = str(values.get("datetime") or "")

    def handle_endtag(self, tag: str) -> None:
        """End a post's text, or its date."""
        if self._depth:
            self._depth -= tag == self._kind
        elif tag == "a":
            self._dated = False

    def handle_data(self, data: str) -> None:
        """Take words of a post's text."""
        if self._depth:
            self._write(data)

    def _begin(self, place: str, classes: list[str]) -> None:
        number = place.rpartition("/")[2]
        self._post, self._depth, self._dated = None, 0, False
        is_post = number.isascii() and number.isdigit() and len(number) < 11
        if is_post and "service_message" not in classes and len(self.posts) < POSTS:
            self._post = {"number": int(number), "at": "", "text": ""}
            self.posts.append(self._post)

    def _write(self, words: str) -> None:
        if self._post is not None:
            self._post["text"] = (self._post["text"] + words)[:TEXT]


if __name__ == "__main__":
    sys.exit(main())
