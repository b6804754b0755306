"""Jobs, dead letters and feedback."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from ..core.errors import NotFoundError
from ..core.records import Failure
from ..core.text import clean, content_id
from .rows import Batch, DeadLetter, Feedback, Job, JobState
from .schema import DEAD_LETTERS, FACTS, FEEDBACK, JOBS, MENTIONS, PASSAGES
from .units import Unit, chunks, now

MARK = select(func.count(), func.max(FEEDBACK.c.at)).where(FEEDBACK.c.namespace == bindparam("namespace"))
"""Count and newest time of what people said."""


def start(unit: Unit, kind: str, id: str | None) -> Job:
    """Begin a job or take one up again."""
    id = id or uuid.uuid4().hex
    known = unit.run(_job_query(unit).where(JOBS.c.id == id)).first()
    if known is not None:
        _change(unit, id, state=JobState.RUNNING.value)
        return _job(known, JobState.RUNNING)
    at = now()
    row = {
        "namespace": unit.key,
        "id": id,
        "kind": kind,
        "state": JobState.RUNNING.value,
        "started": at,
        "updated": at,
        "documents": 0,
        "deleted": 0,
        "failures": 0,
        "checkpoint": "{}",
    }
    unit.put(JOBS, [row])
    return Job(id, kind, JobState.RUNNING, at, at)


def checkpoint(unit: Unit, id: str, note: Mapping[str, Any]) -> None:
    """Keep a note of how far a job is."""
    _change(unit, id, checkpoint=json.dumps(dict(note), sort_keys=True))


def undo(unit: Unit, id: str) -> None:
    """Note that a job's documents were taken out again."""
    _change(unit, id, state=JobState.UNDONE.value)


def finish(unit: Unit, id: str, state: JobState) -> Job:
    """End a job."""
    _change(unit, id, state=state.value)
    return _job(unit.run(_job_query(unit).where(JOBS.c.id == id)).one())


def listed(unit: Unit) -> list[Job]:
    """All jobs, newest first."""
    return [_job(row) for row in unit.rows(_job_query(unit).order_by(JOBS.c.started.desc(), JOBS.c.id))]


def settle(unit: Unit, batch: Batch, committed: Sequence[str], deleted: int) -> None:
    """A batch's traces: counters of its job, dead letters of what failed, none of what now succeeded."""
    if committed:
        clear_dead_letters(unit, committed)
    add_failures(unit, batch.failures, batch.job)
    if batch.job is None:
        return
    values: dict[str, Any] = {
        "documents": JOBS.c.documents + len(committed),
        "deleted": JOBS.c.deleted + deleted,
        "failures": JOBS.c.failures + len(batch.failures),
    }
    if batch.checkpoint is not None:
        values["checkpoint"] = json.dumps(dict(batch.checkpoint), sort_keys=True)
    _change(unit, batch.job, **values)


def _change(unit: Unit, id: str, **values: Any) -> None:
    step = update(JOBS).where(JOBS.c.namespace == unit.key, JOBS.c.id == id)
    if unit.run(step.values(updated=now(), **values)).rowcount == 0:
        raise NotFoundError(f"there is no job {id!r}: begin it with start_job")


def _job_query(unit: Unit) -> Any:
    return select(*(column for column in JOBS.c if column.name != "namespace")).where(
        JOBS.c.namespace == unit.key
    )


def _job(row: Any, state: JobState | None = None) -> Job:
    return Job(
        row.id,
        row.kind,
        state or JobState(row.state),
        row.started,
        row.updated,
        row.documents,
        row.deleted,
        row.failures,
        json.loads(row.checkpoint),
    )


def dead_letters(unit: Unit) -> list[DeadLetter]:
    """All dead letters, by source."""
    columns = DEAD_LETTERS.c
    query = select(columns.source, columns.error, columns.reason, columns.job, columns.at)
    rows = unit.rows(query.where(columns.namespace == unit.key).order_by(columns.source))
    return [DeadLetter(*row) for row in rows]


def add_failures(unit: Unit, failures: Sequence[Failure], job: str | None) -> None:
    """Keep dead letters, one a source, the last."""
    at = now()
    rows = {}
    for failure in failures:
        source = clean(failure.source)
        rows[source] = {
            "namespace": unit.key,
            "key": content_id(source),
            "source": source,
            "error": clean(failure.error),
            "reason": clean(failure.reason),
            "job": job,
            "at": at,
        }
    clear_dead_letters(unit, list(rows))
    unit.put(DEAD_LETTERS, list(rows.values()))


def clear_dead_letters(unit: Unit, sources: Sequence[str] | None) -> int:
    """Remove dead letters; returns how many."""
    step = delete(DEAD_LETTERS).where(DEAD_LETTERS.c.namespace == unit.key)
    if sources is None:
        return int(unit.run(step).rowcount)
    keys = [content_id(clean(source)) for source in sources]
    return sum(unit.run(step.where(DEAD_LETTERS.c.key.in_(some))).rowcount for some in chunks(keys))


def forget_documents(unit: Unit, keys: Mapping[str, int]) -> None:
    """Remove what is kept on documents that go: their dead letters, and feedback on them and their parts.

    Args:
        keys: the documents' keys by id.
    """
    clear_dead_letters(unit, list(keys))
    for some in chunks(list(keys)):
        here = [keys[id] for id in some]
        parts = [
            select(table.c.id).where(table.c.namespace == unit.key, table.c.document.in_(here))
            for table in (PASSAGES, MENTIONS, FACTS)
        ]
        of = FEEDBACK.c
        about = or_(of.target.in_(some), *(of.target.in_(ids) for ids in parts))
        unit.run(delete(FEEDBACK).where(of.namespace == unit.key, about))


def add_feedback(unit: Unit, feedback: Feedback) -> Feedback:
    """Keep a person's word, dated if it is not."""
    feedback = replace(feedback, at=feedback.at or now())
    remove_feedback(unit, feedback.id)
    row = {
        "namespace": unit.key,
        "id": clean(feedback.id),
        "target": clean(feedback.target),
        "kind": clean(feedback.kind),
        "helpful": feedback.helpful,
        "note": clean(feedback.note),
        "author": clean(feedback.author),
        "details": json.dumps(dict(feedback.details), sort_keys=True),
        "at": feedback.at,
    }
    unit.put(FEEDBACK, [row])
    return feedback


def feedback(unit: Unit, target: str | None) -> list[Feedback]:
    """What people said, oldest first."""
    query = select(FEEDBACK).where(FEEDBACK.c.namespace == unit.key)
    if target is not None:
        query = query.where(FEEDBACK.c.target == clean(target))
    return [
        Feedback(
            row.id,
            row.target,
            row.kind,
            row.helpful,
            row.note,
            row.author,
            json.loads(row.details),
            row.at,
        )
        for row in unit.rows(query.order_by(FEEDBACK.c.at, FEEDBACK.c.id))
    ]


def remove_feedback(unit: Unit, id: str) -> bool:
    """Take a person's word back."""
    step = delete(FEEDBACK).where(FEEDBACK.c.namespace == unit.key, FEEDBACK.c.id == clean(id))
    return unit.run(step).rowcount > 0
