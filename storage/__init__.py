"""The truth of a knowledge base: one SQL database, on SQLite or PostgreSQL.

- A **store** is one namespace of a database; it sees nothing of the others.
- A **batch** is what one transaction writes, whole or not at all; it makes one **revision** and its lines in
  the **change log**, which projections (vector index, lexical index, graph) follow.
- A name is **dirty** when what is seen under it changed: its block must be decided again
  (`Store.observations`, `Store.decide`). A decision is stored apart from the mention that it is about, so it
  can be replaced or overruled.
- The **fingerprint** hashes the content, derived rows included, whatever the order in which it came.

>>> from clew.core.records import Document, Reading
>>> from clew.storage import Batch, Store
>>> reading = Reading(Document("a1", "Rain."), "en", "none", (), (), (), ())
>>> with Store.open(":memory:") as store:
...     revision = store.commit(Batch([(reading, None)]))
...     revision, store.document("a1").text
(1, 'Rain.')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rows import AliasRow, Batch, Change, EntityRow, Observation, StoredDocument
    from .store import Store

__all__ = ["AliasRow", "Batch", "Change", "EntityRow", "Observation", "Store", "StoredDocument"]


def __getattr__(name: str) -> Any:
    # SQLAlchemy comes in only when a store is really used
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import rows, store

    return getattr(store if name == "Store" else rows, name)
