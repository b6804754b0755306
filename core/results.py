"""What a search and an answer give back: hits with their reasons, paths, themes, connections, citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .errors import QueryError
from .records import Candidate, Entity, Span, StoredFact


class Mode(StrEnum):
    """What a search looks for first; `Mode.of` accepts the usual spellings."""

    AUTO = "auto"
    """Chosen by the question; `Query.reason` says why."""
    PASSAGES = "passages"
    FACTS = "facts"
    LOCAL = "local"
    """Around one entity: its facts, its neighbours, the passages that speak of it."""
    GLOBAL = "global"
    """Themes of the whole."""

    @classmethod
    def of(cls, name: str) -> Mode:
        """The mode of that name, whatever its case, in the singular or plural.

        Raises:
            QueryError: there is no such mode.
        """
        key = name.strip().casefold() if isinstance(name, str) else ""
        found = _SPELLINGS.get(key) or next((m for m in cls if key in (m.value, m.value.rstrip("s"))), None)
        if found is None:
            raise QueryError(f"there is no mode {name!r}; there are {', '.join(cls)}")
        return found


_SPELLINGS = {
    "default": Mode.AUTO,
    "text": Mode.PASSAGES,
    "triples": Mode.FACTS,
    "entity": Mode.LOCAL,
    "theme": Mode.GLOBAL,
    "themes": Mode.GLOBAL,
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a document's text: `document.text[start:end] == text`."""

    document_id: str
    title: str
    start: int
    end: int
    text: str


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
    seeds: tuple[str, ...] = ()
    """Names in the question, as written there, that what the passage is about goes by."""
    path: tuple[Path, ...] = ()
    """The steps of the walk from a seed to this passage, in order; empty where it was found without."""


@dataclass(frozen=True, slots=True)
class Path:
    """How evidence hangs together: the walk from a passage over a sentence that names the next."""

    source: str
    """Passage id where the step starts."""
    target: str
    """Passage id that it reaches."""
    entity: str
    """Name of what the target is about; of a place, the sentence may say only its people or a city there."""
    sentence: Span
    """Place, in the source's document, of the sentence that makes the bridge."""
    score: float
    bridge: Quote | None = None
    """That sentence with its words."""
    relations: tuple[str, ...] = ()
    """Relations that the question asks for and a fact of that sentence says of the entity: "direct"."""


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
    mode: Mode = Mode.PASSAGES
    """How was searched; never `AUTO`."""
    reason: str = ""
    """Why that mode, where it was chosen by the question."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a part of the corpus is about: entities that hang together, described by what is said of them."""

    id: str
    """Hash of its entities: the same members, the same id."""
    title: str
    """Names of its most central entities."""
    entities: tuple[Entity, ...]
    """The most central ones, first the one most tied to the others."""
    facts: tuple[StoredFact, ...]
    sentences: tuple[Quote, ...]
    """Sentences that name the most of it."""
    size: int
    """Entities in all."""
    documents: int
    """Documents that name one of them."""
    score: float
    """Rank within one search."""
    summary: str = ""
    """By a language model, where one was passed in."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One step between two entities, with the place that ties them."""

    source: str
    """Entity id."""
    source_name: str
    target: str
    target_name: str
    kind: str
    """"fact", "about" (one is named in the document about the other) or "co-mention" (in one sentence)."""
    predicate: str
    """Of the fact; "" for the other kinds."""
    forward: bool
    """True when the fact's subject is the source."""
    negated: bool
    quote: Quote
    """The sentence."""
    weight: float
    """Trust in the tie, less for an entity that half the corpus names."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A way from one entity to another."""

    ties: tuple[Tie, ...]
    score: float
    """Product of the ties' weights."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the entities on the way, both ends included."""
        return tuple([tie.source_name for tie in self.ties] + [tie.target_name for tie in self.ties[-1:]])


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
    """Milliseconds by stage; "walk and terms" sums up what scoring adds to the base, "total" is the whole."""
    revision: int = 0
    """Revision of the store that was searched."""
    reliability: float = 0.0
    """Best raw support of the question by the evidence, 0..1: what abstention looks at."""
    themes: tuple[Theme, ...] = ()
    """Of mode "global"."""
    conflicts: tuple[Conflict, ...] = ()
    """Contradictions between the documents found, the newer side first."""
    warnings: tuple[str, ...] = ()
    """What did not work as asked or had to be done without, such as a reranker that failed."""

    def to_html(self) -> str:
        """One self-contained page: the question, what was found, and why."""
        from .found_page import found_page

        return found_page(self)


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
