"""Other vectors in place of all stored ones: the same readings, another embedder, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

from sqlalchemy import bindparam, delete, update

from ..core.errors import StoreError
from ..core.records import ReadingVectors
from . import changes, digests
from .identity import mark
from .meta import EMBEDDER, described, put_meta, settle_embedder
from .rows import ChangeKind, EmbedderLike, StoredDocument
from .schema import DOCUMENTS, VECTORS
from .shelving import Shapes, shapes, vector_rows
from .units import Unit
from .writes import folded_names, insert_parts, known_documents


def reindex(
    unit: Unit, given: Sequence[tuple[StoredDocument, ReadingVectors]], embedder: EmbedderLike, seen: int
) -> int:
    """Replace all vectors of the namespace; the caller's transaction makes it whole.

    Raises: as `Store.reindex`.
    """
    if unit.revision() != seen:
        raise StoreError(
            f"the documents changed while they were embedded (revision {seen}, now {unit.revision()}): "
            "run it again"
        )
    rows = {stored.document.id: vector_rows(stored.document.id, stored, v) for stored, v in given}
    known = known_documents(unit, list(rows))
    revision = unit.next_revision()
    unit.run(delete(VECTORS).where(VECTORS.c.namespace == unit.key))
    put_meta(unit, EMBEDDER, described(embedder))
    given_shapes = reduce(or_, map(shapes, rows.values()), Shapes())
    if given_shapes.embedder:
        settle_embedder(unit, embedder, given_shapes)
    insert_parts(unit, VECTORS, ((known[id].key, found) for id, found in rows.items()))
    if rows:
        same = (DOCUMENTS.c.namespace == unit.key) & (DOCUMENTS.c.key == bindparam("at"))
        unit.run(
            update(DOCUMENTS).where(same).values(vector_digest=bindparam("new_digest")),
            [{"at": known[id].key, "new_digest": digests.of_vectors(found)} for id, found in rows.items()],
        )
    mark(unit, folded_names(unit, [row.key for row in known.values()]), revision)
    changes.log_documents(unit, revision, [(id, ChangeKind.UPDATED) for id in sorted(rows)])
    return revision
