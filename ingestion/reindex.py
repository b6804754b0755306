"""The vectors of another embedder in place of the stored ones; nothing is extracted again."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.progress import Reporter, Show
from ..kg.resolution import resolve
from ..models.base import Embedder
from ..storage.meta import described
from ..storage.store import Store
from .work import embed

_CHUNK = 64


def reindex(store: Store, embedder: Embedder, *, progress: Show = None) -> int:
    """Embed all documents of the namespace again, and return how many there are.

    The old vectors serve until the last document is embedded; then the new ones take their place in one
    transaction. What was embedded before it was killed is not embedded again. Documents that come meanwhile
    are embedded as well.
    """
    info = embedder.info
    before, wanted = store.embedder(), described(info)

    def done_by_another() -> bool:
        return before != wanted and store.embedder() == wanted

    with Reporter("reindex", show=progress, total=store.stats()["documents"]) as reporter:
        while store.reindex(info) is None:
            for ids in _pages(store, embedder):
                if done_by_another():
                    break
                some = list(store.load(ids, vectors=False))
                store.reembed(list(zip(some, embed(some, embedder), strict=True)), info)
                reporter.advance(len(some))
            if done_by_another():
                store.drop_reembedded(info)
                break
    resolve(store)
    return store.stats()["documents"]


def _pages(store: Store, embedder: Embedder) -> Iterator[list[str]]:
    """Ids of documents that are not embedded anew yet."""
    last = ""
    while ids := store.not_reembedded(embedder.info, _CHUNK, after=last):
        yield ids
        last = ids[-1]
