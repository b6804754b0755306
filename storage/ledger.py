"""What a store keeps beside its content: jobs, dead letters, feedback, meta."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.records import Failure
from . import jobs
from .meta import get_meta, get_secret, put_meta, put_secret
from .rows import DeadLetter, Feedback, Job, JobState
from .units import Scope


class Ledger:
    """The part of `Store` that is not made from documents."""

    _scope: Scope

    def start_job(self, kind: str, id: str | None = None) -> Job:
        """Begin a job, or take up the one with this id where it stopped."""
        with self._scope.write() as unit:
            return jobs.start(unit, kind, id)

    def checkpoint(self, job_id: str, note: Mapping[str, Any]) -> None:
        """Note how far a job is; `Batch.checkpoint` does the same in a batch's own transaction.

        Raises:
            NotFoundError: no job of this namespace has the id.
        """
        with self._scope.write() as unit:
            jobs.checkpoint(unit, job_id, note)

    def finish_job(self, job_id: str, state: JobState = JobState.FINISHED) -> Job:
        """End a job.

        Raises:
            NotFoundError: no job of this namespace has the id.
        """
        with self._scope.write() as unit:
            return jobs.finish(unit, job_id, state)

    def jobs(self) -> list[Job]:
        """All jobs, newest first."""
        with self._scope.read() as unit:
            return jobs.listed(unit)

    def dead_letters(self) -> list[DeadLetter]:
        """What could not be read, with the reasons, by source."""
        with self._scope.read() as unit:
            return jobs.dead_letters(unit)

    def add_failures(self, failures: Sequence[Failure], job: str | None = None) -> None:
        """Keep dead letters; a newer one of the same source takes the older one's place."""
        with self._scope.write() as unit:
            jobs.add_failures(unit, failures, job)

    def clear_dead_letters(self, sources: Sequence[str] | None = None) -> int:
        """Remove dead letters (all, or of these sources); returns how many."""
        with self._scope.write() as unit:
            return jobs.clear_dead_letters(unit, sources)

    def add_feedback(self, feedback: Feedback) -> Feedback:
        """Keep a person's word and return it as stored; the same id is replaced."""
        with self._scope.write() as unit:
            return jobs.add_feedback(unit, feedback)

    def feedback(self, target: str | None = None) -> list[Feedback]:
        """What people said (of `target`), oldest first."""
        with self._scope.read() as unit:
            return jobs.feedback(unit, target)

    def feedback_mark(self) -> tuple[int, str]:
        """How many words people left and when the last one: changes with every one that comes or goes."""
        [(count, newest)] = self._scope.fetch(jobs.MARK)
        return int(count), newest or ""

    def remove_feedback(self, id: str) -> bool:
        """Take a person's word back; False when there is none with that id."""
        with self._scope.write() as unit:
            return jobs.remove_feedback(unit, id)

    def meta(self, key: str) -> Any:
        """A JSON value that the namespace keeps under `key`; None when there is none."""
        with self._scope.read() as unit:
            return get_meta(unit, key)

    def secret(self, key: str) -> bytes:
        """32 random bytes that the namespace keeps under `key`, made when first asked for.

        Snapshots and copies have them, an archive only where it was asked for; no logger shows them.
        """
        with self._scope.read() as unit:
            known = get_secret(unit, key)
        if known is None:
            with self._scope.write() as unit:
                known = get_secret(unit, key)  # another process may have been first
                if known is None:
                    known = secrets.token_bytes(32)
                    put_secret(unit, key, known)
        return known

    def set_meta(self, key: str, value: Any) -> None:
        """Keep a JSON value under `key`; None removes it."""
        json.dumps(value)
        with self._scope.write() as unit:
            put_meta(unit, key, value)
