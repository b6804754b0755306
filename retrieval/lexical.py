"""BM25 over passages, as a sparse matrix of term frequencies: a projection, built from the tables.

    score(q, p) = Σ_t idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · |p| / mean |p|))
    idf(t) = ln(1 + (N - df + ½) / (df + ½))

S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
The libraries for it either take no additions or split no Chinese, and the walk needs single terms' columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Rows = NDArray[np.int64]


class LexicalIndex:
    """Columns of BM25 weights by term; a question is the sum of its terms' columns.

    Args:
        vocabulary: term -> column.
        starts: (terms + 1,) int64, where each column starts.
        rows: (postings,) int32 passages, ascending within a column.
        frequencies: (postings,) int32 occurrences of the term in the passage.
        lengths: (passages,) int32 terms of each passage.
        sentence_starts, sentence_terms: the terms (columns) of each sentence, each once, as flat rows.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        starts: Rows,
        rows: Ints,
        frequencies: Ints,
        lengths: Ints,
        sentence_starts: Rows,
        sentence_terms: Ints,
    ) -> None:
        self.vocabulary = vocabulary
        self.starts = starts
        self.rows = rows
        self.frequencies = frequencies
        self.lengths = lengths
        self.sentence_starts = sentence_starts
        self.sentence_terms = sentence_terms
        self.size = len(lengths)
        self.spread: Rows = np.diff(starts)
        """(terms,) int64 passages that hold each term"""
        df = self.spread
        self.idf: Floats = np.log1p((self.size - df + 0.5) / (df + 0.5)).astype(np.float32)
        mean = lengths.mean() if self.size else 1.0
        damping = K1 * (1 - B + B * lengths / (mean or 1.0))
        tf = frequencies.astype(np.float32)
        weights = tf * (K1 + 1) / (tf + damping[rows]) if len(rows) else tf
        self.weights: Floats = (weights * np.repeat(self.idf, df)).astype(np.float32)

    @classmethod
    def build(
        cls,
        vocabulary: Sequence[str],
        *,
        passage: Rows,
        term: Rows,
        passages: int,
        sentence: Rows,
        sentence_term: Rows,
        sentences: int,
    ) -> LexicalIndex:
        """The index of terms in passages and sentences, each pair as often as it occurs, in any order.

        Args:
            vocabulary: the terms by number.
            passage, term: (n,) passage and number of each occurrence, titles included.
            sentence, sentence_term: (m,) sentence and number of each occurrence in the texts.
        """
        size = max(passages, 1)
        unique, counts = np.unique(term * size + passage, return_counts=True)
        column, row = np.divmod(unique, size)
        width = max(len(vocabulary), 1)
        owner, distinct = np.divmod(np.unique(sentence * width + sentence_term), width)
        return cls(
            {word: i for i, word in enumerate(vocabulary)},
            np.searchsorted(column, np.arange(len(vocabulary) + 1)).astype(np.int64),
            row.astype(np.int32),
            counts.astype(np.int32),
            np.bincount(passage, minlength=passages).astype(np.int32),
            np.searchsorted(owner, np.arange(sentences + 1)).astype(np.int64),
            distinct.astype(np.int32),
        )

    def column(self, at: int) -> tuple[Ints, Floats]:
        """Passages that hold the term with that number, ascending, and what it adds to their scores."""
        part = slice(self.starts[at], self.starts[at + 1])
        return self.rows[part], self.weights[part]

    def terms_of(self, sentence: int) -> Ints:
        """Columns of the terms of a sentence, ascending."""
        return self.sentence_terms[self.sentence_starts[sentence] : self.sentence_starts[sentence + 1]]

    def columns(self, question: Iterable[Iterable[str]]) -> list[int]:
        """Columns of the question's terms that are in any passage, in order."""
        return [self.vocabulary[term] for word in question for term in word if term in self.vocabulary]

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

    def coverage(self, question: Iterable[Iterable[str]], passage: int) -> float:
        """Share, by idf, of the question's words that the passage holds; one in no passage counts fully."""
        unknown = float(np.log1p(2 * self.size + 1))
        held = whole = 0.0
        for word in question:
            columns = [self.vocabulary[term] for term in word if term in self.vocabulary]
            weight = max((float(self.idf[at]) for at in columns), default=unknown)
            whole += weight
            if any(self.holds(at, passage) for at in columns):
                held += weight
        return held / whole if whole else 0.0

    def holds(self, at: int, passage: int) -> bool:
        """True when the term with that column is in the passage."""
        return bool(self.adds(at, np.array([passage]))[0] > 0)

    def adds(self, at: int, passages: Rows) -> Floats:
        """(n,) float32: what the term with that number adds to the scores of these passages."""
        rows, weights = self.column(at)
        if not len(rows):
            return np.zeros(len(passages), np.float32)
        place = np.minimum(rows.searchsorted(passages), len(rows) - 1)
        return np.where(rows[place] == passages, weights[place], np.float32(0))
