"""What is read of a store in parts: properties that documents are chosen by, evidence, observers of names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from ..core.records import StoredFact
from ..core.text import clean
from . import evidence, facts, identity
from .reads import paged
from .rows import Evidence, FactEnds, Properties
from .schema import DOCUMENTS, ENTITIES, MENTIONS, NAMES
from .shelving import metadata_of
from .units import Scope, Unit, chunks

_PROPERTIES = (DOCUMENTS.c.key, DOCUMENTS.c.id, DOCUMENTS.c.details, DOCUMENTS.c.date)


class Selections:
    """The part of `Store` that searches show and that views of some documents are made from."""

    _scope: Scope

    def properties(self, ids: Sequence[str] | None = None, *, chunk: int = 5000) -> Iterator[Properties]:
        """Metadata and date of all documents, or of those of `ids` that exist, in the order of their ids."""

        def read(unit: Unit, rows: Sequence[Any]) -> list[Properties]:
            return [Properties(row.id, metadata_of(row.details), row.date) for row in rows]

        return paged(self._scope, ids, chunk, _PROPERTIES, read)

    def evidence(
        self, passages: Sequence[str], stating: Sequence[str], about: Sequence[str], *, decided: bool = True
    ) -> Evidence:
        """What a search shows, at one moment; what is gone is left out.

        Args:
            passages: ids of the passages whose texts are wanted.
            stating: ids of the passages whose facts are wanted.
            about: ids of entities.
            decided: False gives facts in the words of the text, without entities.
        """
        with self._scope.glimpse() as unit:
            return evidence.evidence(unit, passages, stating, about, decided)

    def facts_as_said(
        self,
        document_ids: Sequence[str] | None = None,
        *,
        predicates: Sequence[str] | None = None,
        chunk: int = 500,
    ) -> Iterator[StoredFact]:
        """Facts in the words of the text, without the entities decided for them, as `facts` orders them."""
        return facts.of_documents(self._scope, document_ids, chunk, False, predicates)

    def fact_ends(self, document_ids: Sequence[str], predicates: Sequence[str]) -> list[FactEnds]:
        """What the facts of some documents tie that have one of some predicates, in no order."""
        return facts.ends(self._scope, document_ids, predicates)

    def document_names(self, document_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """Folded names that documents give to what they are about, with their kinds, by document id."""
        query = (
            select(DOCUMENTS.c.id, NAMES.c.folded, NAMES.c.kind)
            .join_from(
                DOCUMENTS,
                NAMES,
                (NAMES.c.namespace == DOCUMENTS.c.namespace) & (NAMES.c.document == DOCUMENTS.c.key),
            )
            .where(NAMES.c.folded.is_not(None))
            .order_by(DOCUMENTS.c.id, NAMES.c.ordinal)
        )
        found: dict[str, list[tuple[str, str]]] = {}
        with self._scope.read() as unit:
            mine = query.where(DOCUMENTS.c.namespace == unit.key)
            for some in chunks(sorted({clean(id) for id in document_ids})):
                for id, folded, kind in unit.rows(mine.where(DOCUMENTS.c.id.in_(some))):
                    found.setdefault(id, []).append((folded, kind))
        return found

    def mention_names(self, mention_ids: Sequence[str]) -> dict[str, str]:
        """Folded names of mentions, by mention id; what has no name to compare is left out."""
        with self._scope.read() as unit:
            found = identity.mention_names(unit, mention_ids)
        return {id: name for id, name in found.items() if name is not None}

    def observers(self) -> dict[str, set[str]]:
        """Documents in which each folded name is seen or borne."""
        found: dict[str, set[str]] = {}
        with self._scope.read() as unit:
            pairs = select(DOCUMENTS.c.key, DOCUMENTS.c.id).where(DOCUMENTS.c.namespace == unit.key)
            ids = {key: id for key, id in unit.rows(pairs)}
            for table in (MENTIONS, NAMES):
                seen = select(table.c.folded, table.c.document).where(
                    table.c.namespace == unit.key, table.c.folded.is_not(None)
                )
                for folded, document in unit.rows(seen.distinct()):
                    found.setdefault(folded, set()).add(ids[document])
        return found

    def entity_blocks(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Folded name of the block that owns each entity, of all or of those of `ids` that exist."""
        query = select(ENTITIES.c.id, ENTITIES.c.block)
        with self._scope.read() as unit:
            mine = query.where(ENTITIES.c.namespace == unit.key)
            if ids is None:
                return {id: block for id, block in unit.rows(mine)}
            asked = chunks(sorted({clean(id) for id in ids}))
            return {
                id: block for some in asked for id, block in unit.rows(mine.where(ENTITIES.c.id.in_(some)))
            }
