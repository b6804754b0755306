"""What a search and an answer give back: hits with their reasons, paths, citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .records import Candidate, Entity, Span, StoredFact


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a hit's score: `share` of the whole, and what it saw."""

    part: str
    """"dense", "lexical", "seed", "walk", "path", "shared", "residual", …"""
    share: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with why it is there. `score` ranks within one search only."""

    passage_id: str
    document_id: str
    title: str
    text: str
    start: int
    end: int
    score: float
    language: str
    best_sentence: Span
    """Place in the document of the sentence nearest to the question."""
    reasons: tuple[Reason, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Path:
    """How evidence hangs together: the walk from a passage over a sentence that names the next."""

    source: str
    """Passage id where the step starts."""
    target: str
    """Passage id that it reaches."""
    entity: str
    """Name by which the sentence calls what the target is about."""
    sentence: Span
    """Place, in the source's document, of the sentence that makes the bridge."""
    score: float


@dataclass(frozen=True, slots=True)
class QueryEntity:
    """A name seen in the question and its readings."""

    text: str
    start: int
    end: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood of a question."""

    text: str
    language: str
    entities: tuple[QueryEntity, ...] = ()
    answer_type: str | None = None
    """"person", "place", "date", "number", "yes-no", "choice"; None when the question does not say."""
    relations: tuple[str, ...] = ()
    """Relations that its words ask for, in order: "birth" for "born", "geboren", "出生"."""
    compared: tuple[str, ...] = ()
    """The two things between which it asks to choose."""
    dates: tuple[str, ...] = ()
    """Dates that it names, ISO 8601; what a date leaves open stays open ("197X")."""
    as_of: str | None = None
    """ISO 8601 date that was asked about: documents dated later were not seen."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact with its source."""

    fact: StoredFact
    title: str
    """Title of the document that says it."""
    date: str | None
    """ISO 8601 date of the document, None without one."""
    quote: str
    """The document's text at `fact.start:fact.end`."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two documents that give an entity two values of what has one at a time; both are kept."""

    relation: str
    """"date of birth", "chief executive" …; see `kg.functional`."""
    name: str
    """Name of the entity that has one value."""
    entity: str
    """Its id."""
    newer: Statement
    older: Statement
    values: tuple[str, str]
    """The newer and the older value."""
    dated: bool
    """True where dates say which one is newer; otherwise the order means nothing."""


@dataclass(frozen=True, slots=True)
class History:
    """The facts of an entity over time, by predicate, the newest first in each."""

    entity: Entity
    predicates: Mapping[str, tuple[Statement, ...]]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked evidence for a question."""

    query: Query
    passages: tuple[Hit, ...] = ()
    facts: tuple[StoredFact, ...] = ()
    entities: tuple[Entity, ...] = ()
    paths: tuple[Path, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""
    revision: int = 0
    """Revision of the store that was searched."""
    reliability: float = 0.0
    """Best raw support of the question by the evidence, 0..1: what abstention looks at."""
    notes: tuple[str, ...] = ()
    """What the search had to do without, a sentence each."""
    conflicts: tuple[Conflict, ...] = ()
    """Contradictions between the documents found, the newer side first."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation that supports an answer: `document.text[start:end] == quote`."""

    number: int
    """1-based number of the evidence it points at."""
    document_id: str
    title: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Clarification:
    """A question back to the user, when two readings of a name would change the answer."""

    question: str
    options: tuple[str, ...]
