"""What goes into the store and comes out of it, beyond the records of `core`.

All are frozen. `Batch` is what one transaction writes; the others are what reads give back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..core.records import (
    Candidate,
    Document,
    Entity,
    Failure,
    Label,
    Mention,
    Name,
    Part,
    Passage,
    Reading,
    ReadingVectors,
    Span,
    StoredFact,
)
from ..core.text import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..core.records import FloatArray

    CodeArray = NDArray[np.int8]

KEY_LENGTH = 240
"""Characters of a folded name that the store compares: a database's index has a limit, a name has none."""


def name_key(text: str) -> str:
    """The folded name under which the store finds a text; "" when nothing of it can be compared.

    >>> name_key("Mercury (planet)"), name_key("!!!")
    ('mercury planet', '')
    """
    return fold(text)[:KEY_LENGTH]


class EmbedderLike(Protocol):
    """What the store asks of an embedder: who it is."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def dimension(self) -> int: ...


class ChangeKind(StrEnum):
    """What a revision did."""

    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"
    IDENTITY = "identity"


DOCUMENT_CHANGES = (ChangeKind.ADDED, ChangeKind.UPDATED, ChangeKind.DELETED)
"""What can happen to a document."""


class DecisionKind(StrEnum):
    """Who decided: the resolution, or a person, whose decision the resolution leaves alone."""

    AUTO = "auto"
    HUMAN = "human"


class JobState(StrEnum):
    """Where a job stands; a running one whose process is gone is simply run again."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes: deletions first, then readings in order, then failures.

    A reading whose document id is stored already replaces everything of that document.
    """

    readings: Sequence[tuple[Reading, ReadingVectors | None]] = ()
    deletes: Sequence[str] = ()
    """Document ids; unknown ones are passed over."""
    job: str | None = None
    """Job whose counters grow with this batch."""
    failures: Sequence[Failure] = ()
    checkpoint: Mapping[str, Any] | None = None
    """What the job notes together with this batch; None leaves the last note."""


class Stated(NamedTuple):
    """Where an argument of a fact stands in its document, and what the fact says of it."""

    sentence: int
    start: int
    end: int
    predicate: str


@dataclass(frozen=True, slots=True, eq=False)
class StoredDocument:
    """What is stored of one document, of its facts no more than search needs, as `Store.load` gives it."""

    document: Document
    language: str
    pipeline: str
    revision: int
    passages: tuple[Passage, ...]
    passage_ids: tuple[str, ...]
    sentences: tuple[Span, ...]
    mentions: tuple[Mention, ...]
    names: tuple[Name, ...]
    about: Label
    passage_vectors: FloatArray | None
    """(p, d) float32; None when there are none, or loaded without."""
    sentence_codes: CodeArray | None
    """(s, d) int8"""
    sentence_scales: FloatArray | None
    """(s,) float32; a sentence's vector is codes · scale."""
    title_vector: FloatArray | None
    """(d,) float32"""
    companion_codes: CodeArray | None = None
    """(p, d') int8, the passages by the embedder's companion; None without one."""
    companion_scales: FloatArray | None = None
    """(p,) float32"""
    stated: tuple[Stated, ...] = ()
    """The arguments of the facts that it states and does not deny; none when loaded without vectors."""


@dataclass(frozen=True, slots=True)
class Properties:
    """By what a document is chosen or passed over."""

    id: str
    metadata: Mapping[str, Any]
    date: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log; the lines of one commit share its revision."""

    revision: int
    kind: ChangeKind
    document_id: str | None
    """The document added, updated or deleted."""
    entity_id: str | None
    """For "identity": an entity that came, went, or whose names, documents or mentions changed."""
    at: str
    """ISO 8601 time of the commit, UTC."""

    @property
    def is_forgotten(self) -> bool:
        """True where the document's id was taken out of the log: it may have been any, read all anew."""
        return self.document_id is None and self.kind is not ChangeKind.IDENTITY


@dataclass(frozen=True, slots=True)
class Observation:
    """A name at work: a mention, or (`mention_id` None) a name that a document gives its subject."""

    name: str
    """The folded name, `name_key(text)`."""
    text: str
    document_id: str
    title: str
    """Title of the document."""
    language: str
    """Language of the document."""
    label: Label
    """Type of the mention; for a document's name what the document is about."""
    mention_id: str | None = None
    part: Part | None = None
    start: int = 0
    end: int = 0
    sentence: int = -1
    """Ordinal of the mention's sentence; -1 in the title."""
    source: str = ""
    """What saw the mention."""
    score: float = 1.0
    kind: str | None = None
    """Kind of a document's name: "title", "base", "lead" … (see `core.records.Name`)."""
    weight: float = 0.0
    """Trust in a document's name."""

    @property
    def is_name(self) -> bool:
        """True for a document's own name, False for a mention."""
        return self.mention_id is None


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as resolution writes it; it lives and is replaced with its block."""

    id: str
    name: str
    label: Label
    block: str
    """Folded name of the block that owns the entity: deciding that name again replaces it."""
    description: str = ""
    documents: tuple[str, ...] = ()
    """Documents that are about it."""


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A name by which an entity goes; it lives with its entity."""

    entity_id: str
    text: str
    kind: str = "alias"
    """Where it comes from: a kind of `core.records.Name`, "mention", or what an import says."""
    weight: float = 1.0
    language: str = ""
    """ISO 639-1 code; "" when it holds in any."""

    @property
    def name(self) -> str:
        """The folded name."""
        return name_key(self.text)


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as it stands: `core.records.Decision` with who made it and what it is about."""

    mention_id: str
    entity_id: str
    score: float
    reason: str
    alternatives: tuple[Candidate, ...]
    kind: DecisionKind
    document_id: str
    name: str
    """Folded name of the mention."""


@dataclass(frozen=True, slots=True)
class MentionLink:
    """A mention with the entity that it was decided to mean; `entity_id` None while undecided or a value."""

    document_id: str
    mention_id: str
    entity_id: str | None
    score: float
    """Of the decision; 0 without one."""
    label: Label
    part: Part
    start: int
    end: int
    sentence: int


class FactEnds(NamedTuple):
    """What a fact ties, without its words."""

    document_id: str
    predicate: str
    subject_entity: str | None
    object_entity: str | None


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """The text of a passage, and what its document says of itself."""

    document_id: str
    title: str
    text: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a search shows, as one transaction saw it."""

    passages: Mapping[str, ShownPassage]
    """By passage id."""
    facts: tuple[tuple[str, StoredFact], ...]
    """Passage id and fact; one that lies in two windows comes with each."""
    entities: Mapping[str, Entity]
    """By entity id."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A document that could not be read, with its reason; one for each source, the newest."""

    source: str
    error: str
    reason: str
    job: str | None
    at: str

    @property
    def failure(self) -> Failure:
        """The record that the ingestion made."""
        return Failure(self.source, self.error, self.reason)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of bulk work and how far it is."""

    id: str
    kind: str
    state: JobState
    started: str
    updated: str
    documents: int = 0
    """Documents committed under it."""
    deleted: int = 0
    failures: int = 0
    checkpoint: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of an answer, passage, link or fact."""

    id: str
    target: str
    """Id of what it is about."""
    kind: str = "answer"
    """Kind of the target."""
    helpful: bool | None = None
    note: str = ""
    author: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    """ISO 8601 time; "" is filled in when stored."""
