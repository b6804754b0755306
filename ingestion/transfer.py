"""Content of another namespace on its way into a store: an archive, or a store that is copied."""

from __future__ import annotations

import time

from ..core.records import IngestReport
from ..kg.resolution import resolve
from ..storage.content import Content
from ..storage.store import Store


def load(store: Store, content: Content, job: str | None = None) -> IngestReport:
    """Merge content into a store and decide what that makes undecided.

    Args:
        job: id of the job to keep.

    Raises: as `Store.load_content`.
    """
    start = time.perf_counter()
    counts = store.load_content(content, job)
    resolve(store)
    wall = {"wall": time.perf_counter() - start}
    return IngestReport(
        added=counts["added"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        passages=counts["passages"],
        mentions=counts["mentions"],
        facts=counts["facts"],
        characters=counts["characters"],
        seconds=wall,
        revision=store.revision(),
        job=job or "",
    )
