"""Taking back what a job added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from ..core.errors import NotFoundError, StoreError
from ..core.records import Receipt
from ..core.text import clean
from . import audit, jobs, writes
from .rows import Batch
from .schema import DOCUMENTS, JOBS
from .units import Unit


def undo_job(unit: Unit, job_id: str, force: bool) -> Receipt:
    """Delete the documents that a job added and nobody replaced since.

    Raises: as `Store.undo_job`.
    """
    job_id = clean(job_id)
    deleted = unit.run(
        select(JOBS.c.deleted).where(JOBS.c.namespace == unit.key, JOBS.c.id == job_id)
    ).scalar()
    if deleted is None:
        raise NotFoundError(f"there is no job {job_id!r}")
    added, replaced = _documents(unit, job_id, True), _documents(unit, job_id, False)
    if (replaced or deleted) and not force:
        raise StoreError(
            f"the job {job_id!r} replaced {len(replaced)} documents and deleted {deleted}, whose old texts "
            f"are gone: restore a snapshot made before it, or give force=True to remove the {len(added)} "
            "that it added and leave the rest"
        )
    counts = writes.removed_counts(unit, [row.key for row in added])
    counts |= {"left": len(replaced)}
    writes.commit(unit, Batch(deletes=[row.id for row in added]), {}, None)
    jobs.undo(unit, job_id)
    return audit.write(unit, "undo", job_id, counts, [row.content_hash for row in added])


def _documents(unit: Unit, job_id: str, added: bool) -> Sequence[Any]:
    of = DOCUMENTS.c
    query = select(of.key, of.id, of.content_hash).where(
        of.namespace == unit.key, of.job == job_id, of.added.is_(added)
    )
    return unit.rows(query.order_by(of.id))
