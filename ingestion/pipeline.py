"""The way of documents into a store: expand, skip what is there, read and embed, commit, resolve.

Everything streams. In memory are one chunk of documents on the way in, a few tasks at each worker, and
one batch on the way out; a chunk, a task and a batch end at a number of documents or of characters,
whichever comes first.

Results do not depend on workers and batch size: readings and vectors are functions of a document, results
are taken in the order of the documents, and identity is decided at the end from all that is stored. Only
where one id comes twice with different content does order matter: the first wins, the second is a
failure.

What an ingestion has committed stays, whatever ends it. The same one run again skips it by its content
hashes and goes on, which is also how a job that was killed is resumed.
"""

from __future__ import annotations

import itertools
import logging
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from os import PathLike
from typing import Literal

from ..core.errors import DocumentError, DuplicateDocumentError, InputError, SettingsError, StoreError
from ..core.errors import named as error_named
from ..core.progress import Reporter, Show
from ..core.records import Document, Failure, IngestReport, Reading, ReadingVectors
from ..core.settings import Settings
from ..models.base import Embedder
from ..storage.rows import Batch, JobState
from ..storage.store import Store
from .redaction import Redactor
from .report import Tally
from .runners.base import Runner
from .runners.inline import InlineRunner
from .runners.processes import ProcessRunner
from .seen import Seen
from .signals import terminable
from .sources import Source, count, expand
from .streams import chunks, timed
from .work import DocumentReader, Result, Task, Worker

log = logging.getLogger(__name__)

FEW = 16
"""Documents up to which processes are not worth starting."""
_TASK_DOCUMENTS = 16
_TASK_CHARACTERS = 100_000
_BATCH_CHARACTERS = 4_000_000
_CHUNK = 64
"""Documents whose hashes are looked up at once."""
_ROOM = __name__.split(".")[0]


def ingest(
    store: Store,
    source: Source,
    *,
    settings: Settings,
    reader: DocumentReader,
    embedder: Embedder,
    workers: int | None = None,
    on_error: Literal["skip", "raise"] = "skip",
    progress: Show = None,
    job: str | None = None,
    root: str | PathLike[str] | None = None,
) -> IngestReport:
    """Bring documents into a store.

    Args:
        store: where to; opened with the embedder's info.
        source: a path, folder or pattern, documents, texts; see `sources`.
        settings: batch size, limits, and what worker processes build their models from.
        reader, embedder: the models of this process; used when no other process is.
        workers: processes that read and embed; 1 is this process and no other. 0 means one a core, or this
            process for up to `FEW` documents; None takes the setting. Models that the settings cannot build
            anew stay in this process.
        on_error: "skip" keeps a document that cannot be stored in the report and as a dead letter; "raise"
            raises its error when all documents before it are committed.
        progress: see `core.progress`.
        job: id of the job to keep in the store; the same id takes it up again. None makes one, which the
            report tells, and keeps it once there is something to write.
        root: folder that ids of files count from.

    Raises:
        MissingPathError, InputError: the source is nothing that documents can come from.
        DocumentError: with on_error="raise", the first document that cannot be stored.
        ModelError, StoreError, WorkerError, SettingsError: no document can be read or stored any more.
    """
    if on_error not in ("skip", "raise"):
        raise SettingsError(f'on_error is {on_error!r}; it can be "skip" or "raise"')
    workers = settings.ingestion.workers if workers is None else workers
    if workers < 0:
        raise SettingsError(f"workers is {workers}; it can be 0 (chosen by the work) or more")
    items = expand(source, settings=settings.ingestion, root=root)
    redactor = Redactor.of(settings.ingestion, store)
    run = _Ingestion(store, settings, reader, embedder, on_error == "raise", job)
    with terminable(), Reporter("ingest", show=progress, total=count(source)) as reporter:
        report = run(items if redactor is None else map(redactor, items), workers, reporter)
    return report if redactor is None else replace(report, redactions=redactor.redactions)


