"""The gate: what may become a stored document, in the form in which it is stored.

Everything that comes in passes here once, so that the rooms behind can rely on it: strings are cleaned
(NUL and lone surrogates become U+FFFD), ids are there, texts are there and not too long, languages are
ISO codes, dates ISO 8601, and metadata is plain JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..core.errors import EmptyDocumentError, MalformedDocumentError
from ..core.records import Document
from ..core.settings import IngestionSettings
from ..core.text import clean
from .readers.base import too_long
from .readers.mapping import string_field

ID_LENGTH = 500
"""Characters of a document's id."""
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_][a-z0-9]+)*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d.*)?)?)?")


def admit(document: Document, limits: IngestionSettings) -> Document:
    """The document as it will be stored.

    Raises:
        EmptyDocumentError: it has no text.
        DocumentTooLargeError: it has too much.
        MalformedDocumentError: id, title, language, date or metadata are not what they must be.
    """
    for name in ("id", "text", "title"):
        string_field({name: getattr(document, name)}, name)
    if not document.text.strip("\0 \t\n\r\f\v\ufeff\u200b") or document.text.isspace():
        raise EmptyDocumentError("the document has no text")
    if len(document.text) > limits.max_characters:
        raise too_long(len(document.text), limits)
    id = clean(document.id)
    if not id.strip():
        raise MalformedDocumentError("the document's id is empty")
    if len(id) > ID_LENGTH:
        raise MalformedDocumentError(f"id of {len(id)} characters; the limit is {ID_LENGTH}")
    return Document(
        id=id,
        text=clean(document.text),
        title=clean(document.title),
        metadata=_metadata(document.metadata),
        language=_language(document.language),
        date=_date(document.date),
    )


def _language(language: str | None) -> str | None:
    """The primary part of the code: "zh" of "zh-CN"."""
    if not language:
        return None
    found = _LANGUAGE.fullmatch(language) if isinstance(language, str) else None
    if found is None:
        raise MalformedDocumentError(f"language {language!r} is no ISO 639 code such as 'en'")
    return found.group(1).lower()


def _date(moment: str | None) -> str | None:
    if not moment:
        return None
    if isinstance(moment, str) and _DATE.fullmatch(moment):
        try:
            datetime.fromisoformat(moment if len(moment) >= 10 else moment + "-01-01"[len(moment) - 4 :])
        except ValueError:
            pass
        else:
            return moment
    raise MalformedDocumentError(f"date {moment!r} is not ISO 8601, such as '2019' or '2019-05-31'")


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON: what JSON does not know becomes a string, a number that is none becomes None."""
    if not isinstance(metadata, Mapping):
        raise MalformedDocumentError(f"metadata is a mapping, not {type(metadata).__name__}")
    if not metadata:
        return {}
    try:
        plain = json.loads(json.dumps(dict(metadata), default=str))
    except (TypeError, ValueError, RecursionError) as error:
        raise MalformedDocumentError(f"metadata cannot be kept as JSON: {error}") from error
    cleaned: dict[str, Any] = _clean_value(plain)
    return cleaned


def _clean_value(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _clean_value(item) for key, item in value.items()}
    return value
