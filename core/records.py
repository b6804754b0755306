"""The domain's records, named once: what every room speaks of.

All are frozen. Offsets are characters in the part of the stored document that they name, end exclusive:
`document.text[mention.start:mention.end] == mention.text` holds for every mention, fact and citation of the
text, and the same over `document.title` for those of the title.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .text import content_id, salted_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]


class Part(StrEnum):
    """The part of a document that an offset counts in."""

    TITLE = "title"
    TEXT = "text"


class Label(StrEnum):
    """The type of a mention: names first, then typed values, which are never entities."""

    PER = "PER"
    ORG = "ORG"
    LOC = "LOC"
    WORK = "WORK"
    EVENT = "EVENT"
    PRODUCT = "PRODUCT"
    GROUP = "GROUP"
    MISC = "MISC"
    DATE = "DATE"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    PERCENT = "PERCENT"

    @property
    def is_value(self) -> bool:
        """True for dates and quantities."""
        return self in _VALUES


_VALUES = frozenset({Label.DATE, Label.NUMBER, Label.MONEY, Label.PERCENT})


@dataclass(frozen=True, slots=True)
class Document:
    """A text with an id of the user's; its content hash decides whether there is anything to do."""

    id: str
    text: str
    title: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What the user wants kept with it. `thread` (any name) and `position` (a number; the date without one)
    say that it is one of a sequence, such as the turns of a chat: see `retrieval.threads`."""
    language: str | None = None
    """ISO 639-1 code; None is detected."""
    date: str | None = None
    """ISO 8601 date the document speaks from."""

    @property
    def content_hash(self) -> str:
        """Hash over everything but the id."""
        metadata = json.dumps(dict(self.metadata), sort_keys=True, ensure_ascii=False, default=str)
        return content_id(self.title, self.text, metadata, self.language or "", self.date or "")

    def part(self, part: Part) -> str:
        """The string that offsets of `part` count in."""
        return self.title if part is Part.TITLE else self.text


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text: a sentence, the place of a fact."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of whole sentences, `sentences[first:last]` of its document; windows may share sentences."""

    ordinal: int
    start: int
    end: int
    first: int
    last: int
    language: str
    """ISO 639-1 code, detected for this passage; "und" when nothing can be said."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or typed value seen at a place in a document: an observation, no decision on whom it means."""

    part: Part
    start: int
    end: int
    text: str
    label: Label
    source: str
    """What saw it: "title", "tagger", "definition", "pattern", "alias"."""
    score: float = 1.0
    sentence: int = -1
    """Ordinal of the sentence it stands in; -1 in the title."""
    value: str | None = None
    """Normalised form of a typed value ("1947-11-15"), None for names."""

    def id_in(self, document_id: str) -> str:
        """The stable id of this mention in the document with that id."""
        return content_id(document_id, self.part.value, str(self.start), str(self.end))


@dataclass(frozen=True, slots=True)
class Argument:
    """Subject or object of an extracted fact, in the text; `mention` indexes the reading's mentions."""

    text: str
    start: int
    end: int
    mention: int | None = None


