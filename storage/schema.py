"""The tables. Every row carries its namespace, first in every key, and every query filters by it.

What was read from a document hangs on the document's integer key, so that deleting or replacing one document
touches its own rows only, which lie side by side; the foreign keys cascade within the namespace, never
across. Words that are compared (ids, folded names) sort by code point on every engine, whatever the locale.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FORMAT = 1
"""Version of the layout inside blobs; the tables' version is Alembic's, in `clew_version`."""

VERSION_TABLE = "clew_version"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Words = Text().with_variant(Text(collation="C"), "postgresql")
Key = BigInteger().with_variant(Integer, "sqlite")
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """Every table's base: one naming convention, so that migrations can name what they change."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {str: Words, int: Integer, float: Double, bytes: LargeBinary}


def _of_document(*more: Any, clustered: bool = True) -> tuple[Any, ...]:
    owner = ForeignKeyConstraint(
        ["namespace", "document"], ["documents.namespace", "documents.key"], ondelete="CASCADE"
    )
    return (owner, *more, CLUSTERED if clustered else {})


class NamespaceRow(Base):
    """A world of its own; its row is what writers of the namespace lock."""

    __tablename__ = "namespaces"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    revision: Mapped[int] = mapped_column(BigInteger)


class DocumentRow(Base):
    """A document, and the digests of all that was read from it."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("namespace", "id"), UniqueConstraint("namespace", "key"))

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"))
    id: Mapped[str]
    content_hash: Mapped[str]
    digest: Mapped[str]
    vector_digest: Mapped[str]
    revision: Mapped[int] = mapped_column(BigInteger)
    declared_language: Mapped[str | None]
    date: Mapped[str | None]
    language: Mapped[str]
    pipeline: Mapped[str]
    about: Mapped[str]
    details: Mapped[str]
    """The metadata as JSON in ASCII: escapes keep what a database would refuse."""
    title: Mapped[str]
    text: Mapped[str]
    job: Mapped[str | None]
    """The job that wrote it last; no part of the content."""
    added: Mapped[bool]
    """True when that job found no document of this id, so that undoing it removes the document."""


class PassageRow(Base):
    """A window of whole sentences."""

    __tablename__ = "passages"
    __table_args__ = _of_document(UniqueConstraint("namespace", "id"))

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    language: Mapped[str]


class SentencesRow(Base):
    """All sentences of a document, packed: (s, 2) little-endian int32 start and end.

    A sentence is two numbers that nobody looks up on their own: a row each would cost forty bytes of key and
    a third of all inserts, to be read back only as the whole list.
    """

    __tablename__ = "sentences"
    __table_args__ = _of_document()

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    count: Mapped[int]
    offsets: Mapped[bytes]


class MentionRow(Base):
    """A name or typed value seen at a place."""

    __tablename__ = "mentions"
    __table_args__ = _of_document(UniqueConstraint("namespace", "id"), Index(None, "namespace", "folded"))

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    folded: Mapped[str | None]
    """The name to compare; None for typed values and for names without letter or digit."""
    part: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    sentence: Mapped[int]
    label: Mapped[str]
    source: Mapped[str]
    score: Mapped[float]
    value: Mapped[str | None]
    text: Mapped[str]


class NameRow(Base):
    """A name that a document gives to what it is about."""

    __tablename__ = "names"
    __table_args__ = _of_document(Index(None, "namespace", "folded"))

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str | None]
    kind: Mapped[str]
    weight: Mapped[float]
    text: Mapped[str]


class FactRow(Base):
    """A fact with the span that says it; an argument is a mention's id or words of the text."""

    __tablename__ = "facts"
    __table_args__ = _of_document(
        UniqueConstraint("namespace", "id"),
        Index(None, "namespace", "subject_mention"),
        Index(None, "namespace", "object_mention"),
    )

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    subject_mention: Mapped[str | None]
    subject_start: Mapped[int]
    subject_end: Mapped[int]
    subject_text: Mapped[str]
    predicate: Mapped[str]
    object_mention: Mapped[str | None]
    object_start: Mapped[int]
    object_end: Mapped[int]
    object_text: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    sentence: Mapped[int]
    confidence: Mapped[float]
    rule: Mapped[str]
    negated: Mapped[bool]
    modality: Mapped[str | None]
    time: Mapped[str | None]
    valid_from: Mapped[str | None]
    valid_to: Mapped[str | None]


class VectorRow(Base):
    """The vectors of one kind of one document as one blob (layout in `blobs`)."""

    __tablename__ = "vectors"
    # a blob of tens of kilobytes would only bloat the tree of a clustered table
    __table_args__ = _of_document(clustered=False)

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int]
    dimension: Mapped[int]
    data: Mapped[bytes]


class ReembeddedRow(Base):
    """A document whose vectors by another embedder wait for those of all others; see `reindexing`."""

    __tablename__ = "reembedded"
    __table_args__ = _of_document()

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    maker: Mapped[str] = mapped_column(primary_key=True)
    """Hash of what is known of that embedder."""
    digest: Mapped[str]
    """What `documents.vector_digest` becomes."""


