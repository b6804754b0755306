"""BM25 over passages, from the postings of the segments.

    score(q, p) = Σ_t idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · |p| / mean |p|))
    idf(t) = ln(1 + (N - df + ½) / (df + ½))

S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
The libraries for it either take no additions or split no Chinese, and the walk needs single terms' columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.words import Numbering
from .layers import Layers
from .ragged import distinct, ranges

K1 = 1.2
B = 0.75
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_HELD = 2_000_000
"""Postings of columns that are kept weighed: those of one question and of the one before."""


class LexicalIndex:
    """Columns of BM25 weights by term; a question is the sum of its terms' columns.

    Postings are read from the segments when a term is asked for, and weighed by the statistics of the whole
    index: what a document that came or went changes for all others is a few numbers.

    Args:
        layers: the documents of the index.
        vocabulary: the terms of all segments by number; some may be in no passage any more.
    """

    def __init__(self, layers: Layers, vocabulary: Numbering) -> None:
        self._layers = layers
        self.vocabulary = vocabulary
        self.size = len(layers.passage_document)
        self.lengths: Ints = layers.rows("passage", "passage-length", gather=True)
        self.spread = _spread(layers, vocabulary)
        """(terms,) int64 passages that hold the term"""
        df = self.spread
        self.idf: Floats = np.log1p((self.size - df + 0.5) / (df + 0.5)).astype(np.float32)
        mean = self.lengths.mean() if self.size else 1.0
        self._damping = K1 * (1 - B + B * self.lengths / (mean or 1.0))
        self._columns: dict[int, tuple[Ints, Floats]] = {}
        self._held = 0

    def column(self, at: int) -> tuple[Ints, Floats]:
        """Passages that hold the term with that number, ascending, and what it adds to their scores."""
        known = self._columns.get(at)
        if known is None:
            if self._held > _MOST_HELD:
                self._columns, self._held = {}, 0
            known = self._columns[at] = self._read(at)
            self._held += len(known[0])
        return known

    def _read(self, at: int) -> tuple[Ints, Floats]:
        _, passages, weights = self.postings(np.array([at]))
        if len(self._layers.parts) > 1:
            order = np.argsort(passages, kind="stable")
            passages, weights = passages[order], weights[order]
        return passages.astype(np.int32), weights

    def postings(self, terms: Rows, among: Flags | None = None) -> tuple[Rows, Rows, Floats]:
        """Index of the term, passage that holds it, and what it adds to its score, for each of these terms.

        Args:
            among: (passages,) bool, only passages where it is true; None takes all.
        """
        owners, passages, counts = [], [], []
        for place, rows, owner in self._layers.under(self.vocabulary, terms, "posting-starts"):
            passage = place.segment["posting-passage"][rows]
            if not self._layers.whole:
                passage = place.passage[passage]
                rows, owner, passage = _those(passage >= 0, rows, owner, passage)
            if among is not None:
                rows, owner, passage = _those(among[passage], rows, owner, passage)
            owners.append(owner)
            passages.append(passage)
            counts.append(place.segment["posting-count"][rows])
        owner, passage, tf = (np.concatenate(each) for each in (owners, passages, counts))
        tf = tf.astype(np.float32)
        weights = (tf * (K1 + 1) / (tf + self._damping[passage])).astype(np.float32) * self.idf[terms[owner]]
        return owner, passage, weights

    def terms_of(self, sentences: Rows) -> tuple[Rows, Rows]:
        """Index of the sentence and column of each of its terms, ascending by both, each once."""
        found, owners = [], []
        rows, held = self._layers.of_sentences(sentences, "token-starts")
        for number, segment in enumerate(self._layers.segments):
            found.append(self.vocabulary.into(number, segment["token-term"][rows[number]]))
            owners.append(held[number])
        width = max(len(self.vocabulary), 1)
        owner, term = np.divmod(distinct(np.concatenate(owners) * width + np.concatenate(found)), width)
        return owner, term

    def columns(self, terms: Iterable[str]) -> list[int]:
        """Columns of those of the terms that are in any passage, in order."""
        found = (self.vocabulary.find(term) for term in terms)
        return [at for at in found if at >= 0 and self.spread[at]]

    def scores(self, columns: Iterable[int]) -> Floats:
        """(passages,) float32 BM25 scores."""
        total = np.zeros(self.size, np.float32)
        self.add(columns, total)
        return total

    def add(self, columns: Iterable[int], total: Floats) -> None:
        """Adds what the terms with these numbers give to each passage."""
        for at in columns:
            rows, weights = self.column(at)
            total[rows] += weights

    def coverage(self, question: Iterable[Sequence[int]], passage: int) -> float:
        """Share, by idf, of a question's words that the passage holds; one in no passage counts fully.

        Args:
            question: for each word its columns.
        """
        unknown = float(np.log1p(2 * self.size + 1))
        held = whole = 0.0
        for columns in question:
            weight = max((float(self.idf[at]) for at in columns), default=unknown)
            whole += weight
            if any(self.holds(at, passage) for at in columns):
                held += weight
        return held / whole if whole else 0.0

    def holds(self, at: int, passage: int) -> bool:
        """True when the term with that column is in the passage."""
        rows, _ = self.column(at)
        place = int(rows.searchsorted(passage))
        return place < len(rows) and int(rows[place]) == passage

    def adds(self, at: int, passages: Rows) -> Floats:
        """(n,) float32: what the term with that number adds to the scores of these passages."""
        rows, weights = self.column(at)
        if not len(rows):
            return np.zeros(len(passages), np.float32)
        place = np.minimum(rows.searchsorted(passages), len(rows) - 1)
        return np.where(rows[place] == passages, weights[place], np.float32(0))


def _those(which: Flags, *columns: Rows) -> tuple[Rows, ...]:
    return tuple(column[which] for column in columns)


def _spread(layers: Layers, vocabulary: Numbering) -> Rows:
    spread = np.zeros(len(vocabulary), np.int64)
    for number, segment in enumerate(layers.segments):
        rows = np.arange(len(segment.terms))
        spread[vocabulary.into(number, rows)] += np.diff(segment["posting-starts"])
    if len(layers.gone):
        first = layers.segments[0]
        passages = first.starts("passage")
        gone, owner = ranges(passages[layers.gone], passages[layers.gone + 1])
        heads, tokens = first["head-starts"], first["token-starts"]
        head, titled = ranges(heads[layers.gone], heads[layers.gone + 1])
        inside, held = ranges(tokens[first["passage-first"][gone]], tokens[first["passage-last"][gone]])
        # the words of a title stand in every passage of its document
        count = np.bincount(owner, minlength=len(layers.gone))
        passage_of = np.cumsum(count) - count
        again, of_head = ranges(passage_of[titled], (passage_of + count)[titled])
        term = np.concatenate([first["token-term"][inside], first["head-term"][head[of_head]]])
        pairs = np.unique(np.concatenate([held, again]) * max(len(first.terms), 1) + term)
        terms, lost = np.unique(pairs % max(len(first.terms), 1), return_counts=True)
        spread[vocabulary.into(0, terms)] -= lost
    return spread
