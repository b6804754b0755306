"""`Store`: one namespace of one database. Each method is one short transaction.

Streams (`documents`, `load`, `facts`, `links`, `entities`, `aliases`) read chunk by chunk, each chunk in a
transaction of its own and no connection held between them; who needs one state of the whole reads
`revision()` first and follows `changes(since=…)` afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine

from ..core.records import Decision, DeleteReceipt, Document, Entity, StoredFact
from ..core.settings import StorageSettings
from . import blocks, changes, checks, entities, facts, fingerprint, identity, reads, reindexing, writes
from .engines import Database
from .meta import check_embedder, held_embedder
from .rows import (
    AliasRow,
    Batch,
    Change,
    ChangeKind,
    DecisionKind,
    EmbedderLike,
    EntityRow,
    MentionLink,
    Observation,
    StoredDecision,
    StoredDocument,
)
from .selections import Selections
from .units import REVISION, Scope
from .whole import Whole

if TYPE_CHECKING:
    from ..core.records import FloatArray, ReadingVectors


class Store(Whole, Selections):
    """One namespace of a SQLite file or a PostgreSQL database; safe to share between threads.

    Every method may raise `StoreLockedError`, `StoreReadOnlyError`, `StoreCorruptError` or another
    `StoreError`; no error of a database library gets through.
    """

    def __init__(
        self,
        database: Database,
        namespace: str,
        embedder: EmbedderLike | None = None,
        settings: StorageSettings | None = None,
    ) -> None:
        """Use `Store.open`, which also migrates and checks."""
        self._database = database
        self._scope = Scope(database, namespace)
        self._embedder = embedder
        self._settings = settings or StorageSettings()

    @classmethod
    def open(
        cls,
        target: str | Path | URL | Engine,
        *,
        namespace: str = "default",
        read_only: bool = False,
        settings: StorageSettings | None = None,
        embedder: EmbedderLike | None = None,
    ) -> Store:
        """Open a store, made or migrated first where that is needed.

        `target` is a path, ":memory:", an SQLAlchemy URL (sqlite, postgresql) or an Engine. `embedder` is
        what will make or search the vectors: anything with name, version and dimension.

        Raises:
            StoreVersionError: written by a newer Clew, or the database belongs to something else.
            StoreReadOnlyError: it cannot be written, and `read_only` is not set.
            MissingPathError: the folder does not exist, or with `read_only` the store.
            StoreCorruptError: the file is damaged; it is left as it is.
            EmbedderMismatchError: the stored vectors are another embedder's.
            MissingExtraError: PostgreSQL without its driver.
        """
        settings = settings or StorageSettings()
        database = Database.open(target, read_only=read_only, settings=settings)
        store = cls(database, namespace, embedder, settings)
        try:
            with store._scope.read() as unit:
                if embedder is not None:
                    check_embedder(unit, embedder)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def namespace(self) -> str:
        """Name of the namespace that this store sees, and the only one."""
        return self._scope.name

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine underneath."""
        return self._database.engine

    @property
    def path(self) -> Path | None:
        """Path of the SQLite file; None for servers and memory."""
        return self._database.path

    @property
    def read_only(self) -> bool:
        """True when opened to be read only."""
        return self._database.read_only

    def close(self) -> None:
        """Give back every connection; an engine that was passed in stays the caller's."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- documents

    def commit(self, batch: Batch) -> int:
        """Write a batch whole or not at all and return the revision that it made.

        A document that is stored already is replaced, however it differs; one whose stored form is the same
        to the byte changes nothing. Where nothing changes no revision is made and the current one returned.
        The names in what came, went or changed become dirty. Strings are cleaned (`core.text.clean`).

        Raises:
            EmbedderMismatchError: vectors of another embedder or dimension than the stored ones.
            DocumentError: a document's id is empty or too long, or a span lies outside of its text or does
                not quote it.
            StoreError: vectors given and neither `Store.open` nor the store names their embedder.
            NotFoundError: the batch's job was not started.
        """
        shelved = writes.prepare(batch)
        with self._scope.write() as unit:
            return writes.commit(unit, batch, shelved, self._embedder)

    def delete(self, document_id: str) -> DeleteReceipt:
        """Remove a document with all that was read from it; unknown ids give a receipt that says so."""
        with self._scope.write() as unit:
            return writes.remove(unit, document_id)

    def not_reembedded(self, embedder: EmbedderLike, limit: int, *, after: str = "") -> list[str]:
        """Ids of documents, in order, those after `after`, of which no vectors by this embedder wait."""
        with self._scope.read() as unit:
            return reindexing.missing(unit, embedder, limit, after)

    def reembed(
        self, vectors: Sequence[tuple[StoredDocument, ReadingVectors]], embedder: EmbedderLike
    ) -> None:
        """Keep vectors of another embedder beside the old ones, where they wait for `reindex`.

        Args:
            vectors: documents as `load` gives them, with their new vectors; what changed since is passed
                over.

        Raises:
            EmbedderMismatchError: they have other dimensions than the embedder.
            StoreError: they do not fit their document.
        """
        with self._scope.write() as unit:
            reindexing.wait(unit, vectors, embedder)

    def drop_reembedded(self, embedder: EmbedderLike) -> None:
        """Remove vectors of this embedder that wait."""
        with self._scope.write() as unit:
            reindexing.drop(unit, embedder)

    def reindex(self, embedder: EmbedderLike) -> int | None:
        """Replace all vectors of the namespace by those that wait, and return the revision.

        All names are to be decided again, since decisions look at vectors. None, and nothing is done, where
        a document is not embedded anew yet.
        """
        with self._scope.write() as unit:
            revision = reindexing.switch(unit, embedder)
        if revision is not None:
            self._embedder = embedder
        return revision

    def check_embedder(self) -> None:
        """Make sure that the vectors are still those of the embedder that the store was opened with.

        Raises:
            EmbedderMismatchError: another process embedded the namespace again.
        """
        if self._embedder is not None:
            with self._scope.read() as unit:
                check_embedder(unit, self._embedder)

    def content_hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """`Document.content_hash` as stored, by document id; unknown ids are left out."""
        with self._scope.read() as unit:
            return reads.content_hashes(unit, ids)

    def document_ids(self) -> list[str]:
        """Ids of all documents, in order."""
        with self._scope.read() as unit:
            return reads.document_ids(unit)

    def document(self, id: str) -> Document:
        """One document.

        Raises:
            NotFoundError: no document of this namespace has the id.
        """
        with self._scope.read() as unit:
            return reads.document(unit, id)

    def documents(self, ids: Sequence[str] | None = None, *, chunk: int = 500) -> Iterator[Document]:
        """The documents (all, or those of `ids` that exist) in the order of their ids."""
        return reads.documents(self._scope, ids, chunk)

    def load(
        self, ids: Sequence[str] | None = None, *, vectors: bool = True, chunk: int = 500
    ) -> Iterator[StoredDocument]:
        """What is stored of the documents, in the order of their ids; a few queries a chunk."""
        return reads.load(self._scope, ids, vectors, chunk)

    def facts(
        self,
        document_ids: Sequence[str] | None = None,
        *,
        entity_id: str | None = None,
        predicates: Sequence[str] | None = None,
        chunk: int = 500,
    ) -> Iterator[StoredFact]:
        """Facts of all documents, of some, or about an entity, by document id and place.

        With `predicates` only those that have one of them, which is not for those about an entity.

        Subject and object carry the entity that their mention was decided to mean and that entity's name;
        without one the words of the text.
        """
        if entity_id is not None:
            return facts.of_entity(self._scope, entity_id, document_ids)
        return facts.of_documents(self._scope, document_ids, chunk, predicates=predicates)

    def links(self, document_ids: Sequence[str] | None = None, *, chunk: int = 500) -> Iterator[MentionLink]:
        """Every mention with the entity it means, by document id and place."""
        return facts.links(self._scope, document_ids, chunk)

    def sentence_vectors(self, pairs: Sequence[tuple[str, int]]) -> FloatArray:
        """Vectors of sentences given as (document id, ordinal): (n, d) float32, dequantised.

        A row without a stored vector is zero; d is 0 while the namespace has no vectors.
        """
        with self._scope.read() as unit:
            return reads.sentence_vectors(unit, pairs)

    def first_passage_vectors(self, document_ids: Sequence[str]) -> FloatArray:
        """Vectors of the documents' first passages, (n, d) float32; zeros and d as in `sentence_vectors`."""
        with self._scope.read() as unit:
            return reads.first_passage_vectors(unit, document_ids)

    def embedder(self) -> dict[str, Any] | None:
        """Name, version, dimension and companion of the embedder of the stored vectors; None without any."""
        with self._scope.read() as unit:
            return held_embedder(unit)

    # --- changes

    def revision(self) -> int:
        """The newest committed revision of this namespace, 0 when empty."""
        found = self._scope.fetch(REVISION)
        return int(found[0][0]) if found else 0

    def changes(self, since: int, kinds: Collection[ChangeKind] = tuple(ChangeKind)) -> list[Change]:
        """What happened after revision `since`, oldest first; of these kinds only."""
        with self._scope.read() as unit:
            return changes.since(unit, since, kinds)

    # --- identity

    def dirty_names(self, limit: int | None = None) -> list[str]:
        """Folded names whose block must be decided again, in order."""
        with self._scope.read() as unit:
            return identity.dirty_names(unit, limit)

    def mark_dirty(self, names: Iterable[str]) -> None:
        """Have the blocks of these folded names decided again."""
        with self._scope.write() as unit:
            identity.mark_dirty(unit, names)

    def clear_dirty(self, names: Sequence[str], *, seen: int | None = None) -> None:
        """Take the marks off, but for those set after revision `seen`."""
        with self._scope.write() as unit:
            identity.clear_dirty(unit, names, seen)

    def observations(self, names: Sequence[str]) -> list[Observation]:
        """All mentions and documents' names whose folded text is in `names`, of all documents.

        In order of folded name, document id and place, mentions before names; typed values are no names.
        """
        with self._scope.read() as unit:
            return identity.observations(unit, names)

    def decide(
        self,
        names: Sequence[str],
        decisions: Sequence[Decision],
        entities: Sequence[EntityRow],
        aliases: Sequence[AliasRow],
        *,
        seen: int | None = None,
    ) -> int:
        """Replace the blocks of these folded names, in one transaction, and return the revision.

        What goes: automatic decisions on mentions of these names, entities whose `block` is among them or
        whose id is given anew, with their aliases. Decisions by a person stay and win over those given;
        decisions on mentions that are gone, and documents that are gone, are passed over. The dirty marks are
        taken off; with `seen`, the revision at which the observations were read, marks set later stay, and
        nothing is written when somebody else has written blocks that were read later. Where nothing differs
        no revision is made.

        Raises:
            StoreError: an alias of an entity that is not given, or an entity twice.
        """
        with self._scope.write() as unit:
            return blocks.decide(unit, names, decisions, entities, aliases, seen)

    def block_names(self, *, after: str = "", limit: int = 1000) -> list[str]:
        """Folded names that anything is seen under or that own an entity, in order, those after `after`."""
        with self._scope.read() as unit:
            return identity.block_names(unit, after, limit)

    def differing_blocks(
        self,
        names: Sequence[str],
        decisions: Sequence[Decision],
        entities: Sequence[EntityRow],
        aliases: Sequence[AliasRow],
    ) -> set[str]:
        """Folded names of the blocks that `decide` would change with this; nothing is written."""
        with self._scope.read() as unit:
            return blocks.differing(unit, names, decisions, entities, aliases)

    def override(self, decisions: Sequence[Decision]) -> int:
        """Write decisions of a person, which stand until taken back, and mark their names dirty.

        Raises:
            NotFoundError: a mention does not exist.
        """
        with self._scope.write() as unit:
            return identity.override(unit, decisions)

    def take_back(self, mention_ids: Sequence[str]) -> int:
        """Remove decisions of a person and mark their names dirty, so that resolution decides again."""
        with self._scope.write() as unit:
            return identity.take_back(unit, mention_ids)

    def decisions(
        self,
        mention_ids: Sequence[str] | None = None,
        *,
        entity_id: str | None = None,
        names: Sequence[str] | None = None,
        kind: DecisionKind | None = None,
    ) -> list[StoredDecision]:
        """Decisions as they stand that meet every condition given, in order of mention id."""
        with self._scope.read() as unit:
            return identity.decisions(unit, mention_ids, entity_id, names, kind)

    def entities(self, ids: Sequence[str] | None = None, *, chunk: int = 1000) -> Iterator[Entity]:
        """Entities with aliases, number of mentions and the documents about them, in order of id."""
        return entities.stream(self._scope, ids, chunk)

    def entity(self, id: str) -> Entity:
        """One entity.

        Raises:
            NotFoundError: no entity of this namespace has the id.
        """
        with self._scope.read() as unit:
            return entities.one(unit, id)

    def entity_ids(self, names: Sequence[str]) -> list[str]:
        """Ids of the entities whose block is among these folded names, in order."""
        with self._scope.read() as unit:
            return entities.in_blocks(unit, names)

    def aliases(
        self, names: Sequence[str] | None = None, *, entity_id: str | None = None, chunk: int = 5000
    ) -> Iterator[AliasRow]:
        """Aliases: all, those whose folded text is in `names`, or an entity's; by entity id and weight."""
        return entities.aliases(self._scope, names, entity_id, chunk)

    # --- the whole

    def fingerprint(self, *, vectors: bool = False) -> str:
        """Hash of the namespace's content, whatever the order in which it came, 40 hexadecimal digits.

        Documents, all that was read from them, identity and pending dirty names are in it; revisions, times,
        jobs, dead letters and feedback are not. Vectors count by embedder and shape: the last bits of one
        depend on the processor, and on a GPU on its batch. `vectors=True` hashes every stored byte as well.
        """
        with self._scope.read() as unit:
            return fingerprint.fingerprint(unit, vectors)

    def stats(self) -> dict[str, int]:
        """Rows by table, characters of text and the revision."""
        with self._scope.read() as unit:
            return checks.stats(unit)

    def check(self) -> list[str]:
        """Everything that is not as it should be, one sentence each; empty when all is well.

        Runs the database's own check, looks for orphans and dangling references, compares every quoted span
        with its text and every document with the digest that its commit left.
        """
        with self._scope.read() as unit:
            return checks.check(unit)
