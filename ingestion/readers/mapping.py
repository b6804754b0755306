"""A document as a mapping: the form of a JSON line, of a row of a table, of a dict given by a program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...core.errors import MalformedDocumentError
from ...core.records import Document
from ...core.text import content_id

_FIELDS = frozenset({"id", "title", "text", "metadata", "language", "date"})


def document_of(fields: object, *, default_id: str | None = None) -> Document:
    """The document that a mapping describes: "text", and what else a document has; other fields are metadata.

    Args:
        fields: the mapping.
        default_id: its id when it has none; None derives one from the content.

    Raises:
        MalformedDocumentError: a field is missing or not of the kind that it must be.
    """
    if not isinstance(fields, Mapping):
        raise MalformedDocumentError(f"a document is a mapping with a text, not {type(fields).__name__}")
    text, title = string_field(fields, "text"), string_field(fields, "title", "")
    metadata = fields.get("metadata") or {}
    if not isinstance(metadata, Mapping):
        raise MalformedDocumentError(f"metadata is a mapping, not {type(metadata).__name__}")
    others = {str(name): value for name, value in fields.items() if name not in _FIELDS}
    id = fields.get("id")
    if isinstance(id, int) and not isinstance(id, bool):
        id = str(id)
    if id is None:
        id = default_id or content_id("document", title, text)
    if not isinstance(id, str):
        raise MalformedDocumentError(f"id is a string, not {type(id).__name__}")
    moment = fields.get("date")
    if isinstance(moment, date):  # a datetime is one, too
        moment = moment.isoformat()
    return Document(
        id=id,
        text=text,
        title=title,
        metadata={**others, **metadata},
        language=string_field(fields, "language", "") or None,
        date=string_field({"date": moment}, "date", "") or None,
    )


def document_of_text(text: str) -> Document:
    """A bare text as a document; its id is derived from it, so that the same text is the same document."""
    return Document(content_id("document", "", text), text)


def string_field(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A field that must be a string.

    Raises:
        MalformedDocumentError: it is something else, or missing without a default.
    """
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        kind = "is missing" if value is None else f"is a string, not {type(value).__name__}"
        raise MalformedDocumentError(f"{name} {kind}")
    return value
