"""The gate where sensitive values become pseudonyms: before a document is hashed, read or stored.

Everything behind it sees redacted text only: offsets, hashes, vectors, dead letters and logs. It stands where
all sources come together, so that it holds for files, documents and texts, new and updated alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core.records import Document, Failure
from ..core.redaction import Detector, find, redact
from ..core.settings import IngestionSettings
from ..storage.store import Store
from .presidio import PRESIDIO, presidio_detector

KEY = "redaction key"
"""Name in the namespace's meta of the key that pseudonyms are made with."""


class Redactor:
    """Replaces sensitive values in title, text and metadata of documents, and in the reasons of failures."""

    def __init__(self, kinds: Collection[str], key: bytes, detectors: Sequence[Detector] = ()) -> None:
        self._kinds, self._key, self._detectors = frozenset(kinds), key, detectors
        self._counts: Counter[str] = Counter()

    @classmethod
    def of(cls, settings: IngestionSettings, store: Store) -> Redactor | None:
        """The redactor that the settings ask for, with the namespace's key; None for none.

        Raises:
            MissingExtraError: Presidio is asked for and not installed.
        """
        if not settings.redact:
            return None
        detectors = [presidio_detector()] if PRESIDIO in settings.redact else []
        return cls(settings.redact, store.secret(KEY), detectors)

    @property
    def redactions(self) -> Mapping[str, int]:
        """Values replaced so far, by kind."""
        return {str(kind): count for kind, count in sorted(self._counts.items())}

    def __call__(self, item: Document | Failure) -> Document | Failure:
        """The same item without its sensitive values; ids of documents stay."""
        if isinstance(item, Failure):
            return replace(item, reason=self._text(item.reason))
        return replace(
            item,
            text=self._text(item.text),
            title=self._text(item.title),
            metadata=self._value(dict(item.metadata)),
        )

    def _text(self, text: str) -> str:
        redacted, counts = redact(text, find(text, self._kinds, self._detectors), self._key)
        self._counts.update(counts)
        return redacted

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if isinstance(value, dict):
            return {self._text(key): self._value(each) for key, each in value.items()}
        return value
