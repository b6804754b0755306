"""The vectors of another embedder in place of the stored ones; nothing is extracted again."""

from __future__ import annotations

from itertools import islice

from ..core.progress import Reporter, Show
from ..core.records import ReadingVectors
from ..kg.resolution import resolve
from ..models.base import Embedder
from ..storage.rows import StoredDocument
from ..storage.store import Store
from .work import embed

_CHUNK = 64


def reindex(store: Store, embedder: Embedder, *, progress: Show = None) -> int:
    """Embed all documents of the namespace again, and return how many there are.

    The old vectors serve until the new ones are written, in one transaction; killed before, nothing changed.
    All new vectors are held in memory until then.

    Raises:
        StoreError: documents came or went meanwhile.
    """
    seen = store.revision()
    stream = store.load(vectors=False)
    found: list[tuple[StoredDocument, ReadingVectors]] = []
    with Reporter("reindex", show=progress, total=store.stats()["documents"]) as reporter:
        while some := list(islice(stream, _CHUNK)):
            found += zip(some, embed(some, embedder), strict=True)
            reporter.advance(len(some))
    store.reindex(found, embedder.info, seen=seen)
    resolve(store)
    return len(found)
