"""Everything that search needs of one revision: the arrays of one or two segments, read and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.words import Numbering
from .building import FIXED_POINT
from .finder import NameFinder
from .layers import Layers
from .lexical import LexicalIndex
from .links import Edges, Readings
from .mentions import MentionTable
from .parts import Parts, canonical, merge
from .ragged import ranges
from .segment import Segment
from .sentences import SentenceTable
from .threads import Threads
from .vectors import ExactIndex, Stored

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_FEW = 10
"""Passages of a language from which on its centroid is its own more than that of all."""
NOTHING: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where names of documents stand in the text of any document, ascending by sentence."""

    sentence: Rows
    name: Rows


class PassageIndex:
    """The projection that one search runs over; made anew for every revision, shared between threads.

    Nothing large is made: documents of the first segment that are `gone` are passed over when it is read,
    and what is counted over all documents is counted anew for those that came or went. Passages and sentences
    are numbered, and every tie is broken, as if all documents had been read afresh.

    Args:
        revision: of the store.
        segments: one or two.
        gone: documents of the first that are not in the index, ascending.
    """

    def __init__(self, revision: int, segments: Sequence[Segment], gone: Rows = NOTHING) -> None:
        self.revision = revision
        self.layers = Layers(segments, gone)
        self.documents = self.layers.strings("documents")
        self.titles = self.layers.strings("titles")
        self.terms = Numbering([segment.terms for segment in segments])
        self.keys = Numbering([segment.keys for segment in segments])
        """Folded names of documents and mentions, sorted; name and entity have the number of their key."""
        self.vectors: Any = self.layers.rows("passage", "passage-vector")
        """(passages, d) float32, read by row"""
        self.table = self._table()
        self.languages, self.passage_language = self._spoken()
        self.readings = Readings(self.layers, self.keys)
        self.names = NameFinder(self.layers, self.readings)
        self.edges = Edges(self.layers, self.readings)
        self.mentions = MentionTable(self.layers, self.keys, self.table.first, self.table.last)
        self.lexical = LexicalIndex(self.layers, self.terms)

    @property
    def size(self) -> int:
        """Passages."""
        return len(self.table.first)

    def at(self, revision: int) -> PassageIndex:
        """The same index for a later revision in which no document changed."""
        later = copy(self)
        later.revision = revision
        return later

    @property
    def place(self) -> Layers:
        """Row of a document by id."""
        return self.layers

    @property
    def parts(self) -> Parts:
        """What the index holds of every document: equal to reading all of them afresh. Makes large arrays."""
        return self.parts_of(np.ones(len(self.documents), np.bool_))

    def parts_of(self, seen: NDArray[np.bool_]) -> Parts:
        """What the index holds of some of the documents, given as (documents,) bool."""
        found = []
        for layer in self.layers.parts:
            rows = np.flatnonzero(layer.document >= 0)
            rows = rows[seen[layer.document[rows]]]
            found.append(canonical(layer.segment.parts(rows, self.revision)))
        return merge(found[0], set(), found[1]) if len(found) > 1 else found[0]

    @property
    def occurrences(self) -> Occurrences:
        """Names of documents in all sentences."""
        sentence, name, *_ = self.edges.names_in(np.arange(len(self.table.starts)))
        return Occurrences(sentence, name)

    @cached_property
    def passage_span(self) -> tuple[Any, Any]:
        """(passages,) characters of their documents at which passages start and end."""
        return self.layers.rows("passage", "passage-start"), self.layers.rows("passage", "passage-end")

    @cached_property
    def ordinals(self) -> Rows:
        """(passages,) number of each passage in its document."""
        owner = self.table.document
        starts = np.searchsorted(owner, owner)
        numbers: Rows = np.arange(len(owner)) - starts
        return numbers

    @cached_property
    def centroids(self) -> Floats:
        """As `centroids`; summed in whole numbers, in which neither the order shows nor what went again."""
        sums = np.zeros((len(self.languages), self.vectors.shape[1]), np.int64)
        row = {language: i for i, language in enumerate(self.languages)}
        for segment in self.layers.segments:
            for language, vector in zip(segment.languages, segment["language-sum"], strict=True):
                if language in row:
                    sums[row[language]] += vector
        first = self.layers.segments[0]
        starts = first.starts("passage")
        passages, _ = ranges(starts[self.layers.gone], starts[self.layers.gone + 1])
        for passage in passages.tolist():
            language = first.languages[int(first["passage-language"][passage])]
            if language in row:
                vector = first["passage-vector"][passage].astype(np.float64)
                sums[row[language]] -= np.rint(vector * FIXED_POINT).astype(np.int64)
        return _means(sums / FIXED_POINT, self.passage_language)

    @cached_property
    def threads(self) -> Threads:
        """The passages that stand in threads."""
        document, (thread, position) = self._owned("thread", ("thread", "position"))
        return Threads.of(thread, position, document, self.table.document)

    @property
    def accompanied(self) -> bool:
        """True when every passage has a vector of the embedder's companion."""
        rows = (layer.document[layer.segment["companion-document"]] for layer in self.layers.parts)
        return 0 < self.size == sum(int((row >= 0).sum()) for row in rows)

    def companions(self) -> tuple[NDArray[np.int8], Floats]:
        """(passages, d') int8 codes and (passages,) float32 scales by the companion, where `accompanied`."""
        codes, scales = self._owned("companion", ("codes", "scale"))[1]
        return codes, scales

    def _owned(self, what: str, columns: Sequence[str]) -> tuple[Rows, list[Any]]:
        """Document of each row that hangs on one, ascending, and the columns of these rows."""
        segments = [layer for layer in self.layers.parts if len(layer.segment[f"{what}-document"])]
        found = [layer.document[layer.segment[f"{what}-document"]] for layer in segments]
        document = np.concatenate([NOTHING, *found])
        order = np.argsort(document, kind="stable")[np.count_nonzero(document < 0) :]
        values = []
        for column in columns:
            arrays = [layer.segment[f"{what}-{column}"] for layer in segments or self.layers.parts[:1]]
            values.append(arrays[0] if self.layers.whole else np.concatenate(arrays)[order])
        return document[order], values

    @property
    def centred(self) -> Floats:
        """(passages, d) float32: each passage's vector less the centroid of its language.

        An encoder puts the texts of one language near each other, so that a question finds those of its own
        first. Without the centroids, cos(q, p) - cos(q, centroid) compares them across languages; within one
        language nothing changes but a constant.
        """
        centred: Floats = np.asarray(self.vectors) - self.centroids[self.passage_language]
        return centred

    @cached_property
    def nearest(self) -> ExactIndex:
        """Exact search over the vectors as `centred`, in place."""
        stored = [
            Stored(place.segment["passage-vector"], None if self.layers.whole else place.passage)
            for place in self.layers.parts
        ]
        group = self.passage_language if len(self.languages) > 1 else None
        return ExactIndex(self.vectors, stored, group, self.centroids)

    def centred_rows(self, passages: Rows) -> Floats:
        """(n, d) float32: the rows of `centred` for some passages."""
        rows: Floats = self.vectors[passages] - self.centroids[self.passage_language[passages]]
        return rows

    def nearness(self, question: Floats) -> Floats:
        """(languages,) float32 cosine of the question to the centroid of each language."""
        near: Floats = self.centroids @ question
        return near

    def entity(self, key: str) -> int:
        """The number of a folded name that a document goes by or a passage mentions, else -1."""
        number = self.keys.find(key)
        held = number >= 0 and (self.mentions.spread(np.array([number]))[0] or self.readings.known(number))
        return number if held else -1

    @cached_property
    def sentence_language(self) -> Rows:
        """(sentences,) language of each sentence: that of the first passage that holds it."""
        languages = np.zeros(len(self.table.starts), np.int64)
        inside, passage = ranges(self.table.first, self.table.last)
        languages[inside[::-1]] = self.passage_language[passage[::-1]]
        return languages

    @property
    def sentence_document(self) -> Rows:
        """(sentences,) document of each sentence."""
        return self.layers.sentence_document

    def _spoken(self) -> tuple[tuple[str, ...], Rows]:
        """Languages of the passages, sorted, and which is each passage's."""
        segments = self.layers.segments
        known = sorted({language for segment in segments for language in segment.languages})
        row = {language: i for i, language in enumerate(known)}
        spoken = np.zeros(len(self.layers.passage_document), np.int64)
        for place in self.layers.parts:
            number = np.array([row[language] for language in place.segment.languages], np.int64)
            there = place.passage >= 0
            spoken[place.passage[there]] = number[place.segment["passage-language"][there]]
        used, language = np.unique(spoken, return_inverse=True)
        return tuple(known[i] for i in used.tolist()), language.astype(np.int64)

    def _table(self) -> SentenceTable:
        first, last = self.layers.sentences()
        rows = self.layers.rows
        return SentenceTable(
            first=first,
            last=last,
            document=self.layers.passage_document,
            starts=rows("sentence", "sentence-start"),
            ends=rows("sentence", "sentence-end"),
            codes=rows("sentence", "sentence-codes"),
            scales=rows("sentence", "sentence-scale"),
        )


def centroids(vectors: Floats, language: Rows, languages: int) -> Floats:
    """(languages, d) float32 mean vector of each language's passages.

    The mean of all passages counts as `_FEW` more of each language: a few passages are no language's centre,
    and one alone would be its own.
    """
    sums = np.zeros((languages, vectors.shape[1]), np.float64)
    np.add.at(sums, language, vectors)
    return _means(sums, language)


def _means(sums: NDArray[np.float64], language: Rows) -> Floats:
    counts = np.bincount(language, minlength=len(sums))[:, None]
    whole = sums.sum(axis=0) / max(len(language), 1)
    means: Floats = ((sums + _FEW * whole) / (counts + _FEW)).astype(np.float32)
    return means
