"""Which documents one ingestion has met: bounded in memory however many they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from types import TracebackType
from typing import Self

from ..core.records import Document


class Seen:
    """Content hashes by document id, in a temporary database that spills to disk and goes with the object."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE seen (id TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID; BEGIN;"
        )

    def first_hash(self, document: Document) -> str | None:
        """Note the document; the hash under which its id came first, None when this is the first time."""
        with closing(self._database.execute("SELECT hash FROM seen WHERE id = ?", (document.id,))) as cursor:
            row: Sequence[str] | None = cursor.fetchone()
        if row is not None:
            return row[0]
        self._database.execute("INSERT INTO seen VALUES (?, ?)", (document.id, document.content_hash))
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
