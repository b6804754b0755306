"""Knowledge that a chat application can trust: documents in, evidence and cited answers out.

>>> from clew import Document
>>> Document(id="a1", title="Apple", text="Apple makes the iPhone.").title
'Apple'
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.errors import ClewError
    from .core.records import Document, IngestReport, Link
    from .core.results import Citation, Hit, SearchResult
    from .core.settings import Settings
    from .generation.answer import Answer
    from .knowledge_base import KnowledgeBase

__all__ = [
    "Answer",
    "Citation",
    "ClewError",
    "Document",
    "Hit",
    "IngestReport",
    "KnowledgeBase",
    "Link",
    "SearchResult",
    "Settings",
]

_HOME = {
    "Answer": ".generation.answer",
    "ClewError": ".core.errors",
    "KnowledgeBase": ".knowledge_base",
    "Settings": ".core.settings",
    **dict.fromkeys(("Document", "IngestReport", "Link"), ".core.records"),
    **dict.fromkeys(("Citation", "Hit", "SearchResult"), ".core.results"),
}

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    """Names of the face load their room when they are first used, so that `import clew` is quick."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