class _Ingestion:
    def __init__(
        self,
        store: Store,
        settings: Settings,
        reader: DocumentReader,
        embedder: Embedder,
        strict: bool,
        job: str | None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._reader = reader
        self._embedder = embedder
        self._strict = strict
        self._job = job or uuid.uuid4().hex
        self._begun = False
        self._named = job is not None
        self._tally = Tally()
        self._early: dict[int, list[Failure]] = {}
        self._updates: set[str] = set()
        self._readings: list[tuple[Reading, ReadingVectors]] = []
        self._failures: list[Failure] = []

    def __call__(self, items: Iterator[Document | Failure], workers: int, reporter: Reporter) -> IngestReport:
        self._reporter = reporter
        if self._named:
            self._begin_job()
        try:
            self._flow(items, workers)
        except Exception:
            self._end_job(JobState.FAILED)
            raise
        self._end_job(JobState.FINISHED)
        return self._tally.report(self._store.revision(), self._job)

    def _begin_job(self) -> None:
        self._store.start_job("ingest", self._job)
        self._begun = True

    def _flow(self, items: Iterator[Document | Failure], workers: int) -> None:
        try:
            with Seen() as seen:
                runner, tasks = self._runner(self._tasks(self._fresh(items, seen)), workers)
                with closing(runner):
                    for result in runner.run(tasks):
                        self._take(result)
            self._commit(all=True)
        except InputError:  # a document's: what was committed before it is to be whole
            self._resolve()
            raise
        self._resolve()

    # --- on the way in

    def _fresh(self, items: Iterator[Document | Failure], seen: Seen) -> Iterator[Document | Failure]:
        """Failures, and the documents that are new to this ingestion and to the store."""
        for chunk in chunks(timed(items, self._tally.seconds, "expand"), _CHUNK, _TASK_CHARACTERS):
            with self._tally.timed("look up"):
                found = [self._first(item, seen) for item in chunk]
                ids = [item.id for item in found if isinstance(item, Document)]
                stored = self._store.content_hashes(ids) if ids else {}
            for item in found:
                if not isinstance(item, Document):
                    if item is not None:
                        yield item
                elif stored.get(item.id) == item.content_hash:
                    self._tally.unchanged += 1
                    self._reporter.advance()
                else:
                    if item.id in stored:
                        self._updates.add(item.id)
                    yield item

    def _first(self, item: Document | Failure, seen: Seen) -> Document | Failure | None:
        if isinstance(item, Failure):
            return item
        earlier = seen.first_hash(item)
        if earlier is None:
            return item
        if earlier == item.content_hash:
            self._reporter.advance()
            return None
        reason = "this id came before with different content, which is kept; give each document its own id"
        return Failure(item.id, DuplicateDocumentError.__name__, reason)

    def _tasks(self, items: Iterable[Document | Failure]) -> Iterator[Task]:
        """Documents in portions; the failures among them wait in `_early` for their turn."""
        size = min(_TASK_DOCUMENTS, self._settings.ingestion.batch_size)
        for number, portion in enumerate(chunks(iter(items), size, _TASK_CHARACTERS)):
            self._early[number] = [item for item in portion if isinstance(item, Failure)]
            yield Task(number, tuple(item for item in portion if isinstance(item, Document)))

    def _runner(self, tasks: Iterator[Task], workers: int) -> tuple[Runner, Iterator[Task]]:
        """The runner for these tasks, after a look at the first of them."""
        first: list[Task] = []
        documents = 0
        if workers == 0:
            for task in tasks:
                first.append(task)
                documents += len(task.documents)
                if documents > FEW:
                    break
        tasks = itertools.chain(first, tasks)
        chosen = workers or (_cores() if documents > FEW else 1)
        if chosen > 1:
            if self._travels():
                return ProcessRunner(self._settings, chosen, self._embedder.info), tasks
            if workers:
                raise SettingsError(
                    f"workers={workers}, but a reader or embedder was given that worker processes cannot"
                    " build from the settings; leave workers out"
                )
        return InlineRunner(Worker(self._reader, self._embedder)), tasks

    def _travels(self) -> bool:
        """True when both models are of this package, so that their settings make them again."""
        return all(type(model).__module__.split(".")[0] == _ROOM for model in (self._reader, self._embedder))

    # --- on the way out

    def _take(self, result: Result) -> None:
        for stage, seconds in result.seconds.items():
            self._tally.seconds[stage] += seconds
        self._readings += result.readings
        self._failures += [*self._early.pop(result.number), *result.failures]
        self._commit(all=self._strict and bool(self._failures))

    def _commit(self, *, all: bool) -> None:
        size = self._settings.ingestion.batch_size
        while self._readings or self._failures:
            batch, characters = 0, 0
            for reading, _ in self._readings[:size]:
                batch += 1
                characters += len(reading.document.text)
                if characters >= _BATCH_CHARACTERS:
                    break
            whole = batch == size or characters >= _BATCH_CHARACTERS or len(self._failures) >= size
            if not (all or whole):
                return
            readings, self._readings = self._readings[:batch], self._readings[batch:]
            failures, self._failures = self._failures, []
            self._write(readings, failures)

    def _write(self, readings: list[tuple[Reading, ReadingVectors]], failures: list[Failure]) -> None:
        with self._tally.timed("commit"):
            if not self._begun:
                self._begin_job()
            readings, failures = self._store_batch(readings, failures)
        for reading, _ in readings:
            id = reading.document.id
            self._tally.stored(reading, update=id in self._updates)
            self._updates.discard(id)
        for failure in failures:
            self._tally.failure(failure)
        self._reporter.advance(len(readings) + len(failures), failed=len(failures))
        if failures and self._strict:
            raise _error(failures[0])

    def _store_batch(
        self, readings: list[tuple[Reading, ReadingVectors]], failures: list[Failure]
    ) -> tuple[list[tuple[Reading, ReadingVectors]], list[Failure]]:
        """One transaction; when a document in it cannot be stored, one for each: only the culprit fails."""
        try:
            self._store.commit(self._batch(readings, failures))
            return readings, failures
        except DocumentError:
            stored = []
        for pair in readings:
            try:
                self._store.commit(self._batch([pair], []))
                stored.append(pair)
            except DocumentError as error:
                failures.append(Failure(pair[0].document.id, type(error).__name__, str(error)))
        self._store.commit(self._batch([], failures))
        return stored, failures

    def _batch(self, readings: list[tuple[Reading, ReadingVectors]], failures: list[Failure]) -> Batch:
        return Batch(readings, job=self._job, failures=() if self._strict else failures)

    def _resolve(self) -> None:
        """Decide identity anew where names came, changed or went, also those that a killed run left."""
        from ..kg.resolution import resolve

        with self._tally.timed("resolve"):
            self._reporter.stage("resolve")
            resolve(self._store)

    def _end_job(self, state: JobState) -> None:
        if not self._begun:
            return
        try:
            self._store.finish_job(self._job, state)
        except StoreError as error:
            if state is JobState.FINISHED:
                raise
            log.warning("job %s cannot be marked as failed: %s", self._job, error)


def _error(failure: Failure) -> Exception:
    message = f"{failure.source}: {failure.reason}"
    return error_named(failure.error, message) or DocumentError(f"{message} ({failure.error})")


def _cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
