"""Small steps that streams of documents pass."""

from __future__ import annotations

import time
from collections.abc import Iterator

from ..core.records import Document, Failure

Item = Document | Failure


def chunks(items: Iterator[Item], most: int, characters: int) -> Iterator[list[Item]]:
    """Lists of up to `most` items; one ends early with the document that brings it to `characters`."""
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.text) if isinstance(item, Document) else 0
        if len(chunk) == most or size >= characters:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def timed(items: Iterator[Item], seconds: dict[str, float], stage: str) -> Iterator[Item]:
    """The same items; the seconds that each takes to come are added to a stage."""
    while True:
        start = time.perf_counter()
        item = next(items, None)
        seconds[stage] += time.perf_counter() - start
        if item is None:
            return
        yield item