class WaitingVectorRow(Base):
    """As `VectorRow`, by another embedder and not yet in use."""

    __tablename__ = "waiting_vectors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["namespace", "document", "maker"],
            ["reembedded.namespace", "reembedded.document", "reembedded.maker"],
            ondelete="CASCADE",
        ),
    )

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)
    maker: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int]
    dimension: Mapped[int]
    data: Mapped[bytes]


class EntityTable(Base):
    """Someone or something that mentions mean; owned by a block."""

    __tablename__ = "entities"
    __table_args__ = (Index(None, "namespace", "block"), CLUSTERED)

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    block: Mapped[str]
    name: Mapped[str]
    label: Mapped[str]
    description: Mapped[str]


def _of_entity(*more: Any) -> tuple[Any, ...]:
    owner = ForeignKeyConstraint(
        ["namespace", "entity"], ["entities.namespace", "entities.id"], ondelete="CASCADE"
    )
    return (owner, *more, CLUSTERED)


class AliasTable(Base):
    """A name of an entity."""

    __tablename__ = "aliases"
    __table_args__ = _of_entity(Index(None, "namespace", "folded"))

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    entity: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str]
    kind: Mapped[str]
    weight: Mapped[float]
    language: Mapped[str]
    text: Mapped[str]


class AboutRow(Base):
    """A document that is about an entity."""

    __tablename__ = "abouts"
    __table_args__ = _of_entity(
        ForeignKeyConstraint(
            ["namespace", "document"], ["documents.namespace", "documents.key"], ondelete="CASCADE"
        ),
        Index(None, "namespace", "document"),
    )

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    entity: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[int] = mapped_column(Key, primary_key=True)


class DecisionRow(Base):
    """Which entity a mention means.

    The entity is no foreign key: it belongs to its block and may be decided anew before this mention's block.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["namespace", "mention"], ["mentions.namespace", "mentions.id"], ondelete="CASCADE"
        ),
        Index(None, "namespace", "entity"),
        CLUSTERED,
    )

    namespace: Mapped[int] = mapped_column(Key, primary_key=True)
    mention: Mapped[str] = mapped_column(primary_key=True)
    entity: Mapped[str]
    kind: Mapped[str]
    score: Mapped[float]
    reason: Mapped[str]
    alternatives: Mapped[str]
    """JSON: a list of [entity, name, score, description]."""


class DirtyRow(Base):
    """A folded name whose block must be decided again, and the revision that made it so."""

    __tablename__ = "dirty_names"
    __table_args__ = (CLUSTERED,)

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)


class ChangeRow(Base):
    """A line of the change log."""

    __tablename__ = "changes"
    __table_args__ = (CLUSTERED,)

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    document_id: Mapped[str | None]
    entity_id: Mapped[str | None]
    at: Mapped[str]


class JobRow(Base):
    """A piece of bulk work."""

    __tablename__ = "jobs"

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    started: Mapped[str]
    updated: Mapped[str]
    documents: Mapped[int]
    deleted: Mapped[int]
    failures: Mapped[int]
    checkpoint: Mapped[str]


class DeadLetterRow(Base):
    """A document that could not be read; the key is the hash of its source, which has no limit of length."""

    __tablename__ = "dead_letters"

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    error: Mapped[str]
    reason: Mapped[str]
    job: Mapped[str | None]
    at: Mapped[str]


class FeedbackRow(Base):
    """A person's word on an answer, passage, link or fact."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "namespace", "target"),)

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str]
    kind: Mapped[str]
    helpful: Mapped[bool | None]
    note: Mapped[str]
    author: Mapped[str]
    details: Mapped[str]
    at: Mapped[str]


class AuditRow(Base):
    """A receipt of what was removed; it names nobody and is never rolled back."""

    __tablename__ = "audit"

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[str]
    revision: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[str]
    subject: Mapped[str]
    counts: Mapped[str]
    removed: Mapped[str]
    """JSON: salted hashes, one for each document that was removed or rewritten."""


class MetaRow(Base):
    """What the namespace knows of itself, such as which embedder made its vectors."""

    __tablename__ = "meta"

    namespace: Mapped[int] = mapped_column(Key, ForeignKey("namespaces.key"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)
    return table


NAMESPACES = _table(NamespaceRow)
DOCUMENTS = _table(DocumentRow)
PASSAGES = _table(PassageRow)
SENTENCES = _table(SentencesRow)
MENTIONS = _table(MentionRow)
NAMES = _table(NameRow)
FACTS = _table(FactRow)
VECTORS = _table(VectorRow)
REEMBEDDED = _table(ReembeddedRow)
WAITING = _table(WaitingVectorRow)
ENTITIES = _table(EntityTable)
ALIASES = _table(AliasTable)
ABOUTS = _table(AboutRow)
DECISIONS = _table(DecisionRow)
DIRTY = _table(DirtyRow)
CHANGES = _table(ChangeRow)
JOBS = _table(JobRow)
DEAD_LETTERS = _table(DeadLetterRow)
FEEDBACK = _table(FeedbackRow)
AUDIT = _table(AuditRow)
META = _table(MetaRow)
