"""What stands of the facts that a search found: on the day that is asked for, and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..core.errors import QueryError
from ..core.records import StoredFact
from ..core.results import SearchResult
from ..core.validity import holds_at, partial_of
from ..kg import conflicts
from ..kg.functional import predicates
from ..storage.readable import Readable

_HOLDS = 1.25
"""What a fact gains whose own text says that it holds on the day."""


def settled(found: SearchResult, store: Readable, as_of: str | None = None) -> SearchResult:
    """The result with the facts that hold, and with the contradictions between the documents found.

    Args:
        as_of: ISO 8601 day, month or year; facts that do not hold then are left out, and those whose text
            says that they do come first. None keeps all.

    Raises:
        QueryError: it is no date.
    """
    day = checked_day(as_of)
    facts = found.facts if day is None else holding(found.facts, day)
    ids = list(dict.fromkeys(hit.document_id for hit in found.passages))
    if len(ids) < 2 or not conflicts.possible(store.fact_ends(ids, predicates())):
        return replace(found, facts=facts)

    def stated(said: Sequence[str] | None = None) -> Iterator[StoredFact]:
        return (
            fact
            for fact in store.facts(ids, predicates=said)
            if day is None or holds_at(fact.valid_from, fact.valid_to, day)
        )

    against = conflicts.find(stated, store.documents, claiming=lambda: stated(predicates()))
    return replace(found, facts=facts, conflicts=against)


def checked_day(as_of: str | None) -> str | None:
    """A day as it is compared.

    Raises:
        QueryError: it is no ISO 8601 date.
    """
    if as_of is None:
        return None
    day = partial_of(as_of)
    if day is None:
        raise QueryError(f"as_of is {as_of!r}, which is no date such as '2019', '2019-03' or '2019-03-05'")
    return day


def holding(facts: Sequence[StoredFact], day: str) -> tuple[StoredFact, ...]:
    """The facts that hold on a day, those first whose text says so, in their order otherwise."""
    kept = [
        replace(f, score=f.score * _HOLDS) if (f.valid_from, f.valid_to) != (None, None) else f
        for f in facts
        if holds_at(f.valid_from, f.valid_to, day)
    ]
    return tuple(sorted(kept, key=lambda f: -f.score))