CO_MENTION = "co-mention"
"""Rule of the weak edge between two that one sentence names: a tie for graphs, nothing to tell a reader."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Subject, predicate and object as a sentence says them, and the span that says it."""

    subject: Argument
    predicate: str
    """Lemma of the verb or noun relation with its preposition: "found", "bear in", "capital of"."""
    object: Argument
    start: int
    end: int
    sentence: int
    confidence: float
    """An uncalibrated rank in 0..1: how readable the pattern was."""
    rule: str
    """Name of the pattern that read it; `CO_MENTION` for the weak edge without a readable relation."""
    negated: bool = False
    modality: str | None = None
    """"possible", "reported", "future", "former" …; None when the text states it plainly."""
    time: str | None = None
    """Normalised time that the sentence gives for the fact."""
    valid_from: str | None = None
    """From when it holds, ISO 8601 with the precision of the text; None where the text does not say."""
    valid_to: str | None = None
    """To when it holds, inclusive; see `core.validity`."""

    def id_in(self, document_id: str) -> str:
        """The stable id of this fact in the document with that id."""
        return content_id(
            document_id,
            "fact",
            self.rule,
            self.predicate,
            str(self.subject.start),
            str(self.subject.end),
            str(self.object.start),
            str(self.object.end),
        )


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a document gives to what it is about, with the trust to put in it."""

    text: str
    kind: str
    """"title", "base" (title without its parenthesis), "comma" (before its comma), "lead" (subject of
    the first sentence), "alias" (known as, born, nickname …), "part" (first name, last name), "initials"."""
    weight: float
    """1 for a title, less for what is derived from it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document says, read on its own: a pure function of the document and the pipelines."""

    document: Document
    language: str
    pipeline: str
    """Name and version of the pipeline that read it, such as "en_core_web_sm@3.8.0"."""
    sentences: tuple[Span, ...]
    passages: tuple[Passage, ...]
    mentions: tuple[Mention, ...]
    facts: tuple[Fact, ...]
    names: tuple[Name, ...] = ()
    """Names of what the document is about."""
    about: Label = Label.MISC
    """Type of what the document is about, as far as its own text shows."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadingVectors:
    """The vectors of one reading, by one embedder; rows are L2-normalised."""

    passages: FloatArray
    """(p, d) float32, one row a passage."""
    sentences: FloatArray
    """(s, d) float32, one row a sentence."""
    title: FloatArray | None = None
    """(d,) float32, the vector of the title as a name; None without a title."""
    companion: FloatArray | None = None
    """(p, d') float32, the passages by the embedder's companion; None without one."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read: kept as a dead letter with its reason."""

    source: str
    """Path or document id."""
    error: str
    """Class name of the error."""
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a mention may mean; scores of one mention's candidates and NIL sum to 1."""

    entity: str
    name: str
    score: float
    description: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A mention of any text with the entity it means; `entity` None is NIL."""

    text: str
    start: int
    end: int
    label: Label
    entity: str | None
    name: str
    score: float
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Which entity a stored mention means, with score, reason and alternatives."""

    mention_id: str
    entity_id: str
    score: float
    reason: str
    alternatives: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """Someone or something that mentions mean."""

    id: str
    name: str
    label: Label
    aliases: tuple[str, ...] = ()
    description: str = ""
    mentions: int = 0
    documents: tuple[str, ...] = ()
    """Documents that are about it."""


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact between entities (or an entity and a literal), with the place that says it."""

    id: str
    subject: str
    predicate: str
    object: str
    """Name of the object, or the literal."""
    subject_entity: str | None
    object_entity: str | None
    document_id: str
    start: int
    end: int
    confidence: float
    negated: bool = False
    modality: str | None = None
    time: str | None = None
    score: float = 0.0
    """Rank within one search; 0 outside of one."""
    sentence: int = -1
    """Ordinal of the sentence that says it."""
    rule: str = ""
    """Name of the pattern that read it, as in `Fact`."""
    subject_mention: str | None = None
    """Id of the mention that is the subject, None for a literal."""
    object_mention: str | None = None
    valid_from: str | None = None
    """From when it holds, as in `Fact`."""
    valid_to: str | None = None
    correction: str = ""
    """What a person says in its place, in a search's result; "" without one."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did: counts, seconds a stage, failures and their reasons."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    passages: int = 0
    mentions: int = 0
    facts: int = 0
    characters: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Seconds a stage; "wall" is the whole. Stages that ran in worker processes are summed over them."""
    failures: tuple[Failure, ...] = ()
    """The first 10,000; all of them are dead letters of the store."""
    revision: int = 0
    failed: int = 0
    """Documents that could not be read or stored."""
    job: str = ""
    """Id under which the store knows this work: `undo` takes it."""
    redactions: Mapping[str, int] = field(default_factory=dict)
    """Sensitive values replaced in what was read, by kind; also in documents that are there unchanged."""


@dataclass(frozen=True, slots=True)
class DeleteReceipt:
    """What a deletion removed, without any of the removed text."""

    document_id: str
    found: bool
    passages: int
    mentions: int
    facts: int
    revision: int
    receipt: str = ""
    """Id of its line in the audit log; "" where nothing was found."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A line of the audit log: what was done, when and how much of it, and nothing that says to whom."""

    id: str
    kind: str
    """"delete", "forget", "undo" or "restore"."""
    at: str
    """ISO 8601 time, UTC."""
    revision: int
    salt: str
    subject: str
    """Salted hash of the id of the document, entity or job that it was about."""
    counts: Mapping[str, int] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    """Salted hashes of the documents that were removed or rewritten, as `Document.content_hash` was."""

    def concerns(self, id: str) -> bool:
        """True when it is about what has this id: proof for who knows the id, no way back for others."""
        return salted_id(self.salt, id) == self.subject


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A named snapshot of a namespace."""

    name: str
    at: str
    """ISO 8601 time, UTC."""
    revision: int
    """Of the namespace when it was made."""
    fingerprint: str
    documents: int
    bytes: int
    problem: str = ""
    """Why it cannot be read; "" when its manifest is whole."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of `verify`: empty `problems` means that every check held."""

    checks: Mapping[str, int]
    """Rows compared, by check."""
    problems: tuple[str, ...] = ()
    """What differs; after a repair what still does."""
    mended: tuple[str, ...] = ()
    """What a repair set right."""

    @property
    def ok(self) -> bool:
        """True when nothing differs."""
        return not self.problems
