"""What the page is asked for and is not there: 404 with words that say what to do."""

from __future__ import annotations


class MissingError(Exception):
    """Something that is not there; `name` is what a program may tell it by."""

    name = "MISSING"


class NoPerson(MissingError):  # noqa: N818 - what is missing
    """Nobody of the page has this id."""

    name = "NO_PERSON"

    def __init__(self, person_id: int) -> None:
        super().__init__(f"Nobody on this page has the id {person_id}: load the page anew to see who is here.")


class NoChat(MissingError):  # noqa: N818 - what is missing
    """This person knows no such chat."""

    name = "NO_CHAT"

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"This person knows no chat {chat_id}: open it by its link or its user name first.")


class NoMessage(MissingError):  # noqa: N818 - what is missing
    """There is no such message in this chat, or not any more."""

    name = "NO_MESSAGE"

    def __init__(self, message_id: int) -> None:
        super().__init__(f"There is no message {message_id} in this chat: it was deleted, or never came here.")
