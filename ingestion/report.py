"""The count of one ingestion while it goes on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ..core.records import Failure, IngestReport, Reading

MOST_FAILURES = 10_000
"""Failures that a report carries; all of them are dead letters of the store."""


class Tally:
    """Counts, seconds and failures; `report` freezes them."""

    def __init__(self) -> None:
        self.added = self.updated = self.unchanged = 0
        self.passages = self.mentions = self.facts = self.characters = 0
        self.failed = 0
        self.failures: list[Failure] = []
        self.seconds: dict[str, float] = defaultdict(float)
        self._start = time.perf_counter()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds of the block to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - start

    def stored(self, reading: Reading, *, update: bool) -> None:
        """A document is in the store now."""
        self.added += not update
        self.updated += update
        self.passages += len(reading.passages)
        self.mentions += len(reading.mentions)
        self.facts += len(reading.facts)
        self.characters += len(reading.document.text)

    def failure(self, failure: Failure) -> None:
        """A document is not."""
        self.failed += 1
        if len(self.failures) < MOST_FAILURES:
            self.failures.append(failure)

    def report(self, revision: int, job: str) -> IngestReport:
        """The count so far."""
        wall = time.perf_counter() - self._start
        return IngestReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            passages=self.passages,
            mentions=self.mentions,
            facts=self.facts,
            characters=self.characters,
            seconds={**self.seconds, "wall": wall},
            failures=tuple(self.failures),
            revision=revision,
            failed=self.failed,
            job=job,
        )
