"""What was found is of one version of the documents: places are the index's, texts are the tables'.

A writer may commit between the two. Then the search is made again over the newer index; after a few times
what belongs to documents that keep changing is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..core.results import SearchResult
from ..storage.readable import Readable

ATTEMPTS = 3
"""Searches before documents that a writer keeps changing are left out."""


def of_one_version(search: Callable[[], SearchResult], store: Readable) -> SearchResult:
    """What `search` finds, made again while documents that it speaks of change under it."""
    for attempt in range(ATTEMPTS):
        found = search()
        changed = _changed(found, store)
        if not changed or attempt == ATTEMPTS - 1:
            break
    return _without(found, changed) if changed else found


def _changed(found: SearchResult, store: Readable) -> frozenset[str]:
    """Documents of what was found that came, went or changed after its revision."""
    if store.revision() == found.revision:
        return frozenset()
    spoken_of = {hit.document_id for hit in found.passages} | {fact.document_id for fact in found.facts}
    spoken_of |= {step.bridge.document_id for step in found.paths if step.bridge is not None}
    spoken_of |= {quote.document_id for theme in found.themes for quote in theme.sentences}
    changes = store.changes(found.revision)
    if any(change.is_forgotten for change in changes):
        return frozenset(spoken_of)
    return frozenset(spoken_of.intersection(change.document_id or "" for change in changes))


def _without(found: SearchResult, changed: frozenset[str]) -> SearchResult:
    """What was found, less what these documents say."""
    gone = {hit.passage_id for hit in found.passages if hit.document_id in changed}
    return replace(
        found,
        passages=tuple(
            replace(hit, path=tuple(s for s in hit.path if s.bridge and s.bridge.document_id not in changed))
            for hit in found.passages
            if hit.document_id not in changed
        ),
        facts=tuple(fact for fact in found.facts if fact.document_id not in changed),
        paths=tuple(
            step
            for step in found.paths
            if gone.isdisjoint((step.source, step.target))
            and (step.bridge is None or step.bridge.document_id not in changed)
        ),
        conflicts=tuple(
            each
            for each in found.conflicts
            if changed.isdisjoint((each.newer.fact.document_id, each.older.fact.document_id))
        ),
        themes=tuple(
            replace(
                theme,
                facts=tuple(f for f in theme.facts if f.document_id not in changed),
                sentences=tuple(q for q in theme.sentences if q.document_id not in changed),
            )
            for theme in found.themes
        ),
    )
