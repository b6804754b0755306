"""What a worker does, in this process or another: documents in, readings and vectors out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ..core.errors import MissingExtraError, ModelError, SettingsError, StoreError
from ..core.records import Document, Failure, Passage, Reading, ReadingVectors, Span
from ..core.settings import Settings
from ..core.text import clean
from ..models.base import Embedder, FloatArray, PassageText
from ..models.paired import PairedEmbedder

FATAL = (ModelError, SettingsError, MissingExtraError, StoreError, ImportError)
"""Errors that no other document would be spared."""


class DocumentReader(Protocol):
    """What is used of `kg.reader.Reader`."""

    def read_many(self, documents: Iterable[Document]) -> Iterator[Reading]:
        """The readings of the documents, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """Documents to read and embed together; tasks are numbered from 0."""

    number: int
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What became of a task: its documents are in `readings`, in order, or in `failures`."""

    number: int
    readings: tuple[tuple[Reading, ReadingVectors], ...]
    failures: tuple[Failure, ...]
    seconds: Mapping[str, float]
    """"read" and "embed"."""


class Worker:
    """Reads and embeds tasks; when a task fails, document by document, so that only the culprit fails."""

    def __init__(self, reader: DocumentReader, embedder: Embedder) -> None:
        self._reader = reader
        self._embedder = embedder

    @classmethod
    def from_settings(cls, settings: Settings, *, companion: bool = True) -> Worker:
        """A worker with models of its own; `companion=False` leaves the embedder's companion out."""
        from ..kg.reader import Reader
        from ..models.embedders import load_embedder

        models = settings.models if companion else settings.models.model_copy(update={"companion": ""})
        return cls(Reader(settings), load_embedder(models))

    @property
    def embedder(self) -> Embedder:
        """What it embeds with."""
        return self._embedder

    def __call__(self, task: Task) -> Result:
        """Do the task.

        Raises:
            ModelError, SettingsError, MissingExtraError, ImportError: no document can be read.
        """
        seconds: dict[str, float] = defaultdict(float)
        try:
            return Result(task.number, self._together(task.documents, seconds), (), dict(seconds))
        except FATAL:
            raise
        except Exception:  # whose fault it is shows below, with its reason
            readings: list[tuple[Reading, ReadingVectors]] = []
            failures: list[Failure] = []
            for document in task.documents:
                try:
                    readings += self._together([document], seconds)
                except FATAL:
                    raise
                except Exception as error:
                    reason = clean(str(error)) or "no reason given"
                    failures.append(Failure(document.id, type(error).__name__, reason))
            return Result(task.number, tuple(readings), tuple(failures), dict(seconds))

    def _together(
        self, documents: Sequence[Document], seconds: dict[str, float]
    ) -> tuple[tuple[Reading, ReadingVectors], ...]:
        if not documents:
            return ()
        start = time.perf_counter()
        try:
            readings = list(self._reader.read_many(documents))
        finally:
            seconds["read"] += time.perf_counter() - start
        start = time.perf_counter()
        try:
            return tuple(zip(readings, embed(readings, self._embedder), strict=True))
        finally:
            seconds["embed"] += time.perf_counter() - start


class Embeddable(Protocol):
    """What is used of a reading to embed it; a stored document has it too."""

    @property
    def document(self) -> Document: ...

    @property
    def passages(self) -> tuple[Passage, ...]: ...

    @property
    def sentences(self) -> tuple[Span, ...]: ...


def embed(readings: Sequence[Embeddable], embedder: Embedder) -> list[ReadingVectors]:
    """The vectors of readings: all passages in one stream, all titles in one call.

    A sentence that several passages share takes its row from the first of them.
    """
    titles = [reading.document.title for reading in readings if reading.document.title]
    title_rows = iter(embedder.embed_names(titles)) if titles else iter(())
    passages = embedder.embed_passages(text for reading in readings for text in passage_texts(reading))
    found = []
    for reading in readings:
        dimension = embedder.info.dimension
        rows: FloatArray = np.zeros((len(reading.passages), dimension), np.float32)
        sentences: FloatArray = np.zeros((len(reading.sentences), dimension), np.float32)
        done = 0
        for row, passage in enumerate(reading.passages):
            vectors = next(passages)
            rows[row] = vectors.vector
            fresh = max(done, passage.first)
            sentences[fresh : passage.last] = vectors.sentences[fresh - passage.first :]
            done = max(done, passage.last)
        title = np.asarray(next(title_rows), np.float32) if reading.document.title else None
        if not all(np.isfinite(part).all() for part in (rows, sentences, title) if part is not None):
            raise ValueError(f"embedder {embedder.info.name} gave numbers that are not finite")
        found.append(ReadingVectors(rows, sentences, title))
    return _accompanied(readings, found, embedder) if isinstance(embedder, PairedEmbedder) else found


def _accompanied(
    readings: Sequence[Embeddable], found: Sequence[ReadingVectors], embedder: PairedEmbedder
) -> list[ReadingVectors]:
    """The vectors with those of the embedder's companion."""
    rows = embedder.accompany(text for reading in readings for text in passage_texts(reading))
    if not np.isfinite(rows).all():
        raise ValueError(f"embedder {embedder.companion.info.name} gave numbers that are not finite")
    ends = np.cumsum([len(reading.passages) for reading in readings])
    return [
        replace(vectors, companion=rows[end - len(vectors.passages) : end])
        for vectors, end in zip(found, ends.tolist(), strict=True)
    ]


def passage_texts(reading: Embeddable) -> Iterator[PassageText]:
    """The passages of a reading as an embedder reads them."""
    document = reading.document
    for passage in reading.passages:
        spans = reading.sentences[passage.first : passage.last]
        yield PassageText(
            title=document.title,
            text=document.text[passage.start : passage.end],
            sentences=tuple((span.start - passage.start, span.end - passage.start) for span in spans),
        )
