"""The question back to the user: when two readings of a name stand close and lead to different answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core.records import Candidate
from ..core.results import Clarification, Hit, SearchResult
from ..core.text import fold, parenthesis, without_parenthesis
from ..kg.words import words_of
from .evidence import gather
from .extractive import Draft, read
from .question import understand
from .spans import Known

CLOSE = 0.6
"""Share of the first reading's score that the second must have."""
NEAR = 0.15
"""Difference in how much of the question the two answers bear, up to which they compete."""


@dataclass(frozen=True, slots=True)
class _Reading:
    candidate: Candidate
    documents: frozenset[str]


def clarify(question: str, language: str, found: SearchResult, limit: int) -> Clarification | None:
    """The clarification, or None where one reading is meant or all readings give the same answer.

    The two best readings of a name are compared where both have evidence of their own in `found`: the
    extractive reader answers once without the passages of the one, once without those of the other.

    Args:
        limit: passages to read.
    """
    for entity in found.query.entities:
        pair = _close(entity.candidates, found)
        if pair is None or pair[0].documents == pair[1].documents:
            continue
        first, second = (
            _draft(question, language, _without(found, mine.documents, other.documents), limit)
            for mine, other in (pair, pair[::-1])
        )
        if first is None or second is None or not _differ(first, second):
            continue
        options = tuple(_named(r, found) for r in pair)
        if fold(options[0]) == fold(options[1]):
            continue
        words = words_of(language)
        listed = f", {words.phrases['or']} ".join(options) if words.code != "zh" else "，还是".join(options)
        return Clarification(words.phrase("clarify", name=entity.text, options=listed), options)
    return None


def _close(candidates: tuple[Candidate, ...], found: SearchResult) -> tuple[_Reading, _Reading] | None:
    """The two best readings, where both have evidence and the second is not far behind."""
    ranked = sorted(candidates, key=lambda c: (-c.score, c.entity))[:2]
    if len(ranked) < 2 or ranked[1].score < CLOSE * ranked[0].score or ranked[1].score <= 0:
        return None
    readings = [_Reading(c, _documents(c, found)) for c in ranked]
    return (readings[0], readings[1]) if all(r.documents for r in readings) else None


def _documents(candidate: Candidate, found: SearchResult) -> frozenset[str]:
    """Documents of the evidence that are about the entity."""
    about = {d for e in found.entities if e.id == candidate.entity for d in e.documents}
    by_id = {h.document_id for h in found.passages if h.document_id in about}
    by_title = {h.document_id for h in found.passages if fold(h.title) == fold(candidate.name)}
    return frozenset(by_id or by_title)


def _without(found: SearchResult, mine: frozenset[str], other: frozenset[str]) -> SearchResult:
    """The search as if the other reading's documents were not there."""
    gone = other - mine
    return replace(
        found,
        passages=tuple(h for h in found.passages if h.document_id not in gone),
        facts=tuple(f for f in found.facts if f.document_id not in gone),
    )


def _draft(question: str, language: str, found: SearchResult, limit: int) -> Draft | None:
    understood = understand(question, language, found)
    return read(understood, gather(understood, found, limit), Known.of(found), found)


def _differ(first: Draft, second: Draft) -> bool:
    """True when both answer about as well, and not the same."""
    if abs(first.coverage - second.coverage) > NEAR or bool(first.short) != bool(second.short):
        return False
    a, b = (fold(d.short or (d.citations[-1].quote if d.citations else "")) for d in (first, second))
    return a != b and not (a in b or b in a)


def _named(reading: _Reading, found: SearchResult) -> str:
    """The reading by name and description."""
    candidate = reading.candidate
    described = candidate.description or next(
        (e.description for e in found.entities if e.id == candidate.entity and e.description), ""
    )
    name = without_parenthesis(candidate.name)
    described = described or parenthesis(candidate.name) or _opening(reading.documents, found.passages)
    return f"{name} ({described})" if described else candidate.name


def _opening(documents: frozenset[str], hits: tuple[Hit, ...]) -> str:
    """The first words of a passage about it, where nothing else describes it."""
    for hit in hits:
        if hit.document_id in documents:
            text = " ".join(hit.text.split())
            return text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + "…"
    return ""
