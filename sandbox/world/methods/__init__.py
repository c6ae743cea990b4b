"""What each method does, one file per subject."""

from __future__ import annotations

from sandbox.world.methods import (
    auth,
    bots,
    channels,
    deletions,
    edits,
    files,
    forwards,
    help,  # noqa: A004 - named as Telegram names it
    history,
    inline,
    invites,
    media,
    members,
    messages,
    pins,
    updates,
    users,
)

LOADED = (
    auth, bots, channels, deletions, edits, files, forwards, help, history, inline, invites, media, members, messages,
    pins, updates, users,
)  # fmt: skip
"""Every module here: importing it is what makes its methods served."""
