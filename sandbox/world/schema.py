"""The tables behind the world."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS auth_keys (key_id INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (key_id INTEGER PRIMARY KEY, account INTEGER NOT NULL, lang_code TEXT NOT NULL);
"""
